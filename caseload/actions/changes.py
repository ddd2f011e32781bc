"""What stands of a household or a member gives way to something else: written in one place, the old value kept sealed."""

from caseload.models import LedgerChange
from caseload.rules import ledger
from tenancy.clock import day_of

# Items that have a column of their own; every other one stands in the sealed details.
COLUMNS = {"address", "note", "phone", "relation"}


def write(household, person, values, *, by, at, first_too=False, **proof):
    """Write {item: text} into a locked household (`person` None) or one of its locked people; "" clears an item.

    A value that stood before goes to the change register (LedgerChange) with what proves the change: `proof` is reported_on,
    reporter, evidence, file, paper. A first value changes nothing that stood and goes there only when `first_too`. No audit
    event of its own. Returns the changes.
    """
    row, changes = person or household, []
    details, columns = ledger.opened(row.details.reveal()), []
    for item, text in values.items():
        text = text.strip()
        old = _column(row, item) if item in COLUMNS else details.get(item, "")
        if item in COLUMNS:
            setattr(row, item, text)
            columns.append(item)
        else:
            details[item] = text
        if old != text and (old or first_too):
            known = {"reported_on": day_of(at), **proof}
            changes.append(
                LedgerChange(household=household, person=person, item=item, old=old, new=text, by=by, at=at, **known)
            )
    row.details = ledger.packed(details)
    row.save(update_fields=["details", *columns])
    LedgerChange.objects.bulk_create(changes)
    return changes


def standing(row, item):
    """What a household or a person holds now, in plain words. Whoever shows it has checked the permission and kept the audit."""
    return _column(row, item) if item in COLUMNS else ledger.opened(row.details.reveal()).get(item, "")


def _column(row, item):
    value = getattr(row, item)
    return value if isinstance(value, str) else value.reveal()
