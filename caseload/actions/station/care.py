"""The first talk, the plan that the station confirms, the bed."""

from django.db import transaction

from caseload.actions.station import moving
from caseload.actions.station.admission import ROOMS
from caseload.rules import station as rules
from tenancy.clock import day_of
from tenancy.problems import Refused


@transaction.atomic
def assess(stay, *, form, done_at, by, at, file=None):
    """Keep the first talk (首次沟通评估表) and what it finds of needs; returns (stay, the paper).

    Key questions may stay open: how complete they are is counted (FCG-12). Raises Refused for other gaps.
    """
    moving.refuse_unless_working(by, stay.contract)
    now = moving.locked(stay, "assess")
    moving.past(done_at, at=at, after=now.admitted_at, word="评估时间")
    data = moving.whole("assessment", form)
    paper = moving.lay(now, "assessment", data=data, file=file, on=day_of(done_at), by=by, at=at)
    now = moving.move(
        now, "assess", by=by, at=at, assessed_at=done_at, facts=_needs(data.get("needs", ())), papers=("physical_assessment",)
    )  # fmt: skip
    return now, paper


def _needs(found):
    return {fact: word in found for fact, word in rules.NEEDS.items()}


@transaction.atomic
def note_needs(stay, *, needs, carer, by, at):
    """Change what is known of the needs (codes of NEEDS), and who looks after the person in particular; returns the stay."""
    moving.refuse_unless_working(by, stay.contract)
    now = moving.locked(stay, "note_needs")
    _refuse_foreign(carer, now)
    facts = {fact: fact in needs for fact in rules.NEEDS} | {"carer": carer is not None or None}
    return moving.move(now, "note_needs", by=by, at=at, carer=carer, facts=facts)


def _refuse_foreign(carer, stay):
    if carer is not None and carer.organisation_id != stay.contract.provider_id:
        raise Refused("专人照料须是承接机构的人员")


@transaction.atomic
def submit_plan(stay, *, form, by, at, carer=None):
    """Hand the care plan (个性化照料方案), or its next version, to the station; returns (stay, the paper)."""
    moving.refuse_unless_working(by, stay.contract)
    now = moving.locked(stay, "submit_plan")
    _refuse_foreign(carer, now)
    data = moving.whole("care_plan", form)
    paper = moving.lay(now, "care_plan", data=data, by=by, at=at)
    values = {"planned_at": at, "planned_by": by, "confirmed_at": None, "confirmed_by": None}
    if carer is not None:
        values |= {"carer": carer, "facts": {"carer": True}}
    return moving.move(now, "submit_plan", by=by, at=at, **values), paper


@transaction.atomic
def confirm_plan(stay, *, by, at, reason=""):
    """The station confirms that the plan fits the needs; returns the stay. Raises Refused for anybody else."""
    moving.refuse_unless_deciding(by, stay.contract)
    now = moving.locked(stay, "confirm_plan")
    return moving.move(
        now, "confirm_plan", by=by, at=at, reason=reason, confirmed_at=at, confirmed_by=by, papers=("process_record",)
    )  # fmt: skip


@transaction.atomic
def return_plan(stay, *, reason, by, at):
    """The station sends the plan back with what must change; returns the stay."""
    moving.refuse_unless_deciding(by, stay.contract)
    now = moving.locked(stay, "return_plan", reason)
    return moving.move(now, "return_plan", by=by, at=at, reason=reason)


@transaction.atomic
def move_bed(stay, *, room, bed, by, at):
    """Give the person another room and bed; None takes the room away. Raises Refused when the bed is taken."""
    moving.refuse_unless_working(by, stay.contract)
    now = moving.locked(stay, "move_bed")
    if room is not None and (room.contract_id != now.contract_id or room.kind != ROOMS):
        raise Refused("所选宿舍不在本合同的名册中")
    return moving.move(now, "move_bed", by=by, at=at, room=room, bed=bed.strip()[:10] if room else "")
