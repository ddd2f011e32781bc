"""Reads of acceptance, and who may see which round: the access functions that payments builds on."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404

from contracts.models import StaffPost
from contracts.queries import visible_contracts
from evaluations.models import Acceptance, AcceptanceAppeal, AcceptanceExpert, AcceptancePaper
from evaluations.rules import acceptance as rules
from evaluations.rules import checklist
from tenancy import clock
from tenancy.models import Membership
from tenancy.permissions import ROLES, Permission, allows


def visible_acceptances(member, *, on):
    """The rounds that the member may see: those of its contracts, and for an expert only those to whose group it belongs."""
    rows = Acceptance.objects.filter(contract__in=visible_contracts(member, on=on))
    return rows.filter(experts__membership=member) if ROLES[member.role].side == "evaluator" else rows


def get_acceptance(member, pk, *, on):
    """A round that the member may see, or 404."""
    rows = visible_acceptances(member, on=on).select_related(
        "contract__provider", "contract__purchaser", "requested_by__account", "concluded_by__account", "version"
    )
    acceptance = rows.filter(pk=pk).first()
    if acceptance is None:
        raise Http404
    return acceptance


def get_paper(member, pk, *, on):
    """A document of a round that the member may see, or 404."""
    paper = (
        AcceptancePaper.objects.filter(pk=pk, acceptance__in=visible_acceptances(member, on=on))
        .select_related("file")
        .first()
    )
    if paper is None:
        raise Http404
    return paper


def get_appeal(member, pk, *, on):
    """An appeal of a round that the member may see, or 404."""
    rows = AcceptanceAppeal.objects.filter(pk=pk, acceptance__in=visible_acceptances(member, on=on))
    appeal = rows.select_related("acceptance").first()
    if appeal is None:
        raise Http404
    return appeal


def appeal_closed(acceptance):
    """Why nothing can be stated against the round's conclusion now, or "" (the words aside)."""
    return checklist.appeal_problem(
        result=acceptance.result,
        words="…",
        has_appeal=acceptance.appeals.exists(),
        has_later_round=acceptance.contract.acceptances.filter(round__gt=acceptance.round).exists(),
    )


def may_add_paper(acceptance, member):
    """Whether the member may attach a document: the handler always, the agency and the expert group until the conclusion."""
    if allows(member, Permission.ACCEPTANCE_ORGANISE):
        return True
    own = allows(member, Permission.ACCEPTANCE_REQUEST) and member.organisation_id == acceptance.contract.provider_id
    return acceptance.state != rules.CONCLUDED and (own or acceptance.experts.filter(membership=member).exists())


def listed_acceptances(member, *, on):
    """The member's rounds for a list, newest first, with the number of experts and of signatures."""
    rows = visible_acceptances(member, on=on).select_related("contract", "contract__provider")
    # The expert's own filter joins the same table, so the group is counted afresh by id.
    counted = Acceptance.objects.filter(pk__in=rows.values("pk")).select_related("contract", "contract__provider")
    return counted.annotate(
        group_size=Count("experts"), signed=Count("experts", filter=Q(experts__signed_at__isnull=False))
    ).order_by("-requested_at")


def requestable_contracts(member, *, on):
    """The active contracts of the member's own agency for which no round is open and none has passed."""
    busy = Acceptance.objects.filter(~Q(state=rules.CONCLUDED) | Q(result=rules.PASSED))
    rows = visible_contracts(member, on=on).filter(provider_id=member.organisation_id, state="active")
    return rows.exclude(pk__in=busy.values("contract_id"))


def experts_of(acceptance):
    """The expert group, the lead first, with names."""
    return list(
        AcceptanceExpert.objects.filter(acceptance=acceptance).select_related(
            "membership__account", "membership__organisation"
        )
    )


def signatures(experts):
    return [
        rules.Signature(str(expert.membership), expert.is_lead, expert.agrees if expert.signed_at else None)
        for expert in experts
    ]


def posted_experts(contract, *, on):
    """The members in the role of an expert who are posted to the contract on the day."""
    posts = StaffPost.objects.filter(contract=contract, from_day__lte=on).filter(
        Q(to_day__isnull=True) | Q(to_day__gte=on)
    )
    rows = Membership.objects.filter(role="expert", is_active=True, pk__in=posts.values("membership_id"))
    return rows.select_related("account", "organisation")


def waiting_signatures(member, *, on):
    """The rounds whose review day has come and that the expert has not signed."""
    places = AcceptanceExpert.objects.filter(
        membership=member, signed_at=None, acceptance__state=rules.SCHEDULED, acceptance__held_on__lte=on
    )
    return places.select_related("acceptance__contract__provider")


@dataclass(frozen=True)
class AcceptanceResult:
    """Where acceptance stands on a day: `state` is none, requested, scheduled, passed or failed."""

    state: str
    round: int = 0
    held_on: date | None = None
    concluded_on: date | None = None
    rework_until: date | None = None
    unsigned: tuple = ()
    pk: UUID | None = None


def acceptance_result(contract, *, on):
    """Where the contract's acceptance stands on the day; a later round decides, and what was concluded later is not known yet."""
    rounds = [row for row in contract.acceptances.order_by("-round") if clock.day_of(row.requested_at) <= on]
    if not rounds:
        return AcceptanceResult("none")
    last = rounds[0]
    known = last.state == rules.CONCLUDED and last.concluded_on <= on
    state = last.result if known else rules.SCHEDULED if last.held_on else rules.REQUESTED
    unsigned = ()
    if state == rules.SCHEDULED:
        unsigned = tuple(
            str(expert.membership)
            for expert in experts_of(last)
            if expert.signed_at is None or clock.day_of(expert.signed_at) > on
        )
    return AcceptanceResult(
        state,
        last.round,
        last.held_on,
        last.concluded_on if known else None,
        last.rework_until if known else None,
        unsigned,
        last.pk,
    )


def section(member, contract, on):
    """The contract's rounds of acceptance for its page of evaluations, or None for whoever may not look."""
    if not allows(member, Permission.EVALUATION_VIEW):
        return None
    rows = visible_acceptances(member, on=on).filter(contract=contract).order_by("-round")
    return {"rounds": rows.annotate(group_size=Count("experts"), signed=Count("experts__signed_at"))}
