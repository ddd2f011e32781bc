from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse

from contracts import actions, forms, queries
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


def _done(form, act):
    """Do an act with what the form holds; what it refuses is told on the form, what was typed stays."""
    if not form.is_valid():
        return False
    try:
        act(**form.cleaned_data)
    except Refused as refused:
        form.add_error(None, [refused.message, *map(str, refused.problems)])
        return False
    return True


def _address(request, name, contract):
    return reverse(f"contracts:{name}", kwargs={"tenant": request.tenant.slug, "pk": contract.pk})


def _form_page(request, form, contract, *, title, verb, back, note=""):
    """A page with one form about a contract; 422 while something is wrong."""
    context = {
        "form": form,
        "contract": contract,
        "title": title,
        "verb": verb,
        "back": _address(request, back, contract),
        "note": note,
    }
    return render(request, "contracts/act.html", context, status=422 if form.errors else 200)


@page(Permission.STAFF_MANAGE, methods=("GET", "POST"))
def add_staff_post(request, pk):
    now = clock.now()
    contract = queries.get_contract(request.member, pk, on=clock.day_of(now))
    if not queries.may_staff(request.member, contract):
        raise PermissionDenied
    form = forms.StaffPostForm(
        request.POST or None,
        contract=contract,
        member=request.member,
        initial={"from_day": clock.day_of(now), "side": "provider"},
    )
    made = []
    if request.method == "POST" and _done(
        form, lambda **data: made.append(actions.add_staff_post(contract, by=request.member, at=now, **data))
    ):
        messages.success(request, f"已登记{made[0].name}到岗。再登记计入指标的情况")
        return redirect("services:staff_post", tenant=request.tenant.slug, pk=made[0].pk)
    return _form_page(
        request,
        form,
        contract,
        title="登记到岗",
        verb="登记",
        back="people",
        note="乙方登记的人员，经甲方核对后计入人员配备指标",
    )


@page(Permission.STAFF_MANAGE, methods=("GET", "POST"))
def end_staff_post(request, pk):
    now = clock.now()
    post = queries.get_staff_post(request.member, pk, on=clock.day_of(now))
    if not queries.may_staff(request.member, post.contract):
        raise PermissionDenied
    form = forms.EndPostForm(request.POST or None, initial={"on": clock.day_of(now)})
    if request.method == "POST" and _done(
        form, lambda **data: actions.end_staff_post(post, by=request.member, at=now, **data)
    ):
        messages.success(request, f"已登记{post.name}离岗")
        return redirect(_address(request, "people", post.contract))
    return _form_page(request, form, post.contract, title=f"登记离岗：{post.name}", verb="登记离岗", back="people")


@page(Permission.CONTRACT_MANAGE, methods=("POST",))
def verify_staff_post(request, pk):
    now = clock.now()
    post = queries.get_staff_post(request.member, pk, on=clock.day_of(now))
    try:
        actions.verify_staff_post(post, by=request.member, at=now)
        messages.success(request, f"已核对{post.name}")
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(_address(request, "people", post.contract))


@page(Permission.CONTRACT_MANAGE, methods=("GET", "POST"))
def grant_reading(request, pk):
    now = clock.now()
    contract = queries.get_contract(request.member, pk, on=clock.day_of(now))
    form = forms.GrantForm(request.POST or None, contract=contract, initial={"from_day": clock.day_of(now)})
    if request.method == "POST" and _done(
        form, lambda **data: actions.grant_reading(contract, by=request.member, at=now, **data)
    ):
        messages.success(request, "已准许查看")
        return redirect(_address(request, "people", contract))
    return _form_page(
        request,
        form,
        contract,
        title="准许其他组织查看",
        verb="准许",
        back="people",
        note="可看服务记录、个案和指标，看不到价款和付款",
    )


@page(Permission.CONTRACT_MANAGE, methods=("POST",))
def end_grant(request, pk):
    now = clock.now()
    grant = queries.get_grant(request.member, pk, on=clock.day_of(now))
    actions.end_grant(grant, on=clock.day_of(now), by=request.member, at=now)
    messages.success(request, "已收回查看")
    return redirect(_address(request, "people", grant.contract))


@page(Permission.CONTRACT_MANAGE, methods=("GET", "POST"))
def decide_reading(request, pk):
    now = clock.now()
    reading = queries.get_reading(request.member, pk, on=clock.day_of(now))
    form = forms.DecisionForm(request.POST or None, reading=reading)
    if request.method == "POST" and _done(
        form, lambda **data: actions.decide_reading(reading, by=request.member, at=now, **data)
    ):
        messages.success(request, f"已选定：{reading.title}")
        return redirect(_address(request, "overview", reading.contract))
    return _form_page(
        request, form, reading.contract, title=reading.title, verb="选定", back="overview", note=reading.problem
    )


@page(Permission.CONSEQUENCE_DECIDE, methods=("GET", "POST"))
def lift_debarment(request, pk):
    now = clock.now()
    row = queries.get_debarment(request.member, pk, on=clock.day_of(now))
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and _done(
        form, lambda **data: actions.lift_debarment(row, by=request.member, at=now, **data)
    ):
        messages.success(request, f"已撤销，可以与{row.provider.short_name}签订合同")
        return redirect(_address(request, "overview", row.contract))
    note = f"{row.from_day:%Y-%m-%d} 至 {row.to_day:%Y-%m-%d} 不与{row.provider.short_name}签订新的合同"
    return _form_page(request, form, row.contract, title="撤销不再合作", verb="撤销", back="overview", note=note)
