"""What served people agreed to."""

from django.db.models import Q

from caseload.models import Consent
from caseload.queries.access import one_of
from caseload.queries.households import visible_households


def standing(household, *, on, person=None):
    """The consents of a household that hold on the day: its own, and the person's when one is named."""
    rows = Consent.objects.filter(household=household, given_on__lte=on)
    rows = rows.filter(Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on))
    return rows if person is None else rows.filter(Q(person=person) | Q(person__isnull=True))


def agrees(household, kinds, *, on, person=None):
    """Whether every one of the kinds is agreed to on the day, for the person or for the whole household."""
    held = set(standing(household, on=on, person=person).values_list("kind", flat=True))
    return set(kinds) <= held


def consents_of(household):
    """Everything that was agreed to and taken back, newest first."""
    return Consent.objects.filter(household=household).select_related(
        "person__household", "recorded_by__account", "withdrawn_by__account", "file"
    )


def get_consent(member, pk, *, on):
    """A consent of a household that the member may see, or 404."""
    rows = Consent.objects.select_related("household__contract", "person", "file")
    return one_of(rows.filter(household__in=visible_households(member, on).order_by().values("pk")), pk)
