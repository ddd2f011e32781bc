"""A grid as people read it: subjects, areas or posts down, periods across, each cell met, short or still open.

A register's grid is read page by page, the subjects with the most missed cells first; grids that a measurement carries
whole (periods, areas, posts) are only laid out.
"""

from dataclasses import dataclass

from services.indicators.compile import Frame
from services.indicators.measure import run
from services.indicators.presenting import subjects_named
from services.indicators.promise import lower
from services.indicators.rows import Listing
from services.indicators.setting import Binder

ACROSS, DOWN = 14, 30


@dataclass(frozen=True)
class Head:
    """One period as a column: its number, the full title and a short one."""

    number: int
    title: str
    short: str
    period: object


@dataclass(frozen=True)
class Cell:
    """One cell: what was done of what is required. `is_due` is False where the subject was not on the register."""

    head: Head
    done: object = None
    required: object = None
    is_closed: bool = False
    is_met: bool = False
    is_due: bool = True

    @property
    def state(self):
        """met, missed, open, or none where nothing was due."""
        if not self.is_due:
            return "none"
        return "met" if self.is_met else "missed" if self.is_closed else "open"


@dataclass(frozen=True)
class Row:
    """One subject, area or post with its cells."""

    subject: object
    title: str
    cells: list
    missed: int = 0
    area: object = None


@dataclass(frozen=True)
class Matrix:
    """A page of a grid: columns across, rows down; `after` is where the next page of rows starts, None on the last."""

    every: str
    heads: list
    rows: list
    total: int = 0
    after: int | None = None
    earlier: int | None = None
    later: int | None = None
    is_register: bool = False


def short_title(period, every):
    """What fits over a narrow column: 6-3, 6月, 二季, 上半年."""
    first = period.whole_first
    if every in ("day", "workday", "open_day", "week"):
        return f"{first.month}-{first.day}"
    if every == "month":
        return f"{first.month}月"
    if every == "quarter" and first.month % 3 == 1 and first.day == 1:
        return f"{'一二三四'[(first.month - 1) // 3]}季"
    if every == "half" and first.day == 1:
        return "上半年" if first.month == 1 else "下半年"
    return period.title if every in ("", "year") else f"{first.month}-{first.day}"


def _across(periods, on, start):
    """(first number shown, last) of at most ACROSS columns; without a wish those that end with the running period."""
    total = len(periods)
    if start is None:
        running = max((number for number, period in enumerate(periods, 1) if period.first <= on), default=1)
        start = running - ACROSS + 1
    start = max(1, min(start, total - ACROSS + 1))
    return start, min(total, start + ACROSS - 1)


def _heads(periods, every, start, end):
    return [
        Head(number, period.title, short_title(period, every), period)
        for number, period in enumerate(periods, 1)
        if start <= number <= end
    ]


def _pages(start, end, total):
    return {"earlier": max(1, start - ACROSS) if start > 1 else None, "later": end + 1 if end < total else None}


# --- over a register ------------------------------------------------------------------------------------------------
def of_register(contract, indicator, *, on, labels, area=None, after=0, start=None):
    """[Matrix] of a grid over a register, one for each way of cutting the window; two statements each."""
    listing = Listing(contract, indicator, on=on, labels=labels)
    promise = listing.promise
    if promise.missing or promise.each is None or not promise.each.register:
        return []
    return [
        _page(listing, item, on=on, area=area, after=after, start=start) for item in listing.requests.grids(promise)
    ]


def _page(listing, item, *, on, area, after, start):
    every = item.plain.scheme.every
    periods = listing.setting.periods(item.plain.scheme)
    first, last = _across(periods, on, start) if periods else (1, 0)
    heads = _heads(periods, every, first, last)
    found = _subjects(listing, item, (first, last), area, after)
    more, total = len(found) > DOWN, found[0][3] if found else 0
    found = found[:DOWN]
    names = subjects_named(listing.contract, listing.promise.each.register, {subject for subject, *_ in found})
    required = {head.number: lower(listing.promise.reach.on(head.period.first)) for head in heads}
    rows = [
        Row(
            subject,
            names.get(subject, ""),
            [_cell(head, required[head.number], dict(zip(numbers, zip(done, closed, met, strict=True), strict=True))) for head in heads],
            missed,
            listing.areas[unit - 1] if unit else None,
        )
        for subject, unit, missed, _total, numbers, done, closed, met in found
    ]  # fmt: skip
    return Matrix(
        every, heads, rows, total, after + DOWN if more else None, is_register=True, **_pages(first, last, len(periods))
    )


def _cell(head, required, known):
    if head.number not in known:
        return Cell(head, is_due=False)
    done, closed, met = known[head.number]
    return Cell(head, done or 0, required, closed, met)


def _subjects(listing, item, columns, area, after):
    """(subject, unit, missed, subjects in all, numbers, done, closed, met), those with the most missed cells first."""
    bind = Binder()
    frame = Frame(item.source, [item], listing.setting, bind)
    cells = frame.cells(item)
    where = f"WHERE unit = {bind(1 + [own.pk for own in listing.areas].index(area.pk))}" if area is not None else ""
    shown = f"FILTER (WHERE n BETWEEN {bind(columns[0])} AND {bind(columns[1])})"
    lists = ", ".join(f"array_agg({name} ORDER BY n) {shown} AS {name}s" for name in ("n", "v", "closed", "met"))
    statement = (
        f"WITH b AS MATERIALIZED ({frame.rows()}) SELECT subject, max(unit), count(*) FILTER (WHERE closed AND NOT met) AS missed, count(*) OVER (), {lists}"
        f" FROM ({cells}) y {where} GROUP BY subject ORDER BY missed DESC, count(*) FILTER (WHERE NOT met) DESC, subject LIMIT {bind(DOWN + 1)} OFFSET {bind(after)}"
    )
    return [
        (subject, unit, missed, total, *(values or [] for values in lists))
        for subject, unit, missed, total, *lists in run(statement, bind.values)
    ]


# --- carried by the measurement -----------------------------------------------------------------------------------
def of_measured(measured, *, on, name, start=None):
    """[Matrix] of a grid of periods × areas or values; `name(cell)` says what a row is called. A grid of one row is a strip."""
    promise = measured.promise
    if not measured.grid:
        return []
    keys = list(dict.fromkeys(cell.cell for cell in measured.grid))
    every = promise.every[0] if len(promise.every) == 1 else ""
    periods = list(dict.fromkeys(cell.period for cell in measured.grid if cell.period is not None))
    first, last = _across(periods, on, start) if periods else (1, 1)
    heads = _heads(periods, every, first, last) if periods else [Head(1, "全期", "全期", None)]
    by_place = {(cell.cell, cell.period): cell for cell in measured.grid}
    rows = [
        Row(
            key,
            name(key) if key is not None else "",
            [_laid(head, by_place.get((key, head.period))) for head in heads],
            sum(cell.is_closed and not cell.is_met for cell in measured.grid if cell.cell == key),
        )
        for key in keys
    ]
    return [Matrix(every, heads, rows, len(rows), **_pages(first, last, len(periods) or 1))]


def _laid(head, cell):
    if cell is None:
        return Cell(head, is_due=False)
    return Cell(head, cell.value, cell.required, cell.is_closed, cell.is_met)
