"""Reminders: the bell, their page, and how a member wants to be told."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from services.actions import notices as actions
from services.forms.notices import PreferenceForm
from services.queries import notices as queries
from services.rules import notices as rules
from services.views.shell import shell
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.CASE_VIEW)
def bell(request):
    """The bell with the number of unread reminders."""
    return render(request, "services/_bell.html", {"number": queries.unread(request.member)})


def _reminded(request):
    """The member, if anything reminds it: whoever only looks has no reminders."""
    if not queries.is_reminded(request.member):
        raise Http404
    return request.member


@page(Permission.CASE_VIEW)
def notices(request):
    """The member's reminders, the newest first."""
    return _notices_page(request, None)


def _notices_page(request, form, status=200):
    member = _reminded(request)
    if form is None and queries.mail_is_on():
        known = queries.preference(member)
        form = PreferenceForm(
            initial={"wants_mail": known.wants_mail, "address": known.address.reveal()} if known else None
        )
    rows = list(queries.own_notices(member))
    context = {
        "rows": [(row, rules.told(row)) for row in rows],
        "unread": sum(row.read_at is None for row in rows),
        "form": form,
    }
    return render(request, "services/notices.html", context | shell(member), status=status)


@page(Permission.CASE_VIEW, methods=("POST",))
def read_notices(request):
    """All read."""
    actions.read_all(by=_reminded(request), at=clock.now())
    return redirect("services:notices", tenant=request.tenant.slug)


@page(Permission.CASE_VIEW, methods=("POST",))
def notice_preference(request):
    """Whether the digest comes by mail, too."""
    member, form = _reminded(request), PreferenceForm(request.POST)
    if form.is_valid():
        try:
            actions.set_preference(**form.cleaned_data, by=member, at=clock.now())
        except Refused as refusal:
            form.add_error("address", refusal.message)
        else:
            messages.success(request, "提醒方式已保存")
            return redirect("services:notices", tenant=request.tenant.slug)
    return _notices_page(request, form, status=400)
