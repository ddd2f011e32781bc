"""Reads of households and people."""

from django.db.models import Count, Prefetch, Q

from caseload.models import (
    Category,
    Household,
    HouseholdCategory,
    HouseholdPaper,
    Person,
    RegisterEntry,
)
from caseload.queries.access import one_of, visible_to
from caseload.rules import cases as case_rules
from caseload.rules import ledger
from caseload.rules.people import normal_id_number, normal_name
from tenancy import keys


def visible_households(member, on):
    """The households that the member may see on the day."""
    return visible_to(Household.objects.all(), member, on=on)


def get_household(member, pk, *, on):
    """A household that the member may see, with contract and area, or 404."""
    return one_of(visible_households(member, on).select_related("contract", "contract__provider", "area", "street"), pk)


def get_person(member, pk, *, on):
    """A person of a household that the member may see, or 404."""
    people = Person.objects.select_related("household", "household__contract")
    return one_of(people.filter(household__in=visible_households(member, on).order_by().values("pk")), pk)


def get_household_paper(member, pk, *, on):
    """A paper of a household that the member may see, or 404."""
    return one_of(
        HouseholdPaper.objects.select_related("file", "household__contract").filter(
            household__in=visible_households(member, on).order_by().values("pk")
        ),
        pk,
    )


def household_list(households, *, on):
    """Households with what a list shows of them: head, area, present categories, numbers of people and open cases."""
    heads = Person.objects.filter(is_head=True)
    present = Q(from_day__lte=on) & (Q(to_day=None) | Q(to_day__gte=on))
    categories = HouseholdCategory.objects.filter(present).select_related("category")
    return (
        households.select_related("area", "street")
        .annotate(
            people_count=Count("people", distinct=True),
            open_cases=Count("cases", filter=~Q(cases__state__in=list(case_rules.ENDED)), distinct=True),
        )
        .prefetch_related(
            Prefetch("people", heads, to_attr="heads"), Prefetch("categories", categories, to_attr="present_categories")
        )
    )


def find_by_id_number(id_number):
    """The person of the open tenant with this identity number, found through the blind index, or None."""
    number = normal_id_number(id_number)
    return (
        Person.objects.filter(id_number_index=keys.blind_index(number)).select_related("household").first()
        if number
        else None
    )


def named(households, name):
    """Those of the households in which a person has this name; a surname alone finds everybody of that surname."""
    index = keys.blind_index(normal_name(name))
    people = Person.objects.filter(Q(name_index=index) | Q(surname_index=index))
    return households.filter(pk__in=people.values("household_id"))


def with_id_number(households, id_number):
    """Those of the households (at most one) in which a person has this identity number."""
    index = keys.blind_index(normal_id_number(id_number))
    return households.filter(pk__in=Person.objects.filter(id_number_index=index).values("household_id"))


def categories():
    """The tenant's categories in order."""
    return Category.objects.all()


def details_of(household):
    """{field: text} of a household's ledger. Whoever shows it has checked the permission and kept the audit."""
    return ledger.opened(household.details.reveal())


def file_entry(household):
    """The household's present entry on the register of files (家庭档案), or None."""
    return RegisterEntry.objects.filter(household=household, kind="household_file", to_day=None).first()
