"""Every write on reminders: one digest a member and working day, mailed once, read by its member."""

from dataclasses import asdict

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from services.models import Notice, NoticePreference
from services.queries import notices as queries
from services.rules import notices as rules
from tenancy import audit, workdays
from tenancy.problems import Refused


def remind(*, on, at):
    """Put the day's digest before every member who has something due; returns how many are new.

    Once a member and day however often it runs: the database keeps them apart. Nothing on days off.
    """
    calendar = workdays.calendar()
    if not calendar.is_workday(on):
        return 0
    done = set(Notice.objects.filter(day=on).values_list("member", flat=True))
    return sum(_remind_one(member, calendar, on=on, at=at) for member in queries.recipients() if member.pk not in done)


@transaction.atomic
def _remind_one(member, calendar, *, on, at):
    found = queries.digest_of(member, calendar, on=on)
    if found.is_empty:
        return False
    row, is_new = Notice.objects.get_or_create(member=member, day=on, defaults=asdict(found) | {"created_at": at})
    if is_new:
        audit.record("notice.made", by=None, at=at, target=row, **asdict(found))
    return is_new


@transaction.atomic
def mail_notice(notice_id, *, at):
    """Send a reminder by mail, once; returns whether it went out now. A server that refuses leaves it for the next run."""
    row = Notice.objects.select_for_update(of=("self",)).select_related("tenant").filter(pk=notice_id).first()
    wanted = NoticePreference.objects.filter(member=row.member_id, wants_mail=True).first() if row else None
    if row is None or row.mailed_at or wanted is None or not queries.mail_is_on():
        return False
    Notice.objects.filter(pk=row.pk).update(mailed_at=at)
    audit.record("notice.mailed", by=None, at=at, target=row)
    subject, text = rules.mail(row, row.day, queries.link_of(row.tenant))
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [wanted.address.reveal()])
    return True


@transaction.atomic
def read_all(*, by, at):
    """The member has read the reminders; returns how many were new."""
    number = Notice.objects.filter(member=by, read_at=None).update(read_at=at)
    if number:
        audit.record("notice.read", by=by, at=at, number=number)
    return number


@transaction.atomic
def set_preference(*, wants_mail, address, by, at):
    """How the member wants to be told. Raises Refused when mail is wanted without an address."""
    if wants_mail and not address.strip():
        raise Refused("填写邮箱")
    row = NoticePreference.objects.filter(member=by).first() or NoticePreference(member=by)
    row.wants_mail, row.address = wants_mail, address.strip()
    row.save()
    audit.record("notice.preference_set", by=by, at=at, target=row, wants_mail=wants_mail)
    return row
