"""Which files are due, what holds them, and their destruction by two people."""

from django.contrib import messages
from django.shortcuts import redirect, render

from caseload import queries
from caseload.actions import retention as actions
from caseload.forms.retention import ErasureForm, KeepingForm, YearsForm
from caseload.queries import retention as reads
from caseload.rules import retention as rules
from caseload.views.acting import answer, attempt
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.web import page


def _standing(erasure):
    return rules.STATE_KINDS[erasure.state], rules.STATE_LABELS[erasure.state]


@page(Permission.RETENTION_MANAGE, methods=("GET", "POST"))
def retention(request):
    """The years of each class, the files whose years are over, what is held, and what was proposed and destroyed."""
    on, member = clock.today(), request.member
    form = YearsForm(request.POST or None)
    if form.is_valid() and attempt(form, lambda: actions.set_years(by=member, at=clock.now(), **form.cleaned_data)):
        messages.success(request, "已设定保存期限")
        return redirect("caseload:retention", tenant=request.tenant.slug)
    context = {
        "classes": reads.classes().values(), "due": reads.due_files(member, on=on), "holds": reads.holds(member, on=on),
        "erasures": [(row, _standing(row)) for row in reads.erasures(member, on=on)[:100]], "may_decide": allows(member, Permission.RETENTION_DECIDE),
    }  # fmt: skip
    return answer(request, "caseload/retention.html", form, **context)


@page(Permission.RETENTION_MANAGE, methods=("GET", "POST"))
def keeping(request, pk):
    """One family's file: when it is due, and what is done about it."""
    household = queries.get_household(request.member, pk, on=clock.today())
    due, waiting = reads.due_of(household), household.erasures.filter(state=rules.PROPOSED).first()
    form = KeepingForm(request.POST or None)
    if form.is_valid() and attempt(form, lambda: _act(household, waiting, form, by=request.member, at=clock.now())):
        messages.success(request, f"{household.number}：已{dict(KeepingForm.ACTS)[form.cleaned_data['act']]}")
        return redirect("caseload:retention", tenant=request.tenant.slug)
    faults = rules.faults(due.due_on, on=clock.today(), held=due.held, contract_runs=due.contract_runs, open_cases=due.open_cases)  # fmt: skip
    context = {
        "household": household,
        "due": due,
        "faults": faults,
        "waiting": waiting,
        "erased": reads.erased(household),
    }
    return answer(request, "caseload/keeping.html", form, **context)


def _act(household, waiting, form, *, by, at):
    act, reason = form.cleaned_data["act"], form.cleaned_data["reason"]
    if act == "propose":
        actions.propose_erasure(household, reason=reason, by=by, at=at)
    elif act == "hold":
        actions.set_hold(household, reason=reason, by=by, at=at)
    elif act == "lift":
        actions.lift_hold(household, by=by, at=at)
    elif waiting is not None:
        actions.withdraw_erasure(waiting, by=by, at=at)


@page(Permission.RETENTION_DECIDE)
def erasures(request):
    """What waits for the second person, and what was decided."""
    rows = [(row, _standing(row)) for row in reads.erasures(request.member, on=clock.today())[:100]]
    return render(request, "caseload/erasures.html", {"rows": rows})


@page(Permission.RETENTION_DECIDE, methods=("GET", "POST"))
def erasure(request, pk):
    """One proposal, with what would be destroyed and what would stay."""
    on = clock.today()
    found = reads.get_erasure(request.member, pk, on=on)
    form = ErasureForm(request.POST or None)
    if form.is_valid() and attempt(form, lambda: _decide(found, form, by=request.member, at=clock.now())):
        messages.success(
            request, f"{found.household.number}：{dict(form.fields['verdict'].choices)[form.cleaned_data['verdict']]}"
        )
        return redirect("caseload:erasures", tenant=request.tenant.slug)
    context = {"row": found, "standing": _standing(found), "due": reads.due_of(found.household)}
    return answer(request, "caseload/erasure.html", form, **context)


def _decide(found, form, *, by, at):
    if form.cleaned_data["verdict"] == "approve":
        actions.approve_erasure(found, by=by, at=at)
    else:
        actions.refuse_erasure(found, decision=form.cleaned_data["decision"], by=by, at=at)
