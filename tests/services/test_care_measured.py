"""The rescue station's own contract counts from the care of a few days: with a round left out and a medicine missed."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest

from config.contract_file import load
from contracts.models import Contract
from services.actions import batches, care, care_medicines, care_people, care_rounds, incidents
from services.indicators.measure import measure_contract
from services.models import CareLine, Incident, ServiceRecord
from services.rules import care as rules
from services.rules.care import Said
from tenancy.clock import SHANGHAI
from tenancy.models import Organisation
from tests.cast import at
from tests.services.dormitory import FCG, make_dormitory

MONDAY = date(2024, 6, 3)
DAYS = [MONDAY + timedelta(days=number) for number in range(3)]
HOURS = {"morning": 8, "noon": 12, "evening": 19, "night": 23}


@pytest.fixture
def house(act):
    Organisation.objects.filter(kind="purchaser").update(name="防城港市救助管理站")
    contract = load(FCG.read_text(encoding="utf-8"), by=act.contract_manager, at=at("2024-05-20 09:00")).contract
    Contract.objects.filter(pk=contract.pk).update(
        state="active",
        provider=act.provider,
        amount=590000,
        signed_on=MONDAY,
        starts_on=MONDAY,
        ends_on=date(2025, 6, 2),
    )
    contract = Contract.objects.get(pk=contract.pk)
    house = make_dormitory(act, contract=contract, since=MONDAY, admitted=at("2024-06-03 00:10"))
    house.station = contract
    return house


def moment(day, hour, minute=0):
    return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI)


def shift(house, day, slot, lines):
    begin = moment(day, HOURS[slot])
    known = {
        "id": uuid4(), "contract": house.station, "day": day, "slot": slot, "slots": rules.DAY_ROUND, "started_at": begin,
        "ended_at": begin + timedelta(minutes=30), "by": house.cast.social_worker, "at": begin + timedelta(minutes=40),
    }  # fmt: skip
    made = care.hand_in_shift(lines={stay.pk: said for stay, said in lines.items()}, **known)
    care.verify_shift(made, by=house.cast.quality_control, at=begin + timedelta(minutes=50))
    return made


def go_round(house, day, slot, *hazards):
    begin = moment(day, HOURS[slot])
    return care_rounds.go_round(
        id=uuid4(), contract=house.station, slot=slot, slots=rules.DAY_ROUND, started_at=begin, ended_at=begin + timedelta(minutes=15),
        workers=1, hazards=hazards, by=house.cast.social_worker, at=begin + timedelta(minutes=20),
    )  # fmt: skip


def clean(house, day, rooms):
    begin = moment(day, 9)
    care_rounds.clean_rooms(
        id=uuid4(), contract=house.station, chosen=[room.pk for room in rooms], disinfected={room.pk for room in rooms}, started_at=begin,
        ended_at=begin + timedelta(minutes=30), by=house.cast.social_worker, at=begin + timedelta(minutes=40),
    )  # fmt: skip


def play(house):
    """Three days: the noon round of the second day is left out, and on the third evening a medicine is missed."""
    first, second, third = house.stays
    second.entry.facts = {"limited_mobility": True}
    second.entry.save()
    care_medicines.start_medication(
        first.entry, medicine="奥氮平片", dose="1 片", times=["19:30"], prescribed_by="市三院", from_day=MONDAY, by=house.cast.social_worker, at=moment(MONDAY, 8)
    )  # fmt: skip
    for number, day in enumerate(DAYS):
        washed = Said("normal", {"meal": True, "wash": True, "linen": number != 1})
        fed = Said("normal", {"meal": True})
        shift(
            house,
            day,
            "morning",
            {first: washed, second: washed if number != 1 else fed, third: washed if number else fed},
        )
        given = Said("normal", {"meal": True, "medicine": True, "routine": True})
        missed = Said("notable", {"meal": True, "medicine": False, "routine": False}, "拒绝服药")
        evening = {first: missed if number == 2 else given, second: Said("normal", {"meal": True, "routine": True})}
        made = shift(house, day, "evening", evening)
        for slot in HOURS:
            if (number, slot) != (1, "noon"):
                go_round(house, day, slot, *(["插座松动"] if (number, slot) == (0, "morning") else []))
        if number < 2:
            clean(house, day, house.rooms)
    care.report_missed(made.lines.get(entry=first.entry), by=house.cast.social_worker, at=moment(DAYS[2], 20))
    person = care_people.add_key_person(
        house.station, kind="revisit_sample", reason="dementia", name="周砚秋", guardian="沈知夏", phone="13900001234", from_day=MONDAY,
        by=house.cast.social_worker, at=moment(MONDAY, 9),
    )  # fmt: skip
    care_people.log_call(person, id=uuid4(), result="stable", by=house.cast.social_worker, at=moment(DAYS[1], 10))
    waiting = list(ServiceRecord.objects.select_related("contract", "case", "group").filter(state="submitted"))
    batches.verify_records(waiting, by=house.cast.quality_control, at=moment(DAYS[2], 23, 50))
    for incident in Incident.objects.all():
        incidents.confirm_incident(incident, by=house.cast.contract_manager, at=moment(DAYS[2], 23, 55))


def counted(house):
    table = measure_contract(house.station, on=DAYS[2])
    return {
        row.code: list(row.cells) if row.cells is not None else None if row.value is None else str(row.value)
        for row in table.rows
    }


def test_the_stations_indicators_count_from_the_care_of_three_days(house):
    play(house)
    found = counted(house)
    # Cells: reached, due so far, in the whole term.
    wanted = {
        "FCG-06": [1, 1, 52],
        "FCG-25": [2, 3, 365],  # not washed on the second day
        "FCG-26": [2, 2, 156],
        "FCG-27": [2, 2, 365],
        "FCG-30": "83.3",  # 5 of 6
        "FCG-31": "94.4",  # 17 of 18: a medicine was not taken
        "FCG-32": "1",
        "FCG-40": [2, 3, 365],  # no noon round on the second day
        "FCG-41": "0.0",
    }
    assert {code: found[code] for code in wanted} == wanted


def test_what_is_put_right_counts_from_then_on(house):
    play(house)
    shift = CareLine.objects.get(incident__isnull=False).shift
    line = care.return_line(
        shift.lines.get(incident__isnull=False),
        reason="药已补服",
        by=house.cast.quality_control,
        at=moment(DAYS[2], 23, 56),
    )
    assert counted(house)["FCG-31"] == "100.0"  # 16 of 16, while the line is with its writer
    said = Said("normal", {"meal": True, "medicine": True, "routine": True}, "22 时补服")
    care.correct_line(line, said=said, by=house.cast.social_worker, at=moment(DAYS[2], 23, 57))
    care.verify_shift(shift, by=house.cast.quality_control, at=moment(DAYS[2], 23, 58))
    hazard = Incident.objects.get(kind="hazard")
    incidents.close_incident(
        hazard, closed_on=DAYS[2], outcome="更换插座", by=house.cast.contract_manager, at=moment(DAYS[2], 23, 59)
    )
    found = counted(house)
    assert {code: found[code] for code in ("FCG-30", "FCG-31", "FCG-41")} == {
        "FCG-30": "100.0",
        "FCG-31": "100.0",
        "FCG-41": "100.0",
    }
