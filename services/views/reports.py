"""Pages of monthly reports: the list, the report for those who write it and those who review it, its files."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from contracts.queries import visible_contracts
from documents import leases
from documents.models import StoredFile
from documents.serving import serve
from services.actions import reports as actions
from services.forms import ReportFilter, ReturnReportForm
from services.queries import reports as queries
from services.reporting.showing import page_of
from services.rules import reports as rules
from tenancy import clock, workdays
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.REPORT_VIEW)
def reports(request):
    contracts = list(visible_contracts(request.member, on=clock.today()).select_related("provider"))
    form = ReportFilter(request.GET, contracts=contracts)
    chosen = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    rows = queries.list_of_reports(request.member, on=clock.today(), **chosen)
    context = {"rows": rows, "form": form, "is_filtered": bool(chosen), "counts": _counts(rows)}
    return render(request, "services/reports.html", context)


def _counts(rows):
    """{state: number} in the order of the states, those without a report left out."""
    return [
        (label, number)
        for state, label in rules.STATE_LABELS.items()
        if (number := sum(row.report.state == state for row in rows))
    ]


@page(Permission.REPORT_VIEW)
def report(request, pk):
    return _report_page(request, queries.get_report(request.member, pk, on=clock.today()))


def _report_page(request, row, *, status=200, form=None, refusal=None, typed=None):
    member = request.member
    context = page_of(member, row, on=clock.today())
    if typed:  # what somebody wrote and could not be kept stays on the page
        context["texts"] = [{**text, "value": typed.get(text["name"], text["value"])} for text in context["texts"]]
    if context["may_review"]:
        drafted = {
            "reason": context["drafted_reason"],
            "mend_by": workdays.calendar().add(clock.today(), rules.MEND_WITHIN),
        }
        context["form"] = form or ReturnReportForm(initial=drafted)
    return render(
        request, "services/report.html", context | _papers(request, row) | {"refusal": refusal}, status=status
    )


def _papers(request, row):
    job = queries.job_of(row) if row.round and not (row.pdf_id and row.workbook_id) else None
    told = leases.told(job, now=clock.now()) if job else ""
    return {"job": job, "told": told, "may_make": queries.may_make_papers(request.member, row)}


@page(Permission.REPORT_VIEW)
def report_papers(request, pk):
    """The files of a report, or how far the work on them is; asks for itself until they are there."""
    row = queries.get_report(request.member, pk, on=clock.today())
    return render(request, "services/_report_papers.html", {"report": row, **_papers(request, row)})


@page(Permission.REPORT_VIEW)
def report_file(request, pk, kind):
    """The PDF or the Excel file of the last submission."""
    row = queries.get_report(request.member, pk, on=clock.today())
    stored = {"pdf": row.pdf, "xlsx": row.workbook}.get(kind)
    if stored is None:
        raise Http404
    return serve(stored)


@page(Permission.REPORT_VIEW)
def report_photo(request, pk, file):
    """A small picture of a photo that the report shows."""
    row = queries.get_report(request.member, pk, on=clock.today())
    figures, _ = queries.shown_figures(request.member, row)
    if str(file) not in {photo["file"] for photo in figures["photos"]}:
        raise Http404
    return serve(StoredFile.objects.get(pk=file), small=True)


# --- the agency -------------------------------------------------------------------------------------------------------
@page(Permission.REPORT_WRITE, methods=("POST",))
def save_report(request, pk):
    """Keep what was typed so far; the answer is the line that says so, with the next version."""
    row = queries.get_report(request.member, pk, on=clock.today())
    try:
        row = actions.save_texts(row, version=_version(request), by=request.member, at=clock.now(), **_typed(request))
    except Refused as refusal:
        context = {"report": row, "version": _version(request), "refusal": refusal, "saved_at": None}
        return render(request, "services/_report_saved.html", context, status=409)
    context = {"report": row, "version": row.version, "refusal": None, "saved_at": clock.now()}
    return render(request, "services/_report_saved.html", context)


@page(Permission.REPORT_WRITE, methods=("POST",))
def submit_report(request, pk):
    """Keep what was typed, freeze the figures, hand the report in."""
    row = queries.get_report(request.member, pk, on=clock.today())
    try:
        if _typed(request):
            row = actions.save_texts(
                row, version=_version(request), by=request.member, at=clock.now(), **_typed(request)
            )
        row = actions.submit_report(row, by=request.member, at=clock.now())
    except Refused as refusal:
        return _report_page(request, row, status=422, refusal=refusal, typed=_typed(request))
    messages.success(request, f"已提交{row}，数字已固定，等甲方审阅")
    return redirect("services:report", tenant=request.tenant.slug, pk=pk)


def _typed(request):
    return {name: request.POST[name] for name in rules.TEXTS if name in request.POST}


def _version(request):
    told = request.POST.get("version", "")
    return int(told) if told.isdecimal() else 0


@page(Permission.REPORT_VIEW, methods=("POST",))
def make_papers(request, pk):
    """Ask for the files again after the work on them has failed."""
    row = queries.get_report(request.member, pk, on=clock.today())
    if not row.round:
        raise Http404
    if not queries.may_make_papers(request.member, row):
        raise PermissionDenied
    actions.make_papers(row, by=request.member, at=clock.now())
    return redirect("services:report", tenant=request.tenant.slug, pk=pk)


# --- the bureau -------------------------------------------------------------------------------------------------------
@page(Permission.REPORT_REVIEW, methods=("POST",))
def accept_report(request, pk):
    """Take the report; what differs from the records is kept with the decision."""
    row = queries.get_report(request.member, pk, on=clock.today())
    try:
        row = actions.accept_report(row, by=request.member, at=clock.now(), remark=queries.remark_on(row))
    except Refused as refusal:
        return _report_page(request, row, status=409, refusal=refusal)
    messages.success(request, f"已接收{row}")
    return redirect("services:report", tenant=request.tenant.slug, pk=pk)


@page(Permission.REPORT_REVIEW, methods=("POST",))
def return_report(request, pk):
    """Send the report back with what must be put right."""
    row = queries.get_report(request.member, pk, on=clock.today())
    form = ReturnReportForm(request.POST)
    if form.is_valid():
        try:
            row = actions.return_report(row, by=request.member, at=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            return _report_page(request, row, status=409, form=form, refusal=refusal)
        messages.success(request, f"已退回{row}，修改期限 {row.mend_by:%m-%d}")
        return redirect("services:report", tenant=request.tenant.slug, pk=pk)
    return _report_page(request, row, status=422, form=form)
