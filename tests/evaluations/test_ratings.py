"""The agency rates the purchaser: once a period, seen when it is submitted, corrected for a week, by nobody else."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.actions import ratings as actions
from evaluations.models import PurchaserRating, PurchaserRatingMove
from evaluations.queries import ratings as queries
from evaluations.rules import ratings as rules
from services.models import Deliverable
from tenancy import clock, scope
from tenancy.problems import Conflict, Refused
from tests.cast import at

NOW = at("2024-07-03 10:00")
GOOD = {"paid": 3, "answered": 4, "overall": 4}


def submit(cast, when=NOW, **changes):
    said = {"answers": GOOD, "comment": "首付款稍迟", **changes}
    return actions.submit_rating(cast.contract, "h1", by=cast.agency_manager, at=when, **said)


def seen(cast, role, on=date(2024, 7, 3)):
    member = cast.members.get(role) or cast.rivals[role.removeprefix("rival_")]
    return [row.state for row in queries.visible_ratings(member, on=on)]


def test_a_draft_is_the_agencys_own_and_a_submitted_rating_is_seen_by_both_sides(act):
    actions.save_rating(act.contract, "h1", answers={**GOOD, "paid": None}, comment="", by=act.agency_manager, at=NOW)
    assert [seen(act, role) for role in ("agency_manager", "contract_manager", "social_worker")] == [["draft"], [], []]
    submit(act)
    roles = ("agency_manager", "contract_manager", "bureau_leader", "auditor", "social_worker", "evaluator", "expert", "rival_agency_manager")  # fmt: skip
    assert [len(seen(act, role)) for role in roles] == [1, 1, 1, 1, 1, 0, 0, 0]


def test_a_rating_needs_every_question_and_a_period_that_has_passed(act):
    with pytest.raises(Refused, match="“按时付款”还没有评"):
        submit(act, answers={**GOOD, "paid": None})
    with pytest.raises(Refused, match="这一期还没有结束"):
        submit(act, at("2024-07-01 23:59"))
    with pytest.raises(Refused, match="评价由乙方项目主管填写"):
        actions.submit_rating(act.contract, "h1", answers=GOOD, comment="", by=act.rivals["agency_manager"], at=NOW)
    with pytest.raises(Refused, match="这一期还没有结束"):
        actions.submit_rating(act.contract, "h9", answers=GOOD, comment="", by=act.agency_manager, at=NOW)
    assert PurchaserRating.objects.count() == 0


def test_a_rating_is_submitted_once_and_corrected_within_seven_days(act):
    made = submit(act)
    with pytest.raises(Conflict, match="这一期已提交"):
        submit(act)
    better = {"answers": {**GOOD, "paid": 4}, "comment": "", "by": act.agency_manager}
    actions.correct_rating(act.contract, "h1", at=at("2024-07-10 10:00"), **better)
    with pytest.raises(Refused, match="提交满 7 天，不能再改"):
        actions.correct_rating(act.contract, "h1", at=at("2024-07-10 10:01"), **better)
    move = PurchaserRatingMove.objects.get(verb="correct")
    assert (move.before, PurchaserRating.objects.get(pk=made.pk).paid) == ({**GOOD, "comment": "首付款稍迟"}, 4)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"changed_at": at("2024-07-10 10:01")}, "purchaserrating_closed"),
        ({"submitted_at": at("2024-07-09 10:00")}, "stays"),
        ({"state": "draft", "submitted_at": None}, "stays"),
        ({"paid": None}, "purchaserrating_whole"),
        ({"overall": 6}, "purchaserrating_overall"),
    ],
)
def test_the_database_keeps_a_submitted_rating(act, changes, told):
    submit(act)
    with pytest.raises(IntegrityError, match=told), transaction.atomic():
        PurchaserRating.objects.update(**changes)


def test_the_purchasers_promptness_stands_beside_the_rating(act):
    known = {"contract": act.contract, "kind": "midterm_summary", "title": "总结", "created_at": at()}
    Deliverable.objects.create(
        delivered_on=date(2024, 6, 3), state="accepted", decided_at=at("2024-06-12 09:00"), **known
    )
    Deliverable.objects.create(delivered_on=date(2024, 7, 2), **known)
    (line,) = [row for row in queries.lines(act.contract_manager, act.contract, at=NOW) if row.period.code == "h1"]
    late = 7 if line.prompts[0].longest == 7 else 6  # 2024-06-10 is a holiday once the calendar knows it
    assert line.prompts == [rules.Prompt("成果接收", 1, 1, late, 0)]


def test_only_the_agencys_manager_finds_the_form(act):
    assert queries.get_line(act.agency_manager, act.contract, "h1", at=NOW).may_rate is True
    for member, code in ((act.contract_manager, "h1"), (act.social_worker, "h1"), (act.agency_manager, "end")):
        with pytest.raises(Http404):
            queries.get_line(member, act.contract, code, at=NOW)
    assert [(contract, period.code) for contract, period in queries.due(act.agency_manager, on=NOW.date())] == [(act.contract, "h1")]  # fmt: skip
    submit(act)
    assert queries.due(act.agency_manager, on=NOW.date()) == []


# --- pages ------------------------------------------------------------------------------------------------------------
def address(cast, name, **keys):
    return reverse(f"evaluations:{name}", kwargs={"tenant": cast.tenant.slug, **keys})


def text(response):
    return response.content.decode()


def test_the_agency_rates_and_the_leader_reads_the_average(cast, sign_in, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    keys = {"pk": cast.contract.pk, "period": "h1"}
    client = sign_in(cast.agency_manager)
    assert "等我评价" in text(client.get(address(cast, "ratings")))
    assert client.get(address(cast, "rate", **keys)).status_code == 200
    refused = client.post(address(cast, "submit_rating", **keys), {"paid": "3", "comment": "稍迟"})
    assert (refused.status_code, "“总体合作”还没有评" in text(refused), "稍迟" in text(refused)) == (400, True, True)
    assert client.post(address(cast, "save_rating", **keys), {"paid": "3"}).status_code == 302
    shown = text(sign_in(cast.bureau_leader).get(address(cast, "contract_ratings", pk=cast.contract.pk)))
    assert ("乙方还没有评价" in shown, "提交后双方可见" in shown) == (True, False)
    client = sign_in(cast.agency_manager)
    assert client.post(address(cast, "submit_rating", **keys), {**GOOD, "comment": "稍迟"}).status_code == 302
    assert client.post(address(cast, "correct_rating", **keys), {**GOOD, "paid": "2"}).status_code == 302
    page = text(sign_in(cast.bureau_leader).get(address(cast, "ratings")))
    assert ("2.0" in page, "2 分 ÷ 1 份" in page) == (True, True)
    assert sign_in(cast.bureau_leader).get(address(cast, "rate", **keys)).status_code == 403
    assert "稍迟" not in text(sign_in(cast.rivals["agency_manager"]).get(address(cast, "ratings")))


def test_a_contracts_ratings_take_as_many_statements_for_many_answers_as_for_one(
    cast, sign_in, django_assert_num_queries
):
    client, url = sign_in(cast.contract_manager), address(cast, "contract_ratings", pk=cast.contract.pk)

    def hand_in(number):
        with scope.tenant(cast.tenant.pk):
            Deliverable.objects.bulk_create(
                Deliverable(contract=cast.contract, kind="report", title="月报", delivered_on=date(2024, 3, 4), created_at=at())
                for _ in range(number)
            )  # fmt: skip

    hand_in(1)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    hand_in(2)
    with django_assert_num_queries(len(one)):
        client.get(url)
