"""Every write on the plan of household revisits: made for the term, kept in step, put on another day, handed over."""

from collections import Counter
from itertools import groupby

from django.db import transaction

from caseload.models import Case, Household
from contracts.models import Contract
from services.models import FollowUp, FollowUpMove
from services.queries import follow_ups as queries
from services.rules import follow_ups as rules
from tenancy import audit, workdays
from tenancy.clock import day_of
from tenancy.problems import Conflict, Refused


@transaction.atomic
def make_plan(contract, *, by, at):
    """Plan every visit that the contract's frequencies ask for, from today to the end of the term; returns how many.

    Raises Refused when there is a plan already, when nothing asks for visits, or when nobody is in post to make them.
    """
    contract, on = locked(contract), day_of(at)
    if queries.has_plan(contract):
        raise Refused("回访计划已排好，名册和分级的变化每晚自动更新")
    asked = [slot for slot in rules.wanted(queries.lines(contract, on=on)) if slot.last >= on]
    if not asked:
        raise Refused("没有要排的回访", ["合同指标里没有按名册定期走访的约定，或名册上还没有户"])
    made = _lay(contract, asked, [], on=on, at=at)
    audit.record("follow_up.planned", by=by, at=at, target=contract, visits=len(made))
    return len(made)


@transaction.atomic
def keep_in_step(contract, *, by, at):
    """Bring a plan to what registers, tiers and indicators say today; only what is ahead changes. Returns (added, dropped)."""
    contract, on = locked(contract), day_of(at)
    rows = list(queries.planned(contract).select_for_update(of=("self",)))
    if not rows:
        return 0, 0
    states = {row.pk: state for row, state, _record in queries.standings(rows, on=on)}
    by_key = {(row.household_id, row.indicator, row.first, row.turn): row for row in rows}
    planned = [(key, row.last, states[row.pk] == rules.DONE) for key, row in by_key.items()]
    asked = rules.wanted(queries.lines(contract, on=on))
    found = rules.changes(planned, asked, on, queries.registered(contract, on=on))
    for key, reason in found.drop:
        _drop(by_key[key], reason, by=by, at=at)
    gone = {by_key[key].pk for key, _reason in found.drop}
    staying = [row for row in rows if row.pk not in gone]
    moved = _off_days_off([row for row in staying if states[row.pk] == rules.OPEN], staying, on=on, by=by, at=at)
    added = _lay(contract, found.add, staying, on=on, at=at) if found.add else []
    if added or gone or moved:
        audit.record(
            "follow_up.kept_in_step", by=by, at=at, target=contract, added=len(added), dropped=len(gone), moved=moved
        )
    return len(added), len(gone)


def locked(contract):
    """The contract, locked: one change of its plan at a time."""
    return Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)


def _off_days_off(waiting, rows, *, on, by, at):
    """Move open visits whose day has become a day off; returns how many."""
    calendar, moved = workdays.calendar(), 0
    for row in waiting:
        if row.due_on <= on or calendar.is_workday(row.due_on):
            continue
        own = [other for other in rows if other.worker_id == row.worker_id and other.pk != row.pk]
        taken, places = Counter(other.due_on for other in own), {(other.due_on, other.area_id) for other in own}
        day = rules.fit_in(row, row.area_id, taken, places, calendar, on)
        if day is not None:
            remember([(row, row.worker_id, day)], "put_off", by=by, at=at, reason="原定这一天不上班")
            FollowUp.objects.filter(pk=row.pk).update(due_on=day)
            row.due_on, moved = day, moved + 1
    return moved


def _drop(row, reason, *, by, at):
    FollowUp.objects.filter(pk=row.pk, state=FollowUp.State.PLANNED).update(
        state=FollowUp.State.DROPPED, drop_reason=reason
    )
    remember([(row, row.worker_id, row.due_on)], "drop", by=by, at=at, reason=reason)


def remember(changes, verb, *, by, at, reason=""):
    """Leave a history row for each (row as it was, its new worker, its new day)."""
    FollowUpMove.objects.bulk_create(
        FollowUpMove(
            follow_up=row, verb=verb, by=by, at=at, reason=reason, from_worker_id=row.worker_id, to_worker_id=worker,
            from_day=row.due_on, to_day=day,
        )
        for row, worker, day in changes
    )  # fmt: skip


