"""Both sides confirm a reading: who, when, of which version; a later change voids it and keeps the old words."""

import pytest

from services.actions.indicators import remove_indicator, save_indicator, save_indicators
from services.actions.readings import confirm_reading, object_to_reading
from services.indicators.drafting import definition_of
from services.models import Confirmation, IndicatorVersion
from services.queries.readings import reading, readings, versions
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.setup.conftest import EVENTS

TALK = EVENTS | {"id": "QH02-02", "zh": "讲座", "areas": {"ge": 1}, "target": {"ge": 2}}


@pytest.fixture
def row(draft, act):
    return save_indicator(draft, EVENTS, version=0, by=act.contract_manager, at=at())


def confirmed(row, act, version=1):
    for member in (act.contract_manager, act.agency_manager):
        confirm_reading(row, version=version, by=member, at=at("2024-06-04 09:00"))


def test_a_reading_is_agreed_when_both_sides_confirm_the_same_version(row, act):
    confirm_reading(row, version=1, by=act.contract_manager, at=at())
    assert (reading(row).open_told, reading(row).is_agreed) == ("乙方未确认", False)
    confirm_reading(row, version=1, by=act.agency_manager, at=at())
    assert reading(row).is_agreed is True
    assert [(one.side, str(one.by), one.version.sentence) for one in Confirmation.objects.all()] == [
        ("provider", "许星河", row.sentence),
        ("purchaser", "周砚秋", row.sentence),
    ]
    event = AuditEvent.objects.filter(action="reading.confirmed").last()
    assert (event.detail["side"], event.detail["version"], event.detail["sentence"]) == ("provider", 1, row.sentence)


def test_a_later_change_voids_what_was_confirmed_and_keeps_the_old_words(row, draft, act):
    confirmed(row, act)
    row = save_indicator(
        draft, EVENTS | {"target": {"ge": 10}}, code="QH02-01", version=1, by=act.contract_manager, at=at()
    )
    assert (row.version, reading(row).verdicts, [one.verdicts for one in readings(draft)]) == (2, {}, [{}])
    kept = versions(row)
    assert [(one.version.number, one.is_present, len(one.said)) for one in kept] == [(2, True, 0), (1, False, 2)]
    assert ("不少于12场" in kept[1].version.sentence, "不少于10场" in kept[0].version.sentence) == (True, True)


def test_saving_another_indicator_or_the_same_words_again_voids_nothing(row, draft, act):
    confirmed(row, act)
    sentence = row.sentence
    save_indicator(draft, TALK, version=0, by=act.contract_manager, at=at())
    again = [definition_of(one) for one in draft.indicators.all()]
    save_indicators(draft, again, by=act.contract_manager, at=at())
    row.refresh_from_db()
    assert row.sentence == sentence
    assert (row.version, reading(row).is_agreed, IndicatorVersion.objects.filter(indicator=row).count()) == (1, True, 1)


@pytest.mark.parametrize("change", [{"force": "plan"}, {"unit": "次"}, {"gate": {}}])
def test_what_decides_payment_or_counting_is_part_of_the_reading(row, draft, act, change):
    confirmed(row, act)
    row = save_indicator(draft, EVENTS | change, code="QH02-01", version=1, by=act.contract_manager, at=at())
    assert reading(row).open_told == "甲方未确认，乙方未确认"


def test_the_same_condition_on_the_other_side_of_the_count_is_another_reading(row, draft, act):
    """where instead of gate: the sentence says the same words in another place, and the version is a new one."""
    moved = {name: value for name, value in EVENTS.items() if name != "gate"} | {"where": EVENTS["gate"]}
    assert save_indicator(draft, moved, code="QH02-01", version=1, by=act.contract_manager, at=at()).version == 2


def test_confirming_what_has_changed_meanwhile_is_a_conflict(row, draft, act):
    save_indicator(draft, EVENTS | {"target": {"ge": 10}}, code="QH02-01", version=1, by=act.contract_manager, at=at())
    with pytest.raises(Conflict, match="口径刚被修改"):
        confirm_reading(row, version=1, by=act.agency_manager, at=at())
    assert Confirmation.objects.count() == 0


def test_an_objection_takes_the_place_of_a_confirmation_and_needs_words(row, act):
    confirmed(row, act)
    with pytest.raises(Refused):
        object_to_reading(row, version=1, note=" ", by=act.agency_manager, at=at())
    object_to_reading(row, version=1, note="条款写的是每街道三场", by=act.agency_manager, at=at())
    assert (reading(row).open_told, Confirmation.objects.count()) == ("乙方有异议", 2)


@pytest.mark.parametrize("role", ["section_chief", "social_worker", "auditor", "expert", "subdistrict_officer"])
def test_others_confirm_nothing(row, act, role):
    with pytest.raises(Refused, match="只有甲方经办人和乙方项目主管"):
        confirm_reading(row, version=1, by=act.members[role], at=at())


def test_another_agency_confirms_nothing(row, act):
    with pytest.raises(Refused):
        confirm_reading(row, version=1, by=act.rivals["agency_manager"], at=at())


def test_two_who_edit_one_indicator_notice_each_other(row, draft, act):
    save_indicator(draft, EVENTS | {"target": {"ge": 10}}, code="QH02-01", version=1, by=act.contract_manager, at=at())
    with pytest.raises(Conflict, match="刚被别人改过"):
        save_indicator(draft, EVENTS | {"target": {"ge": 9}}, code="QH02-01", version=1, by=act.station_staff, at=at())
    with pytest.raises(Conflict):
        remove_indicator(draft, "QH02-01", version=1, by=act.station_staff, at=at())
    assert draft.indicators.get().definition["target"] == {"ge": 10}


def test_a_wrong_definition_saves_nothing_and_tells_every_fault(row, draft, act):
    wrong = TALK | {"of": "record.talk", "gate": {"colour": 1}, "reach": {"ge": 1}}
    with pytest.raises(Refused) as refused:
        save_indicator(draft, wrong, version=0, by=act.contract_manager, at=at())
    assert [text.split("：")[0] for text in refused.value.problems] == ["QH02-02 of", "QH02-02 gate", "QH02-02 reach"]
    assert draft.indicators.count() == 1


def test_an_indicator_of_which_others_speak_is_not_removed(row, draft, act):
    save_indicator(draft, TALK | {"part_of": "QH02-01"}, version=0, by=act.contract_manager, at=at())
    with pytest.raises(Refused, match="part_of"):
        remove_indicator(draft, "QH02-01", version=1, by=act.contract_manager, at=at())
    remove_indicator(draft, "QH02-02", version=1, by=act.contract_manager, at=at())
    assert [one.code for one in draft.indicators.all()] == ["QH02-01"]


def test_an_indicator_takes_another_code_without_losing_its_versions(row, draft, act):
    row = save_indicator(draft, EVENTS | {"id": "QH02-09"}, code="QH02-01", version=1, by=act.contract_manager, at=at())
    assert ([one.code for one in draft.indicators.all()], row.versions.count()) == (["QH02-09"], 1)


def test_reading_all_readings_takes_as_many_statements_for_one_as_for_three(row, draft, act, django_assert_num_queries):
    confirmed(row, act)
    with django_assert_num_queries(2):
        assert [one.is_agreed for one in readings(draft)] == [True]
    for number in (2, 3):
        more = save_indicator(draft, TALK | {"id": f"QH02-0{number}"}, version=0, by=act.contract_manager, at=at())
        confirmed(more, act)
    with django_assert_num_queries(2):
        assert [one.is_agreed for one in readings(draft)] == [True] * 3
