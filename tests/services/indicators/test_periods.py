"""Windows cut into periods: both ends included, halves kept or dropped, anchored days never added up."""

from datetime import date

import pytest

from contracts.rules import add_months
from services.indicators.conditions import Scheme
from services.indicators.periods import periods, place
from tenancy.workdays import WorkCalendar

D = date


def firsts(*words, calendar=None, **more):
    return [period.first for period in periods(Scheme(*words, **more), calendar)]


def test_a_term_from_mid_month_has_twelve_calendar_months():
    made = firsts("month", D(2024, 4, 18), D(2025, 4, 17))
    assert (len(made), made[0], made[-1]) == (12, D(2024, 5, 1), D(2025, 4, 1))


@pytest.mark.parametrize(("partial", "count"), [("half", 12), ("keep", 13), ("drop", 11)])
def test_cut_periods_follow_partial(partial, count):
    assert len(firsts("month", D(2024, 4, 18), D(2025, 4, 17), partial=partial)) == count


def test_exactly_half_keeps_the_first_and_drops_the_last():
    assert firsts("month", D(2024, 4, 16), D(2024, 6, 15)) == [D(2024, 4, 16), D(2024, 5, 1)]


def test_a_window_shorter_than_a_period_keeps_it_unless_cut_ones_are_dropped():
    assert firsts("quarter", D(2024, 5, 1), D(2024, 5, 20)) == [D(2024, 5, 1)]
    assert firsts("quarter", D(2024, 5, 1), D(2024, 5, 20), partial="drop") == []


def test_anchored_months_are_counted_from_the_first_day_and_not_from_the_cut_one():
    made = periods(Scheme("month", D(2024, 1, 31), D(2024, 5, 30), anchor="start"))
    assert [(period.first, period.last) for period in made] == [
        (D(2024, 1, 31), D(2024, 2, 28)), (D(2024, 2, 29), D(2024, 3, 30)), (D(2024, 3, 31), D(2024, 4, 29)), (D(2024, 4, 30), D(2024, 5, 30)),
    ]  # fmt: skip


def test_weeks_are_iso_weeks_across_the_new_year():
    assert firsts("week", D(2024, 12, 30), D(2025, 1, 12)) == [D(2024, 12, 30), D(2025, 1, 6)]


def test_working_days_follow_the_tenants_calendar_and_open_days_only_close_on_holidays():
    calendar = WorkCalendar({D(2024, 5, 1): False, D(2024, 4, 28): True})
    window = (D(2024, 4, 26), D(2024, 5, 2))  # Friday to Thursday; Sunday the 28th is made up, 1 May is a holiday
    assert [day.day for day in firsts("workday", *window, calendar=calendar)] == [26, 28, 29, 30, 2]
    assert [day.day for day in firsts("open_day", *window, calendar=calendar)] == [26, 27, 28, 29, 30, 2]


def test_a_paper_is_due_after_the_whole_period_even_when_the_window_cuts_it():
    made = periods(Scheme("month", D(2024, 1, 1), D(2024, 2, 20), due=(1, 31)))
    assert [period.due for period in made] == [D(2024, 2, 29), D(2024, 3, 31)]


def test_a_day_belongs_to_its_period_or_to_none():
    made = periods(Scheme("month", D(2024, 4, 18), D(2024, 7, 5)))
    assert [place(made, day) for day in (D(2024, 4, 30), D(2024, 5, 1), D(2024, 6, 30), D(2024, 7, 1))] == [
        None,
        0,
        1,
        None,
    ]


def test_months_are_cut_to_their_length():
    assert add_months(D(2024, 1, 31), 1) == D(2024, 2, 29)
