"""Reads of the registers."""

from django.db.models import Q

from caseload.models import (
    RegisterEntry,
)
from caseload.queries.access import one_of
from contracts.queries import visible_contracts


def register_entries(contract, kinds, *, on):
    """The entries of some registers that are present on the day, in order of their labels."""
    rows = RegisterEntry.objects.filter(contract=contract, kind__in=kinds, from_day__lte=on).filter(
        Q(to_day=None) | Q(to_day__gte=on)
    )
    return rows.select_related("area__street", "street", "household", "person", "contract").order_by(
        "kind", "label", "id"
    )


def get_register_entry(member, pk, *, on):
    """An entry of a register under a contract that the member may see, or 404."""
    contracts = visible_contracts(member, on=on).order_by().values("pk")
    return one_of(RegisterEntry.objects.select_related("contract", "household").filter(contract__in=contracts), pk)
