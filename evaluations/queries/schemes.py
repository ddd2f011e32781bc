"""Reads of schemes of evaluation: the library's, and a contract's by evaluation with their versions."""

import hashlib
import json
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.http import Http404

from contracts import contract_file
from contracts.queries import agreed_evaluations, visible_contracts
from contracts.rules import EFFECTS, OF_MONEY
from evaluations.models import Scheme, SchemeVersion
from evaluations.rules import schemes as rules
from tenancy.permissions import ROLES, Permission, allows

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


@dataclass(frozen=True)
class Row:
    """One evaluation of a contract with the scheme in force and the draft beside it."""

    said: dict
    adopted: SchemeVersion | None
    draft: SchemeVersion | None
    versions: int

    @property
    def newest(self):
        """The newest version of the two."""
        return self.draft or self.adopted


def listed(contract):
    """The contract's evaluations in its order, acceptance last, each with its scheme."""
    known = {}
    for version in SchemeVersion.objects.filter(scheme__contract=contract).select_related("scheme").order_by("-no"):
        known.setdefault(version.scheme.evaluation, []).append(version)
    rows = []
    for said in evaluations_of(contract):
        own = known.get(said["code"], [])
        newest = {state: next((one for one in own if one.state == state), None) for state in ("adopted", "draft")}
        rows.append(Row(said, newest["adopted"], newest["draft"], len(own)))
    return rows


def section(member, contract, on):
    """The contract page's part about schemes, or None."""
    rows = listed(contract) if ROLES[member.role].side != "evaluator" else []
    if not rows or not allows(member, Permission.EVALUATION_VIEW):
        return None
    return {"scheme_rows": rows, "may_edit_schemes": may_manage(member, contract)}


def may_manage(member, contract):
    """Whether the member may write the contract's schemes."""
    return allows(member, Permission.SCHEME_MANAGE) and ROLES[member.role].side == "purchaser"


def sources(member, contract, said, *, on):
    """After what a scheme of an evaluation can begin, as (value, title): the library, and other contracts' in force.

    Only those that score as the contract says; those made for its stage, and that suit its indicators, come first.
    """
    codes, stage = set(contract.indicators.values_list("code", flat=True)), said["stage"].replace("_", "-")
    known = {"scoring": said["scheme"], "full_marks": said.get("full_marks"), "indicators": codes}
    fitting = [
        (one, (stage not in one.code, len(rules.misfits(one.definition, **known))))
        for one in library()
        if one.scoring == said["scheme"]
    ]
    rows = [
        (f"library:{one.code}", f"方案库：{one.title}（{one.code}）")
        for one, _fit in sorted(fitting, key=lambda pair: pair[1])
    ]
    mine = visible_schemes(member, on=on).exclude(contract=contract)
    others = SchemeVersion.objects.filter(scheme__in=mine, state="adopted", definition__scoring=said["scheme"])
    newest = others.select_related("scheme__contract").order_by("scheme_id", "-no").distinct("scheme_id")
    return rows + [(f"version:{one.pk}", f"{one.scheme.contract.short_title}：{one}") for one in newest]


def source_definition(value):
    """(definition, note) of what sources() lists."""
    kind, _, key = value.partition(":")
    if kind == "library":
        found = pattern(key)
        return found.definition, f"按方案库 {key}"
    version = SchemeVersion.objects.select_related("scheme__contract").get(pk=key)
    return version.definition, f"按 {version.scheme.contract.short_title} {version}"


def consequences_told(contract, evaluation, *, shows_money):
    """[(case, effects, words of the contract)] that the contract ties to an evaluation's result."""
    said = said_of(contract, evaluation) or {}
    told = []
    for row in said.get("consequences", []):
        effects = [effect for effect in row["effects"] if shows_money or effect not in OF_MONEY]
        told.append(
            (row["title"], "，".join(EFFECTS[one].format_map(row) for one in effects), row.get("clause_text", ""))
        )
    return told


def faults_of(version):
    """Everything that keeps a draft from being adopted."""
    return rules.faults(version.definition) or misfits_of(version.scheme, version.definition)


def versions_of(scheme):
    """All versions, the newest first."""
    return scheme.versions.select_related("adopted_by__account", "made_by__account")


def suited(contract, definition):
    """The definition without the facts beside items that the contract has no indicator for."""
    codes, made = set(contract.indicators.values_list("code", flat=True)), deepcopy(definition)
    for dimension in made["dimensions"]:
        for item in dimension["items"]:
            if "facts" in item:
                item["facts"] = [code for code in item["facts"] if code in codes]
    return made
