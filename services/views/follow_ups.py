"""The plan of household revisits: its page, making it, one visit logged or put off, and work handed over after a preview."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from contracts.queries import contract_areas, get_contract
from services.actions import follow_up_handing as handing
from services.actions import follow_ups as actions
from services.forms.follow_ups import HandOverForm, PutOffForm
from services.queries import follow_up_handing as proposals
from services.queries import follow_ups as queries
from services.queries import records as record_queries
from services.rules import duties as due_rules
from services.rules import follow_ups as rules
from services.views.shell import shell
from tenancy import clock, workdays
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused
from tenancy.web import page

SHOWN = 100


def _may_plan(member, contract):
    return allows(member, Permission.PLAN_MANAGE) and contract.provider_id == member.organisation_id


@page(Permission.RECORD_VIEW)
def follow_up(request, pk):
    """The plan in numbers, and the visits of a month, a worker, a subdistrict or a tier."""
    contract = get_contract(request.member, pk, on=clock.today())
    return _plan_page(request, contract)


def _plan_page(request, contract, status=200, refusal=None):
    member, on, asked = request.member, clock.today(), request.GET
    summary = queries.summary(contract, on=on)
    month = due_rules.month_of(asked.get("month", ""), on)
    options = {
        "worker": [(str(row.key), row.name) for row in summary.workers],
        "street": [(str(area.pk), area.name) for area in contract_areas(contract)],
        "indicator": [(row.key, row.name) for row in summary.tiers],
    }
    wanted = {
        name: asked[name] for name, known in options.items() if asked.get(name) in {value for value, _word in known}
    }
    rows = queries.filtered(queries.visible_follow_ups(member, on=on).filter(contract=contract, state="planned"), month=month, **wanted)  # fmt: skip
    total = rows.count()
    calendar = workdays.calendar()
    shown = queries.standings(list(queries.with_names(rows)[:SHOWN]), on=on)
    context = {
        "contract": contract,
        "summary": summary,
        "lines": [_line(member, contract, calendar, on, *row) for row in shown],
        "number": total,
        "months": [(f"{row.key:%Y-%m}", row.name) for row in summary.months],
        "month": month,
        "options": options,
        "wanted": wanted,
        "asks": queries.lines(contract, on=on) if not summary.total.planned else [],
        "may_plan": _may_plan(member, contract),
        "refusal": refusal,
        "today": on,
    }
    return render(request, "services/follow_up.html", context | shell(member), status=status)


def _line(member, contract, calendar, on, row, state, record):
    head = next(iter(row.household.heads), None)
    return {
        "row": row,
        "name": record_queries.person_name(head, member, contract) if head else row.household.number,
        "state": state,
        "kind": rules.STANDING_KINDS[state],
        "label": rules.STANDING_LABELS[state],
        "record": record,
        "late": due_rules.late_by(row.due_on, on, calendar) if state == rules.OPEN else 0,
        "is_provisional": calendar.is_provisional(row.due_on),
    }


@page(Permission.PLAN_MANAGE, methods=("POST",))
def make_plan(request, pk):
    """Plan the whole term."""
    contract = _own(request, pk)
    try:
        number = actions.make_plan(contract, by=request.member, at=clock.now())
    except Refused as refusal:
        return _plan_page(request, contract, status=409, refusal=refusal)
    messages.success(request, f"已排 {number} 次回访")
    return redirect("services:follow_up", tenant=request.tenant.slug, pk=pk)


@page(Permission.PLAN_MANAGE, methods=("POST",))
def keep_in_step(request, pk):
    """Take over what has changed on registers since the night."""
    added, dropped = actions.keep_in_step(_own(request, pk), by=request.member, at=clock.now())
    told = f"新排 {added} 次，不再需要 {dropped} 次" if added or dropped else "名册和分级没有变化"
    messages.success(request, told)
    return redirect("services:follow_up", tenant=request.tenant.slug, pk=pk)


def _own(request, pk):
    contract = get_contract(request.member, pk, on=clock.today())
    if not _may_plan(request.member, contract):
        raise PermissionDenied
    return contract


# --- handing over -------------------------------------------------------------------------------------------------------
@page(Permission.PLAN_MANAGE, methods=("GET", "POST"))
def hand_over(request, pk):
    """Whose work goes to whom: chosen, shown with everybody's load before and after, then confirmed."""
    contract, now = _own(request, pk), clock.now()
    on = clock.day_of(now)
    givers, takers = proposals.givers(contract, on=on), queries.workers(contract, on=on)
    data = request.POST if request.method == "POST" else request.GET
    form = HandOverForm(data or None, givers=givers, takers=takers)
    found, refusal = None, None
    if form.is_valid():
        found = proposals.proposal(contract, on=on, **form.asked)
        if request.method == "POST":
            try:
                visits, cases = handing.hand_over(
                    contract, digest=request.POST.get("digest", ""), reason=form.cleaned_data["reason"], by=request.member, at=now, **form.asked
                )  # fmt: skip
            except Refused as problem:
                refusal = problem
            else:
                messages.success(request, f"已移交 {visits} 次回访" + (f"、{cases} 例个案" if cases else ""))
                return redirect("services:follow_up", tenant=request.tenant.slug, pk=pk)
    context = {"contract": contract, "form": form, "found": found, "refusal": refusal, "givers": givers}
    return render(request, "services/hand_over.html", context | shell(request.member), status=409 if refusal else 200)


# --- one visit ----------------------------------------------------------------------------------------------------------
@page(Permission.RECORD_WRITE)
def visit(request, pk):
    """To the record of this visit: the contract, the kind and the household are known."""
    row = queries.get_follow_up(request.member, pk, on=clock.today())
    known = {"contract": row.contract_id, "kind": row.kinds[0], "household": row.household_id}
    return redirect(f"{reverse('services:new_record', kwargs={'tenant': request.tenant.slug})}?{urlencode(known)}")


@page(Permission.RECORD_WRITE, methods=("GET", "POST"))
def put_off(request, pk):
    """Put a visit on another day: its worker, or who plans."""
    member, on = request.member, clock.today()
    row = queries.get_follow_up(member, pk, on=on)
    if row.worker_id != member.pk and not _may_plan(member, row.contract):
        raise Http404
    form = PutOffForm(request.POST or None, initial={"day": row.due_on})
    if form.is_valid():
        try:
            actions.put_off(row, **form.cleaned_data, by=member, at=clock.now())
        except Refused as refusal:
            form.add_error(None, "；".join([refusal.message, *refusal.problems]))
        else:
            messages.success(request, f"已改到 {form.cleaned_data['day']:%m-%d}")
            return redirect("services:calendar", tenant=request.tenant.slug)
    head = next(iter(row.household.heads), None)
    name = record_queries.person_name(head, member, row.contract) if head else row.household.number
    context = {"row": row, "form": form, "name": name, "moves": row.moves.select_related("by__account")}
    return render(request, "services/put_off.html", context | shell(member), status=400 if form.errors else 200)
