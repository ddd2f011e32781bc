"""Sign-in of a session or an event: the list on the worker's phone, the code to scan, and a group's grid."""

import segno
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe

from caseload.queries import get_group, get_person, knows_members, members_of, namesakes
from services import forms
from services.actions import attendance as actions
from services.models import SignInCode
from services.queries import attendance as queries
from services.queries import records as record_queries
from services.rules import records as record_rules
from services.views.shell import shell
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.RECORD_VIEW)
def attendance(request, pk):
    """Who came to a session or event; whoever logs it calls the roll, adds people and shows the code."""
    record = record_queries.get_record(request.member, pk, on=clock.today())
    return _sheet(request, record)


def _sheet(request, record, form=None, refusal=None, status=200):
    member, now = request.member, clock.now()
    came = queries.attendances(record, member)
    may_write = record.created_by_id == member.pk and record.state == record_rules.DRAFT
    members = list(members_of(record.group, on=record.day)) if record.group_id else []
    there = {row.row.member_id for row in came}
    answers, satisfied, mean = queries.feedback_of(record)
    context = {
        "record": record, "came": came, "guests": [row for row in came if row.row.member_id is None], "may_write": may_write,
        "members": [(row, _name(row, record, member), row.pk in there) for row in members],
        "form": form or forms.GuestForm(contract=record.contract), "refusal": refusal,
        "namesakes": namesakes([row.row for row in came], member, on=clock.today()) if may_write else {},
        "codes": queries.codes_of(record, now) if record.created_by_id == member.pk else {},
        "may_ask": record.created_by_id == member.pk and bool(came), "answers": answers, "satisfied": satisfied, "mean": mean,
        "comments": queries.comments_of(record, member), "is_today": record.day == clock.day_of(now),
    }  # fmt: skip
    return render(request, "services/attendance/list.html", context | shell(member), status=status)


def _name(row, record, member):
    return row.name.reveal() if record_queries.may_read_narrative(member, record) else str(row.name)


def _act(request, record, do, told):
    """Do an act and show the list again; a refusal stands above it."""
    try:
        do()
    except Refused as refusal:
        return _sheet(request, record, refusal=refusal, status=422)
    if told:
        messages.success(request, told)
    return redirect("services:attendance", tenant=request.tenant.slug, pk=record.pk)


@page(Permission.RECORD_WRITE, methods=("POST",))
def call_roll(request, pk):
    """Set which members of the group came."""
    record = record_queries.get_own_record(request.member, pk, on=clock.today())
    members = members_of(record.group, on=record.day) if record.group_id else []
    ticked = set(request.POST.getlist("present"))
    present = [row.pk for row in members if str(row.pk) in ticked]
    return _act(
        request,
        record,
        lambda: actions.call_roll(record, present=present, by=request.member, at=clock.now()),
        f"已点名，到 {len(present)} 人",
    )


@page(Permission.RECORD_WRITE, methods=("POST",))
def add_guest(request, pk):
    """Write somebody who came on the sheet."""
    record = record_queries.get_own_record(request.member, pk, on=clock.today())
    form = forms.GuestForm(request.POST, contract=record.contract)
    if not form.is_valid():
        return _sheet(request, record, form=form, status=422)
    return _act(
        request, record, lambda: actions.add_guest(record, by=request.member, at=clock.now(), **form.values()), ""
    )


@page(Permission.RECORD_WRITE, methods=("POST",))
def strike(request, pk):
    """Take a line off the sheet."""
    row = queries.get_attendance(request.member, pk, on=clock.today())
    return _act(request, row.record, lambda: actions.strike(row, by=request.member, at=clock.now()), "")


@page(Permission.RECORD_WRITE, methods=("POST",))
def recognise(request, pk):
    """Link somebody who came to the person on the ledger whom the worker names."""
    on = clock.today()
    row = queries.get_attendance(request.member, pk, on=on)
    if not request.POST.get("person"):
        return _sheet(request, row.record, refusal=Refused("先选台账上的人"), status=422)
    person = get_person(request.member, request.POST["person"], on=on)
    return _act(request, row.record, lambda: actions.recognise(row, person, by=request.member, at=clock.now()), "")


@page(Permission.RECORD_WRITE, methods=("POST",))
def file_sheet(request, pk):
    """Print the sheet into the record's papers."""
    record = record_queries.get_own_record(request.member, pk, on=clock.today())
    return _act(
        request,
        record,
        lambda: actions.file_sheet(record, by=request.member, at=clock.now()),
        "签到表已生成，放进本记录的材料",
    )


# --- the code ---------------------------------------------------------------------------------------------------------
@page(Permission.RECORD_WRITE, methods=("POST",))
def open_code(request, pk):
    """Open a code for sign-in or for feedback, and show it."""
    record = record_queries.get_own_record(request.member, pk, on=clock.today())
    use = "feedback" if request.POST.get("use") == "feedback" else "sign_in"
    made = []
    answer = _act(
        request,
        record,
        lambda: made.append(actions.open_code(record, use=use, by=request.member, at=clock.now())),
        "",
    )
    return redirect("services:sign_in_code", tenant=request.tenant.slug, pk=made[0].pk) if made else answer


@page(Permission.RECORD_WRITE)
def sign_in_code(request, pk):
    """The code, large enough to be scanned from a table's length, with how many have signed in so far."""
    code = queries.get_code(request.member, pk, on=clock.today())
    address = request.build_absolute_uri(reverse("scanned", args=[f"{code.tenant_id}-{code.secret.reveal()}"]))
    drawing = segno.make(address, error="m").svg_inline(scale=8, border=2, svgclass="qr", lineclass=None, omitsize=True)
    context = {
        "code": code, "record": code.record, "drawing": mark_safe(drawing), "number": queries.count(code.record),  # noqa: S308 - our own drawing
        "is_open": queries.is_open(code, clock.now()), "is_feedback": code.use == SignInCode.Use.FEEDBACK,
    }  # fmt: skip
    template = "services/attendance/_count.html" if request.htmx else "services/attendance/code.html"
    return render(request, template, context | shell(request.member))


@page(Permission.RECORD_WRITE, methods=("POST",))
def close_code(request, pk):
    """Nobody can use the code any more."""
    code = queries.get_code(request.member, pk, on=clock.today())
    return _act(
        request,
        code.record,
        lambda: actions.close_code(code, by=request.member, at=clock.now()),
        "已关闭",
    )


# --- a group ----------------------------------------------------------------------------------------------------------
@page(Permission.RECORD_VIEW)
def group_attendance(request, pk):
    """A group's attendance grid, for the group's page."""
    group = get_group(request.member, pk, on=clock.today())
    found = queries.grid(group)
    knows = knows_members(request.member, group)
    names = [line.who.name.reveal() if knows else str(line.who.name) for line in found.lines]
    rows = list(zip(names, found.lines, strict=True))
    return render(request, "services/attendance/_grid.html", {"group": group, "grid": found, "rows": rows})
