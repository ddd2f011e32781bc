"""Amendments: proposed by one side with its effect beside it, confirmed by the other, in force from its day, the old reading kept."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from config.amending.queries import pairs, what_if
from config.setup import actions as setup
from config.setup import queries as drafts
from contracts.models import Amendment
from services.actions import amendments as actions
from services.actions.indicators import save_indicator, store_measurement
from services.actions.readings import confirm_reading
from services.indicators.drafting import definition_of
from services.indicators.measure import measure_contract
from services.models import ServiceRecord
from services.queries.readings import reading, readings
from services.rules.readings import dated_requirement, succession, successor_code
from services.tasks import put_amendments_in_force
from tenancy import clock
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.setup.conftest import EVENTS
from tests.setup.test_setup_actions import MONEY, TERMS

TODAY = date(2024, 9, 10)
PAPER = {
    "title": "场次调整",
    "number": "补充协议一",
    "reason": "服务期缩短",
    "effective_on": date(2024, 9, 1),
    "clause": "",
    "clause_text": "",
}


@pytest.fixture
def live(draft, act):
    """The draft at work: 12 events promised, 6 of 9 held so far count."""
    for name, value in (("contract", drafts.draft(draft)[0]["contract"] | MONEY), ("payment_terms", TERMS)):
        mark = drafts.mark(drafts.draft(draft)[0].get(name))
        setup.save_section(draft, name, value, mark=mark, by=act.contract_manager, at=at())
    row = save_indicator(draft, EVENTS, version=0, by=act.contract_manager, at=at())
    for member in (act.contract_manager, act.agency_manager):
        confirm_reading(row, version=1, by=member, at=at())
    setup.activate_contract(draft, by=act.contract_manager, at=at())
    place = {"street": act.streets["柳林街道"], "area": act.communities["柳林一社区"]}
    for number in range(9):
        ServiceRecord.objects.create(
            contract=draft, kind="event", day=date(2024, 5, 3 + number), started_at=at(), participants=28 + 3 * number, papers=["sign_in_sheet"] if number != 4 else [],
            state="verified", created_by=act.social_worker, decided_by=act.quality_control, decided_at=at(), created_at=at(), **place,
        )  # fmt: skip
    draft.refresh_from_db()
    return draft


def target(live, number, since=PAPER["effective_on"]):
    """The change of the one indicator's target from a day on."""
    row = live.indicators.get(code="QH02-01")
    definition = definition_of(row)
    return {
        "code": row.code,
        "how": "target",
        "base_version": row.version,
        "definition": definition | {"target": dated_requirement(definition["target"], {"ge": number}, since=since)},
    }


def test_a_second_change_on_the_same_day_takes_the_place_of_the_first():
    since = date(2024, 9, 1)
    once = dated_requirement({"ge": 154}, {"ge": 140}, since=since)
    assert once == [{"ge": 154}, {"since": "2024-09-01", "ge": 140}]
    assert dated_requirement(once, {"ge": 130}, since=since) == [{"ge": 154}, {"since": "2024-09-01", "ge": 130}]
    assert dated_requirement(once, {"ge": 130}, since=date(2024, 10, 1)) == [*once, {"since": "2024-10-01", "ge": 130}]


def propose(live, act, *changes, **terms):
    return actions.propose_amendment(
        live, terms=PAPER | terms, changes=list(changes), by=act.contract_manager, at=at("2024-09-02 09:00")
    )


def measured(live, on=TODAY):
    return measure_contract(live, on=on).by_code["QH02-01"]


def test_what_if_tells_indicators_and_milestones_before_and_after_and_writes_nothing(live, act):
    before = AuditEvent.objects.count()
    found = what_if(act.contract_manager, live, [target(live, 6)], on=TODAY, effective_on=PAPER["effective_on"])
    (row,) = found.shown
    assert (row.before.value, row.before.target, row.after.value, row.after.target) == ("6", "12", "6", "6")
    assert (row.before.row.is_met, row.after.row.is_met, found.is_complete) == (False, True, (False, True))
    (milestone,) = found.milestones
    assert [(one.title, old.verdict, new.verdict) for one, old, new in milestone.conditions] == [
        ("社区活动，每街镇 ≥ 4 场", "unmet", "met")
    ]
    assert (live.indicators.get().version, AuditEvent.objects.count()) == (1, before)


def test_what_if_of_a_day_ahead_looks_at_that_day(live, act):
    found = what_if(
        act.contract_manager, live, [target(live, 6, date(2024, 10, 1))], on=TODAY, effective_on=date(2024, 10, 1)
    )
    assert (found.on, found.rows[0].after.target) == (date(2024, 10, 1), "6")


