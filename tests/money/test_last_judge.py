"""What the database itself refuses, whatever the code above it does."""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from payments.actions import requests
from payments.models import Approval, LedgerEntry, Milestone, Payment, PaymentRequest
from tests.cast import at
from tests.payments import arranged

NOON = at("2024-01-04 12:00")


@pytest.fixture
def first(act):
    first, _ = arranged.seventy_thirty(act.contract, act.contract_manager)
    arranged.invoiced(first, act.agency_finance)
    return first


@pytest.fixture
def request_(act, first):
    return arranged.advanced(act, first, until="submitted")


@contextmanager
def refused(name):
    """The database refuses by the constraint of that name."""
    with pytest.raises(IntegrityError) as failure, transaction.atomic():
        yield
    assert failure.value.__cause__.diag.constraint_name.startswith(name)


def sign(request, by, step, *, decision="approved", account=None, run=1):
    return Approval.objects.create(
        request=request,
        run=run,
        step=step,
        decision=decision,
        by=by,
        account=account or by.account,
        at=NOON,
        digest="0" * 64,
        reason="原因",
    )


def pay_row(act, request, **changes):
    milestone = request.milestone
    values = {
        "milestone": milestone,
        "request": request,
        "contract": milestone.contract,
        "amount": milestone.amount,
        "paid_on": date(2024, 1, 5),
        "voucher": "1",
        "token": uuid4(),
        "by": act.bureau_finance,
        "at": NOON,
    }
    return Payment.objects.create(**values | changes)


def test_the_submitter_does_not_approve(act, request_):
    with refused("approval_not_submitter"):
        sign(request_, act.agency_manager, "check")


def test_nobody_signs_with_anothers_account(act, request_):
    with refused("approval_own_account"):
        sign(request_, act.contract_manager, "check", account=act.section_chief.account)


def test_one_person_decides_once(act, request_):
    request = requests.check_request(request_, by=act.contract_manager, at=NOON)
    with refused("approval_person"):
        sign(request, act.contract_manager, "review")


def test_a_step_is_decided_once(act, request_):
    sign(request_, act.contract_manager, "check")
    with refused("approval_step"):
        sign(request_, act.section_chief, "check")


@pytest.mark.parametrize("step", ["review", "approve", "pay", "wave"])
def test_no_step_is_skipped(act, request_, step):
    with refused("approval_order"):
        sign(request_, act.section_chief, step)


def test_an_approval_belongs_to_the_present_run(act, request_):
    with refused("approval_order"):
        sign(request_, act.contract_manager, "check", run=2)


@pytest.mark.parametrize("state", ["checked", "reviewed", "approved"])
def test_a_request_does_not_advance_without_its_approval(act, request_, state):
    with refused("paymentrequest_needs_approval"):
        PaymentRequest.objects.filter(pk=request_.pk).update(state=state)


def test_a_request_is_not_paid_without_a_payment(act, request_):
    with refused("paymentrequest_needs_payment"):
        PaymentRequest.objects.filter(pk=request_.pk).update(state="paid")


def test_what_has_ended_stays_ended(act, request_):
    requests.withdraw_request(request_, by=act.agency_manager, at=NOON)
    with refused("paymentrequest_ended"):
        PaymentRequest.objects.filter(pk=request_.pk).update(state="submitted")


def test_a_return_without_reason_or_limit_is_refused(act, request_):
    with refused("paymentrequest_reason"):
        PaymentRequest.objects.filter(pk=request_.pk).update(state="returned", correct_by=date(2024, 2, 1))
    with refused("paymentrequest_correct_by"):
        PaymentRequest.objects.filter(pk=request_.pk).update(state="returned", return_reason="缺")


def test_no_payment_without_four_people(act, first, request_):
    with refused("payment_four_people"):
        pay_row(act, request_)
    approved = PaymentRequest.objects.get(pk=request_.pk)
    for role, step in arranged.STEPS:
        approved = step(approved, by=act.members[role], at=NOON)
    with refused("payment_four_people"):  # finance has not signed
        pay_row(act, approved)
    sign(approved, act.bureau_finance, "pay", decision="paid")
    with refused("payment_four_people"):  # and pays for nobody else
        pay_row(act, approved, by=act.bureau_leader)


