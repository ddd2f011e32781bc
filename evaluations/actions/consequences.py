"""Every write on consequences: proposed by the contract's rules, decided by a person, carried out with the decision, never by itself.

Lock order: contract, consequence.
"""

from django.db import transaction

from contracts import actions as contracts
from contracts.models import Contract
from evaluations.actions import rectification as orders
from evaluations.actions.proposals import (
    history,
    lapse,
    move,
    propose,
    propose_for_order,
    propose_for_reminders,
    propose_for_round,
)
from evaluations.models import Consequence
from evaluations.queries import consequences as queries
from evaluations.rules import consequences as rules
from services.actions.measuring import measure_again
from tenancy import audit, clock
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused

__all__ = [
    "decide",
    "on_payment_change",
    "propose",
    "propose_for_order",
    "propose_for_reminders",
    "propose_for_round",
    "resume_payment",
]

# What apps to the left do in the same transaction when what may be paid has changed.
FOLLOWERS = []


def on_payment_change(function):
    """Let function(contract, by=, at=) follow whatever stops payments or lets them go on."""
    FOLLOWERS.append(function)
    return function


# --- deciding ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def decide(consequence, *, adopts, reason, by, at, issue="", demand="", due_on=None, moves_deadline=False):
    """Adopt a proposal, which carries it out, or decline it; both with a reason. Returns the Consequence.

    A rectification is ordered with `issue`, `demand` and `due_on`; `moves_deadline` lets the delivery deadline follow an
    extension. Refused for whoever proposed it, for anybody but the purchaser, and for what the contract's state forbids.
    """
    contract = Contract.objects.select_for_update().get(pk=consequence.contract_id)
    row = Consequence.objects.select_for_update(of=("self",)).select_related("round", "ends").get(pk=consequence.pk)
    if row.state != rules.PROPOSED:
        raise Conflict("这一项已经决定过")
    row.contract = contract
    may = allows(by, Permission.CONSEQUENCE_DECIDE)
    problems = rules.decide_problems(
        state=row.state, is_proposer=row.proposed_by.account_id == by.account_id, is_purchaser=may and by.organisation_id == contract.purchaser_id,
        reason=reason, adopts=adopts, effect=row.effect, demand=demand, due_on=due_on, today=clock.day_of(at),
    )  # fmt: skip
    if problems:
        raise Refused("没有决定", problems)
    changes = {"reason": reason.strip(), "decided_by": by, "decided_at": at}
    move(row, "adopt" if adopts else "decline", by=by, at=at, reason=reason, changes=changes)
    told = {"effect": row.effect, "reason": row.reason}
    audit.record(f"consequence.{'adopted' if adopts else 'declined'}", by=by, at=at, target=row, **told)
    if adopts:
        form = {"issue": issue, "demand": demand, "due_on": due_on, "moves_deadline": moves_deadline}
        row.done = CARRIED_OUT[row.effect](row, form, by=by, at=at)
        Consequence.objects.filter(pk=row.pk).update(done=row.done)
        if row.effect in rules.OF_MONEY | {rules.TERMINATE}:
            _follow(contract, by=by, at=at)
    return row


@transaction.atomic
def resume_payment(stop, *, reason, by, at):
    """End a stop of payment by decision, with the reason, without a proposal."""
    contract = Contract.objects.select_for_update().get(pk=stop.contract_id)
    stop = Consequence.objects.select_for_update(of=("self",)).get(pk=stop.pk)
    problems = rules.resume_problems(
        is_in_force=queries.stops(contract).filter(pk=stop.pk).exists(),
        is_purchaser=allows(by, Permission.CONSEQUENCE_DECIDE) and by.organisation_id == contract.purchaser_id,
        reason=reason,
    )
    if problems:
        raise Refused("没有恢复", problems)
    _end_stop(stop, reason=reason, by=by, at=at)
    lapse(Consequence.objects.filter(ends=stop, state=rules.PROPOSED), "已恢复付款", by=by, at=at)
    _follow(contract, by=by, at=at)
    return stop


def _end_stop(stop, *, reason, by, at):
    if not Consequence.objects.filter(pk=stop.pk, state=rules.ADOPTED, ended_at=None).update(ended_at=at):
        raise Conflict("付款已经恢复")
    stop.ended_at = at
    history(stop, "end", stop.state, by=by, at=at, reason=reason)
    audit.record("consequence.ended", by=by, at=at, target=stop, reason=reason.strip())


def _follow(contract, *, by, at):
    contract.refresh_from_db()
    for follow in FOLLOWERS:
        follow(contract, by=by, at=at)


# --- what adopting does: (consequence, form) to what is kept of it -----------------------------------------------------
def _clause(row):
    return {"clause": row.clause, "clause_text": row.clause_text, "source": row.source}


def _rectify(row, form, *, by, at):
    made = orders.write_order(
        row.contract, issue=form["issue"].strip() or (row.round.opinion if row.round_id else "") or row.title, demand=form["demand"], due_on=form["due_on"], round=row.round,
        by=by, at=at, clause=row.clause, clause_text=row.clause_text,
    )  # fmt: skip
    Consequence.objects.filter(pk=row.pk).update(rectification=made)
    row.rectification = made
    return {"order": str(made.pk), "no": made.no, "due_on": str(made.due_on)}


def _extend(row, form, *, by, at):
    change = contracts.extend_term(
        row.contract, months=row.months or 0, reason=row.reason, moves_deadline=form["moves_deadline"], by=by, at=at, **_clause(row)
    )  # fmt: skip
    measure_again(row.contract_id)
    days = {"before": change.ends_before, "after": change.ends_after}
    if change.deadline_after != change.deadline_before:
        days |= {"deadline_before": change.deadline_before, "deadline_after": change.deadline_after}
    return {name: str(day) for name, day in days.items()}


def _terminate(row, _form, *, by, at):
    end = contracts.terminate(row.contract, reason=row.reason, by=by, at=at, **_clause(row))
    pointless = (rules.RECTIFY, rules.RE_EVALUATE, rules.EXTEND, rules.HOLD, rules.RESUME, rules.TERMINATE)
    lapse(queries.undecided(row.contract).filter(effect__in=pointless), "合同已解除", by=by, at=at)
    return {"day": str(end.day)}


def _debar(row, _form, *, by, at):
    made = contracts.debar(row.contract, years=row.years, reason=row.reason, by=by, at=at, **_clause(row))
    return {"debarment": str(made.pk), "from": str(made.from_day), "to": str(made.to_day)}


def _resume(row, _form, *, by, at):
    _end_stop(row.ends, reason=row.reason, by=by, at=at)
    return {"day": str(clock.day_of(at))}


def _hold(_row, _form, *, by, at):
    return {"day": str(clock.day_of(at))}


CARRIED_OUT = {
    rules.RECTIFY: _rectify,
    rules.RE_EVALUATE: _hold,
    rules.EXTEND: _extend,
    rules.HOLD: _hold,
    rules.CANCEL: _hold,
    rules.TERMINATE: _terminate,
    rules.DEBAR: _debar,
    rules.RESUME: _resume,
}
