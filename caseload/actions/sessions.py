"""What verified sessions put into the file that they belong to: nothing is typed or uploaded twice."""

from django.db import transaction

from caseload.models import Case, CasePaper, Group, GroupPaper
from tenancy import audit


@transaction.atomic
def note_session_papers(subject, kinds, *, by, at):
    """Say which paper kinds the verified sessions of a Case or Group prove now; papers added by hand stay.

    Called whenever a session is verified, or a verified one is returned, so it also takes back what is no longer proved.
    """
    model, laid = (
        (Case, CasePaper.objects.filter(case=subject, is_draft=False))
        if isinstance(subject, Case)
        else (Group, GroupPaper.objects.filter(group=subject))
    )
    locked = model.objects.select_for_update(of=("self",)).get(pk=subject.pk)
    kinds = sorted(kinds)
    if kinds == locked.session_papers:
        return
    gone = set(locked.session_papers) - set(laid.values_list("kind", flat=True))
    papers = sorted((set(locked.papers) - gone) | set(kinds))
    model.objects.filter(pk=locked.pk).update(papers=papers, session_papers=kinds)
    subject.papers, subject.session_papers = papers, kinds
    audit.record("sessions.papers_noted", by=by, at=at, target=locked, kinds=kinds)
