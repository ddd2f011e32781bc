"""The scoring schemes of a contract file: `marking` of an evaluation and of acceptance. config/contract_file.py puts all together."""

from difflib import get_close_matches

from evaluations.actions.schemes import adopt_filed
from evaluations.queries.schemes import ACCEPTANCE, adopted, library, resolved
from evaluations.rules import schemes as rules

TOLD = "docs/algorithms/scoring.md"


def _marked(data):
    """(evaluation code, place, row) of every evaluation of a file that has a scheme."""
    for index, row in enumerate(data.get("evaluations", [])):
        if isinstance(row, dict) and "marking" in row:
            yield row.get("code", ""), ("evaluations", index), row
    said = data.get(ACCEPTANCE)
    if isinstance(said, dict) and "marking" in said:
        yield ACCEPTANCE, (ACCEPTANCE,), said


def check(document):
    """Note every fault of the schemes of a read file (contracts.contract_file.Document)."""
    rows = document.section("indicators", [])
    codes = {str(row.get("id")) for row in rows if isinstance(row, dict)}
    for _code, place, row in _marked(document.data):
        _check(document, (*place, "marking"), row, codes)


def _check(document, place, row, codes):
    marking = row["marking"]
    definition = resolved(marking)
    if definition is None:
        known = [one.code for one in library()]
        near = get_close_matches(marking, known, 1)
        remedy = f"是否为 {near[0]}" if near else f"可用：{'、'.join(known)}；或在这里写出整个方案"
        document.fault(place, f"方案库中没有“{marking}”", remedy)
        return
    wrong = rules.faults(definition) or rules.misfits(
        definition, scoring=row.get("scheme"), full_marks=row.get("full_marks"), indicators=codes
    )
    for fault in wrong:
        at = (*place, *fault.place) if isinstance(marking, dict) else place
        document.fault(at, fault.told, f"{fault.remedy}（{TOLD}）" if fault.remedy else TOLD)


def load(contract, data, *, by, at):
    """Adopt the schemes of a checked file as the contract's."""
    for code, _place, row in _marked(data):
        adopt_filed(contract, code, resolved(row["marking"]), by=by, at=at)


def export(contract, data, source):
    """The contract's own sections with each `marking` as it is in force: in the file's words where these say the same.

    `data` are the sections that contracts exports, `source` the last file's data.
    """
    filed = {code: row["marking"] for code, _place, row in _marked(source)}
    sections = dict(data)
    if "evaluations" in data:
        sections["evaluations"] = [_exported(contract, row["code"], row, filed) for row in data["evaluations"]]
    if ACCEPTANCE in data:
        sections[ACCEPTANCE] = _exported(contract, ACCEPTANCE, data[ACCEPTANCE], filed)
    return sections


def _exported(contract, code, row, filed):
    current = adopted(contract, code)
    if current is None:
        return row
    said = filed.get(code)
    definition = resolved(said) if said is not None else None
    is_same = definition is not None and not rules.faults(definition) and rules.digest(definition) == current.digest
    return row | {"marking": said if is_same else current.definition}
