"""The case forms on screen: one page a stage, filled in with what is known, kept as a draft, filed whole."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect

from caseload import forms, queries
from caseload.actions import papers as actions
from caseload.rules import cases as rules
from caseload.rules import forms as form_rules
from caseload.views.acting import answer, attempt, forbid_unless_own, keep_upload
from caseload.views.sheets import fact_lines, known_answers
from caseload.views.showing import shown_name
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page

HINTS = {
    "submit_intake": "提交后由所在街道（乡镇）主管部门审批。",
    "sign_plan": "计划和服务协议在同一天生效。",
    "submit_closure": "提交后由所在街道（乡镇）主管部门审批。",
    "plan": "提交后成为新一版计划，旧版保留。",
    "referral": "提交后由所在街道（乡镇）主管部门审批；未接案的直接转出。",
}
HANDED_IN = ("submit_intake", "submit_closure")
WITH_GOALS = ("sign_plan", "complete_evaluation")


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def submit_intake(request, pk):
    return _stage(request, pk, "submit_intake")


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def complete_assessment(request, pk):
    return _stage(request, pk, "complete_assessment")


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def sign_plan(request, pk):
    return _stage(request, pk, "sign_plan")


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def complete_evaluation(request, pk):
    return _stage(request, pk, "complete_evaluation")


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def submit_closure(request, pk):
    return _stage(request, pk, "submit_closure")


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def case_form(request, pk):
    """A form that is filled as the work goes: ?kind=process, plan (a new version), referral or follow_up."""
    kind = request.GET.get("kind", "process")
    if kind not in form_rules.ANYTIME:
        raise Http404
    if kind in form_rules.ANSWERED:  # it counts as an answer too, which services takes down
        return redirect("services:record_answer", tenant=request.tenant.slug, pk=pk)
    return _anytime(request, pk, kind)


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def follow_up(request, pk):
    return _anytime(request, pk, "follow_up")


def _anytime(request, pk, kind):
    case = queries.get_case(request.member, pk, on=clock.today())
    forbid_unless_own(request, case.contract)
    form = _form(request, case, [kind])

    def do(goals):
        on = form.cleaned_data["on"]
        actions.file_form(case, kind, answers=form.answers()[kind], on=on, by=request.member, at=clock.now())

    return _answer(request, case, form, None, do, title=form_rules.FORMS[kind].title, hint=HINTS.get(kind, ""))


def _stage(request, pk, verb):
    case = queries.get_case(request.member, pk, on=clock.today())
    forbid_unless_own(request, case.contract)
    form = _form(
        request, case, form_rules.STAGES[verb], with_agreement=verb == "sign_plan", dated=verb not in HANDED_IN
    )
    goal_forms = None
    if verb in WITH_GOALS:
        goal_forms = forms.GoalForms(request.POST or None, prefix="g", initial=form.drafted_goals or case.goals)

    def do(goals):
        at, known = clock.now(), form.cleaned_data
        file, on = keep_upload(known.get("agreement"), by=request.member, at=at), known.get("on") or clock.day_of(at)
        actions.file_stage(case, verb, answers=form.answers(), on=on, goals=goals, file=file, by=request.member, at=at)

    return _answer(request, case, form, goal_forms, do, title=rules.VERBS[verb], verb=verb, hint=HINTS.get(verb, ""))


def _form(request, case, kinds, **known):
    """The form with what the system knows, over it the draft; both only for those who handle the case."""
    initial, goals, drafts = {}, [], {}
    if queries.handles(request.member, case):
        drafts = queries.case_drafts(case)
        for kind in kinds:
            initial |= known_answers(case, kind)
            if kind in drafts:
                draft = queries.answers_of(drafts[kind])
                goals = draft.pop("goals", goals)
                initial |= draft | {"on": drafts[kind].filled_on}
    revising = kinds == ["plan"]
    form = forms.CaseForm(
        request.POST or None, request.FILES or None, kinds=kinds, initial=initial, revising=revising, **known
    )
    form.drafted_goals, form.drafts = goals, [drafts[kind] for kind in kinds if kind in drafts]
    return form


def _answer(request, case, form, goal_forms, do, *, title, hint, verb=""):
    goals_valid = goal_forms is None or goal_forms.is_valid()
    goals = [line.cleaned_data for line in goal_forms if line.cleaned_data.get("title")] if goal_forms and request.POST and goals_valid else []  # fmt: skip
    if request.method == "POST" and "draft" in request.POST:
        form.is_valid()
        day = form.cleaned_data.get("on") or clock.today()
        form.errors.clear()  # a draft need not be whole

        def keep():
            actions.keep_draft(case, answers=form.answers(), on=day, goals=goals, by=request.member, at=clock.now())

        if attempt(form, keep):
            messages.success(request, f"{case.number}：草稿已存")
            return redirect("caseload:case", tenant=request.tenant.slug, pk=case.pk)
    elif request.method == "POST":
        if form.is_valid() and goals_valid and attempt(form, lambda: do(goals)):
            messages.success(request, f"{case.number}：已{title}" if verb else f"{case.number}：已提交{title}")
            return redirect("caseload:case", tenant=request.tenant.slug, pk=case.pk)
        if verb and form.errors and not form.non_field_errors():
            for gap in queries.stage_gaps(case, verb, on=clock.today()):
                form.add_error(None, gap)
    context = {
        "case": case, "name": shown_name(request.member, case), "title": title, "hint": hint, "goals": goal_forms,
        "facts": fact_lines(case, form.kinds[0], handles=queries.handles(request.member, case)), "may_draft": queries.handles(request.member, case),
    }  # fmt: skip
    return answer(request, "caseload/case_form.html", form, **context)
