"""Reads of sign-in: who came to a session, a group's grid, and the code that somebody has scanned."""

from dataclasses import dataclass

from django.db.models import Count
from django.http import Http404

from caseload.queries import members_of
from services.models import Answer, Attendance, ServiceRecord, SignInCode
from services.queries.records import may_read_narrative, visible_records
from services.rules import attendance as rules
from services.rules import records as record_rules
from tenancy import keys


@dataclass(frozen=True)
class Came:
    """One line of a sign-in sheet, as the member who looks may see it."""

    row: Attendance
    name: str
    phone: str
    ledger: str = ""


def attendances(record, member):
    """[Came] of a record in the order of their arrival: names in full to those who may read its text, numbers masked."""
    knows = may_read_narrative(member, record)
    rows = Attendance.objects.filter(record=record).select_related("person__household", "member")
    return [
        Came(
            row,
            row.name.reveal() if knows else str(row.name),
            str(row.phone),
            row.person.household.number if row.person else "",
        )
        for row in rows
    ]


def count(record):
    """How many people have signed in."""
    return Attendance.objects.filter(record=record).count()


def told(record):
    """签到 23 人，其中扫码 18 人; "" without anybody."""
    ways = dict(Attendance.objects.filter(record=record).order_by().values_list("way").annotate(Count("pk")))
    number = sum(ways.values())
    if not number:
        return ""
    words = [f"{Attendance.Way(way).label} {ways[way]} 人" for way in Attendance.Way.values if way in ways]
    differs = record.participants is not None and record.participants != number
    return f"签到 {number} 人：{'，'.join(words)}" + (
        f"；与填写的参加人数 {record.participants} 不同" if differs else ""
    )


def known_members(group):
    """[(member, normal name, normal phone)] of those who belong to the group: for telling who has signed in."""
    return [(row, row.name.reveal(), row.phone.reveal()) for row in members_of(group).filter(left_on=None)]


def grid(group):
    """The attendance Grid of a group over the sessions that were held: three statements, however many people and sessions."""
    sessions = ServiceRecord.objects.filter(group=group).exclude(state=record_rules.DRAFT).order_by("started_at", "id")
    held = list(sessions.values_list("pk", "day"))
    rows = Attendance.objects.filter(record__group=group)
    attended = set(rows.filter(member__isnull=False).values_list("record", "member"))
    guests = dict(rows.filter(member=None).order_by().values_list("record").annotate(Count("pk")))
    return rules.grid(held, list(members_of(group)), attended, guests)


def codes_of(record, at):
    """{use: the code that is open now} of a record."""
    rows = SignInCode.objects.filter(record=record, opened_at__lte=at, closes_at__gt=at)
    return {row.use: row for row in rows.order_by("opened_at")}


def find_code(secret):
    """The code of the open tenant with this secret, with its session, or None."""
    rows = SignInCode.objects.select_related("record__contract__provider", "record__group", "record__area")
    return rows.filter(secret_index=keys.blind_index(secret)).first()


def feedback_of(record):
    """(number of answers, number of satisfied ones, mean score or None) that came by code."""
    scores = list(Answer.objects.filter(record=record).order_by().values_list("score", "satisfied"))
    if not scores:
        return 0, 0, None
    return len(scores), sum(1 for _, satisfied in scores if satisfied), sum(score for score, _ in scores) / len(scores)


def comments_of(record, member):
    """What people wrote, to those who may read the record's text."""
    if not may_read_narrative(member, record):
        return []
    rows = Answer.objects.filter(record=record, comment__isnull=False)
    return [text for text in (row.comment.reveal() for row in rows) if text]


def get_attendance(member, pk, *, on):
    """A line of a sheet that the member wrote, or 404."""
    records = visible_records(member, on).filter(created_by=member).order_by().values("pk")
    rows = Attendance.objects.select_related("record__contract", "record__group", "record__area")
    row = rows.filter(pk=pk, record__in=records).first()
    if row is None:
        raise Http404
    return row


def get_code(member, pk, *, on):
    """A code of a record that the member wrote, or 404."""
    records = visible_records(member, on).filter(created_by=member).order_by().values("pk")
    rows = SignInCode.objects.select_related("record__contract", "record__group")
    row = rows.filter(pk=pk, record__in=records).first()
    if row is None:
        raise Http404
    return row


def is_open(code, at):
    """Whether people may use the code now: its time, and for sign-in a record that is still being written."""
    writable = code.use == SignInCode.Use.FEEDBACK or code.record.state == record_rules.DRAFT
    return writable and rules.is_open(code, at)
