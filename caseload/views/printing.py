"""One paper of a case as PDF. Asked for by POST, because opening one is remembered; the whole file is bound in services."""

from caseload import queries
from caseload.actions import papers as actions
from caseload.casefile import binding, sheets
from caseload.queries.outcomes import scales_of
from documents.serving import show_pdf
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.CASE_VIEW, methods=("POST",))
def print_paper(request, pk):
    """One form as the paper that would stand in the file, with what was handed in with it."""
    paper = queries.get_case_paper(request.member, pk, on=clock.today())
    case, at = queries.get_case(request.member, paper.case_id, on=clock.today()), clock.now()
    actions.note_printed(case, [paper.kind], by=request.member, at=at)
    made = sheets.sheet(case, paper, list(queries.case_history(case)), scales_of(case))
    context = binding.context_of(case, by=request.member, at=at)
    return show_pdf(binding.bind(binding.ONE, context, [made]), case.number)
