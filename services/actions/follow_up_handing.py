"""Visits and cases change hands: only what is still open, as it was proposed, with a reason and a history."""

from collections import Counter

from django.db import transaction

from caseload.actions.handing_over import hand_over_case
from services.actions.follow_ups import locked, remember
from services.models import FollowUp
from services.queries import follow_up_handing as queries
from services.queries import follow_ups as plan
from services.rules import follow_ups as rules
from tenancy import audit, workdays
from tenancy.clock import day_of
from tenancy.problems import Conflict, Refused


@transaction.atomic
def hand_over(contract, *, giver, takers, with_cases, digest, reason, by, at):
    """Do what was proposed (services.queries.follow_up_handing.proposal); returns (visits, cases) that changed hands.

    `giver` None relieves the fullest. Visits that are due keep their day; those ahead are fitted into the new worker's days.
    Raises Conflict when the proposal would be another one now, Refused without a reason or when nothing goes over.
    """
    contract, on = locked(contract), day_of(at)
    if not reason.strip():
        raise Refused("写明原因")
    found = queries.proposal(contract, giver=giver, takers=takers, with_cases=with_cases, on=on)
    if not found.given and not found.cases:
        raise Refused("没有可移交的回访和个案")
    if found.digest != digest:
        raise Conflict("预览之后情况有变。重新看一遍再确认")
    moved = _move_visits(contract, found.given, reason=reason, by=by, at=at)
    for row in found.cases:
        hand_over_case(row.case, to=row.to, reason=reason, by=by, at=at)
    names = {row.to.account.name for row in (*found.given, *found.cases)}
    audit.record(
        "follow_up.handed_over", by=by, at=at, target=contract, visits=moved, cases=len(found.cases),
        giver=giver.account.name if giver else "", takers=sorted(names), reason=reason.strip()[:400],
    )  # fmt: skip
    return moved, len(found.cases)


def _move_visits(contract, given, *, reason, by, at):
    on, calendar = day_of(at), workdays.calendar()
    taken, places = _busy(contract)
    changes = []
    for row in given:
        for visit in row.holding.rows:
            worker, day = row.to.pk, visit.due_on
            if day > on:
                day = rules.fit_in(visit, visit.area_id, taken.setdefault(worker, Counter()), places.setdefault(worker, set()), calendar, on) or day  # fmt: skip
            changes.append((visit, worker, day))
    remember(changes, "hand_over", by=by, at=at, reason=reason.strip()[:400])
    for visit, worker, day in changes:
        seen = {"pk": visit.pk, "worker": visit.worker_id, "due_on": visit.due_on, "state": FollowUp.State.PLANNED}
        if not FollowUp.objects.filter(**seen).update(worker=worker, due_on=day):
            raise Conflict("有一次回访刚被别人改过。重新看一遍再确认")
    return len(changes)


def _busy(contract):
    """({worker: {day: visits}}, {worker: {(day, area)}}) of what is planned."""
    taken, places = {}, {}
    for worker, day, area in plan.planned(contract).values_list("worker", "due_on", "area"):
        taken.setdefault(worker, Counter())[day] += 1
        places.setdefault(worker, set()).add((day, area))
    return taken, places
