from collections import Counter

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from caseload import forms, queries
from caseload.actions import cases as actions
from caseload.actions import referrals
from caseload.rules import cases as rules
from caseload.views.acting import attempt
from caseload.views.showing import decision_pane, shown_name
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page

TABS = {"all": "待办", "intake": "接案", "closure": "结案", "referral": "转介"}


def _waiting(member, on):
    """[(Waiting, the name that the member may see)] of the member's subdistrict."""
    return [(waiting, shown_name(member, waiting.case)) for waiting in queries.awaiting_decision(member, on=on)]


def _inbox(request, rows, form, *, chosen=None, status=200):
    """The split view: what waits on the left, one case on the right."""
    on = clock.today()
    tab = request.GET.get("tab") if request.GET.get("tab") in TABS else "all"
    counts = Counter(waiting.subject for waiting, _ in rows) | Counter(all=len(rows))
    shown = [(waiting, name) for waiting, name in rows if tab in ("all", waiting.subject)]
    wanted = str(chosen or request.GET.get("case", ""))
    picked = next((waiting for waiting, _ in shown if str(waiting.case.pk) == wanted), shown[0][0] if shown else None)
    context = {
        "rows": shown, "tab": tab, "tabs": [(code, label, counts[code]) for code, label in TABS.items()], "picked": picked, "form": form,
        "late": sum(bool(waiting.overdue) for waiting, _ in rows), "pane": decision_pane(request.member, picked.case, picked, on=on) if picked else None,
        "last": next(iter(queries.decided_by(request.member, limit=1)), None) if not rows else None,
    }  # fmt: skip
    return render(request, "caseload/approvals.html", context, status=status)


@page(Permission.CASE_APPROVE)
def approvals(request):
    return _inbox(request, _waiting(request.member, clock.today()), forms.DecisionForm())


@page(Permission.CASE_APPROVE)
def approval(request, pk):
    """One case that waits: the right pane for the split view, a page of its own for the hand."""
    on = clock.today()
    rows = _waiting(request.member, on)
    at = next((at for at, (waiting, _) in enumerate(rows) if waiting.case.pk == pk), None)
    if at is None:
        case = queries.get_case(request.member, pk, on=on)
        messages.warning(request, f"{case.number} 现在是“{case.get_state_display()}”，不在待办里")
        return redirect("caseload:case", tenant=request.tenant.slug, pk=pk)
    waiting = rows[at][0]
    context = {
        "pane": decision_pane(request.member, waiting.case, waiting, on=on),
        "form": forms.DecisionForm(),
        "place": at + 1,
        "count": len(rows),
    }
    template = "caseload/_decision.html" if request.htmx else "caseload/approval.html"
    return render(request, template, context)


@page(Permission.CASE_APPROVE)
def decided(request):
    """What the office has decided, newest first."""
    rows = [
        (move, rules.VERBS[move.verb], shown_name(request.member, move.case))
        for move in queries.decided_by(request.member)
    ]
    return render(request, "caseload/decided.html", {"rows": rows})


def _waits(rows, case):
    return next((waiting for waiting, _ in rows if waiting.case.pk == case.pk), None)


def _decide(request, pk, verb):
    """One decision: the same for the desk and the hand; afterwards the next case stands there."""
    on = clock.today()
    case = queries.get_case(request.member, pk, on=on)
    form = forms.DecisionForm(request.POST)
    name = shown_name(request.member, case)
    waiting = _waits(_waiting(request.member, on), case)
    subject = waiting.subject if waiting else "closure" if case.closure_reason else "intake"
    act = getattr(referrals if subject == "referral" else actions, f"{verb}_{subject}")
    if form.is_valid() and attempt(
        form, lambda: act(case, reason=form.cleaned_data["reason"], by=request.member, at=clock.now())
    ):
        word = rules.VERBS[act.__name__]
        messages.success(request, f"已{word}：{name}")
        return redirect(reverse("caseload:approvals", kwargs={"tenant": request.tenant.slug}))
    rows = _waiting(request.member, on)
    waiting = _waits(rows, case)
    status = 409 if getattr(form, "was_late", False) or waiting is None else 422
    if request.POST.get("hand") and waiting is not None:
        context = {
            "pane": decision_pane(request.member, case, waiting, on=on),
            "form": form,
            "place": 1,
            "count": len(rows),
        }
        return render(request, "caseload/approval.html", context, status=status)
    return _inbox(request, rows, form, chosen=pk, status=status)


@page(Permission.CASE_APPROVE, methods=("POST",))
def approve(request, pk):
    return _decide(request, pk, "approve")


@page(Permission.CASE_APPROVE, methods=("POST",))
def send_back(request, pk):
    return _decide(request, pk, "return")


@page(Permission.CASE_APPROVE, methods=("POST",))
def refuse(request, pk):
    return _decide(request, pk, "refuse")
