"""What follows is put before the people who decide: out of a round, of reminders, of an order's end. Nothing is done by it."""

from decimal import Decimal

from django.db import transaction

from contracts.queries import agreed_evaluations
from evaluations.models import Consequence, ConsequenceMove
from evaluations.queries import consequences as queries
from evaluations.rules import consequences as rules
from evaluations.rules import rounds, scoring
from tenancy import audit
from tenancy.problems import Conflict


@transaction.atomic
def propose(contract, *, effect, title, by, at, round=None, rectification=None, ends=None, **said):
    """Put one effect before the people who decide; the same one is not put before them twice. Returns the Consequence.

    `said` ⊆ clause, clause_text, source, months, years. Nothing follows before a decision.
    """
    about = {"contract": contract, "effect": effect, "title": title[:160], "round": round, "rectification": rectification, "ends": ends}  # fmt: skip
    waiting = Consequence.objects.filter(state=rules.PROPOSED, **about).first()
    if waiting is not None:
        return waiting
    row = Consequence.objects.create(proposed_by=by, proposed_at=at, **about, **said)
    ConsequenceMove.objects.create(consequence=row, verb="propose", to_state=row.state, by=by, at=at)
    audit.record("consequence.proposed", by=by, at=at, target=row, contract=contract.code, effect=effect)
    return row


@transaction.atomic
def propose_for_round(round, *, by, at):
    """Propose what the contract makes of a concluded round; a passed one lets the undecided proposals of earlier ones lapse.

    A score on a line is taken as it was decided at the conclusion. Returns the consequences.
    """
    contract, said = round.contract, _said(round.contract, round.evaluation)
    if round.result == rounds.PASSED:
        lapse(
            queries.undecided(contract, evaluation=round.evaluation).exclude(round=round), f"{round}合格", by=by, at=at
        )
        for stop in queries.stops(contract).filter(round__evaluation=round.evaluation):
            _propose_resumption(stop, f"{round}合格，恢复付款", round=round, by=by, at=at)
    asked = round.worked.get("asked")
    score = Decimal(asked) if asked is not None else round.total
    rows = scoring.followed(said.get("consequences", []), score=score, result=round.result)
    return _propose_all(contract, said, rows, by=by, at=at, round=round)


@transaction.atomic
def propose_for_reminders(contract, *, by, at):
    """Propose what the contract ties to so many reminders (A-26), each time that one comes after the last decision."""
    given, made = queries.reminders(contract), []
    for said in agreed_evaluations(contract):
        rows = scoring.followed(said.get("consequences", []), reminders=given)
        for row in rows:
            if not contract.consequences.filter(title=row["title"][:160], state=rules.ADOPTED).exists():
                made += _propose_all(contract, said, [row], by=by, at=at)
    return made


@transaction.atomic
def propose_for_order(order, *, by, at):
    """Propose what follows from an order's end: the next step of its evaluation when it failed, the end of a stop when it is verified."""
    contract = order.contract
    if order.state == "verified":
        if order.round_id is None or queries.wants_re_evaluation(order.round):
            return []
        stops = queries.stops(contract).filter(round=order.round)
        return [
            _propose_resumption(stop, f"{order}整改合格，恢复付款", round=order.round, by=by, at=at) for stop in stops
        ]
    wanted = order.round.evaluation if order.round_id else None
    made = []
    for said in agreed_evaluations(contract):
        if said.get("code") == wanted or (wanted is None and said["stage"] == "spot_check"):
            rows = scoring.followed(said.get("consequences", []), result=rules.RECTIFICATION_FAILED)
            made += _propose_all(contract, said, rows, by=by, at=at, round=order.round, rectification=order)
    return made


def _said(contract, code):
    return next((said for said in agreed_evaluations(contract) if said.get("code") == code), {})


def _propose_all(contract, said, rows, *, by, at, **about):
    return [
        propose(
            contract, effect=found.effect, title=found.title, months=found.months, years=found.years, clause=found.clause[:120],
            clause_text=found.clause_text, source=found.source[:120], by=by, at=at, **about,
        )
        for found in rules.proposals(said, rows)
    ]  # fmt: skip


def _propose_resumption(stop, title, *, round, by, at):
    """`round` is the one that lets payments go on: the passed one, or that whose order was verified."""
    return propose(
        stop.contract, effect=rules.RESUME, title=title, ends=stop, round=round,
        clause=stop.clause, clause_text=stop.clause_text, source=stop.source, by=by, at=at,
    )  # fmt: skip


# --- one door for each change of state --------------------------------------------------------------------------------
def lapse(rows, why, *, by, at):
    """Let undecided proposals be without object, with the reason."""
    for row in rows.select_for_update(of=("self",)):
        move(row, "lapse", by=by, at=at, reason=why)
        audit.record("consequence.lapsed", by=by, at=at, target=row, effect=row.effect, reason=why)


def move(row, verb, *, by, at, reason="", changes=None):
    """Compare, set, leave a history row."""
    sources, goal = rules.MOVES[verb]
    old, changes = row.state, {"state": goal, **(changes or {})}
    if old not in sources or not Consequence.objects.filter(pk=row.pk, state=old).update(**changes):
        raise Conflict
    for name, value in changes.items():
        setattr(row, name, value)
    history(row, verb, old, by=by, at=at, reason=reason)


def history(row, verb, old, *, by, at, reason=""):
    """Leave a history row."""
    ConsequenceMove.objects.create(
        consequence=row, verb=verb, from_state=old, to_state=row.state, by=by, at=at, reason=reason.strip()[:400]
    )
