"""How a stay changes: lock, decide, swap, remember. What all of its acts share."""

import json

from django.db import IntegrityError, transaction

from caseload.actions import registers
from caseload.models import Stay, StayMove, StayPaper
from caseload.rules import station as rules
from contracts.models import Contract
from tenancy import audit
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused, broken_rule


def refuse_unless_working(member, contract):
    """Only people of the agency that performs the contract work on its stays, and only while it runs."""
    if contract.provider_id != member.organisation_id or not allows(member, Permission.STAY_WORK):
        raise Refused("只有承接本合同的机构可以办理")
    refuse_unless_running(contract)


def refuse_unless_deciding(member, contract):
    """Only the station itself decides."""
    if contract.purchaser_id != member.organisation_id or not allows(member, Permission.STAY_CONFIRM):
        raise Refused("只有救助站可以决定")
    refuse_unless_running(contract)


def refuse_unless_running(contract):
    if contract.state != Contract.State.ACTIVE:
        raise Refused("合同不在履行中，不能办理")


def past(moment, *, at, after=None, word="时间"):
    """The moment itself; Refused when it lies in the future, or before what it has to follow."""
    if moment > at:
        raise Refused(f"{word}不得晚于现在")
    if after is not None and moment < after:
        raise Refused(f"{word}不得早于入站")
    return moment


def locked(stay, verb, reason=""):
    """The stay as it is now, locked, if the act is possible and nobody has moved it since it was seen."""
    if not rules.allowed(verb, stay.state):
        raise Refused(rules.refusal(verb, stay.state))
    if verb in rules.NEEDS_REASON and not reason.strip():
        raise Refused("写明原因")
    now = Stay.objects.select_for_update(of=("self",)).select_related("contract", "entry").get(pk=stay.pk)
    if now.state != stay.state:
        raise Conflict(f"刚被别人办理过，现在是“{rules.STATE_LABELS[now.state]}”。刷新后再看一次")
    return now


def move(stay, verb, *, by, at, reason="", facts=None, papers=(), **values):
    """The one way in which a stay changes. `stay` comes from locked(); returns it as it is now.

    `facts` and `papers` go to its entry on the register, where indicators count them.
    """
    seen = stay.state
    values["state"] = rules.goal_state(verb, seen)
    for field, value in values.items():
        setattr(stay, field, value)
    stored = {field: Stay._meta.get_field(field).pre_save(stay, False) for field in values}
    try:
        with transaction.atomic():
            moved = Stay.objects.filter(pk=stay.pk, state=seen).update(**stored)
    except IntegrityError as error:
        raise Refused("没有办成", [broken_rule(error, Stay, "与在站情况不符")]) from error
    if not moved:
        raise Conflict()
    if facts or papers:
        stay.entry = registers.note(stay.entry, facts=facts, papers=papers)
    remember(stay, verb, seen, by=by, at=at, reason=reason)
    return stay


def remember(stay, verb, from_state, *, by, at, reason=""):
    """The history row and the audit event of an act."""
    StayMove.objects.create(
        stay=stay, verb=verb, from_state=from_state, to_state=stay.state, by=by, at=at, reason=reason.strip()[:400]
    )
    audit.record(f"stay.{verb}", by=by, at=at, target=stay, from_state=from_state, to_state=stay.state)


def whole(kind, answers):
    """The form's answers, trimmed; Refused with every open question."""
    data = rules.kept(kind, answers)
    gaps = rules.gaps(kind, data)
    if gaps:
        raise Refused("还不能提交", [f"{rules.FORMS[kind].title}未填：{'、'.join(gaps)}"])
    return data


def lay(stay, kind, *, by, at, data=None, file=None, on=None):
    """Lay a paper into the file, under the stay's lock; one that comes again is its next version."""
    text = json.dumps(data, ensure_ascii=False) if data else ""
    version = StayPaper.objects.filter(stay=stay, kind=kind).count() + 1
    return StayPaper.objects.create(
        stay=stay, kind=kind, version=version, file=file, data=text, filled_on=on or day_of(at), filled_by=by, created_at=at
    )  # fmt: skip


def basic_papers(stay):
    """The part 基础信息 of the file, once it is complete."""
    gaps = rules.basic_gaps(
        stay, id_number=bool(stay.id_number), name=bool(stay.name), features=bool(stay.features)
    )  # fmt: skip
    return () if gaps else ("basic_information",)
