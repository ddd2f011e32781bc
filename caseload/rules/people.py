"""What can be read from a name and from an identity number. Pure: values in, values out."""

import re
import unicodedata
from datetime import date

from tenancy.rules import id_number_fault, normal_id_number

__all__ = [
    "birth_date_of",
    "called",
    "id_number_fault",
    "is_minor",
    "masked_id_number",
    "normal_id_number",
    "normal_name",
    "normal_phone",
    "sex_of",
    "surname_of",
    "told_by",
]

ADULT_AT = 18
# 复姓 in use; a name of two characters is never read as one of these (欧阳 alone would be a name without a given name).
COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "子车",
        "亓官",
        "司寇",
        "巫马",
        "公西",
        "颛孙",
        "壤驷",
        "公良",
        "漆雕",
        "乐正",
        "宰父",
        "谷梁",
        "拓跋",
        "夹谷",
        "轩辕",
        "令狐",
        "段干",
        "百里",
        "呼延",
        "东郭",
        "南门",
        "羊舌",
        "微生",
        "公户",
        "公玉",
        "公仪",
        "公仲",
        "公门",
        "公山",
        "公坚",
        "左丘",
        "公伯",
        "西门",
        "公祖",
        "第五",
        "公乘",
        "贯丘",
        "公皙",
        "南荣",
        "仲长",
        "即墨",
        "达奚",
        "褚师",
        "纳兰",
        "叶赫",
        "完颜",
        "耶律",
    ]
)


def normal_name(text):
    """A name as it is kept and looked up: width unified, no blanks, one kind of middle dot."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text or ""))
    return re.sub(r"[.•・‧∙⋅●]", "·", text)


def normal_phone(text):
    """A number as it is kept and compared: digits only, without +86."""
    digits = "".join(sign for sign in str(text or "") if sign.isdigit())
    return digits.removeprefix("86") if len(digits) == 13 else digits


def surname_of(name):
    """The surname of a normal name, two characters for a compound surname: 欧阳远山 → 欧阳."""
    if len(name) > 2 and name[:2] in COMPOUND_SURNAMES:
        return name[:2]
    return name[:1]


def birth_date_of(id_number):
    """The birth date in a valid identity number, or None."""
    number = normal_id_number(id_number)
    return None if id_number_fault(number) else date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex_of(id_number):
    """ "male" for an odd seventeenth digit, "female" for an even one, "" when the number is not valid."""
    number = normal_id_number(id_number)
    if id_number_fault(number):
        return ""
    return "male" if int(number[16]) % 2 else "female"


def told_by(number):
    """(sex, birth date) in an identity number that has been checked already."""
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return "male" if int(number[16]) % 2 else "female", born


def is_minor(birth_date, *, on):
    """Whether a person is younger than 18 on the day; unknown birth dates are treated as adults'."""
    if birth_date is None:
        return False
    return (on.year - birth_date.year) - ((on.month, on.day) < (birth_date.month, birth_date.day)) < ADULT_AT


def masked_id_number(text, *, minor):
    """First three and last four of an adult's number; only the last two of a minor's."""
    if minor:
        return "*" * (len(text) - 2) + text[-2:] if text else ""
    return text[:3] + "*" * (len(text) - 7) + text[-4:] if len(text) >= 15 else "*" * len(text)


def called(masked_name, relation, birth_date, *, minor):
    """What a member is called among the own family: 江**（户主）; of a minor only relation and year of birth: 孙女（2015年生）."""
    if not minor:
        return f"{masked_name}（{relation}）"
    return f"{relation}（{birth_date.year}年生）" if birth_date else f"{relation}（未成年人）"
