"""The ledger of households (一户一策一档): what each category's file must hold, and the categories to start with.

Clause: MTG04 附件2 三（三）困难群众精准救助帮扶台账标准.
"""

import json
from dataclasses import dataclass

# Registers that the ledger itself keeps; everything else on a register is entered by people.
FILE_REGISTER, ASSISTANCE_REGISTER = "household_file", "social_assistance"
TEAM_REGISTERS = ("home_visit_team", "phone_team", "field_team", "volunteer")
NEEDS_SURVEY, ASSISTANCE_PLAN = "needs_survey", "assistance_plan"
CHANGE_FORM = "change_form"
HOUSEHOLD_PAPERS = {
    NEEDS_SURVEY: "需求调查表",
    ASSISTANCE_PLAN: "帮扶工作方案",
    CHANGE_FORM: "信息变更登记表",
    "photo": "照片",
}

FIELDS = {
    "members": "家庭成员信息",
    "employment": "就业状况",
    "education": "受教育程度",
    "benefits": "享受保障情况",
    "needs": "帮扶需求",
    "difficulty": "困境类别",
    "health": "健康状况",
    "carer": "照料人",
    "guardian": "监护人",
    "schooling": "就学情况",
    "parents": "父母状况",
    "disability_type": "残疾类型",
    "disability_grade": "残疾等级",
    "situation": "基本情况",
    "urgency": "急难情形",
}
# Read from the rows of the household's people, not typed again.
FROM_PEOPLE = "members"
# Kept for each member, and only told of members: the household's page shows who has which.
CAPACITY = "capacity"
PERSONAL = {
    "employment": FIELDS["employment"],
    "education": FIELDS["education"],
    "schooling": FIELDS["schooling"],
    "health": FIELDS["health"],
    "benefits": FIELDS["benefits"],
    "disability_type": FIELDS["disability_type"],
    "disability_grade": FIELDS["disability_grade"],
    CAPACITY: "民事行为能力",
}
# Every field, of a household or a member, in words.
WORDS = {**FIELDS, **PERSONAL}
CAPABLE, LIMITED, INCAPABLE = "完全", "限制", "无"
CHOICES = {
    "disability_type": ("视力", "听力", "言语", "肢体", "智力", "精神", "多重"),
    "disability_grade": ("一级", "二级", "三级", "四级"),
    CAPACITY: (CAPABLE, LIMITED, INCAPABLE),
}
# Told by who cares for a member, not in words.
BY_CARERS = ("carer", "guardian")
# What a family's page asks for in words: the rest stands with its members.
OF_HOUSEHOLD = tuple(code for code in FIELDS if code == "benefits" or code not in (*PERSONAL, *BY_CARERS, FROM_PEOPLE))


@dataclass(frozen=True)
class CategoryLine:
    """One line of the list that a new bureau starts with; it may change its own list afterwards."""

    code: str
    label: str
    group: str
    required: tuple
    is_assistance: bool = False
    counts_as: str = ""


_ASSISTANCE = ("members", "employment", "education", "benefits", "needs")
_ELDER = ("difficulty", "health", "carer", "guardian", "benefits", "needs")
_CHILD = ("schooling", "parents", "health", "guardian", "benefits", "needs")
_DISABLED = ("disability_type", "disability_grade", "health", "benefits", "needs")
_SUDDEN = ("situation", "urgency", "needs")
_G = ("享受社会救助", "困境老年人", "困境儿童和未成年人", "重度残疾人", "大病、重大变故及其他")
DEFAULT_CATEGORIES = (
    CategoryLine("urban_dibao", "城市低保", _G[0], _ASSISTANCE, True),
    CategoryLine("rural_dibao", "农村低保", _G[0], _ASSISTANCE, True),
    CategoryLine("low_income", "低收入", _G[0], _ASSISTANCE, True),
    CategoryLine("tekun", "分散供养特困", _G[0], _ASSISTANCE, True),
    CategoryLine("tekun_centre", "集中供养特困", _G[0], _ASSISTANCE, True, "tekun"),
    CategoryLine("elder_disabled", "失能老年人", _G[1], _ELDER),
    CategoryLine("elder_dementia", "失智老年人", _G[1], _ELDER),
    CategoryLine("elder_bereaved", "失独老年人", _G[1], _ELDER),
    CategoryLine("elder_aged", "高龄老年人", _G[1], _ELDER),
    CategoryLine("elder_alone", "独居老年人", _G[1], _ELDER),
    CategoryLine("child_difficult", "困境儿童", _G[2], _CHILD),
    CategoryLine("child_left", "留守儿童", _G[2], _CHILD),
    CategoryLine("child_shelter", "需紧急庇护未成年人", _G[2], _CHILD),
    CategoryLine("disabled_severe", "重度残疾人", _G[3], _DISABLED),
    CategoryLine("major_illness", "罹患大病", _G[4], _SUDDEN),
    CategoryLine("major_change", "遭遇重大变故", _G[4], _SUDDEN),
    CategoryLine("other", "其他困难群众", _G[4], _SUDDEN),
)


def required_fields(categories):
    """The fields that any of the categories asks for, in the order of FIELDS; `categories` are lists of field codes."""
    wanted = {code for fields in categories for code in fields}
    return [code for code in FIELDS if code in wanted]


def packed(details):
    """{field: text} as one text to be sealed; empty fields are left out."""
    kept = {code: str(text).strip() for code, text in details.items() if str(text).strip()}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else ""


def opened(text):
    """What packed() made, as {field: text} again."""
    return json.loads(text) if text else {}


def is_present(from_day, to_day, *, on):
    """Whether an interval of whole days holds the day; an open end holds every later day."""
    return from_day <= on and (to_day is None or to_day >= on)


SOON = 30


def validity(from_day, to_day, *, on):
    """(kind of badge, words) of a category's period on a day: not begun, in force, ending today or within 30 days, over."""
    if from_day > on:
        return "wait", f"{from_day:%Y-%m-%d} 起生效"
    if to_day is None:
        return "ok", "有效"
    left = (to_day - on).days
    if left < 0:
        return "off", "已截止"
    if left == 0:
        return "bad", "今日截止"
    return ("warn", f"还有 {left} 天") if left <= SOON else ("ok", "有效")
