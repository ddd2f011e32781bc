"""What is due while nobody knows who somebody is: the notice, the DNA, the settlement.

The notice within 24 hours and the DNA within a month are national rules (2015 年民政部、公安部意见); the first search within
24 hours and the settlement after three months are the contract's (FCG-04, FCG-D08).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.rules import add_months
from tenancy.clock import SHANGHAI

NOTICE_HOURS, DNA_MONTHS = 24, 1


@dataclass(frozen=True)
class Mark:
    """One thing that is due: by when, and when it was done (None: not yet)."""

    label: str
    due: datetime
    done: datetime | None

    def state(self, now):
        """ok when done in time, warn while it is open, bad when it was done late or is overdue."""
        if (self.done or now) > self.due:
            return "bad"
        return "ok" if self.done else "warn"


def tracing_marks(admitted_at, tracings):
    """The marks of an unidentified person; `tracings` have channel, started_at and published_at."""
    published = min((row.published_at for row in tracings if row.published_at), default=None)
    dna = min((row.started_at for row in tracings if row.channel == "dna"), default=None)
    local = admitted_at.astimezone(SHANGHAI)
    month_later = datetime.combine(add_months(local.date(), DNA_MONTHS), local.timetz())
    return [
        Mark("寻亲公告", admitted_at + timedelta(hours=NOTICE_HOURS), published),
        Mark("DNA 比对", month_later, dna),
    ]


def settlement_day(admitted_on, limit):
    """The day on which the contract's time for settling is over; None without such a limit (caseload.rules.cases.Limit)."""
    if limit is None:
        return None
    return add_months(admitted_on, limit.within) if limit.unit == "months" else admitted_on + timedelta(limit.within)
