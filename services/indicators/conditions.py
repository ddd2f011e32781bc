"""Conditions as values. Equal conditions are equal values, so that indicators which ask the same share one bit.

The first group is written in definitions; the second stands for what the vocabulary says of every indicator: window,
state, area, the key that is counted.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Field:
    """One comparison of one field: `op` is a comparison, `in` (value: a tuple), `given` (True or False) or `before`."""

    name: str
    op: str
    value: object


@dataclass(frozen=True)
class Papers:
    """All of these evidence or form kinds are present."""

    kinds: tuple


@dataclass(frozen=True)
class Approved:
    """All of these approvals were given."""

    kinds: tuple


@dataclass(frozen=True)
class Has:
    """Rows hanging on this case or group: how many (or how much) of them, against one limit."""

    source: str
    kinds: tuple
    where: tuple
    count: "Count"
    op: str
    limit: Decimal


@dataclass(frozen=True)
class Listed:
    """The row's subject was on that register on the row's day."""

    register: str
    where: tuple


@dataclass(frozen=True)
class AnyOf:
    """One of these groups of conditions holds."""

    groups: tuple


@dataclass(frozen=True)
class Window:
    """The row's day lies inside, both ends included."""

    first: date
    last: date


@dataclass(frozen=True)
class Present:
    """An interval meets the window: opened in it, in force now, or in force on any day of it up to now."""

    how: str
    first: date
    last: date


@dataclass(frozen=True)
class InPeriod:
    """The row falls into one of the periods of a grid."""

    scheme: "Scheme"


@dataclass(frozen=True)
class OnTime:
    """A paper came by the day that is due for its period."""

    scheme: "Scheme"


@dataclass(frozen=True)
class Judged:
    """A clock is stopped, or runs and can't keep these limits any more: until then it is in neither number."""

    limits: tuple


@dataclass(frozen=True)
class Counts:
    """The row is in the state that counts."""


@dataclass(frozen=True)
class Pending:
    """The row is submitted and waits for a decision."""


@dataclass(frozen=True)
class Served:
    """The row's area is one of the contract's, or it has none."""


@dataclass(frozen=True)
class Keyed:
    """The key that is counted is known."""

    name: str


@dataclass(frozen=True)
class Valued:
    """The number that is added or averaged is known."""

    name: str


@dataclass(frozen=True)
class Count:
    """How counting rows become a number: rows, distinct (keys), sum or mean (field), share."""

    how: str = "rows"
    keys: tuple = ()
    field: str = ""


@dataclass(frozen=True)
class Scheme:
    """A way to cut a window into periods; `due` is (months, day) for papers that have a last day."""

    every: str
    first: date
    last: date
    anchor: str = "calendar"
    partial: str = "half"
    due: tuple | None = None
