"""The forms that a value of a contract file may have, and what is said in Chinese of one that is wrong."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Spec:
    """What may stand at one place. `default` is what an absent field means, and what an export leaves out."""

    kind: str
    label: str = ""
    required: bool = False
    limit: int = 0
    choices: tuple = ()
    default: object = None
    fields: dict = field(default_factory=dict)


def text(label, limit=0, *, required=False):
    return Spec("text", label, required, limit)


def number(kind, label, *, required=False, default=None):
    return Spec(kind, label, required, default=default)


def one_of(label, *choices, required=False, default=None):
    return Spec("choice", label, required, choices=choices, default=default)


def part(label, fields, *, required=False):
    return Spec("part", label, required, fields=fields)


def rows(label, fields):
    return Spec("rows", label, fields=fields)


def _quoted(value):
    return f"“{str(value)[:40]}”"


def _wrong_text(value, spec):
    if not isinstance(value, str):
        return f"应为文字，现为 {_quoted(value)}|给它加上引号"
    if not value.strip():
        return "未填|填上，或删去这一行"
    return f"最多 {spec.limit} 字，现有 {len(value)} 字|写短" if spec.limit and len(value) > spec.limit else ""


def _is_number(value):
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _too_fine(value, places):
    return Decimal(value).as_tuple().exponent < -places


def _wrong_money(value, _):
    if not _is_number(value) or not 0 <= value < 10**12:
        return f"应为金额，现为 {_quoted(value)}|写成 30800.00，不加逗号和单位"
    return "最多两位小数|精确到分" if _too_fine(value, 2) else ""


def _wrong_decimal(value, _):
    if not _is_number(value) or not 0 <= value < 10**10:
        return f"应为数字，现为 {_quoted(value)}|写成 154"
    return "最多两位小数|写成 154.50" if _too_fine(value, 2) else ""


def _wrong_integer(value, _):
    return (
        ""
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**15
        else f"应为整数，现为 {_quoted(value)}|写成 10"
    )


def _wrong_share(value, _):
    if not _is_number(value) or not 0 < value <= 1:
        return f"应为 0 到 1 之间的小数，现为 {_quoted(value)}|70% 写成 0.70"
    return "最多四位小数|12.34% 写成 0.1234" if _too_fine(value, 4) else ""


def _wrong_date(value, _):
    return (
        ""
        if isinstance(value, date) and not isinstance(value, datetime)
        else f"应为日期，现为 {_quoted(value)}|写成 2024-11-30"
    )


def _wrong_areas(value, _):
    if not isinstance(value, dict) or not value:
        return "应按区、街道（乡镇）、社区（村）三级列出|写成 区名: {街道名: [社区名, …]}"
    for streets in value.values():
        if not isinstance(streets, dict) or not all(
            isinstance(names, list) and all(isinstance(name, str) for name in names) for names in streets.values()
        ):
            return "应按区、街道（乡镇）、社区（村）三级列出|写成 区名: {街道名: [社区名, …]}"
    return ""


def _wrong_words(value, _):
    if not isinstance(value, dict):
        return "应为“代号: 名称”各一行|写成 photo: 照片"
    bad = [
        code
        for code, word in value.items()
        if not isinstance(code, str) or not isinstance(word, str) or not 0 < len(word) <= 60
    ]
    return f"中 {_quoted(bad[0])} 的名称应为 1 至 60 字|写成 photo: 照片" if bad else ""


def _wrong_tuples(value, _):
    if isinstance(value, list) and all(
        isinstance(row, list) and len(row) in (2, 3, 4) and all(isinstance(word, str) for word in row[:2])
        for row in value
    ):
        return ""
    return "应成对写：代号和名称|写成 [[home, 入户], [phone, 电话]]"


def _wrong_list(value, _):
    return "" if isinstance(value, list) else f"应为列表，现为 {_quoted(value)}|每条以“- ”开头"


def _wrong_map(value, _):
    return "" if isinstance(value, dict) else f"应由若干项组成，现为 {_quoted(value)}|每项一行，写成“名: 值”"


WRONG = {
    "text": _wrong_text,
    "money": _wrong_money,
    "integer": _wrong_integer,
    "decimal": _wrong_decimal,
    "share": _wrong_share,
    "date": _wrong_date,
    "boolean": lambda value, _: (
        "" if isinstance(value, bool) else f"应为是或否，现为 {_quoted(value)}|写成 true 或 false"
    ),
    "choice": lambda value, spec: (
        "" if value in spec.choices else f"不能是 {_quoted(value)}|可用：{'、'.join(spec.choices)}"
    ),
    "texts": lambda value, _: (
        ""
        if isinstance(value, list) and all(isinstance(entry, str) for entry in value)
        else f"应为文字的列表，现为 {_quoted(value)}|写成 [甲, 乙]"
    ),
    "codes": lambda value, spec: (
        ""
        if isinstance(value, list) and value and all(entry in spec.choices for entry in value)
        else f"应从中选取一项或几项，现为 {_quoted(value)}|可用：{'、'.join(spec.choices)}"
    ),
    "words": _wrong_words,
    "areas": _wrong_areas,
    "tuples": _wrong_tuples,
    "list": _wrong_list,
    "rows": _wrong_list,
    "map": _wrong_map,
    "part": _wrong_map,
    "marking": lambda value, _: (
        "" if isinstance(value, dict | str) and value else "应为方案库中的代号，或整个方案|写成 nc1-midterm"
    ),
}
