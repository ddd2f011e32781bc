"""The frame of every page: who acts, in which tenant, with which permission, in which transaction."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import render

from tenancy import audit, clock, queries, scope
from tenancy.permissions import allows


def page(permission, *, methods=("GET",)):
    """Make a function a page of a tenant: `view(request, …)` gets request.tenant and request.member.

    Anonymous people go to the sign-in page; people without a membership in the tenant get 404, as if it didn't exist;
    members without the permission get 403, which is audited in a transaction of its own. A GET runs in a read-only
    transaction: the database refuses to write on it.
    """

    def decorate(view):
        @wraps(view)
        def framed(request, tenant, **kwargs):
            if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
                return HttpResponseNotAllowed(methods)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            found = queries.tenant_by_slug(tenant)
            if found is None or not request.user.is_active:
                raise Http404
            try:
                with scope.entering(found.pk, request.user.pk, read_only=request.method in ("GET", "HEAD")):
                    request.tenant, request.member = (
                        found,
                        queries.acting_member(request.user, request.session.get("membership")),
                    )
                    if request.member is None:
                        del request.tenant, request.member
                        raise Http404
                    if not allows(request.member, permission):
                        raise PermissionDenied
                    return view(request, **kwargs)
            except PermissionDenied:
                return denied(request, permission)

        framed.permission = permission
        framed.methods = methods
        return framed

    return decorate


def denied(request, permission):
    """The 403 page; the denial is kept even though nothing else was written."""
    with scope.acting(request.member):
        audit.record(
            "access.denied",
            by=request.member,
            at=clock.now(),
            outcome="denied",
            path=request.path,
            permission=permission.name,
        )
        return render(request, "403.html", {"permission": permission}, status=403)
