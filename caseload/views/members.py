"""Who belongs to a group."""

from django.contrib import messages
from django.shortcuts import redirect

from caseload import forms, queries
from caseload.actions import members as actions
from caseload.views.acting import answer, attempt, forbid_unless_own
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def add_member(request, pk):
    """Somebody joins; the page stays for the next one."""
    on = clock.today()
    group = queries.get_group(request.member, pk, on=on)
    forbid_unless_own(request, group.contract)
    households = queries.visible_households(request.member, on).filter(contract=group.contract)
    form = forms.MemberForm(request.POST or None, households=households)
    if form.is_valid() and attempt(
        form, lambda: actions.add_member(group, by=request.member, at=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, "已登记一名组员，可接着登记下一名")
        return redirect(request.path)
    return answer(
        request,
        "caseload/group_act.html",
        form,
        group=group,
        title="登记组员",
        contract=group.contract,
        done="登记完了",
    )


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def leave_group(request, pk):
    """Somebody leaves; what they attended stays."""
    row = queries.get_group_member(request.member, pk, on=clock.today())
    forbid_unless_own(request, row.group.contract)
    form = forms.LeaveGroupForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: actions.leave_group(row, on=form.cleaned_data["on"], by=request.member, at=clock.now())
    ):
        messages.success(request, "已登记退出")
        return redirect("caseload:group", tenant=request.tenant.slug, pk=row.group_id)
    return answer(
        request, "caseload/group_act.html", form, group=row.group, title="登记退出", contract=row.group.contract
    )


@page(Permission.GROUP_MANAGE, methods=("POST",))
def recognise_member(request, pk):
    """A member is the person on the ledger whom the worker names."""
    on = clock.today()
    row = queries.get_group_member(request.member, pk, on=on)
    forbid_unless_own(request, row.group.contract)
    try:
        if not request.POST.get("person"):
            raise Refused("先选台账上的人")
        person = queries.get_person(request.member, request.POST["person"], on=on)
        actions.recognise_member(row, person, by=request.member, at=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("caseload:group", tenant=request.tenant.slug, pk=row.group_id)
