"""What waits for a member: steps of requests, returned requests to correct, milestones that can be requested."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from payments.models import Milestone
from payments.queries.access import visible_milestones
from payments.queries.standing import standings
from payments.rules import flow
from tenancy.permissions import Permission, allows


@dataclass(frozen=True)
class Waiting:
    """One thing to do: what, of which contract, since when, on which working day of its limit (0: none), and the verb."""

    title: str
    told: str
    contract: str
    milestone: UUID
    since: date
    elapsed: int
    limit: int
    due_on: date | None
    verb: str
    amount: object


def waiting_for(member, *, on):
    """What waits for the member, the nearest limit first; for the agency also what it can ask for."""
    mine = [step for step in flow.STEPS if allows(member, step.permission)]
    if mine:
        rows = _standings(member, on=on, requests__state__in=[step.waits for step in mine])
        found = [_step(row) for row in rows if row.step in mine]
    elif allows(member, Permission.PAYMENT_REQUEST):
        rows = _standings(member, on=on, contract__provider_id=member.organisation_id, state=Milestone.State.OPEN)
        found = [waiting for waiting in map(_agency, rows) if waiting]
    else:
        found = []
    return sorted(found, key=lambda waiting: (waiting.due_on or date.max, waiting.since))


def _standings(member, *, on, **filters):
    chosen = visible_milestones(member, on=on).filter(**filters).values("pk")
    rows = Milestone.objects.filter(pk__in=chosen).select_related(
        "term", "contract__provider", "contract__purchaser", "last_check"
    )
    return standings(rows.order_by("contract__code", "no"), on=on)


def _step(row):
    hand, milestone = row.hand, row.milestone
    told = (
        f"{milestone.contract.provider.short_name}申请，第 {row.request.round} 次"
        if row.request.round > 1
        else f"{milestone.contract.provider.short_name}申请"
    )
    return _waiting(row, f"{milestone.title}申请{hand.verb}", told, hand)


def _agency(row):
    if row.state == flow.RETURNED:
        return _waiting(row, f"{row.milestone.title}申请补正", row.request.return_reason.splitlines()[0], row.hand)
    if row.state == "payable":
        milestone, checked = row.milestone, row.milestone.last_check.as_of
        return Waiting(
            f"{milestone.title}可以申请",
            "条件全部满足",
            str(milestone.contract),
            milestone.pk,
            checked,
            0,
            0,
            None,
            "申请",
            milestone.amount,
        )
    return None


def _waiting(row, title, told, hand):
    return Waiting(
        title,
        told,
        str(row.milestone.contract),
        row.milestone.pk,
        hand.since,
        hand.elapsed,
        hand.limit,
        hand.due_on,
        hand.verb,
        row.milestone.amount,
    )
