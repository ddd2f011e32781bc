from django.http import Http404, HttpResponse

from documents.render import pdf
from documents.serving import serve
from payments import queries
from payments.queries import access
from payments.views import pages
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.MONEY_VIEW)
def check_paper(request, pk):
    """The check as it stands now, on paper with lines to sign."""
    found = queries.get_milestone(request.member, pk, on=clock.today())
    now = clock.now()
    return _paper(request, pages.check_paper(found, queries.check_milestone(found, on=clock.day_of(now)), at=now))


@page(Permission.MONEY_VIEW)
def frozen_paper(request, pk, digest):
    """A check as it was frozen at a decision."""
    found = queries.get_milestone(request.member, pk, on=clock.today())
    snapshot = access.get_frozen(found, digest)
    return _paper(request, pages.check_paper(found, pages.thawed(snapshot), at=snapshot.frozen_at))


def _paper(request, context):
    made = pdf.render("payments/check_paper.html", context | {"tenant": request.tenant, "demo": request.tenant.is_demo})
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="check-{context["check"].digest[:12]}.pdf"'
    return response


@page(Permission.MONEY_VIEW)
def invoice_file(request, pk):
    """The scan or PDF of an invoice."""
    invoice = queries.get_invoice(request.member, pk, on=clock.today())
    if invoice.file is None:
        raise Http404
    return serve(invoice.file)
