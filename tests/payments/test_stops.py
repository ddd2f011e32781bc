"""Stops of payment, cancelled funds, an ended contract: explained conditions of every milestone. The rescue station's contract plays it."""

from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest

from config.contract_file import load
from contracts.models import Contract
from contracts.queries import is_debarred
from evaluations.actions import rectification
from payments.actions import open_milestones
from payments.actions.requests import check_request, submit_request
from payments.queries.facts import check_milestone
from tenancy.models import Organisation
from tenancy.problems import Refused
from tests.cast import at
from tests.evaluations.concluding import concluded, decided, effects
from tests.payments import arranged

FCG = Path("contracts/library/fcg.yaml")


@pytest.fixture
def station(act):
    """The rescue station's contract of 590,000 yuan from 2025-05-01 on, being performed."""
    Organisation.objects.filter(kind="purchaser").update(name="防城港市救助管理站")
    text = FCG.read_text(encoding="utf-8")
    contract = load(text, by=act.contract_manager, at=at("2025-04-01 09:00")).contract
    Contract.objects.filter(pk=contract.pk).update(
        state="active", provider=act.provider, amount=D("590000.00"), signed_on=date(2025, 5, 1),
        starts_on=date(2025, 5, 1), ends_on=date(2026, 4, 30),
    )  # fmt: skip
    contract = Contract.objects.select_related("purchaser", "provider").get(pk=contract.pk)
    act.milestones = open_milestones(contract, by=act.contract_manager, at=at("2025-05-01 09:00"))
    act.contract = contract
    return act


def lines(milestone, on):
    """{code: (verdict, actual)} of stops and evaluations."""
    milestone = (
        type(milestone).objects.select_related("contract__provider", "contract__purchaser", "term").get(pk=milestone.pk)
    )
    found = check_milestone(milestone, on=on).conditions
    return {row.code: (row.verdict, row.actual) for row in found if row.code.startswith(("stop", "evaluation"))}


def waits(milestone, on):
    """What the stop of a milestone waits for, and who can mend it."""
    row = next(row for row in check_milestone(milestone, on=on).conditions if row.code == "stop.hold.1")
    return row.missing, row.mender


def mended(station, verb="verify", moment="2026-06-01 10:00"):
    order = station.contract.rectifications.latest("no")
    rectification.reply(order, reply="已整改", by=station.agency_manager, at=at(moment))
    rectification.verify(order, verb=verb, verdict="看过", by=station.contract_manager, at=at(moment))


def test_final_at_78_is_mended_evaluated_again_at_84_and_pays_twenty_percent(station):
    contract, third = station.contract, station.milestones[2]
    concluded(contract, "FCG-E2", by=station.contract_manager, moment="2026-05-11 10:00", total="78", result="failed")
    assert effects(contract) == ["hold_payment", "re_evaluate", "rectify"]
    for effect, form in (
        ("hold_payment", {}),
        ("re_evaluate", {}),
        ("rectify", {"demand": "补档案", "due_on": date(2026, 6, 1)}),
    ):
        decided(contract, effect, by=station.section_chief, moment="2026-05-12 10:00", **form)
    assert lines(third, date(2026, 5, 12)) == {
        "evaluation.final": ("unmet", "2026-05-11 78 分"),
        "stop.hold.1": ("unmet", "2026-05-12 起暂停付款"),
    }
    assert "stop.hold.1" in lines(station.milestones[0], date(2026, 5, 12))
    assert waits(third, date(2026, 5, 12)) == (
        "低于 80 分：整改合格、重新评估合格后，由甲方决定恢复付款",
        str(station.agency_manager),
    )
    mended(station)
    assert waits(third, date(2026, 6, 1))[0] == "低于 80 分：重新评估合格后，由甲方决定恢复付款"
    # The contract asks for another evaluation: the rectification alone opens nothing.
    assert effects(contract) == []
    concluded(contract, "FCG-E2", by=station.contract_manager, moment="2026-06-15 10:00", total="84", result="passed")
    assert effects(contract) == ["resume_payment"]
    assert lines(third, date(2026, 6, 15))["stop.hold.1"] == ("unmet", "2026-05-12 起暂停付款")
    assert waits(third, date(2026, 6, 15)) == ("低于 80 分：由甲方决定恢复付款", str(station.section_chief))
    decided(contract, "resume_payment", by=station.section_chief, moment="2026-06-16 10:00")
    assert lines(third, date(2026, 6, 16)) == {"evaluation.final": ("met", "2026-06-15 84 分")}
    # 合格 -> 项目资金全额拨付 releases what is left, never the whole again.
    assert [row.amount for row in station.milestones] == [D("295000.00"), D("177000.00"), D("118000.00")]
    assert sum(row.amount for row in station.milestones) == contract.amount


