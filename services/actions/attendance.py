"""Every write on sign-in: a roll call, somebody added by hand, a code that people scan, and the sheet that proves it.

A draft's number of participants follows its sign-in, so that nobody counts twice; after submission nothing here changes.
"""

import secrets

from django.db import IntegrityError, transaction

from caseload.queries import members_of
from caseload.rules.people import normal_name
from documents.actions import files
from documents.render import pdf
from services.actions.records import add_evidence, own_draft
from services.models import ActivityKind, Answer, Attendance, ServiceRecord, SignInCode
from services.queries import attendance as queries
from services.rules import attendance as rules
from services.rules import records as record_rules
from tenancy import audit, keys
from tenancy.clock import day_of
from tenancy.problems import Refused

SHEET = "sign_in_sheet"
FEEDBACK_KIND = "activity_feedback"
PRINTED = "系统签到"


# --- on the spot, by the worker ---------------------------------------------------------------------------------------
@transaction.atomic
def call_roll(record, *, present, by, at):
    """Set which of the group's members came: `present` are member ids. Those who signed in otherwise stay.

    Members who were ticked before and are not now are struck off, with a trace. Returns the number of people who came.
    """
    record = own_draft(record, by)
    members = {row.pk: row for row in members_of(record.group, on=record.day)} if record.group_id else {}
    strangers = set(present) - set(members)
    if strangers:
        raise Refused("名单里有人已不是组员。刷新后再看一次")
    there = {row.member_id: row for row in Attendance.objects.filter(record=record, member__isnull=False)}
    gone = [row for pk, row in there.items() if pk not in present]
    if gone:
        Attendance.objects.filter(pk__in=[row.pk for row in gone]).delete()
    rows = [
        _row(record, members[pk].name.reveal(), members[pk].phone.reveal(), way="list", by=by, at=at, member=members[pk], person=members[pk].person)
        for pk in present
        if pk not in there
    ]  # fmt: skip
    Attendance.objects.bulk_create(rows, ignore_conflicts=True)
    audit.record("attendance.called", by=by, at=at, target=record, came=len(present), struck=len(gone))
    return _count(record)


@transaction.atomic
def add_guest(record, *, name, by, at, phone="", place="", person=None):
    """Write somebody who came on the sheet; returns the Attendance. Whoever is on it already is not written twice."""
    record = own_draft(record, by)
    return _signed(record, name, phone, place, way="hand", by=by, at=at, person=person)


@transaction.atomic
def strike(attendance, *, by, at):
    """Take a line off the sheet of one's own draft."""
    record = own_draft(attendance.record, by)
    audit.record("attendance.struck", by=by, at=at, target=record, way=attendance.way)
    attendance.delete()
    _count(record)


@transaction.atomic
def recognise(attendance, person, *, by, at):
    """Somebody who came is this person of the contract's ledger: linked because a worker says so, never by name alone."""
    record = own_draft(attendance.record, by)
    if person.household.contract_id != record.contract_id:
        raise Refused("这名服务对象不在本合同的台账上")
    Attendance.objects.filter(pk=attendance.pk).update(person=person)
    audit.record("attendance.linked", by=by, at=at, target=record, person=str(person.pk))


@transaction.atomic
def file_sheet(record, *, by, at):
    """Print the sign-in sheet and lay it among the record's papers, in place of an earlier print; returns the evidence."""
    record = own_draft(record, by)
    rows = queries.attendances(record, by)
    if not rows:
        raise Refused("还没有人签到")
    context = {"record": record, "rows": rows, "at": at, "by": by}
    content = pdf.render("services/attendance/sheet_print.html", context)
    name = f"签到表 {record.day:%Y-%m-%d}.pdf"
    stored = files.keep(content, name=name, content_type="application/pdf", by=by, at=at)
    record.evidence.filter(kind=SHEET, caption=PRINTED).delete()
    return add_evidence(record, file=stored, kind=SHEET, caption=PRINTED, by=by, at=at)


