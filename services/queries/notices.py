"""Reads of reminders: who is reminded, of what, and what a member has not read yet."""

from django.conf import settings
from django.urls import reverse

from services.models import Notice, NoticePreference
from services.queries import duties as due_queries
from services.queries import follow_ups
from services.rules import notices as rules
from services.rules.duties import DECISION
from tenancy.models import Membership
from tenancy.permissions import ROLES, Permission, allows, roles_with

SHOWN = 30
LIMIT = "escalate_after"


def is_reminded(member):
    """Whether the member's role has duties: the agency's people who follow cases, and offices that decide on them."""
    side = ROLES[member.role].side
    return (side == "provider" and allows(member, Permission.CASE_VIEW)) or allows(member, Permission.CASE_APPROVE)


def recipients():
    """The active members of the tenant who are reminded, with account and organisation."""
    rows = Membership.objects.filter(
        is_active=True, account__is_active=True, role__in=roles_with(Permission.CASE_VIEW)
    ).select_related("account", "organisation", "organisation__area", "tenant")
    return [row for row in rows.order_by("created_at", "id") if is_reminded(row)]


def answers_for_team(member):
    """Whether what others leave lying is told to the member: who plans the team's work or reviews its cases."""
    return allows(member, Permission.PLAN_MANAGE) or allows(member, Permission.CASE_REVIEW)


def digest_of(member, calendar, *, on):
    """The member's Digest on the day."""
    if allows(member, Permission.CASE_APPROVE):
        # An office sees what is due in its area; what it is reminded of are its own decisions.
        seen = due_queries.duties(member, calendar, on=on)
        return rules.digest([duty for duty in seen if duty.kind == DECISION], [], on)
    own = due_queries.duties(member, calendar, on=on, worker=member)
    if not answers_for_team(member):
        return rules.digest(own, [], on)
    contracts = list(due_queries.contracts_of(member, on=on).filter(state="active"))
    limits = {row.pk: int(row.parameters[LIMIT]) for row in contracts if str(row.parameters.get(LIMIT, "")).isdecimal()}
    orphaned = 0
    if allows(member, Permission.PLAN_MANAGE):
        orphaned = sum(follow_ups.orphaned(contract, on=on) for contract in contracts)
    team = due_queries.duties(member, calendar, on=on)
    return rules.digest(own, team, on, limits=limits, orphaned=orphaned)


def own_notices(member):
    """The member's latest reminders, the newest first."""
    return Notice.objects.filter(member=member)[:SHOWN]


def unread(member):
    """How many reminders the member has not read."""
    return Notice.objects.filter(member=member, read_at=None).count()


def preference(member):
    """How the member wants to be told, or None."""
    return NoticePreference.objects.filter(member=member).first()


def mail_is_on():
    """Whether the installation can send mail: a server, and the address under which people reach it."""
    return bool(settings.EMAIL_URL and settings.SITE_URL)


def link_of(tenant):
    """The address of the reminders' page, for a mail."""
    return settings.SITE_URL.rstrip("/") + reverse("services:notices", kwargs={"tenant": tenant.slug})


def waiting_for_mail(*, on):
    """The ids of the day's reminders that are still to be mailed."""
    wanted = NoticePreference.objects.filter(wants_mail=True).values("member")
    return list(Notice.objects.filter(day=on, mailed_at=None, member__in=wanted).values_list("pk", flat=True))
