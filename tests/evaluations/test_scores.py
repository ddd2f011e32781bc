"""Scores of concluded evaluations: recorded by the purchaser, final, made void with a reason; an indicator counts them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from contracts.models import Label
from evaluations.actions.scores import record_score, void_score
from services.indicators.labels import Labels
from services.indicators.measure import measure_contract
from services.indicators.rows import listed
from services.models import Indicator
from tenancy.problems import Conflict, Refused
from tests.cast import at

ON = at().date()


def record(cast, **changes):
    values = {"kind": "final", "score": Decimal("91.50"), "concluded_on": ON, "by": cast.contract_manager, "at": at()}
    return record_score(cast.contract, **values | changes)


def test_a_score_is_final_and_counts_at_once(act):
    indicator = Indicator.objects.create(
        contract=act.contract,
        code="S",
        title="终期评估",
        definition={"of": "score.final", "count": {"mean": "score"}, "target": {"ge": 90}},
        sentence="",
    )
    row = record(act)
    assert [move.verb for move in row.moves.all()] == ["record"]
    measured = measure_contract(act.contract, on=ON).by_code["S"]
    assert (measured.value, measured.counting) == (Decimal("91.50"), 1)
    told = listed(act.contract, indicator, on=ON, labels=Labels({("score", "final"): "终期评估"}))
    assert [(one.title, one.note, one.counts) for one in told] == [("终期评估", "91.5 分", True)]
    void_score(row, reason="录错", by=act.contract_manager, at=at())
    assert measure_contract(act.contract, on=ON).by_code["S"].counting == 0


def test_what_a_score_lacks_is_told_at_once(act):
    Label.objects.create(family="score", code="final", label="终期评估")
    with pytest.raises(Refused) as refused:
        record(act, kind="yearly", score=Decimal(-1), concluded_on=ON + timedelta(days=1))
    assert refused.value.problems == ["选择评估", "得分须在 0 到 1000 之间", "结论日期不得晚于今天"]


def test_only_the_purchaser_records_and_voids(act):
    row = record(act)
    for member in (act.agency_manager, act.expert, act.bureau_leader):
        with pytest.raises(Refused):
            record(act, by=member)
        with pytest.raises(Refused):
            void_score(row, reason="录错", by=member, at=at())


def test_a_score_is_made_void_once_with_a_reason(act):
    row = record(act, concluded_on=date(2024, 1, 5))
    with pytest.raises(Refused, match="写明原因"):
        void_score(row, reason=" ", by=act.contract_manager, at=at())
    assert void_score(row, reason="录错", by=act.contract_manager, at=at()).state == "void"
    with pytest.raises(Conflict):
        void_score(row, reason="录错", by=act.contract_manager, at=at())