# --- by code ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def open_code(record, *, by, at, use="sign_in", closes_at=None):
    """Open a code for people to scan, until the day's end at the latest; one that is open already stays. Returns the SignInCode.

    A code for sign-in needs one's own draft of today; one for feedback may be opened until the record is decided.
    """
    if use == SignInCode.Use.SIGN_IN:
        record = own_draft(record, by)
        if record.day != day_of(at):
            raise Refused("扫码签到只在活动当天开放")
    elif record.created_by_id != by.pk:
        raise Refused("只能为自己登记的活动开放评价")
    standing = queries.codes_of(record, at).get(use)
    if standing is not None:
        return standing
    secret = secrets.token_urlsafe(18)
    code = SignInCode.objects.create(
        record=record, use=use, secret=secret, secret_index=keys.blind_index(secret), opened_by=by, opened_at=at,
        closes_at=rules.closing(at, closes_at),
    )  # fmt: skip
    audit.record("attendance.code_opened", by=by, at=at, target=record, use=use)
    return code


@transaction.atomic
def close_code(code, *, by, at):
    """Nobody can use the code any more."""
    if code.record.created_by_id != by.pk:
        raise Refused("只能关闭自己开放的签到码")
    if rules.is_open(code, at):
        SignInCode.objects.filter(pk=code.pk).update(closes_at=at)
        audit.record("attendance.code_closed", by=by, at=at, target=code.record, use=code.use)


@transaction.atomic
def sign_in(code, *, name, at, phone="", place=""):
    """Somebody who scanned the code signs in; returns (Attendance, whether it is new).

    A member of the group is recognised by name and number. Refused when the code is closed, the record was handed in, the
    sheet is full, or the name is missing. Nobody's name is ever told back.
    """
    record = ServiceRecord.objects.select_for_update(of=("self",)).get(pk=code.record_id)
    if code.use != SignInCode.Use.SIGN_IN or not rules.is_open(code, at) or record.state != record_rules.DRAFT:
        raise Refused(rules.CLOSED)
    if queries.count(record) >= rules.MOST:
        raise Refused(rules.FULL)
    before = queries.count(record)
    row = _signed(record, name, phone, place, way="code", by=None, at=at)
    return row, queries.count(record) > before


@transaction.atomic
def give_feedback(code, *, score, at, comment=""):
    """One anonymous answer of somebody who was there, five the best; never more answers than people who signed in."""
    record = ServiceRecord.objects.select_for_update(of=("self",)).select_related("area").get(pk=code.record_id)
    if code.use != SignInCode.Use.FEEDBACK or not rules.is_open(code, at):
        raise Refused("评价已关闭")
    if not 1 <= score <= 5:
        raise Refused("选 1 到 5 分")
    if Answer.objects.filter(record=record).count() >= queries.count(record):
        raise Refused(rules.FEEDBACK_FULL)
    answer = Answer.objects.create(
        contract_id=record.contract_id, kind=FEEDBACK_KIND, record=record, area=record.area, street_id=record.street_id, day=day_of(at),
        score=score, satisfied=score >= rules.SATISFIED_FROM, comment=comment.strip()[:500], created_at=at,
    )  # fmt: skip
    audit.record("attendance.feedback", by=None, at=at, target=record)
    return answer


# --- one line ---------------------------------------------------------------------------------------------------------
def _signed(record, name, phone, place, *, way, by, at, person=None):
    faults = rules.guest_faults(name, phone)
    if faults:
        raise Refused("没有签到", faults)
    name, phone = normal_name(name)[: rules.LONGEST_NAME], rules.normal_phone(phone)[: rules.LONGEST_PHONE]
    member = rules.member_for(queries.known_members(record.group), name, phone) if record.group_id else None
    if member is not None:
        phone, person = phone or member.phone.reveal(), person or member.person
        standing = Attendance.objects.filter(record=record, member=member).first()
        if standing is not None:
            return standing
    row = _row(record, name, phone, way=way, by=by, at=at, place=place.strip()[:40], member=member, person=person)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return Attendance.objects.get(record=record, name_index=row.name_index, phone_index=row.phone_index)
    audit.record("attendance.signed", by=by, at=at, target=record, way=way)
    _count(record)
    return row


def _row(record, name, phone, *, way, by, at, **known):
    return Attendance(
        record=record, name=name, name_index=keys.blind_index(name), phone=phone, phone_index=keys.blind_index(phone) if phone else "",
        way=way, came_at=at, added_by=by, **known,
    )  # fmt: skip


def _count(record):
    """A draft's participants are those who signed in, where its kind asks for their number."""
    number = queries.count(record)
    shows = ActivityKind.objects.filter(code=record.kind).values_list("shows", flat=True).first() or []
    if "participants" in shows:
        ServiceRecord.objects.filter(pk=record.pk).update(participants=number)
        record.participants = number
    return number
