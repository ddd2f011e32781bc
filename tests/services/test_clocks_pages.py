"""Clocks on screen: one tap starts, one tap stops; both instants afterwards; midnight and holidays; the void."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from services.actions import clocks as actions
from services.models import Clock
from services.rules.elapsed import Limit, limit_of, spell, standing
from tenancy import scope
from tenancy.workdays import calendar
from tests.cast import at
from tests.documents.hostile import picture
from tests.services.pages import NOW, inside, moment, scene, text, url
from tests.services.test_rooms import book, of_contract, start

__all__ = ["book", "inside", "moment", "scene"]
HOURS = Limit("hours", Decimal(2))


# --- against the limit --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("begin", "end", "late", "told", "gap"),
    [
        ("2024-02-28 23:30", "2024-02-29 01:30", False, "2 小时", "还剩 0 分钟"),
        ("2024-02-28 23:30", "2024-02-29 01:31", True, "2 小时 1 分钟", "超 1 分钟"),
        ("2024-05-01 23:00", "2024-05-02 00:15", False, "1 小时 15 分钟", "还剩 45 分钟"),
        ("2024-06-03 10:00", "2024-06-04 12:00", True, "1 天 2 小时", "超 1 天"),
    ],
)
def test_hours_run_through_midnight_and_holidays(begin, end, late, told, gap):
    found = standing(at(begin), at(end), HOURS, None)
    assert (found.is_late, found.told, found.gap) == (late, told, gap)


@pytest.mark.parametrize(
    ("begin", "end", "late", "gap"),
    [
        ("2024-04-30 09:00", "2024-05-06 18:00", False, "还剩 1 个工作日"),
        ("2024-04-30 09:00", "2024-05-07 18:00", False, "还剩 0 个工作日"),
        ("2024-04-30 09:00", "2024-05-08 08:00", True, "超 1 个工作日"),
    ],
)
def test_working_days_leave_the_holiday_out(act, begin, end, late, gap):
    found = standing(at(begin), at(end), Limit("workdays", Decimal(2)), calendar())
    assert (found.is_late, found.gap) == (late, gap)


def test_the_strictest_limit_holds_and_none_without_one():
    limits = [("hours", "le", Decimal(24)), ("minutes", "le", Decimal(5)), ("workdays", "le", Decimal(1))]
    assert (limit_of(limits), limit_of(limits[2:]), limit_of([])) == (
        Limit("minutes", Decimal(5)),
        Limit("workdays", Decimal(1)),
        None,
    )


@pytest.mark.parametrize(
    ("minutes", "told"), [(0, "0 分钟"), (59, "59 分钟"), (60, "1 小时"), (1440, "1 天"), (1505, "1 天 1 小时")]
)
def test_minutes_in_words(minutes, told):
    assert spell(minutes) == told


# --- on screen ----------------------------------------------------------------------------------------------------
def clock_of(book):
    with scope.tenant(book.cast.tenant.pk):
        return Clock.objects.get()


def test_one_tap_starts_and_one_tap_stops(book, sign_in):
    client = sign_in(book.cast.social_worker)
    assert client.post(of_contract(book, "start_clock"), {"kind": "first_request"}).status_code == 302
    running = clock_of(book)
    assert (running.kind, running.started_at, running.stopped_at) == ("first_request", NOW, None)
    page = text(client.get(of_contract(book, "clocks")))
    assert ("还剩 2 小时" in page, "限 2 小时" in page) == (True, True)
    answer = client.post(url(book, "stop_clock", pk=running.pk), {"back": "list"})
    assert (answer.url, clock_of(book).stopped_at) == (of_contract(book, "clocks"), NOW)


def test_a_kind_that_asks_something_is_started_by_its_form(book, sign_in):
    page = text(sign_in(book.cast.social_worker).get(of_contract(book, "clocks")))
    assert ("现在开始：首接响应" in page, "现在开始：特殊需求响应" in page) == (True, False)


def test_both_instants_are_entered_afterwards_with_subject_and_facts(book, sign_in):
    values = {
        "started_at": "2024-06-03T23:40",
        "stopped_at": "2024-06-04T00:20",
        "subject": book.case.number,
        "fact_identity_unknown": "true",
    }
    answer = sign_in(book.cast.social_worker).post(f"{of_contract(book, 'new_clock')}?kind=need", values)
    assert answer.status_code == 302
    row = clock_of(book)
    assert (row.started_at, row.stopped_at, row.facts) == (
        at("2024-06-03 23:40"),
        at("2024-06-04 00:20"),
        {"identity_unknown": True},
    )
    assert (row.case_id, row.household_id) == (book.case.pk, book.household.pk)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"stopped_at": "2024-06-03T09:00"}, "完成时间不得早于开始时间"),
        ({"started_at": "2024-06-05T09:30"}, "开始时间不得晚于现在"),
        ({"subject": "QH01-H-9999"}, "没有这个户编号或个案号"),
    ],
)
def test_a_wrong_clock_is_told_and_nothing_is_kept(book, sign_in, more, told):
    values = {"started_at": "2024-06-03T10:00", **more}
    answer = sign_in(book.cast.social_worker).post(f"{of_contract(book, 'new_clock')}?kind=need", values)
    assert (answer.status_code, told in text(answer)) == (422, True)
    with scope.tenant(book.cast.tenant.pk):
        assert Clock.objects.count() == 0


def test_a_clock_whose_end_is_refused_is_not_started_either(book, sign_in):
    values = {"started_at": "2024-06-05T08:00", "stopped_at": "2024-06-05T09:30"}
    answer = sign_in(book.cast.social_worker).post(f"{of_contract(book, 'new_clock')}?kind=need", values)
    assert (answer.status_code, "完成时间不得晚于现在" in text(answer)) == (422, True)
    with scope.tenant(book.cast.tenant.pk):
        assert Clock.objects.count() == 0


def test_a_clock_stops_at_a_moment_with_its_paper(book, inside, sign_in):
    row, client = inside(start, book), sign_in(book.cast.social_worker)
    assert "截图" in text(client.get(url(book, "clock", pk=row.pk)))
    proof = SimpleUploadedFile("1.jpg", picture(80, 60, colour=(9, 9, 9)), "image/jpeg")
    values = {"stopped_at": "2024-06-05T07:59", "paper_screenshot": proof}
    assert client.post(url(book, "stop_clock", pk=row.pk), values).status_code == 302
    stopped = clock_of(book)
    assert (stopped.stopped_at, stopped.papers) == (at("2024-06-05 07:59"), ["screenshot"])
    assert "在时限内" in text(client.get(of_contract(book, "clocks")))
    with scope.tenant(book.cast.tenant.pk):
        paper = stopped.clock_papers.get()
    assert b"".join(client.get(url(book, "clock_paper", pk=row.pk, paper=paper.pk)).streaming_content)


def test_where_a_person_judges_the_form_asks_whether_it_was_in_time(book, inside, sign_in):
    row, client = inside(start, book, kind="need"), sign_in(book.cast.social_worker)
    assert "是否按时" in text(client.get(url(book, "clock", pk=row.pk)))
    assert (
        client.post(url(book, "stop_clock", pk=row.pk), {"stopped_at": "2024-06-05T08:30", "on_time": "0"}).status_code
        == 302
    )
    assert clock_of(book).on_time is False


def test_quality_control_makes_a_clock_void_with_a_reason(book, inside, sign_in):
    row, client = inside(start, book), sign_in(book.cast.quality_control)
    refused = client.post(url(book, "void_clock", pk=row.pk), {"reason": ""})
    assert (refused.status_code, "写明为什么作废" in text(refused)) == (422, True)
    assert client.post(url(book, "void_clock", pk=row.pk), {"reason": "误点"}).status_code == 302
    assert "误点" in text(client.get(url(book, "clock", pk=row.pk)))
    assert clock_of(book).state == "void"


@pytest.mark.parametrize(("role", "status"), [("social_worker", 403), ("contract_manager", 403), ("supervisor", 302)])
def test_who_may_make_a_clock_void(book, inside, sign_in, role, status):
    row = inside(start, book)
    assert (
        sign_in(book.cast.members[role]).post(url(book, "void_clock", pk=row.pk), {"reason": "误点"}).status_code
        == status
    )


def test_a_clock_that_has_stopped_says_so(book, inside, sign_in):
    row = inside(start, book)
    inside(actions.stop_clock, row, stopped_at=at("2024-06-05 07:00"), by=book.cast.social_worker, at=NOW)
    again = sign_in(book.cast.social_worker).post(url(book, "stop_clock", pk=row.pk))
    assert (again.status_code, "这条计时已登记完成" in text(again)) == (409, True)


def test_the_purchaser_looks_and_starts_nothing(book, sign_in):
    client = sign_in(book.cast.contract_manager)
    assert "开始计时" not in text(client.get(of_contract(book, "clocks")))
    assert client.post(of_contract(book, "start_clock"), {"kind": "need"}).status_code == 403
