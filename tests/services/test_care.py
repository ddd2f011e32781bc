"""The care journal: a dormitory's shift in one act, verified in one act, one line put right with what it said before."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.actions import care
from services.models import CareLine, CareLineMove, CareShift, Incident, ServiceRecord
from services.rules import care as rules
from services.rules.care import Said
from tenancy.audit import broken_links
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.services.dormitory import make_dormitory

BEGIN, LATER = at("2024-06-04 08:00"), at("2024-06-04 09:30")
DAY = BEGIN.date()
ALL = Said("normal", {"meal": True, "medicine": True, "routine": True, "wash": True, "linen": True})
WELL = Said("normal", {"meal": True, "routine": True, "wash": True})


@pytest.fixture
def house(act):
    return make_dormitory(act)


def hand_in(house, lines, *, id=None, by=None, slot="morning", hours=1, begin=BEGIN):
    return care.hand_in_shift(
        id=id or uuid4(), contract=house.contract, day=begin.date(), slot=slot, slots=rules.DAY_ROUND, started_at=begin,
        ended_at=begin + timedelta(hours=hours), lines={stay.pk: said for stay, said in lines.items()}, by=by or house.cast.social_worker,
        at=begin + timedelta(hours=1.5),
    )  # fmt: skip


def kept():
    rows = ServiceRecord.objects.order_by("team__label", "kind", "started_at")
    return [(row.team.label[-1], row.kind, row.facts, row.state) for row in rows]


def test_a_shift_leaves_the_records_that_each_line_says(house):
    first, second, third = house.stays
    shift = hand_in(
        house,
        {
            first: WELL,
            second: Said("notable", {"meal": False, "linen": True, "mood": "low"}, "没有胃口"),
            third: Said("absent", {"away": "hospital"}),
        },
    )
    assert kept() == [
        ("1", "basic_care", {"washed": True}, "submitted"),
        ("1", "reminder", {"reminded_of": "meal", "done": True}, "submitted"),
        ("1", "routine_check", {"complied": True}, "submitted"),
        ("2", "linen_change", {}, "submitted"),
        ("2", "reminder", {"reminded_of": "meal", "done": False}, "submitted"),
    ]
    lines = {line.entry_id: line for line in shift.lines.all()}
    assert [lines[stay.entry_id].presence for stay in house.stays] == ["normal", "notable", "absent"]
    assert lines[second.entry_id].note.reveal() == "没有胃口"
    told = ServiceRecord.objects.get(kind="linen_change").narrative.reveal()
    assert told == "没有胃口（随班集中登记）"
    assert list(CareLineMove.objects.order_by().values_list("verb", "to_state").distinct()) == [
        ("hand_in", "submitted")
    ]
    assert broken_links() == []


def test_the_same_shift_sent_again_is_there_once(house):
    number, lines = uuid4(), dict.fromkeys(house.stays, WELL)
    once = hand_in(house, lines, id=number)
    again = hand_in(house, {house.stays[0]: Said("absent", {"away": "leave"})}, id=number)
    assert (again.pk, CareShift.objects.count(), CareLine.objects.count(), ServiceRecord.objects.count()) == (
        once.pk,
        1,
        3,
        9,
    )
    assert set(CareLine.objects.values_list("presence", flat=True)) == {"normal"}


def test_nobody_takes_another_shifts_number(house):
    number = uuid4()
    hand_in(house, {house.stays[0]: WELL}, id=number)
    with pytest.raises(Refused, match="已被别人使用"):
        hand_in(house, {house.stays[1]: WELL}, id=number, by=house.cast.agency_manager)


def test_two_workers_of_a_shift_share_its_residents(house):
    first, second, third = house.stays
    hand_in(house, {first: WELL, second: WELL})
    with pytest.raises(Refused, match="QH01-Z-0002 1 人本班已登记"):
        hand_in(house, {second: WELL, third: WELL}, by=house.cast.agency_manager)
    hand_in(house, {third: WELL}, by=house.cast.agency_manager)
    assert (CareShift.objects.count(), CareLine.objects.count()) == (2, 3)


def test_a_line_that_appears_at_the_same_instant_is_a_conflict(house, monkeypatch):
    hand_in(house, {house.stays[0]: WELL})
    monkeypatch.setattr(CareLine.objects, "filter", lambda **_kept: CareLine.objects.none())
    with pytest.raises(Conflict):
        hand_in(house, {house.stays[0]: WELL})


@pytest.mark.parametrize("who", ["rivals", "quality_control", "station_staff"])
def test_only_the_agencys_workers_hand_in(house, who):
    by = house.cast.rivals["social_worker"] if who == "rivals" else getattr(house.cast, who)
    with pytest.raises(Refused, match="只有承接本合同的机构"):
        hand_in(house, {house.stays[0]: WELL}, by=by)
    assert not CareShift.objects.exists()


def test_whoever_left_the_station_is_not_looked_after(house):
    gone = house.stays[0]
    gone.entry.to_day = DAY - timedelta(days=1)
    gone.entry.save()
    with pytest.raises(Refused, match="有 1 人这一天不在站"):
        hand_in(house, {gone: WELL})
    assert not CareShift.objects.exists()


def test_sixty_residents_cost_as_many_statements_as_three(act):
    house, counts = make_dormitory(act, 60), []
    for day, number in ((2, 3), (3, 60), (4, 3)):
        lines = dict.fromkeys(house.stays[:number], ALL)
        with CaptureQueriesContext(connection) as asked:
            shift = hand_in(house, lines, begin=at(f"2024-06-0{day} 08:00"))
            care.verify_shift(shift, by=act.quality_control, at=LATER + timedelta(days=9))
        counts.append(len(asked))
    assert counts[1] == counts[2]
    assert ServiceRecord.objects.filter(state="verified").count() == 330


def test_quality_control_verifies_a_shift_in_one_act(house):
    shift = hand_in(house, {house.stays[0]: WELL, house.stays[1]: Said("absent", {"away": "leave"})})
    with pytest.raises(Refused, match="只有本机构的质控"):
        care.verify_shift(shift, by=house.cast.social_worker, at=LATER)
    assert care.verify_shift(shift, by=house.cast.quality_control, at=LATER) == 2
    assert {state for *_, state in kept()} == {"verified"}
    assert set(shift.lines.values_list("state", flat=True)) == {"verified"}
    with pytest.raises(Refused, match="没有待核"):
        care.verify_shift(shift, by=house.cast.quality_control, at=LATER)


def test_a_correction_changes_the_records_and_keeps_what_was_said(house):
    first = house.stays[0]
    line = hand_in(house, {first: Said("notable", {"meal": False, "linen": True}, "头晕")}).lines.get()
    line = care.correct_line(line, said=WELL, by=house.cast.social_worker, at=LATER)
    assert kept() == [
        ("1", "basic_care", {"washed": True}, "submitted"),
        ("1", "linen_change", {}, "draft"),
        ("1", "reminder", {"reminded_of": "meal", "done": True}, "submitted"),
        ("1", "routine_check", {"complied": True}, "submitted"),
    ]
    move = CareLineMove.objects.get(verb="correct")
    assert (move.presence, move.marks, move.note.reveal()) == ("notable", {"meal": False, "linen": True}, "头晕")
    assert (line.version, len(line.records), len(line.taken_back)) == (2, 3, 1)
    line = care.correct_line(
        line, said=Said("notable", {"linen": True}, "又换了"), by=house.cast.social_worker, at=LATER
    )
    assert [row for row in kept() if row[3] == "submitted"] == [("1", "linen_change", {}, "submitted")]
    assert (len(line.records), len(line.taken_back)) == (1, 3)


def test_what_is_verified_is_returned_before_it_is_corrected(house):
    shift = hand_in(house, dict.fromkeys(house.stays, WELL))
    care.verify_shift(shift, by=house.cast.quality_control, at=LATER)
    line = shift.lines.get(entry=house.stays[1].entry)
    with pytest.raises(Refused, match="请质控先退回"):
        care.correct_line(line, said=WELL, by=house.cast.social_worker, at=LATER)
    with pytest.raises(Refused, match="写明"):
        care.return_line(line, reason=" ", by=house.cast.quality_control, at=LATER)
    line = care.return_line(line, reason="当天已住院", by=house.cast.quality_control, at=LATER)
    assert {row[0]: row[3] for row in kept()} == {"1": "verified", "2": "returned", "3": "verified"}
    line = care.correct_line(line, said=Said("absent", {"away": "hospital"}), by=house.cast.social_worker, at=LATER)
    assert {row[3] for row in kept() if row[0] == "2"} == {"draft"}
    assert [move.verb for move in line.moves.all()] == ["hand_in", "verify", "return", "correct"]
    assert care.verify_shift(shift, by=house.cast.quality_control, at=LATER) == 1


def test_only_who_wrote_a_line_corrects_it(house):
    line = hand_in(house, {house.stays[0]: WELL}).lines.get()
    with pytest.raises(Refused, match="只能更正自己登记的班次"):
        care.correct_line(line, said=WELL, by=house.cast.agency_manager, at=LATER)


def test_a_missed_medicine_is_reported_once(house):
    line = hand_in(house, {house.stays[0]: Said("notable", {"medicine": False}, "药已用完")}).lines.get()
    care.report_missed(line, by=house.cast.social_worker, at=LATER)
    incident = Incident.objects.get()
    assert (incident.kind, incident.title, incident.narrative.reveal()) == (
        "missed_meal_or_medicine",
        "QH01-Z-0001 漏服药",
        "药已用完",
    )
    with pytest.raises(Refused, match="已报告过"):
        care.report_missed(line, by=house.cast.social_worker, at=LATER)


def test_each_act_leaves_one_event_of_its_own(house):
    shift = hand_in(house, {house.stays[0]: WELL})
    care.verify_shift(shift, by=house.cast.quality_control, at=LATER)
    line = care.return_line(shift.lines.get(), reason="核对", by=house.cast.quality_control, at=LATER)
    care.correct_line(line, said=WELL, by=house.cast.social_worker, at=LATER)
    events = AuditEvent.objects.filter(action__startswith="care.").order_by("seq").values_list("action", flat=True)
    assert list(events) == ["care.hand_in", "care.verify", "care.return", "care.correct"]
