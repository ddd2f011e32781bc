"""Saving a contract's indicators, storing its measurement, and the sections of a contract file."""

from datetime import date, datetime

import pytest

from config import contract_file
from services import contract_section, tasks
from services.actions.indicators import save_indicators, store_measurement
from services.models import Measurement
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.services.indicators import mentougou as m
from tests.services.indicators.world import World, at

EVENTS = {
    "id": "A",
    "zh": "活动",
    "of": "record.event",
    "target": {"ge": 12},
    "unit": "场",
    "clause": "第1项",
    "clause_text": "活动12场。",
}
MORNING = at(date(2024, 6, 3))


@pytest.fixture
def world(act):
    return World(act, areas=[1, 2])


def save(world, *definitions):
    return save_indicators(world.contract, list(definitions), by=world.cast.contract_manager, at=MORNING)


def test_an_indicator_is_kept_with_its_sentence_and_its_clause(world):
    (row,) = save(world, EVENTS)
    assert (row.sentence, row.clause, row.clause_text, row.force, row.version) == (
        "合同期内，event不少于12场。",
        "第1项",
        "活动12场。",
        "hard",
        1,
    )
    assert row.definition == {"of": "record.event", "target": {"ge": 12}}


def test_changed_words_make_a_new_version_and_unchanged_ones_do_not(world):
    save(world, EVENTS)
    assert save(world, EVENTS | {"zh": "社区活动"})[0].version == 1
    assert save(world, EVENTS | {"target": {"ge": 10}})[0].version == 2


def test_an_indicator_that_is_no_longer_listed_goes_and_the_act_is_audited(world):
    save(world, EVENTS, EVENTS | {"id": "B"})
    save(world, EVENTS | {"id": "B"})
    assert [row.code for row in world.contract.indicators.all()] == ["B"]
    assert AuditEvent.objects.filter(action="indicators.save").last().detail == {
        "indicators": 1,
        "removed": ["A"],
        "versions": {"B": 1},
    }


def test_one_fault_keeps_everything_as_it_was(world):
    save(world, EVENTS)
    with pytest.raises(Refused) as refused:
        save(world, EVENTS | {"target": {"ge": 10}}, EVENTS | {"id": "B", "of": "comet.x"})
    assert refused.value.problems == ["B of：没有来源“comet”"]
    assert world.contract.indicators.get().definition["target"] == {"ge": 12}


def test_a_stored_measurement_is_the_same_for_the_same_records(world):
    save(world, EVENTS)
    world.add("record", {"kind": "event", "area_id": 11})
    first = store_measurement(world.contract, on=date(2024, 6, 3), at=MORNING)
    digest = first.digest
    assert store_measurement(world.contract, on=date(2024, 6, 3), at=at(date(2024, 6, 4))).digest == digest
    world.add("record", {"kind": "event", "area_id": 11})
    again = store_measurement(world.contract, on=date(2024, 6, 3), at=MORNING)
    assert (again.pk, again.data["indicators"][0]["value"], again.digest != digest) == (first.pk, "2", True)


def test_the_nightly_task_stores_a_measurement_of_contracts_at_work(world, monkeypatch):
    monkeypatch.setattr(tasks.remeasure, "delay", lambda **ids: tasks.remeasure(**ids))
    save(world, EVENTS)
    tasks.measure_all_contracts()
    assert sorted(Measurement.objects.values_list("contract__code", flat=True)) == ["QH01", "T01"]


def test_a_contract_that_is_gone_is_left_alone(world):
    tasks.remeasure(tenant_id=world.cast.tenant.pk, contract_id="00000000-0000-0000-0000-000000000000")
    assert Measurement.objects.count() == 0


# --- the contract file ---------------------------------------------------------------------------------------------------
def test_the_library_file_is_loaded_and_exported_again(act):
    world = m.mentougou(act)
    data = contract_file.checked(m.LIBRARY.read_text()).data
    out = contract_section.export(world.contract)
    assert out["activity_kinds"] == data["activity_kinds"]
    assert [isoed(row) for row in out["indicators"]] == [isoed(row) for row in data["indicators"]]


def test_faults_of_the_sections_name_their_lines(act):
    text = (
        m.LIBRARY.read_text()
        .replace("of: group.professional", "of: groups.professional")
        .replace("subject: household", "subject: dog", 1)
    )
    document = contract_file.contract_file.read(text)
    contract_section.check(document)
    assert sorted(fault.message for fault in document.faults) == ["对象 dog 不认识", "没有来源“groups”"]
    assert all(text.splitlines()[fault.line - 1].strip() for fault in document.faults)


def isoed(value):
    """Days in ISO form, so that a file's dates and a table's compare."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: isoed(item) for key, item in value.items()}
    return [isoed(item) for item in value] if isinstance(value, list) else value
