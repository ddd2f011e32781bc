"""What follows from a result: proposed by the contract's rules, decided by another person, done with the decision, never by itself."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction

from caseload.actions.cases import start_case
from caseload.actions.groups import plan_group
from caseload.actions.households import add_household
from caseload.models import Person
from caseload.queries import own_contracts, visible_households
from contracts.models import Contract, Debarment
from evaluations.actions import consequences as actions
from evaluations.actions.acceptance import request_acceptance
from evaluations.queries import consequences as queries
from evaluations.rules import consequences as rules
from evaluations.rules import scoring
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.evaluations.concluding import MIDTERM, agreed, concluded, decided, effects

FAILS = {
    "code": "E2", "title": "末期评估", "stage": "final", "scheme": "score", "pass": {"ge": 80}, "clause": "三（3）",
    "consequences": [
        {"title": "80 分及以上", "score": {"ge": 80}, "effects": ["pay"]},
        {"title": "低于 80 分", "score": {"lt": 80}, "effects": ["rectify", "re_evaluate", "hold_payment"]},
        {"title": "整改不合格", "result": "rectification_failed", "effects": ["terminate", "debar"], "years": 3},
    ],
}  # fmt: skip
DAY, NEXT = "2024-07-01 10:00", "2024-07-02 10:00"


@pytest.fixture
def contract(act):
    agreed(act.contract, MIDTERM, FAILS)
    return act.contract


@pytest.mark.parametrize(
    ("asked", "proposed"),
    [("80", []), ("79.5", ["rectify", "extend"]), ("70", ["rectify", "extend"]), ("69.99", ["terminate"]), ("0", ["terminate"])],
)  # fmt: skip
def test_a_score_brings_what_the_contract_says(asked, proposed):
    rows = scoring.followed(MIDTERM["consequences"], score=D(asked), result="failed")
    assert [found.effect for found in rules.proposals(MIDTERM, rows)] == proposed


def test_a_score_on_a_line_brings_what_was_decided_and_nothing_happens_by_itself(act, contract):
    concluded(contract, "E1", by=act.contract_manager, moment=DAY, total="70", asked="69.99", result="failed")
    assert effects(contract) == ["terminate"]
    contract.refresh_from_db()
    assert (contract.state, contract.ends_on) == ("active", date(2024, 12, 31))


def test_the_clause_of_the_row_is_quoted_and_that_of_the_evaluation_stands_in():
    row = {"title": "80 分以下", "effects": ["rectify", "continue"], "clause_text": "责令限期整改"}
    assert rules.proposals(MIDTERM, [row]) == [
        rules.Proposal("rectify", "80 分以下", clause="二（一）4", clause_text="责令限期整改")
    ]
    assert (
        rules.proposals(MIDTERM, [{"title": "差", "effects": ["terminate"]}])[0].clause_text == MIDTERM["clause_text"]
    )


def test_extending_keeps_the_day_before_and_leaves_the_deadline_unless_it_was_chosen(act, contract):
    concluded(contract, "E1", by=act.contract_manager, moment=DAY, total="79.5", result="failed")
    row = decided(contract, "extend", by=act.section_chief, moment=NEXT)
    contract.refresh_from_db()
    assert (contract.ends_on, contract.delivery_deadline) == (date(2025, 1, 31), date(2024, 11, 30))
    assert row.done == {"before": "2024-12-31", "after": "2025-01-31"}
    change = contract.term_changes.get()
    assert (change.ends_before, change.ends_after, change.clause_text) == (
        date(2024, 12, 31),
        date(2025, 1, 31),
        "80分以下的，责令限期整改并延长一个月服务期",
    )


def test_the_delivery_deadline_follows_when_it_was_chosen(act, contract):
    concluded(contract, "E1", by=act.contract_manager, moment=DAY, total="79.5", result="failed")
    decided(contract, "extend", by=act.section_chief, moment=NEXT, moves_deadline=True)
    contract.refresh_from_db()
    assert contract.delivery_deadline == date(2024, 12, 31)


def test_whoever_concluded_does_not_decide_and_nobody_of_the_agency_does(act, contract):
    round = concluded(contract, "E1", by=act.contract_manager, moment=DAY, total="69", result="failed")
    row = round.consequences.get()
    for person in (act.contract_manager, act.agency_manager):
        with pytest.raises(Refused):
            actions.decide(row, adopts=True, reason="照办", by=person, at=at(NEXT))
    own = actions.propose(contract, effect="terminate", title="违约超过 5 次", by=act.section_chief, at=at(DAY))
    with pytest.raises(Refused, match="由另一人决定"):
        actions.decide(own, adopts=True, reason="照办", by=act.section_chief, at=at(NEXT))
    with pytest.raises(Refused, match="理由"):
        actions.decide(row, adopts=True, reason=" ", by=act.section_chief, at=at(NEXT))
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(
            state="adopted", reason="照办", decided_by=act.contract_manager, decided_at=at(NEXT)
        )
    assert effects(contract) == ["terminate", "terminate"]


def test_declining_needs_a_reason_and_does_nothing(act, contract):
    concluded(contract, "E1", by=act.contract_manager, moment=DAY, total="69", result="failed")
    decided(contract, "terminate", by=act.bureau_leader, moment=NEXT, adopts=False)
    contract.refresh_from_db()
    assert (contract.state, effects(contract, "declined")) == ("active", ["terminate"])
    row = contract.consequences.get()
    with pytest.raises(Conflict):
        actions.decide(row, adopts=True, reason="再想想", by=act.section_chief, at=at(NEXT))


def test_terminating_ends_the_contract_and_lets_what_became_pointless_lapse(act, contract):
    concluded(contract, "E2", by=act.contract_manager, moment=DAY, total="60", result="failed")
    concluded(contract, "E1", by=act.contract_manager, moment=DAY, total="60", result="failed")
    decided(contract, "terminate", by=act.bureau_leader, moment=NEXT)
    contract.refresh_from_db()
    end = contract.termination
    assert (contract.state, end.day, end.clause_text) == ("terminated", date(2024, 7, 2), "70分以下的，终止合同")
    assert effects(contract, "lapsed") == ["hold_payment", "re_evaluate", "rectify"]


def test_nothing_new_begins_under_an_ended_contract_and_what_is_there_stays(act, contract):
    household = add_household(
        contract=contract,
        area=act.communities["柳林一社区"],
        persons=[{"name": "季长风"}],
        by=act.social_worker,
        at=at(),
    )
    concluded(contract, "E1", by=act.contract_manager, moment=DAY, total="60", result="failed")
    decided(contract, "terminate", by=act.bureau_leader, moment=NEXT)
    contract.refresh_from_db()
    family = {"contract": contract, "area": act.communities["柳林一社区"], "by": act.social_worker, "at": at(NEXT)}
    begun = (
        lambda: add_household(persons=[{"name": "季长风"}], **family),
        lambda: plan_group(title="互助小组", leader=act.social_worker, members=8, **family),
        lambda: start_case(
            person=Person.objects.get(household=household), worker=act.social_worker, identified_on=date(2024, 7, 2), by=act.social_worker, at=at(NEXT)
        ),
        lambda: request_acceptance(contract, statement="说明", by=act.agency_manager, at=at(NEXT)),
    )  # fmt: skip
    for begin in begun:
        with pytest.raises(Refused, match=r"合同已解除|履行"):
            begin()
    assert own_contracts(act.social_worker, on=date(2024, 7, 3)).filter(state="active").count() == 0
    assert visible_households(act.social_worker, date(2024, 7, 3)).count() == 1


def test_a_later_pass_lets_earlier_proposals_lapse(act, contract):
    concluded(contract, "E2", by=act.contract_manager, moment=DAY, total="78", result="failed")
    decided(contract, "hold_payment", by=act.section_chief, moment=NEXT)
    concluded(contract, "E2", by=act.contract_manager, moment="2024-08-01 10:00", total="84", result="passed")
    assert effects(contract, "lapsed") == ["re_evaluate", "rectify"]
    # The stop itself ends by decision, too.
    assert effects(contract) == ["resume_payment"]
    row = decided(contract, "resume_payment", by=act.section_chief, moment="2024-08-02 10:00")
    assert row.ends.ended_at == at("2024-08-02 10:00")
    assert list(queries.stops(contract)) == []


def test_a_stop_may_be_ended_without_a_proposal_once(act, contract):
    concluded(contract, "E2", by=act.contract_manager, moment=DAY, total="78", result="failed")
    stop = decided(contract, "hold_payment", by=act.section_chief, moment=NEXT)
    actions.resume_payment(stop, reason="资金按期执行", by=act.bureau_leader, at=at("2024-07-05 10:00"))
    assert [move.verb for move in stop.moves.all()] == ["propose", "adopt", "end"]
    with pytest.raises(Refused, match="没有暂停"):
        actions.resume_payment(stop, reason="再来", by=act.bureau_leader, at=at("2024-07-06 10:00"))


def test_nothing_is_extended_after_the_end(act, contract):
    concluded(contract, "E1", by=act.contract_manager, moment=DAY, total="79.5", result="failed")
    Contract.objects.filter(pk=contract.pk).update(state="terminated")
    with pytest.raises(Refused, match="不在履行中"):
        decided(contract, "extend", by=act.section_chief, moment=NEXT)
    assert effects(contract) == ["extend", "rectify"]


def test_the_same_effect_is_put_before_them_once(act, contract):
    for _ in range(2):
        actions.propose(contract, effect="terminate", title="违约超过 5 次", by=act.contract_manager, at=at(DAY))
    assert effects(contract) == ["terminate"]


@pytest.mark.parametrize(
    ("effect", "told"),
    [
        ("extend", "服务期止 2024-12-31 → 2025-01-31。"),
        ("debar", "2024-07-02 至 2027-07-01，本单位不能与同心签订、启用新的合同。"),
        ("resume_payment", "结束暂停付款，各期款项按条件支付。"),
    ],
)
def test_what_it_would_do_is_told_in_plain_words(effect, told):
    stand = rules.Stand(date(2024, 12, 31), None, "同心", date(2024, 7, 2))
    assert rules.would_do(effect, stand, months=1, years=3) == told


def test_the_agency_sees_what_was_decided_and_another_agency_nothing(act, contract):
    concluded(contract, "E2", by=act.contract_manager, moment=DAY, total="78", result="failed")
    decided(contract, "hold_payment", by=act.section_chief, moment=NEXT)
    day = date(2024, 7, 3)
    seen = {
        role: queries.visible_consequences(act.members[role], on=day).count()
        for role in ("contract_manager", "auditor", "agency_manager", "subdistrict_officer", "evaluator")
    }
    assert seen == {"contract_manager": 3, "auditor": 3, "agency_manager": 1, "subdistrict_officer": 0, "evaluator": 0}
    assert queries.visible_consequences(act.rivals["agency_manager"], on=day).count() == 0


def test_the_page_decides_and_tells_what_it_did(act, contract, sign_in):
    concluded(contract, "E1", by=act.contract_manager, moment=DAY, total="79.5", result="failed")
    row = contract.consequences.get(effect="extend")
    address = f"/{act.tenant.slug}/evaluations/consequences/{row.pk}/"
    own = sign_in(act.contract_manager).get(address).content.decode()
    assert ("登记结论的人不能决定" in own, 'name="adopts"' in own) == (True, False)
    client = sign_in(act.section_chief)
    page = client.get(address).content.decode()
    assert "服务期止 2024-12-31 → 2025-01-31" in page
    assert "延长一个月服务期" in page
    wrong = client.post(f"{address}decide/", {"adopts": "1", "reason": ""})
    assert wrong.status_code == 422
    assert client.post(f"{address}decide/", {"adopts": "1", "reason": "局长办公会决定"}).status_code == 302
    contract.refresh_from_db()
    assert contract.ends_on == date(2025, 1, 31)
    assert Debarment.objects.count() == 0
