from django.shortcuts import render

from documents import leases
from documents.queries import get_job
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.HOME)
def job(request, pk):
    """The row of a long job, which asks for itself again every second until it is over."""
    shown = get_job(request.member, pk)
    return render(request, "documents/_job.html", {"job": shown, "told": leases.told(shown, now=clock.now())})
