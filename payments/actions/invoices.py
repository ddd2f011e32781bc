"""Invoices of a milestone: registered when they are right, voided with a reason."""

from django.db import transaction

from documents.actions import files
from payments.actions.refusals import told
from payments.models import Invoice, Milestone
from payments.rules import invoices as rules
from tenancy import audit, clock
from tenancy.problems import Conflict, Refused


@transaction.atomic
def register_invoice(milestone, *, number, amount, issued_on, seller, buyer, by, at, code="", upload=None):
    """Register an invoice; Refused with every fault at once: number, amount, names, dates, a duplicate, a paid milestone."""
    milestone = (
        Milestone.objects.select_for_update(of=("self",))
        .select_related("contract__provider", "contract__purchaser")
        .get(pk=milestone.pk)
    )
    contract = milestone.contract
    if by.organisation_id != contract.provider_id:
        raise Refused("发票由乙方登记")
    if milestone.state == Milestone.State.PAID:
        raise Conflict("这一期已付")
    number, code = number.strip(), code.strip()
    problems = rules.problems(
        number=number, code=code, amount=amount, seller=seller, buyer=buyer, issued_on=issued_on, today=clock.day_of(at), signed_on=contract.signed_on,
        expected=milestone.amount, contract_seller=contract.provider.name, contract_buyer=contract.purchaser.name,
    )  # fmt: skip
    if problems:
        raise Refused("发票没有登记", problems)
    stored = files.store(upload, allow={"paper", "image"}, by=by, at=at) if upload else None
    with told():
        invoice = Invoice.objects.create(
            milestone=milestone,
            number=number,
            code=code,
            amount=amount,
            issued_on=issued_on,
            seller=seller.strip(),
            buyer=buyer.strip(),
            file=stored,
            registered_by=by,
            registered_at=at,
        )
    audit.record("invoice.registered", by=by, at=at, target=invoice, number=number, amount=str(amount))
    return invoice


@transaction.atomic
def void_invoice(invoice, *, reason, by, at):
    """Void an invoice with a reason; a request under way falls back to the handler at its next step."""
    milestone = (
        Milestone.objects.select_for_update(of=("self",)).select_related("contract").get(pk=invoice.milestone_id)
    )
    if by.organisation_id != milestone.contract.provider_id:
        raise Refused("发票由乙方作废")
    if milestone.state == Milestone.State.PAID:
        raise Conflict("这一期已付，发票不能作废")
    if not reason.strip():
        raise Refused("作废须写明原因")
    if not Invoice.objects.filter(pk=invoice.pk, voided_at=None).update(voided_at=at, void_reason=reason.strip()):
        raise Conflict("这张发票已作废")
    audit.record("invoice.voided", by=by, at=at, target=invoice, number=invoice.number, reason=reason.strip())
