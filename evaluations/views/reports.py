"""The report of a round as PDF and Excel: made for whoever asks, from what is frozen, signed and concluded."""

from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache

from contracts.queries import sees_money
from documents.render import pdf
from documents.serving import show_pdf
from evaluations.queries import rounds
from evaluations.queries.samples import seat_in
from evaluations.reporting import report, report_sheets
from evaluations.reporting.hiding import for_reader
from evaluations.rules import rounds as rules
from tenancy import clock
from tenancy.permissions import ROLES, Permission
from tenancy.web import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(Permission.EVALUATION_VIEW)
@never_cache
def round_report(request, pk, kind):
    """The report of a round; a draft for its purchaser and its scorers, for the agency once all have signed."""
    on = clock.today()
    found = _readable(request.member, pk, on)
    if kind not in ("pdf", "xlsx"):
        raise Http404
    figures = report.gathered(
        found,
        named=report.reads_names(request.member),
        shows_money=sees_money(request.member, found.contract, on=on),
        hide=for_reader(request.member, found.contract, report.typed(found)),
    )
    at = report.made_at(found)
    if kind == "xlsx":
        return _workbook(report_sheets.workbook(figures, created=at), f"{figures['number']}-评估报告.xlsx")
    content = pdf.render("evaluations/papers/report.html", {"figures": figures, "made_at": at, "demo": figures["demo"]})
    return show_pdf(content, figures["number"])


def _readable(member, pk, on):
    found, side = rounds.get_round(member, pk, on=on), ROLES[member.role].side
    is_open = found.state in rules.SCORES_SHOWN if side == "provider" else side != "evaluator" or seat_in(member, found, on=on)  # fmt: skip
    if found.facts is None or not is_open:
        raise Http404
    return found


def _workbook(content, name):
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename=\"report.xlsx\"; filename*=UTF-8''{quote(name)}"
    return response
