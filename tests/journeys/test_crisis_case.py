"""A crisis case from the report to its closure and the first follow-up: a worker's phone, an officer's and a supervisor's desk."""

from datetime import date

import pytest
from playwright.sync_api import expect

from caseload import queries
from caseload.models import Case, CaseFollowUp, CaseMove, CaseReview
from caseload.rules import forms
from services.actions import kinds
from tenancy import clock, scope
from tests.caseload.conftest import collect, filed, make_household, set_up_ledger
from tests.caseload.filled import LONG, required
from tests.cast import at
from tests.services.scene import KINDS, Scene

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SESSIONS = [("2024-06-10", "interview"), ("2024-06-24", "phone"), ("2024-07-08", "interview"), ("2024-07-22", "resource"), ("2024-08-05", "interview")]  # fmt: skip


@pytest.fixture
def story(cast, monkeypatch):
    """The bureau with a family on its ledger; story["now"] is the clock of every page."""
    told = {"now": at("2024-05-06 09:00")}
    monkeypatch.setattr(clock, "now", lambda: told["now"])
    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
        cast.contract.parameters = {"case_sessions": 5, "case_direct_sessions": 3}
        cast.contract.save()
        for sort, kind in enumerate(KINDS):
            kinds.save_kind(**kind, sort=sort, by=None, at=at())
        told["household"] = make_household(cast, name="何木兰")
    return told


@pytest.fixture
def at_work(cast, story, hand, live_server, client):
    """at_work(member, path, moment, width) → the member's page at that moment; a script that fails fails the journey."""
    opened, said = [], []

    def page_of(member, path, moment, width=390, height=844):
        for page in opened:  # what is still loading belongs to the day before
            page.wait_for_load_state("networkidle")
            page.close()
        client.cookies.clear()
        said.extend(
            text for page in opened for text in page.complaints if "422" not in text
        )  # a refusal is told with 422
        opened.clear()
        story["now"] = at(moment)
        page = hand(member, width, height)
        opened.append(page)
        page.goto(f"{live_server.url}/{cast.tenant.slug}/caseload/{path}")
        return page

    yield page_of
    assert said == []


def fill(page, kinds_of_form, **says):
    """Every question that must be answered, typed and chosen as a hand does it."""
    for kind in kinds_of_form:
        for name, answer in required(kind, **says).items():
            field = next(field for field in forms.FORMS[kind].fields if field.name == name)
            if field.look == "one":
                page.locator(f'[name="{name}"][value="{answer}"]').check()
            else:
                page.locator(f'[name="{name}"]').fill(answer)


def send(page, name="提交", told=""):
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator("#messages")).to_contain_text(told)


def reported_and_approved(cast, story, at_work):
    """Found on Monday, met on Tuesday, handed in on the phone, approved at the desk."""
    phone = at_work(cast.social_worker, f"households/{story['household'].pk}/case/", "2024-05-06 09:30")
    phone.get_by_label("主要问题").fill("独居老人断药三日，情绪激动")
    phone.get_by_label("危机事件").check()
    send(phone, "登记个案", "已登记个案")
    expect(phone.get_by_text("危机个案")).to_be_visible()
    with scope.tenant(cast.tenant.pk):
        place = f"cases/{Case.objects.get().pk}/"
    phone = at_work(cast.social_worker, f"{place}first-contact/", "2024-05-07 10:00")
    send(phone, "初步接触", "已初步接触")
    phone.goto(phone.url + "intake/")
    fill(phone, ["intake"])
    phone.get_by_role("button", name="存草稿").click()
    expect(phone.locator("#messages")).to_contain_text("草稿已存")
    phone.get_by_role("link", name="提交接案").click()
    send(phone, told="已提交接案")
    desk = at_work(cast.subdistrict_officer, "approvals/", "2024-05-08 09:00", 1440, 900)
    expect(desk.get_by_role("heading", name="接案审批　何木兰")).to_be_visible()
    send(desk, "批准接案", "已批准接案：何木兰")
    return place


def carried_out(cast):
    """Assessment, plan, five verified sessions and the papers: the volume of the work, by the acts that the pages call."""
    case = Case.objects.get()
    case = filed(cast, case, "complete_assessment", date(2024, 5, 20), "2024-05-20 10:00")
    case = filed(cast, case, "sign_plan", date(2024, 5, 24), "2024-05-24 10:00")
    scene = Scene(cast, case.household, case, None)
    for day, mode in SESSIONS:
        scene.verified(moment=f"{day} 10:00", mode=mode, case=case)
    collect(
        cast, queries.get_case(cast.social_worker, case.pk, on=date(2024, 12, 2)), date(2024, 12, 2), "2024-12-02 10:00"
    )


def test_a_crisis_case_from_the_report_to_its_closure_with_both_approvals(cast, story, at_work):
    place = reported_and_approved(cast, story, at_work)
    with scope.tenant(cast.tenant.pk):
        carried_out(cast)
    desk = at_work(cast.social_worker, f"{place}evaluation/", "2024-12-12 10:00", 1440, 900)
    fill(desk, ["evaluation"])
    send(desk, told="已完成评估")
    # Past six months: the closure is refused beside everything else until the supervisor has looked at the case.
    phone = at_work(cast.social_worker, f"{place}closure/", "2024-12-12 11:00")
    fill(phone, ["closure"], reason="goals_met")
    phone.get_by_role("button", name="提交", exact=True).click()
    expect(phone.get_by_text("2024-11-24 前应由督导审核，尚未审核")).to_be_visible()
    expect(phone.get_by_label("结案意见")).to_have_value(LONG)
    desk = at_work(cast.supervisor, place, "2024-12-13 09:00", 1440, 900)
    desk.get_by_role("link", name="填写督导审核").click()
    desk.get_by_label("结案", exact=True).check()
    desk.get_by_label("审核意见").fill("目标已达成，同意结案，转入回访")
    send(desk, "督导审核", "已督导审核")
    phone = at_work(cast.social_worker, f"{place}closure/", "2024-12-13 10:00")
    fill(phone, ["closure"], reason="goals_met")
    send(phone, told="已提交结案")
    hand = at_work(cast.subdistrict_officer, "approvals/", "2024-12-16 09:00")
    hand.get_by_role("link", name="何木兰").click()
    send(hand, "批准结案", "已批准结案：何木兰")
    phone = at_work(cast.social_worker, f"{place}follow-up/", "2025-02-10 10:00")
    fill(phone, ["follow_up"], special="没有", reopen="否")
    phone.get_by_label("下次回访日期").fill("2025-06-10")
    send(phone, told="已提交个案跟进/回访记录")
    expect(phone.get_by_text("下次回访 2025-06-10")).to_be_visible()
    phone.wait_for_load_state("networkidle")
    assert [text for text in phone.complaints if "422" not in text] == []
    with scope.tenant(cast.tenant.pk):
        case = Case.objects.get()
        verbs = list(CaseMove.objects.filter(case=case).values_list("verb", flat=True))
        assert (case.state, case.sessions, case.direct_sessions) == ("closed", 5, 4)
        assert (CaseReview.objects.get().due_on, CaseFollowUp.objects.get().next_on) == (
            date(2024, 11, 24),
            date(2025, 6, 10),
        )
        assert [verb for verb in verbs if "approve" in verb or verb in ("start", "review", "follow_up")] == ["start", "approve_intake", "review", "approve_closure", "follow_up"]  # fmt: skip
        assert queries.case_drafts(case) == {}