def test_what_if_shows_no_milestone_to_one_who_sees_no_money(live, act):
    found = what_if(act.quality_control, live, [target(live, 6)], on=TODAY, effective_on=PAPER["effective_on"])
    assert (found.milestones, len(found.rows)) == ([], 1)


def test_wrong_words_give_every_fault_and_no_figures(live, act):
    change = target(live, 6) | {"definition": EVENTS | {"of": "record.talk", "gate": {"colour": 1}}}
    found = what_if(act.contract_manager, live, [change], on=TODAY, effective_on=PAPER["effective_on"])
    assert ([code for code, _text in found.faults], found.rows) == (["QH02-01", "QH02-01"], [])
    with pytest.raises(Refused) as refused:
        propose(live, act, change, number="")
    assert [text.split("：")[0] for text in refused.value.problems] == [
        "补充协议编号未填",
        "QH02-01 of",
        "QH02-01 gate",
    ]
    assert Amendment.objects.count() == 0


def test_a_proposal_changes_nothing_until_the_other_side_confirms(live, act):
    amendment = propose(live, act, target(live, 6))
    assert (amendment.state, amendment.no, amendment.side, measured(live).target_text) == (
        "proposed",
        1,
        "purchaser",
        "12",
    )
    with pytest.raises(Refused, match="由对方确认"):
        actions.confirm_amendment(amendment, on=TODAY, by=act.contract_manager, at=at())
    amendment = actions.confirm_amendment(amendment, on=TODAY, by=act.agency_manager, at=at("2024-09-10 09:00"))
    assert (amendment.state, measured(live).target_text, measured(live).is_met) == ("in_force", "6", True)
    assert [move.verb for move in amendment.moves.all()] == ["propose", "confirm", "put_in_force"]
    assert [event.action for event in AuditEvent.objects.order_by("seq")][-3:] == [
        "amendment.confirmed",
        "indicators.save",
        "amendment.in_force",
    ]


def test_the_old_target_holds_for_the_days_before_and_the_old_reading_is_kept(live, act):
    amendment = propose(live, act, target(live, 6))
    actions.confirm_amendment(amendment, on=TODAY, by=act.agency_manager, at=at("2024-09-10 09:00"))
    assert measured(live, on=date(2024, 8, 31)).target_text == "12"
    row = live.indicators.get()
    assert [(one.number, one.valid_from, one.amendment) for one in row.versions.all()] == [
        (1, None, None),
        (2, date(2024, 9, 1), amendment),
    ]
    assert "自2024年9月1日起不少于6场" in row.sentence
    amendment.refresh_from_db()
    (pair,) = pairs(amendment, None)
    assert ("不少于12场，" in pair.before, "自2024年9月1日起" in pair.after) == (True, True)


def test_confirming_an_amendment_confirms_its_readings_for_both_sides(live, act):
    amendment = propose(live, act, target(live, 6))
    actions.confirm_amendment(amendment, on=TODAY, by=act.agency_manager, at=at("2024-09-10 09:00"))
    said = reading(live.indicators.get()).said
    assert {side: (str(one.by), one.at) for side, one in said.items()} == {
        "purchaser": ("周砚秋", at("2024-09-02 09:00")),
        "provider": ("许星河", at("2024-09-10 09:00")),
    }


def test_stored_measurements_keep_the_version_that_they_used(live, act):
    kept = store_measurement(live, on=TODAY, at=at())
    amendment = propose(live, act, target(live, 6))
    actions.confirm_amendment(amendment, on=TODAY, by=act.agency_manager, at=at())
    assert (kept.data["indicators"][0]["version"], kept.data["indicators"][0]["target"]) == (1, "12")
    again = store_measurement(live, on=TODAY, at=at())
    assert (again.data["indicators"][0]["version"], again.data["indicators"][0]["target"]) == (2, "6")


def test_another_reading_holds_for_the_whole_window(live, act):
    change = target(live, 12) | {"how": "reading", "definition": EVENTS | {"gate": {"participants": {"ge": 30}}}}
    amendment = propose(live, act, change)
    actions.confirm_amendment(amendment, on=TODAY, by=act.agency_manager, at=at())
    assert (measured(live).value, measured(live, on=date(2024, 8, 1)).value) == (8, 8)


def test_the_old_reading_can_be_kept_for_the_past(live, act):
    row = live.indicators.get()
    closed, successor = succession(
        definition_of(row),
        since=date(2024, 9, 1),
        term=(live.starts_on, live.ends_on),
        code=successor_code(row.code, {row.code}),
    )
    closed |= {"target": {"ge": 6}}
    change = target(live, 1) | {"how": "succeed", "definition": closed, "successor": successor | {"target": {"ge": 5}}}
    amendment = propose(live, act, change)
    actions.confirm_amendment(amendment, on=TODAY, by=act.agency_manager, at=at())
    table = measure_contract(live, on=TODAY).by_code
    assert [(code, one.value, one.target_text, one.promise.first, one.promise.last) for code, one in table.items()] == [
        ("QH02-01", 6, "6", date(2024, 1, 2), date(2024, 8, 31)),
        ("QH02-01-2", 0, "5", date(2024, 9, 1), date(2024, 12, 31)),
    ]
    assert [one.is_agreed for one in readings(live)] == [True, True]


