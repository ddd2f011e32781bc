"""40 / 30 / 30: half a year of service and an evaluation before the second instalment, the term and another before the third."""

from datetime import date
from decimal import Decimal as D

import pytest

from contracts.models import Contract, Label
from evaluations.actions.scores import record_score, void_score
from payments.actions import open_milestones
from payments.queries.facts import check_milestone
from tests.cast import at
from tests.payments import arranged

TOLD = [
    {"code": "E1", "title": "中期绩效评估", "stage": "midterm", "scheme": "pass_fail", "clause": "商务要求第2条"},
    {
        "code": "E2",
        "title": "年度绩效评估",
        "stage": "annual",
        "scheme": "score",
        "full_marks": 100,
        "pass": {"ge": 80},
    },
]
YEAR_END = date(2025, 1, 2)


@pytest.fixture
def forty_thirty_thirty(act):
    """The cast's contract, 2024-01-02 to 2024-12-31, paid as the street centres are."""
    contract = act.contract
    Contract.objects.filter(pk=contract.pk).update(terms=contract.terms | {"evaluations": TOLD})
    contract.refresh_from_db()
    arranged.terms(
        contract,
        ("首付款", "0.4", ["contract_signed"], "contract_signed"),
        ("中期款", "0.3", ["served_6_months", "midterm_passed"], "midterm_passed"),
        ("尾款", "0.3", ["term_over", "annual_passed"], "annual_passed"),
    )
    for code, word in (("midterm", "中期绩效评估"), ("annual", "年度绩效评估")):
        Label.objects.get_or_create(family="score", code=code, defaults={"label": word})
    return open_milestones(contract, by=act.contract_manager, at=at("2024-01-02 09:00"))


def concluded(act, kind, day, score, **facts):
    return record_score(
        act.contract, kind=kind, score=D(score), concluded_on=day, facts=facts, by=act.contract_manager, at=at(f"{day} 10:00")
    )  # fmt: skip


def lines(milestone, on):
    """{code: (verdict, actual)} of the conditions that are about time and evaluations."""
    found = check_milestone(milestone, on=on).conditions
    return {row.code: (row.verdict, row.actual) for row in found if row.group in ("服务期", "考核评估")}


def test_the_second_waits_for_half_a_year_and_for_a_pass(act, forty_thirty_thirty):
    second = forty_thirty_thirty[1]
    assert lines(second, date(2024, 7, 1)) == {"served.6": ("unmet", "未满"), "evaluation.midterm": ("unmet", "未评估")}
    concluded(act, "midterm", date(2024, 7, 3), "0", result="failed")
    assert lines(second, date(2024, 7, 3)) == {
        "served.6": ("met", "已满"),
        "evaluation.midterm": ("unmet", "2024-07-03 不合格"),
    }
    concluded(act, "midterm", date(2024, 8, 1), "0", result="passed")
    assert lines(second, date(2024, 8, 1))["evaluation.midterm"] == ("met", "2024-08-01 合格")
    assert lines(second, date(2024, 7, 31))["evaluation.midterm"] == ("unmet", "2024-07-03 不合格")


def test_the_third_waits_for_the_term_and_for_eighty_points(act, forty_thirty_thirty):
    third = forty_thirty_thirty[2]
    assert lines(third, date(2024, 12, 31)) == {"term": ("unmet", "未满"), "evaluation.annual": ("unmet", "未评估")}
    low = concluded(act, "annual", YEAR_END, "79.99")
    assert lines(third, YEAR_END) == {"term": ("met", "已满"), "evaluation.annual": ("unmet", "2025-01-02 79.99 分")}
    void_score(low, reason="漏加附加分", by=act.contract_manager, at=at("2025-01-02 11:00"))
    assert lines(third, YEAR_END)["evaluation.annual"] == ("unmet", "未评估")
    concluded(act, "annual", YEAR_END, "80")
    assert lines(third, YEAR_END)["evaluation.annual"] == ("met", "2025-01-02 80 分")
