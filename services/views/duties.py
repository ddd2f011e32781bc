"""The month's calendar of what is due, and the team's load: for whoever works under a contract or follows it."""

from datetime import timedelta

from django.shortcuts import render

from services.queries import duties as queries
from services.rules import duties as rules
from services.views.shell import shell
from tenancy import clock, workdays
from tenancy.permissions import ROLES, Permission
from tenancy.web import page

SHOWN = 100


@page(Permission.CASE_VIEW)
def calendar(request):
    """A month or a week of duties: a field worker's own, everybody's for the others, narrowed by worker, subdistrict and kind."""
    member, on, work_calendar = request.member, clock.today(), workdays.calendar()
    is_own = ROLES[member.role].home == "field"
    span = _span(request, on)
    until = max(span["last"], on + timedelta(days=rules.SOON))
    found = queries.duties(member, work_calendar, on=on, worker=member if is_own else None, until=until)
    options = _options(found, is_own)
    wanted = _wanted(request, options)
    found = rules.narrowed(found, **wanted)
    shown = queries.named([duty for duty in found if duty.due is not None and span["first"] <= duty.due <= span["last"]], member)  # fmt: skip
    names = queries.day_names(span["first"] - timedelta(days=7), span["last"] + timedelta(days=7))
    groups = rules.grouped(found, on)
    lay = rules.week if span["is_week"] else rules.weeks
    context = span | {
        "today": on,
        "week_start": on if span["first"] <= on <= span["last"] else span["first"],
        "weeks": lay(span["first"], shown, work_calendar, names, on),
        "number": len(shown),
        "late": len(groups[rules.LATE]),
        "open": len(groups[rules.OPEN]),
        "provisional_years": work_calendar.holiday_years_missing(span["first"], span["last"]),
        "is_own": is_own,
        "options": options,
        "wanted": wanted,
    }
    return render(request, "services/calendar.html", context | shell(member))


def _span(request, on):
    """The month that is shown, or the week (?week=day)."""
    if request.GET.get("week"):
        first = rules.week_of(request.GET["week"], on)
        last = first + timedelta(days=6)
        return {"is_week": True, "first": first, "last": last, "before": first - timedelta(days=7), "after": last + timedelta(days=1)}  # fmt: skip
    first = rules.month_of(request.GET.get("month", ""), on)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return {"is_week": False, "first": first, "last": last, "before": first - timedelta(days=1), "after": last + timedelta(days=1)}  # fmt: skip


def _options(found, is_own):
    """{what a list may be narrowed to: [(value, word)]} of what there is."""
    kinds = {duty.kind for duty in found}
    options = {"kind": [(code, word) for code, word in rules.KIND_LABELS.items() if code in kinds]}
    streets = {duty.street for duty in found if duty.street}
    options["street"] = [(str(area.pk), area.name) for area in queries.areas(streets)]
    if not is_own:
        options["worker"] = [(str(pk), name) for pk, name in _workers(found)]
    return {name: known for name, known in options.items() if len(known) > 1}


def _wanted(request, options):
    return {
        name: request.GET[name] if request.GET.get(name) in {value for value, _word in options.get(name, ())} else ""
        for name in ("worker", "street", "kind")
    }


@page(Permission.CASE_VIEW)
def load(request):
    """Who has how much in hand, due and overdue; and what is overdue or back, the most urgent first."""
    member, on, work_calendar = request.member, clock.today(), workdays.calendar()
    found = queries.duties(member, work_calendar, on=on)
    cases, names = queries.cases_in_hand(member, on=on)
    names = dict(_workers(found)) | names
    options = _options(found, is_own=False)
    wanted = _wanted(request, options)
    groups = rules.grouped(rules.narrowed(found, **wanted), on)
    urgent = groups[rules.LATE] + groups[rules.NOW] + groups[rules.OPEN] + groups[rules.SOON_DUE]
    context = {
        "today": on,
        "loads": rules.loads(found, cases, names, on),
        "urgent": queries.named(urgent[:SHOWN], member),
        "number": len(urgent),
        "late": len(groups[rules.LATE]),
        "week": len(groups[rules.NOW]) + len(groups[rules.SOON_DUE]),
        "open": len(groups[rules.OPEN]),
        "sees_returned": ROLES[member.role].side == "provider",
        "plans": queries.planned_contracts(member, on=on),
        "options": options,
        "wanted": wanted,
    }
    return render(request, "services/load.html", context | shell(member))


def _workers(duties):
    """[(membership id, name)] of those whose duties these are, by name."""
    return sorted({(duty.worker, duty.holder) for duty in duties if duty.worker}, key=lambda row: (row[1], str(row[0])))
