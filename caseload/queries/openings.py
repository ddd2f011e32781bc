"""What of a household's sealed words may be laid out for a member who fills in one of its forms."""

from caseload.queries import disclosure
from caseload.rules import disclosure as rules


def may_lay_out(member, household, people, *, on):
    """({person id: bool}, bool for the household's own): whether a purpose is enough to open the values.

    Filling in the form is the purpose; of a child, an approval would be asked for one value at a time, so nothing is laid out
    except to the worker of the child's own case (docs/decisions/who-sees-names.md).
    """
    found, own = disclosure.openings(member, household, people, on=on)
    return {pk: opening.kind == rules.PURPOSE for pk, opening in found.items()}, own.kind == rules.PURPOSE