# --- laying visits on workers and days ----------------------------------------------------------------------------------
def _lay(contract, asked, rows, *, on, at):
    """Rows for the slots, beside the rows that stay: workers by household, days by worker and period."""
    calendar, places = workdays.calendar(), _places(asked)
    asked = sorted((slot for slot in asked if slot.household in places), key=lambda slot: places[slot.household][0])
    who = _workers(contract, asked, rows, places, on=on)
    days = _days(asked, rows, who, places, calendar, on)
    weights, made = queries.modes(contract), []
    in_turn = sorted(
        (slot for slot in asked if slot.key in days), key=lambda slot: (str(who[slot.household]), days[slot.key])
    )
    for number, slot in enumerate(in_turn):
        area = places[slot.household][1]
        made.append(
            FollowUp(
                contract=contract,
                household_id=slot.household,
                indicator=slot.indicator,
                kinds=list(slot.kinds),
                first=slot.first,
                last=slot.last,
                period=slot.period[:40],
                turn=slot.turn,
                area=area,
                street_id=area.street_id,
                worker_id=who[slot.household],
                due_on=days[slot.key],
                mode=rules.mode_at(number, weights),
                created_at=at,
            )
        )
    return FollowUp.objects.bulk_create(made, batch_size=500)  # fmt: skip


def _places(asked):
    """{household id: (its place, its community)}: street by street, community by community."""
    rows = Household.objects.filter(pk__in={slot.household for slot in asked}).select_related("area__street")
    order = lambda row: (row.area.street.sort, str(row.street_id), row.area.sort, str(row.area_id), row.number)  # noqa: E731
    return {row.pk: (place, row.area) for place, row in enumerate(sorted(rows, key=order))}


def _workers(contract, asked, rows, places, *, on):
    """{household: worker}: who visits it already, else who has its case in hand, else by blocks of neighbours."""
    members = queries.workers(contract, on=on)
    if not members:
        raise Refused("没有人可排", ["合同下没有在岗的社工，先登记人员到岗"])
    here = [member.pk for member in members]
    who = {row.household_id: row.worker_id for row in rows if row.worker_id in here}
    cases = Case.objects.filter(contract=contract, state="open", worker__in=here, household__in=list(places))
    who = dict(cases.values_list("household", "worker")) | who
    loads = Counter(dict.fromkeys(here, 0))
    loads.update(row.worker_id for row in rows if row.worker_id in here and row.due_on >= on)
    weights = Counter(slot.household for slot in asked)
    loads.update({who[household]: 0 for household in who})
    for household, weight in weights.items():
        if household in who:
            loads[who[household]] += weight
    serving = rules.serving({area.street_id for _place, area in places.values()}, queries.posts(contract, on=on), here)
    free = [
        (household, area.street_id, weights[household])
        for household, (_place, area) in places.items()
        if household not in who
    ]
    return who | rules.handed(free, serving, loads)


def _days(asked, rows, who, places, calendar, on):
    """{slot key: day}: a period that a worker has nothing in is spread evenly; what comes later is fitted in between."""
    taken, seen, filled = {}, {}, set()
    for row in rows:
        taken.setdefault(row.worker_id, Counter())[row.due_on] += 1
        seen.setdefault(row.worker_id, set()).add((row.due_on, row.area_id))
        filled.add((str(row.worker_id), row.first, row.last))
    group_of = lambda slot: (str(who[slot.household]), slot.first, slot.last)  # noqa: E731
    days = {}
    for group, own in groupby(sorted(asked, key=group_of), key=group_of):
        own = list(own)
        if group not in filled:
            days |= rules.spread(rules.by_turns(own), calendar, on)
            continue
        for slot in own:
            worker, area = who[slot.household], places[slot.household][1]
            day = rules.fit_in(
                slot, area.pk, taken.setdefault(worker, Counter()), seen.setdefault(worker, set()), calendar, on
            )
            if day is not None:
                days[slot.key] = day
    return days


# --- one visit ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def put_off(row, *, day, reason, by, at):
    """Put an open visit on another working day of its period; returns the row."""
    on = day_of(at)
    seen, row = row.due_on, FollowUp.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.due_on != seen:
        raise Conflict("这次回访刚被别人改过日子。刷新后再看一次")
    _, state, _record = queries.standings([row], on=on)[0]
    faults = rules.day_faults(row, day, on, workdays.calendar(), is_open=state == rules.OPEN and row.state == "planned")
    if not reason.strip():
        faults.append("写明原因")
    if faults:
        raise Refused("没有改期", faults)
    FollowUp.objects.filter(pk=row.pk, due_on=seen).update(due_on=day)
    remember([(row, row.worker_id, day)], "put_off", by=by, at=at, reason=reason.strip()[:400])
    audit.record("follow_up.put_off", by=by, at=at, target=row, from_day=str(seen), to_day=str(day))
    row.due_on = day
    return row
