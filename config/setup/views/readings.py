"""One reading as both sides see it: sentence, clause, versions; confirming it, objecting to it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from config.setup.forms import ObjectionForm
from contracts.models import Contract
from services.actions import readings as actions
from services.queries import readings as queries
from services.queries.indicator_page import segments
from services.queries.indicators import get_indicator
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused
from tenancy.web import page


def _own(request, pk):
    """The indicator, and the side for which the member speaks; 404 for one who speaks for neither."""
    row = get_indicator(request.member, pk, on=clock.today())
    side = queries.side(request.member, row.contract)
    if not side:
        raise Http404
    return row, side


@page(Permission.READING_CONFIRM)
def reading(request, pk):
    row, side = _own(request, pk)
    return render(request, "config/setup/reading.html", _shown(request, row, side))


def _shown(request, row, side, form=None):
    read = queries.reading(row)
    own = read.said.get(side)
    return {
        "indicator": row,
        "contract": row.contract,
        "read": read,
        "segments": segments(row.sentence),
        "versions": queries.versions(row),
        "side": side,
        "may_confirm": own is None or own.verdict != "confirmed",
        "may_edit": allows(request.member, Permission.CONTRACT_MANAGE) and row.contract.state == Contract.State.DRAFT,
        "form": form or ObjectionForm(initial={"version": row.version}),
        "following": _following(row, side),
    }


def _following(row, side):
    """The next indicator of the contract that this side has not confirmed, or None."""
    rows = queries.readings(row.contract)
    open_rows = [one.indicator for one in rows if one.verdicts.get(side) != "confirmed" and one.indicator.pk != row.pk]
    return next((one for one in open_rows if one.sort > row.sort), open_rows[0] if open_rows else None)


@page(Permission.CONTRACT_VIEW)
def said(request, pk):
    """What both sides say of an indicator's reading, for its page."""
    row = get_indicator(request.member, pk, on=clock.today())
    side = queries.side(request.member, row.contract)
    return render(request, "config/setup/_said.html", {"indicator": row, "read": queries.reading(row), "side": side})


def _version(request):
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else 0


@page(Permission.READING_CONFIRM, methods=("POST",))
def confirm(request, pk):
    row, side = _own(request, pk)
    try:
        actions.confirm_reading(row, version=_version(request), by=request.member, at=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(reverse("setup:reading", kwargs={"tenant": request.tenant.slug, "pk": row.pk}))
    messages.success(request, f"已确认“{row.title}”的口径")
    following = _following(row, side) if row.contract.state == Contract.State.DRAFT else None
    target = ("setup:reading", following.pk) if following else ("setup:contract", row.contract.pk)
    return redirect(reverse(target[0], kwargs={"tenant": request.tenant.slug, "pk": target[1]}))


@page(Permission.READING_CONFIRM, methods=("POST",))
def object_to(request, pk):
    row, side = _own(request, pk)
    form = ObjectionForm(request.POST)
    if form.is_valid():
        try:
            actions.object_to_reading(row, by=request.member, at=clock.now(), **form.cleaned_data)
            messages.success(request, f"已对“{row.title}”提出异议")
            return redirect(reverse("setup:contract", kwargs={"tenant": request.tenant.slug, "pk": row.contract.pk}))
        except Refused as refused:
            form.add_error(None, refused.message)
    return render(request, "config/setup/reading.html", _shown(request, row, side, form), status=422)
