"""Reads of papers handed to the purchaser; the access function of this part."""

from django.db.models import Count
from django.http import Http404

from caseload.queries import labels
from contracts.models import RequiredDocument
from contracts.queries import visible_contracts
from services.models import Deliverable
from services.rules import deliverables as rules
from tenancy.permissions import ROLES, Permission, allows

# Both parties and their auditors see the papers between them.
SIDES = frozenset({"purchaser", "provider", "audit", "evaluator"})


def visible_deliverables(member, on):
    """The papers of the contracts that the member may see on the day; a subdistrict is no party to them."""
    rows = Deliverable.objects.filter(contract__in=visible_contracts(member, on=on).order_by().values("pk"))
    return rows if ROLES[member.role].side in SIDES else rows.none()


def get_deliverable(member, pk, *, on):
    """A paper that the member may see, with contract and file, or 404."""
    row = (
        visible_deliverables(member, on)
        .select_related("contract", "file", "delivered_by__account")
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise Http404
    return row


def may_deliver(member, contract):
    """Whether the member hands papers to the purchaser: for the agency that performs the contract."""
    return contract.provider_id == member.organisation_id and allows(member, Permission.REPORT_WRITE)


def owed_papers(contract):
    """The contract's list of papers against what is there (rules.Owed), in its order; two statements."""
    counts = Deliverable.objects.filter(contract=contract).order_by().values_list("kind", "state").annotate(Count("pk"))
    return rules.owed(
        RequiredDocument.objects.filter(contract=contract), {(kind, state): number for kind, state, number in counts}
    )


def deliverables_of(member, contract, on):
    """The contract's papers, newest first, with their people and files."""
    rows = (
        visible_deliverables(member, on)
        .filter(contract=contract)
        .select_related("file", "area", "delivered_by__account", "decided_by__account")
    )
    return list(rows.order_by("-delivered_on", "-id"))


def document_labels(contract):
    """{kind: word} of the papers that the contract names: its own list first, then the words for codes."""
    required = RequiredDocument.objects.filter(contract=contract).values_list("kind", "title")
    return {**labels("document"), **dict(required)}
