"""The payment itself: recorded once, whatever is pressed how often by whom."""

from django.db import transaction

from payments.actions import requests
from payments.actions.milestones import enter
from payments.actions.refusals import told
from payments.models import LedgerEntry, Milestone, Payment
from payments.rules import flow
from tenancy import audit, clock
from tenancy.problems import Conflict, Refused


@transaction.atomic
def pay(request, *, voucher, paid_on, token, by, at):
    """Record that an approved request was paid; returns the Payment, or None when changed conditions voided the approvals.

    `token` names the form that was sent: the same token for the same payment answers with it again and writes nothing;
    for other contents it is refused.
    """
    contents = {"request_id": request.pk, "voucher": voucher.strip(), "paid_on": paid_on, "by_id": by.pk}
    try:
        request, step, check, snapshot = requests.begin_payment(request, by=by, at=at)
    except Conflict:
        # The same form may have been sent before: it has committed by now, since we waited for its lock.
        known = _paid_with(token, contents)
        if known:
            return known
        raise
    if check.digest != request.snapshot.digest:
        requests.void(request, check, snapshot, at=at)
        return None
    approved_on = clock.day_of(request.approvals.get(run=request.run, step="approve").at)
    problems = flow.payment_problems(voucher=voucher, paid_on=paid_on, approved_on=approved_on, today=clock.day_of(at))
    if problems:
        raise Refused("没有登记付款", problems)
    return _record(request, step, contents, token, snapshot, by=by, at=at)


def _paid_with(token, contents):
    payment = Payment.objects.filter(token=token).first()
    if payment and any(getattr(payment, name) != value for name, value in contents.items()):
        raise Conflict("这张付款单已用过，内容不同。刷新后重新填写")
    return payment


def _record(request, step, contents, token, snapshot, *, by, at):
    milestone = request.milestone
    requests.sign_step(request, step, requests.PAID, by=by, at=at, digest=snapshot.digest)
    with told():
        payment = Payment.objects.create(
            **contents, token=token, milestone=milestone, contract=milestone.contract, amount=request.amount, at=at
        )
    if not Milestone.objects.filter(pk=milestone.pk, state=Milestone.State.OPEN).update(state=Milestone.State.PAID):
        raise Conflict("这一期已付")
    requests.move(request, "pay", by=by, at=at, snapshot=snapshot)
    enter(
        milestone.contract,
        kind=LedgerEntry.Kind.PAYMENT,
        amount=-payment.amount,
        day=payment.paid_on,
        note=f"{milestone.title}，凭证 {payment.voucher}",
        at=at,
        payment=payment,
    )
    audit.record(
        "payment.paid",
        by=by,
        at=at,
        target=request,
        amount=str(payment.amount),
        voucher=payment.voucher,
        paid_on=str(payment.paid_on),
    )
    return payment
