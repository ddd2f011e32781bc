"""Working days: the one implementation. Statutory holidays and made-up working days come from the tenant's calendar.

A limit of n working days after day D ends on the n-th working day that follows D: D itself doesn't count (民法典第二百零一条).
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from tenancy.models import CalendarDay, CalendarYear

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkCalendar:
    """A tenant's exceptions to Monday-to-Friday, and the years for which they are known."""

    exceptions: dict = field(default_factory=dict)
    published: frozenset = frozenset()

    def is_workday(self, day):
        """Whether people work on the day; a day of an unpublished year follows the week's rule."""
        return self.exceptions.get(day, day.weekday() < 5)

    def is_provisional(self, *days):
        """Whether any of the days lies in a year whose holidays are not published (暂定)."""
        return any(day.year not in self.published for day in days)

    def add(self, start, count):
        """The last day of a limit of `count` working days after `start`; count 0 is the start itself."""
        day = start
        while count > 0:
            day += ONE_DAY
            if self.is_workday(day):
                count -= 1
        return day

    def between(self, start, end):
        """Working days after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        days = self._running(start.year, end.year)
        return bisect_right(days, end) - bisect_right(days, start)

    def last_workday(self, day):
        """The day itself if people work on it, else the last working day before it."""
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def holiday_years_missing(self, start, end):
        """The years between the two days, both included, that are not published."""
        return [year for year in range(start.year, end.year + 1) if year not in self.published]

    @cached_property
    def _years(self):
        return {}

    def _year(self, year):
        if year not in self._years:
            day, days = date(year, 1, 1), []
            while day.year == year:
                if self.is_workday(day):
                    days.append(day)
                day += ONE_DAY
            self._years[year] = days
        return self._years[year]

    def _running(self, first, last):
        return [day for year in range(first, last + 1) for day in self._year(year)]

    def ordinal(self, day):
        """How many working days of its year lie before the day (for drawing clocks)."""
        return bisect_left(self._year(day.year), day)


def calendar():
    """The open tenant's calendar, in two statements."""
    return WorkCalendar(
        exceptions=dict(CalendarDay.objects.values_list("day", "is_workday")),
        published=frozenset(CalendarYear.objects.filter(is_published=True).values_list("year", flat=True)),
    )
