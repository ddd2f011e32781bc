"""Many people press at the same instant, on real PostgreSQL: one approval, one payment, one line in the ledger.

Each round has a control beside it: the usual view's read-check-write against a table without these walls. If the control
does not pay twice, the threads did not meet and the test proves nothing.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.db import connection, transaction

from payments.actions import open_milestones, payment, requests
from payments.models import Approval, LedgerEntry, Payment, PaymentRequest
from tenancy import actions as tenancy
from tenancy import audit, scope
from tenancy.models import Membership
from tenancy.problems import Conflict, Refused
from tests.cast import at, make_cast
from tests.payments import arranged

MOMENT = at("2024-01-05 10:00")
DAY = date(2024, 1, 5)


def colleagues(cast, role, number):
    """So many people in one role of the bureau, the cast's own first."""
    made = [cast.members[role]]
    for place in range(1, number):
        account = tenancy.create_account(login=f"{role}.{place}", name=f"{role}{place}", password="Correct-horse-9")
        membership = tenancy.add_membership(
            account=account, organisation=cast.contract.purchaser, role=role, by=None, at=MOMENT
        )
        made.append(Membership.objects.select_related("account", "organisation", "tenant").get(pk=membership.pk))
    return made


def waiting(cast):
    """One request that waits for the leader, for the only milestone of a contract of its own."""
    contract = arranged.another_contract(cast, f"X{uuid4().hex[:8]}", "1.00")
    contract.paymentterms.create(
        no=1, title="全款", share=D(1), triggers=[], due_from="contract_signed", due_within=10, invoice="after"
    )
    [milestone] = open_milestones(contract, by=cast.contract_manager, at=MOMENT)
    return arranged.advanced(cast, milestone, until="reviewed", moment="2024-01-05 09:00")


class Crowd:
    """Threads with a connection each, that do one thing at one instant and say what came of it."""

    def __init__(self, size, tenant_id):
        self.size, self.tenant_id = size, tenant_id
        self.barrier = threading.Barrier(size)
        self.pool = ThreadPoolExecutor(size)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        list(self.pool.map(lambda _: (self.barrier.wait(), connection.close()), range(self.size)))
        self.pool.shutdown()

    def press(self, act):
        return list(self.pool.map(lambda place: self._one(act, place), range(self.size)))

    def _one(self, act, place):
        self.barrier.wait()
        try:
            with scope.tenant(self.tenant_id):
                return act(place)
        except Refused as refusal:
            return type(refusal)


def control_table():
    with connection.cursor() as cursor:
        role = connection.settings_dict["OPTIONS"]["assume_role"]
        cursor.execute("RESET ROLE")
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS naive_request (id uuid PRIMARY KEY, state text); CREATE TABLE IF NOT EXISTS naive_payment (request_id uuid)"
        )
        cursor.execute(
            f'TRUNCATE naive_request, naive_payment; GRANT SELECT, INSERT, UPDATE ON naive_request, naive_payment TO "{role}"; SET ROLE "{role}"'
        )


def drop_control_table():
    with connection.cursor() as cursor:
        role = connection.settings_dict["OPTIONS"]["assume_role"]
        cursor.execute(f'RESET ROLE; DROP TABLE naive_request, naive_payment; SET ROLE "{role}"')


def pay_naively(pk):
    """What a view does that reads, checks and writes inside one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT state FROM naive_request WHERE id = %s", [pk])
        if cursor.fetchone()[0] == "approved":
            cursor.execute("INSERT INTO naive_payment VALUES (%s)", [pk])
            cursor.execute("UPDATE naive_request SET state = 'paid' WHERE id = %s", [pk])


def one_round(cast, crowd, leaders, payers):
    """(control paid, approvals, payments, ledger lines) of one request on which everybody presses at once."""
    with scope.tenant(cast.tenant.pk):
        request = waiting(cast)
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO naive_request VALUES (%s, 'approved')", [request.pk])
    crowd.press(lambda place: pay_naively(request.pk))
    approved = crowd.press(
        lambda place: (
            requests.approve_request(
                PaymentRequest.objects.get(pk=request.pk), by=leaders[place % len(leaders)], at=MOMENT
            ).state
        )
    )
    token = uuid4()
    # Half of the crowd presses the same form again, the other half has forms and colleagues of its own.
    paid = crowd.press(
        lambda place: payment.pay(
            PaymentRequest.objects.get(pk=request.pk), voucher=f"{request.pk}" if place % 2 else f"{request.pk}"[:30] + str(place), paid_on=DAY,
            token=token if place % 2 else uuid4(), by=payers[0] if place % 2 else payers[place % len(payers)], at=MOMENT,
        ).pk
    )  # fmt: skip
    assert [answer for answer in approved if answer is not Conflict] == ["approved"]
    assert len({answer for answer in paid if answer is not Conflict}) == 1
    with scope.tenant(cast.tenant.pk):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM naive_payment WHERE request_id = %s", [request.pk])
            control = cursor.fetchone()[0]
        approvals = list(Approval.objects.filter(request=request).values_list("step", flat=True))
        entries = list(LedgerEntry.objects.filter(contract=request.milestone.contract).values_list("amount", flat=True))
        return control, approvals, Payment.objects.filter(request=request).count(), entries


def rounds_of(number, people):
    """Runs the rounds; returns how many rounds the control paid twice in."""
    cast = make_cast()
    with scope.tenant(cast.tenant.pk):
        leaders, payers = colleagues(cast, "bureau_leader", 2), colleagues(cast, "bureau_finance", 2)
    control_table()
    doubled = 0
    try:
        with Crowd(people, cast.tenant.pk) as crowd:
            for _ in range(number):
                control, approvals, payments, entries = one_round(cast, crowd, leaders, payers)
                assert approvals == ["check", "review", "approve", "pay"]
                assert (payments, entries) == (1, [D("1.00"), D("-1.00")])
                doubled += control > 1
    finally:
        drop_control_table()
    with scope.tenant(cast.tenant.pk):
        assert Payment.objects.count() == number
        assert audit.broken_links() == []
    return doubled


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_approve_once_and_pay_once():
    assert rounds_of(100, 8) > 10


@pytest.mark.load
@pytest.mark.django_db(transaction=True)
def test_thirty_two_at_once_approve_once_and_pay_once():
    assert rounds_of(1000, 32) > 100
