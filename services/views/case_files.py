"""The whole file of a case as a bound PDF: at once when it is small, by a job when it is large. Opening it is remembered."""

from django.http import Http404
from django.shortcuts import redirect, render

from caseload.queries import get_case, handles
from documents import leases
from documents.actions.files import open_file
from documents.serving import show_pdf
from services.actions import case_files as actions
from services.casefile import whole
from services.queries import case_files as queries
from services.rules import case_files as rules
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.CASE_VIEW, methods=("POST",))
def print_case(request, pk):
    """Cover, contents with page numbers, every paper and session, and what was decided by whom."""
    case, at = get_case(request.member, pk, on=clock.today()), clock.now()
    if not handles(request.member, case):
        raise Http404
    made, history = whole.gathered(case)
    if whole.is_large(made):
        job = actions.ask_for_file(case, made, history, by=request.member, at=at)
        return redirect("services:case_file", tenant=request.tenant.slug, pk=job.pk)
    actions.note_file_printed(case, made, by=request.member, at=at)
    return show_pdf(whole.bound(made, whole.context_of(case, history, by=request.member, at=at)), case.number)


@page(Permission.CASE_VIEW)
def case_file(request, pk):
    """How far the work on a large file is, and where to open it; its card asks for itself until the file is there."""
    job, case = queries.get_file_job(request.member, pk, on=clock.today())
    made = queries.made_file(job)
    context = {"job": job, "case": case, "made": made, "told": leases.told(job, now=clock.now()), "kept": rules.KEPT_DAYS}  # fmt: skip
    return render(request, f"services/{'_case_file' if request.htmx else 'case_file'}.html", context)


@page(Permission.CASE_VIEW, methods=("POST",))
def open_case_file(request, pk):
    """The file that the job made."""
    job, case = queries.get_file_job(request.member, pk, on=clock.today())
    stored = queries.made_file(job)
    if stored is None:
        raise Http404
    made, _ = whole.gathered(case)
    actions.note_file_printed(case, made, by=request.member, at=clock.now())
    with open_file(stored) as content:
        return show_pdf(content.read(), case.number)
