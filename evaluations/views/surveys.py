"""Surveys on the desk: the list, one survey with what it came to, its form and its questionnaire."""

from django.contrib import messages
from django.shortcuts import redirect, render

from evaluations.actions import surveys as actions
from evaluations.forms import surveys as forms
from evaluations.models import Questionnaire
from evaluations.queries import surveys as queries
from evaluations.rules import questionnaires as q
from evaluations.rules import surveys as rules
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.EVALUATION_VIEW)
def surveys(request):
    """Every survey that the member may see, each by itself; whoever may run one begins it here."""
    on = clock.today()
    rows = queries.listed(request.member, on=on)
    context = {"rows": rows, "runnable": queries.runnable_contracts(request.member, on=on)}
    return render(request, "evaluations/surveys/list.html", context)


@page(Permission.EVALUATION_VIEW)
def survey(request, pk):
    """One survey: how many answered, the rate with its two numbers, by dimension, stratum and way; others beside it."""
    found = queries.get_survey(request.member, pk, on=clock.today())
    return render(request, "evaluations/surveys/survey.html", survey_page(found, request.member))


def survey_page(found, member, **more):
    """Everything on a survey's page; acts only for those who may do them now."""
    on = clock.today()
    questionnaire = queries.read_questionnaire(found)
    manages = queries.may_manage(member, found)
    shown = found.state != rules.DRAFT and queries.sees_results(member, found)
    states = queries.slip_states(found)
    results = queries.results(found, questionnaire) if shown else None
    return {
        "survey": found, "contract": found.contract, "questionnaire": questionnaire, "word": dict(queries.measures(found.contract)).get(found.kind, found.kind),
        "manages": manages, "enters": found.state == rules.OPEN and queries.may_enter(member, found) and set(found.ways) & set(rules.ENTERED),
        "reads": shown and queries.reads_originals(member, found), "results": results, "states": states, "drawn": sum(states.values()),
        "response": rules.response_rate(states), "ways": [rules.WAYS[code] for code in found.ways], "indicators": queries.indicators_of(found),
        "by_way": [(rules.WAYS[way], tally) for way, tally in results.ways.items()] if shown else [],
        "quotas": queries.quota_lines(found), "strata": queries.strata_lines(found, results) if shown else [],
        "words": queries.words_of(found, member) if shown and queries.reads_originals(member, found) else [],
        "beside": queries.beside(found, member, on=on), "moves": found.moves.select_related("by__account"),
        "population_told": rules.POPULATIONS[found.population], "gaps": _gaps(found) if manages and found.state == rules.DRAFT else [], "sees_contract": queries.names_people(member), **more,
    }  # fmt: skip


def _gaps(found):
    faults = q.faults(found.questionnaire.definition)
    return rules.opening_gaps(ways=found.ways, has_sample=found.slips.exists(), definition_faults=faults)


@page(Permission.SURVEY_MANAGE, methods=("GET", "POST"))
def new_survey(request, pk):
    """Begin a survey under a contract."""
    on = clock.today()
    contract = queries.get_contract(request.member, pk, on=on)
    measures = queries.measures(contract)
    initial = {
        "kind": measures[0][0] if measures else "", "title": f"{contract.short_title}满意度调查", "ways": [rules.SLIP, rules.PHONE, rules.FACE],
        "questionnaire": _fitting(measures), "from_day": on, "to_day": contract.ends_on, "target": 60, "population": "records",
        "served_from": contract.starts_on, "served_to": on, "counts": True,
    }  # fmt: skip
    form = forms.SurveyForm(request.POST or None, contract=contract, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = _saved(request, form, contract, None)
        if made is not None:
            return redirect("evaluations:survey", tenant=request.tenant.slug, pk=made.pk)
    context = {"form": form, "contract": contract, "measures": measures}
    return render(request, "evaluations/surveys/form.html", context, status=422 if form.errors else 200)


def _fitting(measures):
    """The pattern that asks about the contract's first measure."""
    wanted = measures[0][0] if measures else ""
    fits = [code for code, row in queries.library().items() if wanted in row["for"]]
    return forms.LIBRARY + fits[0] if fits else ""


@page(Permission.SURVEY_MANAGE, methods=("GET", "POST"))
def edit_survey(request, pk):
    """Change a draft."""
    found = queries.get_survey(request.member, pk, on=clock.today())
    names = [name for name in forms.SurveyForm.base_fields if name != "questionnaire"]
    initial = {name: getattr(found, name) for name in names} | {"questionnaire": str(found.questionnaire_id)}
    form = forms.SurveyForm(request.POST or None, contract=found.contract, initial=initial)
    refused = _refused_early(request, found)
    if refused is not None:
        return refused
    if request.method == "POST" and form.is_valid() and _saved(request, form, found.contract, found) is not None:
        return redirect("evaluations:survey", tenant=request.tenant.slug, pk=found.pk)
    context = {"form": form, "contract": found.contract, "survey": found, "measures": queries.measures(found.contract)}
    return render(request, "evaluations/surveys/form.html", context, status=422 if form.errors else 200)


def _refused_early(request, found):
    """The survey's page with the reason, for whoever may not change it or when it is open."""
    if queries.may_manage(request.member, found) and found.state == rules.DRAFT:
        return None
    refusal = Refused("只有调查方可以改草稿；开放后不能再改")
    context = survey_page(found, request.member, refusal=refusal)
    return render(request, "evaluations/surveys/survey.html", context, status=409)


def _saved(request, form, contract, found):
    """Save what the form says, taking a pattern of the library over first; the survey, or None with the refusal on the form."""
    given, stamp = form.cleaned_data["questionnaire"], {"by": request.member, "at": clock.now()}
    try:
        if given.startswith(forms.LIBRARY):
            pattern = queries.library()[given.removeprefix(forms.LIBRARY)]
            asked = actions.save_questionnaire(contract, pattern, **stamp)
        else:
            asked = Questionnaire.objects.get(pk=given, contract=contract)
        if found is None:
            return actions.create_survey(contract, questionnaire=asked, **form.values(), **stamp)
        return actions.change_survey(found, questionnaire=asked, **form.values(), **stamp)
    except Refused as refusal:
        form.add_error(None, [refusal.message, *map(str, refusal.problems)])
        return None


@page(Permission.SURVEY_MANAGE, methods=("GET", "POST"))
def edit_questionnaire(request, pk):
    """The questions of a draft: saved as the next version, which the draft takes."""
    found = queries.get_survey(request.member, pk, on=clock.today())
    refused = _refused_early(request, found)
    if refused is not None:
        return refused
    form = forms.QuestionnaireForm(request.POST or None, definition=found.questionnaire.definition)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_questionnaire(found, form.made(), by=request.member, at=clock.now())
        except Refused as refusal:
            form.add_error(None, [refusal.message, *map(str, refusal.problems)])
        else:
            messages.success(request, "问卷已保存")
            return redirect("evaluations:survey", tenant=request.tenant.slug, pk=found.pk)
    context = {"form": form, "survey": found, "contract": found.contract}
    return render(request, "evaluations/surveys/questionnaire.html", context, status=422 if form.errors else 200)


@page(Permission.EVALUATION_VIEW)
def preview_questionnaire(request, pk):
    """The questionnaire as those who answer will see it; nothing is sent."""
    found = queries.get_survey(request.member, pk, on=clock.today())
    form = forms.AnswerForm(questionnaire=queries.read_questionnaire(found), streets=queries.streets(found))
    context = {"survey": found, "form": form, "preview": True}
    return render(request, "evaluations/surveys/answer.html", context)
