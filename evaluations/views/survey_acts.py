"""Acts on a survey: drawing, opening, closing, slips, entering, original answers. One view an act."""

import segno
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe

from documents.serving import serve
from evaluations.actions import answering
from evaluations.actions import surveys as actions
from evaluations.forms import surveys as forms
from evaluations.queries import surveys as queries
from evaluations.rules import surveys as rules
from evaluations.views.surveys import survey_page
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Conflict, Refused
from tenancy.web import page


def _act(request, pk, do, told):
    """Do an act on a survey; a refusal stands on its page."""
    found = queries.get_survey(request.member, pk, on=clock.today())
    try:
        made = do(found)
    except Refused as refusal:
        # 409 for who may not, and where somebody was faster; 422 for what can be mended on the page.
        status = 409 if isinstance(refusal, Conflict) or not queries.may_manage(request.member, found) else 422
        context = survey_page(found, request.member, refusal=refusal)
        return render(request, "evaluations/surveys/survey.html", context, status=status)
    messages.success(request, told.format(made=made))
    return redirect("evaluations:survey", tenant=request.tenant.slug, pk=found.pk)


def _stamp(request):
    return {"by": request.member, "at": clock.now()}


@page(Permission.SURVEY_MANAGE, methods=("POST",))
def draw_sample(request, pk):
    """Draw the sample anew, by the seed given or a fresh one."""
    seed = request.POST.get("seed", "")[:40]
    return _act(request, pk, lambda found: actions.draw_sample(found, seed=seed, **_stamp(request)), "已抽样")


@page(Permission.SURVEY_MANAGE, methods=("POST",))
def draw_more(request, pk):
    """Draw in place of who refused or wasn't found."""
    return _act(request, pk, lambda found: actions.draw_more(found, **_stamp(request)), "已补抽 {made} 人")


@page(Permission.SURVEY_MANAGE, methods=("POST",))
def open_survey(request, pk):
    """Take answers from now on."""
    return _act(request, pk, lambda found: actions.open_survey(found, **_stamp(request)), "调查已开放")


@page(Permission.SURVEY_MANAGE, methods=("POST",))
def close_survey(request, pk):
    """Take no answer any more."""
    return _act(request, pk, lambda found: actions.close_survey(found, **_stamp(request)), "调查已结束")


# --- the link and the slips ---------------------------------------------------------------------------------------
def address(request, survey, secret):
    """The public address behind a secret."""
    return request.build_absolute_uri(reverse("answering", args=[f"{survey.tenant_id}-{secret}"]))