def test_the_stop_is_explained_with_its_clause_and_who_mends_it(station):
    contract = station.contract
    concluded(contract, "FCG-E1", by=station.contract_manager, moment="2025-08-11 10:00", result="failed")
    decided(
        contract, "rectify", by=station.section_chief, moment="2025-08-12 10:00", demand="补岗", due_on=date(2025, 9, 1)
    )
    stop = decided(contract, "hold_payment", by=station.section_chief, moment="2025-08-12 10:00")
    check = check_milestone(station.milestones[1], on=date(2025, 8, 12))
    row = next(row for row in check.conditions if row.code == "stop.hold.1")
    assert (row.title, row.required, row.clause, row.missing) == (
        "不暂停付款", "未暂停", "四（三）", "中期考核不合格：整改合格后，由甲方决定恢复付款",
    )  # fmt: skip
    assert (row.evidence.route, row.evidence.pk, "停止拨付经费" in row.note) == (
        "evaluations:consequence", str(stop.pk), True,
    )  # fmt: skip
    assert row.mender == str(station.agency_manager)


def test_midterm_mended_goes_on_paying_by_decision_without_another_evaluation(station):
    contract, second = station.contract, station.milestones[1]
    concluded(contract, "FCG-E1", by=station.contract_manager, moment="2025-08-11 10:00", result="failed")
    decided(
        contract, "rectify", by=station.section_chief, moment="2025-08-12 10:00", demand="补岗", due_on=date(2025, 9, 1)
    )
    decided(contract, "hold_payment", by=station.section_chief, moment="2025-08-12 10:00")
    mended(station, moment="2025-08-25 10:00")
    assert lines(second, date(2025, 8, 25))["evaluation.midterm"] == ("unmet", "2025-08-11 不合格")
    decided(contract, "resume_payment", by=station.section_chief, moment="2025-08-26 10:00")
    assert lines(second, date(2025, 8, 26)) == {
        "evaluation.midterm": ("met", "2025-08-11 不合格，整改合格，2025-08-26 恢复付款")
    }
    assert lines(second, date(2025, 8, 25))["stop.hold.1"] == ("unmet", "2025-08-12 起暂停付款")


def test_midterm_failed_twice_proposes_the_end_and_three_years(station):
    contract = station.contract
    concluded(contract, "FCG-E1", by=station.contract_manager, moment="2025-08-11 10:00", result="failed")
    decided(
        contract, "rectify", by=station.section_chief, moment="2025-08-12 10:00", demand="补岗", due_on=date(2025, 9, 1)
    )
    decided(contract, "hold_payment", by=station.section_chief, moment="2025-08-12 10:00")
    mended(station, "fail", "2025-08-25 10:00")
    assert effects(contract) == ["debar", "terminate"]
    contract.refresh_from_db()
    assert (contract.state, is_debarred(contract.provider, on=date(2025, 8, 26))) == ("active", False)
    decided(contract, "terminate", by=station.bureau_leader, moment="2025-08-26 10:00")
    row = decided(contract, "debar", by=station.bureau_leader, moment="2025-08-26 10:00")
    assert (row.done["from"], row.done["to"]) == ("2025-08-26", "2028-08-25")
    assert is_debarred(contract.provider, on=date(2028, 8, 25))
    found = lines(station.milestones[1], date(2025, 8, 26))
    assert found["stop.terminated.1"] == ("unmet", "2025-08-26 起已解除")
    assert "stop.terminated.1" not in lines(station.milestones[1], date(2025, 8, 25))


def test_cancelled_funds_are_paid_no_more(station):
    contract = station.contract
    concluded(contract, "FCG-E2", by=station.contract_manager, moment="2026-05-11 10:00", total="60", result="failed")
    decided(
        contract,
        "rectify",
        by=station.section_chief,
        moment="2026-05-12 10:00",
        demand="补档案",
        due_on=date(2026, 6, 1),
    )
    mended(station, "fail")
    decided(contract, "cancel_payment", by=station.bureau_leader, moment="2026-06-02 10:00")
    assert lines(station.milestones[2], date(2026, 6, 2))["stop.cancel.1"] == ("unmet", "2026-06-02 起不再付款")


def test_a_request_is_not_sent_on_while_payments_stop_and_lists_know_it_at_once(act, first):
    arranged.invoiced(first, act.agency_finance)
    request = submit_request(first, by=act.agency_manager, at=at("2024-01-04 10:00"))
    from evaluations.actions.consequences import propose

    propose(act.contract, effect="hold_payment", title="中期不合格", by=act.contract_manager, at=at("2024-01-05 10:00"))
    decided(act.contract, "hold_payment", by=act.section_chief, moment="2024-01-05 11:00")
    first.refresh_from_db()
    assert first.last_check.result == "unmet"
    with pytest.raises(Refused, match="不暂停付款"):
        check_request(request, by=act.contract_manager, at=at("2024-01-08 10:00"))


def test_a_contract_without_a_stop_is_checked_as_before(act, first):
    assert [row.code for row in check_milestone(first, on=date(2024, 1, 4)).conditions] == [
        "contract_signed", "invoice", "ceiling",
    ]  # fmt: skip
