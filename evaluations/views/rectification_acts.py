from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from contracts.queries import get_contract
from evaluations.actions import rectification as actions
from evaluations.forms import rectification as forms
from evaluations.forms.consequences import ReasonForm
from evaluations.queries import rectification as queries
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


def _act(request, form, act, told, *, title, verb, order=None, contract=None, note="", clause=None):
    """A page with the one form of an act; what is refused is told on it, what was typed stays."""
    if request.method == "POST" and form.is_valid():
        try:
            done = act(**form.cleaned_data, by=request.member, at=clock.now())
            messages.success(request, told)
            pk = order.pk if order is not None else done.pk
            return redirect("evaluations:order", tenant=request.tenant.slug, pk=pk)
        except Refused as refused:
            form.add_error(None, [refused.message, *map(str, refused.problems)])
    about = order if order is not None else contract
    route = "evaluations:order" if order is not None else "evaluations:contract"
    back = reverse(route, kwargs={"tenant": request.tenant.slug, "pk": about.pk})
    context = {
        "form": form,
        "title": title,
        "verb": verb,
        "note": note,
        "clause": clause,
        "order": order,
        "number": queries.number_of(order) if order is not None else "",
        "contract": contract or order.contract,
        "back": back,
    }
    return render(request, "evaluations/rectification/act.html", context, status=422 if form.errors else 200)


def _order(request, pk):
    return queries.get_order(request.member, pk, on=clock.today())


def _form(form, request, **known):
    is_post = request.method == "POST"
    return form(request.POST if is_post else None, request.FILES if is_post else None, **known)


@page(Permission.CHECK_MANAGE, methods=("GET", "POST"))
def new_order(request, pk):
    contract = get_contract(request.member, pk, on=clock.today())
    if not queries.may_manage(request.member, contract):
        raise Http404
    return _act(
        request,
        _form(forms.OrderForm, request),
        partial(actions.order, contract),
        "已下达整改通知",
        title="下达整改通知",
        verb="下达",
        contract=contract,
    )


@page(Permission.ISSUE_REPLY, methods=("GET", "POST"))
def reply_order(request, pk):
    found = _order(request, pk)
    form = _form(forms.ReplyForm, request)
    act = partial(actions.reply, found)
    return _act(request, form, act, "已提交整改情况，等甲方核验", title="答复整改", verb="提交", order=found)


@page(Permission.CHECK_MANAGE, methods=("GET", "POST"))
def verify_order(request, pk):
    found = _order(request, pk)
    form = _form(forms.VerifyForm, request, order=found)
    act = partial(actions.verify, found)
    note = "核验结果登记后，合同约定的后果由另一人决定。"
    return _act(request, form, act, "已登记核验结果", title="核验整改", verb="登记", order=found, note=note)


@page(Permission.CHECK_MANAGE, methods=("GET", "POST"))
def remind_order(request, pk):
    found = _order(request, pk)
    counted = queries.reminders(found.contract)
    note = f"全合同已提醒 {counted.told}"
    form = _form(forms.RemindForm, request)
    act = partial(actions.remind, found)
    return _act(
        request, form, act, "已提醒乙方", title="提醒整改不到位", verb="提醒", order=found, note=note, clause=counted
    )


@page(Permission.CHECK_MANAGE, methods=("GET", "POST"))
def withdraw_order(request, pk):
    found = _order(request, pk)
    form = _form(ReasonForm, request)
    act = partial(actions.withdraw, found)
    return _act(request, form, act, "已撤销整改通知", title="撤销整改通知", verb="撤销", order=found)


@page(Permission.EVALUATION_VIEW, methods=("GET", "POST"))
def add_order_paper(request, pk):
    found = _order(request, pk)
    if not queries.may_add_paper(request.member, found):
        raise Http404
    form = _form(forms.PaperForm, request)
    act = partial(actions.add_paper, found)
    return _act(request, form, act, "已添加材料", title="补材料", verb="补材料", order=found)
