"""The way of a payment request: submit, check, review, approve, return, withdraw. Each step rests on a frozen check.

Lock order: contract, request, milestone. When the live check differs from the one that the approvals rest on, they are void
and the request goes back to the handler: the act returns the request in that state, so that the reason is kept.
"""

from django.db import transaction
from django.db.models import Max

from contracts.models import Contract
from documents.actions import snapshots
from payments import queries
from payments.actions import milestones
from payments.actions.refusals import told
from payments.models import Approval, Milestone, PaymentRequest, RequestMove
from payments.rules import flow
from payments.rules.check import changes as changes_between
from tenancy import audit, clock
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused

APPROVED, RETURNED, PAID = "approved", "returned", "paid"
AUDITED = {"check": "payment.checked", "review": "payment.reviewed", "approve": "payment.approved"}


@transaction.atomic
def submit_request(milestone, *, by, at):
    """Ask for a milestone's money; what is open at that moment is frozen beside the request and does not stop it.

    Refused for anybody but the contract's own agency, for a paid milestone, and while a request is under way.
    """
    _may(by, Permission.PAYMENT_REQUEST)
    contract = _lock_contract(milestone)
    if by.organisation_id != contract.provider_id:
        raise Refused("付款由乙方申请")
    milestone = Milestone.objects.select_for_update(of=("self",)).get(pk=milestone.pk)
    if milestone.state == Milestone.State.PAID:
        raise Conflict("这一期已付")
    check, snapshot = _freeze(milestone, by=by, at=at)
    number = (milestone.requests.aggregate(last=Max("round"))["last"] or 0) + 1
    with told():
        request = PaymentRequest.objects.create(
            milestone=milestone,
            round=number,
            amount=milestone.amount,
            snapshot=snapshot,
            submitted_by=by,
            submitted_at=at,
            handed_on=clock.day_of(at),
        )
    _history(request, "submit", "", by=by, at=at, snapshot=snapshot)
    audit.record(
        "payment.requested",
        by=by,
        at=at,
        target=request,
        amount=str(request.amount),
        open=len(check.open),
        digest=check.digest,
    )
    return request


@transaction.atomic
def check_request(request, *, by, at):
    """Confirm that every condition is met and send the request on; Refused while one is unmet or unknown."""
    request, step = _begin(request, "check", by=by)
    check, snapshot = _freeze(request.milestone, by=by, at=at)
    if check.open:
        raise Refused(f"有 {len(check.open)} 项条件未满足，不能送审", check.gaps)
    return _approve(request, step, snapshot, by=by, at=at)


@transaction.atomic
def review_request(request, *, by, at):
    """Review: the section chief agrees with what the handler confirmed."""
    return _next(request, "review", by=by, at=at)


@transaction.atomic
def approve_request(request, *, by, at):
    """Approve: the leader in charge decides that the money is paid."""
    return _next(request, "approve", by=by, at=at)


def _next(request, verb, *, by, at):
    request, step = _begin(request, verb, by=by)
    check, snapshot = _freeze(request.milestone, by=by, at=at)
    if check.digest != request.snapshot.digest:
        return void(request, check, snapshot, at=at)
    return _approve(request, step, snapshot, by=by, at=at)


def _approve(request, step, snapshot, *, by, at):
    sign_step(request, step, APPROVED, by=by, at=at, digest=snapshot.digest)
    move(request, step.verb, by=by, at=at, snapshot=snapshot, changes={"snapshot": snapshot})
    audit.record(AUDITED[step.verb], by=by, at=at, target=request, digest=snapshot.digest)
    return request


@transaction.atomic
def return_request(request, *, reason, correct_by, by, at):
    """Send a request back to the agency from any step, by the one who holds it; ends this request, the next is a new round."""
    request = lock(request)
    step = flow.BY_STATE.get(request.state)
    if step is None:
        raise Conflict("这笔申请已办结")
    _refuse_step(request, step, by=by)
    problems = flow.return_problems(reason=reason, correct_by=correct_by, today=clock.day_of(at))
    if problems:
        raise Refused("没有退回", problems)
    check, snapshot = _freeze(request.milestone, by=by, at=at)
    sign_step(request, step, RETURNED, by=by, at=at, digest=check.digest, reason=reason.strip())
    changes = {"return_reason": reason.strip(), "correct_by": correct_by, "snapshot": snapshot}
    move(request, "return", by=by, at=at, snapshot=snapshot, reason=reason.strip(), changes=changes)
    audit.record(
        "payment.returned",
        by=by,
        at=at,
        target=request,
        step=step.verb,
        reason=reason.strip(),
        correct_by=str(correct_by),
    )
    return request


