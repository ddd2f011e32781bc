"""What makes two entries of the ledger look like one, and what two entries become. Pure: values in, values out."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

# What may be chosen from either entry, and its word.
PERSON_FIELDS = {
    "name": "姓名",
    "id_number": "身份证号",
    "phone": "电话",
    "sex": "性别",
    "birth_date": "出生日期",
    "features": "特征",
    "details": "个人情况",
}
HOUSEHOLD_FIELDS = {"address": "住址", "note": "备注", "details": "台账内容"}
# What people call the rows that point to a person or a household, by the name of their table.
WORDS = {
    "Answer": "满意度问卷", "Carer": "照料人、监护人", "Case": "个案", "CaseReferral": "转介", "Clock": "时限", "GroupMember": "组员", "HouseholdCategory": "类别",
    "HouseholdPaper": "家庭材料", "Identification": "身份查明", "Incident": "事件", "LedgerChange": "信息变更", "Person": "成员", "RegisterEntry": "名册",
    "ServiceRecord": "服务记录", "FollowUp": "回访安排", "DisclosureRequest": "查看申请", "Attendance": "签到", "Consent": "知情同意",
}  # fmt: skip
SAME_BIRTH, SAME_PHONE, ONE_WITHOUT_NUMBER, SAME_ADDRESS, MAY_BE = (
    "同名，出生日期相同",
    "同名，电话相同",
    "同名，其中一人没有身份证号",
    "住址相同",
    "身份不详，性别、年龄、社区（村）相近",
)
# A guess at an age may be this far off, in years.
AGE_OFF = 3


@dataclass(frozen=True)
class Signs:
    """What is compared of a person; `age` is a guess where no birth date is known."""

    name: str = ""
    birth_date: date | None = None
    phone: str = ""
    has_number: bool = False
    sex: str = ""
    area: object = None
    age: int | None = None
    is_unknown: bool = False


def why_one_person(first, second, *, on):
    """Why two people (Signs) may be one: a sentence, or "" when nothing says so.

    Two identity numbers are two people: the ledger holds each number once.
    """
    if first.has_number and second.has_number:
        return ""
    if first.is_unknown != second.is_unknown:
        return MAY_BE if _may_be(first, second, on=on) else ""
    if first.is_unknown or not first.name or first.name != second.name:
        return ""
    if first.birth_date and first.birth_date == second.birth_date:
        return SAME_BIRTH
    if first.phone and first.phone == second.phone:
        return SAME_PHONE
    differ = first.birth_date and second.birth_date and first.birth_date != second.birth_date
    return ONE_WITHOUT_NUMBER if first.has_number != second.has_number and not differ else ""


def _may_be(first, second, *, on):
    ages = [_age(one, on=on) for one in (first, second)]
    near = None not in ages and abs(ages[0] - ages[1]) <= AGE_OFF
    return near and first.area == second.area and bool(first.sex) and first.sex == second.sex


def _age(signs, *, on):
    if signs.birth_date is None:
        return signs.age
    born = signs.birth_date
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def plain_address(text):
    """An address as it is compared: width unified, no blanks and marks, 号楼 and 单元 in one spelling."""
    text = unicodedata.normalize("NFKC", text or "").lower()
    text = re.sub(r"[\s,，。.、#（）()]", "", text)
    for words, sign in (("号楼|栋|幢", "楼"), ("单元|门", "-"), ("号院", "院"), ("号|室", "")):
        text = re.sub(words, sign, text)
    return re.sub(r"-+", "-", text)


def to_take(kept, merged):
    """The fields that only the merged entry has: what a form offers first. Both are {field: text}."""
    return [field for field, text in merged.items() if text and not kept.get(field)]


def chosen(kept, merged, take):
    """{field: text} of what the kept entry becomes in the chosen fields, where that differs from what it has."""
    return {field: merged[field] for field in take if field in merged and merged[field] != kept.get(field)}


def joined_details(first, second):
    """What is written in {field: text} of both; the first one's words stand where both have some."""
    return {**second, **{field: text for field, text in first.items() if str(text).strip()}}


def word_of(table):
    """What people call the rows of a table."""
    return WORDS.get(table, "其他资料")


def joined_interval(first, second):
    """(from, to) of two stays that lie on each other; an open end stays open."""
    (from_a, to_a), (from_b, to_b) = first, second
    return min(from_a, from_b), None if to_a is None or to_b is None else max(to_a, to_b)


def overlap(first, second):
    """Whether two stays (from, to or None) have a day in common."""
    (from_a, to_a), (from_b, to_b) = first, second
    return (to_a is None or from_b <= to_a) and (to_b is None or from_a <= to_b)
