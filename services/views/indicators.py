import re

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from contracts.queries import get_contract
from services.indicators import telling
from services.indicators.standing import table_of
from services.queries import indicators as queries
from services.queries.indicator_page import indicator_page, more_rows
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.web import page

CURSOR = re.compile(r"\d{4}-\d{2}-\d{2}_[0-9a-f-]{36}\Z")


@page(Permission.CONTRACT_VIEW)
def contract_indicators(request, pk):
    contract = get_contract(request.member, pk, on=clock.today())
    table, labels = table_of(contract, on=clock.today()), queries.labels()
    sees_records = allows(request.member, Permission.RECORD_VIEW)
    key = (request.tenant.slug, repr(labels), sees_records)
    if key not in table.drawn:
        table.drawn[key] = _drawn(request, contract, table, labels, sees_records)
    return HttpResponse(table.drawn[key])


def _drawn(request, contract, table, labels, sees_records):
    """The table as it stands on the contract's page; it depends on nothing but what is given here and the tenant."""
    groups, folded = telling.groups(table, labels)
    context = {
        "contract": contract,
        "table": table,
        "groups": groups,
        "folded": folded,
        "folded_told": telling.folded_told(folded),
        "columns": 7 + len(table.areas),
        "sees_records": sees_records,
    }
    return render_to_string("services/_contract_indicators.html", context, request)


@page(Permission.MONEY_VIEW)
def contract_value(request, pk):
    contract = get_contract(request.member, pk, on=clock.today(), money=True)
    lines = telling.priced(contract.pricelines.all(), table_of(contract, on=clock.today()).by_code)
    return render(
        request,
        "services/_contract_value.html",
        {"contract": contract, "lines": lines, "totals": telling.totals(lines)},
    )


@page(Permission.CONTRACT_VIEW)
def indicator(request, pk):
    row = queries.get_indicator(request.member, pk, on=clock.today())
    after, start = _whole(request.GET.get("after")) or 0, _whole(request.GET.get("from"))
    area = request.GET.get("area")
    context = indicator_page(request.member, row, on=clock.today(), area=area, after=after, start=start)
    for act in context["acts"]:
        act["url"] = _address(request, act.get("row"))
    context["log_url"] = _log_address(request, context["may_log"], row.contract, context["measured"].promise)
    return render(request, "services/indicator.html", context)


def _whole(text):
    """A whole number of the address, or None for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 7 else None


def _log_address(request, what, contract, promise):
    """Where what is missing is logged, up to the subject; "" for those who don't log."""
    keys = {"tenant": request.tenant.slug}
    if what == "document":
        return reverse("services:deliverables", kwargs=keys | {"pk": contract.pk})
    if what == "record":
        return f"{reverse('services:new_record', kwargs=keys)}?contract={contract.pk}&kind={promise.kinds[0]}"
    return ""


@page(Permission.CONTRACT_VIEW)
def indicator_rows(request, pk):
    row = queries.get_indicator(request.member, pk, on=clock.today())
    counts, after, area = (
        request.GET.get("list") == "counting",
        request.GET.get("after", ""),
        request.GET.get("area", ""),
    )
    if not CURSOR.match(after):
        raise Http404
    context = more_rows(request.member, row, on=clock.today(), counts=counts, after=after, area=area)
    return render(request, "services/_indicator_rows.html", context)


def _address(request, row):
    return (
        reverse(row.url_name, kwargs={"tenant": request.tenant.slug, "pk": row.url_pk})
        if row is not None and row.url_name
        else ""
    )
