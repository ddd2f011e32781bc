"""Reads of who and where; the access functions of this app."""

from calendar import Calendar
from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.http import Http404

from tenancy import scope
from tenancy.clock import SHANGHAI
from tenancy.models import Area, AuditEvent, CalendarDay, CalendarYear, Invitation, Membership, Organisation, Tenant


def tenant_exists(pk):
    """Whether there is a tenant of this number: for addresses that carry it and are open to people without an account."""
    return Tenant.objects.filter(pk=pk).exists()


def tenants_of(account):
    """The ids of the tenants in which the account acts: all that may be known before a tenant is opened."""
    with scope.account(account.pk):
        return sorted(
            set(Membership.everywhere.filter(account=account, is_active=True).values_list("tenant_id", flat=True))
        )


def memberships_of(account):
    """All active memberships of an account, bureau by bureau, oldest first; each bureau is opened for itself."""
    return [member for tenant_id in tenants_of(account) for member in _memberships_in(tenant_id, account)]


def _memberships_in(tenant_id, account):
    with scope.tenant(tenant_id):
        return _active_memberships(account)


def _active_memberships(account):
    rows = Membership.objects.filter(account=account, is_active=True).order_by("created_at", "id")
    return list(rows.select_related("account", "organisation", "organisation__area", "tenant"))


def tenant_by_slug(slug):
    """The tenant of an address, or None."""
    return Tenant.objects.filter(slug=slug).first()


def acting_member(account, chosen_id=None):
    """The membership with which the account acts in the open tenant, or None for a stranger.

    `chosen_id` is the one picked in the session; without it, or when it belongs elsewhere, the oldest in the tenant.
    """
    rows = _active_memberships(account)
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


def people():
    """Every membership of the open tenant with account and organisation, active ones first."""
    return Membership.objects.select_related("account", "organisation").order_by(
        "-is_active", "organisation__kind", "organisation__name", "created_at"
    )


def organisations():
    """The tenant's organisations with the number of active members."""
    return (
        Organisation.objects.select_related("area")
        .annotate(member_count=Count("memberships", filter=Q(memberships__is_active=True)))
        .order_by("kind", "name")
    )


def open_invitations(*, at):
    """Invitations that can still be accepted."""
    return Invitation.objects.select_related("organisation").filter(
        accepted_at=None, withdrawn_at=None, expires_at__gt=at
    )


def get_invitation(pk):
    """An invitation of the open tenant that was not accepted yet, or 404."""
    return _get(Invitation.objects.filter(accepted_at=None, withdrawn_at=None), pk)


def calendar_days(year):
    """The days of a year that differ from the week's rule."""
    return CalendarDay.objects.filter(day__year=year)


def get_calendar_day(pk):
    """A day of the table, or 404."""
    return _get(CalendarDay.objects.all(), pk)


def calendar_years():
    """Every year that is published, in order."""
    return CalendarYear.objects.filter(is_published=True).order_by("year")


def calendar_year(year):
    """The year's row, or None while its holidays are unknown."""
    return CalendarYear.objects.filter(year=year, is_published=True).first()


def calendar_months(year, work_calendar):
    """Twelve months as weeks of (day, is a working day, is an exception) for the calendar page; None pads a week."""
    months = []
    for month in range(1, 13):
        weeks = [
            [
                (day, work_calendar.is_workday(day), day in work_calendar.exceptions) if day.month == month else None
                for day in week
            ]
            for week in _weeks(year, month)
        ]
        months.append((month, weeks))
    return months


def _weeks(year, month):
    return Calendar(firstweekday=0).monthdatescalendar(year, month)


AUDIT_PAGE = 50


def audit_events(*, before=None, actor="", action="", since=None, until=None):
    """A page of the trail, newest first, and the sequence number to go on from (None at the end)."""
    events = AuditEvent.objects.order_by("-seq")
    if before:
        events = events.filter(seq__lt=before)
    if actor:
        events = events.filter(actor__icontains=actor)
    if action:
        events = events.filter(Q(action__icontains=action) | Q(object_label__icontains=action))
    if since:
        events = events.filter(at__gte=datetime.combine(since, time.min, SHANGHAI))
    if until:
        events = events.filter(at__lt=datetime.combine(until + timedelta(days=1), time.min, SHANGHAI))
    rows = list(events[: AUDIT_PAGE + 1])
    return rows[:AUDIT_PAGE], rows[AUDIT_PAGE - 1].seq if len(rows) > AUDIT_PAGE else None
