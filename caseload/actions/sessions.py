"""What verified sessions put into the file that they belong to: nothing is typed or uploaded twice."""

from django.db import transaction

from caseload.models import Case, CasePaper, Group, GroupPaper
from tenancy import audit


@transaction.atomic
def note_session_papers(subject, kinds, *, by, at, sessions=0, direct=0):
    """Say which paper kinds the verified sessions of a Case or Group prove now; papers added by hand stay.

    `sessions` and `direct` say how many sessions of a case are verified, and how many of them were direct: closing it asks
    for so many. Called whenever a session is verified, or a verified one is returned, so it also takes back what is no longer
    proved.
    """
    model, laid = (
        (Case, CasePaper.objects.filter(case=subject, is_draft=False))
        if isinstance(subject, Case)
        else (Group, GroupPaper.objects.filter(group=subject))
    )
    locked = model.objects.select_for_update(of=("self",)).get(pk=subject.pk)
    kinds = sorted(kinds)
    counts = {"sessions": sessions, "direct_sessions": direct} if model is Case else {}
    if kinds == locked.session_papers and all(getattr(locked, name) == value for name, value in counts.items()):
        return
    gone = set(locked.session_papers) - set(laid.values_list("kind", flat=True))
    papers = sorted((set(locked.papers) - gone) | set(kinds))
    values = {"papers": papers, "session_papers": kinds, **counts}
    model.objects.filter(pk=locked.pk).update(**values)
    for name, value in values.items():
        setattr(subject, name, value)
    audit.record("sessions.papers_noted", by=by, at=at, target=locked, kinds=kinds, **counts)
