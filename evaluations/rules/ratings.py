"""The other direction (评价甲方): for which periods the agency rates the purchaser, until when, and how prompt the purchaser was."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from contracts.rules import add_months

DRAFT, SUBMITTED = "draft", "submitted"
MOVES = {
    "save": ({DRAFT}, DRAFT),
    "submit": ({DRAFT}, SUBMITTED),
    "correct": ({SUBMITTED}, SUBMITTED),
}
QUESTIONS = {"paid": "按时付款", "answered": "按时答复", "overall": "总体合作"}
EDITABLE = timedelta(days=7)
# Working days within which the house expects the purchaser's answer where the contract names none.
ANSWER_DAYS = 5
END = "end"


@dataclass(frozen=True)
class Period:
    """A half year of the contract's term, or what is left of it at the end."""

    code: str
    title: str
    from_day: date
    to_day: date


def periods(starts_on, ends_on):
    """The half years of a term from its first day, the last one being the end: a year has h1 and end, three years h1 to h5 and end.

    What is left at the end and shorter than a month belongs to the half year before it.
    """
    found, first = [], starts_on
    while add_months(starts_on, 6 * len(found) + 7) <= ends_on + timedelta(days=1):
        number = len(found) + 1
        following = add_months(starts_on, 6 * number)
        found.append(Period(f"h{number}", f"第 {number} 个半年", first, following - timedelta(days=1)))
        first = following
    return [*found, Period(END, "期末", first, ends_on)]


def is_open(period, *, on, is_over):
    """Whether a period can be rated: it has passed, or the contract has ended and the period had begun (the end always)."""
    return on > period.to_day or (is_over and (period.code == END or period.from_day <= on))


def edit_problem(submitted_at, at):
    """Why a rating can't be changed any more, or ""."""
    return "提交满 7 天，不能再改" if submitted_at is not None and at > submitted_at + EDITABLE else ""


def submit_problems(answers):
    """The questions that are still open; `answers` are steps of 1 to 5 or None."""
    return [f"“{label}”还没有评" for name, label in QUESTIONS.items() if answers.get(name) is None]


@dataclass(frozen=True)
class Asked:
    """Something that the agency asked or handed in, and when the purchaser answered (None: not yet)."""

    kind: str
    asked_on: date
    answered_on: date | None


@dataclass(frozen=True)
class Prompt:
    """How promptly one kind of thing was answered: how many, how many late, the longest in working days."""

    kind: str
    number: int
    late: int
    longest: int
    waiting: int


def promptness(asked, calendar, *, on):
    """One Prompt for each kind, in the order of first appearance; what still waits counts until `on`."""
    found = {}
    for row in asked:
        found.setdefault(row.kind, []).append((calendar.between(row.asked_on, row.answered_on or on), row.answered_on))
    return [
        Prompt(
            kind,
            len(rows),
            sum(days > ANSWER_DAYS for days, _ in rows),
            max(days for days, _ in rows),
            sum(answered is None for _, answered in rows),
        )
        for kind, rows in found.items()
    ]


@dataclass(frozen=True)
class Average:
    """The mean of one question over ratings: Σ / n, one decimal; `value` is None without a rating."""

    question: str
    total: int
    number: int

    @property
    def value(self):
        return (Decimal(self.total) / self.number).quantize(Decimal("0.1"), ROUND_HALF_UP) if self.number else None
