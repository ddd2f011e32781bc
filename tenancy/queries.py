"""Reads of who and where; the access functions of this app."""

from django.http import Http404

from tenancy import scope
from tenancy.models import Area, Membership, Organisation, Tenant


def memberships_of(account):
    """All active memberships of an account, in all tenants, by bureau and organisation."""
    with scope.account(account.pk):
        rows = Membership.everywhere.filter(account=account, is_active=True)
        return list(rows.select_related("tenant", "organisation", "organisation__area").order_by("tenant_id", "created_at"))


def acting_member(account, slug, chosen_id=None):
    """The membership with which the account acts in the tenant, or None for a stranger.

    `chosen_id` is the one picked in the session; without it, or when it belongs elsewhere, the oldest in the tenant.
    """
    if not account.is_active:
        return None
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        return None
    with scope.tenant(tenant.pk):
        rows = list(
            Membership.objects.filter(account=account, is_active=True)
            .select_related("account", "organisation", "organisation__area", "tenant")
            .order_by("created_at", "id")
        )
    return next((row for row in rows if str(row.pk) == str(chosen_id)), rows[0] if rows else None)


def get_organisation(pk):
    """An organisation of the open tenant, or 404."""
    return _get(Organisation.objects.select_related("area"), pk)


def get_membership(pk):
    """A membership of the open tenant, or 404."""
    return _get(Membership.objects.select_related("account", "organisation"), pk)


def streets():
    """The tenant's subdistricts and towns, in order."""
    return Area.objects.filter(level=Area.Level.STREET)


def communities(street=None):
    """Communities and villages, of one subdistrict or of all, in order."""
    rows = Area.objects.filter(level=Area.Level.COMMUNITY).select_related("street")
    return rows.filter(street=street) if street else rows


def _get(queryset, pk):
    try:
        return queryset.get(pk=pk)
    except queryset.model.DoesNotExist as error:
        raise Http404 from error
