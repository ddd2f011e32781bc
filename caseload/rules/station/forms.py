"""The forms of a rescue station as data: sections, questions, who signs (民发〔2014〕132号附件; FCG 二（一）2)."""

from caseload.rules.forms import asked, is_empty
from caseload.rules.forms.questions import Form, Section, line, many, one, words

YES, NO = "是", "否"
# What the assessment finds and indicators count: fact → its word on the form.
NEEDS = {
    "needs_counselling": "有心理疏导需求",
    "limited_mobility": "行动不便",
    "special_group": "特殊群体（精神障碍、残障等）",
    "needs_social_work": "需要社工介入",
    "special_diet": "特殊饮食",
}
# The questions whose answers make the assessment complete (健康、需求等关键信息).
KEY_QUESTIONS = ("health", "family", "need", "language", "diet", "medication", "risk")

ADMISSION = Form(
    "admission",
    "求助登记表",
    ("number", "person", "arrival"),
    (
        Section(
            "求助情况",
            (
                one("cause", "求助原因", "流浪乞讨", "走失", "务工不着", "寻亲不遇", "被盗被骗", "其他"),
                words("course", "流浪（求助）时间和经过", required=False, rows=2),
                one("benefits", "享受社会救助", "低保", "特困供养", "残疾人补贴", "无", "不详", required=False),
                line("shown", "证件或其他证明", "身份证、户口簿、接出警单等", required=False),
                words("condition", "健康和精神状态", rows=2),
            ),
        ),
    ),
    ("求助人", "经办人"),
    day="登记日期",
)
REFUSAL = Form(
    "refusal",
    "不予救助通知书",
    ("number", "person", "arrival"),
    (
        Section(
            "决定",
            (
                one(
                    "ground",
                    "不予救助的理由",
                    "自身有能力解决食宿",
                    "拒不如实提供个人情况",
                    "正在享受其他救助",
                    "不属于救助对象",
                    "其他",
                ),
                words("reason", "说明", rows=3, longest=400),
                words("referral", "告知的其他途径", required=False, rows=2),
                one("served", "送达", "当面送达", "拒绝签收", required=False),
            ),
        ),
    ),
    ("求助人", "经办人", "救助管理站（盖章）"),
    day="决定日期",
)
ASSESSMENT = Form(
    "assessment",
    "首次沟通评估表",
    ("number", "person", "admitted_at"),
    (
        Section(
            "关键信息",
            (
                one("health", "健康状况", "良好", "患病", "残障", "精神障碍", "不详", required=False),
                one("family", "家庭信息", "有联系", "失去联系", "无家人", "不详", required=False),
                one("need", "需求", "临时食宿", "医疗", "返乡", "寻亲", "其他", required=False),
                one("language", "语言", "普通话", "方言", "手语", "须翻译", required=False),
                one("diet", "饮食", "无特殊", "软烂", "清真", "忌口", required=False),
                one("medication", "用药", "不用药", "按时服药", "不详", required=False),
                one("risk", "风险等级", "低", "中", "高", required=False),
            ),
        ),
        Section(
            "身体状况和判断",
            (
                words("physical", "身体状况", "体温、外伤、皮肤、行动能力"),
                many("needs", "照料需求", *NEEDS.values(), required=False),
                words("talk", "沟通要点", required=False),
            ),
        ),
    ),
    ("受助人员", "评估人"),
    day="评估日期",
)
PLAN = Form(
    "care_plan",
    "个性化照料方案",
    ("number", "person", "room", "needs", "carer"),
    (
        Section(
            "方案",
            (
                words("needs_found", "需求", rows=2),
                words("living", "生活照料", "饮食、卫生、作息", rows=2),
                words("medical", "医疗和用药", required=False, rows=2),
                words("mind", "心理和社工服务", required=False, rows=2),
                words("safety", "安全和风险防范", rows=2),
                words("tracing", "寻亲和返乡安排", required=False, rows=2),
                line("until", "完成时限", "例：7 天内，或至离站", longest=40),
            ),
        ),
    ),
    ("受助人员", "社会工作者", "救助管理站"),
    day="制定日期",
)
TRACING = Form(
    "tracing_record",
    "寻亲记录",
    ("number", "person", "admitted_at"),
    (Section("寻亲", (words("content", "过程和结果", "查询条件、比对结果、联系情况"),)),),
    ("经办人",),
    day="寻亲日期",
)
IDENTITY = Form(
    "identity",
    "身份查明登记",
    ("number", "person"),
    (Section("查明", (words("source", "依据", "比对结果、亲属辨认、证件", rows=2),)),),
    ("经办人",),
    day="查明日期",
)
SETTLING = Form(
    "settlement_papers",
    "落户安置事项记录",
    ("number", "person", "admitted_at"),
    (
        Section(
            "事项",
            (
                one("step", "事项", "资料整理", "DNA 提取", "寻亲信息发布跟踪", "落户安置"),
                words("content", "办理情况", rows=3),
            ),
        ),
    ),
    ("经办人",),
    day="办理日期",
)
DECISION = Form(
    "settlement_decision",
    "落户安置决定",
    ("number", "person", "admitted_at"),
    (
        Section(
            "决定",
            (
                line("place", "落户地点"),
                line("organisation", "安置（供养）机构"),
                words("basis", "依据", "寻亲经过、公告、DNA 比对结果"),
            ),
        ),
    ),
    ("救助管理站（盖章）",),
    day="决定日期",
)
OWN_LEAVE = Form(
    "own_leave",
    "自行离站声明书",
    ("number", "person", "admitted_at"),
    (
        Section(
            "声明",
            (
                words("statement", "离站原因和去向", rows=3),
                one("capable", "有完全民事行为能力", YES, NO),
                one("signed", "签字", "本人签字", "按手印"),
            ),
        ),
    ),
    ("受助人员", "经办人"),
    day="声明日期",
)
TERMINATION = Form(
    "termination",
    "终止救助通知书",
    ("number", "person", "admitted_at"),
    (
        Section(
            "决定",
            (
                one(
                    "ground",
                    "终止救助的理由",
                    "救助期满",
                    "提供虚假情况",
                    "违反站内管理规定",
                    "擅自离站",
                    "救助事由已消失",
                ),
                words("reason", "说明", rows=3, longest=400),
                one("served", "送达", "当面送达", "拒绝签收", "无法送达", required=False),
            ),
        ),
    ),
    ("受助人员", "经办人", "救助管理站（盖章）"),
    day="决定日期",
)
HANDOVER = Form(
    "handover_form",
    "交接单",
    ("number", "person", "receiver"),
    (
        Section(
            "交接",
            (
                one("received_by", "接收方", "亲属", "接收机构"),
                line("receiver", "接收人", "姓名、与受助人员的关系"),
                line("contact", "证件号和电话", required=False),
                one("checked", "身份核对一致", YES, NO),
                words("items", "移交物品和材料", required=False, rows=2),
                words("condition", "交接时的身体状况", rows=2),
            ),
        ),
    ),
    ("接收人", "移交人"),
    day="交接日期",
)
DISCHARGE = Form(
    "discharge_form",
    "在站服务及离站登记表",
    ("number", "person", "admitted_at", "way"),
    (
        Section(
            "在站服务",
            (many("services", "提供的服务", "食宿", "医疗", "心理疏导", "寻亲", "联系亲属", "乘车凭证", "社工个案"),),
        ),
        Section(
            "离站",
            (
                line("destination", "去向"),
                one("ticket", "返乡车票", "已落实", "不需要"),
                line("ticket_detail", "车次和日期", when=("ticket", "已落实")),
                one("belongings", "随身物品已返还", YES, NO),
                line("state", "离站时的身体状况"),
                words("follow_up", "后续跟进", required=False, rows=2),
            ),
        ),
    ),
    ("受助人员", "经办人", "救助管理站"),
    day="离站日期",
)
FEEDBACK = Form(
    "feedback",
    "服务反馈",
    ("number", "person"),
    (
        Section(
            "反馈",
            (
                one("satisfied", "对服务的评价", "满意", "基本满意", "不满意", "不愿评价"),
                words("opinion", "意见和建议", required=False, rows=2),
            ),
        ),
    ),
    ("受助人员", "经办人"),
    day="反馈日期",
)
# In the order in which they lie in a file.
FORMS = {form.kind: form for form in (
    ADMISSION, REFUSAL, IDENTITY, ASSESSMENT, PLAN, TRACING, SETTLING, DECISION, HANDOVER, OWN_LEAVE, TERMINATION, DISCHARGE, FEEDBACK,
)}  # fmt: skip
# Forms that only the station may issue.
STATION_FORMS = frozenset({"refusal", "termination", "settlement_decision"})
# Those that are filled on their own; the others belong to an act.
OWN_FORMS = ("own_leave", "termination", "settlement_decision", "feedback")


def gaps(kind, data):
    """The labels of every question of the form that must be answered and isn't, in its order."""
    return [
        field.label
        for field in FORMS[kind].fields
        if (field.required or field.when) and asked(field, data) and is_empty(data.get(field.name) or "")
    ]


def kept(kind, data):
    """The form's own answers of what was sent: trimmed, without empty ones and without questions that don't stand."""
    found = {}
    for field in FORMS[kind].fields:
        value = data.get(field.name)
        if value is None or is_empty(value) or not asked(field, data):
            continue
        several = isinstance(value, list | tuple)
        found[field.name] = [str(text)[:80] for text in value] if several else str(value).strip()[: field.longest]
    return found


def told(kind, data):
    """[(section title, [(field, text)])] for reading and printing: every question, "" where nothing was answered."""
    sections = []
    for section in FORMS[kind].sections:
        lines = [(field, _said(data.get(field.name))) for field in section.fields if asked(field, data)]
        if lines:
            sections.append((section.title, lines))
    return sections


def _said(value):
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")


def filled(data):
    """(key questions answered, key questions) of an assessment: what its completeness is reckoned from."""
    return sum(1 for name in KEY_QUESTIONS if data.get(name)), len(KEY_QUESTIONS)
