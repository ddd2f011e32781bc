"""Papers of a case as PDF: one form, or the whole file bound. Asked for by POST, because opening one is remembered."""

from django.http import Http404, HttpResponse

from caseload import queries
from caseload.actions import papers as actions
from caseload.rules import cases as rules
from caseload.views import sheets
from caseload.views.showing import _event
from documents.render import pdf
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.CASE_VIEW, methods=("POST",))
def print_paper(request, pk):
    """One form as the paper that would stand in the file."""
    paper = queries.get_case_paper(request.member, pk, on=clock.today())
    case, at = queries.get_case(request.member, paper.case_id, on=clock.today()), clock.now()
    actions.note_printed(case, [paper.kind], by=request.member, at=at)
    made = sheets.sheet(case, paper, list(queries.case_history(case)))
    return _pdf(request, "caseload/case_sheet_print.html", case, [made], at=at)


@page(Permission.CASE_VIEW, methods=("POST",))
def print_case(request, pk):
    """The whole file: cover, contents with page numbers, every paper, and what was decided by whom."""
    case, at = queries.get_case(request.member, pk, on=clock.today()), clock.now()
    if not queries.handles(request.member, case):
        raise Http404
    papers, moves = list(queries.case_papers(case)), list(queries.case_history(case))
    actions.note_printed(case, [paper.kind for paper in papers], by=request.member, at=at)
    made = sheets.sheets(case, papers, moves)
    history = [_event(move) for move in moves]
    return _pdf(request, "caseload/case_file_print.html", case, made, at=at, history=history)  # fmt: skip


def _pdf(request, template, case, made, *, at, **more):
    context = {
        "case": case, "name": case.person.name.reveal(), "sheets": made, "at": at, "by": request.member, "state": rules.STATE_LABELS[case.state],
        "tenant": request.tenant, "demo": request.tenant.is_demo, **more,
    }  # fmt: skip
    response = HttpResponse(pdf.render(template, context, images=sheets.images(made)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{case.number}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
