"""The care journal: a shift on the phone, the shift as it was handed in, one line sent back or put right."""

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from uuid6 import uuid7

from services.actions import care as actions
from services.forms.care import ReturnLineForm, ShiftForm
from services.queries import care as queries
from services.rules import care as rules
from services.views.shell import shell
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page

USUAL_LENGTH = timedelta(minutes=30)


# --- a shift on the phone -----------------------------------------------------------------------------------------
@page(Permission.RECORD_WRITE, methods=("GET", "POST"))
def care_journal(request, pk):
    """Log the care of a shift: everybody as usual in one tap, then those who are not. The shift's own id stands in the address."""
    now = clock.now()
    contract = queries.get_care_contract(request.member, pk, on=clock.day_of(now))
    if not queries.may_care(request.member, contract):
        raise PermissionDenied
    kinds = queries.active_kinds()
    known = queries.slots(kinds)
    slot, day = _asked(request, known, now)
    if not request.GET.get("id"):
        return redirect(f"{request.path}?{urlencode({'day': day, 'slot': slot.code, 'id': uuid7()})}")
    there = _there(request)
    if there is not None and request.method == "GET":
        return redirect("services:care_shift", tenant=request.tenant.slug, pk=there.pk)
    found = queries.journal(request.member, contract, kinds, slot, day)
    form = ShiftForm(request.POST or None, slot=slot, day=day, found=found, initial=_initial(request, slot, day, now))
    if request.method == "POST" and (form.is_valid() or there is not None):
        shift = there or _handed_in(request, form, contract, known, now)
        if shift is not None:
            return redirect("services:care_shift", tenant=request.tenant.slug, pk=shift.pk)
    return _shift_page(request, contract, form, known, found)


def _asked(request, known, now):
    """(slot, day) of the address; at first the shift that runs now."""
    local = queries.local(now)
    running = rules.slot_at(known, local.hour)
    slot = next((row for row in known if row.code == request.GET.get("slot")), running)
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        day = None
    return slot, day or rules.shift_day(running, local)


def _there(request):
    try:
        return queries.existing_shift(request.member, request.GET["id"])
    except (ValueError, ValidationError) as error:
        raise Http404 from error


def _initial(request, slot, day, now):
    """The last half hour of a shift that runs; of one that is over, its last half hour."""
    local = queries.local(now)
    if slot.holds(local.hour) and rules.shift_day(slot, local) == day:
        return {"id": request.GET["id"], "start": (local - USUAL_LENGTH).time(), "end": local.time()}
    end = local.replace(hour=slot.ends % 24, minute=0)
    return {"id": request.GET["id"], "start": (end - USUAL_LENGTH).time(), "end": end.time()}


def _handed_in(request, form, contract, known, now):
    """The shift, or None when it was refused: the form then says why."""
    try:
        return actions.hand_in_shift(
            id=form.cleaned_data["id"], contract=contract, day=form.day, slot=form.slot.code, slots=known, started_at=form.started_at,
            ended_at=form.ended_at, lines=form.lines, by=request.member, at=now,
        )  # fmt: skip
    except Refused as refusal:
        form.add_refusal(refusal)
        return None


def _shift_page(request, contract, form, known, found):
    progress = queries.progress(contract, form.day)
    context = {
        "contract": contract, "form": form, "slot": form.slot, "day": form.day, "number": request.GET["id"],
        "slots": [(row, progress.get(row.code, 0)) for row in known], "total": len(found),
        "rooms": queries.by_room(found), "waiting": sum(1 for row in found if row.line is None),
        "moods": rules.MOODS.items(), "seen": rules.SEEN.items() if form.slot.begins > form.slot.ends else (), "away": rules.AWAY.items(),
        "is_night": form.slot.begins > form.slot.ends,
    }  # fmt: skip
    return render(request, "services/care/journal.html", context, status=422 if form.errors else 200)


# --- a shift as it was handed in ------------------------------------------------------------------------------------
@page(Permission.STAY_VIEW)
def care_shift(request, pk):
    """What a shift says of everybody, with what quality control and its writer may do."""
    return _told(request, queries.get_shift(request.member, pk, on=clock.today()))


