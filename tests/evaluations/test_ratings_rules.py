"""Periods of rating the purchaser, the seven days, promptness and averages."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from evaluations.rules import ratings as rules
from tenancy.workdays import WorkCalendar
from tests.cast import at


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "told"),
    [
        (date(2024, 1, 2), date(2024, 12, 31), [("h1", date(2024, 1, 2), date(2024, 7, 1)), ("end", date(2024, 7, 2), date(2024, 12, 31))]),
        (date(2024, 4, 18), date(2025, 4, 17), [("h1", date(2024, 4, 18), date(2024, 10, 17)), ("end", date(2024, 10, 18), date(2025, 4, 17))]),
        (date(2024, 4, 18), date(2025, 5, 1), [("h1", date(2024, 4, 18), date(2024, 10, 17)), ("end", date(2024, 10, 18), date(2025, 5, 1))]),
        (date(2024, 4, 18), date(2025, 5, 17), [("h1", date(2024, 4, 18), date(2024, 10, 17)), ("h2", date(2024, 10, 18), date(2025, 4, 17)), ("end", date(2025, 4, 18), date(2025, 5, 17))]),
        (date(2024, 3, 1), date(2024, 6, 30), [("end", date(2024, 3, 1), date(2024, 6, 30))]),
    ],
)  # fmt: skip
def test_a_term_is_rated_by_half_years_and_at_its_end(starts_on, ends_on, told):
    assert [(row.code, row.from_day, row.to_day) for row in rules.periods(starts_on, ends_on)] == told


def test_three_years_have_five_half_years_and_an_end_without_gaps():
    found = rules.periods(date(2024, 8, 31), date(2027, 8, 30))
    assert [row.code for row in found] == ["h1", "h2", "h3", "h4", "h5", "end"]
    assert [(b.from_day - a.to_day).days for a, b in pairwise(found)] == [1] * 5


@pytest.mark.parametrize(
    ("on", "is_over", "told"),
    [
        (date(2024, 7, 1), False, [False, False]),
        (date(2024, 7, 2), False, [True, False]),
        (date(2024, 5, 1), True, [True, True]),
        (date(2025, 1, 1), False, [True, True]),
    ],
)
def test_a_period_is_open_once_it_has_passed_or_the_contract_is_over(on, is_over, told):
    found = rules.periods(date(2024, 1, 2), date(2024, 12, 31))
    assert [rules.is_open(period, on=on, is_over=is_over) for period in found] == told


def test_a_rating_stands_after_seven_days():
    submitted = at("2024-07-02 10:00")
    assert rules.edit_problem(submitted, at("2024-07-09 10:00")) == ""
    assert rules.edit_problem(submitted, at("2024-07-09 10:01")) == "提交满 7 天，不能再改"
    assert rules.edit_problem(None, at("2025-07-09 10:01")) == ""


def test_promptness_counts_what_is_late_and_what_still_waits():
    asked = [
        rules.Asked("月报审阅", date(2024, 6, 3), date(2024, 6, 10)),  # five working days: in time
        rules.Asked("月报审阅", date(2024, 6, 3), date(2024, 6, 11)),
        rules.Asked("验收申请", date(2024, 6, 3), None),
    ]
    assert rules.promptness(asked, WorkCalendar(), on=date(2024, 6, 6)) == [
        rules.Prompt("月报审阅", 2, 1, 6, 0),
        rules.Prompt("验收申请", 1, 0, 3, 1),
    ]


@pytest.mark.parametrize(
    ("total", "number", "value"),
    [(11, 3, Decimal("3.7")), (0, 0, None), (5, 2, Decimal("2.5")), (7, 4, Decimal("1.8"))],
)
def test_an_average_is_told_to_one_decimal(total, number, value):
    assert rules.Average("按时付款", total, number).value == value
