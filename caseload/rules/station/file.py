"""The five-part file of a stay (一人一档): which paper belongs to which part, and which part is there.

Clause: FCG 二（一）3 救助档案规范管理: 基础信息、救助申请材料、身体状况评估、救助过程记录、服务反馈.
"""

from caseload.rules.station.forms import FORMS

# part: (its word, the papers that lie in it)
PARTS = {
    "basic_information": ("基础信息", ("identity", "id_copy")),
    "application": ("申请材料", ("admission", "application", "refusal")),
    "physical_assessment": ("身体评估", ("assessment", "medical")),
    "process_record": (
        "过程记录",
        (
            "care_plan",
            "tracing_record",
            "settlement_papers",
            "settlement_decision",
            "own_leave",
            "termination",
            "ticket_copy",
            "handover_form",
            "discharge_form",
            "process_record",
        ),
    ),
    "feedback": ("服务反馈", ("feedback",)),
}
# Papers that are handed in as they are: a scan or a photo.
SCANS = {
    "id_copy": "证件复印件",
    "application": "求助人签字的登记表",
    "medical": "体检或就诊材料",
    "ticket_copy": "车票凭证",
    "process_record": "救助过程材料",
}


def paper_label(kind):
    """What a paper is called."""
    return FORMS[kind].title if kind in FORMS else SCANS.get(kind, kind)


def part_of(kind):
    """The part of the file in which a paper lies."""
    return next((part for part, (_, kinds) in PARTS.items() if kind in kinds), "process_record")


def basic_gaps(stay, *, id_number, name, features):
    """What is missing of the basic information; of a person whose identity is unknown, looks and age stand in for it."""
    missing = []
    if stay.is_identified:
        missing += [] if name else ["姓名"]
        missing += [] if id_number else ["身份证号"]
        missing += [] if stay.birth_date else ["出生日期"]
    else:
        missing += [] if features else ["体貌特征"]
        missing += [] if stay.estimated_age or stay.birth_date else ["估计年龄"]
    return missing if stay.sex else [*missing, "性别"]


def parts_there(papers):
    """[(part, word, is there)] in the order of the file, of the paper kinds on the entry."""
    return [(part, word, part in papers) for part, (word, _) in PARTS.items()]
