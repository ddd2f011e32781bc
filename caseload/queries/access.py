"""Who may see and write what of the caseload, and what every page of it needs."""

from django.db.models.functions import Length
from django.http import Http404

from contracts.models import ContractArea, Label
from contracts.queries import in_sight, own_area, visible_contracts
from tenancy.permissions import ROLES, Permission, allows


def visible_to(rows, member, *, on):
    """Rows with `contract` and `street` that the member may see: its contracts, and only its own street for a subdistrict."""
    if ROLES[member.role].side == "evaluator":
        return rows.none()
    return in_sight(rows, member, on=on)


def one_of(rows, pk):
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def own_contracts(member, *, on):
    """The contracts under which the member's own agency works: the ones whose ledger and cases it may write."""
    return visible_contracts(member, on=on).filter(provider_id=member.organisation_id)


def may_write(member, contract):
    """Whether the member's agency performs the contract: a grant or an office lets people read, never write."""
    return contract.provider_id == member.organisation_id


def may_reveal(member, contract):
    """Whether the member may see personal values under the contract: a grant opens another agency's work, not its people."""
    is_guest = ROLES[member.role].side == "provider" and not may_write(member, contract)
    return allows(member, Permission.PERSON_REVEAL) and not is_guest


def labels(family):
    """{code: word} of one family of the contracts' own labels."""
    return dict(Label.objects.filter(family=family).values_list("code", "label"))


def next_number(model, contract, mark):
    """The next free number of a contract's households ("H") or cases ("GA"): QH01-H-0001. Call it under the contract's lock."""
    prefix = f"{contract.code}-{mark}-"
    last = (
        model.objects.filter(number__startswith=prefix, number__regex=rf"^{prefix}[0-9]+$")
        .order_by(Length("number").desc(), "-number")
        .values_list("number", flat=True)
        .first()
    )
    return int(last.removeprefix(prefix)) + 1 if last else 1


def page_of(rows, *, key, after="", before="", limit=50):
    """A page of rows ordered by a unique text column: (rows, the key to go back before or "", the key to go on after or "")."""
    if before and not after:
        found = list(rows.filter(**{f"{key}__lt": before}).order_by(f"-{key}")[: limit + 1])
        more, found = len(found) > limit, found[:limit][::-1]
        return found, getattr(found[0], key) if more and found else "", getattr(found[-1], key) if found else ""
    rows = rows.order_by(key)
    found = list((rows.filter(**{f"{key}__gt": after}) if after else rows)[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    return found, getattr(found[0], key) if after and found else "", getattr(found[-1], key) if more else ""


def served_streets(member, *, on):
    """The streets of the member's world: its own, or all that its contracts serve."""
    area = own_area(member)
    if area:
        return [area.pk]
    contracts = visible_contracts(member, on=on).order_by().values("pk")
    return list(ContractArea.objects.filter(contract__in=contracts).values_list("area_id", flat=True).distinct())
