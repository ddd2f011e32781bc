"""The forms of a group as data: 小组计划书 before it begins, 小组总结 when it ends.

Clause: MTG04 附件2 六（专业小组：策划书、过程记录、总结、满意度); the questions are the customary ones of the field. What happened
at each session is a service record, not a form.
"""

from caseload.rules.forms.questions import Form, Section, line, one, words

PLAN = Form(
    "plan",
    "小组计划书",
    (),
    (
        Section(
            "为什么开这个小组",
            (
                words("background", "背景和需求", "需求从哪里来，依据什么", rows=3),
                words("theory", "理论依据", required=False, rows=2),
                words("aims", "目标", "总目标和可以衡量的具体目标", rows=3),
            ),
        ),
        Section(
            "怎么开",
            (
                one("nature", "组员是否固定", "固定成员", "开放参加"),
                words("criteria", "组员条件和招募方式", rows=2),
                line("sessions", "节数和频次", "如：6 节，每周一次"),
                line("place", "地点"),
                words("outline", "每节安排", "每节的目标、内容、准备", rows=6, longest=4000),
                words("staffing", "人员分工", rows=2),
                words("budget", "费用预算", required=False, rows=2),
                words("risks", "可能的困难和对策", rows=2),
                words("method", "评估方法", "前后测、观察、满意度等", rows=2),
            ),
        ),
    ),
    ("带领社工", "督导"),
    day="制定日期",
)
SUMMARY = Form(
    "summary",
    "小组总结",
    (),
    (
        Section(
            "结果",
            (
                words("course", "开展情况", "节数、到场情况、重要事件", rows=3),
                words("attained", "目标达成情况", "逐个目标写，前后测有数字的写数字", rows=3),
                words("change", "组员变化", rows=3),
                words("dynamics", "小组动力", "沟通模式、凝聚力、规范、组员角色", rows=2),
                words("feedback", "组员满意度和意见", rows=2),
            ),
        ),
        Section(
            "反思",
            (
                words("reflection", "社工反思", rows=2),
                words("spent", "费用使用情况", required=False, rows=2),
                words("advice", "建议和后续跟进", "需转为个案或继续关注的组员，写编号不写姓名", rows=2),
            ),
        ),
    ),
    ("带领社工", "督导"),
    day="总结日期",
)
FORMS = {form.kind: form for form in (PLAN, SUMMARY)}
# state: the forms that may be filed in it
OPEN_IN = {"planned": ("plan",), "open": ("plan", "summary"), "closed": ("plan", "summary"), "withdrawn": ()}
EARLY = "小组开始活动后才能写总结"


def may_file(kind, state):
    """Whether the form may be filed while the group is in the state."""
    return kind in OPEN_IN[state]
