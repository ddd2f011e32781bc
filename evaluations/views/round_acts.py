from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from contracts.queries import get_contract
from evaluations.actions import rounds as actions
from evaluations.forms import rounds as forms
from evaluations.queries import round_page
from evaluations.queries import rounds as queries
from evaluations.rules import rounds as rules
from evaluations.views.rounds import shown
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page

SCORING_DAYS = 21


def _organised(request, pk):
    """A round of a contract whose handler the member is; 403 for others who may see it."""
    found = queries.get_round(request.member, pk, on=clock.today())
    if not queries.may_organise(request.member, found.contract):
        raise PermissionDenied
    return found


def _address(request, round):
    return reverse("evaluations:round", kwargs={"tenant": request.tenant.slug, "pk": round.pk})


def _done(request, round, told):
    messages.success(request, told)
    return redirect(_address(request, round))


def _tried(request, form, call, told):
    """Run an act of a valid form: the answer, or None with the refusal on the form."""
    try:
        return _done(request, call(by=request.member, at=clock.now()), told)
    except Refused as refusal:
        for problem in refusal.problems or [str(refusal)]:
            form.add_error(None, problem)
    return None


def _act(request, round, form, **words):
    """A page with one form about a round."""
    context = {"round": round, "contract": round.contract, "form": form, "back": _address(request, round)} | words
    return render(request, "evaluations/rounds/act.html", context, status=400 if form.errors else 200)


def _pressed(request, round, call, told):
    """An act without a form: done, or the refusal on the round's page."""
    try:
        return _done(request, call(round, by=request.member, at=clock.now()), told)
    except Refused as refusal:
        context = shown(
            queries.get_round(request.member, round.pk, on=clock.today()), member=request.member, on=clock.today()
        )
        context["refusal"] = refusal
        return render(request, "evaluations/rounds/round.html", context, status=400)


@page(Permission.ACCEPTANCE_ORGANISE, methods=("GET", "POST"))
def prepare_round(request, pk):
    """Begin a round of one of the contract's evaluations."""
    on = clock.today()
    contract = get_contract(request.member, pk, on=on)
    if not queries.may_organise(request.member, contract):
        raise Http404
    rows = queries.preparable(contract, on=on)
    choices = [(row["said"]["code"], row["said"]["title"]) for row in rows if not row["problems"]]
    initial = {
        "evaluation": request.GET.get("evaluation") or (choices[0][0] if len(choices) == 1 else ""),
        "cutoff_on": on,
        "scores_until": on + timedelta(days=SCORING_DAYS),
    }
    form = forms.PrepareForm(request.POST or None, choices=choices, initial=initial)
    if request.method == "POST" and form.is_valid():
        call = lambda **by: actions.prepare(contract, **form.cleaned_data, **by)  # noqa: E731
        answer = _tried(request, form, call, "已建立评估，指派评分人后开始")
        if answer is not None:
            return answer
    context = {"contract": contract, "form": form, "rows": rows, "choices": choices, "on": on}
    return render(request, "evaluations/rounds/prepare.html", context, status=400 if form.errors else 200)


@page(Permission.ACCEPTANCE_ORGANISE, methods=("GET", "POST"))
def assign_scorers(request, pk, party):
    """Let people score for one party of the scheme."""
    round, on = _organised(request, pk), clock.today()
    parties = rules.parties_of(queries.scheme_of(round), with_self=round.has_self_evaluation)
    judge = next((row for row in parties if row.code == party), None)
    if judge is None:
        raise Http404
    until = round.self_until if party == rules.SELF else round.scores_until
    initial = {"from_day": on, "to_day": max(until, on)}
    form = forms.AssignForm(request.POST or None, round=round, party=judge, initial=initial)
    if request.method == "POST" and form.is_valid():
        call = lambda **by: actions.assign(round, party=party, **form.cleaned_data, **by)  # noqa: E731
        answer = _tried(request, form, call, f"已指派：{judge.title}")
        if answer is not None:
            return answer
    note = f"至少 {judge.least} 人。评分人先声明利害关系，截止日以后看不到这次评估。"
    return _act(request, round, form, title=f"指派评分人：{judge.title}", verb="指派", note=note)


