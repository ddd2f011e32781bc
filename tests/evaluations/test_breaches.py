"""Breaches: the worked tables of docs/algorithms/breaches.md, one basis each, decided by another person, too many of them."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contracts.models import PenaltyRule
from evaluations.actions import breaches as actions
from evaluations.models import Breach, Consequence
from evaluations.queries import breaches as queries
from evaluations.rules import breaches as rules
from tenancy import scope
from tenancy.problems import Refused
from tests.cast import at
from tests.populated import picture

PAGE = (settings.BASE_DIR / "docs" / "algorithms" / "breaches.md").read_text(encoding="utf-8")
DAY = date(2024, 6, 3)


def table(name):
    block = PAGE.split(f"<!-- table: {name} -->\n")[1].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()[2:]]


def number(cell):
    return None if cell == "-" else Decimal(cell)


@pytest.mark.parametrize("row", table("damages"), ids=lambda row: row[0])
def test_damages_are_as_the_table_says(row):
    _, price, rate, amount, units, rule_cap, before, total_cap, all_before, full, due = [row[0], *map(number, row[1:])]
    cost = rules.cost(
        price=price, rate=rate, amount=amount, number=int(units), rule_cap=rule_cap, rule_before=before or Decimal(0),
        total_cap=total_cap, total_before=all_before or Decimal(0),
    )  # fmt: skip
    assert (cost.full, cost.due, cost.cut) == (full, due, full - due)
    assert cost.full.as_tuple().exponent == -2


@pytest.mark.parametrize("row", table("counters"), ids=lambda row: row[0])
def test_counters_are_as_the_table_says(row):
    said, times, days, told, over = row
    rows = [({"o": "occurrence", "d": "day"}[word[0]], int(word[1:])) for word in said.split()]
    counted = rules.counters(rows, {"occurrences": 5, "days": 10})
    assert (counted[0].number, counted[1].number) == (int(times), int(days))
    assert "；".join(map(str, counted)) == told
    assert any(counter.is_over for counter in counted) is (over == "yes")


@pytest.mark.parametrize(
    ("cap", "most"),
    [
        ({}, None),
        ({"share": "0.05"}, Decimal("27740.75")),
        ({"amount": "30000.00"}, Decimal("30000.00")),
        ({"share": "0.05", "amount": "30000"}, Decimal("27740.75")),
    ],
)
def test_a_cap_is_the_smaller_of_share_and_amount(cap, most):
    assert rules.cap_of(cap, Decimal("554815.00")) == most


def test_a_rule_without_rate_and_amount_computes_nothing():
    assert rules.cost(price=Decimal(100), rate=None, amount=None, number=1) is None


@pytest.mark.parametrize(
    ("basis", "first", "last", "clash"),
    [
        ("day", date(2024, 6, 5), date(2024, 6, 6), None),
        ("day", date(2024, 6, 1), date(2024, 6, 3), 1),
        ("day", date(2024, 6, 4), date(2024, 6, 9), 1),
        ("occurrence", date(2024, 6, 4), None, 1),
        ("occurrence", date(2024, 6, 20), None, None),
        ("day", date(2024, 6, 20), date(2024, 6, 21), 2),
    ],
)
def test_the_same_days_are_not_charged_twice(basis, first, last, clash):
    others = [
        (1, "day", date(2024, 6, 3), date(2024, 6, 4)),
        (2, "occurrence", date(2024, 6, 20 + (basis == "day")), None),
    ]
    assert rules.overlaps(basis, first, last, others) == clash


@pytest.fixture
def agreed(act):
    act.values["rule"] = PenaltyRule.objects.create(
        contract=act.contract, code="P1", title="未按约定履行", rate=Decimal("0.005"), basis="occurrence_or_day", effect="支付 0.5% 违约金", clause="第十二条第二款第1项", sort=0
    )  # fmt: skip
    act.values["limit"] = PenaltyRule.objects.create(
        contract=act.contract, code="P2", title="累计超过 5 次或 10 日", effect="可单方解除", limits={"occurrences": 5, "days": 10}, clause="第十二条", sort=1
    )  # fmt: skip
    act.values["secret"] = PenaltyRule.objects.create(
        contract=act.contract, code="P3", title="违反保密义务", amount=Decimal("50000.00"), basis="occurrence", effect="支付伍万元", clause="第十二条第二款第2项", sort=2
    )  # fmt: skip
    return act


def register(cast, rule="rule", basis="occurrence", first=DAY, last=None, **known):
    return actions.register_breach(
        cast.contract, rule=cast.values[rule], basis=basis, happened_on=first, ended_on=last, facts="未按期提交", by=cast.contract_manager,
        at=at("2024-07-01 09:00"), **known,
    )  # fmt: skip


def confirm(cast, breach):
    actions.state_case(breach, statement="", by=cast.agency_manager, at=at("2024-07-02 09:00"))
    return actions.confirm_breach(breach, reason="属实", by=cast.section_chief, at=at("2024-07-03 09:00"))


def test_a_breach_runs_from_evidence_to_a_sum(agreed):
    breach = register(agreed, other_clause="第十条", uploads=[picture()])
    assert (breach.state, breach.state_until, breach.clause, breach.other_clause) == (
        "registered",
        date(2024, 7, 8),
        "第十二条第二款第1项",
        "第十条",
    )
    assert breach.papers.count() == 1
    breach = actions.state_case(breach, statement="系统故障", by=agreed.liaison, at=at("2024-07-02 09:00"))
    breach = actions.confirm_breach(breach, reason="理由不成立", by=agreed.section_chief, at=at("2024-07-03 09:00"))
    assert (breach.state, breach.damages) == ("confirmed", Decimal("500.00"))
    assert breach.worked == {"number": 1, "full": "500.00", "due": "500.00", "price": "100000.00", "rate": "0.005"}
    assert [move.verb for move in breach.moves.all()] == ["register", "state", "confirm"]


def test_it_is_not_decided_before_the_agency_could_speak_nor_by_who_registered_it(agreed):
    breach = register(agreed)
    with pytest.raises(Refused, match="乙方可陈述至 2024-07-08"):
        actions.confirm_breach(breach, reason="属实", by=agreed.section_chief, at=at("2024-07-08 17:00"))
    with pytest.raises(Refused, match="由另一人认定"):
        actions.confirm_breach(breach, reason="属实", by=agreed.contract_manager, at=at("2024-07-09 09:00"))
    assert (
        actions.confirm_breach(breach, reason="属实", by=agreed.section_chief, at=at("2024-07-09 09:00")).state
        == "confirmed"
    )


def test_days_are_charged_by_the_day_and_only_once(agreed):
    breach = register(agreed, basis="day", first=date(2024, 6, 3), last=date(2024, 6, 6))
    assert breach.units == 4
    with pytest.raises(Refused) as refusal:
        register(agreed, first=date(2024, 6, 5))
    assert refusal.value.problems == ["违约 1 已按日计算这段时间，同一违约不得重复计算"]
    assert confirm(agreed, breach).damages == Decimal("2000.00")


def test_a_rule_by_occurrence_takes_no_days_and_a_rule_of_limits_nothing(agreed):
    with pytest.raises(Refused) as refusal:
        register(agreed, rule="secret", basis="day", last=DAY)
    assert refusal.value.problems == ["这一条只按次计算"]
    assert [rule.code for rule in queries.registrable(agreed.contract)] == ["P1", "P3"]


def test_the_sixth_occurrence_proposes_the_end_once(agreed):
    for no in range(1, 6):
        confirm(agreed, register(agreed, first=date(2024, 6, no)))
    totals = queries.totals(agreed.contract, on=date(2024, 7, 3))
    assert (totals.told, totals.damages, Consequence.objects.count()) == ("5 / 5 次；0 / 10 日", Decimal("2500.00"), 0)
    confirm(agreed, register(agreed, first=date(2024, 6, 6)))
    confirm(agreed, register(agreed, first=date(2024, 6, 7)))
    row = Consequence.objects.get()
    assert (row.effect, row.state, row.title, row.clause, row.proposed_by) == (
        "terminate",
        "proposed",
        "累计超过 5 次或 10 日（6 / 5 次，已超过 5 次；0 / 10 日，可单方解除）",
        "第十二条",
        agreed.section_chief,
    )
    assert queries.totals(agreed.contract, on=date(2024, 7, 2)).told == "0 / 5 次；0 / 10 日"


def test_a_cap_on_all_breaches_cuts_the_last_one(agreed):
    PenaltyRule.objects.create(
        contract=agreed.contract, code="P9", title="违约金总额", effect="不超过", cap={"share": "0.502"}, sort=9
    )
    assert confirm(agreed, register(agreed, rule="secret")).damages == Decimal("50000.00")
    last = confirm(agreed, register(agreed))
    assert (last.damages, last.worked["cut"]) == (Decimal("200.00"), "300.00")
    totals = queries.totals(agreed.contract, on=date(2024, 7, 3))
    assert (totals.cap, totals.damages, totals.capped) == (Decimal("50200.00"), Decimal("50200.00"), Decimal("300.00"))


def test_the_database_keeps_one_basis_another_decider_and_the_decision(agreed):
    breach = register(agreed)
    rows = Breach.objects.filter(pk=breach.pk)
    for wrong in (
        {"ended_on": DAY},
        {"units": 2},
        {"basis": "day"},
        {"decided_by": agreed.contract_manager},
        {"state": "confirmed"},
        {"damages": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    confirm(agreed, breach)
    with pytest.raises(IntegrityError, match="what is decided is final"), transaction.atomic():
        rows.update(damages=0)


def address(cast, name, pk):
    return reverse(f"evaluations:{name}", kwargs={"tenant": cast.tenant.slug, "pk": pk})


def test_the_agency_sees_its_breach_with_the_sum_and_others_do_not(agreed, sign_in):
    breach = confirm(agreed, register(agreed))
    for member, status, shows in (
        (agreed.agency_manager, 200, True),
        (agreed.social_worker, 200, False),
        (agreed.auditor, 200, True),
        (agreed.expert, 404, False),
        (agreed.evaluator, 404, False),
        (agreed.rivals["agency_manager"], 404, False),
        (agreed.subdistrict_officer, 403, False),
    ):
        response = sign_in(member).get(address(agreed, "breach", breach.pk))
        assert (member.role, response.status_code) == (member.role, status)
        assert ("500.00 元" in response.content.decode()) is shows


def test_a_breach_is_registered_stated_and_confirmed_on_its_pages(agreed, sign_in):
    desk = sign_in(agreed.contract_manager)
    form = {"rule": agreed.values["rule"].pk, "basis": "occurrence", "happened_on": "2024-06-03", "facts": "未按期提交"}
    wrong = desk.post(address(agreed, "new_breach", agreed.contract.pk), form | {"basis": "day"})
    assert (wrong.status_code, "按日计算须写明终止日期" in wrong.content.decode()) == (400, True)
    page = desk.post(address(agreed, "new_breach", agreed.contract.pk), form, follow=True).content.decode()
    with scope.tenant(agreed.tenant.pk):
        breach = Breach.objects.get()
    assert "待乙方陈述" in page
    waived = sign_in(agreed.liaison).post(address(agreed, "state_breach", breach.pk), {"waive": "1"}, follow=True)
    assert "放弃陈述" in waived.content.decode()
    done = sign_in(agreed.section_chief).post(
        address(agreed, "confirm_breach", breach.pk), {"reason": "属实"}, follow=True
    )
    assert re.search(r"<dd><b>500\.00 元</b>", done.content.decode())


def test_the_register_asks_as_much_for_three_rows_as_for_one(agreed, sign_in):
    client, counts = sign_in(agreed.contract_manager), []
    confirm(agreed, register(agreed))
    client.get(address(agreed, "breaches", agreed.contract.pk))
    for days in ((), (10, 11)):
        for day in days:
            register(agreed, first=date(2024, 6, day))
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(address(agreed, "breaches", agreed.contract.pk)).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]
