"""Decides what a value means on a day: completion, pace, status. Pure: exact numbers and dates in, decisions out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from services.indicators.promise import holds, lower, upper

ALMOST = Fraction(9999, 10000)
# 关注: the forecast just misses, by a tenth of the target at most.
NEAR = Fraction(9, 10)


@dataclass(frozen=True)
class Facts:
    """A promise and its numbers on a day, as status() looks at them.

    `areas` holds (comparisons, number, divisor) of every area that has a requirement. `cells` is (met, judged, all) of a
    grid. Numbers are already scaled (percent), so that number ÷ divisor is what is compared.
    """

    promise: object
    on: date
    comparisons: tuple
    number: Fraction
    divisor: Fraction
    areas: tuple = ()
    cells: tuple | None = None
    papers_missing: bool = False
    returns_missing: bool = False


def is_over(promise, on):
    """Whether the window has ended: its last day is past."""
    return promise.last < on


def days(promise, on):
    """(days gone with today, days in all) of the window."""
    total = (promise.last - promise.first).days + 1
    return max(0, min((on - promise.first).days + 1, total)), total


def satisfied(facts):
    """Whether the numbers reach the target and every area's minimum, as they are now."""
    whole = not facts.comparisons or (facts.divisor != 0 and holds(facts.comparisons, facts.number, facts.divisor))
    return whole and all(
        divisor != 0 and holds(comparisons, number, divisor) for comparisons, number, divisor in facts.areas
    )


def _part(comparisons, number, divisor, cells=None):
    """Completion of one requirement, 0 to 1; what isn't met never reaches 1."""
    if not comparisons:
        return Fraction(1)
    floor = lower(comparisons)
    if cells is not None and floor:
        met, _judged, total = cells
        return min(Fraction(met, total) / (Fraction(floor) / 100), Fraction(1)) if total else Fraction(0)
    if not floor:  # only an upper bound, or nothing may happen
        return Fraction(1 if divisor and holds(comparisons, number, divisor) else 0)
    if divisor == 0:
        return Fraction(0)
    reached = holds(
        [(op, limit) for op, limit in comparisons if op in ("gt", "ge")] or [("ge", floor)], number, divisor
    )
    return Fraction(1) if reached else max(Fraction(0), min(Fraction(number) / divisor / Fraction(floor), ALMOST))


def completion(facts, area_cells=()):
    """How far the promise is kept: the smaller of the whole and the mean of the areas."""
    whole = _part(facts.comparisons, facts.number, facts.divisor, facts.cells)
    if not facts.areas:
        return whole
    cells = area_cells or [None] * len(facts.areas)
    parts = [_part(*area, cell) for area, cell in zip(facts.areas, cells, strict=True)]
    return min(whole, sum(parts) / len(parts))


@dataclass(frozen=True)
class Pace:
    """What time gone says: expected by now, forecast for the end, needed a week; exact."""

    expected: Fraction
    forecast: Fraction
    needed_per_week: Fraction | None


def pace(facts):
    """The pace of what flows, or None: ratios, grids, stocks and pure upper bounds have none."""
    promise, floor = facts.promise, lower(facts.comparisons)
    if not promise.is_paced or not floor:
        return None
    gone, total = days(promise, facts.on)
    if gone == 0:
        return None
    left, missing = total - gone, max(Fraction(0), Fraction(floor) - facts.number)
    needed = missing * 7 / left if left else None
    return Pace(Fraction(floor) * gone / total, facts.number * total / gone, needed)


def status(facts, is_complete=False):
    """The first status that applies, as services/indicators documents them; also decides 关注."""
    promise = facts.promise
    early = _early(facts)
    if early:
        return early
    over, fine = is_over(promise, facts.on), satisfied(facts)
    if _exceeds(facts):
        return "missed" if upper(facts.comparisons) == 0 else "over"
    if fine and (over or promise.is_standing or not _can_turn(facts)):
        return "met"
    if over or _is_lost(facts):
        return "missed"
    return "on_pace" if fine or (facts.cells is not None and facts.cells[1] == 0) else _outlook(facts)


def _early(facts):
    promise = facts.promise
    if promise.missing:
        return "missing_parameter"
    if promise.reports_only:
        return "report_only"
    if promise.first > facts.on:
        return "not_started"
    empty = facts.cells[2] == 0 if facts.cells is not None else facts.divisor == 0
    if empty:
        return "not_applicable"
    if facts.papers_missing:
        return "papers_missing"
    # What has happened needs no word that nothing did: it is missed at once.
    return "unconfirmed" if facts.returns_missing and not _exceeds(facts) else None


def _exceeds(facts):
    """Above an exact number or an upper bound of a count; a share can't be."""
    top = upper(facts.comparisons)
    if top is None or facts.promise.is_grid or facts.promise.is_ratio:
        return False
    bounds = [("lt" if op == "lt" else "le", limit) for op, limit in facts.comparisons if limit == top]
    return not holds(bounds, facts.number, facts.divisor)


def _can_turn(facts):
    """Ratios, grids and what must not happen can still turn until the window is over."""
    promise = facts.promise
    return promise.is_grid or promise.is_ratio or (bool(facts.comparisons) and not lower(facts.comparisons))


def _is_lost(facts):
    """A closed cell of a grid that must be whole was missed."""
    if facts.cells is None or not facts.promise.every or (facts.comparisons and lower(facts.comparisons) != 100):
        return False
    met, judged, _total = facts.cells
    return bool(facts.comparisons) and met < judged


def _outlook(facts):
    """正常, 关注 or 落后 of what isn't reached yet."""
    if not facts.promise.is_paced or not (facts.comparisons or facts.areas):
        return "behind"
    gone, total = days(facts.promise, facts.on)
    speed = Fraction(total, gone)
    reach = lambda row: _forecast_share(*row, speed)  # noqa: E731
    areas = [reach(area) for area in facts.areas]
    if not facts.comparisons:
        lowest = min(areas)
        return "on_pace" if lowest >= 1 else "watch" if lowest >= NEAR else "behind"
    whole = reach((facts.comparisons, facts.number, facts.divisor))
    if whole >= 1 and all(area >= 1 for area in areas):
        return "on_pace"
    return "watch" if whole >= NEAR else "behind"


def _forecast_share(comparisons, number, divisor, speed):
    """The forecast as a share of what is wanted; 1 is reached."""
    floor = lower(comparisons)
    if not floor:
        return Fraction(1 if holds(comparisons, number, divisor) else 0)
    share = Fraction(number) * speed / divisor / Fraction(floor)
    exact = ("gt", floor) in comparisons
    return share if not exact or share > 1 else min(share, ALMOST)


def cut(value, places):
    """A number for display: cut, never rounded up, so that what isn't met never looks met."""
    if value is None:
        return None
    if isinstance(value, float | Decimal):
        value = Fraction(value)
    scaled = abs(value.numerator) * 10**places // value.denominator
    return Decimal(-scaled if value.numerator < 0 else scaled).scaleb(-places)
