"""Reads for setting a contract up: the library's patterns, a draft's sections, what still keeps it from being performed."""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from config import contract_file as files
from config.setup import sections
from contracts import contract_file
from services.queries.readings import readings
from services.rules.readings import activation_faults

LIBRARY = Path(__file__).resolve().parents[2] / "contracts" / "library"
HEAD = re.compile(r"^  (code|lot|title|short_title): *(.+)$", re.MULTILINE)
NEEDED = {
    "provider_id": "乙方",
    "amount": "合同价款",
    "signed_on": "签订日期",
    "starts_on": "服务期起",
    "ends_on": "服务期止",
}


@dataclass(frozen=True)
class Pattern:
    """A contract of the library, by which a new one can begin."""

    name: str
    code: str
    lot: str
    title: str
    indicators: int


def library():
    """The library's contracts, in order of their codes."""
    return [_pattern(path, path.stat().st_mtime_ns) for path in sorted(LIBRARY.glob("*.yaml"))]


@lru_cache(maxsize=64)
def _pattern(path, _changed):
    """A file's head alone: reading eleven whole files would take seconds."""
    text = path.read_text(encoding="utf-8")
    head = dict(reversed([(name, value.strip().strip("\"'")) for name, value in HEAD.findall(text[:4000])]))
    indicators = len(re.findall(r"^  - (?:\{ *)?id: ", text.partition("\nindicators:")[2], re.MULTILINE))
    return Pattern(
        path.stem, head.get("code", path.stem), head.get("lot", ""), head.get("title", path.stem), indicators
    )


def pattern_text(name):
    """The text of a library file, or None; the name is one of those that library() lists."""
    path = next((path for path in LIBRARY.glob("*.yaml") if path.stem == name), None)
    return path.read_text(encoding="utf-8") if path else None


def draft(contract):
    """(all sections of the contract as they are now, the text of its last file)."""
    text = contract_file.source_of(contract)
    return files.sections(contract, contract_file.read(text).data if text else {}), text


def mark(value):
    """A short sign of a section's state, by which two writers notice each other."""
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def overview(contract):
    """[(section, title, how much it holds)] of a contract, in the contract's order."""
    data, _text = draft(contract)
    return [(name, sections.title_of(name), sections.told(data.get(name))) for name in sections.known_sections()]


def missing(contract, rows=None):
    """Everything that keeps a draft contract from being performed; empty means that it can be."""
    rows = readings(contract) if rows is None else rows
    return activation_faults(
        missing=[label for name, label in NEEDED.items() if getattr(contract, name) is None],
        has_terms=contract.paymentterms.exists(),
        indicators=[(row.indicator.title, row.indicator.force, row.verdicts) for row in rows],
        readings=[(row.title, bool(row.choices), bool(row.decision)) for row in contract.openreadings.all()],
    )
