"""Every write on changes of the project lead: the agency proposes, the purchaser consents in writing, then the posts change on the day."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max

from contracts import actions as contract_actions
from contracts.models import Contract, StaffPost
from evaluations.models import LeadChange, LeadChangeMove
from evaluations.queries import leads as queries
from evaluations.queries.between import is_provider, is_purchaser
from evaluations.rules import leads as rules
from services.actions.measuring import measure_again
from tenancy import audit, clock
from tenancy.problems import Conflict, Refused


@transaction.atomic
def propose_change(contract, *, successor, change_on, reason, by, at):
    """Propose a successor from a day on; told early enough by the contract's own limit. Returns the LeadChange."""
    contract, today = Contract.objects.select_for_update().get(pk=contract.pk), clock.day_of(at)
    if not is_provider(by, contract):
        raise Refused("由乙方提出")
    row, lead = queries.notice(contract), queries.current_lead(contract, on=today)
    notice_by = queries.notice_by(contract, change_on)
    problems = rules.propose_problems(
        is_active=contract.state == Contract.State.ACTIVE,
        has_open=contract.lead_changes.filter(state=rules.PROPOSED).exists(),
        is_same=lead is not None and lead.membership_id == successor.pk,
        change_on=change_on,
        ends_on=contract.ends_on,
        notice_by=notice_by,
        today=today,
        reason=reason,
        limit_told=queries.limit_told(row),
    )
    if successor.organisation_id != contract.provider_id:
        problems.append("接任人须是本机构人员")
    if problems:
        raise Refused("没有提出", problems)
    change = LeadChange.objects.create(
        contract=contract, no=(contract.lead_changes.aggregate(last=Max("no"))["last"] or 0) + 1, post=lead, leaving=lead.name if lead else "",
        successor=successor, change_on=change_on, notice_by=notice_by, reason=reason.strip(), proposed_by=by, proposed_at=at,
        clause=row.clause if row else "", clause_text=row.clause_text if row else "", source=row.source if row else "",
    )  # fmt: skip
    _remember(change, "propose", "", by=by, at=at)
    audit.record("lead_change.propose", by=by, at=at, target=change, change_on=str(change_on))
    return change


@transaction.atomic
def consent(change, *, opinion, by, at):
    """Consent in writing: the posts end and begin on the day of the change, not before. Returns the LeadChange.

    Raises Refused once the day has passed: consent afterwards changes nothing.
    """
    change = _decidable(change, is_consent=True, opinion=opinion, by=by, at=at)
    change = _move(change, "consent", by=by, at=at, opinion=opinion.strip(), decided_by=by, decided_at=at)
    lead = queries.current_lead(change.contract, on=change.change_on)
    if lead is not None and lead.to_day is None:
        contract_actions.end_staff_post(lead, on=change.change_on - timedelta(days=1), by=by, at=at)
    contract_actions.add_staff_post(
        change.contract, side=StaffPost.Side.PROVIDER, post=rules.PROJECT_LEAD, name="", membership=change.successor, from_day=change.change_on, by=by, at=at,
    )  # fmt: skip
    measure_again(change.contract_id)
    return change


@transaction.atomic
def refuse(change, *, opinion, by, at):
    """Refuse in writing, with the reason; nothing changes. Returns the LeadChange."""
    change = _decidable(change, is_consent=False, opinion=opinion, by=by, at=at)
    return _move(change, "refuse", by=by, at=at, opinion=opinion.strip(), decided_by=by, decided_at=at)


@transaction.atomic
def withdraw(change, *, reason, by, at):
    """Take a proposal back before it is decided, by the agency. Returns the LeadChange."""
    change = _locked(change)
    if not is_provider(by, change.contract):
        raise Refused("由乙方撤回")
    return _move(change, "withdraw", by=by, at=at, told=reason.strip())


def _decidable(change, *, is_consent, opinion, by, at):
    change = _locked(change)
    if not is_purchaser(by):
        raise Refused("由甲方决定")
    problem = rules.decision_problem(
        state=change.state, change_on=change.change_on, today=clock.day_of(at), is_consent=is_consent, opinion=opinion
    )
    if problem:
        raise Refused(problem)
    return change


def _locked(change):
    rows = LeadChange.objects.select_for_update(of=("self",))
    return rows.select_related("contract", "successor__account", "successor__organisation").get(pk=change.pk)


def _move(change, verb, *, by, at, told="", **changes):
    """The one door through which a change moves: compare, set, leave a history row."""
    sources, goal = rules.MOVES[verb]
    old = change.state
    if old not in sources or not LeadChange.objects.filter(pk=change.pk, state=old).update(state=goal, **changes):
        raise Conflict
    for name, value in {"state": goal, **changes}.items():
        setattr(change, name, value)
    _remember(change, verb, old, by=by, at=at, reason=told or changes.get("opinion", ""))
    audit.record(f"lead_change.{verb}", by=by, at=at, target=change, change_on=str(change.change_on))
    return change


def _remember(change, verb, old, *, by, at, reason=""):
    LeadChangeMove.objects.create(
        change=change, verb=verb, from_state=old, to_state=change.state, by=by, at=at, reason=reason[:400]
    )
