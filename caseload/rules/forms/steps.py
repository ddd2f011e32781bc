"""The forms that are filled as the work goes: each session, a referral, each follow-up.

Clause: MTG04 附件2 五（三）4、6.
"""

from caseload.rules.forms.questions import Form, Section, day, line, one, scales, words

MODES = ("入户面谈", "机构面谈", "电话", "网络沟通", "资源协调")
DIRECT, INDIRECT = "直接介入", "间接介入"
YES, NO = "是", "否"

PROCESS = Form(
    "process",
    "个案工作过程记录表",
    ("version",),
    (
        Section(
            "时间和方式",
            (
                line("time", "起止时间", "例：9:30—10:20", longest=30),
                line("place", "地点"),
                one("direct", "介入类型", DIRECT, INDIRECT),
                one("mode", "介入方式", *MODES),
                line("present", "在场人员", required=False),
            ),
        ),
        Section(
            "过程",
            (
                words("goal", "本次目标", rows=2),
                words("content", "介入内容", rows=5, longest=4000),
                words("methods", "方法和技巧", required=False),
                words("response", "服务对象的反应和改变"),
                words("linked", "资源链接和使用情况", required=False),
            ),
        ),
        Section(
            "评估和下一步",
            (
                words("progress", "动态评估", "进度、方法、成效", required=False),
                scales(),
                one("adjust", "计划调整", "不需调整", "需要调整", required=False),
                words("next", "下一步", rows=2),
                words("reflection", "社工反思", required=False),
                words("supervision", "督导意见", required=False),
            ),
        ),
    ),
    ("社会工作者", "督导"),
    day="服务日期",
)

REFERRAL = Form(
    "referral",
    "个案转介记录表",
    ("opened_on", "problem"),
    (
        Section(
            "转介",
            (
                line("to", "接收机构"),
                line("contact", "接收机构联系人和电话"),
                words("reason", "转介原因"),
                words("situation", "服务对象现状和已提供的服务", required=False),
                words("material", "移交材料", rows=2),
            ),
        ),
        Section(
            "同意",
            (one("consent", "服务对象（监护人）同意", "同意", "不同意"),),
        ),
    ),
    ("服务对象（监护人）", "转出社会工作者", "接收机构（盖章）"),
    day="转介日期",
    opinion="referral",
)

FOLLOW_UP = Form(
    "follow_up",
    "个案跟进/回访记录",
    ("version", "closed_on"),
    (
        Section(
            "回访",
            (
                one("mode", "方式", "面谈", "电话"),
                line("person", "受访人", required=False),
                words("status", "近况", "生活、身体、情绪，成效是否保持"),
                words("help", "提供的帮助", required=False, rows=2),
            ),
        ),
        Section(
            "判断",
            (
                one("special", "特殊情况或危机事件", "没有", "有"),
                words("event", "情况说明", when=("special", "有")),
                one("reported", "已上报街道（乡镇）", YES, NO, when=("special", "有")),
                one("reopen", "需要重新开案", NO, YES),
                day("next_on", "下次回访日期", required=False),
            ),
        ),
    ),
    ("社会工作者", "受访人"),
    day="回访日期",
)
