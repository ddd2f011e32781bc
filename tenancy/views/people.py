"""Who belongs to the tenant."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from tenancy import actions, clock, queries
from tenancy.forms import InviteForm
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.PEOPLE_MANAGE)
def people(request):
    return render(
        request,
        "tenancy/people.html",
        {"rows": queries.people(), "invitations": queries.open_invitations(at=clock.now())},
    )


@page(Permission.PEOPLE_MANAGE, methods=("GET", "POST"))
def invite(request):
    form = InviteForm(request.POST or None)
    if form.is_valid():
        try:
            invitation, token = actions.invite(**form.cleaned_data, by=request.member, at=clock.now())
        except Refused as refusal:
            form.add_error("role", refusal.message)
        else:
            return _show_link(request, invitation, token)
    return render(request, "tenancy/invite.html", {"form": form}, status=400 if form.errors else 200)


def _show_link(request, invitation, token):
    link = request.build_absolute_uri(reverse("invitation", args=[token]))
    return render(request, "tenancy/invited.html", {"invitation": invitation, "link": link})


@page(Permission.PEOPLE_MANAGE, methods=("POST",))
def end_membership(request, pk):
    membership = queries.get_membership(pk)
    try:
        actions.end_membership(membership, by=request.member, at=clock.now())
        messages.success(
            request, f"已停用{membership.account.name}的{membership.get_role_display()}身份，其登录立即失效"
        )
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("tenancy:people", tenant=request.tenant.slug)


@page(Permission.PEOPLE_MANAGE, methods=("POST",))
def reset_password(request, pk):
    membership = queries.get_membership(pk)
    try:
        invitation, token = actions.issue_password_reset(membership, by=request.member, at=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("tenancy:people", tenant=request.tenant.slug)
    return _show_link(request, invitation, token)


@page(Permission.PEOPLE_MANAGE, methods=("POST",))
def withdraw_invitation(request, pk):
    actions.withdraw_invitation(queries.get_invitation(pk), by=request.member, at=clock.now())
    messages.success(request, "邀请已撤回，原链接失效")
    return redirect("tenancy:people", tenant=request.tenant.slug)
