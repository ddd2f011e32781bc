"""A contract's setting-up: its sections, its readings with what both sides say, what is still missing, letting it begin."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from config.setup import actions, queries
from contracts.models import Contract
from contracts.queries import get_contract, sees_money
from services.queries import readings
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused
from tenancy.web import page


def _own(request, pk):
    """The contract, and the side for which the member speaks; 404 for one who speaks for neither."""
    row = get_contract(request.member, pk, on=clock.today())
    side = readings.side(request.member, row)
    if not side:
        raise Http404
    return row, side


def _shown(request, row, side, problems=()):
    rows = readings.readings(row)
    is_draft = row.state == Contract.State.DRAFT
    return {
        "contract": row,
        "side": side,
        "is_draft": is_draft,
        "sections": queries.overview(row),
        "readings": rows,
        "agreed": sum(one.is_agreed for one in rows),
        "mine": [one for one in rows if one.verdicts.get(side) != "confirmed"],
        "missing": queries.missing(row, rows) if is_draft else [],
        "may_edit": is_draft and allows(request.member, Permission.CONTRACT_MANAGE),
        "open_readings": row.openreadings.all() if sees_money(request.member, row, on=clock.today()) else [],
        "problems": problems,
    }


@page(Permission.READING_CONFIRM)
def contract(request, pk):
    row, side = _own(request, pk)
    return render(request, "config/setup/contract.html", _shown(request, row, side))


@page(Permission.CONTRACT_MANAGE, methods=("POST",))
def activate(request, pk):
    row, side = _own(request, pk)
    try:
        actions.activate_contract(row, by=request.member, at=clock.now())
    except Refused as refused:
        problems = refused.problems or [refused.message]
        return render(request, "config/setup/contract.html", _shown(request, row, side, problems), status=422)
    messages.success(request, f"{row.short_title} 已启用，支付节点已开设")
    return redirect(reverse("contracts:contract", kwargs={"tenant": request.tenant.slug, "pk": row.pk}))


@page(Permission.CONTRACT_VIEW)
def agreement(request, pk):
    """What both sides have agreed of a contract, for its page: a draft's state, the amendments of one at work."""
    row = get_contract(request.member, pk, on=clock.today())
    rows = readings.readings(row)
    return render(
        request,
        "config/setup/_agreement.html",
        {
            "contract": row,
            "side": readings.side(request.member, row),
            "is_draft": row.state == Contract.State.DRAFT,
            "total": len(rows),
            "agreed": sum(one.is_agreed for one in rows),
            "amendment": readings.open_amendment(row),
            "amended": row.amendments.filter(state="in_force").count(),
        },
    )
