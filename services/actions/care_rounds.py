"""Rounds of the station and the cleaning of its rooms: one tap each, with what was found on the way."""

from uuid import uuid5

from django.db import transaction

from caseload.queries.station import rooms
from services.actions import batches, incidents, records
from services.actions.batches import Entry
from services.models import ServiceRecord
from services.rules import care as rules
from services.rules import records as record_rules
from tenancy import audit
from tenancy.clock import day_of
from tenancy.problems import Refused

MOST = 8


@transaction.atomic
def go_round(*, id, contract, slot, slots, started_at, ended_at, workers, hazards, by, at, narrative=""):
    """Log a safety round in a slot of the day and report each hazard that was found as an incident of its own.

    `hazards` are short texts, none when everything was in order. The same id again returns the record that is there.
    """
    known = _known(id, contract, by)
    if known is not None:
        return known
    found = [" ".join(text.split())[:80] for text in hazards if text.strip()]
    label = next((row.label for row in slots if row.code == slot), "")
    if not label:
        raise Refused("没有登记", [record_rules.Fault("slot", "选择时段")])
    if len(found) > MOST:
        raise Refused(f"一次最多登记 {MOST} 处隐患，其余另报")
    values = {
        "title": f"{label}安全巡查", "started_at": started_at, "ended_at": ended_at, "workers": workers, "narrative": narrative,
        "facts": {"slot": slot, "hazards_found": len(found)},
    }  # fmt: skip
    record = batches.log_records([Entry(rules.ROUND, values, id=id)], contract=contract, by=by, at=at)[0]
    for text in found:
        incidents.report_incident(contract, kind=rules.HAZARD, title=text, happened_at=ended_at, by=by, at=at)
    audit.record("care.round", by=by, at=at, target=record, slot=slot, hazards=len(found))
    return record


def _known(id, contract, by):
    """The member's own record with this id, when it was sent before; nobody takes another's."""
    known = ServiceRecord.objects.filter(pk=id).first()
    if known is not None and (known.created_by_id != by.pk or known.contract_id != contract.pk):
        raise Refused("这个记录编号已被别人使用。回到上一页重新登记")
    return known


@transaction.atomic
def clean_rooms(*, id, contract, chosen, disinfected, started_at, ended_at, by, at):
    """Log that rooms were cleaned, each with a record of its own, in one act; returns how many were logged now.

    A room that was logged under the same id before is left as it is.
    """
    records._refuse_non_writer(contract, by)
    there = {
        room.pk: room for room in rooms(contract, on=day_of(started_at)).select_related("area__street", "contract")
    }
    wanted = [there[pk] for pk in dict.fromkeys(chosen) if pk in there]
    if not wanted:
        raise Refused("没有登记", [record_rules.Fault("rooms", "选择房间")])
    numbers = {uuid5(id, str(room.pk)): room for room in wanted}
    known = set(ServiceRecord.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    made = [
        Entry(
            rules.CLEANING,
            {"team": room, "started_at": started_at, "ended_at": ended_at, "facts": {"disinfected": room.pk in disinfected}, "narrative": ""},
            id=number,
        )
        for number, room in numbers.items()
        if number not in known
    ]  # fmt: skip
    if made:
        batches.log_records(made, contract=contract, by=by, at=at)
        audit.record("care.clean", by=by, at=at, target=contract, rooms=len(made))
    return len(made)
