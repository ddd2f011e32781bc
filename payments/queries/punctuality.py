"""How the purchaser kept the limits of payment in a time: shown beside the agency's rating of it."""

from dataclasses import dataclass
from datetime import date

from payments.models import Milestone
from payments.queries.standing import standings
from payments.rules.clock import IDLE
from tenancy import workdays


@dataclass(frozen=True)
class Kept:
    """One milestone: by when it was due, when it was paid (None: not yet), and how many working days too late."""

    milestone: Milestone
    due_on: date
    paid_on: date | None
    late: int


def punctuality(contract, *, first, last, on):
    """The milestones whose limit ended, or which were paid, from `first` to `last`; seen from the last day, or from today."""
    until, calendar = min(last, on), workdays.calendar()
    rows = standings(contract.milestones.select_related("term", "contract__provider", "contract__purchaser"), on=until)
    return [
        Kept(
            row.milestone,
            row.clock.due_on,
            row.clock.paid_on,
            max(0, calendar.between(row.clock.due_on, row.clock.paid_on or until)),
        )
        for row in rows
        if row.clock.state != IDLE
        and row.clock.due_on is not None
        and any(day is not None and first <= day <= until for day in (row.clock.due_on, row.clock.paid_on))
    ]
