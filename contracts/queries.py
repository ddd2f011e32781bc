"""Reads of contracts, and who may see which: the access functions that other apps build on."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Q
from django.http import Http404

from contracts.models import Contract, Debarment, Label, OpenReading, ReadGrant, StaffPost
from contracts.rules import age, breach_damages, changed
from tenancy import workdays
from tenancy.models import Area, Membership, Organisation
from tenancy.permissions import ROLES, Permission, allows


def visible_contracts(member, *, on, money=False):
    """The contracts that the member may see on the day.

    Purchasers and auditors see all of the tenant. A provider sees its own, and those that a grant opens to it (never
    their money). A subdistrict sees those that serve its area. An evaluator or expert sees those to which it is posted.
    """
    side = ROLES[member.role].side
    contracts = Contract.objects.all()
    if side in ("purchaser", "audit"):
        return contracts
    if side == "provider":
        mine = Q(provider_id=member.organisation_id)
        return contracts.filter(mine if money else mine | Q(pk__in=_granted(member, on)))
    if money:
        return contracts.none()
    if side == "subdistrict":
        return contracts.filter(contractareas__area_id=member.organisation.area_id)
    posted = StaffPost.objects.filter(membership=member, from_day__lte=on).filter(
        Q(to_day__isnull=True) | Q(to_day__gte=on)
    )
    return contracts.filter(pk__in=posted.values("contract_id"))


def _granted(member, on):
    grants = ReadGrant.objects.filter(organisation_id=member.organisation_id, from_day__lte=on)
    return grants.filter(Q(to_day__isnull=True) | Q(to_day__gte=on)).values("contract_id")


def get_contract(member, pk, *, on, money=False):
    """A contract that the member may see, with its parties, or 404."""
    contract = (
        visible_contracts(member, on=on, money=money)
        .select_related("purchaser", "provider", "procurement")
        .filter(pk=pk)
        .first()
    )
    if contract is None:
        raise Http404
    return contract


def sees_money(member, contract, *, on):
    """Whether the member may see this contract's sums: by role, and by being a party or an auditor of it."""
    return (
        allows(member, Permission.MONEY_VIEW)
        and visible_contracts(member, on=on, money=True).filter(pk=contract.pk).exists()
    )


def may_staff(member, contract):
    """Whether the member may enter people of this contract: its handler, and its own provider's manager."""
    is_party = ROLES[member.role].side == "purchaser" or contract.provider_id == member.organisation_id
    return allows(member, Permission.STAFF_MANAGE) and is_party


def get_staff_post(member, pk, *, on):
    """A person in post on a contract that the member may see, or 404."""
    return _part(StaffPost, member, pk, on)


def get_grant(member, pk, *, on):
    """A read grant on a contract that the member may see, or 404."""
    return _part(ReadGrant, member, pk, on)


def get_reading(member, pk, *, on):
    """An open reading of a contract that the member may see, or 404."""
    return _part(OpenReading, member, pk, on)


def _part(model, member, pk, on):
    row = (
        model.objects.select_related("contract")
        .filter(pk=pk, contract__in=visible_contracts(member, on=on).values("pk"))
        .first()
    )
    if row is None:
        raise Http404
    return row


def own_area(member):
    """The subdistrict to which the member is confined, or None for those who see every area."""
    return member.organisation.area if ROLES[member.role].side == "subdistrict" else None


def in_own_area(rows, member):
    """Of rows with a `street`, those inside the member's own area; all of them for those who see every area."""
    area = own_area(member)
    return rows if area is None else rows.filter(street=area)


def in_sight(rows, member, *, on):
    """Of rows with `contract` and `street`, those that the member may see on the day: its contracts, inside its own area.

    An agency that handed the files of a contract over sees no person of it from the day after.
    """
    contracts = visible_contracts(member, on=on).order_by()
    if ROLES[member.role].side == "provider":
        contracts = contracts.exclude(files_handed_on__lt=on)
    return in_own_area(rows.filter(contract__in=contracts.values("pk")), member)


def contract_areas(contract):
    """The contract's subdistricts, in its own order."""
    return [row.area for row in contract.contractareas.select_related("area")]


def streets_of(contract):
    """The subdistricts in which a contract's families and groups may be: its own, or all of the bureau's when it names none."""
    own = contract.contractareas.all()
    return Area.objects.filter(Q(pk__in=own.values("area_id")) | ~Exists(own), level=Area.Level.STREET)


def hours_table(contract):
    """{kind of activity: {"per": row | minutes | participants, "hours": worth}} where the contract converts; else minutes count."""
    return {row["kind"]: row for row in contract.terms.get("hours", [])}


def area_counts(contract):
    """How many subdistricts and towns, communities, and villages the contract serves."""
    streets = contract.contractareas.values("area_id")
    counted = Area.objects.filter(street__in=streets).aggregate(
        streets=Count("pk", filter=Q(level=Area.Level.STREET)),
        communities=Count("pk", filter=Q(level=Area.Level.COMMUNITY, is_village=False)),
        villages=Count("pk", filter=Q(level=Area.Level.COMMUNITY, is_village=True)),
    )
    return counted["streets"], counted["communities"], counted["villages"]


def areas_with_communities(contract):
    """[(subdistrict, its communities and villages)] of a contract, in order; two statements."""
    streets = contract_areas(contract)
    below = {street.pk: [] for street in streets}
    for area in Area.objects.filter(level=Area.Level.COMMUNITY, street__in=streets):
        below[area.street_id].append(area)
    return [(street, below[street.pk]) for street in streets]


