"""The phone's first page: what is overdue, due this week, returned and unfinished; and what this month has brought."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render

from caseload.queries import case_list, labels, visible_cases
from services.queries import care, clocks, notices
from services.queries import duties as due_queries
from services.queries import records as queries
from services.rules import duties as due_rules
from services.rules.elapsed import spell
from tenancy import clock, workdays
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.RECORD_WRITE)
def today(request):
    """What is overdue, due this week, returned and unfinished; and what this month has brought."""
    member, on = request.member, clock.today()
    kinds = queries.kinds()
    returned, drafts = queries.own_drafts(member, on)
    cases = list(case_list(visible_cases(member, on).filter(worker=member, state="open")).order_by("number"))
    done = queries.sessions_done([case.pk for case in cases])
    due = due_rules.grouped(due_queries.duties(member, workdays.calendar(), on=on, worker=member), on)
    contracts = list(queries.writable_contracts(member, on=on))
    context = {
        "today": on,
        "unread": notices.unread(member),
        "returned": _lines(returned, member, kinds),
        "drafts": _lines(drafts, member, kinds),
        "overdue": due_queries.named(due[due_rules.LATE], member),
        "due_now": due_queries.named(due[due_rules.NOW], member),
        "soon": due_queries.named(due[due_rules.SOON_DUE], member),
        "cases": [_case_line(case, member, done) for case in cases],
        "month": [
            (queries.label_of(code, kinds), handed_in, verified)
            for code, handed_in, verified in queries.own_month(member, on)
        ],
        "case_kind": next((kind for kind in kinds.values() if kind.subject == "case" and kind.is_active), None),
        "just_done": _just_done(request, member, kinds, on),
        "running": _running(member, on),
        "contracts": contracts,
        "stations": care.has_residents([contract.pk for contract in contracts]),
    }
    return render(request, "services/today.html", context)


def _lines(records, member, kinds):
    return [
        {"record": row, "label": queries.label_of(row.kind, kinds), "name": queries.subject_of(row, member)}
        for row in records
    ]


def _running(member, on):
    """The clocks that run under the agency's contracts, those started first in front."""
    words, now = labels("clock"), clock.now()
    return [
        {
            "clock": row,
            "label": words.get(row.kind, row.kind),
            "about": clocks.about(row),
            "told": spell(int((now - row.started_at).total_seconds() // 60)),
        }
        for row in clocks.running(member, on=on)
    ]


def _case_line(case, member, done):
    sessions, direct = done.get(case.pk, (0, 0))
    return {
        "case": case,
        "name": queries.person_name(case.person, member, case.contract, case),
        "sessions": sessions,
        "direct": direct,
    }


def _just_done(request, member, kinds, on):
    """The record that was handed in a moment ago, for the strip on top: the phone loads this page twice, so no flash message."""
    try:
        record = queries.get_own_record(member, request.GET.get("done", ""), on=on)
    except (Http404, ValueError, ValidationError):
        return None
    return _lines([record], member, kinds)[0]
