"""Every write on the register of breaches: registered, stated upon, decided by another person, charged by the contract's rule."""

from datetime import date

from django.db import transaction
from django.db.models import Max

from contracts.models import Contract
from documents.actions import files
from evaluations.actions import proposals
from evaluations.models import Breach, BreachMove, BreachPaper, Consequence
from evaluations.queries import breaches as queries
from evaluations.rules import breaches as rules
from tenancy import audit, clock, workdays
from tenancy.problems import Conflict, Refused


@transaction.atomic
def register_breach(
    contract, *, rule, basis, happened_on, ended_on, facts, by, at, clause="", other_clause="", inquiry=None, uploads=()
):
    """Register a breach under one rule and on one basis (A-38); the agency may state its case within five working days.

    `clause` is the rule's own unless another is named; `other_clause` a second one that it rests on (A-02). Returns the Breach.
    Raises Refused, also when another breach of the rule charges the same days.
    """
    contract, today = Contract.objects.select_for_update().get(pk=contract.pk), clock.day_of(at)
    ended_on = ended_on if basis == rules.DAY else None
    problems = rules.register_problems(
        is_active=contract.state == Contract.State.ACTIVE,
        basis=basis,
        allowed=rules.bases(rule.basis),
        happened_on=happened_on,
        ended_on=ended_on,
        today=today,
        starts_on=contract.starts_on,
        facts=facts,
    )
    if rule.contract_id != contract.pk or rule.pk not in [row.pk for row in queries.registrable(contract)]:
        problems.append("选择本合同的违约条款")
    same = None if problems else rules.overlaps(basis, happened_on, ended_on, queries.other_spans(contract, rule))
    if same is not None:
        problems.append(f"违约 {same} 已按日计算这段时间，同一违约不得重复计算")
    if problems:
        raise Refused("没有登记", problems)
    breach = Breach.objects.create(
        contract=contract, no=(contract.breaches.aggregate(last=Max("no"))["last"] or 0) + 1, rule=rule, basis=basis,
        happened_on=happened_on, ended_on=ended_on, units=rules.units(basis, happened_on, ended_on), facts=facts.strip(), inquiry=inquiry,
        clause=clause.strip() or rule.clause, clause_text=rule.clause_text, source=rule.source, other_clause=other_clause.strip(),
        registered_by=by, registered_at=at, state_until=workdays.calendar().add(today, rules.STATEMENT_DAYS),
    )  # fmt: skip
    _remember(breach, "register", "", by=by, at=at)
    for upload in uploads:
        _add_paper(breach, upload, "", by=by, at=at)
    audit.record("breach.register", by=by, at=at, target=breach, rule=rule.code, basis=basis, units=breach.units)
    return breach


@transaction.atomic
def add_paper(breach, *, upload, title, by, at):
    """Add evidence, or a document to the agency's statement; until the decision. Returns the BreachPaper."""
    breach = _locked(breach)
    if not queries.may_add_paper(breach, by):
        raise Refused("认定以前，甲方经办人和乙方答复人可以补材料")
    return _add_paper(breach, upload, title, by=by, at=at)


def _add_paper(breach, upload, title, *, by, at):
    stored = files.store(upload, allow={"paper", "image"}, by=by, at=at)
    paper = BreachPaper.objects.create(
        breach=breach, file=stored, title=title.strip()[:80] or stored.name[:80], added_by=by, added_at=at
    )
    audit.record("breach.paper_added", by=by, at=at, target=breach, title=paper.title, sha256=stored.sha256)
    return paper


@transaction.atomic
def state_case(breach, *, statement, by, at):
    """Enter what the agency says of the breach; an empty statement waives the right to it. Returns the Breach."""
    breach = _locked(breach)
    if not queries.may_state(breach, by):
        raise Refused("陈述由乙方在认定以前提出，只提一次")
    words = statement.strip()
    changes = {"statement": words, "stated_by": by, "stated_at": at}
    return _move(breach, "state" if words else "waive", by=by, at=at, **changes)


@transaction.atomic
def confirm_breach(breach, *, reason, by, at):
    """Confirm a breach: what it costs is worked out and kept; too many propose that the contract be ended. Returns the Breach.

    Raises Refused for whoever registered it, and while the agency may still state its case.
    """
    breach = _decided(breach, reason, by, at)
    # One after another: a cap is shared by all breaches of the contract.
    Contract.objects.select_for_update().get(pk=breach.contract_id)
    cost = queries.worth(breach, on=date.max)
    changes = {"damages": cost.due, "worked": cost.worked} if cost is not None else {}
    breach = _move(breach, "confirm", by=by, at=at, reason=reason.strip(), decided_by=by, decided_at=at, **changes)
    _propose_end(breach.contract, by=by, at=at)
    return breach


@transaction.atomic
def drop_breach(breach, *, reason, by, at):
    """Decide that there was no breach, with the reason. Returns the Breach; raises Refused as confirm_breach does."""
    breach = _decided(breach, reason, by, at)
    return _move(breach, "drop", by=by, at=at, reason=reason.strip(), decided_by=by, decided_at=at)


def _decided(breach, reason, by, at):
    breach = _locked(breach)
    problem = rules.decision_problem(
        state=breach.state,
        state_until=breach.state_until,
        today=clock.day_of(at),
        is_own=breach.registered_by_id == by.pk,
        reason=reason,
    )
    if problem:
        raise Refused(problem)
    return breach


def _propose_end(contract, *, by, at):
    """More breaches or days than the contract bears: its end is proposed, once, for a person to decide (第十二条第二款第1项)."""
    totals = queries.totals(contract, on=clock.day_of(at))
    rule = totals.limit_rule
    if not totals.is_over:
        return
    known = Consequence.objects.filter(contract=contract, effect="terminate", state__in=["proposed", "adopted"])
    if not known.filter(title__startswith=rule.title).exists():
        proposals.propose(
            contract, effect="terminate", title=f"{rule.title}（{totals.told}）"[:160], clause=rule.clause, clause_text=rule.clause_text, by=by, at=at,
        )  # fmt: skip


def _locked(breach):
    rows = Breach.objects.select_for_update(of=("self",)).select_related("contract", "rule")
    return rows.get(pk=breach.pk)


def _move(breach, verb, *, by, at, **changes):
    """The one door through which a breach changes its state: compare, set, leave a history row."""
    sources, goal = rules.MOVES[verb]
    old = breach.state
    if old not in sources or not Breach.objects.filter(pk=breach.pk, state=old).update(state=goal, **changes):
        raise Conflict
    breach.refresh_from_db()
    _remember(breach, verb, old, by=by, at=at, reason=changes.get("reason", ""))
    audit.record(f"breach.{verb}", by=by, at=at, target=breach, damages=str(breach.damages) if breach.damages else "")
    return breach


def _remember(breach, verb, old, *, by, at, reason=""):
    BreachMove.objects.create(
        breach=breach, verb=verb, from_state=old, to_state=breach.state, by=by, at=at, reason=reason[:400]
    )
