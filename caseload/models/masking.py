"""The masks of a person's values: of a minor neither the surname nor more than two signs of a number (rules/disclosure.py).

A mask is what a value prints as wherever it is printed, so it asks the clock itself how old the person is today.
"""

from caseload.rules import disclosure
from tenancy import clock, masks


def _minor(person):
    return disclosure.is_minor(person.birth_date, person.relation, on=clock.today())


@masks.by_row
def name(text, *, row):
    """周**; of a minor 某某, with the number of the family's file where the family is at hand."""
    if not _minor(row):
        return masks.name(text)
    household = row._state.fields_cache.get("household")
    return disclosure.minors_name(household.number) if household is not None else "某某"


@masks.by_row
def id_number(text, *, row):
    return masks.id_number(text, minor=_minor(row))


@masks.by_row
def phone(text, *, row):
    return masks.phone(text, minor=_minor(row))
