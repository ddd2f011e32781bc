"""Reads of an acceptance's checklist: its items, the facts beside them, the verdicts, and the round before."""

from dataclasses import dataclass

from contracts.models import PenaltyRule
from evaluations.models import SchemeVersion
from evaluations.queries.outstanding import missing_of, paper_words, result_papers
from evaluations.rules import acceptance as rounds
from evaluations.rules import checklist as rules
from evaluations.rules import schemes
from evaluations.rules.words import plain_number
from tenancy import clock

EVALUATION = "acceptance"


@dataclass(frozen=True)
class Fact:
    """What the system knows beside an item: of which indicator or result, in words, and whether nothing is missing."""

    title: str
    told: str
    is_met: bool


@dataclass(frozen=True)
class Line:
    """One item on the round's page: its facts, and what each expert of the group found ({} before the signature)."""

    item: object
    facts: tuple
    verdicts: tuple
    # The fields of the expert's own form, when it may sign now.
    fits: object = None
    note: object = None


def version_in_force(contract):
    """The adopted version of the contract's acceptance scheme, the newest, or None."""
    rows = SchemeVersion.objects.filter(scheme__contract=contract, scheme__evaluation=EVALUATION, state="adopted")
    return rows.order_by("-no").first()


def sections_of(acceptance):
    """[(title, items)] of the round's checklist; empty for a contract that has none."""
    if acceptance.version is None:
        return []
    return rules.items_of(schemes.parse(acceptance.version.definition))


def items_of(acceptance):
    """The round's items in order."""
    return [item for _title, items in sections_of(acceptance) for item in items]


def facts_by_code(contract, table, *, on):
    """{indicator code or kind of result: Fact} of the contract on the day, out of its measured table."""
    words = paper_words()
    found = {row.code: _indicator(row, words) for row in table.rows}
    for paper in result_papers(contract, on=on):
        told = f"已接收 {paper.accepted} / {paper.required}"
        found[paper.kind] = Fact(
            paper.title, f"{told}，差 {paper.missing} 份" if paper.missing else told, not paper.missing
        )
    return found


def _indicator(row, words):
    missing = missing_of(row, words)
    if row.value is None:
        return Fact(row.indicator.title, missing or "没有数据", row.is_met)
    value = f"{plain_number(row.value)}{'%' if row.is_percent else f' {row.unit}'.rstrip()}"
    told = [value, f"要求 {row.target_text}" if row.target else "", missing]
    return Fact(row.indicator.title, "，".join(filter(None, told)), row.is_met)


def told_facts(items, known):
    """{item code: [[title, told, is met], …]} as JSON keeps it with the conclusion."""
    return {
        item.code: [[known[code].title, known[code].told, known[code].is_met] for code in item.facts if code in known]
        for item in items
    }


def lines(sections, experts, told, controls=None):
    """[(title, [Line])] of the round; what an expert found is seen once it is signed. `controls` are a form's fields by item."""
    return [(title, [_line(item, experts, told, controls or {}) for item in items]) for title, items in sections]


def _line(item, experts, told, controls):
    found = [
        (expert.membership.account.name, expert.verdicts.get(item.code, {}) if expert.signed_at else {})
        for expert in experts
    ]
    facts = tuple(Fact(*fact) for fact in told.get(item.code, []))
    return Line(item, facts, tuple(found), *controls.get(item.code, (None, None)))


def round_before(acceptance):
    """The round before this one with its group, or None."""
    rows = acceptance.contract.acceptances.filter(round__lt=acceptance.round).order_by("-round")
    return rows.select_related("version", "contract").prefetch_related("experts__membership__account").first()


def wanting(acceptance):
    """What the experts of a round found not to fit, item by item; empty without a round."""
    if acceptance is None:
        return []
    sheets = [
        rules.Sheet(str(expert.membership), expert.verdicts)
        for expert in acceptance.experts.all()
        if expert.signed_at is not None
    ]
    return rules.wanting(items_of(acceptance), sheets)


def last_failed(contract):
    """The contract's last round if it has failed, with its group, or None: what a new request has to answer."""
    rows = contract.acceptances.order_by("-round").select_related("version", "contract")
    last = rows.prefetch_related("experts__membership__account").first()
    return last if last is not None and last.result == rounds.FAILED else None


def liability(acceptance, *, on):
    """(why the agency is liable after this round, the contract's rules on it), or ("", []): 第九条第三款."""
    if acceptance.result != rounds.FAILED:
        return "", []
    failed = acceptance.contract.acceptances.filter(result=rounds.FAILED, round__lte=acceptance.round).count()
    later = acceptance.contract.acceptances.filter(round__gt=acceptance.round).order_by("round").first()
    reason = rules.liability(
        failed_rounds=failed,
        rework_until=acceptance.rework_until,
        requested_again_on=clock.day_of(later.requested_at) if later is not None else None,
        today=on,
    )
    return (reason, _liability_rules(acceptance.contract)) if reason else ("", [])


def _liability_rules(contract):
    """The contract's penalties that rest on a clause of its acceptance."""
    clauses = {step.get("clause") for step in contract.terms.get("acceptance", {}).get("steps", [])} - {None, ""}
    return list(PenaltyRule.objects.filter(contract=contract, clause__in=clauses))
