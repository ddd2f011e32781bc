"""The holiday table: years over a century, pasted and taken over with a preview, corrected, audited; what rests on it follows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenancy import actions, holidays, scope, workdays
from tenancy.models import AuditEvent, CalendarDay
from tenancy.problems import Refused
from tenancy.workdays import WorkCalendar
from tests.cast import at

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
NEAR = st.dates(date(2024, 1, 1), date(2026, 12, 31))


# --- working days over a century ------------------------------------------------------------------------------------------
@given(start=DAYS, count=st.integers(0, 300), off=st.sets(DAYS, max_size=30), worked=st.sets(DAYS, max_size=30))
def test_counting_forward_and_back_agrees_in_any_year(start, count, off, worked):
    calendar = WorkCalendar(dict.fromkeys(off, False) | dict.fromkeys(worked, True), frozenset({2024}))
    end = calendar.add(start, count)
    assert calendar.between(start, end) == count
    assert calendar.between(end, start) == -count
    assert not count or calendar.is_workday(end)
    assert calendar.is_provisional(start) == (start.year != 2024)
    assert calendar.last_workday(start) <= start
    assert calendar.holiday_years_missing(start, end) == [
        year for year in range(start.year, end.year + 1) if year != 2024
    ]


@given(first=NEAR, middle=NEAR, last=NEAR)
def test_stretches_of_working_days_add_up(first, middle, last):
    calendar = WorkCalendar({row.day: row.is_workday for row in holidays.from_library(2025)}, frozenset({2025}))
    assert calendar.between(first, middle) + calendar.between(middle, last) == calendar.between(first, last)


# --- reading what was announced -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "days", "is_workday", "name"),
    [
        ("2027-01-01 休 元旦", [(1, 1)], False, "元旦"),
        ("2027年2月6日至2月8日 放假 春节", [(2, 6), (2, 7), (2, 8)], False, "春节"),
        ("2月6日至8日放假，春节", [(2, 6), (2, 7), (2, 8)], False, "春节"),
        ("2027/2/20 上班 春节调休", [(2, 20)], True, "春节调休"),
        ("10月1日—10月3日 休息", [(10, 1), (10, 2), (10, 3)], False, "放假"),
        ("2月20日（班）", [(2, 20)], True, "调休上班"),
    ],
)
def test_a_line_is_read_as_it_is_announced(line, days, is_workday, name):
    assert holidays.read(line, 2027) == (
        [holidays.Announced(date(2027, *day), is_workday, name) for day in days],
        [],
    )


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("元旦放假", ["第 1 行读不懂：元旦放假"]),
        ("2027-01-01", ["第 1 行读不懂：2027-01-01"]),
        ("2027-02-30 休 春节", ["第 1 行读不懂：2027-02-30 休 春节"]),
        ("2027-03-09 至 2027-02-01 休 春节", ["第 1 行读不懂：2027-03-09 至 2027-02-01 休 春节"]),
        ("\n2026-12-31 休 元旦", ["第 2 行的 2026-12-31 不在 2027 年"]),
        ("2月6日 休 春节\n2月6日 上班", ["第 2 行的 02-06 与前面矛盾：又休又上班"]),
    ],
)
def test_what_cannot_be_read_is_named_line_by_line(text, faults):
    assert holidays.read(text, 2027)[1] == faults


@given(st.text(max_size=60), st.integers(2000, 2099))
def test_any_text_is_read_or_faulted_never_a_crash(text, year):
    rows, _faults = holidays.read(text, year)
    assert all(row.day.year == year for row in rows)


def test_the_preview_tells_new_same_other_and_left_over():
    announced = [
        holidays.Announced(date(2027, 1, 1), False, "元旦"),
        holidays.Announced(date(2027, 1, 2), False, "元旦"),
        holidays.Announced(date(2027, 1, 3), True, "元旦调休"),
    ]
    stands = {date(2027, 1, 2): (False, "元旦"), date(2027, 1, 3): (False, "元旦"), date(2027, 5, 1): (False, "劳动节")}
    rows, beyond = holidays.compared(announced, stands)
    assert [(row.state, row.stands) for row in rows] == [
        ("new", ""),
        ("same", "元旦（休息）"),
        ("other", "元旦（休息）"),
    ]
    assert beyond == [date(2027, 5, 1)]


# --- taking a year over ---------------------------------------------------------------------------------------------------
TEXT = "2027-10-01 至 2027-10-07 休 国庆节\n2027-10-09 上班 国庆节调休"


@pytest.mark.django_db
def test_a_year_is_taken_over_and_what_rests_on_it_follows(cast):
    with scope.acting(cast.system_admin):
        CalendarDay.objects.create(day=date(2027, 5, 3), is_workday=False, name="旧")
        before = workdays.calendar()
        announced, _faults = holidays.read(TEXT, 2027)
        actions.take_year(year=2027, announced=announced, source="国办发明电〔2026〕9号", by=cast.system_admin, at=at())
        after = workdays.calendar()
        event = AuditEvent.objects.get(action="calendar.year_taken")
        assert list(CalendarDay.objects.filter(day__year=2027, day__month=5)) == []
    start = date(2027, 9, 30)
    assert (before.add(start, 3), after.add(start, 3)) == (date(2027, 10, 5), date(2027, 10, 11))
    assert (before.is_provisional(start), after.is_provisional(start)) == (True, False)
    assert event.detail == {"year": 2027, "source": "国办发明电〔2026〕9号", "days": 8, "removed": ["2027-05-03"]}


@pytest.mark.django_db
def test_a_day_is_taken_off_the_table_again(cast):
    with scope.acting(cast.system_admin):
        row = actions.set_calendar_day(
            day=date(2027, 5, 3), is_workday=False, name="厂休", by=cast.system_admin, at=at()
        )
        actions.clear_calendar_day(row, by=cast.system_admin, at=at())
        assert list(CalendarDay.objects.filter(day=date(2027, 5, 3))) == []
        assert AuditEvent.objects.get(action="calendar.day_cleared").detail == {"day": "2027-05-03", "name": "厂休"}
        with pytest.raises(Refused, match="没有可接收的日子"):
            actions.take_year(year=2031, announced=[], source="x", by=cast.system_admin, at=at())


@pytest.mark.django_db
def test_pasted_lines_are_shown_first_and_then_taken(cast, sign_in):
    client, page = sign_in(cast.system_admin), f"/{cast.tenant.slug}/manage/calendar/import/"
    assert client.get(page).status_code == 200
    asked = {"year": "2027", "source": "国办发明电〔2026〕9号", "origin": "pasted", "text": TEXT}
    shown = client.post(page, asked | {"step": "preview"}).content.decode()
    assert ("10-09" in shown, "新增 8 天" in shown) == (True, True)
    with scope.tenant(cast.tenant.pk):
        assert CalendarDay.objects.filter(day__year=2027).count() == 0
    assert client.post(page, asked | {"step": "preview", "text": "胡写"}).status_code == 400
    taken = client.post(page, asked | {"step": "take"})
    assert (taken.status_code, taken.url) == (302, f"/{cast.tenant.slug}/manage/calendar/?year=2027")
    with scope.tenant(cast.tenant.pk):
        assert CalendarDay.objects.filter(day__year=2027).count() == 8
    assert client.get(taken.url).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("year", ["2000", "2099", "0", "20277", "²⁰²⁷"])
def test_the_calendar_opens_for_any_year(cast, sign_in, year):
    assert sign_in(cast.system_admin).get(f"/{cast.tenant.slug}/manage/calendar/?year={year}").status_code == 200


@pytest.mark.django_db
def test_a_year_of_the_library_and_who_may_not(cast, sign_in):
    page = f"/{cast.tenant.slug}/manage/calendar/import/"
    asked = {
        "year": str(holidays.library_years()[-1]),
        "source": "通知",
        "origin": "library",
        "text": "",
        "step": "preview",
    }
    assert "国庆节" in sign_in(cast.system_admin).post(page, asked).content.decode()
    nothing = sign_in(cast.system_admin).post(page, asked | {"year": "2098"})
    assert (nothing.status_code, "没有 2098 年" in nothing.content.decode()) == (400, True)
    assert sign_in(cast.contract_manager).get(page).status_code == 403


def test_the_library_year_has_whole_holidays():
    rows = holidays.from_library(2025)
    assert sum(not row.is_workday for row in rows) == 28
    assert {row.day for row in rows if row.is_workday} == {date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11)}  # fmt: skip
