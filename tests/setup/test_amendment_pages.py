"""The pages of amendments: the effect beside the form, the other side's decision, the desks of both."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.home.waiting import for_me
from contracts.models import Amendment
from services.actions.indicators import save_indicator
from tenancy import scope, workdays
from tests.cast import at
from tests.setup.conftest import EVENTS
from tests.setup.test_amendments import PAPER, live, propose, target

__all__ = ["live"]


def address(cast, name, query="", **values):
    return reverse(f"amending:{name}", kwargs={"tenant": cast.tenant.slug, **values}) + query


def proposal(**changes):
    data = {"title": "场次调整", "number": "补充协议一", "reason": "服务期缩短", "effective_on": "2024-09-01"}
    return (
        data
        | {
            "c-QH02-01-how": "target",
            "c-QH02-01-target": "6",
            "c-QH02-01-version": "1",
            "c-QH02-01-words": "of: record.event",
        }
        | changes
    )


def test_an_amendment_is_proposed_on_screen_and_confirmed_by_the_other_side(live, act, sign_in):
    client = sign_in(act.agency_manager)
    answer = client.post(address(act, "propose", "?code=QH02-01", pk=live.pk), proposal())
    amendment = Amendment.objects.get()
    assert (answer["Location"], amendment.side, amendment.effective_on) == (
        address(act, "amendment", pk=amendment.pk), "provider", date(2024, 9, 1),
    )  # fmt: skip
    page = client.get(answer["Location"]).content.decode()
    assert ("确认变更" in page, "撤回" in page) == (False, True)
    client = sign_in(act.contract_manager)
    page = client.get(answer["Location"]).content.decode()
    assert ("确认变更" in page, "自2024年9月1日起不少于6场" in page) == (True, True)
    client.post(address(act, "confirm", pk=amendment.pk))
    amendment.refresh_from_db()
    assert (amendment.state, amendment.decided_by) == ("in_force", act.contract_manager)
    assert "按新口径计算" in client.get(answer["Location"]).content.decode()


def test_the_effect_stands_beside_the_form_before_anything_is_proposed(live, act, sign_in):
    client = sign_in(act.contract_manager)
    answer = client.post(
        address(act, "what_if", "?code=QH02-01", pk=live.pk), {**proposal(), "title": "", "number": "", "reason": ""}
    )
    page = answer.content.decode()
    assert ("全部达标" in page, "未满足 2" in page, "36,000.00 元" in page) == (True, True, True)
    assert Amendment.objects.count() == 0
    empty = client.post(address(act, "what_if", "?code=QH02-01", pk=live.pk), proposal(effective_on=""))
    assert "填好生效日期和新的目标" in empty.content.decode()


def test_wrong_input_keeps_what_was_typed_and_tells_every_fault(live, act, sign_in):
    client = sign_in(act.contract_manager)
    wrong = proposal(
        reason="", **{"c-QH02-01-how": "reading", "c-QH02-01-words": "zh: 社区活动\nof: record.talk\ntarget: {ge: 3}"}
    )
    answer = client.post(address(act, "propose", "?code=QH02-01", pk=live.pk), wrong)
    assert (answer.status_code, list(answer.context["form"].errors), "record.talk" in answer.content.decode()) == (
        422,
        ["reason"],
        True,
    )
    answer = client.post(address(act, "propose", "?code=QH02-01", pk=live.pk), wrong | {"reason": "调整"})
    assert (answer.status_code, answer.context["form"].non_field_errors()) == (
        422,
        ["变更没有提出", "QH02-01 of：没有活动类型“talk”"],
    )
    assert Amendment.objects.count() == 0


def test_a_reading_that_moved_on_meanwhile_is_told_and_the_next_press_knows_it(live, act, sign_in):
    live.indicators.update(version=4)
    client = sign_in(act.contract_manager)
    answer = client.post(address(act, "propose", "?code=QH02-01", pk=live.pk), proposal())
    assert (answer.status_code, "刚被修改" in answer.content.decode()) == (422, True)
    assert answer.context["changes"][0]["version"].value() == 4


def test_the_other_side_says_no_with_a_reason(live, act, sign_in):
    amendment = propose(live, act, target(live, 6))
    client = sign_in(act.agency_manager)
    assert client.post(address(act, "refuse", pk=amendment.pk), {"reason": ""}).status_code == 422
    client.post(address(act, "refuse", pk=amendment.pk), {"reason": "服务期没有缩短"})
    amendment.refresh_from_db()
    assert (amendment.state, amendment.decision_reason) == ("refused", "服务期没有缩短")
    page = client.get(address(act, "amendments", pk=live.pk)).content.decode()
    assert ("对方不同意" in page, "提出变更" in page) == (True, True)


def test_while_one_amendment_is_under_way_no_other_is_offered(live, act, sign_in):
    propose(live, act, target(live, 6))
    answer = sign_in(act.contract_manager).get(address(act, "amendments", pk=live.pk))
    assert answer.context["may_propose"] is False


@pytest.mark.parametrize("role", ["agency_manager"])
def test_another_agency_finds_no_amendment(live, act, sign_in, role):
    amendment = propose(live, act, target(live, 6))
    client = sign_in(act.rivals[role])
    for name in ("amendment", "confirm", "refuse", "withdraw"):
        method = client.get if name == "amendment" else client.post
        assert method(address(act, name, pk=amendment.pk)).status_code == 404
    assert client.get(address(act, "amendments", pk=live.pk)).status_code == 404


def test_what_waits_stands_on_the_desk_of_the_side_in_whose_hand_it_is(live, act):
    propose(live, act, target(live, 6))
    told = {}
    for member in (act.contract_manager, act.agency_manager, act.rivals["agency_manager"]):
        with scope.acting(member):
            items = for_me(member, on=date(2024, 9, 10), calendar=workdays.calendar())
        told[member.organisation.short_name, member.role] = [item.title for item in items if "变更" in item.title]
    assert list(told.values()) == [[], ["合同变更：场次调整"], []]


def test_readings_of_a_draft_wait_on_both_desks_until_they_are_confirmed(draft, act):
    save_indicator(draft, EVENTS, version=0, by=act.contract_manager, at=at())
    for member, number in (
        (act.contract_manager, 1),
        (act.agency_manager, 1),
        (act.rivals["agency_manager"], 0),
        (act.section_chief, 0),
    ):
        with scope.acting(member):
            items = for_me(member, on=date(2024, 9, 10), calendar=workdays.calendar())
        assert len([item for item in items if item.title == "口径确认"]) == number


def test_the_effect_takes_as_many_statements_for_one_change_as_for_three(live, act, sign_in):
    client, counted = sign_in(act.contract_manager), []
    with scope.tenant(act.tenant.pk):
        from services.actions.indicators import save_indicators
        from services.indicators.drafting import definition_of

        words = [definition_of(row) for row in live.indicators.all()]
        more = [EVENTS | {"id": f"QH02-0{number}"} for number in (2, 3)]
        save_indicators(live, [*words, *more], by=act.contract_manager, at=at())
    for codes in (["QH02-01"], ["QH02-01"], ["QH02-01", "QH02-02", "QH02-03"]):
        data = proposal()
        for code in codes[1:]:
            data |= {f"c-{code}-{name}": data[f"c-QH02-01-{name}"] for name in ("how", "target", "version", "words")}
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(
                address(act, "what_if", "?" + "&".join(f"code={code}" for code in codes), pk=live.pk), data
            )
        assert answer.context["found"].faults == []
        counted.append(len(captured))
    assert counted[1] == counted[2]


def test_the_paper_is_what_the_amendment_keeps(live, act):
    amendment = propose(live, act, target(live, 6))
    assert {name: getattr(amendment, name) for name in PAPER} == PAPER
