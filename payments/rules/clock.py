"""The payment clock: from the day that starts it, so many working days, paused while a request is returned."""

from dataclasses import dataclass
from datetime import date, timedelta

WORKING_DAYS = "working_days"
STARTS = {
    "contract_signed": "合同签订",
    "acceptance_passed": "验收通过",
    "midterm_passed": "中期评估合格",
    "annual_passed": "年度评估合格",
    "final_passed": "末期评估合格",
    "served_3_months": "服务满 3 个月",
    "served_6_months": "服务满半年",
    "term_over": "服务期满",
}
IDLE, RUNNING, PAUSED, PAID, UNTIMED = "idle", "running", "paused", "paid", "untimed"


@dataclass(frozen=True)
class Clock:
    """Both sides see the same: since when, by when, which day it is. `missing_years` make the due day provisional (暂定)."""

    state: str
    event: str
    within: int | None
    unit: str
    start: date | None = None
    due_on: date | None = None
    elapsed: int = 0
    paused_days: int = 0
    missing_years: tuple = ()
    paid_on: date | None = None

    @property
    def is_provisional(self):
        return bool(self.missing_years)

    @property
    def late(self):
        """Working days beyond the limit; 0 while in time."""
        return max(0, self.elapsed - self.within) if self.within and self.start else 0


def due_on(start, within, unit, calendar):
    """The last day of the limit; `start` itself doesn't count, and a calendar-day limit that ends on a day off moves on to the
    next working day (民法典第二百零一条、第二百零三条)."""
    if unit == WORKING_DAYS:
        return calendar.add(start, within)
    day = start + timedelta(days=within)
    return day if calendar.is_workday(day) else calendar.add(day, 1)


def paused_days(start, pauses, on, calendar):
    """Working days after `start` that fell into pauses: (returned on, submitted again on or None) pairs."""
    total = 0
    for begin, end in pauses:
        begin, end = max(begin, start), min(end or on, on)
        if end > begin:
            total += calendar.between(begin, end)
    return total


def read(*, event, start, within, unit, pauses, paid_on, on, calendar):
    """The Clock on a day. `event` is a name of STARTS; `start` is None while it has not happened."""
    word = STARTS.get(event, event)
    if within is None:
        return Clock(UNTIMED, word, None, unit, start=start, paid_on=paid_on)
    if start is None or start > on:
        return Clock(IDLE, word, within, unit)
    end = paid_on if paid_on and paid_on <= on else on
    paused = paused_days(start, pauses, end, calendar)
    due = due_on(start, within + paused if unit == WORKING_DAYS else within, unit, calendar)
    state = (
        PAID
        if paid_on and paid_on <= on
        else PAUSED
        if any(until is None or until > on for begin, until in pauses if begin <= on)
        else RUNNING
    )
    elapsed = calendar.between(start, end) - paused if unit == WORKING_DAYS else (end - start).days
    return Clock(
        state,
        word,
        within,
        unit,
        start,
        due,
        elapsed,
        paused,
        tuple(calendar.holiday_years_missing(start, due)),
        end if state == PAID else None,
    )


def examples(on, *, within, unit, calendar, planned=None):
    """(start, due, crosses a year, provisional) for days on which the clock might start: the planned one, or two later working days."""
    starts = [planned] if planned else [calendar.add(on, 5), calendar.add(on, 20)]
    rows = []
    for start in starts:
        due = due_on(start, within, unit, calendar)
        rows.append((start, due, start.year != due.year, bool(calendar.holiday_years_missing(start, due))))
    return rows