def test_an_amendment_of_a_day_ahead_waits_for_its_day(live, act):
    ahead = clock.today().replace(year=2024, month=12, day=1)
    amendment = propose(live, act, target(live, 6, ahead), effective_on=ahead)
    amendment = actions.confirm_amendment(amendment, on=TODAY, by=act.agency_manager, at=at())
    assert (amendment.state, live.indicators.get().version) == ("agreed", 1)
    assert actions.put_due_in_force(on=date(2024, 11, 30), at=at()) == []
    assert [one.pk for one in actions.put_due_in_force(on=ahead, at=at())] == [amendment.pk]
    assert actions.put_due_in_force(on=ahead, at=at()) == []
    assert live.indicators.get().version == 2


def test_the_nightly_task_puts_in_force_what_is_due_in_every_bureau(live, act):
    amendment = propose(live, act, target(live, 6, date(2024, 12, 1)), effective_on=date(2024, 12, 1))
    actions.confirm_amendment(amendment, on=TODAY, by=act.agency_manager, at=at())
    put_amendments_in_force()
    amendment.refresh_from_db()
    assert (amendment.state, amendment.moves.last().by) == ("in_force", None)


def test_a_reading_that_moved_on_since_is_a_conflict_and_nothing_is_half_done(live, act):
    change = target(live, 6)
    amendment = propose(live, act, change)
    live.indicators.update(version=3)
    with pytest.raises(Conflict, match="已被修改"):
        actions.confirm_amendment(amendment, on=TODAY, by=act.agency_manager, at=at())
    amendment.refresh_from_db()
    assert (amendment.state, amendment.moves.count(), live.indicators.get().definition["target"]) == (
        "proposed",
        1,
        {"ge": 12},
    )
    actions.withdraw_amendment(amendment, by=act.contract_manager, at=at())
    with pytest.raises(Conflict):
        propose(live, act, change)


def test_only_the_proposing_side_withdraws_and_a_refusal_needs_a_reason(live, act):
    amendment = propose(live, act, target(live, 6))
    with pytest.raises(Refused, match="由提出的一方撤回"):
        actions.withdraw_amendment(amendment, by=act.agency_manager, at=at())
    with pytest.raises(Refused, match="没有退回"):
        actions.refuse_amendment(amendment, reason=" ", by=act.agency_manager, at=at())
    amendment = actions.refuse_amendment(amendment, reason="服务期没有缩短", by=act.agency_manager, at=at())
    assert (amendment.state, measured(live).target_text) == ("refused", "12")
    with pytest.raises(Conflict):
        actions.confirm_amendment(amendment, on=TODAY, by=act.agency_manager, at=at())
    assert propose(live, act, target(live, 7)).no == 2


def test_one_amendment_at_a_time(live, act):
    propose(live, act, target(live, 6))
    with pytest.raises(Refused, match="已有一次变更在办"):
        propose(live, act, target(live, 7))


@pytest.mark.parametrize("role", ["social_worker", "section_chief", "auditor"])
def test_others_propose_nothing(live, act, role):
    with pytest.raises(Refused, match="只有甲方经办人和乙方项目主管"):
        actions.propose_amendment(live, terms=PAPER, changes=[target(live, 6)], by=act.members[role], at=at())


def test_a_day_outside_the_term_and_a_draft_are_refused_with_all_reasons(live, act, draft):
    with pytest.raises(Refused) as refused:
        propose(live, act, effective_on=date(2025, 1, 1), reason="")
    assert refused.value.problems == ["事由未填", "没有改动", "生效日期应在服务期 2024-01-02 至 2024-12-31 内"]


def test_the_database_refuses_what_must_never_be(live, act):
    amendment = propose(live, act, target(live, 6))
    for wrong in (
        {"state": "agreed"},
        {"decided_by": act.contract_manager, "decided_at": at()},
        {"state": "refused", "decided_by": act.agency_manager, "decided_at": at()},
        {"state": "in_force", "decided_by": act.agency_manager, "decided_at": at()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Amendment.objects.filter(pk=amendment.pk).update(**wrong)


def test_amounts_on_the_way_are_untouched(live, act):
    """Only readings change: what was agreed to be paid stays."""
    amendment = propose(live, act, target(live, 6))
    actions.confirm_amendment(amendment, on=TODAY, by=act.agency_manager, at=at())
    assert [one.amount for one in live.milestones.all()] == [Decimal("36000.00")]
