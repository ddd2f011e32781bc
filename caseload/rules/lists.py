"""Lists of households from Excel: which column is which, what is wrong in which cell, and which rows make a family.

Pure: the cells of a sheet in, families and faults out. A fault names row, column and reason, never the value.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from caseload.rules import people
from caseload.rules.ledger import FIELDS, FROM_PEOPLE

MOST_ROWS, MOST_COLUMNS, HEADER_WITHIN, LONGEST_TEXT, LONGEST_NAME = 5000, 60, 10, 500, 30
# column: its headers as bureaus and systems write them; the first is the one shown.
HEADERS = {
    "number": ("户编号", "户号", "家庭编号", "档案编号", "户档案号"),
    # From when a file exists already: 已建台账 of earlier years come with the day on which each was opened.
    "filed_on": ("建档日期", "建档时间"),
    "street": ("街道（乡镇）", "街道", "乡镇", "街镇", "所属街道", "乡镇街道", "街道乡镇"),
    "community": ("社区（村）", "社区", "村", "村居", "村社区", "社区村", "所属社区", "居委会", "村居委会", "所在社区"),
    "name": ("姓名", "成员姓名", "家庭成员姓名", "服务对象姓名", "户主姓名"),
    "id_number": ("身份证号", "身份证号码", "身份证", "公民身份号码", "公民身份证号", "证件号码", "证件号"),
    "phone": ("电话", "联系电话", "手机号", "手机号码", "手机", "联系方式"),
    "sex": ("性别",),
    "birth_date": ("出生日期", "出生年月日"),
    "relation": ("与户主关系", "家庭关系", "关系", "成员关系"),
    "category": ("类别", "救助类别", "对象类别", "对象类型", "人员类别", "救助类型"),
    "category_from": ("类别起始日期", "享受起始日期", "批准日期", "起始日期", "救助起始日期"),
    "certificate": ("类别证号", "救助证号", "低保证号", "残疾证号"),
    "address": ("住址", "家庭住址", "现住址", "居住地址", "详细地址", "地址"),
    "note": ("备注",),
    **{code: (label,) for code, label in FIELDS.items() if code != FROM_PEOPLE},
}
HEADERS["education"] += ("文化程度", "学历")
HEADERS["benefits"] += ("享受保障", "保障情况")
HEADERS["needs"] += ("需求", "主要需求")
HEADERS["employment"] += ("就业情况", "职业")
HEADERS["health"] += ("身体状况", "健康情况")
REQUIRED = ("community", "name", "id_number")
HEADS = ("户主", "本人")
NOTHING = {"", "-", "—", "–", "－", "/", "\\", "无"}
ACTIVE_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Cell:
    """One cell as it was read; `trouble` is "formula" or "error" for what must not be taken over."""

    value: object = None
    trouble: str = ""


@dataclass(frozen=True)
class Fault:
    """One thing wrong: the sheet's row and column letter, the column's word, and why."""

    row: int
    column: str
    field: str
    message: str

    def as_dict(self):
        return {"row": self.row, "column": self.column, "field": self.field, "message": self.message}


@dataclass
class Line:
    """One row that was read: a person, with the household's values where the row has them."""

    row: int
    values: dict
    faults: list = field(default_factory=list)


# --- columns ----------------------------------------------------------------------------------------------------------
def plain(text):
    """A header without spaces, brackets and marks: what it is known by."""
    return re.sub(r"[\s*＊（）()、/：:]|必填|选填", "", str(text or ""))


_BY_HEADER = {plain(header): name for name, headers in HEADERS.items() for header in headers}


def title(name):
    """The word for a column."""
    return HEADERS[name][0]


def letters(index):
    """The sheet's letters of a column counted from 0: 0 → A, 27 → AB."""
    text, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def columns_of(cells, named=None):
    """({column: index}, headers that are not taken over, problems) of a header row.

    `named` tells what headers mean that people had to explain: {plain header: column, "" for one to leave out}.
    """
    found, unknown, problems = {}, [], []
    words = {**_BY_HEADER, **(named or {})}
    for index, cell in enumerate(cells):
        word = plain(cell.value)
        name = words.get(word)
        if name in found:
            problems.append(f"{letters(found[name])} 列和 {letters(index)} 列都是“{title(name)}”，只留一列")
        elif name:
            found[name] = index
        elif word:
            unknown.append(str(cell.value).strip()[:20])
    return found, unknown, problems


def find_header(rows, named=None):
    """The position among the first rows that names most columns, "姓名" among them, or None."""
    scores = [
        (len(columns_of(cells, named)[0]), -at)
        for at, (_, cells) in enumerate(rows[:HEADER_WITHIN])
        if "name" in columns_of(cells, named)[0]
    ]
    return -max(scores)[1] if scores else None


def likely_header(rows):
    """The position of the first row with enough different words to name the columns of a list, or None."""
    for at, (_, cells) in enumerate(rows[:HEADER_WITHIN]):
        if len({plain(cell.value) for cell in cells if isinstance(cell.value, str)} - {""}) >= len(REQUIRED):
            return at
    return None


