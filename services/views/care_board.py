"""The station's day at a glance, its rounds and the cleaning of its rooms."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from uuid6 import uuid7

from services.actions import care_rounds as actions
from services.forms.care import RoundForm
from services.queries import care as queries
from services.queries import care_board as board
from services.queries import care_people
from services.rules import care as rules
from services.views.shell import shell
from tenancy import clock
from tenancy.clock import SHANGHAI
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page

CLEANED = timedelta(minutes=30)


@page(Permission.STAY_VIEW)
def care(request, pk):
    """What the day still lacks, and the way to each act."""
    member, now = request.member, clock.now()
    contract = queries.get_care_contract(member, pk, on=clock.day_of(now))
    kinds = queries.active_kinds()
    known, local = queries.slots(kinds), queries.local(now)
    running = rules.slot_at(known, local.hour)
    day = rules.shift_day(running, local)
    stays, rooms = board.people_today(contract, day), board.rooms_today(contract, day)
    slots = board.slots_today(contract, known, day=day, now_slot=running, now_hour=local.hour)
    linen = board.linen_short(member, contract, stays, day)
    context = {
        "contract": contract, "day": day, "slots": slots, "total": len(stays), "rooms": rooms,
        "unclean": sum(1 for _room, is_clean in rooms if not is_clean), "has_rounds": rules.ROUND in kinds,
        "has_cleaning": rules.CLEANING in kinds, "menu": board.menu_is_posted(contract, day) if rules.MENU in kinds else None,
        "linen": linen, "counselling": board.counselling_short(contract, day),
        "counts": board.counts(contract, day), "calls": care_people.still_to_call(contract, day),
        "shifts": _shifts(contract, known), "number": uuid7(), "linen_told": f"{len(linen)} 人未满",
        "returned": queries.returned_lines(member, contract), "may_care": queries.may_care(member, contract),
        "others": [kinds[code] for code in rules.ON_PAPER if code in kinds],
    }  # fmt: skip
    return render(request, "services/care/board.html", context | shell(member))


def _shifts(contract, known):
    """[(shift, colour, what waits in words, how many residents, the shift's word)] of the latest shifts."""
    words, told = {row.code: row.label for row in known}, []
    for shift, states in queries.recent_shifts(contract):
        returned, waiting = states.get(rules.RETURNED, 0), states.get(rules.SUBMITTED, 0)
        kind, word = (
            ("warn", f"{returned} 人退回") if returned else ("wait", f"{waiting} 人待核") if waiting else ("ok", "已核")
        )
        told.append((shift, kind, word, sum(states.values()), words.get(shift.slot, shift.slot)))
    return told


@page(Permission.RECORD_WRITE, methods=("GET", "POST"))
def care_round(request, pk):
    """Log a safety round: the slot, the time, and every hazard that was found."""
    member, now = request.member, clock.now()
    contract = queries.get_care_contract(member, pk, on=clock.day_of(now))
    if not queries.may_care(member, contract):
        raise PermissionDenied
    if not request.GET.get("id"):
        return redirect(f"{request.path}?id={uuid7()}")
    known, local = queries.slots(queries.active_kinds()), queries.local(now)
    initial = {
        "id": request.GET["id"], "slot": rules.slot_at(known, local.hour).code, "start": (local - timedelta(minutes=15)).time(), "end": local.time(), "workers": 1,
        "day": local.date(),
    }  # fmt: skip
    form = RoundForm(request.POST or None, slots=known, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            record = actions.go_round(contract=contract, slots=known, by=member, at=now, **form.values())
        except Refused as refusal:
            form.add_refusal(refusal)
        else:
            found = record.facts.get("hazards_found", 0)
            messages.success(request, f"已登记：{record.title}" + (f"，隐患 {found} 处待核实、整改" if found else ""))
            return _to_board(request, pk)
    context = {"contract": contract, "form": form, "number": request.GET["id"], **shell(member)}
    return render(request, "services/care/round.html", context, status=422 if form.errors else 200)


@page(Permission.RECORD_WRITE, methods=("POST",))
def care_cleaning(request, pk):
    """Log that the ticked rooms were cleaned and disinfected, in the half hour before now."""
    now = clock.now()
    contract = queries.get_care_contract(request.member, pk, on=clock.day_of(now))
    try:
        number = UUID(request.POST.get("id", ""))
        chosen = [UUID(value) for value in request.POST.getlist("rooms")]
    except ValueError:
        messages.error(request, "选择房间后再登记")
        return _to_board(request, pk)
    # Just after midnight the half hour would begin on the day before.
    midnight = datetime.combine(clock.day_of(now), datetime.min.time(), tzinfo=SHANGHAI)
    try:
        done = actions.clean_rooms(
            id=number, contract=contract, chosen=chosen, disinfected=set(chosen), started_at=max(now - CLEANED, midnight), ended_at=now,
            by=request.member, at=now,
        )  # fmt: skip
        messages.success(request, f"已登记 {done} 间清洁消毒" if done else "这些房间已登记过")
    except Refused as refusal:
        messages.error(request, "；".join([refusal.message, *map(str, refusal.problems)]))
    return _to_board(request, pk)


def _to_board(request, pk):
    return redirect("services:care", tenant=request.tenant.slug, pk=pk)
