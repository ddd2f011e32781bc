"""The payment clock: working days with holidays and make-up days, pauses, and years that are not published."""

from datetime import date

import pytest

from payments.rules import clock
from tenancy import scope, workdays


@pytest.fixture
def calendar(act):
    return workdays.calendar()


def read(calendar, start, on, *, pauses=(), paid_on=None, within=10, unit="working_days", event="contract_signed"):
    return clock.read(
        event=event, start=start, within=within, unit=unit, pauses=pauses, paid_on=paid_on, on=on, calendar=calendar
    )


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2024-04-18", "2024-05-06"),  # 4-28 works, 5-1 to 5-5 don't: the Mentougou advance
        ("2024-12-06", "2024-12-20"),
        ("2024-12-27", "2025-01-13"),  # New Year on 1-1
        ("2024-09-27", "2024-10-16"),  # 9-29 and 10-12 work, 10-1 to 10-7 don't
        ("2025-01-20", "2025-02-08"),  # Spring Festival 1-28 to 2-4; 1-26 and 2-8 work
        ("2025-09-26", "2025-10-16"),  # 9-28 and 10-11 work, 10-1 to 10-8 don't
        ("2026-02-10", "2026-03-02"),  # Spring Festival 2-15 to 2-23; 2-14 and 2-28 work
    ],
)
def test_ten_working_days_end_where_the_holiday_table_says(calendar, start, due):
    start = date.fromisoformat(start)
    assert read(calendar, start, start).due_on == date.fromisoformat(due)


def test_the_advance_is_on_its_ninth_working_day_when_it_is_paid(calendar):
    running = read(calendar, date(2024, 4, 18), date(2024, 4, 30))
    assert (running.state, running.elapsed, running.within, running.is_provisional) == ("running", 9, 10, False)
    assert read(calendar, date(2024, 4, 18), date(2024, 5, 20), paid_on=date(2024, 4, 30)).elapsed == 9


def test_late_counts_working_days_beyond_the_limit(calendar):
    assert [read(calendar, date(2024, 4, 18), date(2024, 5, day)).late for day in (6, 7, 8)] == [0, 1, 2]


def test_a_return_pauses_the_clock_and_moves_the_due_day(calendar):
    pauses = [(date(2024, 4, 22), date(2024, 4, 25))]
    paused = read(calendar, date(2024, 4, 18), date(2024, 4, 24), pauses=[(date(2024, 4, 22), None)])
    assert (paused.state, paused.elapsed) == ("paused", 2)
    again = read(calendar, date(2024, 4, 18), date(2024, 4, 26), pauses=pauses)
    assert (again.state, again.elapsed, again.paused_days, again.due_on) == ("running", 3, 3, date(2024, 5, 9))


def test_a_return_before_the_clock_started_takes_nothing_from_it(calendar):
    assert read(
        calendar, date(2024, 12, 6), date(2024, 12, 6), pauses=[(date(2024, 11, 18), date(2024, 11, 25))]
    ).due_on == date(2024, 12, 20)


def test_a_year_without_published_holidays_is_provisional(calendar):
    late = read(calendar, date(2026, 12, 25), date(2026, 12, 25))
    assert (late.is_provisional, late.missing_years) == (True, (2027,))


def test_a_limit_in_days_that_ends_on_a_day_off_moves_on(calendar):
    assert read(calendar, date(2024, 4, 25), date(2024, 4, 25), within=8, unit="calendar_days").due_on == date(
        2024, 5, 6
    )
    assert read(calendar, date(2024, 4, 15), date(2024, 4, 15), within=10, unit="calendar_days").due_on == date(
        2024, 4, 25
    )


def test_no_start_and_no_limit_have_no_due_day(calendar):
    assert (read(calendar, None, date(2024, 11, 20)).state, read(calendar, None, date(2024, 11, 20)).due_on) == (
        "idle",
        None,
    )
    assert read(calendar, date(2024, 12, 6), date(2024, 11, 20)).state == "idle"
    assert read(calendar, date(2024, 4, 18), date(2024, 4, 18), within=None).state == "untimed"


def test_examples_say_what_acceptance_on_a_day_would_mean(calendar):
    assert clock.examples(
        date(2024, 11, 20), within=10, unit="working_days", calendar=calendar, planned=date(2024, 12, 27)
    ) == [(date(2024, 12, 27), date(2025, 1, 13), True, False)]


def test_two_tenants_keep_calendars_of_their_own(cast, strangers):
    from tenancy.models import CalendarDay

    with scope.tenant(cast.tenant.pk):
        CalendarDay.objects.update_or_create(day=date(2024, 4, 19), defaults={"is_workday": False, "name": "本区休"})
        assert clock.due_on(date(2024, 4, 18), 10, "working_days", workdays.calendar()) == date(2024, 5, 7)
    with scope.tenant(strangers.tenant.pk):
        assert clock.due_on(date(2024, 4, 18), 10, "working_days", workdays.calendar()) == date(2024, 5, 6)
