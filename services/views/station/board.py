"""Who is in, since when, which clock runs, what is missing; and who comes in or is refused."""

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from caseload.actions import station as plain
from caseload.queries import station as stays
from services.actions import station as actions
from services.forms import station as forms
from services.queries import station as queries
from services.views.shell import shell
from services.views.station.showing import attempted, kept, may_decide, may_receive
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.STAY_VIEW)
def station(request):
    """The board: everybody who is in, by room; those who hurt most are told at the top."""
    member, now = request.member, clock.now()
    on = clock.day_of(now)
    return _board(request, queries.contracts_of(member, on=on), request.GET.get("contract", ""), now=now)


@page(Permission.STAY_VIEW)
def contract_station(request, pk):
    """The board of one contract; 404 unless the member may see people who stay under it."""
    now = clock.now()
    contract = _contract(request, pk, lambda member, contract: True)
    return _board(request, [contract], str(contract.pk), now=now)


def _board(request, contracts, chosen, *, now):
    member, on = request.member, clock.day_of(now)
    contract = next((row for row in contracts if str(row.pk) == chosen), None) or next(iter(contracts), None)
    lines = queries.board(member, contract, now=now) if contract else []
    context = {
        "contracts": contracts, "contract": contract, "lines": lines, "now": now,
        "rooms": [(room.label if room else "未分配宿舍", list(rows)) for room, rows in groupby(lines, key=lambda line: line.stay.room)],
        "unknown": sum(1 for line in lines if not line.stay.is_identified), "late": sum(1 for line in lines if line.is_late),
        "waiting": sum(1 for line in lines if line.stay.state == "planned"), "due": sum(1 for line in lines if line.is_due),
        "leaving": sum(1 for line in lines if line.stay.leaving_at),
        "gone": [(row, queries.name_of(row, member)) for row in queries.gone(member, contract, on=on)] if contract else [],
        "may_receive": contract is not None and may_receive(member, contract), "may_decide": contract is not None and may_decide(member, contract),
    }  # fmt: skip
    return render(request, "services/station/station.html", context | shell(member))


def _contract(request, pk, allowed):
    """The contract of the page; 404 for strangers, 403 for those who only look."""
    contract = stays.station_contracts(request.member, on=clock.today()).filter(pk=pk).select_related("provider", "purchaser").first()  # fmt: skip
    if contract is None:
        raise Http404
    if not allowed(request.member, contract):
        raise PermissionDenied
    return contract


@page(Permission.STAY_VIEW, methods=("GET", "POST"))
def new_stay(request, pk):
    """求助登记表: admission, also of somebody nobody knows."""
    contract, now = _contract(request, pk, may_receive), clock.now()
    initial = {"asked_at": now, "admitted_at": now}
    rooms = stays.rooms(contract, on=clock.day_of(now))
    form = forms.AdmissionForm(request.POST or None, request.FILES or None, rooms=rooms, initial=initial)

    def do(known):
        return actions.admit(
            contract, person=form.person(), arrival=known["arrival"], asked_at=known["asked_at"], admitted_at=known["admitted_at"],
            room=known["room"], bed=known["bed"], form=form.answers(), by=request.member, at=now,
            proof=kept(known["proof"], by=request.member, at=now), file=kept(known["file"], by=request.member, at=now),
        )  # fmt: skip

    made = attempted(request, form, do)
    if made:
        messages.success(request, f"已登记入站：{made.number}")
        return redirect("services:stay", tenant=request.tenant.slug, pk=made.pk)
    return _answer(request, contract, form, "登记入站", "入站登记")


@page(Permission.STAY_CONFIRM, methods=("GET", "POST"))
def refuse_stay(request, pk):
    """不予救助通知书: the station's own decision."""
    contract, now = _contract(request, pk, may_decide), clock.now()
    form = forms.RefusalForm(request.POST or None, request.FILES or None, initial={"asked_at": now})

    def do(known):
        return plain.refuse(
            contract, person=form.person(), arrival=known["arrival"], asked_at=known["asked_at"], form=form.answers(),
            file=kept(known["file"], by=request.member, at=now), by=request.member, at=now,
        )  # fmt: skip

    made = attempted(request, form, do)
    if made:
        messages.success(request, f"已登记不予救助：{made.number}")
        return redirect("services:stay", tenant=request.tenant.slug, pk=made.pk)
    return _answer(request, contract, form, "不予救助", "不予救助通知书")


def _answer(request, contract, form, verb, title):
    context = {"contract": contract, "form": form, "verb": verb, "title": title, "stay": None, **shell(request.member)}
    return render(request, "services/station/act.html", context, status=422 if form.errors else 200)
