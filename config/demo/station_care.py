"""The care of the station's last three days: journals of its shifts, rounds with one left out, rooms, a medicine, weekly calls."""

from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from caseload.queries.station import residents
from config.demo.agenda import moment
from services.actions import care, care_medicines, care_people, care_rounds
from services.queries import care as queries
from services.rules import care as rules

DAYS = 3
HOURS = {"morning": "07:30", "noon": "12:10", "evening": "19:40", "night": "22:40"}
CALLED = (("key_person", "dementia", "卫长川", "卫小满"), ("revisit_sample", "repeated", "尹槐序", "尹大寒"), ("key_person", "mental", "安归鸿", "安立冬"))  # fmt: skip


def plan(stage):
    """Put the last days' care on the agenda; the noon round of the day before yesterday is left out."""
    for back in range(DAYS, 0, -1):
        day = stage.today - timedelta(days=back)
        for number, (slot, begins) in enumerate(HOURS.items()):
            by = stage.workers[(back + number) % len(stage.workers)]
            stage.agenda.add(
                moment(day, begins) + timedelta(minutes=35), _shift, stage=stage, day=day, slot=slot, by=by
            )
            if (back, slot) != (2, "noon"):
                stage.agenda.add(moment(day, begins) + timedelta(minutes=20), _round, stage=stage, slot=slot, by=by)
        stage.agenda.add(moment(day, "09:30"), _clean, stage=stage, by=stage.workers[0])
    stage.agenda.add(moment(stage.today - timedelta(days=DAYS), "06:40"), _enter, stage=stage)


def _id(*parts):
    return uuid5(NAMESPACE_OID, "-".join(map(str, parts)))


def _enter(*, stage, at):
    """A medicine of somebody who has been in for long, and three people who are called every week."""
    by = stage.workers[0]
    stay = (
        residents(stage.contract, on=at.date())
        .select_related("entry__contract")
        .filter(entry__facts__special_group=True)
        .first()
    )
    if stay is not None:
        care_medicines.start_medication(
            stay.entry, medicine="利培酮片", dose="1 片，饭后", times=["08:00", "20:00"], prescribed_by="市第三人民医院（示例）", from_day=at.date(), by=by, at=at
        )  # fmt: skip
    for number, (kind, reason, name, guardian) in enumerate(CALLED):
        person = care_people.add_key_person(
            stage.contract, kind=kind, reason=reason, name=name, guardian=guardian, phone=f"1000000{number:04d}", from_day=at.date(), by=by, at=at
        )  # fmt: skip
        if number == 0:
            care_people.log_call(
                person, id=_id("call", person.pk), result="stable", by=by, at=at + timedelta(minutes=20)
            )


def _shift(*, stage, day, slot, by, at):
    """Everybody as usual; once somebody eats nothing. Quality control verifies the older shifts."""
    kinds = queries.active_kinds()
    running = next(row for row in rules.DAY_ROUND if row.code == slot)
    lines = {}
    for number, resident in enumerate(queries.journal(by, stage.contract, kinds, running, day)):
        if resident.stay.admitted_at > at:
            continue
        ticked = {mark.code for mark, usual in resident.asked if usual} | (
            {"linen"} if slot == "evening" and day.weekday() in (1, 4) else set()
        )
        is_low = (slot, number) == ("evening", 2) and day == stage.today - timedelta(days=1)
        said, _faults = rules.read(
            rules.NORMAL, ticked=ticked - ({"meal"} if is_low else set()), asked=resident.asked, mood="low" if is_low else "",
            note="不愿吃晚饭，已安慰，夜班再看" if is_low else "",
        )  # fmt: skip
        lines[resident.stay.pk] = said
    shift = care.hand_in_shift(
        id=_id("shift", stage.contract.pk, day, slot), contract=stage.contract, day=day, slot=slot, slots=rules.DAY_ROUND,
        started_at=at - timedelta(minutes=35), ended_at=at - timedelta(minutes=5), lines=lines, by=by, at=at,
    )  # fmt: skip
    if day < stage.today - timedelta(days=1):
        care.verify_shift(shift, by=stage.quality, at=at + timedelta(minutes=30))


def _round(*, stage, slot, by, at):
    hazards = ["男二室插座松动"] if (slot, at.date()) == ("morning", stage.today - timedelta(days=DAYS)) else []
    care_rounds.go_round(
        id=_id("round", stage.contract.pk, at.date(), slot), contract=stage.contract, slot=slot, slots=rules.DAY_ROUND,
        started_at=at - timedelta(minutes=18), ended_at=at - timedelta(minutes=3), workers=1, hazards=hazards, by=by, at=at,
    )  # fmt: skip


def _clean(*, stage, by, at):
    rooms = [room.pk for room in stage.rooms.values()]
    care_rounds.clean_rooms(
        id=_id("clean", stage.contract.pk, at.date()), contract=stage.contract, chosen=rooms, disinfected=set(rooms),
        started_at=at - timedelta(minutes=40), ended_at=at, by=by, at=at,
    )  # fmt: skip
