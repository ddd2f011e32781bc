"""What served people agreed to."""

from django.db.models import Exists, OuterRef, Q

from caseload.models import Consent
from caseload.queries.access import one_of
from caseload.queries.households import visible_households
from caseload.rules.disclosure import ADULT_AT
from caseload.rules.retention import years_on


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


def photo_may_be_shown(path, *, on):
    """The condition on rows whose `path` leads to a record: nobody of its family took the consent to photos back without giving
    it again, and a minor's photo has one that stands."""
    photo = Consent.objects.filter(kind=Consent.Kind.PHOTO, household=OuterRef(f"{path}__household"))
    standing, taken_back = Exists(photo.filter(withdrawn_on=None)), Exists(photo.filter(withdrawn_on__isnull=False))
    grown = Q(**{f"{path}__person": None}) | Q(**{f"{path}__person__birth_date": None})
    grown |= Q(**{f"{path}__person__birth_date__lte": years_on(on, -ADULT_AT)})
    return (standing | ~taken_back) & (standing | grown)
