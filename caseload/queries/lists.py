"""Reads of uploaded lists."""

from caseload.models import (
    LedgerImport,
)
from caseload.queries.access import one_of, own_contracts
from contracts.queries import streets_of
from tenancy.models import Area


def get_import(member, pk, *, on):
    """An import of the member's own agency, or 404."""
    return one_of(
        LedgerImport.objects.select_related("contract", "file", "by", "by__account").filter(
            contract__in=own_contracts(member, on=on).order_by().values("pk")
        ),
        pk,
    )


def imports_of(member, *, on):
    """The agency's imports, newest first."""
    return LedgerImport.objects.select_related("contract", "file", "by__account").filter(
        contract__in=own_contracts(member, on=on).order_by().values("pk")
    )


def remembered_columns():
    """{header: column} that people of the tenant have named on their lists, the last word for each header."""
    named = LedgerImport.objects.exclude(columns={}).order_by("-created_at").values_list("columns", flat=True)[:50]
    return {word: name for columns in reversed(named) for word, name in columns.items()}


def places(contract):
    """[(street name, community name, community, street)] of the contract's subdistricts, for reading lists."""
    rows = Area.objects.filter(level=Area.Level.COMMUNITY, street__in=streets_of(contract)).select_related("street")
    return [(row.street.name, row.name, row.pk, row.street_id) for row in rows]
