"""The audit trail, read only."""

from django.shortcuts import render

from tenancy import audit, queries
from tenancy.forms import AuditFilterForm
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.AUDIT_VIEW)
def audit_trail(request):
    form = AuditFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    before = int(request.GET["before"]) if request.GET.get("before", "").isdigit() else None
    events, older = queries.audit_events(before=before, **wanted)
    return render(
        request,
        "tenancy/audit.html",
        {"form": form, "events": events, "older": older, "broken": audit.broken_links() if before is None else []},
    )
