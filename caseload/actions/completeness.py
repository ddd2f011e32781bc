"""Keeps beside each household how complete its file is, so that lists and indicators count it without opening sealed values."""

from django.db import transaction

from caseload import queries
from caseload.models import Household, RegisterEntry
from caseload.rules import completeness, ledger
from tenancy import scope
from tenancy.clock import day_of

BATCH = 500


def refresh_file(household, *, at):
    """Count one household's file again; part of every act that changes it, without an audit event of its own."""
    _refresh([household.pk], on=day_of(at))


def facts_of(made):
    """What the register of files tells indicators: the ledger alone, and the whole file with its forms and guardians."""
    return {"ledger_complete": completeness.ledger_complete(made), "complete": completeness.is_complete(made)}


@transaction.atomic
def refresh_files(households, *, at):
    """Count the files of many households again: a number of statements that grows with batches only. Returns how many changed.

    For whatever is not an act on one household: a category requires other fields, a period ends, a child comes of age.
    """
    pks = list(households.order_by("pk").values_list("pk", flat=True))
    return sum(_refresh(pks[start : start + BATCH], on=day_of(at)) for start in range(0, len(pks), BATCH))


def _refresh(pks, *, on):
    scope.current()
    rows = list(Household.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk"))
    made = queries.file_items(rows, on=on)
    counted = []
    for row in rows:
        asked, filled = len(made[row.pk]), sum(item.is_filled for item in made[row.pk])
        if (row.items_asked, row.items_filled) != (asked, filled):
            row.items_asked, row.items_filled = asked, filled
            counted.append(row)
    Household.objects.bulk_update(counted, ["items_asked", "items_filled"])
    return _note(made) + len(counted)


def _note(made):
    """Only facts that changed are written: a written row asks for a new measurement."""
    entries = RegisterEntry.objects.select_for_update(of=("self",)).filter(
        household__in=list(made), kind=ledger.FILE_REGISTER, to_day=None
    )
    changed = []
    for entry in entries.order_by("pk"):
        facts = {**entry.facts, **facts_of(made[entry.household_id])}
        if facts != entry.facts:
            entry.facts = facts
            changed.append(entry)
    RegisterEntry.objects.bulk_update(changed, ["facts"])
    return len(changed)
