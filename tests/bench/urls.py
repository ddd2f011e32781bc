"""The program's own addresses and two bare ones beside them: a page with nothing on it, and an insert with nothing around it."""

from datetime import timedelta

from django.apps import apps
from django.http import HttpResponse
from django.template import engines
from django.urls import path
from uuid6 import uuid7

from config.urls import urlpatterns as ours
from contracts.models import Contract
from services.models import ServiceRecord
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page

FRAME = engines["django"].from_string("{% extends 'base.html' %}")


@page(Permission.HOME)
def plain(request):
    """A trivial signed-in page: session, tenant, member, navigation, and nothing on it."""
    return HttpResponse(FRAME.render({}, request))


@page(Permission.HOME)
def bare(request):
    """The same without a template."""
    return HttpResponse("ok")


@page(Permission.RECORD_WRITE, methods=("POST",))
def insert(request):
    """What somebody writes first: the row, and back to a page."""
    now = clock.now()
    ServiceRecord.objects.create(
        id=uuid7(),
        contract=Contract.objects.get(pk=request.POST["contract"]),
        kind=request.POST["kind"],
        title=request.POST["title"],
        day=clock.day_of(now),
        started_at=now - timedelta(hours=1),
        ended_at=now,
        state="submitted",
        submitted_at=now,
        created_by=request.member,
        created_at=now,
    )
    return HttpResponse(status=302, headers={"Location": "/"})


urlpatterns = [
    path("<slug:tenant>/bench/plain/", plain),
    path("<slug:tenant>/bench/bare/", bare),
    path("<slug:tenant>/bench/insert/", insert),
    *ours,
]

if apps.is_installed("django.contrib.admin"):
    from tests.bench import admin

    urlpatterns += [
        path("bench-admin/", (admin.site.get_urls(), "admin", "admin")),
        path("<slug:tenant>/bench/admin/", admin.records),
    ]