def _told(request, shift, status=200, **more):
    member = request.member
    lines = queries.lines_of(shift, member)
    waiting = sum(1 for told in lines if told.line.state == rules.SUBMITTED)
    slot = next((row for row in queries.slots(queries.active_kinds()) if row.code == shift.slot), None)
    context = {
        "shift": shift, "lines": lines, "waiting": waiting, "slot": slot.label if slot else shift.slot,
        "may_verify": bool(waiting) and queries.may_verify(member, shift), "may_return": queries.may_verify(member, shift),
        "may_report": queries.may_care(member, shift.contract), "return_form": ReturnLineForm(), "refusal": None,
        "unusual": sum(1 for told in lines if told.line.presence != rules.NORMAL), **more,
    }  # fmt: skip
    return render(request, "services/care/shift.html", context | shell(member), status=status)


@page(Permission.RECORD_VERIFY, methods=("POST",))
def verify_care_shift(request, pk):
    """Confirm everything of a shift that waits, in one act."""
    shift = queries.get_shift(request.member, pk, on=clock.today())
    try:
        number = actions.verify_shift(shift, by=request.member, at=clock.now())
    except Refused as refusal:
        return _told(request, shift, status=409, refusal=refusal)
    messages.success(request, f"已核验 {shift.created_by.account.name} 登记的 {number} 人")
    return _to_shift(request, shift.pk)


def _to_shift(request, pk):
    return redirect("services:care_shift", tenant=request.tenant.slug, pk=pk)


# --- one line -------------------------------------------------------------------------------------------------------
@page(Permission.RECORD_VERIFY, methods=("POST",))
def return_care_line(request, pk):
    """Send one resident's line back with what must be put right."""
    line = queries.get_line(request.member, pk, on=clock.today())
    form = ReturnLineForm(request.POST)
    if not form.is_valid():
        return _told(request, line.shift, status=422, return_form=form, returning=line.pk)
    try:
        actions.return_line(line, reason=form.cleaned_data["reason"], by=request.member, at=clock.now())
    except Refused as refusal:
        return _told(request, line.shift, status=409, refusal=refusal)
    messages.success(request, f"已退回 {line.entry.label}，由 {line.shift.created_by.account.name} 更正")
    return _to_shift(request, line.shift_id)


@page(Permission.RECORD_WRITE, methods=("GET", "POST"))
def correct_care_line(request, pk):
    """Say something else of one resident in a shift; what it said before stays."""
    now = clock.now()
    line = queries.get_line(request.member, pk, on=clock.day_of(now))
    if line.shift.created_by_id != request.member.pk:
        raise PermissionDenied
    kinds = queries.active_kinds()
    slot = next((row for row in queries.slots(kinds) if row.code == line.slot), rules.Slot(line.slot, line.slot, 0, 24))
    found = [
        row for row in queries.journal(request.member, line.shift.contract, kinds, slot, line.day) if row.line == line
    ]
    if not found:
        raise Http404
    resident, refusal = found[0], None
    if request.method == "POST":
        resident.line = None
        said, refusal = _corrected(request, line, resident, slot, now)
        if refusal is None:
            messages.success(request, f"已更正 {resident.name}")
            return _to_shift(request, line.shift_id)
        resident.said = said
    else:
        resident.said = queries.said_by(line)
    context = {
        "line": line, "resident": resident, "slot": slot.label, "refusal": refusal, "moods": rules.MOODS.items(), "away": rules.AWAY.items(),
        "seen": rules.SEEN.items() if slot.begins > slot.ends else (), "moves": queries.history_of(line), "verbs": rules.VERB_LABELS,
    }  # fmt: skip
    return render(
        request, "services/care/correct.html", context | shell(request.member), status=422 if refusal else 200
    )


def _corrected(request, line, resident, slot, now):
    """(what is said now, None or the refusal)"""
    form = ShiftForm(request.POST, slot=slot, day=line.day, found=[resident])
    form.full_clean()
    said = form.lines.get(resident.stay.pk)
    if said is None or resident.fault:
        return said, Refused(resident.fault or "选择正常、异常或不在")
    try:
        actions.correct_line(line, said=said, by=request.member, at=now)
    except Refused as refusal:
        return said, refusal
    return said, None


@page(Permission.RECORD_WRITE, methods=("POST",))
def report_care_missed(request, pk):
    """Report a missed meal or medicine of a line as an incident."""
    line = queries.get_line(request.member, pk, on=clock.today())
    try:
        line = actions.report_missed(line, by=request.member, at=clock.now())
    except Refused as refusal:
        return _told(request, line.shift, status=409, refusal=refusal)
    messages.success(request, f"已报告：{line.incident.title}，等甲方核实")
    return _to_shift(request, line.shift_id)
