"""Milestones from a contract's payment terms, and their stored checks."""

from django.db import transaction
from django.db.models import Sum

from contracts.models import Contract
from documents import canonical
from payments import queries
from payments.models import EligibilityCheck, LedgerEntry, Milestone
from payments.rules.instalments import instalments
from tenancy import audit, clock
from tenancy.problems import Refused


@transaction.atomic
def open_milestones(contract, *, by, at):
    """Make one milestone for each payment term, amounts to the cent, and book the contract's amount in its ledger.

    May run again after the terms or the amount changed: what is new is added, what nobody has requested yet is corrected;
    Refused when a change would touch a milestone that is under way or paid. Returns the milestones in order.
    """
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    terms = list(contract.paymentterms.all())
    if contract.amount is None or contract.signed_on is None:
        raise Refused("合同没有价款或签订日期，不能开设支付节点")
    try:
        amounts = instalments(contract.amount, [(term.share, term.amount) for term in terms])
    except ValueError as error:
        raise Refused("付款条款算不平", [str(error)]) from error
    known = {milestone.term_id: milestone for milestone in contract.milestones.all()}
    milestones = [
        _open(contract, term, amount, known.get(term.pk)) for term, amount in zip(terms, amounts, strict=True)
    ]
    _commit(contract, at=at)
    audit.record("milestones.opened", by=by, at=at, target=contract, amounts=[str(amount) for amount in amounts])
    return milestones


def _open(contract, term, amount, milestone):
    title = term.title if "%" in term.title else f"{term.title} {_percent(term.share)}"
    if milestone is None:
        return Milestone.objects.create(contract=contract, term=term, no=term.no, title=title, amount=amount)
    if (milestone.no, milestone.title, milestone.amount) != (term.no, title, amount):
        if milestone.requests.exists():
            raise Refused(f"{milestone.title}已有付款申请，不能再改金额或期次")
        milestone.no, milestone.title, milestone.amount = term.no, title, amount
        milestone.save(update_fields=["no", "title", "amount"])
    return milestone


def _percent(share):
    return f"{(share * 100).normalize():f}%"


def _commit(contract, *, at):
    """Book the contract's amount, or what an amendment changed of it."""
    booked = contract.ledger.filter(kind=LedgerEntry.Kind.COMMITMENT).aggregate(total=Sum("amount"))["total"] or 0
    change = contract.amount - booked
    if change:
        note = "合同签订" if not booked else "合同价款变更"
        enter(
            contract,
            kind=LedgerEntry.Kind.COMMITMENT,
            amount=change,
            day=clock.day_of(at) if booked else contract.signed_on,
            note=note,
            at=at,
        )


def enter(contract, *, kind, amount, day, note, at, payment=None):
    """Add one line to the contract's ledger, after the last; the caller holds the contract's row lock."""
    last = contract.ledger.order_by("-no").first()
    number, balance = (last.no, last.balance) if last else (0, 0)
    return LedgerEntry.objects.create(
        contract=contract,
        no=number + 1,
        kind=kind,
        day=day,
        amount=amount,
        balance=balance + amount,
        payment=payment,
        note=note,
        at=at,
    )


@transaction.atomic
def store_check(milestone, *, by, at, table=None):
    """Check a milestone and keep the answer for lists; returns the Check. `table` spares measuring a contract twice.

    Refused for people who only look; `by` is None for the nightly check.
    """
    if by is not None and not queries.may_store_check(by):
        raise Refused("重新核对由参与付款的人办理")
    on = clock.day_of(at)
    check = queries.check_milestone(milestone, on=on, table=table)
    keep(milestone, check, on=on, at=at)
    if by is not None:
        audit.record("milestone.checked", by=by, at=at, target=milestone, result=check.result, digest=check.digest)
    return check


def keep(milestone, check, *, on, at):
    """Overwrite the milestone's last stored check."""
    rows = canonical.plain([condition.stored() for condition in check.conditions])
    EligibilityCheck.objects.update_or_create(
        milestone=milestone,
        defaults={"as_of": on, "checked_at": at, "result": check.result, "conditions": rows, "digest": check.digest},
    )


@transaction.atomic
def check_contract(contract, *, at):
    """The nightly check of a contract's open milestones, on one measurement; returns how many were checked."""
    milestones = list(
        contract.milestones.filter(state=Milestone.State.OPEN).select_related(
            "term", "contract__provider", "contract__purchaser"
        )
    )
    table = queries.measured(contract, milestones, on=clock.day_of(at))
    for milestone in milestones:
        store_check(milestone, by=None, at=at, table=table)
    if milestones:
        audit.record("milestones.checked", by=None, at=at, target=contract, count=len(milestones))
    return len(milestones)
