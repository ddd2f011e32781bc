"""Reads of schemes of evaluation: the library's, and a contract's by evaluation with their versions."""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.http import Http404

from contracts import contract_file
from contracts.queries import agreed_evaluations, visible_contracts
from evaluations.models import Scheme, SchemeVersion
from evaluations.rules import schemes as rules
from tenancy.permissions import ROLES

LIBRARY = Path(__file__).resolve().parents[1] / "library"
# Acceptance is scored by a scheme as well, under this code.
ACCEPTANCE = "acceptance"


@dataclass(frozen=True)
class Pattern:
    """A scheme of the library, by which a contract's own can begin."""

    code: str
    title: str
    scoring: str
    definition: dict


def library():
    """The library's schemes, in order of their codes."""
    return [_pattern(path, path.stat().st_mtime_ns) for path in sorted(LIBRARY.glob("*.yaml"))]


@lru_cache(maxsize=64)
def _pattern(path, _changed):
    said = rules.stored(contract_file.read(path.read_text(encoding="utf-8")).data)
    return Pattern(path.stem, said["title"], said["scoring"], said)


def pattern(code):
    """The library's scheme of a code, or None."""
    return next((one for one in library() if one.code == code), None)


def resolved(marking):
    """The definition that a contract file's `marking` means: itself, or the library's of that code (None: there is none)."""
    if isinstance(marking, dict):
        return marking
    found = pattern(marking)
    return found.definition if found else None


def visible_schemes(member, *, on):
    """The schemes of the contracts that the member may see; who evaluates sees a scheme only in a round of its own."""
    if ROLES[member.role].side == "evaluator":
        return Scheme.objects.none()
    return Scheme.objects.filter(contract__in=visible_contracts(member, on=on))


def get_scheme(member, pk, *, on):
    """A scheme that the member may see, with its contract, or 404."""
    return _or_404(visible_schemes(member, on=on).select_related("contract__provider", "contract__purchaser"), pk)


def get_version(member, pk, *, on):
    """A version of such a scheme, with its contract, or 404."""
    rows = SchemeVersion.objects.filter(scheme__in=visible_schemes(member, on=on))
    people = ("made_by__account", "adopted_by__account")
    return _or_404(rows.select_related("scheme__contract__provider", "scheme__contract__purchaser", *people), pk)


def _or_404(rows, pk):
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def said_of(contract, evaluation):
    """What the contract says of an evaluation, acceptance among them, as one row with code and title; None: nothing."""
    return next((row for row in evaluations_of(contract) if row["code"] == evaluation), None)


def evaluations_of(contract):
    """The contract's evaluations that are done by a scheme, acceptance last."""
    rows = [row for row in agreed_evaluations(contract) if row["scheme"] != "none"]
    said = contract.terms.get(ACCEPTANCE)
    return [*rows, {"title": "验收", **said, "code": ACCEPTANCE, "stage": ACCEPTANCE}] if said else rows


def adopted(contract, evaluation):
    """The version by which an evaluation is scored now: the newest adopted one, or None."""
    rows = SchemeVersion.objects.filter(scheme__contract=contract, scheme__evaluation=evaluation, state="adopted")
    return rows.select_related("scheme").order_by("-no").first()


def misfits_of(scheme, definition):
    """What a sound definition doesn't agree on with its contract."""
    said = said_of(scheme.contract, scheme.evaluation)
    if said is None:
        return [rules.Fault((), f"合同没有评估 {scheme.evaluation}", "换一项评估")]
    codes = set(scheme.contract.indicators.values_list("code", flat=True))
    return rules.misfits(definition, scoring=said["scheme"], full_marks=said.get("full_marks"), indicators=codes)


def mark(definition, note):
    """A short sign of a draft's content, by which two writers notice each other."""
    return hashlib.sha256(json.dumps([definition, note], sort_keys=True).encode()).hexdigest()[:16]
