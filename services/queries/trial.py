"""A reading tried before it is saved: its faults, its sentence, what it would count today, and what that changes."""

import copy
from dataclasses import dataclass, field

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef

from contracts.queries import visible_contracts
from services.indicators import check, telling
from services.indicators.drafting import definition_of, unsaved
from services.indicators.measure import measure_contract
from services.indicators.reading_conditions import as_day
from services.indicators.rows import listed
from services.models import ServiceRecord
from services.queries import indicators as words
from services.queries.indicator_page import sees_rows, segments
from services.rules.readings import amended

SHOWN, OFFERED = 6, 12


@dataclass
class Trial:
    """What one definition would come to. With faults there is no more than those; `failed` when the records resist."""

    faults: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    segments: list = field(default_factory=list)
    row: object = None
    line: object = None
    areas: list = field(default_factory=list)
    before: object = None
    off: list = field(default_factory=list)
    counted: list = field(default_factory=list)
    failed: bool = False

    @property
    def rows(self):
        """Rows that don't count, then those that do: a few of each."""
        return [*self.off, *self.counted]


def with_records(member, contract, *, on):
    """The contracts on whose records a reading of this one can be tried: itself first, then the latest others; two statements."""
    visible = visible_contracts(member, on=on).filter(
        Exists(ServiceRecord.objects.filter(contract=OuterRef("pk")).exclude(state="draft"))
    )
    rows = list(visible.filter(starts_on__isnull=False, ends_on__isnull=False).order_by("-starts_on", "code")[:OFFERED])
    own = [row for row in rows if row.pk == contract.pk]
    return [*own, *(row for row in rows if row.pk != contract.pk)]


def try_indicator(member, contract, definition, *, code, on, records=None):
    """Try one definition in the place of the indicator with this code ("" for a new one) on the contract's records.

    `records` is another contract on whose records it is counted, with its areas and term: a draft has none of its own yet.
    Reads only. Faults are (place, text), place as in the definition: "gate.participants".
    """
    definitions = [definition_of(row) for row in contract.indicators.all()]
    change = {"code": code or None, "definition": definition}
    return _tried(member, contract, amended(definitions, [change]), definition.get("id"), code, on, records)


def _tried(member, contract, definitions, own, code, on, records):
    context = words.context(contract)
    wrong = check.faults(definitions, context)
    if wrong:
        return Trial(faults=[placed for other, texts in wrong.items() for placed in _placed(other, texts, own)])
    rows = unsaved(contract, definitions, context)
    mine = next(row for row in rows if row.code == own)
    trial = Trial(
        warnings=[text.partition("：")[2] for other, text in check.warnings(definitions, context) if other == own],
        segments=segments(mine.sentence),
    )
    try:
        with transaction.atomic():
            if records is None or records.pk == contract.pk:
                _count(trial, member, contract, rows, mine, code, on)
            else:
                _count(trial, member, *_lent(contract, definitions, own, records), "", min(on, records.ends_on))
    except DatabaseError:  # a field holds what can't be compared; the sentence and the faults still stand
        trial.failed = True
    return trial


def _lent(contract, definitions, own, records):
    """(the other contract with this one's parameters, the rows as if they were its own, the one that is tried)."""
    other = copy.copy(records)
    other.parameters = records.parameters | contract.parameters
    gap = records.starts_on - contract.starts_on if contract.starts_on else None
    rows = unsaved(other, [_shifted(one, gap) for one in definitions], words.context(other))
    return other, rows, next(row for row in rows if row.code == own)


def _shifted(definition, gap):
    """A definition whose own days lie as far into the other term as they lie into this one."""
    if gap is None or "within" not in definition:
        return definition
    return definition | {"within": [(as_day(day) + gap).isoformat() for day in definition["within"]]}


def _placed(code, texts, own):
    """Faults of the definition itself keep their place; those it causes elsewhere name the other indicator."""
    for text in texts:
        place, _, message = text.partition("：")
        yield (place, message) if code in (own, str(own), "None") else ("", f"{code} {text}")


def _count(trial, member, contract, rows, mine, code, on):
    labels = words.labels()
    table = measure_contract(contract, on=on, indicators=rows)
    trial.row = table.by_code[mine.code]
    trial.line = telling.line(trial.row, labels)
    trial.areas = [cell for cell in trial.line.areas if cell.kind]
    if code:
        trial.before = telling.line(measure_contract(contract, on=on).by_code[code], labels)
    if sees_rows(member, trial.row.promise.source, None):
        ask = {"on": on, "labels": labels, "limit": SHOWN, "indicators": rows}
        trial.off = listed(contract, mine, counts=False, **ask)
        trial.counted = listed(contract, mine, counts=True, **ask)
