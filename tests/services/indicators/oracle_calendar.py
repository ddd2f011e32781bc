"""Periods found by walking days: the oracle's own calendar."""

from calendar import monthrange
from datetime import date, timedelta

LENGTH = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def months_on(day, count):
    month = day.year * 12 + day.month - 1 + count
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def all_days(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def is_workday(day, holidays):
    return holidays.get(day, day.isoweekday() < 6)


def pieces(every, first, last, anchor, partial, holidays):
    """Kept periods as (cut first, cut last, whole first, whole last), found by walking days."""
    wanted = {
        "day": lambda day: True,
        "workday": lambda day: is_workday(day, holidays),
        "open_day": lambda day: holidays.get(day, True),
    }
    if every in wanted:
        return [(day, day, day, day) for day in all_days(first, last) if wanted[every](day)]

    def whole(day):
        if anchor == "start":
            number = 0
            while True:
                begin = (
                    first + timedelta(days=7 * number) if every == "week" else months_on(first, LENGTH[every] * number)
                )
                after = (
                    first + timedelta(days=7 * number + 7)
                    if every == "week"
                    else months_on(first, LENGTH[every] * (number + 1))
                )
                if day < after:
                    return begin, after - timedelta(days=1)
                number += 1
        if every == "week":
            begin = day - timedelta(days=day.isoweekday() - 1)
            return begin, begin + timedelta(days=6)
        begin = date(day.year, (day.month - 1) // LENGTH[every] * LENGTH[every] + 1, 1)
        return begin, months_on(begin, LENGTH[every]) - timedelta(days=1)

    inside = {}
    for day in all_days(first, last):
        inside.setdefault(whole(day), []).append(day)
    spans = [(days[0], days[-1], *bounds) for bounds, days in inside.items()]
    count = lambda span: len(inside[span[2], span[3]])  # noqa: E731
    full = lambda span: (span[3] - span[2]).days + 1  # noqa: E731
    if partial == "keep":
        return spans
    if partial == "drop":
        return [span for span in spans if count(span) == full(span)]
    kept = [
        span for span in spans
        if not (span[2] < first and count(span) * 2 < full(span)) and not (span[3] > last and count(span) * 2 <= full(span))
    ]  # fmt: skip
    if not kept and spans:
        best = max(count(span) for span in spans)
        kept = [next(span for span in spans if count(span) == best)]
    return kept
