from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from contracts.queries import get_contract
from evaluations.actions import acceptance as actions
from evaluations.actions import acceptance_appeal as appeals
from evaluations.forms import acceptance as forms
from evaluations.queries import acceptance as queries
from evaluations.queries import checklist
from evaluations.queries.outstanding import outstanding_work
from evaluations.views.acceptance import acceptance_page
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


def _acceptance(request, pk):
    return queries.get_acceptance(request.member, pk, on=clock.today())


def _done(request, acceptance, told):
    messages.success(request, told)
    return redirect("evaluations:acceptance", tenant=request.tenant.slug, pk=acceptance.pk)


def _again(request, acceptance, name, form):
    """The round's page with the form that was wrong, its entries kept."""
    signing = {"sign_form": form} if name == "sign_form" else {}
    context = acceptance_page(acceptance, member=request.member, on=clock.today(), **signing)
    return render(request, "evaluations/acceptance.html", context | {name: form}, status=400)


@page(Permission.ACCEPTANCE_REQUEST, methods=("GET", "POST"))
def request_acceptance(request, pk):
    """Ask for acceptance of one's own contract, with a statement on what is open."""
    contract = get_contract(request.member, pk, on=clock.today())
    if contract.provider_id != request.member.organisation_id:
        raise Http404
    failed = checklist.last_failed(contract)
    form = forms.RequestForm(request.POST or None, wanting=checklist.wanting(failed))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.request_acceptance(contract, **form.entered(), by=request.member, at=clock.now())
            return _done(request, made, f"已申请第 {made.round} 轮验收，等甲方安排评审")
        except Refused as refusal:
            form.add_error("statement" if "说明" in str(refusal) else None, str(refusal))
    gaps = outstanding_work(contract, on=clock.today())
    context = {"contract": contract, "form": form, "failed": failed, "gaps": gaps}
    return render(request, "evaluations/request_acceptance.html", context, status=400 if form.errors else 200)


@page(Permission.ACCEPTANCE_ORGANISE, methods=("POST",))
def schedule(request, pk):
    found = _acceptance(request, pk)
    form = forms.ScheduleForm(request.POST, contract=found.contract, on=clock.today())
    if form.is_valid():
        try:
            actions.schedule(found, **form.cleaned_data, by=request.member, at=clock.now())
            return _done(request, found, f"已安排评审 {form.cleaned_data['held_on']:%m-%d}")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _again(request, found, "schedule_form", form)


@page(Permission.ACCEPTANCE_SIGN, methods=("POST",))
def sign(request, pk):
    found = _acceptance(request, pk)
    form = forms.SignForm(request.POST, items=checklist.items_of(found))
    if form.is_valid():
        try:
            actions.sign(found, **form.entered(), by=request.member, at=clock.now())
            return _done(request, found, "已签名")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _again(request, found, "sign_form", form)


@page(Permission.ACCEPTANCE_ORGANISE, methods=("POST",))
def conclude(request, pk):
    found, form = _acceptance(request, pk), forms.ConcludeForm(request.POST)
    if form.is_valid():
        try:
            done = actions.conclude(found, **form.cleaned_data, by=request.member, at=clock.now())
            return _done(request, found, f"已登记结论：{done.get_result_display()}")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _again(request, found, "conclude_form", form)


@page(Permission.EVALUATION_VIEW, methods=("POST",))
def add_paper(request, pk):
    found, form = _acceptance(request, pk), forms.PaperForm(request.POST, request.FILES)
    if not queries.may_add_paper(found, request.member):
        raise PermissionDenied
    if form.is_valid():
        try:
            actions.add_paper(found, **form.cleaned_data, by=request.member, at=clock.now())
            return _done(request, found, "已添加材料")
        except Refused as refusal:
            form.add_error("upload", str(refusal))
    return _again(request, found, "paper_form", form)


@page(Permission.ACCEPTANCE_REQUEST, methods=("POST",))
def appeal(request, pk):
    found, form = _acceptance(request, pk), forms.AppealForm(request.POST)
    if found.contract.provider_id != request.member.organisation_id:
        raise Http404
    if form.is_valid():
        try:
            appeals.appeal(found, **form.cleaned_data, by=request.member, at=clock.now())
            return _done(request, found, "已提交申述意见，等甲方答复")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _again(request, found, "appeal_form", form)


@page(Permission.ACCEPTANCE_ORGANISE, methods=("POST",))
def reply_appeal(request, pk):
    row, form = queries.get_appeal(request.member, pk, on=clock.today()), forms.ReplyForm(request.POST)
    if form.is_valid():
        try:
            appeals.reply_appeal(row, **form.cleaned_data, by=request.member, at=clock.now())
            return _done(request, row.acceptance, "已答复乙方的申述意见")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _again(request, _acceptance(request, row.acceptance_id), "reply_form", form)
