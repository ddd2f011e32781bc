from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache

from caseload import forms, queries, sheets
from caseload.actions import ledger_import as actions
from caseload.models import Household, LedgerImport, Person
from caseload.rules import list_families
from caseload.rules import lists as rules
from caseload.rules.people import birth_date_of
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


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
@never_cache
def import_columns(request, pk):
    """Say which column of the list is which; what is said is remembered for the next list."""
    row = queries.get_import(request.member, pk, on=clock.today())
    if row.state not in (LedgerImport.State.NAMING, LedgerImport.State.CHECKED):
        return redirect("caseload:import_preview", tenant=request.tenant.slug, pk=row.pk)
    columns, refused = {}, None
    if request.method == "POST":
        columns = dict(zip(request.POST.getlist("header"), request.POST.getlist("column"), strict=False))
        try:
            actions.name_columns(row, columns, by=request.member, at=clock.now())
            return redirect("caseload:import_preview", tenant=request.tenant.slug, pk=row.pk)
        except Refused as error:
            refused = error
    lines = [(at, text, word, columns.get(word, name)) for at, text, word, name in actions.headers(row)]
    context = {
        "row": row, "lines": lines, "refused": refused, "required": [rules.title(name) for name in rules.REQUIRED],
        "choices": [(name, rules.title(name), name in rules.REQUIRED) for name in rules.HEADERS],
    }  # fmt: skip
    return render(request, "caseload/import_columns.html", context, status=422 if refused else 200)


def _headers():
    required = [rules.title(name) for name in rules.REQUIRED]
    return required, [rules.title(name) for name in rules.HEADERS if name not in rules.REQUIRED]


@page(Permission.LEDGER_EDIT)
@never_cache
def import_preview(request, pk):
    row = queries.get_import(request.member, pk, on=clock.today())
    if row.state == LedgerImport.State.NAMING:
        return redirect("caseload:import_columns", tenant=request.tenant.slug, pk=row.pk)
    return _preview(request, row)


def _preview(request, row, refused=None, status=200):
    unknown, lines = actions.sample(row) if row.state == LedgerImport.State.CHECKED else ([], [])
    context = {
        "row": row, "lines": [(line.row, _masked(line.values)) for line in lines], "unknown": unknown, "faults": row.faults[:FAULTS_SHOWN],
        "more_faults": max(0, len(row.faults) - FAULTS_SHOWN), "bad_rows": len({fault["row"] for fault in row.faults}), "asked": row.asked, "asked_rows": sum(len(one["rows"]) for one in row.asked),
        "may_take": row.rows_good or row.asked, "reasons": rules.by_reason(row.faults)[:8], "refused": refused,
    }  # fmt: skip
    return render(request, "caseload/import_preview.html", context, status=status)


def _masked(values):
    """A row of the file as the preview shows it: through the same masks as the ledger."""
    born = birth_date_of(values.get("id_number", ""))
    person = Person(relation=values.get("relation", ""), birth_date=born)
    household, shown = Household(), {}
    for name in ("community", "relation", "category"):
        shown[name] = values.get(name, "")
    for row, names in ((person, ("name", "id_number", "phone")), (household, ("address",))):
        for name in names:
            setattr(row, name, values.get(name, ""))
            shown[name] = str(getattr(row, name))
    return shown


@page(Permission.LEDGER_EDIT, methods=("POST",))
def take_import(request, pk):
    row = queries.get_import(request.member, pk, on=clock.today())
    try:
        whole, choices = request.POST.get("whole") == "1", _choices(request.POST)
        taken = actions.take_list(row, by=request.member, at=clock.now(), whole=whole, choices=choices)
    except Refused as refused:
        row.refresh_from_db()
        return _preview(request, row, refused, status=409)
    row.refresh_from_db()
    messages.success(
        request, f"已导入 {row.rows_good} 人，新立 {taken} 户" if taken else f"已并入原户 {row.rows_good} 人"
    )
    return redirect(f"{reverse('caseload:households', kwargs={'tenant': request.tenant.slug})}")


def _choices(sent):
    """{first row: choice} of the families that were asked about."""
    found = {}
    for name, choice in sent.items():
        number = name.removeprefix("family-")
        if name != number and number.isdigit() and choice in list_families.CHOICES:
            found[int(number)] = choice
    return found


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
