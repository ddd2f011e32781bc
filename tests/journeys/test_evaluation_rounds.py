"""Nanchuan's mid-term evaluation in a real browser: 79.5 rectifies and extends, 70 asks for a decision, 69 ends the contract."""

from datetime import date

import pytest
from playwright.sync_api import expect

from contracts import contract_file
from contracts.contract_file.loading import as_json
from evaluations.actions import rounds, sheets
from evaluations.models import Consequence, Round, Scorer
from evaluations.queries.schemes import resolved
from tenancy import clock, scope
from tests.cast import at, make_cast
from tests.evaluations import rounds_arranged as arranged
from tests.payments.arranged import another_contract
from tests.seeds.reaching import text_of

pytestmark = pytest.mark.django_db(transaction=True)
# What both evaluators give beside full marks, by the total that it comes to.
GIVEN = {
    "79.5": {"1.2": "10", "2.1": "8", "2.2": "6.5"},
    "70": {"1.2": "5", "2.1": "5", "2.2": "5"},
    "69": {"1.1": "9", "1.2": "5", "2.1": "5", "2.2": "5"},
}


def scored(cast, contract, total):
    """A round of the contract that waits for its conclusion, its sheets filled in and signed by two evaluators."""
    text = text_of("NC2")
    said = next(row for row in contract_file.read(text).data["evaluations"] if row["stage"] == "midterm")
    said = as_json({name: value for name, value in said.items() if name != "marking"})
    arranged.agree(cast, said, resolved("nc-midterm"), contract=contract)
    by = {"by": cast.contract_manager}
    round = rounds.prepare(
        contract, evaluation=said["code"], cutoff_on=arranged.CUTOFF, self_until=date(2024, 11, 19), scores_until=arranged.UNTIL,
        at=at("2024-11-18 09:00"), **by,
    )  # fmt: skip
    rounds.assign(round, party="panel", people=cast.values["panel"], from_day=arranged.CUTOFF, to_day=arranged.UNTIL, at=at("2024-11-18 10:00"), **by)  # fmt: skip
    rounds.open_round(round, at=at("2024-11-18 11:00"), **by)
    rounds.begin_scoring(round, at=at("2024-11-20 09:00"), **by)
    for scorer in Scorer.objects.filter(round=round, party="panel").select_related("membership"):
        filled(scorer, GIVEN[total])
    return rounds.state(round, statement="", by=cast.agency_manager, at=at("2024-11-22 09:00"))


def filled(scorer, given):
    known = {"by": scorer.membership, "at": at("2024-11-21 09:00")}
    sheets.declare(scorer, **known)
    full = {"1.1": "10", "1.2": "20", "1.3": "10", "2.1": "15", "2.2": "10", "2.3": "5"} | given
    entries = {code: {"points": points} for code, points in full.items()}
    for code, entry in (entries | {"3.1": {"count": 0}, "3.2": {"level": 0}, "4.1": {"parts": ["5", "5"]}}).items():
        sheets.save_item(scorer, code, entry=entry, note="", revision=0, **known)
    sheets.sign(scorer, opinion="", **known)


@pytest.fixture
def waiting(transactional_db, monkeypatch):
    """(the cast, {total: its round}) of three contracts whose mid-term evaluation waits for its conclusion."""
    monkeypatch.setattr(clock, "now", lambda: at("2024-11-25 10:00"))
    cast = make_cast()
    with scope.tenant(cast.tenant.pk):
        cast.values["panel"] = [cast.evaluator, *arranged.evaluators(cast, 1)]
        contracts = [cast.contract, another_contract(cast, "QH02"), another_contract(cast, "QH03")]
        return cast, {total: scored(cast, contract, total) for total, contract in zip(GIVEN, contracts, strict=True)}


def test_what_a_mid_term_score_brings_follows_with_its_clause(waiting, hand, live_server):
    cast, waits = waiting
    page = hand(cast.contract_manager, width=1440, height=900)

    def concluding(total):
        page.goto(f"{live_server.url}/{cast.tenant.slug}/evaluations/rounds/{waits[total].pk}/")
        page.click("a:has-text('出结论')")
        expect(page.locator(".total .big")).to_have_text(total)

    concluding("79.5")
    expect(page.locator("main")).to_contain_text("80分以下的，责令限期整改并延长一个月服务期")
    page.click("button:has-text('登记结论')")
    expect(page.locator("main")).to_contain_text("服务期延长 1 个月")

    concluding("70")
    assert page.locator("[name=side]:checked").count() == 0
    page.click("button:has-text('登记结论')")  # the browser itself asks for the choice first
    expect(page.locator("h1")).to_contain_text("出结论")
    page.click("label:has-text('70 分以下')")
    page.fill("[name=decision]", "双方商定“以下”含 70 分")
    page.click("button:has-text('登记结论')")
    expect(page.locator("main")).to_contain_text("按“70 分以下”处理")

    concluding("69")
    page.click("button:has-text('登记结论')")
    expect(page.locator("main")).to_contain_text("70分以下的取消继续服务资格，终止合同")
    assert page.complaints == []
    with scope.tenant(cast.tenant.pk):
        found = {total: Round.objects.get(pk=round.pk) for total, round in waits.items()}
        told = {
            total: sorted(Consequence.objects.filter(round=round).values_list("effect", "state"))
            for total, round in found.items()
        }
        assert [str(round.total) for round in found.values()] == ["79.50", "70.00", "69.00"]
    assert told == {
        "79.5": [("extend", "proposed"), ("rectify", "proposed")],
        "70": [("terminate", "proposed")],
        "69": [("terminate", "proposed")],
    }
