"""What a measurement returns: one Measured for each indicator, with everything that a page or a decision needs of it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class AreaMeasured:
    """The indicator in one area. `required` is the minimum there, or None; `value` None means 不适用."""

    area: object
    number: Fraction
    divisor: Fraction
    value: Decimal | None
    required: Decimal | None
    is_met: bool
    shortfall: Decimal | None
    cells: tuple | None = None


@dataclass(frozen=True)
class PayLine:
    """What the counted number is worth: at most the cap is paid, and what is missing has a price."""

    counted: int
    payable: Decimal
    shortfall_money: Decimal


@dataclass(frozen=True)
class CellMeasured:
    """One cell of a grid over periods, posts or areas: what is there, what it must reach."""

    period: object
    cell: str | None
    value: Decimal | None
    required: Decimal | None
    is_closed: bool
    is_met: bool


@dataclass(frozen=True)
class Measured:
    """One indicator on a day. Exact numbers first, then what is cut for display.

    `is_met` says that nothing is missing any more (completion 1, papers there); a ratio that is fine today is met today.
    `shortfall` is what must still be added at least, in the indicator's unit: of the whole, or of the areas that are short.
    """

    indicator: object
    promise: object
    number: Fraction = Fraction(0)
    divisor: Fraction = Fraction(1)
    value: Decimal | None = None
    target: tuple = ()
    target_text: str = "—"
    status: str = ""
    completion: Fraction | None = None
    is_met: bool = False
    shortfall: Decimal | None = None
    expected: Decimal | None = None
    forecast: Decimal | None = None
    needed_per_week: Decimal | None = None
    days_left: int | None = None
    cells: tuple | None = None
    areas: list = field(default_factory=list)
    pending: int = 0
    counting: int = 0
    not_counting: int = 0
    papers_missing: list = field(default_factory=list)
    # (kind of incident, month) for which nobody has said that nothing happened.
    returns_missing: list = field(default_factory=list)
    missing: tuple = ()
    pay: PayLine | None = None
    grid: list = field(default_factory=list)

    @property
    def sentence(self):
        """The reading that both parties confirmed, stored with the indicator."""
        return self.indicator.sentence

    @property
    def code(self):
        return self.indicator.code

    @property
    def unit(self):
        return self.indicator.unit

    @property
    def is_percent(self):
        return self.promise.scale == 100

    @property
    def area_shortfalls(self):
        """The areas that are short of their minimum."""
        return [area for area in self.areas if area.required is not None and not area.is_met]

    @property
    def matters(self):
        """Whether it belongs to the contract's completion: hard, applicable, not report-only."""
        return self.indicator.force == "hard" and self.status not in ("report_only", "not_applicable")


@dataclass(frozen=True)
class Table:
    """A contract's whole indicator table on a day."""

    contract: object
    as_of: date
    rows: list
    areas: list
    statements: int = 0
    # Whether it depends on nothing but rows whose changes the database counts.
    is_lasting: bool = False
    # What was drawn of it, kept as long as it is: {what it depends on beside the table: text}.
    drawn: dict = field(default_factory=dict, compare=False)

    @property
    def by_code(self):
        return {row.code: row for row in self.rows}

    @property
    def hard(self):
        """The rows that decide whether the contract is complete."""
        return [row for row in self.rows if row.matters]

    @property
    def is_complete(self):
        """A contract is complete when every hard indicator is, not on average."""
        return all(row.is_met for row in self.hard)
