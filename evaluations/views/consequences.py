from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from evaluations.actions import consequences as actions
from evaluations.forms import consequences as forms
from evaluations.queries import consequences as queries
from evaluations.queries import rectification as orders
from evaluations.rules import consequences as rules
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.EVALUATION_VIEW)
def consequences(request):
    """What waits for a decision, what has to be put right, and what was decided, of all contracts that the member may see."""
    on = clock.today()
    return render(request, "evaluations/consequences/list.html", queries.overview(request.member, on=on) | {
        "orders": orders.open_orders(request.member, on=on), "on": on,
    })  # fmt: skip


def _consequence(request, pk):
    found = queries.get_consequence(request.member, pk, on=clock.today())
    if found.effect in rules.OF_MONEY and not allows(request.member, Permission.MONEY_VIEW):
        raise PermissionDenied
    return found


@page(Permission.EVALUATION_VIEW)
def consequence(request, pk):
    """One consequence: the clause, what it does, the decision, what came of it."""
    found = _consequence(request, pk)
    return render(request, "evaluations/consequences/consequence.html", shown(request.member, found, on=clock.today()))


def shown(member, row, *, on):
    """Everything on a consequence's page; the form only for who may decide now."""
    may_decide = queries.may_decide(member, row.contract)
    is_open, is_own = row.state == rules.PROPOSED, row.proposed_by.account_id == member.account_id
    is_held = row.effect == rules.HOLD and row.state == rules.ADOPTED and row.ended_at is None
    return {
        "row": row,
        "contract": row.contract,
        "told": rules.effect_told(row.effect, row.months, row.years),
        "would": rules.would_do(row.effect, queries.stand_of(row.contract, on=on), months=row.months, years=row.years),
        "form": forms.DecisionForm(consequence=row) if is_open and may_decide and not is_own else None,
        "waits_for_other": is_open and (is_own or not may_decide),
        "may_resume": may_decide and is_held,
        "waits_for": queries.waits_for(row) if is_held else "",
        "siblings": queries.siblings(row, member, on=on),
        "moves": row.moves.select_related("by__account").order_by("-at", "-id"),
    }


@page(Permission.CONSEQUENCE_DECIDE, methods=("POST",))
def decide_consequence(request, pk):
    """Adopt or decline; adopting carries it out."""
    found = _consequence(request, pk)
    form = forms.DecisionForm(request.POST, consequence=found)
    if form.is_valid():
        try:
            actions.decide(found, **form.cleaned_data, by=request.member, at=clock.now())
            messages.success(request, "已决定：" + ("采取" if form.cleaned_data["adopts"] else "不采取"))
            return redirect("evaluations:consequence", tenant=request.tenant.slug, pk=found.pk)
        except Refused as refused:
            form.add_error(None, [refused.message, *map(str, refused.problems)])
    context = shown(request.member, found, on=clock.today())
    return render(request, "evaluations/consequences/consequence.html", context | {"form": form}, status=422)


@page(Permission.CONSEQUENCE_DECIDE, methods=("GET", "POST"))
def resume_payment(request, pk):
    """End a stop of payment, with the reason."""
    found = _consequence(request, pk)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.resume_payment(found, **form.cleaned_data, by=request.member, at=clock.now())
            messages.success(request, "已恢复付款")
            return redirect("evaluations:consequence", tenant=request.tenant.slug, pk=found.pk)
        except Refused as refused:
            form.add_error(None, [refused.message, *map(str, refused.problems)])
    context = {
        "form": form,
        "row": found,
        "contract": found.contract,
        "title": "恢复付款",
        "verb": "恢复付款",
        "waits_for": queries.waits_for(found),
    }
    return render(request, "evaluations/consequences/act.html", context, status=422 if form.errors else 200)