def in_post(contract, *, on):
    """The people in post on the day, with their accounts, purchaser's first."""
    rows = contract.staffposts.select_related("membership__account", "membership__organisation").filter(
        from_day__lte=on
    )
    return rows.filter(Q(to_day__isnull=True) | Q(to_day__gte=on))


def project_leads(contract, *, on):
    """{"purchaser": name, "provider": name} of the project leads in post (第八条第一款)."""
    return {row.side: row.name for row in in_post(contract, on=on).filter(post="project_lead").order_by("from_day")}


def told_facts(rows, *, shows_birth, on):
    """{post id: [words]} of what is counted of people in post, in the tenant's words; births only to who manages staff."""
    facts, choices, approvals = labels("fact"), labels("choice"), labels("approval")
    told = {}
    for row in rows:
        words = [
            f"{facts.get(name, name)}：{'是' if value is True else '否' if value is False else choices.get(value, value)}"
            for name, value in row.facts.items()
        ]
        if shows_birth and row.born_on:
            words.append(f"{age(row.born_on, on)} 周岁")
        told[row.pk] = words + [f"{approvals.get(code, code)}" for code in row.approvals]
    return told


def labels(family):
    """{code: word} of one family of the tenant's labels."""
    return dict(Label.objects.filter(family=family).values_list("code", "label"))


def postable(contract, member):
    """The memberships whom the member may put in post: a provider's own people, or those of every other kind."""
    rows = Membership.objects.filter(is_active=True).select_related("account", "organisation")
    if ROLES[member.role].side == "provider":
        return rows.filter(organisation_id=member.organisation_id)
    return rows.filter(
        Q(organisation_id=contract.provider_id) | ~Q(organisation__kind=Organisation.Kind.PROVIDER)
    ).exclude(role__in=["system_admin", "audit_admin"])


def grantable(contract):
    """The organisations that may be let read a contract: providers, subdistricts and evaluators that are no party to it."""
    return Organisation.objects.exclude(kind=Organisation.Kind.PURCHASER).exclude(pk=contract.provider_id)


@dataclass(frozen=True)
class Listed:
    """One line of the list of contracts; `shows_money` is false for contracts read by grant."""

    contract: Contract
    shows_money: bool
    deadline: date | None
    days_left: int | None


def listed(member, *, on):
    """The contracts that the member may see, by code, each with its next deadline in working days."""
    contracts = list(
        visible_contracts(member, on=on).select_related("purchaser", "provider").prefetch_related("contractareas__area")
    )
    open_money = allows(member, Permission.MONEY_VIEW)
    paying = set(visible_contracts(member, on=on, money=True).values_list("pk", flat=True)) if open_money else set()
    days = workdays.calendar()
    return [Listed(row, row.pk in paying, *_next_deadline(row, days, on)) for row in contracts]


def _next_deadline(contract, days, on):
    """The delivery deadline while it lies ahead, then the end of the term; (day, working days left)."""
    ahead = [day for day in (contract.delivery_deadline, contract.ends_on) if day is not None and day >= on]
    if contract.state != Contract.State.ACTIVE or not ahead:
        return None, None
    return ahead[0], days.between(on, ahead[0])


def days_to_deadline(contract, *, on):
    """Working days from the day to the delivery deadline, negative once it has passed; None without a deadline."""
    return workdays.calendar().between(on, contract.delivery_deadline) if contract.delivery_deadline else None


@dataclass(frozen=True)
class Damages:
    """What breaches cost and when they open termination: the first rule with a rate, the first with limits."""

    rule: object
    each: object
    limit_rule: object


def damages(contract):
    """The contract's damages for a breach as one card shows them, or None when it agrees on none."""
    rules = list(contract.penaltyrules.all())
    rated = next((rule for rule in rules if rule.rate), None)
    if rated is None or contract.amount is None:
        return None
    return Damages(
        rated, breach_damages(contract.amount, rated.rate), next((rule for rule in rules if rule.limits), None)
    )


def agreed_evaluations(contract):
    """The contract's evaluations as its file says them, each with what the decided readings of unclear places make of it."""
    said = contract.terms.get("evaluations", [])
    for reading in contract.openreadings.exclude(decision="").exclude(sets={}):
        changes = reading.sets.get(reading.decision, {})
        said = [changed(row, changes[row["code"]]) if row["code"] in changes else row for row in said]
    return said


def debarments(provider, *, on):
    """What keeps a provider from new contracts of this tenant on the day, the longest first."""
    rows = Debarment.objects.filter(provider=provider, from_day__lte=on, to_day__gte=on)
    return rows.filter(Q(lifted_on__isnull=True) | Q(lifted_on__gt=on)).select_related("contract").order_by("-to_day")


def debarment(provider, *, on):
    """The debarment of a provider that lasts longest, or None."""
    return debarments(provider, on=on).first()


def is_debarred(provider, *, on):
    """Whether no new contract may be made with the provider on the day."""
    return debarments(provider, on=on).exists()


def get_debarment(member, pk, *, on):
    """A debarment that follows from a contract that the member may see as a party, or 404."""
    visible = visible_contracts(member, on=on, money=True).order_by().values("pk")
    row = Debarment.objects.filter(pk=pk, contract__in=visible).select_related("provider", "contract").first()
    if row is None:
        raise Http404
    return row
