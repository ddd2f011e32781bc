"""A longer term, an end before time, and years without a new contract, as the contracts themselves keep them."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from config.contract_file import load
from config.setup.actions import activate_contract
from contracts import actions, queries
from contracts.models import Contract
from contracts.rules import debarred_until, extended
from tenancy import scope
from tenancy.problems import Conflict, Refused
from tests.cast import at

CLAUSE = {"clause": "四（三）", "clause_text": "在三年内不考虑与该承接机构进行项目合作。"}


@pytest.mark.parametrize(
    ("last", "months", "after"),
    [
        (date(2024, 12, 31), 1, date(2025, 1, 31)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 4, 17), 1, date(2025, 5, 17)),
        (date(2025, 1, 30), 1, date(2025, 2, 27)),
        (date(2024, 11, 30), 14, date(2026, 1, 31)),
    ],
)
def test_a_term_runs_on_for_whole_months(last, months, after):
    assert extended(last, months) == after


def test_three_years_end_on_the_day_before_the_same_day():
    assert debarred_until(date(2025, 8, 10), 3) == date(2028, 8, 9)


@pytest.fixture
def debarment(act):
    return actions.debar(
        act.contract, years=3, reason="整改不合格", by=act.section_chief, at=at("2024-07-02 10:00"), **CLAUSE
    )


def test_a_debarred_agency_gets_no_new_contract_here(mentougou, mtg04, debarment):
    with pytest.raises(Refused) as refused:
        load(mtg04, by=mentougou.contract_manager, at=at("2024-08-01 16:00"))
    assert str(refused.value).startswith("2027-07-01 以前不再与")
    assert refused.value.problems == ["依据合同 QH01 四（三）：在三年内不考虑与该承接机构进行项目合作。"]
    assert Contract.objects.count() == 1


def test_before_and_after_its_time_it_does(mentougou, mtg04, debarment):
    provider = mentougou.provider
    days = [date(2024, 7, 1), date(2024, 7, 2), date(2027, 7, 1), date(2027, 7, 2)]
    assert [queries.is_debarred(provider, on=day) for day in days] == [False, True, True, False]
    assert load(mtg04, by=mentougou.contract_manager, at=at("2027-07-02 16:00")).is_new


def test_a_draft_is_not_activated_meanwhile(act, debarment):
    Contract.objects.filter(pk=act.contract.pk).update(state="draft")
    with pytest.raises(Refused, match="不再与"):
        activate_contract(act.contract, by=act.contract_manager, at=at("2024-08-01 16:00"))


def test_it_is_lifted_with_a_reason_by_who_decides_and_once(act, debarment):
    with pytest.raises(Refused, match="理由"):
        actions.lift_debarment(debarment, reason=" ", by=act.section_chief, at=at("2024-09-01 10:00"))
    with pytest.raises(Refused):
        actions.lift_debarment(debarment, reason="已整改", by=act.contract_manager, at=at("2024-09-01 10:00"))
    actions.lift_debarment(debarment, reason="行政复议改变决定", by=act.section_chief, at=at("2024-09-01 10:00"))
    assert [queries.is_debarred(act.provider, on=day) for day in (date(2024, 8, 31), date(2024, 9, 1))] == [True, False]
    with pytest.raises(Conflict):
        actions.lift_debarment(debarment, reason="再来", by=act.section_chief, at=at("2024-09-02 10:00"))


def test_another_bureau_is_not_concerned(cast, strangers):
    with scope.acting(cast.section_chief):
        actions.debar(cast.contract, years=3, reason="整改不合格", by=cast.section_chief, at=at("2024-07-02 10:00"))
        assert queries.is_debarred(cast.provider, on=date(2024, 8, 1))
    with scope.tenant(strangers.tenant.pk):
        assert [queries.is_debarred(one, on=date(2024, 8, 1)) for one in (strangers.provider, cast.provider)] == [
            False,
            False,
        ]


def test_what_ended_stays_as_it_was_told(act):
    actions.extend_term(act.contract, months=1, reason="中期 79.5 分", by=act.section_chief, at=at())
    end = actions.terminate(
        act.contract, reason="整改不合格", by=act.section_chief, at=at("2024-07-02 10:00"), **CLAUSE
    )
    act.contract.refresh_from_db()
    assert (act.contract.state, act.contract.ends_on, end.day) == ("terminated", date(2025, 1, 31), date(2024, 7, 2))
    for rows in (act.contract.term_changes, type(end).objects):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(reason="别的")
    with pytest.raises(Conflict):
        actions.terminate(act.contract, reason="再来", by=act.section_chief, at=at("2024-07-03 10:00"))
