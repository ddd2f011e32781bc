"""The plan's pages: who opens and who acts; handing over is seen before it is done; the same statements however many visits."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.actions import follow_ups as actions
from services.models import FollowUp
from services.queries import follow_up_handing
from tests.services.pages import inside, moment, scene, text, url
from tests.services.test_follow_ups import NOW, ON, colleague, listed, plan, rows, tier

__all__ = ["inside", "moment", "plan", "scene"]


@pytest.fixture
def manager(plan, sign_in):
    return sign_in(plan.cast.agency_manager)


def test_the_plan_is_made_on_its_page_and_then_shown_in_numbers(scene, inside, sign_in):
    cast, client = scene.cast, sign_in(scene.cast.agency_manager)
    inside(lambda: (tier(cast, "V1", "quarter", "general"), [listed(cast, number) for number in range(3)]))
    page = url(scene, "follow_up", pk=cast.contract.pk)
    assert "V1类走访" in text(client.get(page))
    assert client.post(url(scene, "make_plan", pk=cast.contract.pk)).status_code == 302
    shown = text(client.get(page))
    assert "3 户，9 次" in shown
    assert "户0" in shown
    again = client.post(url(scene, "make_plan", pk=cast.contract.pk))
    assert (again.status_code, "回访计划已排好" in text(again)) == (409, True)
    assert client.post(url(scene, "keep_plan", pk=cast.contract.pk)).status_code == 302


@pytest.mark.parametrize(("role", "status"), [("contract_manager", 200), ("social_worker", 200), ("supervisor", 200)])
def test_others_read_the_plan_and_only_the_manager_changes_it(plan, sign_in, role, status):
    client, contract = sign_in(plan.cast.members[role]), plan.cast.contract
    assert client.get(url(plan, "follow_up", pk=contract.pk)).status_code == status
    assert client.get(url(plan, "hand_over", pk=contract.pk)).status_code == 403
    assert client.post(url(plan, "make_plan", pk=contract.pk)).status_code == 403


def test_another_agency_finds_no_plan(plan, sign_in, inside):
    client = sign_in(plan.cast.rivals["agency_manager"])
    row = inside(lambda: rows()[0])
    assert client.get(url(plan, "follow_up", pk=plan.cast.contract.pk)).status_code == 404
    assert client.get(url(plan, "visit", pk=row.pk)).status_code == 404


def test_handing_over_is_shown_before_and_after_and_then_done(plan, manager, inside):
    contract, giver = plan.cast.contract, plan.cast.social_worker
    page = url(plan, "hand_over", pk=contract.pk)
    asked = {"giver": str(giver.pk), "takers": [str(plan.other.pk)], "with_cases": "on"}
    shown = manager.get(page, asked)
    assert f"移交 {len(inside(lambda: rows(worker=giver)))} 次、个案 1 例" in text(shown)
    proposal = inside(lambda: follow_up_handing.proposal(contract, giver=giver, takers=[plan.other], with_cases=True, on=ON))  # fmt: skip
    stale = manager.post(page, asked | {"digest": "x", "reason": "离职"})
    assert (stale.status_code, "重新看一遍再确认" in text(stale)) == (409, True)
    assert manager.post(page, asked | {"digest": proposal.digest, "reason": "离职"}).status_code == 302
    assert inside(lambda: rows(worker=giver)) == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"giver": "even", "takers": ["other"]}, "均衡至少要选两人"),
        ({"giver": "giver", "takers": ["giver"]}, "至少选一名别的接手人"),
    ],
)
def test_a_choice_that_gives_nothing_to_anybody_is_told(plan, manager, asked, told):
    known = {"giver": str(plan.cast.social_worker.pk), "other": str(plan.other.pk), "even": "even"}
    asked = {"giver": known[asked["giver"]], "takers": [known[who] for who in asked["takers"]]}
    assert told in text(manager.get(url(plan, "hand_over", pk=plan.cast.contract.pk), asked))


def test_a_planned_visit_leads_to_its_record_and_may_be_put_off(plan, inside, sign_in):
    client = sign_in(plan.cast.social_worker)
    row = inside(lambda: rows(worker=plan.cast.social_worker)[0])
    led = client.get(url(plan, "visit", pk=row.pk))
    assert f"household={row.household_id}" in led.url
    assert client.get(led.url).status_code == 302
    page = url(plan, "put_off", pk=row.pk)
    assert client.get(page).status_code == 200
    assert client.post(page, {"day": "2024-06-22", "reason": "住院"}).status_code == 400
    assert client.post(page, {"day": "2024-06-20", "reason": "住院"}).status_code == 302
    other = inside(lambda: rows(worker=plan.other)[0])
    assert client.get(url(plan, "put_off", pk=other.pk)).status_code == 404


def test_visits_are_duties_of_their_worker_in_every_list(plan, inside, sign_in):
    cast = plan.cast
    row = inside(lambda: next(row for row in rows(worker=cast.social_worker, indicator="V1")))
    inside(lambda: FollowUp.objects.filter(pk=row.pk).update(due_on=ON))
    name = inside(lambda: row.household.people.get().name.reveal())
    shown = text(sign_in(cast.social_worker).get(url(plan, "today")))
    assert (name in shown, "定期回访" in shown, url(plan, "visit", pk=row.pk) in shown) == (True, True, True)
    week = text(sign_in(cast.agency_manager).get(url(plan, "calendar"), {"week": "2024-06-05", "kind": "visit"}))
    assert (name in week, "06-03 至 06-09日程" in week) == (True, True)
    narrowed = text(
        sign_in(cast.agency_manager).get(url(plan, "calendar"), {"week": "2024-06-05", "worker": plan.other.pk})
    )
    assert name not in narrowed
    assert "近期回访" in text(sign_in(cast.agency_manager).get(url(plan, "load")))


@pytest.mark.parametrize("name", ["follow_up", "hand_over", "calendar", "load", "rooms"])
def test_a_page_costs_the_same_with_few_visits_and_with_many(scene, inside, sign_in, name):
    cast, client = scene.cast, sign_in(scene.cast.agency_manager)
    inside(lambda: (colleague(cast), tier(cast, "V1", "month", "general"), listed(cast, 0)))
    inside(actions.make_plan, cast.contract, by=cast.agency_manager, at=NOW)
    page = url(scene, name, **({"pk": cast.contract.pk} if name in ("follow_up", "hand_over", "rooms") else {}))
    client.get(page)

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert client.get(page).status_code == 200
        return len(counted)

    few = cost()
    inside(lambda: [listed(cast, number, since=NOW.date()) for number in range(1, 6)])
    inside(lambda: actions.keep_in_step(cast.contract, by=None, at=NOW))
    assert inside(lambda: len(rows())) > 30
    assert cost() == few
