"""Django's admin over the service records of the open bureau, as one would set it up: six columns, two filters, 50 rows a page."""

from django.contrib import admin

from services.models import ServiceRecord
from tenancy.permissions import Permission
from tenancy.web import page


class Records(admin.ModelAdmin):
    """What a list of records shows, with related rows fetched along."""

    list_display = ("day", "kind", "title", "area", "contract", "state")
    list_filter = ("kind", "state")
    list_select_related = ("area", "contract")
    list_per_page = 50

    def has_module_permission(self, request):
        return True

    has_view_permission = has_change_permission = lambda self, request, obj=None: True
    has_add_permission = lambda self, request: False  # noqa: E731
    has_delete_permission = lambda self, request, obj=None: False  # noqa: E731


class Site(admin.AdminSite):
    """Everybody who may open the page may see it: our accounts know no staff."""

    def has_permission(self, request):
        return True


site = Site()
site.register(ServiceRecord, Records)


@page(Permission.RECORD_VIEW)
def records(request):
    """The admin's own list page inside the bureau's scope."""
    return site._registry[ServiceRecord].changelist_view(request).render()
