"""What is due, for whom, until when, and how late it is: one definition for today, the calendar and the team's load. Pure.

Late is counted in working days after the last day of the limit, by the bureau's calendar (caseload.rules.cases counts its steps alike).
"""

from calendar import Calendar
from dataclasses import dataclass, field
from datetime import date, timedelta

from contracts.rules import add_months

SOON = 7  # days that count as "within a week"
YEARS = range(2000, 2100)
LATE, NOW, SOON_DUE, LATER, OPEN = "late", "now", "soon", "later", "open"
CASE, FOLLOW_UP, VISIT, REVIEW, RECORD, DECISION, REPORT, PAPER, NIL = (
    "case",
    "follow_up",
    "visit",
    "review",
    "record",
    "decision",
    "report",
    "paper",
    "nil",
)
# What a list may be narrowed to.
KIND_LABELS = {
    CASE: "个案环节",
    FOLLOW_UP: "结案后回访",
    VISIT: "定期回访",
    REVIEW: "督导审核",
    RECORD: "被退回的记录",
    DECISION: "审批",
    REPORT: "月报",
    PAPER: "成果材料",
    NIL: "零报告",
}
UNITS = {"working_days": "个工作日", "months": "个月", "calendar_days": "日"}


@dataclass(frozen=True)
class Duty:
    """One thing to be done: what, by whom, by which day (None: at once, without a day), and by how many working days it is late.

    `waited` are the working days since a thing without a day came back. `subject` is the case, record or planned visit that it is
    about, `route` and `pk` are its page, `act` and `act_pk` where it is done, if that is another; `worker` and `holder` say whose
    it is (worker None: the agency's or an office's), `street` where it is.
    """

    kind: str
    what: str
    contract: object
    due: date | None
    late: int
    route: str
    pk: object
    worker: object = None
    holder: str = ""
    subject: object = None
    name: str = ""
    place: str = ""
    verb: str = "去办"
    limit: str = ""
    note: str = ""
    begins: date | None = None
    waited: int = 0
    is_provisional: bool = False
    act: str = ""
    act_pk: object = None
    street: object = None

    @property
    def late_told(self):
        return f"逾期 {self.late} 个工作日"


def late_by(due, on, calendar):
    """Working days after the day due up to the day; 0 in time. A day due before a holiday is not late until people work again."""
    return max(0, calendar.between(due, on)) if due is not None and on > due else 0


def standing(duty, on):
    """late, now (today, or passed on days off), soon (within a week), later, or open (no day)."""
    if duty.due is None:
        return OPEN
    if duty.late:
        return LATE
    if duty.due <= on:
        return NOW
    return SOON_DUE if duty.due <= on + timedelta(days=SOON) else LATER


def in_order(duties):
    """The most urgent first: by the day due, things without a day behind."""
    return sorted(duties, key=lambda duty: (duty.due is None, duty.due or date.max, -duty.waited, duty.kind, duty.what))


def narrowed(duties, *, worker="", street="", kind=""):
    """The duties of one worker, one subdistrict, one kind (as text; "" narrows nothing)."""
    return [
        duty
        for duty in duties
        if (not worker or str(duty.worker) == worker)
        and (not street or str(duty.street) == street)
        and (not kind or duty.kind == kind)
    ]


def grouped(duties, on):
    """{standing: [duty]} with every standing named, each in order."""
    found = {name: [] for name in (LATE, NOW, SOON_DUE, LATER, OPEN)}
    for duty in in_order(duties):
        found[standing(duty, on)].append(duty)
    return found


def limit_told(within, unit):
    """限 10 个工作日"""
    return f"限 {within} {UNITS.get(unit, '日')}"


def follow_up_window(closed_on, within, until):
    """(first day, last day) in which a closed case is visited again (结案后半年到一年); without a far end the near one is the last."""
    first = add_months(closed_on, within)
    return (first, add_months(closed_on, until)) if until else (closed_on, first)


# --- one person's and the team's load -----------------------------------------------------------------------------------
@dataclass
class Load:
    """What lies with one worker (worker None: with the agency): cases in hand, and duties by standing."""

    worker: object
    name: str
    cases: int = 0
    late: int = 0
    now: int = 0
    soon: int = 0
    open: int = 0
    worst: int = 0
    visits: int = 0

    @property
    def week(self):
        """Due today or within a week."""
        return self.now + self.soon


def loads(duties, cases, names, on, *, rest="机构（报告和材料）"):
    """[Load] of everybody with duties or cases, the most overdue first, the agency's own last. `cases` is {worker id: number}."""
    found = {worker: Load(worker, names.get(worker, ""), number) for worker, number in cases.items()}
    for duty in duties:
        load = found.setdefault(duty.worker, Load(duty.worker, names.get(duty.worker, "") if duty.worker else rest))
        state = standing(duty, on)
        if state != LATER:
            setattr(load, state, getattr(load, state) + 1)
            load.visits += duty.kind == VISIT
        load.worst = max(load.worst, duty.late)
    return sorted(
        found.values(), key=lambda load: (load.worker is None, -load.late, -load.week, -load.cases, load.name)
    )


# --- a month ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Day:
    """One square of the calendar: whether people work, what the holiday table calls it, and what is due."""

    day: date
    inside: bool
    is_workday: bool
    name: str
    is_today: bool
    duties: list = field(default_factory=list)


def month_of(text, on):
    """The first day of "2024-11", or of the day's own month for anything that can't be shown."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return on.replace(day=1)
    return found if found.year in YEARS else on.replace(day=1)


def week_of(text, on):
    """The Monday of the week of "2024-11-20", or of the day's own week for anything that can't be shown."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = on
    found = found if found.year in YEARS else on
    return found - timedelta(days=found.weekday())


def weeks(month, duties, calendar, names, on):
    """The month in weeks from Monday, each seven Days; `names` is {day: what the holiday table says}."""
    days = Calendar(0).monthdatescalendar(month.year, month.month)
    return squares(days, duties, calendar, names, on, lambda day: day.month == month.month)


def week(monday, duties, calendar, names, on):
    """One week as [[seven Days]]."""
    days = [[monday + timedelta(days=step) for step in range(7)]]
    return squares(days, duties, calendar, names, on, lambda day: True)


def squares(days, duties, calendar, names, on, is_inside):
    """Weeks of dates as weeks of Days with what is due; days that aren't inside stay empty."""
    by_day = {}
    for duty in in_order(duties):
        by_day.setdefault(duty.due, []).append(duty)

    def square(day):
        inside = is_inside(day)
        return Day(
            day=day,
            inside=inside,
            is_workday=calendar.is_workday(day),
            name=names.get(day, ""),
            is_today=day == on,
            duties=by_day.get(day, []) if inside else [],
        )

    return [[square(day) for day in row] for row in days]