@page(Permission.ACCEPTANCE_ORGANISE, methods=("GET", "POST"))
def release_scorer(request, pk):
    """Take out a scorer who has not signed, with the reason."""
    scorer = queries.get_scorer(request.member, pk, on=clock.today())
    round = _organised(request, scorer.round_id)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        call = lambda **by: actions.release(scorer, **form.cleaned_data, **by)  # noqa: E731
        answer = _tried(request, form, call, f"已解除：{scorer.membership}")
        if answer is not None:
            return answer
    note = "解除后看不到这次评估，已评的不计入。"
    return _act(request, round, form, title=f"解除评分人：{scorer.membership}", verb="解除", note=note)


@page(Permission.ACCEPTANCE_ORGANISE, methods=("GET", "POST"))
def prolong_round(request, pk):
    """Move the last days of self-evaluation and scoring."""
    round = _organised(request, pk)
    has_self = round.has_self_evaluation and round.state != rules.SCORING
    initial = {"scores_until": round.scores_until, "self_until": round.self_until}
    form = forms.ProlongForm(request.POST or None, has_self=has_self, initial=initial)
    if request.method == "POST" and form.is_valid():
        call = lambda **by: actions.prolong(round, **form.cleaned_data, **by)  # noqa: E731
        answer = _tried(request, form, call, "已改期")
        if answer is not None:
            return answer
    return _act(request, round, form, title="改期", verb="改期")


@page(Permission.ACCEPTANCE_ORGANISE, methods=("GET", "POST"))
def cancel_round(request, pk):
    """End a round without a conclusion."""
    round = _organised(request, pk)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        call = lambda **by: actions.cancel(round, **form.cleaned_data, **by)  # noqa: E731
        answer = _tried(request, form, call, "已取消")
        if answer is not None:
            return answer
    return _act(request, round, form, title="取消这次评估", verb="取消评估", note="取消后不出结论，已签的评分表保留。")


@page(Permission.ACCEPTANCE_ORGANISE, methods=("POST",))
def open_round(request, pk):
    return _pressed(request, _organised(request, pk), actions.open_round, "已固定事实，评估开始")


@page(Permission.ACCEPTANCE_ORGANISE, methods=("POST",))
def go_on(request, pk):
    """Without the self-evaluation or the statement whose time is over."""
    round = _organised(request, pk)
    call = actions.begin_scoring if round.state == rules.SELF_EVALUATION else actions.pass_over
    return _pressed(request, round, call, "已继续")


@page(Permission.EVALUATION_STATE, methods=("POST",))
def state_round(request, pk):
    """The agency's statement on the scores."""
    round = queries.get_round(request.member, pk, on=clock.today())
    form = forms.StatementForm(request.POST)
    if form.is_valid():
        call = lambda **by: actions.state(round, **form.cleaned_data, **by)  # noqa: E731
        answer = _tried(
            request, form, call, "已提交陈述" if form.cleaned_data["statement"].strip() else "已确认没有意见"
        )
        if answer is not None:
            return answer
    context = shown(round, member=request.member, on=clock.today()) | {"statement_form": form}
    return render(request, "evaluations/rounds/round.html", context, status=400)


@page(Permission.ACCEPTANCE_ORGANISE, methods=("GET", "POST"))
def conclude_round(request, pk):
    """Conclude a round: the total, what would follow with its clause, and a decision where the score lies on a line."""
    round, on = _organised(request, pk), clock.today()
    judged = round_page.judged(round, request.member, on=on)
    if round.state != rules.STATED or "outcome" not in judged:
        return redirect(_address(request, round))
    recheck = bool(judged["said"].get("rechecked_by"))
    label = "复核意见" if recheck else "结论意见"
    form = forms.ConcludeForm(request.POST or None, outcome=judged["outcome"], opinion_label=label)
    if request.method == "POST" and form.is_valid():
        call = lambda **by: actions.conclude(round, **form.cleaned_data, **by)  # noqa: E731
        answer = _tried(request, form, call, "已登记结论")
        if answer is not None:
            return answer
    context = judged | {"round": round, "contract": round.contract, "form": form, "recheck": recheck}
    return render(request, "evaluations/rounds/conclude.html", context, status=400 if form.errors else 200)
