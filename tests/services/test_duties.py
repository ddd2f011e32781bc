"""What is due, for whom and how late: gathered for one and for all, on a calendar and by worker."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from caseload.actions import papers
from caseload.models import Case
from contracts.models import Deadline
from services.models import Indicator, MonthlyReport
from services.queries import duties as queries
from services.rules import duties as rules
from tenancy import scope, workdays
from tenancy.models import CalendarDay, CalendarYear
from tenancy.workdays import WorkCalendar
from tests.caseload.filled import required
from tests.cast import at
from tests.services.pages import inside, moment, scene, text, url
from tests.services.scene import make_case, make_household

__all__ = ["inside", "moment", "scene"]
ON = date(2024, 6, 5)
PLAIN = WorkCalendar(published=frozenset({2024}))


def limit(cast, step, within, **more):
    Deadline.objects.create(
        contract=cast.contract, code=step, step=step, title=step, start="起算", within=within, **more
    )


def duty(due, worker=1, late=0, what="预估", **more):
    return rules.Duty("case", what, None, due, late, "caseload:case", 1, worker=worker, **more)


def gathered(scene, inside, member=None, worker=None, on=ON):
    member = member or scene.cast.social_worker
    rows = inside(lambda: queries.duties(member, workdays.calendar(), on=on, worker=worker))
    return sorted((row.kind, row.what, row.due, row.late, row.holder) for row in rows)


# --- the definition -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("due", "on", "late"),
    [
        (date(2024, 6, 5), date(2024, 6, 5), 0),
        (date(2024, 6, 4), date(2024, 6, 5), 1),
        (date(2024, 6, 7), date(2024, 6, 9), 0),  # a Friday, seen on Sunday
        (date(2024, 6, 7), date(2024, 6, 10), 1),
        (date(2024, 6, 8), date(2024, 6, 5), 0),
        (None, date(2024, 6, 5), 0),
    ],
)
def test_lateness_is_counted_in_working_days_after_the_day_due(due, on, late):
    assert rules.late_by(due, on, PLAIN) == late


def test_a_holiday_does_not_make_anything_later():
    calendar = WorkCalendar({date(2024, 6, 10): False}, frozenset({2024}))
    assert rules.late_by(date(2024, 6, 7), date(2024, 6, 11), calendar) == 1


@pytest.mark.parametrize(
    ("due", "late", "told"),
    [
        (date(2024, 6, 3), 2, "late"),
        (date(2024, 6, 1), 0, "now"),
        (ON, 0, "now"),
        (date(2024, 6, 12), 0, "soon"),
        (date(2024, 6, 13), 0, "later"),
        (None, 0, "open"),
    ],
)
def test_where_a_duty_stands(due, late, told):
    assert rules.standing(duty(due, late=late), ON) == told


def test_what_is_most_urgent_comes_first_and_what_has_no_day_last():
    rows = [duty(None, what="补交"), duty(date(2024, 6, 9)), duty(date(2024, 6, 3))]
    assert [row.due for row in rules.in_order(rows)] == [date(2024, 6, 3), date(2024, 6, 9), None]


def test_the_load_of_each_worker_and_of_the_agency():
    rows = [
        duty(date(2024, 6, 3), worker=1, late=2),
        duty(ON, worker=1),
        duty(date(2024, 6, 9), worker=2),
        duty(None, worker=2),
        duty(date(2024, 9, 9), worker=2),
        duty(date(2024, 6, 3), worker=None, late=2),
    ]
    found = rules.loads(rows, {1: 4, 3: 7}, {1: "周砚秋", 2: "江一帆", 3: "许星河"}, ON)
    assert [(row.name, row.cases, row.late, row.now, row.soon, row.open, row.worst) for row in found] == [
        ("周砚秋", 4, 1, 1, 0, 0, 2),
        ("江一帆", 0, 0, 0, 1, 1, 0),
        ("许星河", 7, 0, 0, 0, 0, 0),
        ("机构（报告和材料）", 0, 1, 0, 0, 0, 2),
    ]


def test_a_closed_case_is_visited_again_between_the_near_and_the_far_end():
    assert rules.follow_up_window(date(2024, 8, 31), 6, 12) == (date(2025, 2, 28), date(2025, 8, 31))
    assert rules.follow_up_window(date(2024, 8, 31), 6, None) == (date(2024, 8, 31), date(2025, 2, 28))


@pytest.mark.parametrize(("asked", "shown"), [("2024-11", 11), ("2024-13", 6), ("9999-12", 6), ("", 6), ("0001-01", 6)])
def test_a_month_that_cannot_be_shown_is_this_month(asked, shown):
    assert rules.month_of(asked, ON) == date(2024, shown, 1)


def test_a_month_has_whole_weeks_from_monday_with_what_is_due_in_it():
    names = {date(2024, 6, 10): "端午节"}
    calendar = WorkCalendar({date(2024, 6, 10): False}, frozenset({2024}))
    rows = [duty(date(2024, 6, 10)), duty(date(2024, 5, 31)), duty(None)]
    weeks = rules.weeks(date(2024, 6, 1), rows, calendar, names, ON)
    squares = [square for week in weeks for square in week]
    assert (squares[0].day, squares[-1].day, len(weeks)) == (date(2024, 5, 27), date(2024, 6, 30), 5)
    assert [(square.day.day, square.name, square.is_workday) for square in squares if square.duties] == [
        (10, "端午节", False)
    ]
    assert [square.day for square in squares if square.is_today] == [ON]


# --- gathered -----------------------------------------------------------------------------------------------------------
def test_a_worker_has_their_own_steps_and_returned_records_and_nothing_of_others(scene, inside):
    inside(limit, scene.cast, "case.assessment", 10)
    inside(scene.returned)
    mine = gathered(scene, inside, worker=scene.cast.social_worker)
    name = scene.cast.social_worker.account.name
    assert mine == [("case", "预估", date(2024, 5, 23), 9, name), ("record", "补交个案介入", None, 0, name)]
    assert gathered(scene, inside, worker=scene.cast.supervisor) == []


def test_a_closed_case_is_followed_up_until_the_paper_is_in_its_file(scene, inside):
    inside(limit, scene.cast, "case.follow_up", 6, until=12, unit="months")
    closed = {
        "state": "closed", "closed_on": date(2024, 6, 3), "closure_reason": "goals_met",
        "approvals": ["intake_subdistrict", "closure_subdistrict"],
    }  # fmt: skip
    inside(lambda: Case.objects.filter(pk=scene.case.pk).update(**closed))
    name = scene.cast.social_worker.account.name
    assert gathered(scene, inside) == [("follow_up", "case.follow_up", date(2025, 6, 3), 0, name)]
    assert gathered(scene, inside, on=date(2025, 6, 5))[0][3] == 2
    inside(lambda: Case.objects.filter(pk=scene.case.pk).update(papers=["follow_up"]))
    assert gathered(scene, inside) == []


def test_what_the_agency_owes_is_due_to_whoever_writes_reports(scene, inside):
    def arrange():
        MonthlyReport.objects.create(
            contract=scene.cast.contract, month=date(2024, 5, 1), due_on=date(2024, 6, 4), created_at=at()
        )
        for code, definition in [
            ("P1", {"of": "document.work_report", "every": "quarter", "reach": {"ge": 1}}),
            ("P2", {"of": "incident.missing", "nil": "month", "reach": {"le": 0}}),
        ]:
            Indicator.objects.create(
                contract=scene.cast.contract, code=code, title=code, definition=definition, sentence=code
            )

    inside(arrange)
    manager, worker = scene.cast.agency_manager, scene.cast.social_worker
    assert gathered(scene, inside, manager, worker=worker) == []
    owed = gathered(scene, inside, manager, worker=manager)
    assert owed == [
        ("nil", "零报告（2024年1月）", date(2024, 1, 31), 85, "机构"),
        ("nil", "零报告（2024年2月）", date(2024, 2, 29), 67, "机构"),
        ("nil", "零报告（2024年3月）", date(2024, 3, 31), 46, "机构"),
        ("nil", "零报告（2024年4月）", date(2024, 4, 30), 24, "机构"),
        ("nil", "零报告（2024年5月）", date(2024, 5, 31), 3, "机构"),
        ("nil", "零报告（2024年6月）", date(2024, 6, 30), 0, "机构"),
        ("paper", "work_report（2024年第一季度）", date(2024, 3, 31), 46, "机构"),
        ("paper", "work_report（2024年第二季度）", date(2024, 6, 30), 0, "机构"),
        ("report", "2024年5月月报", date(2024, 6, 4), 1, "机构"),
    ]
    assert gathered(scene, inside, scene.cast.contract_manager) == owed


def test_a_case_that_waits_is_its_streets_to_decide(scene, inside):
    inside(limit, scene.cast, "case.decision", 2)
    waiting = {"state": "intake_submitted", "opened_on": None, "approvals": [], "handed_on": date(2024, 5, 31)}
    inside(lambda: Case.objects.filter(pk=scene.case.pk).update(**waiting))
    assert gathered(scene, inside) == []
    officer = scene.cast.subdistrict_officer
    assert gathered(scene, inside, officer) == [
        ("decision", "接案审批", date(2024, 6, 4), 1, officer.organisation.short_name)
    ]


def test_a_referral_that_waits_is_among_the_street_s_decisions(scene, inside):
    inside(limit, scene.cast, "case.decision", 2)
    answers = required("referral", to="区精神卫生中心", consent="同意")
    known = {"on": date(2024, 5, 31), "by": scene.cast.social_worker, "at": at("2024-05-31 10:00")}
    inside(papers.file_form, scene.case, "referral", answers=answers, **known)
    officer = scene.cast.subdistrict_officer
    waits = ("decision", "转介审批", date(2024, 6, 4), 1, officer.organisation.short_name)
    assert gathered(scene, inside, officer) == [waits]


def test_another_agency_and_another_bureau_see_nothing(scene, inside, strangers):
    inside(limit, scene.cast, "case.assessment", 10)
    assert gathered(scene, inside, scene.cast.rivals["social_worker"]) == []
    with scope.tenant(strangers.tenant.pk):
        assert queries.duties(strangers.social_worker, PLAIN, on=ON) == []


# --- the pages ----------------------------------------------------------------------------------------------------------
def test_today_the_calendar_and_the_load_say_the_same(scene, inside, sign_in):
    inside(limit, scene.cast, "case.assessment", 10)
    inside(scene.returned)
    client = sign_in(scene.cast.social_worker)
    assert "逾期 9 个工作日（限 10 个工作日）" in text(client.get(url(scene, "today")))
    page = client.get(url(scene, "calendar"), {"month": "2024-05"})
    assert ("逾期 9 个工作日" in text(page), page.context["number"], page.context["late"]) == (True, 1, 1)
    page = sign_in(scene.cast.supervisor).get(url(scene, "load"))
    load = page.context["loads"][0]
    assert (load.name, load.cases, load.late, load.open, load.worst) == (
        scene.cast.social_worker.account.name, 1, 1, 1, 9,
    )  # fmt: skip
    assert [(row.kind, row.late) for row in page.context["urgent"]] == [("case", 9), ("record", 0)]


def test_the_calendar_names_holidays_on_weekends_too_and_says_when_a_year_is_not_published(scene, inside, sign_in):
    def arrange():
        CalendarYear.objects.update_or_create(year=2024, defaults={"source": "x", "is_published": True})
        CalendarDay.objects.update_or_create(day=date(2024, 6, 8), defaults={"is_workday": False, "name": "端午节"})

    inside(arrange)
    client = sign_in(scene.cast.social_worker)
    page = text(client.get(url(scene, "calendar")))
    assert ("端午节" in page, "尚未公布" in page) == (True, False)
    assert "2031 年放假安排尚未公布" in text(client.get(url(scene, "calendar"), {"month": "2031-02"}))


def test_the_calendar_narrows_to_one_worker_and_masks_names_for_the_bureau(scene, inside, sign_in):
    inside(limit, scene.cast, "case.assessment", 10)
    client = sign_in(scene.cast.contract_manager)
    ask = lambda worker: client.get(url(scene, "calendar"), {"month": "2024-05", "worker": worker})  # noqa: E731
    assert [ask(pk).context["number"] for pk in ("", scene.cast.social_worker.pk, "nonsense")] == [1, 1, 1]
    page = text(ask(scene.cast.social_worker.pk))
    assert ("白露华" in page, "白" in page) == (False, True)
    assert "白露华" in text(sign_in(scene.cast.supervisor).get(url(scene, "calendar"), {"month": "2024-05"}))


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("calendar", "social_worker"),
        ("load", "agency_manager"),
        ("load", "contract_manager"),
        ("today", "social_worker"),
    ],
)
def test_a_page_costs_the_same_with_one_duty_and_with_three(scene, inside, sign_in, name, role):
    inside(limit, scene.cast, "case.assessment", 10)
    inside(scene.returned)
    client, address = sign_in(scene.cast.members[role]), url(scene, name) + "?month=2024-05"

    def statements():
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    one = statements()
    for number in (2, 3):
        household = inside(make_household, scene.cast, number=f"QH01-H-000{number}", name=f"谷雨{number}")
        inside(scene.returned, case=inside(make_case, scene.cast, household, number=f"QH01-GA-000{number}"))
    assert statements() == one