def drawing(text, scale=8):
    """A QR code as SVG."""
    made = segno.make(text, error="m").svg_inline(scale=scale, border=2, svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(made)  # noqa: S308 - our own drawing


@page(Permission.SURVEY_ENTER)
def survey_link(request, pk):
    """The open link as a code to hang up or to hold out."""
    found = queries.get_survey(request.member, pk, on=clock.today())
    if not queries.may_enter(request.member, found) or not found.link_index:
        raise Http404
    link = address(request, found, found.link_secret.reveal())
    context = {"survey": found, "contract": found.contract, "link": link, "drawing": drawing(link), "came": queries.counted(found).count()}  # fmt: skip
    return render(request, "evaluations/surveys/link.html", context)


@page(Permission.SURVEY_ENTER)
def slips(request, pk):
    """Who was drawn and not yet reached, for those who hand out slips and interview."""
    found = queries.get_survey(request.member, pk, on=clock.today())
    if not queries.may_enter(request.member, found):
        raise Http404
    context = {
        "survey": found, "contract": found.contract, "lines": queries.slip_lines(found, request.member), "quotas": queries.quota_lines(found),
        "is_open": found.state == rules.OPEN, "names": queries.names_people(request.member), "manages": queries.may_manage(request.member, found),
        "asks": [code for code in (rules.FACE, rules.PHONE) if code in found.ways], "counts": dict.fromkeys((rules.ANSWERED, rules.REFUSED, rules.ABSENT), 0) | queries.slip_states(found),
    }  # fmt: skip
    return render(request, "evaluations/surveys/slips.html", context)


@page(Permission.SURVEY_ENTER, methods=("POST",))
def note_slip(request, pk):
    """A drawn person refused, wasn't found, or is to be visited after all."""
    slip = queries.get_slip(request.member, pk, on=clock.today())
    try:
        actions.note_slip(slip, state=request.POST.get("state", ""), **_stamp(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("evaluations:slips", tenant=request.tenant.slug, pk=slip.survey_id)


# --- entering -----------------------------------------------------------------------------------------------------
@page(Permission.SURVEY_ENTER, methods=("GET", "POST"))
def enter(request, pk):
    """Enter a sheet of paper, or an interview while it is held; then the next one."""
    found = queries.get_survey(request.member, pk, on=clock.today())
    ways = [code for code in rules.ENTERED if code in found.ways]
    if not queries.may_enter(request.member, found) or found.state != rules.OPEN or not ways:
        raise Http404
    way = (request.POST or request.GET).get("way")
    way = way if way in ways else ways[0]
    form = forms.EntryForm(
        request.POST or None, request.FILES or None, survey=found, way=way, questionnaire=queries.read_questionnaire(found),
        initial={"way": way, "slip": request.GET.get("slip"), "batch": request.GET.get("batch", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            answering.enter_response(found, given=form.given(), **form.entry(), **_stamp(request))
        except Refused as refusal:
            form.add_error(None, [refusal.message, *map(str, refusal.problems)])
        else:
            messages.success(request, "已录入，可以录下一份")
            batch = form.cleaned_data.get("batch", "")
            return redirect(f"{request.path}?way={way}" + (f"&batch={batch}" if batch else ""))
    context = {"form": form, "survey": found, "contract": found.contract, "way": way, "ways": [(code, rules.WAYS[code]) for code in ways], "came": queries.counted(found).count()}  # fmt: skip
    return render(request, "evaluations/surveys/enter.html", context, status=422 if form.errors else 200)


# --- originals ----------------------------------------------------------------------------------------------------
@page(Permission.EVALUATION_VIEW)
def originals(request, pk):
    """The original answers in the order of arrival."""
    found = queries.get_survey(request.member, pk, on=clock.today())
    if not queries.sees_results(request.member, found) or not queries.reads_originals(request.member, found):
        raise Http404
    rows = [(number, row, getattr(row, "void", None)) for number, row in enumerate(queries.originals(found), 1)]
    context = {"survey": found, "contract": found.contract, "rows": rows, "ways": rules.WAYS}
    return render(request, "evaluations/surveys/originals.html", context)


@page(Permission.EVALUATION_VIEW)
def original(request, pk):
    """One original answer, question by question."""
    found = queries.get_response(request.member, pk, on=clock.today())
    return _original(request, found)


def _original(request, found, refusal=None):
    member, survey = request.member, found.survey
    questionnaire, words = queries.read_questionnaire(survey), queries.original_words([found], member).get(found.pk, {})
    told = [(number, one, words.get(one.code) or one.word(found.answers.get(one.code))) for number, one in enumerate(questionnaire.questions, 1)]  # fmt: skip
    void = getattr(found, "void", None)
    context = {
        "response": found, "survey": survey, "contract": survey.contract, "told": told, "way": rules.WAYS[found.way], "void": void,
        "may_void": void is None and queries.may_manage(member, survey), "refusal": refusal,
    }  # fmt: skip
    return render(request, "evaluations/surveys/original.html", context, status=422 if refusal else 200)


@page(Permission.SURVEY_MANAGE, methods=("POST",))
def void_answer(request, pk):
    """Make an answer void, with the reason."""
    found = queries.get_response(request.member, pk, on=clock.today())
    if not queries.may_manage(request.member, found.survey):
        raise Http404
    try:
        answering.void_answer(found, reason=request.POST.get("reason", "")[:400], **_stamp(request))
    except Refused as refusal:
        return _original(request, found, refusal)
    messages.success(request, "已作废，原件保留")
    return redirect("evaluations:original", tenant=request.tenant.slug, pk=found.pk)


@page(Permission.EVALUATION_VIEW)
def original_scan(request, pk):
    """The scan of an entered sheet."""
    found = queries.get_response(request.member, pk, on=clock.today())
    if found.scan is None or not queries.names_people(request.member):
        raise Http404
    return serve(found.scan)
