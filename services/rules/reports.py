"""Decisions about monthly reports: which are due and when, how they move, what differs between two sets of figures.

Figures are the plain data of services/reporting/figures.py: text, whole numbers, lists and objects, as a snapshot keeps them.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

DRAFT, SUBMITTED, RETURNED, ACCEPTED = "draft", "submitted", "returned", "accepted"
STATE_LABELS = {DRAFT: "编写中", SUBMITTED: "待审阅", RETURNED: "退回", ACCEPTED: "已接收"}
MOVES = {
    "submit": (frozenset({DRAFT, RETURNED}), SUBMITTED),
    "return": (frozenset({SUBMITTED}), RETURNED),
    "accept": (frozenset({SUBMITTED}), ACCEPTED),
}
VERB_LABELS = {"draft": "起草", "submit": "提交", "return": "退回", "accept": "接收"}
WRITABLE = frozenset({DRAFT, RETURNED})
TEXTS = {"problems": "问题与措施", "highlight": "典型事例", "next_month": "下月计划"}
REQUIRED = ("problems", "next_month")
LONGEST_TEXT = 6000
# Without a duty in the contract: by the 5th of the next month.
DEFAULT_DUE = {"months": 1, "day": 5}
MEND_WITHIN = 2  # working days that a returned report is given, unless the reviewer says otherwise


# --- months -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Period:
    """A month of a contract: its days inside the term, and the last day before them (None in the first month)."""

    month: date
    first: date
    last: date
    before: date | None


def period(month, *, starts_on, ends_on):
    """The part of the month that lies in the term; the figures are as of its last day."""
    first, last = max(month, starts_on), min(end_of(month), ends_on)
    return Period(month, first, last, month - timedelta(days=1) if month > starts_on else None)


def end_of(month):
    """The last day of the month that begins on the day."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def months_over(*, starts_on, ends_on, on):
    """The first days of the term's months that are over on the day, oldest first."""
    months, month = [], starts_on.replace(day=1)
    while month <= ends_on and min(end_of(month), ends_on) < on:
        months.append(month)
        month = end_of(month) + timedelta(days=1)
    return months


def due_day(month, duty=None):
    """By which day the month's report is due: so many months after it, on that day (a day past the month's end is its last)."""
    due = (duty or {}).get("due") or DEFAULT_DUE
    wanted = month
    for _ in range(int(due.get("months", 1))):
        wanted = end_of(wanted) + timedelta(days=1)
    return wanted.replace(day=min(int(due.get("day", 5)), end_of(wanted).day))


def duty_of(terms):
    """The contract file's own words about monthly reports, or None."""
    return next((row for row in terms.get("reports") or [] if row.get("kind") == "monthly_report"), None)


def number_of(contract_code, month):
    """MTG04-YB-2024-10"""
    return f"{contract_code}-YB-{month:%Y-%m}"


# --- moving -----------------------------------------------------------------------------------------------------------
def refusal(verb, state):
    """The sentence for a verb that isn't allowed in the state."""
    return f"这份月报是“{STATE_LABELS[state]}”，现在不能{VERB_LABELS[verb]}"


def missing_texts(texts):
    """What the agency still has to write before it may submit."""
    return [f"“{TEXTS[name]}”未填" for name in REQUIRED if not texts[name].strip()]


# --- comparing figures ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Figure:
    """One number of a report: whose it is, which it is ("累计", "本月", an area, "参加"), and in what unit."""

    subject: str
    part: str
    unit: str
    value: Decimal | None
    indicator: str = ""

    @property
    def key(self):
        return (self.subject, self.part)


@dataclass(frozen=True)
class Difference:
    """A number that is not what it was."""

    subject: str
    part: str
    unit: str
    old: Decimal | None
    new: Decimal | None
    indicator: str = ""

    @property
    def change(self):
        return None if self.old is None or self.new is None else self.new - self.old


def numbers_of(figures):
    """Every number of a report that comes from records, in order: indicators with their areas, then activities."""
    found = []
    for row in figures["indicators"]:
        unit = "%" if row["percent"] else row["unit"]
        parts = [("累计", row["value"]), *([("本月", row["month"])] if row["month"] is not None else [])]
        parts += [(area["name"], area["value"]) for area in row["areas"]]
        found += [Figure(row["title"], part, unit, _decimal(value), row["id"]) for part, value in parts]
    for kind in figures["activities"]:
        found.append(Figure(kind["label"], "本月记录", "次", _decimal(kind["number"])))
        if kind["participants"] is not None:
            found.append(Figure(kind["label"], "参加", "人次", _decimal(kind["participants"])))
    return found


def differences(old, new):
    """What differs between two sets of figures, in the order of the old; a number that only one has counts as nothing in the other."""
    before, after = {row.key: row for row in numbers_of(old)}, {row.key: row for row in numbers_of(new)}
    found = []
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        known = one or other
        values = (one.value if one else None, other.value if other else None)
        if values[0] != values[1] and values not in ((None, Decimal(0)), (Decimal(0), None)):
            found.append(Difference(known.subject, known.part, known.unit, *values, known.indicator))
    return found


def drafted_return(found):
    """The reason to send a report back, drafted from what differs between its figures and the records now; editable."""
    lines = [
        f"“{row.subject}”{row.part} {told(row.old)} {row.unit}，按现有记录为 {told(row.new)} {row.unit}，请核对后重新提交。"
        for row in found
    ]
    return "\n".join(lines)


def drafted_remark(found):
    """What is kept with an acceptance although something differed: 接收时 2 处与记录不一致：…"""
    if not found:
        return ""
    parts = [f"“{row.subject}”{row.part} {told(row.old)} → {told(row.new)} {row.unit}" for row in found]
    return f"接收时 {len(found)} 处与记录不一致：{'；'.join(parts)}"


def told(value):
    """12.50 → 12.5, nothing → —"""
    if value is None:
        return "—"
    text = f"{value:,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def _decimal(value):
    return None if value is None else Decimal(str(value))


# --- corrections ------------------------------------------------------------------------------------------------------
def last_told(accepted, later):
    """What the purchaser was last told of each month: {month: {code: value}}.

    `accepted` maps a month to the figures that were accepted for it; `later` are figures handed in afterwards, oldest
    first, whose own lists of corrections were told too.
    """
    known = {month: {row["code"]: row["value"] for row in figures["indicators"]} for month, figures in accepted.items()}
    for figures in later:
        for row in figures["corrections"]:
            if row["month"] in known:
                known[row["month"]][row["code"]] = row["after"]
    return known


def is_additive(promise):
    """Whether the difference of two totals says what one month brought: counts and sums, no shares, means or grids."""
    return not (promise.is_grid or promise.is_ratio or promise.source in ("indicator", "staff"))
