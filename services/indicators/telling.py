"""What a page says of measured numbers: second lines, area cells, groups, what is still wanted. Pure; no decisions of its own."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from services.indicators.phrases import number
from services.indicators.promise import Promise, lower
from services.indicators.status import cut
from services.indicators.words import FORCES

NOTHING = "—"
MONTHS_NAMED = 3
GROUPS = {
    "hard": ("合同指标", "影响付款"),
    "plan": ("计划指标", "写在实施方案里，不单独影响付款"),
    "soft": ("仅报告", "不设门槛"),
}


@dataclass(frozen=True)
class AreaCell:
    """One area's figure in the table: 实际 / 最低, or the figure alone."""

    name: str
    text: str
    kind: str = ""


@dataclass(frozen=True)
class Line:
    """One row of the indicator table, ready to be shown."""

    row: object
    under: str
    target: str
    unit: str
    value: str
    areas: list
    note: str
    bar: Decimal | None
    bar_target: Decimal | None
    bar_note: str
    figures: dict = field(default_factory=dict)


def amount(row, value):
    """A value of the indicator as text, with % where it is a share."""
    if value is None:
        return NOTHING
    return f"{number(value)}{'%' if row.is_percent else ''}"


def line(row, labels):
    """The row of the table for one Measured."""
    floor = lower(row.target)
    return Line(
        row=row,
        under="；".join(filter(None, [row.indicator.clause, _area_words(row), _cell_words(row)])),
        target=row.target_text,
        unit="" if row.is_percent or not row.target else row.unit,
        value=amount(row, row.value),
        areas=[area_cell(row, area) for area in row.areas],
        note=note(row, labels),
        bar=None if row.status == "missing_parameter" else row.value,
        bar_target=floor if row.target else None,
        bar_note=bar_note(row),
    )


def _area_words(row):
    floors = {area.required for area in row.areas if area.required is not None}
    if not floors:
        return ""
    low = min(floors)
    return f"每街镇 ≥ {number(low)} {'%' if row.is_percent else row.unit}"


def _cell_words(row):
    promise = row.promise
    if not promise.is_grid or not promise.reach:
        return ""
    limits = promise.reach.entries[0][1]
    every = {
        "day": "每日",
        "workday": "每个工作日",
        "open_day": "每个开放日",
        "week": "每周",
        "month": "每月",
        "quarter": "每季",
        "half": "每半年",
        "year": "每年",
    }
    whom = (
        "每个对象"
        if promise.each is not None and promise.each.register
        else "各岗"
        if promise.each is not None and promise.each.field
        else ""
    )
    when = "、".join(every[one] for one in promise.every)
    signs = {"ge": "≥ ", "gt": "> ", "le": "≤ ", "lt": "< ", "eq": "", "ne": "≠ "}
    return f"{whom}{when} {'，'.join(signs[op] + number(limit) for op, limit in limits)} {row.unit}".strip()


def has_areas(row):
    """Whether the indicator can be told apart by area: what has places, and is no quotient by a fixed number."""
    promise = row.promise
    fixed = promise.over is not None and not isinstance(promise.over, Promise)
    placed = promise.source != "indicator" and (promise.source != "staff" or bool(promise.areas))
    return placed and not fixed and not promise.missing


def area_cell(row, area):
    if not has_areas(row):
        return AreaCell(area.area.name, NOTHING)
    if area.required is None:
        return AreaCell(area.area.name, amount(row, area.value))
    return AreaCell(
        area.area.name, f"{amount(row, area.value)} / {amount(row, area.required)}", "ok" if area.is_met else "bad"
    )


def bar_note(row):
    """What stands right below the bar where no pace is: cells, numerator and denominator."""
    if row.cells is not None:
        met, judged, _total = row.cells
        return f"{met} / {judged} {cell_word(row.promise)}"
    if row.promise.is_ratio and row.value is not None:
        return f"{number(cut(row.number / row.promise.scale, 2))} / {number(cut(row.divisor, 2))}"
    return ""


def cell_word(promise):
    """What a cell is called: 期 of a period, 岗 of a post, 格 of a subject's period, 户 of a subject."""
    if promise.each is None:
        return "期"
    if promise.each.field:
        return "岗"
    return "格" if promise.every else "个"


def note(row, labels):
    """The second line of the status: what is missing, and how much."""
    notes = {
        "missing_parameter": lambda: f"待约定：{'、'.join(parameter(name, labels) for name in row.missing)}",
        "papers_missing": lambda: (
            "缺"
            + "、".join(labels.words.get(("paper", kind)) or labels.of("document", kind) for kind in row.papers_missing)
        ),
        "unconfirmed": lambda: returns_told(row),
        "report_only": lambda: _reported(row, labels),
        "over": lambda: f"多 {number(row.value - lower(row.target))} {row.unit}" if lower(row.target) else "超出上限",
        "met": lambda: "超出部分不另计费" if row.pay is not None and row.pay.counted > row.promise.pay.cap else "",
        "not_started": lambda: f"{row.promise.first:%m-%d} 起",
        "not_applicable": lambda: "名册上还没有对象" if row.cells is not None else "还没有可计的记录",
    }
    told = notes[row.status]() if row.status in notes else _gap(row)
    return "，".join(
        filter(
            None, [told, f"{row.pending} 条待审核" if row.pending and row.status not in ("met", "report_only") else ""]
        )
    )


