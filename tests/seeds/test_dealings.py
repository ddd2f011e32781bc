"""Breaches, queries, calls to a place and changes of the lead under the contracts of the library as they are written."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from config.contract_file import export, load
from contracts.models import Contract, Label
from evaluations.actions import breaches, inquiries, leads
from evaluations.models import Consequence
from evaluations.queries import breaches as breach_queries
from evaluations.queries.leads import notice_by
from services.indicators.measure import measure_contract
from tenancy.models import Organisation
from tenancy.problems import Refused
from tests.cast import at

TERM = {"state": "active", "signed_on": date(2024, 4, 18), "starts_on": date(2024, 4, 18), "ends_on": date(2025, 3, 31)}


def at_work(contract, cast, **known):
    Contract.objects.filter(pk=contract.pk).update(**TERM | {"provider": cast.provider} | known)
    contract.refresh_from_db()
    return contract


@pytest.fixture
def lot04(loaded, mentougou):
    return at_work(loaded, mentougou)


def breach(contract, cast, code, day, last=None, **known):
    row = breaches.register_breach(
        contract, rule=contract.penaltyrules.get(code=code), basis="day" if last else "occurrence", happened_on=day, ended_on=last, facts="见证据",
        by=cast.contract_manager, at=at("2024-08-01 09:00"), **known,
    )  # fmt: skip
    breaches.state_case(row, statement="", by=cast.agency_manager, at=at("2024-08-02 09:00"))
    return breaches.confirm_breach(row, reason="属实", by=cast.section_chief, at=at("2024-08-05 09:00"))


def test_mentougou_charges_a_half_percent_for_each_and_more_than_ten_days_open_its_end(lot04, mentougou):
    assert [rule.code for rule in breach_queries.registrable(lot04)] == [
        "MTG04-P1",
        "MTG04-P3",
        "MTG04-P4",
        "MTG04-P5",
        "MTG04-P6",
    ]
    assert breach(lot04, mentougou, "MTG04-P1", date(2024, 5, 6)).damages == Decimal("2774.08")
    assert breach(lot04, mentougou, "MTG04-P1", date(2024, 6, 3), date(2024, 6, 12)).damages == Decimal("27740.80")
    assert breach_queries.totals(lot04, on=date(2024, 8, 5)).told == "1 / 5 次；10 / 10 日"
    assert Consequence.objects.count() == 0
    secret = breach(
        lot04, mentougou, "MTG04-P3", date(2024, 7, 1), clause="第十二条第二款第2项", other_clause="第十条、第十一条"
    )
    assert (secret.damages, secret.other_clause) == (Decimal("50000.00"), "第十条、第十一条")
    assert breach(lot04, mentougou, "MTG04-P4", date(2024, 7, 2)).damages is None
    breach(lot04, mentougou, "MTG04-P1", date(2024, 7, 8), date(2024, 7, 8))
    row = Consequence.objects.get()
    assert (row.effect, row.clause, row.title) == (
        "terminate",
        "第十二条第二款第1项",
        "违约行为累计超过 5 次或累计违约超过 10 日（3 / 5 次；11 / 10 日，已超过 10 日，可单方解除）",
    )
    assert breach_queries.totals(lot04, on=date(2024, 8, 5)).damages == Decimal("83288.96")


def test_mentougou_answers_within_five_working_days_and_tells_a_change_of_the_lead_five_days_ahead(lot04, mentougou):
    row = inquiries.ask(
        lot04, kind="question", title="台账", words="为何少报", place="", by=mentougou.contract_manager, at=at("2024-05-06 09:00")
    )  # fmt: skip
    # Saturday, 11 May 2024 was worked for the May holiday.
    assert (row.due_on, row.clause, row.source) == (date(2024, 5, 11), "第七条第七款", "M124")
    with pytest.raises(Refused, match="合同没有约定现场响应时限"):
        inquiries.ask(
            lot04, kind="notice", title="台账", words="来", place="局里", by=mentougou.contract_manager, at=at("2024-05-06 09:00")
        )  # fmt: skip
    assert notice_by(lot04, date(2024, 6, 20)) == date(2024, 6, 15)
    with pytest.raises(Refused, match="须提前 5 日通知甲方"):
        leads.propose_change(
            lot04, successor=mentougou.supervisor, change_on=date(2024, 6, 20), reason="调离", by=mentougou.agency_manager, at=at("2024-06-16 09:00")
        )  # fmt: skip


def test_a_cap_comes_out_of_the_file_as_it_went_in(mentougou, mtg04):
    capped = mtg04.replace(
        "limits: {occurrences: 5, days: 10},",
        "limits: {occurrences: 5, days: 10}, cap: {share: 0.2, amount: 100000.55},",
    )
    contract = load(capped, by=mentougou.contract_manager, at=at("2024-04-18 16:00")).contract
    assert contract.penaltyrules.get(code="MTG04-P2").cap == {"share": "0.2", "amount": "100000.55"}
    assert export(contract) == capped
    contract = at_work(contract, mentougou)
    assert breach_queries.totals(contract, on=date(2024, 8, 5)).cap == Decimal("100000.55")


def test_fangchenggang_counts_a_call_to_a_place_by_its_own_indicators(act):
    text = Path("contracts/library/fcg.yaml").read_text(encoding="utf-8")
    Organisation.objects.filter(kind="purchaser").update(name="防城港市救助管理站")
    contract = load(text, by=act.contract_manager, at=at()).contract
    contract = at_work(contract, act, amount=Decimal("600000.00"))
    call = {"kind": "notice", "title": "求助", "words": "请派人", "by": act.contract_manager}
    begun = at("2024-06-03 23:00")
    row = inquiries.ask(contract, place="珠河街道办", at=begun, **call)
    late = inquiries.ask(contract, place="三官社区", at=begun, **call)
    assert (row.reply_by - begun, row.arrive_by - begun) == (timedelta(hours=2), timedelta(hours=12))
    for inquiry, hours in ((row, 2), (late, 3)):
        inquiries.answer(inquiry, words="已派人", by=act.agency_manager, at=begun + timedelta(hours=hours))
        inquiries.arrive(
            inquiry, arrived_at=begun + timedelta(hours=12), by=act.agency_manager, at=begun + timedelta(hours=13)
        )
    table = measure_contract(contract, on=date(2024, 6, 30))
    told = {code: (table.by_code[code].value, table.by_code[code].is_met) for code in ("FCG-63", "FCG-64")}
    assert told == {"FCG-63": (Decimal(50), False), "FCG-64": (Decimal(100), True)}
    assert Label.objects.filter(family="clock", code="station_notice_reply").exists()
