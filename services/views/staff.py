"""People in post: what the contract counts of each, entered by either side, checked by the purchaser."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from contracts.queries import get_staff_post, labels, may_staff
from services import forms
from services.actions.staff import describe_post
from services.forms.asking import initial_facts
from services.queries.asked import Questions
from services.views.shell import shell
from tenancy import clock
from tenancy.permissions import ROLES, Permission
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.STAFF_MANAGE, methods=("GET", "POST"))
def staff_post(request, pk):
    """What is counted of a person in post."""
    member, now = request.member, clock.now()
    row = get_staff_post(member, pk, on=clock.day_of(now))
    side = ROLES[member.role].side
    if not may_staff(member, row.contract) or (side == "provider" and row.side != "provider"):
        raise PermissionDenied
    wanted = Questions(row.contract).of("staff", row.kind)
    form = forms.StaffForm(
        request.POST or None,
        contract=row.contract,
        wanted=wanted,
        may_approve=side == "purchaser",
        initial={
            **initial_facts(row.facts), "born_on": row.born_on, "area": row.area_id, "papers": row.papers, "approvals": row.approvals,
        },
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            describe_post(row, by=member, at=now, **form.values())
        except Refused as refusal:
            form.add_error(None, [refusal.message, *map(str, refusal.problems)])
        else:
            messages.success(request, f"已登记{row.name}的情况" + ("" if side == "purchaser" else "，等甲方核对"))
            return redirect("contracts:people", tenant=request.tenant.slug, pk=row.contract_id)
    context = {
        "post": row,
        "label": labels("post").get(row.post, row.post),
        "form": form,
        "asks": bool(form.fields),
        "is_provider": side == "provider",
        **shell(member),
    }
    return render(request, "services/staff_post.html", context, status=422 if form.errors else 200)
