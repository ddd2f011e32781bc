from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from payments import queries
from payments.actions import invoices, milestones, payment, requests
from payments.forms import InvoiceForm, PayForm, ReturnForm, VoidForm
from payments.rules import flow
from payments.views import pages
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


def _milestone(request, pk):
    return queries.get_milestone(request.member, pk, on=clock.today())


def _request(request, pk):
    return queries.get_request(request.member, pk, on=clock.today())


def _back(request, pk):
    return redirect("payments:milestone", tenant=request.tenant.slug, pk=pk)


def _act(request, found, act, told):
    """Do one act on a request, say what happened or why not, and go back to its milestone."""
    try:
        done = act(found, by=request.member, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        _tell(request, done, told)
    return _back(request, found.milestone_id)


def _tell(request, done, told):
    if done.state == flow.SUBMITTED:
        messages.warning(request, f"没有办成，已退回核验。{done.moves.latest('at', 'id').reason}")
    else:
        messages.success(request, told)


def _again(request, milestone, name, form):
    """The milestone's page with the form that was wrong, its entries kept."""
    context = pages.milestone_page(milestone, member=request.member, at=clock.now())
    return render(request, "payments/milestone.html", context | {name: form, "only_open": False}, status=400)


@page(Permission.MONEY_VIEW, methods=("POST",))
def store_check(request, pk):
    found = _milestone(request, pk)
    if not queries.may_store_check(request.member):
        raise PermissionDenied
    check = milestones.store_check(found, by=request.member, at=clock.now())
    messages.success(request, f"已核对，{f'还差 {len(check.open)} 项' if check.open else '条件全部满足'}")
    return _back(request, pk)


@page(Permission.PAYMENT_REQUEST, methods=("POST",))
def submit_request(request, pk):
    found = _milestone(request, pk)
    try:
        made = requests.submit_request(found, by=request.member, at=clock.now())
        messages.success(request, f"已申请{found.title} {made.amount:,} 元，等经办人核验")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back(request, pk)


@page(Permission.PAYMENT_CHECK, methods=("POST",))
def check_request(request, pk):
    return _act(request, _request(request, pk), requests.check_request, "已核验，送科室负责人审核")


@page(Permission.PAYMENT_REVIEW, methods=("POST",))
def review_request(request, pk):
    return _act(request, _request(request, pk), requests.review_request, "已审核，送分管领导批准")


@page(Permission.PAYMENT_APPROVE, methods=("POST",))
def approve_request(request, pk):
    return _act(request, _request(request, pk), requests.approve_request, "已批准，送财务付款")


@page(Permission.PAYMENT_REQUEST, methods=("POST",))
def withdraw_request(request, pk):
    found = _request(request, pk)
    try:
        requests.withdraw_request(found, by=request.member, at=clock.now())
        messages.success(request, "已撤回申请")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back(request, found.milestone_id)


@page(Permission.PAYMENT_PAY, methods=("POST",))
def pay(request, pk):
    found, form = _request(request, pk), PayForm(request.POST)
    if form.is_valid():
        try:
            paid = payment.pay(found, **form.cleaned_data, by=request.member, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if paid:
                messages.success(request, f"已登记付款 {paid.amount:,} 元，凭证 {paid.voucher}")
            else:
                messages.warning(request, "没有付款：核验之后条件有变化，申请已退回经办人核验")
            return _back(request, found.milestone_id)
    return _again(request, found.milestone, "pay_form", form)


def _return(request, pk):
    found, form = _request(request, pk), ReturnForm(request.POST)
    if form.is_valid():
        try:
            requests.return_request(found, **form.cleaned_data, by=request.member, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已退回乙方，补正期限 {form.cleaned_data['correct_by']:%m-%d}")
            return _back(request, found.milestone_id)
    return _again(request, found.milestone, "return_form", form)


# One address for each step, so that each asks for its own permission.
return_from_check = page(Permission.PAYMENT_CHECK, methods=("POST",))(_return)
return_from_review = page(Permission.PAYMENT_REVIEW, methods=("POST",))(_return)
return_from_approve = page(Permission.PAYMENT_APPROVE, methods=("POST",))(_return)
return_from_pay = page(Permission.PAYMENT_PAY, methods=("POST",))(_return)


@page(Permission.PAYMENT_REQUEST, methods=("POST",))
def register_invoice(request, pk):
    found, form = _milestone(request, pk), InvoiceForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            made = invoices.register_invoice(found, **form.cleaned_data, by=request.member, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已登记发票 {made.number}")
            return _back(request, pk)
    return _again(request, found, "invoice_form", form)


@page(Permission.PAYMENT_REQUEST, methods=("POST",))
def void_invoice(request, pk):
    found, form = queries.get_invoice(request.member, pk, on=clock.today()), VoidForm(request.POST)
    if form.is_valid():
        try:
            invoices.void_invoice(found, **form.cleaned_data, by=request.member, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已作废发票 {found.number}")
            return _back(request, found.milestone_id)
    return _again(
        request, queries.get_milestone(request.member, found.milestone_id, on=clock.today()), "void_form", form
    )
