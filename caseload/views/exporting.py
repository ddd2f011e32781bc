from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from caseload import queries
from caseload.actions import exporting as actions
from caseload.forms.merging import ExportForm
from caseload.queries import exporting as reads
from caseload.views.acting import answer, attempt
from documents import leases
from documents.serving import serve
from tenancy import clock
from tenancy.models import Area
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused
from tenancy.web import page

SHOWN = 30


@page(Permission.LEDGER_EXPORT, methods=("GET", "POST"))
def exports(request):
    """Ask for a ledger as an Excel file, and the member's own of the last time."""
    on, member = clock.today(), request.member
    streets = Area.objects.filter(level=Area.Level.STREET, pk__in=queries.served_streets(member, on=on))
    form = ExportForm(
        request.POST or None,
        contracts=reads.export_contracts(member, on=on).order_by("code"),
        streets=streets,
        may_open=allows(member, Permission.LEDGER_EXPORT_OPEN),
    )
    made = []
    if form.is_valid() and attempt(
        form, lambda: made.append(actions.ask_export(by=member, at=clock.now(), **form.cleaned_data))
    ):
        return redirect("caseload:export", tenant=request.tenant.slug, pk=made[0].pk)
    rows = reads.own_exports(member)[:SHOWN]
    return answer(request, "caseload/exports.html", form, rows=rows, now=clock.now())


@page(Permission.LEDGER_EXPORT)
def export(request, pk):
    """How far one export is, and its download while the file is there."""
    found, now = reads.get_export(request.member, pk), clock.now()
    context = {"export": found, "job": found.job, "told": leases.told(found.job, now=now), "is_there": _is_there(found, now)}  # fmt: skip
    return render(request, "caseload/export.html", context)


def _is_there(export, now):
    return export.file_id is not None and export.expires_at > now


@page(Permission.LEDGER_EXPORT, methods=("POST",))
@never_cache
def download_export(request, pk):
    """The file; who took it is in the trail before it leaves."""
    found = reads.get_export(request.member, pk)
    try:
        stored = actions.note_download(found, by=request.member, at=clock.now())
    except Refused:
        address = reverse("caseload:export", kwargs={"tenant": request.tenant.slug, "pk": pk})
        return HttpResponseRedirect(address)
    return serve(stored)
