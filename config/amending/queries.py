"""What an amendment would do, on today's records and without writing: indicators and milestones before and after."""

from dataclasses import dataclass, field
from datetime import date

from django.db import DatabaseError, transaction

from contracts.queries import sees_money
from payments.queries import check_milestone
from services.indicators import check, telling
from services.indicators.drafting import definition_of, unsaved
from services.indicators.measure import measure_contract
from services.indicators.status import cut
from services.queries import indicators as words
from services.queries.readings import readings_before
from services.rules.readings import amended

# Terms that look at indicators: no other milestone can be moved by a reading.
LOOKING = {"indicators_complete"}


@dataclass(frozen=True)
class Row:
    """One indicator before and after; `before` is None for one that is new. `is_own` says that the amendment names it."""

    before: object
    after: object
    is_own: bool

    @property
    def completion(self):
        """(before, after) as shares of 1, or None where there is none."""
        return [
            None if one is None or one.row.completion is None else cut(one.row.completion, 4)
            for one in (self.before, self.after)
        ]

    @property
    def changed(self):
        """Whether anything but the sentence differs: value, target, state or completion."""
        if self.before is None:
            return True
        return any(
            getattr(self.before.row, name) != getattr(self.after.row, name)
            for name in ("value", "target_text", "status", "completion", "is_met", "shortfall")
        )


@dataclass(frozen=True)
class Pair:
    """The old and the new sentence of one indicator that an amendment names."""

    code: str
    title: str
    how: str
    before: str
    after: str


@dataclass(frozen=True)
class MilestoneRow:
    """A milestone's check before and after; `conditions` are those that differ: (title, before, after)."""

    milestone: object
    before: object
    after: object

    @property
    def conditions(self):
        old = {one.code: one for one in self.before.conditions}
        new = {one.code: one for one in self.after.conditions}
        told = lambda one: (one.verdict, one.required, one.actual, one.missing) if one else None  # noqa: E731
        codes = dict.fromkeys([*old, *new])
        pairs = [(old.get(code), new.get(code)) for code in codes]
        return [(one or other, one, other) for one, other in pairs if told(one) != told(other)]


@dataclass
class WhatIf:
    """What a set of changes comes to as of a day. With faults there is no more than those."""

    on: date
    faults: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    milestones: list = field(default_factory=list)
    other_milestones: int = 0
    is_complete: tuple = (False, False)
    failed: bool = False

    @property
    def shown(self):
        """The rows that the amendment names or moves."""
        return [row for row in self.rows if row.is_own or row.changed]


def what_if(member, contract, changes, *, on, effective_on):
    """What the changes would do to indicators and to milestones not yet paid, on the records that there are.

    As of today, or of the day on which they would hold if that lies ahead: a target that begins later judges nothing today.
    """
    day = max(on, effective_on)
    definitions = amended([definition_of(row) for row in contract.indicators.all()], changes)
    context = words.context(contract)
    wrong = check.faults(definitions, context)
    if wrong:
        return WhatIf(day, faults=[(code, text) for code, texts in wrong.items() for text in texts])
    found = WhatIf(day)
    try:
        with transaction.atomic():
            _compare(found, member, contract, unsaved(contract, definitions, context), changes)
    except DatabaseError:  # a field holds what can't be compared in this way
        found.failed = True
    return found


def _compare(found, member, contract, rows, changes):
    labels = words.labels()
    before = measure_contract(contract, on=found.on)
    after = measure_contract(contract, on=found.on, indicators=rows)
    own = {change["code"] for change in changes} | {
        change["successor"]["id"] for change in changes if change.get("successor")
    }
    old = before.by_code
    found.rows = [
        Row(
            telling.line(old[row.code], labels) if row.code in old else None, telling.line(row, labels), row.code in own
        )
        for row in after.rows
    ]
    found.is_complete = before.is_complete, after.is_complete
    if sees_money(member, contract, on=found.on):
        unpaid = list(
            contract.milestones.filter(payment=None).select_related("term", "contract__provider", "contract__purchaser")
        )
        looking = [one for one in unpaid if LOOKING & set(one.term.triggers)]
        found.other_milestones = len(unpaid) - len(looking)
        found.milestones = [
            MilestoneRow(
                one, check_milestone(one, on=found.on, table=before), check_milestone(one, on=found.on, table=after)
            )
            for one in looking
        ]


HOW = {"target": "改目标", "reading": "改口径，整个计量期按新的", "succeed": "改口径，此前按旧的"}


def pairs(amendment, found):
    """What an amendment changes, in words: what stood before it, and what it made, or would make (`found`, its what-if)."""
    before = readings_before(amendment)
    after = {row.after.row.code: row.after.row.indicator.sentence for row in found.rows} if found else {}
    kept = amendment.versions.select_related("indicator")
    after |= {version.indicator.code: version.sentence for version in kept}
    made = []
    for change in amendment.changes:
        code, title = change["code"], change["definition"].get("zh", "")
        made.append(Pair(code, title, HOW.get(change.get("how"), "新增"), before.get(code, ""), after.get(code, "")))
        if change.get("successor"):
            code = change["successor"]["id"]
            made.append(Pair(code, change["successor"].get("zh", title), "自生效日起接续", "", after.get(code, "")))
    return made
