from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache

from caseload import forms, queries, sheets
from caseload.actions import ledger_import as actions
from caseload.models import LedgerImport
from caseload.rules import lists as rules
from caseload.views.acting import answer, attempt
from documents.rules import FORMATS
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page

FAULTS_SHOWN = 200


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
def ledger_import(request):
    on = clock.today()
    contracts = queries.own_contracts(request.member, on=on).filter(state="active")
    form = forms.ImportForm(request.POST or None, request.FILES or None, contracts=contracts)
    made = []
    if form.is_valid() and attempt(
        form,
        lambda: made.append(
            actions.check_list(
                contract=form.cleaned_data["contract"],
                upload=form.cleaned_data["file"],
                by=request.member,
                at=clock.now(),
            )
        ),
    ):
        return redirect("caseload:import_preview", tenant=request.tenant.slug, pk=made[0].pk)
    return answer(
        request,
        "caseload/ledger_import.html",
        form,
        past=queries.imports_of(request.member, on=on)[:10],
        headers=_headers(),
        has_contract=contracts.exists(),
    )


def _headers():
    required = [rules.title(name) for name in rules.REQUIRED]
    return required, [rules.title(name) for name in rules.HEADERS if name not in rules.REQUIRED]


@page(Permission.LEDGER_EDIT)
@never_cache
def import_preview(request, pk):
    row = queries.get_import(request.member, pk, on=clock.today())
    return _preview(request, row)


def _preview(request, row, refused=None, status=200):
    unknown, lines = actions.sample(row) if row.state == LedgerImport.State.CHECKED else ([], [])
    context = {
        "row": row, "lines": [(line.row, _masked(line.values)) for line in lines], "unknown": unknown, "faults": row.faults[:FAULTS_SHOWN],
        "more_faults": max(0, len(row.faults) - FAULTS_SHOWN), "bad_rows": row.rows_total - row.rows_good, "reasons": rules.by_reason(row.faults)[:8], "refused": refused,
    }  # fmt: skip
    return render(request, "caseload/import_preview.html", context, status=status)


def _masked(values):
    """A row of the file as the preview shows it: through the same masks as the ledger."""
    person, household = actions.Person, actions.Household
    shown = {
        "community": values["community"],
        "relation": values.get("relation", ""),
        "category": values.get("category", ""),
    }
    for model, names in ((person, ("name", "id_number", "phone")), (household, ("address",))):
        for name in names:
            text = values.get(name, "")
            shown[name] = model._meta.get_field(name).mask(text) if text else ""
    return shown


@page(Permission.LEDGER_EDIT, methods=("POST",))
def take_import(request, pk):
    row = queries.get_import(request.member, pk, on=clock.today())
    try:
        taken = actions.take_list(row, by=request.member, at=clock.now(), whole=request.POST.get("whole") == "1")
    except Refused as refused:
        row.refresh_from_db()
        return _preview(request, row, refused, status=409)
    messages.success(request, f"已导入 {taken} 户")
    return redirect(f"{reverse('caseload:households', kwargs={'tenant': request.tenant.slug})}")


@page(Permission.LEDGER_EDIT, methods=("POST",))
def drop_import(request, pk):
    row = queries.get_import(request.member, pk, on=clock.today())
    try:
        actions.drop_list(row, by=request.member, at=clock.now())
    except Refused as refused:
        return _preview(request, row, refused, status=409)
    messages.success(request, "已放弃，没有导入任何一行")
    return redirect("caseload:ledger_import", tenant=request.tenant.slug)


@page(Permission.LEDGER_EDIT)
@never_cache
def import_faults(request, pk):
    """The uploaded workbook with a comment in every bad cell."""
    row = queries.get_import(request.member, pk, on=clock.today())
    name = row.file.name.removesuffix(".xlsx") + "（标注）.xlsx"
    headers = {"Content-Disposition": content_disposition_header(True, name), "X-Content-Type-Options": "nosniff"}
    return HttpResponse(
        sheets.with_comments(row.file, row.faults), content_type=FORMATS["xlsx"].content_type, headers=headers
    )
