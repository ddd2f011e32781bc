"""Reads of consequences: who sees which, what waits for a decision, what stops payments now."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import Http404

from contracts.models import Contract, Termination
from contracts.queries import debarments, visible_contracts
from evaluations.models import Consequence
from evaluations.queries.rectification import reminders as counted_reminders
from evaluations.rules import consequences as rules
from tenancy import clock
from tenancy.permissions import ROLES, Permission, allows


def visible_consequences(member, *, on):
    """What the member may see: the purchaser and auditors everything, the contract's own agency what was decided for."""
    contracts = visible_contracts(member, on=on, money=True).order_by().values("pk")
    rows = Consequence.objects.filter(contract__in=contracts)
    return rows if ROLES[member.role].side in ("purchaser", "audit") else rows.filter(state=rules.ADOPTED)


def is_concerned(member):
    """Whether the member may ever see consequences: not those who only score, nor subdistricts."""
    return ROLES[member.role].side in ("purchaser", "provider", "audit")


def get_consequence(member, pk, *, on):
    """A consequence that the member may see, with its contract and people, or 404."""
    row = (
        visible_consequences(member, on=on)
        .select_related(
            "contract__provider",
            "contract__purchaser",
            "round",
            "rectification",
            "ends",
            "proposed_by__account",
            "decided_by__account",
        )
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise Http404
    return row


def may_decide(member, contract):
    """Whether the member decides for the purchaser of the contract."""
    return allows(member, Permission.CONSEQUENCE_DECIDE) and member.organisation_id == contract.purchaser_id


def undecided(contract, *, evaluation=None):
    """The proposals of a contract that wait for a decision, of one evaluation's rounds if it is named."""
    rows = Consequence.objects.filter(contract=contract, state=rules.PROPOSED)
    return rows if evaluation is None else rows.filter(round__evaluation=evaluation)


def waiting(member, *, on):
    """The proposals that the member may decide on now: all of its bureau's but its own, the oldest first."""
    if not allows(member, Permission.CONSEQUENCE_DECIDE):
        return Consequence.objects.none()
    rows = visible_consequences(member, on=on).filter(
        state=rules.PROPOSED, contract__purchaser_id=member.organisation_id
    )
    return rows.exclude(proposed_by__account_id=member.account_id).select_related("contract").order_by("proposed_at")


def reminders(contract):
    """How many reminders the contract has counted."""
    return counted_reminders(contract).given


def wants_re_evaluation(round):
    """Whether the contract lets a rectification after this round be followed by another evaluation."""
    return round.consequences.filter(effect=rules.RE_EVALUATE).exclude(state=rules.DECLINED).exists()


# --- what stops payments ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Stop:
    """Why nothing of a contract is paid: `kind` is hold, cancel or terminated; the clause in the contract's own words."""

    kind: str
    title: str
    clause: str
    clause_text: str
    since: date | None
    reason: str = ""
    pk: UUID | None = None
    # What has to come before payments go on: an order that is open, another evaluation.
    waits_for: str = ""


def stops(contract):
    """The stops of payment of a contract that were decided and have not ended."""
    return Consequence.objects.filter(contract=contract, effect=rules.HOLD, state=rules.ADOPTED, ended_at=None)


def payment_stops(contract, *, on):
    """Everything that stops the contract's payments on the day: adopted stops in force, cancelled funds, its termination."""
    end = Termination.objects.filter(contract=contract, day__lte=on).first()
    found = []
    if end is not None:
        found.append(Stop("terminated", "合同已解除", end.clause, end.clause_text, end.day, end.reason))
    elif contract.state == Contract.State.TERMINATED and not Termination.objects.filter(contract=contract).exists():
        found.append(Stop("terminated", "合同已解除", "", "", None))
    rows = Consequence.objects.filter(
        contract=contract, effect__in=(rules.HOLD, rules.CANCEL), state=rules.ADOPTED
    ).select_related("contract", "round")
    for row in rows.order_by("decided_at", "id"):
        since, ended = clock.day_of(row.decided_at), clock.day_of(row.ended_at) if row.ended_at else None
        if since > on or (ended is not None and ended <= on):
            continue
        kind = "hold" if row.effect == rules.HOLD else "cancel"
        awaited = waits_for(row) if kind == "hold" else ""
        found.append(Stop(kind, row.title, row.clause, row.clause_text, since, row.reason, row.pk, awaited))
    return found


def waits_for(stop):
    """整改合格、重新评估合格: what the same result asked for beside the stop and has not come yet."""
    if stop.round_id is None:
        return ""
    asked = set(
        Consequence.objects.filter(round_id=stop.round_id, effect__in=(rules.RECTIFY, rules.RE_EVALUATE))
        .exclude(state__in=(rules.DECLINED, rules.LAPSED))
        .values_list("effect", flat=True)
    )
    orders = stop.contract.rectifications.filter(round_id=stop.round_id)
    if orders.filter(state="verified").exists():
        asked.discard(rules.RECTIFY)
    later = stop.contract.rounds.filter(evaluation=stop.round.evaluation, no__gt=stop.round.no, result="passed")
    if later.exists():
        asked.clear()
    words = {rules.RECTIFY: "整改合格", rules.RE_EVALUATE: "重新评估合格"}
    return "、".join(word for effect, word in words.items() if effect in asked)


def resumed_after(contract, round_pk, *, on):
    """The day on which payments were let go on after a failed round whose rectification suffices, or None.

    Where the contract asks for another evaluation, only that one opens the payment again.
    """
    rows = Consequence.objects.filter(contract=contract, round_id=round_pk)
    if rows.filter(effect=rules.RE_EVALUATE).exists():
        return None
    held = rows.filter(effect=rules.HOLD, state=rules.ADOPTED, ended_at__isnull=False).order_by("ended_at").last()
    is_mended = contract.rectifications.filter(round_id=round_pk, state="verified").exists()
    day = clock.day_of(held.ended_at) if held is not None and is_mended else None
    return day if day is not None and day <= on else None


def _for_reader(rows, member):
    """Without what is about money, for those who see none."""
    return rows if allows(member, Permission.MONEY_VIEW) else rows.exclude(effect__in=rules.OF_MONEY)


# --- for the pages ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Listed:
    """A consequence as lists tell it."""

    row: Consequence
    told: str


def listed(rows):
    return [Listed(row, rules.effect_told(row.effect, row.months, row.years)) for row in rows]


def stand_of(contract, *, on):
    """What a consequence would act on (rules.Stand)."""
    provider = contract.provider.short_name if contract.provider else ""
    return rules.Stand(contract.ends_on, contract.delivery_deadline, provider, on)


def section(member, contract, on):
    """What the contract's page shows of consequences: proposals, what was decided, debarments; None where there is nothing."""
    if not is_concerned(member):
        return None
    rows = visible_consequences(member, on=on).filter(contract=contract).select_related("round", "decided_by__account")
    rows = listed(_for_reader(rows, member))
    kept = list(debarments(contract.provider, on=on)) if contract.provider_id else []
    kept = [row for row in kept if ROLES[member.role].side != "provider" or row.contract_id == contract.pk]
    changes = list(contract.term_changes.select_related("by__account"))
    end = Termination.objects.filter(contract=contract).select_related("by__account").first()
    if not (rows or kept or changes or end):
        return None
    return {
        "rows": sorted(rows, key=lambda one: one.row.state != rules.PROPOSED),
        "waiting": sum(one.row.state == rules.PROPOSED for one in rows),
        "debarments": kept,
        "term_changes": changes,
        "termination": end,
        "may_decide": may_decide(member, contract),
    }


def siblings(row, member, *, on):
    """The other consequences of the same round or order, as lists tell them."""
    rows = visible_consequences(member, on=on).filter(contract=row.contract).exclude(pk=row.pk)
    if row.round_id:
        return listed(_for_reader(rows.filter(round=row.round), member))
    if row.rectification_id:
        return listed(_for_reader(rows.filter(rectification=row.rectification), member))
    return []


def overview(member, *, on):
    """Everything that the member may see of consequences: what waits for a decision, and the last decided."""
    rows = visible_consequences(member, on=on).select_related(
        "contract", "round", "proposed_by__account", "decided_by__account"
    )
    rows = _for_reader(rows, member)
    return {
        "open": listed(rows.filter(state=rules.PROPOSED).order_by("proposed_at")),
        "decided": listed(rows.exclude(state=rules.PROPOSED).order_by("-decided_at", "-proposed_at")[:50]),
    }
