"""How complete the files of households are, and what of them was changed."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q

from caseload.models import Carer, HouseholdCategory, HouseholdPaper, LedgerChange, Person
from caseload.queries.access import one_of
from caseload.queries.households import visible_households
from caseload.rules import completeness, ledger, people
from caseload.rules.disclosure import is_minor


def present_on(on):
    """The condition of an interval that holds the day."""
    return Q(from_day__lte=on) & (Q(to_day=None) | Q(to_day__gte=on))


def incomplete():
    """The condition of a household whose file lacks something, as it was last counted; one never counted lacks everything."""
    return Q(items_asked=0) | Q(items_filled__lt=F("items_asked"))


def ending_soon(*, on):
    """Periods of categories that end today or within the days of ledger.SOON, and are not renewed yet."""
    renewed = HouseholdCategory.objects.filter(
        household=OuterRef("household"), category=OuterRef("category"), from_day__gt=OuterRef("from_day")
    )
    rows = HouseholdCategory.objects.filter(to_day__gte=on, to_day__lte=on + timedelta(days=ledger.SOON))
    return rows.exclude(Exists(renewed))


def file_items(households, *, on):
    """{household's pk: [completeness.Item]}: five statements, however many households. Opens what is sealed and shows none of it."""
    pks = [household.pk for household in households]
    held, persons, roles, papers = (defaultdict(list) for _ in range(4))
    for row in HouseholdCategory.objects.filter(present_on(on), household__in=pks).select_related("category"):
        held[row.household_id].append(completeness.Held(tuple(row.category.required_fields), row.person_id))
    for row in Carer.objects.filter(present_on(on), household__in=pks):
        roles[row.person_id] += ledger.BY_CARERS if row.role == Carer.Role.BOTH else [row.role]
    for person in Person.objects.filter(household__in=pks):
        persons[person.household_id].append(_member(person, roles[person.pk], on=on))
    kinds = HouseholdPaper.objects.filter(household__in=pks, is_draft=False, kind__in=completeness.FORMS)
    for household, kind in kinds.order_by().values_list("household_id", "kind").distinct():
        papers[household].append(kind)
    return {
        household.pk: completeness.items(
            held[household.pk], members=persons[household.pk], filled=set(ledger.opened(household.details.reveal())), papers=papers[household.pk]
        )
        for household in households
    }  # fmt: skip


def _member(person, roles, *, on):
    details, minor = ledger.opened(person.details.reveal()), is_minor(person.birth_date, person.relation, on=on)
    return completeness.Member(
        person.pk, called(person, on=on), is_minor=minor, is_head=person.is_head,
        is_incapable=details.get(ledger.CAPACITY) in (ledger.LIMITED, ledger.INCAPABLE), filled=frozenset(details), carers=frozenset(roles),
    )  # fmt: skip


def called(person, *, on):
    """What a member is called among the own family, without a purpose: 江**（户主）, 孙女（2015年生）."""
    minor = is_minor(person.birth_date, person.relation, on=on)
    name = "" if minor else str(person.name)
    return people.called(name, person.relation, person.birth_date, minor=minor)


def items_of(household, *, on):
    """The Items of one household's file."""
    return file_items([household], on=on)[household.pk]


def carers_of(household):
    """Who cares for the household's members or is their guardian, present ones first."""
    rows = Carer.objects.filter(household=household).select_related("person__household", "member__household")
    return sorted(rows, key=lambda row: (row.to_day is not None, row.from_day))


def changes_of(household):
    """The change register of a household, newest first."""
    return LedgerChange.objects.filter(household=household).select_related(
        "person__household", "file", "by__account", "paper"
    )


def papers_of(household):
    """The papers in a household's file, oldest first, without drafts."""
    rows = HouseholdPaper.objects.filter(household=household, is_draft=False)
    return rows.select_related("file", "filled_by__account", "filled_by__organisation")


def household_drafts(household):
    """{kind: draft} of a household's forms."""
    rows = HouseholdPaper.objects.filter(household=household, is_draft=True).select_related("filled_by__account")
    return {row.kind: row for row in rows}


def get_carer(member, pk, *, on):
    """A carer of a household that the member may see, or 404."""
    rows = Carer.objects.select_related("household__contract", "person__household__contract", "member")
    return one_of(rows.filter(household__in=visible_households(member, on).order_by().values("pk")), pk)


def get_change(member, pk, *, on):
    """A line of the change register of a household that the member may see, or 404."""
    rows = LedgerChange.objects.select_related("household__contract", "person")
    return one_of(rows.filter(household__in=visible_households(member, on).order_by().values("pk")), pk)


def get_belonging(member, pk, *, on):
    """A category's period of a household that the member may see, or 404."""
    rows = HouseholdCategory.objects.select_related("household__contract", "household__area", "category")
    return one_of(rows.filter(household__in=visible_households(member, on).order_by().values("pk")), pk)
