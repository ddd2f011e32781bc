"""Reads of incidents, and who may see which: the access functions of this part."""

from django.db.models import Count, Q
from django.http import Http404

from contracts.queries import in_sight
from services.models import Incident, IncidentPaper
from services.rules import incidents as rules

PAGE = 200
# What the list may be narrowed by: the state, and of those that happened the ones that are still being dealt with.
OPEN = "open"
FILTERS = {**rules.STATE_LABELS, OPEN: "属实，未办结", "closed": "已办结"}
_CONDITIONS = {
    **{state: Q(state=state) for state in rules.STATE_LABELS},
    OPEN: Q(state=rules.CONFIRMED, closed_on=None),
    "closed": Q(closed_on__isnull=False),
}


def visible_incidents(member, on):
    """The incidents of the contracts that the member may see on the day; a subdistrict sees its own area only."""
    return in_sight(Incident.objects.all(), member, on=on)


def get_incident(member, pk, *, on):
    """An incident that the member may see, with what its page names, or 404."""
    row = _named(visible_incidents(member, on)).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def get_incident_paper(member, pk, paper, *, on):
    """A paper of an incident that the member may see, with its file, or 404."""
    rows = IncidentPaper.objects.filter(incident__in=visible_incidents(member, on).order_by().values("pk"))
    row = rows.select_related("file").filter(pk=paper, incident_id=pk).first()
    if row is None:
        raise Http404
    return row


def _named(rows):
    return rows.select_related(
        "contract__purchaser", "contract__provider", "area__street", "person__household",
        "reported_by__account", "reported_by__organisation", "decided_by__account",
    )  # fmt: skip


def incidents_of(member, contract, *, on, kind="", state=""):
    """The contract's incidents that the member may see, the latest first, narrowed; at most PAGE."""
    rows = _named(visible_incidents(member, on)).filter(contract=contract)
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(_CONDITIONS[state])
    return list(rows.order_by("-happened_at", "-pk")[:PAGE])


def counts_of(member, contract, *, on):
    """{filter: number} of the contract's incidents that the member may see; one statement."""
    rows = visible_incidents(member, on).filter(contract=contract).order_by()
    return rows.aggregate(**{f"n_{name}": Count("pk", filter=condition) for name, condition in _CONDITIONS.items()})


def papers_of(incident):
    """The incident's papers with files and people, the oldest first."""
    return list(IncidentPaper.objects.filter(incident=incident).select_related("file", "added_by__account"))


def moves_of(incident):
    """The incident's history with its people, newest first."""
    return list(incident.moves.select_related("by__account").order_by("-at", "-id"))
