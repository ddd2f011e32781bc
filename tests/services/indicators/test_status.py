"""Completion, pace and status as tables: a term of 365 days, seen on day 146 (40 %) unless it is over."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from services.indicators import status
from services.indicators.conditions import Count
from services.indicators.promise import Each, Promise, Requirement

FIRST = date(2023, 1, 1)
LAST = FIRST + timedelta(days=364)
RUNNING, OVER = FIRST + timedelta(days=145), LAST + timedelta(days=1)
SHARE = Count("share")
GE, EQ, GT = (
    (lambda limit: (("ge", Decimal(limit)),)),
    (lambda limit: (("eq", Decimal(limit)),)),
    (lambda limit: (("gt", Decimal(limit)),)),
)


def facts(comparisons, number, on=RUNNING, divisor=1, areas=(), cells=None, **promise):
    made = Promise("X", "X", "record", first=FIRST, last=LAST, target=Requirement(((None, comparisons),)), **promise)
    return status.Facts(made, on, comparisons, Fraction(number), Fraction(divisor), areas, cells)


def two_areas(first, second):
    return ((GE(2), Fraction(first), Fraction(1)), (GE(2), Fraction(second), Fraction(1)))


def grid(met, judged, total, target=100, on=RUNNING, every=("month",)):
    return facts(
        GE(target),
        met * 100,
        on,
        judged,
        cells=(met, judged, total),
        every=every,
        each=Each(register="ledger"),
        reach=Requirement(((None, GE(1)),)),
    )


CASES = [
    ("100 wanted, 50 done", facts(GE(100), 50), "on_pace", "0.5", (40, 125, "1.59")),
    ("100 wanted, 37 done: the forecast just misses", facts(GE(100), 37), "watch", "0.37", (40, "92.5", "2.01")),
    ("100 wanted, 30 done", facts(GE(100), 30), "behind", "0.3", (40, 75, "2.23")),
    ("100 wanted, 100 done", facts(GE(100), 100), "met", "1", (40, 250, 0)),
    ("100 wanted, 99, over", facts(GE(100), 99, OVER), "missed", "0.99", (100, 99, None)),
    ("6 wanted and 2 in each of two areas, 5 and 1, over", facts(GE(6), 6, OVER, areas=two_areas(5, 1)), "missed", "0.75", (6, 6, None)),
    ("the same while it runs: only an area is open", facts(GE(6), 5, areas=two_areas(5, 0)), "watch", "0.5", ("2.4", "12.5", "0.03")),
    ("exactly 5 wanted, 6 done", facts(EQ(5), 6), "over", "1", (2, 15, 0)),
    ("share 94 of 100 against 95", facts(GE(95), 9400, divisor=100, count=SHARE, unit="%"), "behind", "0.9894", None),
    ("share 96 of 100 against 95 can still turn", facts(GE(95), 9600, divisor=100, count=SHARE, unit="%"), "on_pace", "1", None),
    ("share 96 of 100 against 95, over", facts(GE(95), 9600, OVER, divisor=100, count=SHARE, unit="%"), "met", "1", None),
    ("share 0 of 0", facts(GE(95), 0, divisor=0, count=SHARE, unit="%"), "not_applicable", "0", None),
    ("share 0 of 0, over", facts(GE(95), 0, OVER, divisor=0, count=SHARE, unit="%"), "not_applicable", "0", None),
    ("monthly, all 4 closed months met, 12 in all", grid(4, 4, 12), "on_pace", "0.3333", None),
    ("monthly, 3 of 4 closed", grid(3, 4, 12), "missed", "0.25", None),
    ("monthly, nothing judged yet", grid(0, 0, 12), "on_pace", "0", None),
    ("coverage 20 of 100 against 30 %", grid(20, 100, 100, 30, every=()), "behind", "0.6666", None),
    ("an empty grid", grid(0, 0, 0), "not_applicable", "0", None),
    ("none may happen: none", facts(EQ(0), 0), "on_pace", "1", None),
    ("none may happen: one happened", facts(EQ(0), 1), "missed", "0", None),
    ("none may happen: a return is missing", replace(facts(EQ(0), 0), returns_missing=True), "unconfirmed", "1", None),
    ("none may happen: a return is missing, over", replace(facts(EQ(0), 0, OVER), returns_missing=True), "unconfirmed", "1", None),
    ("none may happen: it happened, whoever says nothing", replace(facts(EQ(0), 1), returns_missing=True), "missed", "0", None),
    ("none may happen: over, with every return", facts(EQ(0), 0, OVER), "met", "1", None),
    ("hours 1000 to 1200, 1300 done", facts((("ge", Decimal(1000)), ("le", Decimal(1200))), 1300), "over", "1", (400, 3250, 0)),
    ("more than 6000 wanted, exactly 6000, over", facts(GT(6000), 6000, OVER), "missed", "0.9999", (6000, 6000, None)),
    ("not started", facts(GE(10), 0, FIRST - timedelta(days=1)), "not_started", "0", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "state", "completion", "pace"), CASES, ids=[case[0] for case in CASES])
def test_status_completion_and_pace(name, given, state, completion, pace):
    assert status.status(given) == state
    assert status.cut(status.completion(given), 4).normalize() == Decimal(completion).normalize()
    found = status.pace(given)
    told = found and tuple(
        value if value is None else status.cut(value, 2)
        for value in (found.expected, found.forecast, found.needed_per_week)
    )
    assert told == (pace and tuple(value if value is None else Decimal(value) for value in pace))


def test_a_dated_target_is_the_one_in_force_on_the_day():
    dated = Requirement(((None, GE(154)), (date(2024, 9, 1), GE(140))))
    assert (dated.on(date(2024, 8, 31)), dated.on(date(2024, 9, 1))) == (GE(154), GE(140))


@pytest.mark.parametrize(
    ("value", "places", "shown"), [("94.96", 1, "94.9"), ("99.999", 2, "99.99"), ("100", 1, "100.0"), ("0.96", 0, "0")]
)
def test_what_is_shown_is_cut_and_never_rounded_up(value, places, shown):
    assert str(status.cut(Fraction(value), places)) == shown
