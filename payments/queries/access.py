"""The access functions: money is seen by the purchaser, by auditors, and by the contract's own provider."""

from django.http import Http404

from contracts.queries import visible_contracts
from documents.models import Snapshot
from payments.models import Invoice, Milestone, PaymentRequest
from payments.rules import flow
from tenancy.permissions import allows


def visible_milestones(member, *, on):
    """The milestones of the contracts whose money the member may see."""
    return Milestone.objects.filter(contract__in=visible_contracts(member, on=on, money=True))


def get_milestone(member, pk, *, on):
    """A milestone with its contract and parties, or 404."""
    return _found(
        visible_milestones(member, on=on).select_related("term", "contract__provider", "contract__purchaser"), pk
    )


def get_request(member, pk, *, on):
    """A request of a milestone that the member may see, or 404."""
    rows = PaymentRequest.objects.filter(milestone__in=visible_milestones(member, on=on))
    return _found(
        rows.select_related(
            "milestone__term", "milestone__contract__provider", "milestone__contract__purchaser", "snapshot"
        ),
        pk,
    )


def get_invoice(member, pk, *, on):
    """An invoice of a milestone that the member may see, or 404."""
    return _found(
        Invoice.objects.filter(milestone__in=visible_milestones(member, on=on)).select_related("milestone", "file"), pk
    )


def get_frozen(milestone, digest):
    """The snapshot of a check that a decision on this milestone rests on, or 404."""
    rows = Snapshot.objects.filter(kind="eligibility", digest=digest, data__milestone=str(milestone.pk)).order_by(
        "frozen_at"
    )
    snapshot = rows.first()
    if snapshot is None:
        raise Http404
    return snapshot


def may_store_check(member):
    """Whether the member may have a check kept: whoever asks for the money or decides on it, nobody who only looks."""
    return any(allows(member, permission) for permission in flow.TAKES_PART)


def _found(rows, pk):
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
