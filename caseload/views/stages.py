"""The worker's acts on a case, one page each; all of them share one form page."""

from django.contrib import messages
from django.shortcuts import redirect

from caseload import forms, queries
from caseload.actions import cases as actions
from caseload.rules import cases as rules
from caseload.views.acting import answer, attempt, forbid_unless_own, keep_upload
from caseload.views.showing import shown_name
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def new_case(request, pk):
    """A case for a person of a household."""
    household = queries.get_household(request.member, pk, on=clock.today())
    forbid_unless_own(request, household.contract)
    form = forms.NewCaseForm(
        request.POST or None,
        household=household,
        initial={"person": household.people.first(), "worker": request.member, "identified_on": clock.today()},
    )
    made = []
    if form.is_valid() and attempt(
        form, lambda: made.append(actions.start_case(by=request.member, at=clock.now(), **form.cleaned_data))
    ):
        messages.success(request, f"已登记个案 {made[0].number}")
        return redirect("caseload:case", tenant=request.tenant.slug, pk=made[0].pk)
    return answer(request, "caseload/household_act.html", form, household=household, title="登记个案", hint="")


def _act(request, pk, form_of, do, verb, *, goals=False, hint=""):
    """Fetch, decide, render: `form_of(case)` gives the form, `do(case, form, goals, by, at)` acts."""
    case = queries.get_case(request.member, pk, on=clock.today())
    forbid_unless_own(request, case.contract)
    form = form_of(case)
    goal_forms = forms.GoalForms(request.POST or None, prefix="g", initial=case.goals) if goals else None
    valid = form.is_valid() and (goal_forms is None or goal_forms.is_valid())
    kept = (
        [line.cleaned_data for line in goal_forms if line.cleaned_data.get("title")]
        if valid and goal_forms is not None
        else []
    )
    if valid and attempt(form, lambda: do(case, form, kept, request.member, clock.now())):
        messages.success(request, f"{case.number}：已{rules.VERBS[verb]}")
        return redirect("caseload:case", tenant=request.tenant.slug, pk=pk)
    return answer(
        request,
        "caseload/case_act.html",
        form,
        case=case,
        name=shown_name(request.member, case),
        title=rules.VERBS[verb],
        goals=goal_forms,
        hint=hint,
    )


def _blank(request):
    return forms.BlankForm(request.POST if request.method == "POST" else None)


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def first_contact(request, pk):
    form = forms.FirstContactForm(request.POST or None)
    return _act(
        request,
        pk,
        lambda case: form,
        lambda case, form, goals, by, at: actions.note_first_contact(case, on=form.cleaned_data["on"], by=by, at=at),
        "note_first_contact",
    )


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def withdraw_case(request, pk):
    return _act(
        request,
        pk,
        lambda case: forms.ReasonForm(request.POST or None),
        lambda case, form, goals, by, at: actions.withdraw_case(case, reason=form.cleaned_data["reason"], by=by, at=at),
        "withdraw",
        hint="不再办理这份个案；已有的记录保留。",
    )


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def set_goals(request, pk):
    return _act(
        request,
        pk,
        lambda case: _blank(request),
        lambda case, form, goals, by, at: actions.set_goals(case, goals=goals, by=by, at=at),
        "set_goals",
        goals=True,
    )


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def recall_intake(request, pk):
    return _act(
        request,
        pk,
        lambda case: _blank(request),
        lambda case, form, goals, by, at: actions.recall_intake(case, by=by, at=at),
        "recall_intake",
    )


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def recall_closure(request, pk):
    return _act(
        request,
        pk,
        lambda case: _blank(request),
        lambda case, form, goals, by, at: actions.recall_closure(case, by=by, at=at),
        "recall_closure",
    )


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def set_case_system_no(request, pk):
    case = queries.get_case(request.member, pk, on=clock.today())
    forbid_unless_own(request, case.contract)
    form = forms.SystemNumberForm(request.POST or None, initial={"system_no": case.system_no})
    if form.is_valid() and attempt(
        form,
        lambda: actions.set_case_system_no(case, form.cleaned_data["system_no"], by=request.member, at=clock.now()),
    ):
        messages.success(request, f"{case.number}：已登记系统录入号")
        return redirect("caseload:case", tenant=request.tenant.slug, pk=pk)
    return answer(
        request,
        "caseload/case_act.html",
        form,
        case=case,
        name=shown_name(request.member, case),
        title="登记系统录入号",
        goals=None,
        hint="",
    )


def _addable(case):
    """[(kind, label)] of what may be added: papers that are collected, and signed copies of forms that were filed."""
    return [
        (kind, label if kind in rules.COLLECTED else f"{label}（签字件）")
        for kind, label in rules.PAPERS.items()
        if kind in rules.COLLECTED or kind in case.papers
    ]


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def add_case_paper(request, pk):
    case = queries.get_case(request.member, pk, on=clock.today())
    forbid_unless_own(request, case.contract)
    form = forms.PaperForm(
        request.POST or None,
        request.FILES or None,
        kinds=_addable(case),
        initial={"kind": request.GET.get("kind"), "filled_on": clock.today()},
    )

    def do():
        known, at = form.cleaned_data, clock.now()
        data = {"text": known["text"]} if known["text"] else None
        actions.add_case_paper(
            case,
            kind=known["kind"],
            filled_on=known["filled_on"],
            file=keep_upload(known["file"], by=request.member, at=at),
            data=data,
            by=request.member,
            at=at,
        )

    if form.is_valid() and attempt(form, do):
        messages.success(request, f"{case.number}：已补{rules.PAPERS[form.cleaned_data['kind']]}")
        return redirect("caseload:case", tenant=request.tenant.slug, pk=pk)
    return answer(
        request,
        "caseload/case_act.html",
        form,
        case=case,
        name=shown_name(request.member, case),
        title="补材料",
        goals=None,
        hint="",
    )
