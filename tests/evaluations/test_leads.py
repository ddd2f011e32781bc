"""A change of the project lead: told early enough, consented to in writing, and in the posts from its day on."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from contracts.actions import add_staff_post
from contracts.models import Deadline, Label
from contracts.queries import project_leads
from evaluations.actions import leads as actions
from evaluations.models import LeadChange
from evaluations.rules import leads as rules
from tenancy import scope, workdays
from tenancy.problems import Refused
from tests.cast import at

CALENDAR = workdays.WorkCalendar()
DAY = date(2024, 6, 20)


@pytest.mark.parametrize(
    ("within", "unit", "last"),
    [
        (5, "calendar_days", date(2024, 6, 15)),
        (5, "working_days", date(2024, 6, 13)),
        (1, "months", date(2024, 5, 20)),
        (0, "calendar_days", DAY),
    ],
)
def test_the_last_day_of_notice_lies_the_whole_limit_ahead(within, unit, last):
    assert rules.notice_day(DAY, within=within, unit=unit, calendar=CALENDAR) == last


def test_a_month_ahead_of_the_31st_is_the_last_of_the_month():
    day = rules.notice_day(date(2024, 3, 31), within=1, unit="months", calendar=CALENDAR)
    assert day == date(2024, 2, 29)


@pytest.fixture
def led(act):
    Label.objects.create(family="post", code="project_lead", label="项目负责人")
    Deadline.objects.create(
        contract=act.contract, code="D12", step="lead.change", title="更换项目主要负责人", start="变更日", within=5, unit="calendar_days", is_before=True,
        clause="第八条第二款", clause_text="应当提前5日通知甲方，获得甲方书面同意后方可进行。",
    )  # fmt: skip
    add_staff_post(
        act.contract, side="provider", post="project_lead", name="", membership=act.agency_manager, from_day=date(2024, 1, 2), by=act.contract_manager, at=at()
    )  # fmt: skip
    return act


def propose(cast, *, now="2024-06-15 17:00", change_on=DAY, successor=None):
    return actions.propose_change(
        cast.contract, successor=successor or cast.supervisor, change_on=change_on, reason="原负责人调离", by=cast.agency_manager, at=at(now)
    )  # fmt: skip


def leads(cast, *days):
    return [project_leads(cast.contract, on=day)["provider"] for day in days]


def test_notice_that_is_too_late_is_refused_with_the_day_that_would_have_done(led):
    with pytest.raises(Refused) as refusal:
        propose(led, now="2024-06-16 00:00")
    assert refusal.value.problems == ["须提前 5 日通知甲方，2024-06-20 更换的最迟 2024-06-15 通知"]
    assert propose(led).notice_by == date(2024, 6, 15)


def test_the_posts_change_on_the_day_and_not_before(led):
    change = propose(led)
    assert leads(led, DAY) == ["许星河"]
    change = actions.consent(change, opinion="同意", by=led.contract_manager, at=at("2024-06-18 09:00"))
    assert (change.state, change.clause) == ("consented", "第八条第二款")
    assert leads(led, date(2024, 6, 18), date(2024, 6, 19), DAY) == ["许星河", "许星河", "叶归舟"]


def test_refused_or_consented_too_late_nothing_changes(led):
    change = propose(led)
    with pytest.raises(Refused, match="不同意须写明理由"):
        actions.refuse(change, opinion=" ", by=led.contract_manager, at=at("2024-06-18 09:00"))
    with pytest.raises(Refused, match="由乙方另提日期"):
        actions.consent(change, opinion="", by=led.contract_manager, at=at("2024-06-21 09:00"))
    with pytest.raises(Refused, match="由甲方决定"):
        actions.consent(change, opinion="", by=led.agency_manager, at=at("2024-06-18 09:00"))
    actions.refuse(change, opinion="接任人没有资格证", by=led.contract_manager, at=at("2024-06-18 09:00"))
    assert leads(led, date(2024, 7, 1)) == ["许星河"]
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        LeadChange.objects.filter(pk=change.pk).update(state="consented")


def test_one_change_at_a_time_by_somebody_else_of_the_own_agency(led):
    for successor, problem in (
        (led.agency_manager, "接任人现在就是项目负责人"),
        (led.rivals["agency_manager"], "接任人须是本机构人员"),
    ):
        with pytest.raises(Refused) as refusal:
            propose(led, successor=successor)
        assert refusal.value.problems == [problem]
    change = propose(led)
    with pytest.raises(Refused) as refusal:
        propose(led)
    assert refusal.value.problems == ["已有一次更换待甲方同意"]
    actions.withdraw(change, reason="", by=led.agency_manager, at=at("2024-06-16 09:00"))
    assert propose(led, now="2024-06-15 18:00").no == 2


def address(cast, name, pk):
    return reverse(f"evaluations:{name}", kwargs={"tenant": cast.tenant.slug, "pk": pk})


def test_the_written_answer_is_a_paper_once_it_is_given(led, sign_in):
    change = propose(led)
    client = sign_in(led.agency_manager)
    assert client.get(address(led, "lead_change_paper", change.pk)).status_code == 404
    actions.consent(change, opinion="同意", by=led.contract_manager, at=at("2024-06-18 09:00"))
    paper = client.get(address(led, "lead_change_paper", change.pk))
    assert (paper.status_code, paper["Content-Type"], paper.content[:5]) == (200, "application/pdf", b"%PDF-")


def test_the_agency_proposes_on_its_page_and_a_rival_finds_nothing(led, sign_in):
    new = address(led, "new_lead_change", led.contract.pk)
    page = sign_in(led.agency_manager).get(new).content.decode()
    assert ("应当提前5日通知甲方" in page, "提前 5 日通知甲方" in page) == (True, True)
    assert sign_in(led.rivals["agency_manager"]).get(new).status_code == 404
    late = sign_in(led.agency_manager).post(
        new, {"successor": led.supervisor.pk, "change_on": "2024-06-20", "reason": "调离"}
    )
    assert (late.status_code, "最迟 2024-06-15 通知" in late.content.decode()) == (400, True)
    with scope.tenant(led.tenant.pk):
        assert LeadChange.objects.count() == 0