@transaction.atomic
def withdraw_request(request, *, by, at):
    """Take one's own request back while nobody has decided on it."""
    _may(by, Permission.PAYMENT_REQUEST)
    request = lock(request)
    if by.organisation_id != request.milestone.contract.provider_id:
        raise Refused("只能撤回本机构的申请")
    if request.state != flow.SUBMITTED:
        raise Conflict("甲方已在办理，不能撤回")
    move(request, "withdraw", by=by, at=at)
    audit.record("payment.withdrawn", by=by, at=at, target=request)
    return request


# --- what every step shares -------------------------------------------------------------------------------------------
def _may(by, permission):
    if not allows(by, permission):
        raise Refused(f"{by.get_role_display()}不能办理：{permission}")


def _lock_contract(milestone):
    return Contract.objects.select_for_update().get(pk=milestone.contract_id)


def lock(request):
    """The request with its milestone and contract, their rows locked in the one order."""
    contract_id = PaymentRequest.objects.values_list("milestone__contract_id", flat=True).get(pk=request.pk)
    Contract.objects.select_for_update().get(pk=contract_id)
    rows = PaymentRequest.objects.select_for_update(of=("self", "milestone"))
    return rows.select_related(
        "milestone__term", "milestone__contract__provider", "milestone__contract__purchaser", "snapshot", "submitted_by"
    ).get(pk=request.pk)


def _begin(request, verb, *, by):
    step = flow.BY_VERB[verb]
    request = lock(request)
    _refuse_step(request, step, by=by)
    return request, step


def _refuse_step(request, step, *, by):
    _may(by, step.permission)
    words = {row.account_id: flow.BY_VERB[row.step].word for row in request.approvals.filter(run=request.run)}
    problem = flow.step_problem(
        step, state=request.state, submitter=request.submitted_by.account_id, deciders=words, account=by.account_id
    )
    if problem:
        raise (Conflict if request.state != step.waits else Refused)(problem)


def _freeze(milestone, *, by, at):
    """The live check and its snapshot; lists show it from now on, too."""
    on = clock.day_of(at)
    check = queries.check_milestone(milestone, on=on)
    milestones.keep(milestone, check, on=on, at=at)
    return check, snapshots.freeze("eligibility", check.frozen(), by=by, at=at)


def begin_payment(request, *, by, at):
    """The last step's beginning: (locked request, step, check, snapshot)."""
    request, step = _begin(request, "pay", by=by)
    return request, step, *_freeze(request.milestone, by=by, at=at)


def void(request, check, snapshot, *, at):
    """Earlier approvals rest on another check: they are void, and the request is back with the handler for a new run."""
    told_changes = changes_between(request.snapshot.data["conditions"], snapshot.data["conditions"])
    reason = f"核验之后条件有变化：{'；'.join(told_changes)}"
    move(
        request,
        "void",
        by=None,
        at=at,
        snapshot=snapshot,
        reason=reason,
        changes={"run": request.run + 1, "snapshot": snapshot},
    )
    audit.record("payment.approvals_void", by=None, at=at, target=request, reason=reason, digest=check.digest)
    return request


def sign_step(request, step, decision, *, by, at, digest, reason=""):
    """One person's decision on one step of this run; the database refuses a second, and the wrong person."""
    with told():
        Approval.objects.create(
            request=request,
            run=request.run,
            step=step.verb,
            decision=decision,
            by=by,
            account_id=by.account_id,
            at=at,
            reason=reason,
            digest=digest,
        )


def move(request, verb, *, by, at, snapshot=None, reason="", changes=None):
    """The one door through which a request changes its state: compare, set, leave a history row."""
    sources, goal = flow.MOVES[verb]
    old, changes = request.state, {"state": goal, "handed_on": clock.day_of(at), **(changes or {})}
    with told():
        won = old in sources and PaymentRequest.objects.filter(pk=request.pk, state=old, run=request.run).update(
            **changes
        )
    if not won:
        raise Conflict
    for name, value in changes.items():
        setattr(request, name, value)
    _history(request, verb, old, by=by, at=at, snapshot=snapshot, reason=reason)


def _history(request, verb, old, *, by, at, snapshot=None, reason=""):
    RequestMove.objects.create(
        request=request,
        verb=verb,
        from_state=old,
        to_state=request.state,
        by=by,
        at=at,
        reason=reason,
        snapshot=snapshot,
    )
