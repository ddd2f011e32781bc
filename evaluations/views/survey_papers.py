"""Papers of a survey: slips with codes, blank questionnaires, the report, the workbook of originals."""

from urllib.parse import quote

from django.http import Http404, HttpResponse

from documents.render import pdf
from documents.serving import show_pdf
from evaluations.actions import surveys as actions
from evaluations.queries import surveys as queries
from evaluations.queries.survey_sheets import workbook
from evaluations.rules import surveys as rules
from evaluations.views.survey_acts import address, drawing
from evaluations.views.surveys import survey_page
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(Permission.SURVEY_ENTER, methods=("POST",))
def print_slips(request, pk):
    """The slips of those who haven't answered: a code and a number each, no name."""
    found = queries.get_survey(request.member, pk, on=clock.today())
    if not queries.may_enter(request.member, found) or found.state != rules.OPEN or rules.SLIP not in found.ways:
        raise Http404
    rows = list(found.slips.filter(state=rules.WAITING).select_related("street"))
    actions.note_slips_printed(found, slips=len(rows), by=request.member, at=clock.now())
    codes = [(slip, drawing(address(request, found, slip.secret.reveal()), scale=3)) for slip in rows]
    sheets = [codes[first : first + 8] for first in range(0, len(codes), 8)]
    context = {"survey": found, "sheets": sheets, "at": clock.now()}
    return show_pdf(pdf.render("evaluations/surveys/slips_paper.html", context), f"{found.title}答题卡")


@page(Permission.SURVEY_ENTER)
def blank_paper(request, pk):
    """The questionnaire on paper, to be copied, numbered by hand and entered."""
    found = queries.get_survey(request.member, pk, on=clock.today())
    if not queries.may_enter(request.member, found):
        raise Http404
    context = {"survey": found, "questionnaire": queries.read_questionnaire(found), "at": clock.now()}
    return show_pdf(pdf.render("evaluations/surveys/blank_paper.html", context), f"{found.title}问卷")


@page(Permission.EVALUATION_VIEW)
def survey_report(request, pk):
    """满意度分析报告: population, sample, valid, method, results by dimension, rate, words."""
    found = queries.get_survey(request.member, pk, on=clock.today())
    if not queries.sees_results(request.member, found) or found.state == rules.DRAFT:
        raise Http404
    context = survey_page(found, request.member) | {"at": clock.now(), "by": request.member, "population": rules.POPULATIONS[found.population]}  # fmt: skip
    context["people"] = sum(line["quota"].people for line in context["quotas"])
    return show_pdf(pdf.render("evaluations/surveys/report_paper.html", context), f"{found.title}分析报告")


@page(Permission.EVALUATION_VIEW, methods=("POST",))
def export_survey(request, pk):
    """Results and original answers as a workbook, without persons; each copy leaves a trace."""
    found = queries.get_survey(request.member, pk, on=clock.today())
    if not queries.sees_results(request.member, found) or not queries.reads_originals(request.member, found):
        raise Http404
    at = clock.now()
    content = workbook(found, member=request.member, at=at)
    actions.note_originals_taken(found, by=request.member, at=at)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = (
        f"attachment; filename=\"survey.xlsx\"; filename*=UTF-8''{quote(found.title)}.xlsx"
    )
    response["Cache-Control"] = "no-store"
    return response
