"""An invoice is registered when it is right, and says everything that is wrong."""

from datetime import date
from decimal import Decimal as D

import pytest

from payments.actions import invoices
from payments.models import Invoice
from payments.rules.invoices import number_fault
from tenancy import audit
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.payments import arranged


@pytest.mark.parametrize(
    ("number", "code", "fault"),
    [
        ("24110000000000000001", "", ""),
        ("12345678", "1100234130", ""),
        ("12345678", "011002300411", ""),
        ("24110000000000000001", "1100234130", "20 位数电票没有发票代码，代码栏应空着"),
        ("12345678", "", "8 位发票号码须同时填 10 位或 12 位发票代码"),
        ("2411000000000000001", "", "发票号码应为 20 位数字，或 8 位数字加发票代码，现为 19 位"),
        ("1234567A", "1100234130", "发票号码应为 20 位数字，或 8 位数字加发票代码，现为 8 位"),
    ],
)
def test_numbers_of_both_kinds_of_invoices(number, code, fault):
    assert number_fault(number, code) == fault


def test_an_invoice_that_is_right_is_kept_and_audited(act, first):
    invoice = arranged.invoiced(first, act.agency_finance)
    assert (invoice.number, invoice.amount, invoice.buyer) == ("24110000000000000001", D("70000.00"), "青河区民政局")
    assert audit.history(invoice).get().action == "invoice.registered"


def test_every_fault_is_told_at_once(act, first):
    with pytest.raises(Refused) as refusal:
        arranged.invoiced(
            first,
            act.agency_finance,
            number="123",
            amount=D("70000.01"),
            buyer="青河民政",
            seller="同心",
            issued_on=date(2024, 1, 4),
        )
    assert refusal.value.problems == [
        "发票号码应为 20 位数字，或 8 位数字加发票代码，现为 3 位",
        "价税合计 70,000.01 元，应为 70,000.00 元",
        "购买方写作“青河民政”，应为“青河区民政局”",
        "销售方写作“同心”，应为“同心社工服务中心”",
        "开票日期不得晚于今天",
    ]
    assert Invoice.objects.count() == 0


def test_the_same_number_is_refused_until_it_is_voided(act, first, last):
    invoice = arranged.invoiced(first, act.agency_finance)
    with pytest.raises(Refused, match="这张发票已登记"):
        arranged.invoiced(last, act.agency_finance)
    invoices.void_invoice(invoice, reason="抬头开错", by=act.agency_finance, at=at())
    assert arranged.invoiced(last, act.agency_finance).number == invoice.number


def test_a_milestone_has_one_valid_invoice(act, first):
    arranged.invoiced(first, act.agency_finance)
    with pytest.raises(Refused, match="先作废原来的一张"):
        arranged.invoiced(first, act.agency_finance, number="24110000000000000002")


def test_voiding_needs_a_reason_and_happens_once(act, first):
    invoice = arranged.invoiced(first, act.agency_finance)
    with pytest.raises(Refused, match="作废须写明原因"):
        invoices.void_invoice(invoice, reason=" ", by=act.agency_finance, at=at())
    invoices.void_invoice(invoice, reason="抬头开错", by=act.agency_finance, at=at())
    with pytest.raises(Conflict, match="这张发票已作废"):
        invoices.void_invoice(invoice, reason="再来", by=act.agency_finance, at=at())


def test_another_agency_cannot_touch_it(act, first):
    with pytest.raises(Refused, match="发票由乙方登记"):
        arranged.invoiced(first, act.rivals["agency_manager"])


def test_a_paid_milestone_keeps_its_invoice(act, first):
    arranged.first_paid(act, first)
    with pytest.raises(Conflict, match="这一期已付"):
        invoices.void_invoice(Invoice.objects.get(), reason="想改", by=act.agency_finance, at=at())
