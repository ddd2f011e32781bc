"""What every page needs: the tenant, the member, and whether this is a demonstration."""

from django.conf import settings


def page(request):
    return {"tenant": getattr(request, "tenant", None), "member": getattr(request, "member", None), "demo": settings.DEMO}
