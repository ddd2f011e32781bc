"""A reading tried before it is saved: its faults, its sentence, what it would count today, and what that changes."""

from dataclasses import dataclass, field

from django.db import DatabaseError, transaction

from services.indicators import check, telling
from services.indicators.drafting import definition_of, unsaved
from services.indicators.measure import measure_contract
from services.indicators.rows import listed
from services.queries import indicators as words
from services.queries.indicator_page import sees_rows, segments
from services.rules.readings import amended

SHOWN = 6


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


def try_indicator(member, contract, definition, *, code, on):
    """Try one definition in the place of the indicator with this code ("" for a new one) on the contract's records.

    Reads only. Faults are (place, text), place as in the definition: "gate.participants".
    """
    definitions = [definition_of(row) for row in contract.indicators.all()]
    change = {"code": code or None, "definition": definition}
    return _tried(member, contract, amended(definitions, [change]), definition.get("id"), code, on)


def _tried(member, contract, definitions, own, code, on):
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
            _count(trial, member, contract, rows, mine, code, on)
    except DatabaseError:  # a field holds what can't be compared; the sentence and the faults still stand
        trial.failed = True
    return trial


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
