"""A definition that has been read: what an indicator promises, as values."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne

from services.indicators.conditions import Count
from services.indicators.words import LOWER, STOCKS, UPPER

ROWS = Count()


class Unset(Decimal):
    """A limit whose parameter has no value yet; nothing is ever compared with it, and sentences say so."""


UNSET = Unset(0)
HOLDS = {"ge": ge, "gt": gt, "le": le, "lt": lt, "eq": eq, "ne": ne}


@dataclass(frozen=True)
class Requirement:
    """Comparisons that a number must satisfy, with the day from which each set is in force (None: from the start)."""

    entries: tuple = ()

    def __bool__(self):
        return bool(self.entries)

    def on(self, day):
        """The comparisons in force on the day: ((op, limit), …)."""
        force = [entry for entry in self.entries if entry[0] is None or entry[0] <= day]
        return max(force, key=lambda entry: entry[0] or date.min)[1] if force else ()


@lru_cache(maxsize=4096)
def exact(number):
    """The number as a fraction; the same few numbers are asked for again and again."""
    return Fraction(number)


def _whole(number):
    return number if isinstance(number, int | Fraction) else exact(number)


def holds(comparisons, number, divisor=1):
    """Whether number ÷ divisor satisfies every comparison, exactly: number is compared with limit × divisor, in whole numbers."""
    number, divisor = _whole(number), _whole(divisor)
    for op, limit in comparisons:
        bound = exact(limit)
        left = number.numerator * bound.denominator * divisor.denominator
        if not HOLDS[op](left, bound.numerator * divisor.numerator * number.denominator):
            return False
    return True


def lower(comparisons):
    """The number that must be reached, or None when there is only an upper bound."""
    return next((limit for op, limit in comparisons if op in LOWER), None)


def upper(comparisons):
    """The number that must not be passed, or None."""
    return next((limit for op, limit in comparisons if op in UPPER), None)


@dataclass(frozen=True)
class Each:
    """The subjects of a grid: those on a register, the contract's areas, or the values of a field."""

    register: str = ""
    where: tuple = ()
    present: str = "start"
    area: str = ""
    field: str = ""
    values: tuple = ()


@dataclass(frozen=True)
class Pay:
    """What one counted unit is worth, and how many are paid at most."""

    price: Decimal
    cap: Decimal


@dataclass(frozen=True)
class Promise:
    """One indicator. `over` is a number, another Promise without target, or None; `kinds` empty means any kind."""

    code: str
    title: str
    source: str
    kinds: tuple = ()
    first: date | None = None
    last: date | None = None
    present: str = ""
    where: tuple = ()
    gate: tuple = ()
    count: Count = ROWS
    over: object = None
    each: Each | None = None
    every: tuple = ()
    anchor: str = "calendar"
    partial: str = "half"
    due: tuple | None = None
    reach: Requirement = Requirement()
    target: Requirement = Requirement()
    areas: Requirement = Requirement()
    area_limits: tuple = ()
    reports_only: bool = False
    part_of: str = ""
    apart: tuple = ()
    papers: tuple = ()
    nil: str = ""
    pay: Pay | None = None
    unit: str = ""
    force: str = "hard"
    derived: bool = False
    missing: tuple = ()

    @property
    def is_grid(self):
        return bool(self.each or self.every)

    @property
    def is_stock(self):
        """Whether rows are stays on a list or in a post."""
        return self.source in STOCKS

    @property
    def is_standing(self):
        """Whether it is a stock as of the day; what was opened within the window flows in like records."""
        return self.is_stock and self.present != "opened"

    @property
    def is_ratio(self):
        return self.count.how in ("share", "mean") or self.over is not None

    @property
    def is_paced(self):
        """Whether time gone says how much should be there: rows, distinct and sums of what flows."""
        return not (self.is_grid or self.is_ratio or self.is_standing or self.source == "indicator")

    @property
    def scale(self):
        """What the quotient is multiplied with before it is compared: shares are written in percent."""
        return 100 if self.is_grid or (self.unit == "%" and (self.count.how == "share" or self.over is not None)) else 1

    def area_requirement(self, name, day):
        """The comparisons that the indicator must satisfy in the area of that name."""
        own = dict(self.area_limits).get(name)
        comparisons = self.areas.on(day)
        return tuple((op, own if own is not None else limit) for op, limit in comparisons)
