"""Records that may be one: the list of a contract, those of one indicator, and the decision that two are two."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from contracts.queries import get_contract
from services.actions import duplicates as actions
from services.forms.duplicates import ClearDuplicateForm
from services.queries import duplicates as queries
from services.queries.indicators import get_indicator, labels
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page

MOST = 50


@page(Permission.RECORD_VIEW)
def duplicates(request, pk):
    """The pairs of a contract that nobody has looked at, and those that were found to be two."""
    return _list(request, get_contract(request.member, pk, on=clock.today()))


def _list(request, contract, status=200, **more):
    on = clock.today()
    found = queries.shown(request.member, queries.pairs([contract.pk], most=MOST), on=on)
    context = {"contract": contract, "rows": found, "cleared": list(queries.cleared(request.member, contract, on=on))}
    context["most"] = MOST if len(found) == MOST else 0
    return render(request, "services/duplicates.html", context | more, status=status)


@page(Permission.RECORD_VERIFY, methods=("POST",))
def clear_duplicate(request, pk):
    """Say why two records are two."""
    contract = get_contract(request.member, pk, on=clock.today())
    if contract.provider_id != request.member.organisation_id:
        raise PermissionDenied
    form = ClearDuplicateForm(request.POST)
    pair = {name: form[name].value() for name in ("sign", "first", "second")}
    if not form.is_valid():
        return _list(request, contract, status=422, wrong=pair, form=form)
    known = form.cleaned_data
    reason = known.pop("reason")
    first, second = queries.get_pair(request.member, contract, on=clock.today(), **known)
    try:
        actions.clear_duplicate(first, second, sign=known["sign"], reason=reason, by=request.member, at=clock.now())
    except Refused as refusal:
        return _list(request, contract, status=409, refusal=refusal)
    messages.success(request, "已记下：不是重复")
    return redirect("services:duplicates", tenant=request.tenant.slug, pk=contract.pk)


@page(Permission.RECORD_VIEW)
def indicator_duplicates(request, pk):
    """The pairs of which both records count for an indicator, as its page shows them."""
    on = clock.today()
    row = get_indicator(request.member, pk, on=on)
    found = queries.counting_pairs(row.contract, row, on=on, labels=labels())
    return render(
        request,
        "services/_indicator_duplicates.html",
        {"indicator": row, "contract": row.contract, "rows": queries.shown(request.member, found, on=on)},
    )
