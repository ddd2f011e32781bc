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
    """A month of duties: a field worker's own, everybody's or one worker's for the others (?worker=)."""
    member, on, work_calendar = request.member, clock.today(), workdays.calendar()
    is_own = ROLES[member.role].home == "field"
    found = queries.duties(member, work_calendar, on=on, worker=member if is_own else None)
    workers = _workers(found)
    wanted = request.GET.get("worker", "")
    if any(str(pk) == wanted for pk, _name in workers):
        found = [duty for duty in found if str(duty.worker) == wanted]
    else:
        wanted = ""
    month = rules.month_of(request.GET.get("month", ""), on)
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    shown = queries.named([duty for duty in found if duty.due is not None and month <= duty.due <= last], member)
    names = queries.day_names(month - timedelta(days=7), last + timedelta(days=7))
    groups = rules.grouped(found, on)
    context = {
        "today": on,
        "month": month,
        "before": month - timedelta(days=1),
        "after": last + timedelta(days=1),
        "weeks": rules.weeks(month, shown, work_calendar, names, on),
        "number": len(shown),
        "late": len(groups[rules.LATE]),
        "open": len(groups[rules.OPEN]),
        "is_provisional": work_calendar.is_provisional(month),
        "is_own": is_own,
        "workers": [] if is_own else workers,
        "worker": wanted,
    }
    return render(request, "services/calendar.html", context | shell(member))


@page(Permission.CASE_VIEW)
def load(request):
    """Who has how much in hand, due and overdue; and what is overdue or back, the most urgent first."""
    member, on, work_calendar = request.member, clock.today(), workdays.calendar()
    found = queries.duties(member, work_calendar, on=on)
    cases, names = queries.cases_in_hand(member, on=on)
    names = dict(_workers(found)) | names
    groups = rules.grouped(found, on)
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
    }
    return render(request, "services/load.html", context | shell(member))


def _workers(duties):
    """[(membership id, name)] of those whose duties these are, by name."""
    return sorted({(duty.worker, duty.holder) for duty in duties if duty.worker}, key=lambda row: (row[1], str(row[0])))