def headers_of(cells):
    """[(letters, header as written, plain header, the column that it names by itself or "")] of a header row, each once."""
    told = {}
    for index, cell in enumerate(cells):
        word = plain(cell.value)
        if word:
            told.setdefault(word, (letters(index), str(cell.value).strip()[:40], word, _BY_HEADER.get(word, "")))
    return list(told.values())


def missing_columns(columns):
    """The words of the columns without which a list can't be taken over."""
    return [title(name) for name in REQUIRED if name not in columns]


# --- cells --------------------------------------------------------------------------------------------------------------
def parse_date(value):
    """A date from a date cell or the usual ways to write one (2024-05-06, 2024.5.6, 2024年5月6日, 20240506), or None."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = re.fullmatch(r"(\d{4})(?:[-/.年]\s*(\d{1,2})[-/.月]\s*(\d{1,2})日?|(\d{2})(\d{2}))", str(value).strip())
    if not found:
        return None
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _text(value):
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value if value is not None else "").strip()
    return "" if text in NOTHING else text


def read_line(row, cells, columns):
    """A Line of the row's cells with every fault that its own cells show, or None for an empty row."""
    line = Line(row, {})
    for name, index in columns.items():
        cell = cells[index] if index < len(cells) else Cell()
        fault, value = _cell(name, cell)
        line.values[name] = value
        if fault:
            line.faults.append(Fault(row, letters(index), title(name), fault))
    if not line.faults and not any(line.values.values()):
        return None
    for name in REQUIRED:
        if not line.values[name] and not any(fault.field == title(name) for fault in line.faults):
            line.faults.append(Fault(row, letters(columns[name]), title(name), f"{title(name)}未填"))
    line.faults += _against_number(line, columns)
    return line


def _cell(name, cell):
    """(fault or "", value) of one cell."""
    if cell.trouble == "formula":
        return "单元格是公式，不导入。粘贴为数值再传", ""
    if cell.trouble == "error":
        return "单元格是错误值（如 #N/A），改正后再传", ""
    text = _text(cell.value)
    if not text:
        return "", ""
    if text.startswith(ACTIVE_SIGNS) and name != "phone":
        return "文字以 =、+、-、@ 开头，会被当成公式，不导入", ""
    longest = LONGEST_NAME if name == "name" else LONGEST_TEXT
    if len(text) > longest:
        return f"超过 {longest} 字", ""
    reader = _READERS.get(name)
    return reader(cell.value, text) if reader else ("", text)


def _name(value, text):
    name = people.normal_name(text)
    return ("姓名里有数字或符号", name) if re.search(r"[^\w·]|\d|_", name) else ("", name)


def _id_number(value, text):
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "存成了数字，后几位已丢失。把整列设为文本，重新填写", ""
    number = people.normal_id_number(text.lstrip("'’"))
    return people.id_number_fault(number), number


def _phone(value, text):
    digits = re.sub(r"[\s\-—()（）]", "", text).removeprefix("+86")
    return ("", digits) if re.fullmatch(r"\d{7,12}", digits) else ("电话应为 7 至 12 位数字", "")


def _sex(value, text):
    found = {"男": "male", "女": "female"}.get(text)
    return ("", found) if found else ("性别只写男或女", "")


def _date(value, text):
    found = parse_date(value)
    return ("", found) if found and 1900 <= found.year <= 2100 else ("日期写成 2024-05-06 这样", "")


_READERS = {
    "name": _name,
    "id_number": _id_number,
    "phone": _phone,
    "sex": _sex,
    "birth_date": _date,
    "category_from": _date,
    "filed_on": _date,
}


def _against_number(line, columns):
    """Sex and birth date that don't agree with the identity number."""
    number = line.values["id_number"]
    said = [name for name in ("sex", "birth_date") if line.values.get(name)]
    if not number or not said or people.id_number_fault(number):
        return []
    sex, birth_date = people.told_by(number)
    right = {"sex": sex, "birth_date": birth_date}
    return [
        Fault(line.row, letters(columns[name]), title(name), "与身份证号不符")
        for name in said
        if line.values[name] != right[name]
    ]


# --- what is told of a list ---------------------------------------------------------------------------------------------
def place_of(street, community, places):
    """The key of a community named so, within the street when one is given; None when there is none or more than one."""
    names = {
        community,
        f"{community}社区",
        f"{community}村",
        re.sub(r"(社区)?(居委会|居民委员会|村委会|村民委员会)$", r"\1", community),
    }
    found = {key for (in_street, name), key in places.items() if name in names and street in ("", in_street)}
    return found.pop() if len(found) == 1 else None


def by_reason(faults):
    """[(message without its row, count)] of fault dicts, the most frequent first: what to mend first."""
    counted = Counter(re.sub(r"第 \d+ 行", "另一行", fault["message"]) for fault in faults)
    return counted.most_common()
