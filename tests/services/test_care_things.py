"""Rounds with their hazards, cleaned rooms, medicines, seized items, and people who are called every week."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from services.actions import care_items, care_medicines, care_people, care_rounds
from services.models import Incident, KeyPerson, SeizedItemMove, ServiceRecord
from services.queries import care as queries
from services.queries import care_people as people
from services.rules import care as rules
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.services.dormitory import make_dormitory
from tests.services.scene import Scene

BEGIN, NOW = at("2024-06-04 08:00"), at("2024-06-04 09:00")
DAY = date(2024, 6, 4)


@pytest.fixture
def house(act):
    return make_dormitory(act)


def go_round(house, *hazards, id=None, slot="morning", by=None):
    return care_rounds.go_round(
        id=id or uuid4(), contract=house.contract, slot=slot, slots=rules.DAY_ROUND, started_at=BEGIN, ended_at=NOW, workers=2, hazards=hazards,
        by=by or house.cast.social_worker, at=NOW,
    )  # fmt: skip


def test_a_round_reports_each_hazard_and_is_logged_once(house):
    number = uuid4()
    record = go_round(house, "一楼消防通道堆物", " ", "插座松动", id=number)
    assert go_round(house, "一楼消防通道堆物", id=number).pk == record.pk
    assert (record.kind, record.title, record.facts, record.workers) == (
        "safety_round", "早班安全巡查", {"slot": "morning", "hazards_found": 2}, 2
    )  # fmt: skip
    assert list(Incident.objects.order_by("title").values_list("kind", "title", "state")) == [
        ("hazard", "一楼消防通道堆物", "reported"),
        ("hazard", "插座松动", "reported"),
    ]


def test_a_round_has_a_slot_and_a_worker_of_the_agency(house):
    with pytest.raises(Refused) as refused:
        go_round(house, slot="brunch")
    assert [str(problem) for problem in refused.value.problems] == ["选择时段"]
    with pytest.raises(Refused, match="只有承接本合同的机构"):
        go_round(house, by=house.cast.rivals["social_worker"])
    record = go_round(house)
    with pytest.raises(Refused, match="已被别人使用"):
        go_round(house, id=record.pk, by=house.cast.agency_manager)


def clean(house, rooms, id):
    return care_rounds.clean_rooms(
        id=id,
        contract=house.contract,
        chosen=rooms,
        disinfected=set(rooms),
        started_at=BEGIN,
        ended_at=NOW,
        by=house.cast.social_worker,
        at=NOW,
    )


def test_rooms_are_cleaned_in_one_act_and_each_once(act):
    house, number = make_dormitory(act, 13), uuid4()
    rooms = [room.pk for room in house.rooms]
    assert (clean(house, rooms[:2], number), clean(house, rooms, number)) == (2, 1)
    rows = ServiceRecord.objects.filter(kind="cleaning").order_by("team__label")
    assert [(row.team.label, row.facts, row.state) for row in rows] == [
        (f"{floor + 100} 室", {"disinfected": True}, "submitted") for floor in (1, 2, 3)
    ]
    with pytest.raises(Refused):
        clean(house, [house.stays[0].entry_id], uuid4())


# --- medicines --------------------------------------------------------------------------------------------------------
def prescribe(house, **changes):
    values = {
        "medicine": "奥氮平片",
        "dose": "1 片",
        "times": ["08:00", "22:30"],
        "prescribed_by": "市三院",
        "from_day": DAY,
    }
    return care_medicines.start_medication(
        house.stays[1].entry, by=house.cast.social_worker, at=NOW, **(values | changes)
    )


def doses(house, slot, day):
    found = queries.journal(house.cast.social_worker, house.contract, queries.active_kinds(), slot, day)
    return [resident.doses for resident in found]


def test_a_medicine_is_asked_in_the_shifts_of_its_times_until_it_is_stopped(house):
    made = prescribe(house)
    morning, noon, _evening, night = rules.DAY_ROUND
    assert doses(house, morning, DAY) == [[], ["08:00 奥氮平片 1 片"], []]
    assert doses(house, noon, DAY) == [[], [], []]
    assert doses(house, night, DAY) == [[], ["22:30 奥氮平片 1 片"], []]
    with pytest.raises(Refused):
        care_medicines.stop_medication(made, to_day=DAY, reason="", by=house.cast.social_worker, at=NOW)
    care_medicines.stop_medication(made, to_day=DAY, reason="医嘱停用", by=house.cast.social_worker, at=NOW)
    with pytest.raises(Conflict):
        care_medicines.stop_medication(made, to_day=DAY, reason="再停", by=house.cast.social_worker, at=NOW)
    assert doses(house, morning, DAY + timedelta(days=1)) == [[], [], []]


def test_only_the_agency_enters_medicines(house):
    with pytest.raises(Refused, match="只有承接本合同的机构"):
        care_medicines.start_medication(
            house.stays[1].entry,
            medicine="钙片",
            dose="1",
            times=["08:00"],
            prescribed_by="市三院",
            from_day=DAY,
            by=house.cast.station_staff,
            at=NOW,
        )


# --- things that were taken -------------------------------------------------------------------------------------------
def seize(house, file, id=None, **changes):
    values = {
        "kind_of_thing": "knife",
        "item": "折叠水果刀",
        "quantity": 1,
        "place": "值班室保险柜",
        "keeper": house.cast.station_staff,
    }
    return care_items.seize_item(
        house.stays[1].entry, id=id or uuid4(), file=file, by=house.cast.social_worker, at=NOW, **(values | changes)
    )


def photo(house):
    return Scene(house.cast, None, None, None).photo()


def test_a_seized_thing_is_a_record_that_counts_and_leaves_against_a_signature(house):
    number, sheet = uuid4(), photo(house)
    item = seize(house, sheet, number)
    assert seize(house, sheet, number).pk == item.pk
    record = ServiceRecord.objects.get()
    assert (record.kind, record.facts, record.quantity, record.papers, record.state) == (
        "dangerous_item", {"item": "knife", "accurate": True}, 1, ["item_register"], "submitted"
    )  # fmt: skip
    with pytest.raises(Refused, match="没有登记"):
        care_items.return_item(item, signature=None, by=house.cast.social_worker, at=NOW)
    with pytest.raises(Refused, match="只有承接机构和救助站"):
        care_items.return_item(item, signature=sheet, by=house.cast.rivals["social_worker"], at=NOW)
    gone = care_items.return_item(item, signature=sheet, by=house.cast.station_staff, at=NOW)
    assert (gone.state, gone.settled_by, gone.signature) == ("returned", house.cast.station_staff, sheet)
    with pytest.raises(Refused, match="已归还"):
        care_items.destroy_item(gone, signature=sheet, by=house.cast.station_staff, at=NOW)
    with pytest.raises(Conflict):
        care_items.destroy_item(item, signature=sheet, by=house.cast.station_staff, at=NOW)
    assert list(SeizedItemMove.objects.values_list("verb", "to_state")) == [("seize", "kept"), ("return", "returned")]


def test_a_seized_thing_needs_its_register_sheet_and_a_keeper_of_the_parties(house):
    with pytest.raises(Refused) as refused:
        seize(house, None)
    assert [str(problem) for problem in refused.value.problems] == ["第 1 条：缺危险物品登记"]
    with pytest.raises(Refused) as refused:
        seize(house, photo(house), item=" ", keeper=house.cast.rivals["social_worker"])
    assert refused.value.problems == ["未填物品", "保管人须是救助站或本机构人员"]


# --- people who are called --------------------------------------------------------------------------------------------
def add(house, name="周砚秋", **changes):
    values = {
        "kind": "key_person",
        "reason": "dementia",
        "guardian": "沈知夏",
        "phone": "13900001234",
        "from_day": date(2024, 5, 1),
    }
    return care_people.add_key_person(
        house.contract, name=name, by=house.cast.social_worker, at=NOW, **(values | changes)
    )


def test_the_register_holds_a_number_and_the_person_is_sealed(house):
    first, second = add(house), add(house, "许星河", kind="revisit_sample")
    assert [(row.entry.kind, row.entry.label, row.entry.facts) for row in (first, second)] == [
        ("key_person", "QH01-K-0001", {}),
        ("revisit_sample", "QH01-K-0002", {}),
    ]
    kept = KeyPerson.objects.get(pk=first.pk)
    assert (str(kept.name), str(kept.phone), kept.name.reveal()) == ("周**", "139****1234", "周砚秋")
    with pytest.raises(Refused) as refused:
        add(house, " ", phone="无", reason="none", guardian="")
    assert refused.value.problems == ["未填姓名", "选择类别", "未填监护人", "联系电话须为 7 至 20 位数字"]


def waiting(house, day=DAY):
    return people.still_to_call(house.contract, day)


def test_a_call_is_logged_once_and_the_week_knows_who_still_waits(house):
    first, _second = add(house), add(house, "许星河")
    assert waiting(house) == (2, 2)
    number = uuid4()
    record = care_people.log_call(first, id=number, result="stable", by=house.cast.social_worker, at=NOW)
    care_people.log_call(first, id=number, result="stable", by=house.cast.social_worker, at=NOW)
    assert (record.kind, record.mode, record.minutes, record.narrative.reveal()) == (
        "phone_revisit",
        "phone",
        5,
        "情况平稳",
    )
    assert (ServiceRecord.objects.count(), waiting(house), waiting(house, DAY + timedelta(days=7))) == (
        1,
        (1, 2),
        (2, 2),
    )


def test_whoever_wandered_off_again_is_noted_with_what_the_office_was_told(house):
    person = add(house)
    record = care_people.log_call(
        person,
        id=uuid4(),
        result="notable",
        again=True,
        told=True,
        note="在车站附近被找到",
        by=house.cast.social_worker,
        at=NOW,
    )
    assert record.facts == {"vagrant_again": True, "told_civil_affairs": True}
    assert record.narrative.reveal() == "在车站附近被找到。发现反复流浪，已反馈辖区民政部门"
    row = people.week_list(house.cast.social_worker, house.contract, DAY)[0]
    assert (row.name, row.is_done, row.is_again, row.is_told, row.last) == ("周砚秋", True, True, True, DAY)


def test_the_list_of_the_week_costs_the_same_for_one_and_for_nine(house, django_assert_num_queries):
    add(house)
    with django_assert_num_queries(5):
        people.week_list(house.cast.social_worker, house.contract, DAY)
    for number in range(8):
        add(house, f"许星{number}")
    with django_assert_num_queries(5):
        assert len(people.week_list(house.cast.social_worker, house.contract, DAY)) == 9


def test_a_telephone_number_is_shown_for_a_purpose_and_kept_in_the_trail(house):
    person = add(house)

    def reveal(by, purpose="本周回访通话", field="phone"):
        return care_people.reveal_key_person(person, field, purpose=purpose, by=by, at=NOW)

    assert reveal(house.cast.social_worker) == "13900001234"
    event = AuditEvent.objects.get(action="key_person.reveal")
    assert (event.fields_seen, event.detail["purpose"]) == (["phone"], "本周回访通话")
    for by, purpose, field in (
        (house.cast.rivals["social_worker"], "本周回访通话", "phone"),
        (house.cast.social_worker, "看", "phone"),
        (house.cast.social_worker, "本周回访通话", "reason"),
    ):
        with pytest.raises(Refused):
            reveal(by, purpose, field)