def parameter(name, labels):
    """What a value that the parties have not agreed yet is called: the term, or the tenant's word for it."""
    return "服务期" if name == "term" else labels.words.get(("fact", name)) or "时限或标准"


def returns_told(row):
    """缺 2024年2月、2024年3月零报告 — at most three months by name."""
    months = list(dict.fromkeys(month.title for _kind, month in row.returns_missing))
    more = f"等 {len(months)} 个月" if len(months) > MONTHS_NAMED else ""
    return f"缺{'、'.join(months[:MONTHS_NAMED])}{more}零报告"


def _reported(row, labels):
    missing = "、".join(labels.words.get(("paper", kind)) or labels.of("document", kind) for kind in row.papers_missing)
    have = f"有效 {number(row.divisor)} 份" if row.promise.source == "answer" else f"共 {number(row.divisor)} 条"
    return f"{have}，缺{missing}" if missing else have


def _gap(row):
    if row.cells is not None:
        return f"{number(row.shortfall)} {cell_word(row.promise)}未做到" if row.shortfall else "已到期的都做到"
    if row.promise.is_ratio:
        return _ratio_gap(row)
    short = areas_short(row)
    if row.forecast is not None and row.status in ("watch", "behind"):
        wanted = lower(row.target) - row.forecast
        if wanted > 0:
            return f"预计差 {number(_up(wanted))} {row.unit}"
        return short
    total = f"{'还需' if row.status == 'on_pace' else '差'} {number(row.shortfall)} {row.unit}" if row.shortfall else ""
    return short or total


def _ratio_gap(row):
    if row.promise.count.how == "share":
        off = row.divisor - row.number / row.promise.scale
        return f"{number(cut(off, 0))} 条不符合" if off and row.status != "on_pace" else ""
    return f"差 {number(row.shortfall)} {row.unit}" if row.shortfall and row.status != "on_pace" else ""


def _up(value):
    whole = Decimal(int(value))
    return whole if whole == value else whole + 1


def areas_short(row):
    """军庄镇差 2 场 — the areas that are short of their minimum, or nothing."""
    return "，".join(
        f"{area.area.name}差 {number(area.shortfall)} {'%' if row.is_percent else row.unit}"
        for area in row.area_shortfalls
        if area.shortfall
    )


def is_folded(row):
    """Staff and teams on the day: folded below the table."""
    return row.promise.is_stock and row.promise.present == "now"


@dataclass(frozen=True)
class Group:
    title: str
    sub: str
    lines: list


def groups(table, labels):
    """(groups of lines by force, folded lines of staff): what a contract page shows."""
    lines = [line(row, labels) for row in table.rows]
    shown = [one for one in lines if not is_folded(one.row)]
    made = [Group(*GROUPS[force], [one for one in shown if one.row.indicator.force == force]) for force in FORCES]
    return [group for group in made if group.lines], [one for one in lines if is_folded(one.row)]


def folded_told(lines):
    """另有 6 项人员配备指标，全部达标"""
    if not lines:
        return ""
    met = sum(one.row.status == "met" for one in lines)
    rest = "全部达标" if met == len(lines) else f"{met} 项达标，{len(lines) - met} 项未达标"
    return f"另有 {len(lines)} 项人员配备指标，{rest}"


@dataclass(frozen=True)
class PricedLine:
    """A price line against what counts: agreed sum, sum by counted quantity, difference (never above 0)."""

    line: object
    counted: Decimal | None
    amount: Decimal
    difference: Decimal


def priced(lines, by_code):
    """What the counted quantities are worth line by line; over-delivery is not paid, lines without an indicator are whole."""
    made = []
    for one in lines:
        row = by_code.get(one.indicator)
        if row is None or one.unit_price is None or row.missing:
            made.append(PricedLine(one, None, one.amount, Decimal(0)))
            continue
        counted = min(Decimal(int(Fraction(row.number) / row.divisor)) if row.divisor else Decimal(0), one.quantity)
        worth = (counted * one.unit_price).quantize(Decimal("0.01"))
        made.append(PricedLine(one, counted, worth, worth - one.amount))
    return made


def totals(lines):
    """The sums of priced lines: agreed, by counted quantity, difference."""
    return {
        "amount": sum(one.line.amount for one in lines),
        "counted": sum(one.amount for one in lines),
        "difference": sum(one.difference for one in lines),
    }


def wanted(row):
    """What still has to be added, as a key figure: (amount text, where)."""
    short = row.area_shortfalls
    if not row.shortfall or row.promise.is_grid or row.promise.is_ratio:
        return "", ""
    where = (
        f"均在{short[0].area.name}"
        if len(short) == 1 and short[0].shortfall == row.shortfall
        else "、".join(area.area.name for area in short)
    )
    return number(row.shortfall), where
