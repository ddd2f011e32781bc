"""What the pages on checks, breaches, inquiries and changes of the lead share."""

from django.contrib import messages
from django.shortcuts import redirect


def done(request, route, row, told):
    """Back to the row's page with what has happened."""
    messages.success(request, told)
    return redirect(f"evaluations:{route}", tenant=request.tenant.slug, pk=row.pk)
