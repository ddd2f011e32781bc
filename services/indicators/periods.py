"""Periods of a grid: a window cut into days, weeks, months …; pure dates, no database."""

from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.rules import add_months

ONE_DAY = timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
TITLES = {"month": "{0.year}年{0.month}月", "year": "{0.year}年"}


@dataclass(frozen=True)
class Period:
    """One column of a grid: cut to the window (`first`, `last`), and as the calendar has it (`whole_first`, `whole_last`)."""

    first: date
    last: date
    whole_first: date
    whole_last: date
    due: date
    title: str

    def is_closed(self, on):
        """Over before the day: the day itself isn't over, and a late paper can still come until it is due."""
        return self.due < on


def _calendar_start(every, day):
    if every == "week":
        return day - timedelta(days=day.weekday())
    months = MONTHS[every]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _wholes(scheme):
    """First and last day of every period that touches the window, uncut."""
    anchor = scheme.first if scheme.anchor == "start" else _calendar_start(scheme.every, scheme.first)

    def start(number):
        return (
            anchor + timedelta(days=7 * number)
            if scheme.every == "week"
            else add_months(anchor, MONTHS[scheme.every] * number)
        )

    number, found = 0, []
    while start(number) <= scheme.last:
        found.append((start(number), start(number + 1) - ONE_DAY))
        number += 1
    return found


def _inside(scheme, whole):
    return (min(whole[1], scheme.last) - max(whole[0], scheme.first)).days + 1


def _kept(scheme, wholes):
    """Drop the periods that the window cuts, as `partial` says."""
    if scheme.partial == "keep":
        return wholes
    length = lambda whole: (whole[1] - whole[0]).days + 1  # noqa: E731
    if scheme.partial == "drop":
        return [whole for whole in wholes if _inside(scheme, whole) == length(whole)]
    kept = list(wholes)
    if (
        kept
        and _inside(scheme, kept[-1]) < length(kept[-1])
        and kept[-1][1] > scheme.last
        and 2 * _inside(scheme, kept[-1]) <= length(kept[-1])
    ):
        kept.pop()
    if kept and kept[0][0] < scheme.first and 2 * _inside(scheme, kept[0]) < length(kept[0]):
        kept.pop(0)
    # A window shorter than one period keeps it.
    return kept or ([max(wholes, key=lambda whole: (_inside(scheme, whole), -whole[0].toordinal()))] if wholes else [])


def _title(scheme, first):
    if not scheme.every:
        return "全期"
    if scheme.every in ("day", "workday", "open_day"):
        return f"{first:%Y-%m-%d}"
    if scheme.every == "week":
        return f"{first:%Y-%m-%d} 起的一周"
    if scheme.anchor == "start":
        return f"{first:%Y-%m-%d} 起"
    if scheme.every == "quarter":
        return f"{first.year}年第{'一二三四'[(first.month - 1) // 3]}季度"
    if scheme.every == "half":
        return f"{first.year}年{'上' if first.month == 1 else '下'}半年"
    return TITLES[scheme.every].format(first)


def _due(scheme, whole_last, last):
    if scheme.due is None:
        return last
    months, day = scheme.due
    month = add_months(whole_last.replace(day=1), months)
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))


def _days(scheme, calendar):
    day = scheme.first
    while day <= scheme.last:
        if scheme.every == "day" or (calendar.is_workday(day) if scheme.every == "workday" else is_open(calendar, day)):
            yield day, day
        day += ONE_DAY


def is_open(calendar, day):
    """A centre is open on every day that is not a statutory holiday; an ordinary weekend is open (A-22)."""
    return calendar.exceptions.get(day, True)


def periods(scheme, calendar=None):
    """The periods of a scheme, in order; without `every` the window itself is the one period. `calendar` is the tenant's work calendar, needed for workday and open_day."""
    if not scheme.every:
        wholes = [(scheme.first, scheme.last)]
    else:
        wholes = list(_days(scheme, calendar)) if scheme.every.endswith("day") else _kept(scheme, _wholes(scheme))
    made = []
    for whole_first, whole_last in wholes:
        first, last = max(whole_first, scheme.first), min(whole_last, scheme.last)
        made.append(
            Period(first, last, whole_first, whole_last, _due(scheme, whole_last, last), _title(scheme, whole_first))
        )
    return made


def place(made, day):
    """The number of the period in which the day lies, or None."""
    number = bisect_right([period.first for period in made], day) - 1
    return number if number >= 0 and day <= made[number].last else None
