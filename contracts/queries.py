"""Reads of contracts, and who may see which: the access functions that other apps build on."""

from django.db.models import Q
from django.http import Http404

from contracts.models import Contract, ReadGrant, StaffPost
from tenancy.permissions import ROLES


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
    posted = StaffPost.objects.filter(membership=member, from_day__lte=on).filter(Q(to_day__isnull=True) | Q(to_day__gte=on))
    return contracts.filter(pk__in=posted.values("contract_id"))


def _granted(member, on):
    grants = ReadGrant.objects.filter(organisation_id=member.organisation_id, from_day__lte=on)
    return grants.filter(Q(to_day__isnull=True) | Q(to_day__gte=on)).values("contract_id")


def get_contract(member, pk, *, on, money=False):
    """A contract that the member may see, with its parties, or 404."""
    contract = visible_contracts(member, on=on, money=money).select_related("purchaser", "provider", "procurement").filter(pk=pk).first()
    if contract is None:
        raise Http404
    return contract


def own_area(member):
    """The subdistrict to which the member is confined, or None for those who see every area."""
    return member.organisation.area if ROLES[member.role].side == "subdistrict" else None


def contract_areas(contract):
    """The contract's subdistricts, in its own order."""
    return [row.area for row in contract.contractareas.select_related("area")]