@pytest.fixture
def approved(act, first):
    """An approved request on which finance has signed, too."""
    request = arranged.advanced(act, first)
    sign(request, act.bureau_finance, "pay", decision="paid")
    return request


def test_only_the_approved_sum_is_paid(act, approved):
    for amount in ("69999.99", "70000.01"):
        with refused("payment_as_approved"):
            pay_row(act, approved, amount=D(amount))


def test_a_payment_belongs_to_its_own_contract(act, approved):
    other = arranged.another_contract(act, "QH02", "900000.00")
    with refused("payment_as_approved"):
        pay_row(act, approved, contract=other)


def test_more_than_the_contract_is_never_paid(act, first):
    from payments.actions.milestones import enter

    act.contract.amount = D("60000.00")
    act.contract.save()
    enter(act.contract, kind="commitment", amount=D("-40000.00"), day=date(2024, 1, 3), note="变更", at=NOON)
    request = requests.submit_request(first, by=act.agency_manager, at=NOON)
    for step, member in (
        ("check", act.contract_manager),
        ("review", act.section_chief),
        ("approve", act.bureau_leader),
        ("pay", act.bureau_finance),
    ):
        sign(request, member, step)
        if step != "pay":
            PaymentRequest.objects.filter(pk=request.pk).update(
                state={"check": "checked", "review": "reviewed", "approve": "approved"}[step]
            )
    with refused("payment_within_contract"):
        pay_row(act, request)


def test_a_milestone_is_paid_once(act, approved):
    act.contract.amount = D("900000.00")  # so that it is not the ceiling that refuses
    act.contract.save()
    payment = pay_row(act, approved)
    with refused("payments_payment"):
        pay_row(act, approved, voucher="2")
    LedgerEntry.objects.create(
        contract=act.contract,
        no=2,
        kind="payment",
        day=payment.paid_on,
        amount=-payment.amount,
        balance=D("30000.00"),
        payment=payment,
        note="付",
        at=NOON,
    )


def test_a_payment_is_booked_in_the_same_transaction(act, approved):
    with refused("payment_booked"):
        pay_row(act, approved)
        connection.check_constraints()


def test_a_contract_is_not_cut_below_what_was_paid(act, first):
    arranged.paid(act, arranged.advanced(act, first))
    act.contract.amount = D("69999.99")
    with refused("payment_within_contract"):
        act.contract.save()
    act.contract.amount = D("70000.00")
    act.contract.save()


def test_a_milestone_is_not_called_paid_without_money_and_never_again_open(act, first):
    with refused("milestone_needs_payment"):
        Milestone.objects.filter(pk=first.pk).update(state="paid")
    arranged.paid(act, arranged.advanced(act, first))
    with refused("milestone_paid_is_final"):
        Milestone.objects.filter(pk=first.pk).update(state="open")


def test_the_ledger_goes_on_where_it_stopped(act, first):
    line = {"contract": act.contract, "kind": "commitment", "day": date(2024, 1, 3), "note": "错", "at": NOON}
    with refused("ledgerentry_follows"):
        LedgerEntry.objects.create(no=3, amount=D("1.00"), balance=D("100001.00"), **line)
    with refused("ledgerentry_follows"):
        LedgerEntry.objects.create(no=2, amount=D("1.00"), balance=D("100002.00"), **line)


def test_a_ledger_line_of_a_payment_is_the_payment(act, approved):
    payment = pay_row(act, approved)
    with refused("ledgerentry_of_payment"):
        LedgerEntry.objects.create(
            contract=act.contract,
            no=2,
            kind="payment",
            day=payment.paid_on,
            amount=D("-1.00"),
            balance=D("99999.00"),
            payment=payment,
            note="少",
            at=NOON,
        )
    LedgerEntry.objects.create(
        contract=act.contract,
        no=2,
        kind="payment",
        day=payment.paid_on,
        amount=-payment.amount,
        balance=D("30000.00"),
        payment=payment,
        note="付",
        at=NOON,
    )


@pytest.mark.parametrize(
    "table", ["payments_approval", "payments_payment", "payments_ledgerentry", "payments_requestmove"]
)
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"])
def test_money_rows_are_only_added(act, table, statement):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
