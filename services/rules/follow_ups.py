"""The plan of household revisits: which visits the contract asks for, who makes them and on which days. Pure.

How often a tier is visited is the contract's own frequency indicator (一般性对象每季度一次 …); its periods and its register decide
here as they do when it is measured. Clause: MTG04 附件2 四（五）回访安排.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

DONE, OPEN, MISSED = "done", "open", "missed"
STANDING_LABELS = {DONE: "已回访", OPEN: "待回访", MISSED: "漏访"}
STANDING_KINDS = {DONE: "ok", OPEN: "wait", MISSED: "bad"}
ONE_DAY = timedelta(days=1)
LEFT, TIER_CHANGED = "已不在重点对象名册", "分级或口径已变"


# --- what the contract asks for -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One frequency that the contract promises: `times` is {first day of a period: visits asked for in it}."""

    indicator: str
    title: str
    kinds: tuple
    periods: tuple
    present: str
    times: dict
    clause: str = ""
    clause_text: str = ""


@dataclass(frozen=True)
class Stay:
    """A household's stay on the register that a line speaks of."""

    household: object
    from_day: date
    to_day: date | None = None


@dataclass(frozen=True)
class Slot:
    """One visit that is asked for: a household, the period of an indicator, and of several visits in it which."""

    household: object
    indicator: str
    kinds: tuple
    first: date
    last: date
    period: str
    turn: int = 1

    @property
    def key(self):
        return (self.household, self.indicator, self.first, self.turn)


def is_present(stay, period, how):
    """Whether a stay makes the household due in the period: on its first day, all through it, or on any day of it."""
    until = stay.to_day or date.max
    if how == "any":
        return stay.from_day <= period.last and until >= period.first
    return stay.from_day <= period.first and until >= (period.last if how == "whole" else period.first)


def slots(line, stays):
    """Every visit that one line asks for of the households that stay on its register."""
    found = {}
    for stay in stays:
        for period in line.periods:
            if is_present(stay, period, line.present):
                for turn in range(1, line.times.get(period.first, 0) + 1):
                    slot = Slot(
                        stay.household, line.indicator, line.kinds, period.first, period.last, period.title, turn
                    )
                    found[slot.key] = slot
    return list(found.values())


def wanted(lines_with_stays):
    """Every visit that is to be planned: of two promises for one household, the one that the other's visits keep is left out.

    A quarter's visit needs no day of its own while a month inside it has one: the visit of the month is in the quarter, too.
    """
    by_household = {}
    for line, stays in lines_with_stays:
        for slot in slots(line, stays):
            by_household.setdefault(slot.household, []).append(slot)
    return [slot for own in by_household.values() for slot in own if not _is_kept(slot, own)]


def _is_kept(slot, others):
    inside = [
        other
        for other in others
        if other.indicator != slot.indicator
        and slot.first <= other.first
        and other.last <= slot.last
        and set(other.kinds) <= set(slot.kinds)
        and ((other.first, other.last) != (slot.first, slot.last) or other.indicator < slot.indicator)
    ]
    return len(inside) >= slot.turn


# --- done, open, missed: one definition ---------------------------------------------------------------------------------
def standing(row, visits, on):
    """(done | open | missed, the id of the record that did it or None) of a planned visit.

    `visits` are (day, kind, record id) of the household's records that were handed in or verified, by day. The n-th of a period
    does the n-th visit; a period that is over without it was missed, because a visit can't be made up in the next one.
    """
    inside = [record for day, kind, record in visits if row.first <= day <= row.last and kind in row.kinds]
    if len(inside) >= row.turn:
        return DONE, inside[row.turn - 1]
    return (MISSED if row.last < on else OPEN), None


# --- who ----------------------------------------------------------------------------------------------------------------
def serving(streets, posts, workers):
    """{street: the workers who may visit there}: those posted to the street, else those posted to none, else everybody.

    `posts` are (worker, street or None).
    """
    mobile = tuple(worker for worker in workers if all(street is None for who, street in posts if who == worker))
    found = {}
    for street in streets:
        own = {who for who, where in posts if where == street}
        found[street] = tuple(worker for worker in workers if worker in own) or mobile or tuple(workers)
    return found


def levelled(loads, total):
    """{worker: so much more of `total`}: filled up from the least loaded, so that all end as level as they can."""
    order = sorted(loads, key=lambda worker: loads[worker])
    for number in range(len(order), 0, -1):
        level = Fraction(total + sum(loads[worker] for worker in order[:number]), number)
        if level >= loads[order[number - 1]]:
            break
    return {worker: max(Fraction(0), level - loads[worker]) if worker in order[:number] else 0 for worker in loads}


def shared(households, workers, loads):
    """{household: worker}: blocks of neighbours, as level as whole households allow.

    `households` are (household, its visits) in the order of their places; `workers` in the order in which they take blocks;
    `loads` is {worker: visits that lie with them already}. A worker's share differs from the level by less than the heaviest
    household; where all weigh the same and nobody has anything yet, no two workers differ by more than one household.
    """
    quotas = levelled({worker: loads.get(worker, 0) for worker in workers}, sum(weight for _who, weight in households))
    ends, end = [], Fraction(0)
    for worker in workers:
        end += quotas[worker]
        ends.append((end, worker))
    found, gone, place = {}, Fraction(0), 0
    for household, weight in households:
        middle = gone + Fraction(weight, 2)
        while place < len(ends) - 1 and middle > ends[place][0]:
            place += 1
        found[household] = ends[place][1]
        gone += weight
    return found


# --- when ---------------------------------------------------------------------------------------------------------------
def workdays_of(first, last, calendar):
    """The working days from the first to the last day, both included."""
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [day for day in days if calendar.is_workday(day)]


def spread(slots_in_order, calendar, on):
    """{slot key: day} of one worker's visits of one period, from the day on: as many each week, neighbours on near days.

    Slots stand in the order of their places. A period without a working day left has no day to give: its slots are left out.
    """
    if not slots_in_order:
        return {}
    first, last = slots_in_order[0].first, slots_in_order[0].last
    days, number = workdays_of(max(first, on), last, calendar), len(slots_in_order)
    if not days:
        return {}
    return {slot.key: days[(2 * place + 1) * len(days) // (2 * number)] for place, slot in enumerate(slots_in_order)}


def by_turns(slots_in_order):
    """The slots with a household's several visits of a period far from each other: all first ones, then all second ones."""
    return sorted(slots_in_order, key=lambda slot: slot.turn)


def fit_in(slot, area, taken, places, calendar, on):
    """The day for one more visit of a worker, or None: where least is planned, rather where the worker is in the community.

    `taken` is {day: visits of the worker}, `places` {(day, area)} of them; both are brought up to date.
    """
    days = workdays_of(max(slot.first, on), slot.last, calendar)
    if not days:
        return None
    day = min(days, key=lambda day: (taken[day] - ((day, area) in places), taken[day], day))
    taken[day] += 1
    places.add((day, area))
    return day


def mode_at(place, weights):
    """How the visit at this place of a list is made: each mode as often as its weight says, well mixed (5 入户 to 2 电话)."""
    whole = sum(weights.values())
    if not whole:
        return ""
    given, chosen = Counter(), ""
    for step in range(1, place % whole + 2):
        chosen = max(weights, key=lambda mode: (Fraction(weights[mode] * step, whole) - given[mode], weights[mode]))
        given[chosen] += 1
    return chosen


# --- keeping in step ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Changes:
    """What keeps a plan in step: rows to drop with the reason, and slots that are new."""

    drop: list
    add: list


def changes(planned, asked, on, registered):
    """What changes in a plan from the day on; what is past, or done, stays as it was.

    `planned` are (key, last day, is done) of the rows, `asked` the slots that are wanted now, `registered` the households on the
    contract's registers.
    """
    known = {key for key, _last, _done in planned}
    keys = {slot.key for slot in asked}
    drop = [
        (key, LEFT if key[0] not in registered else TIER_CHANGED)
        for key, last, is_done in planned
        if key not in keys and last >= on and not is_done
    ]
    return Changes(drop, [slot for slot in asked if slot.key not in known and slot.last >= on])


# --- handing over -------------------------------------------------------------------------------------------------------
def handed(households, workers_of, loads):
    """{household: worker} for the households that somebody gives away, each street's among those who serve there.

    `households` are (household, street, its open visits) in the order of their places, `workers_of` {street: workers}.
    """
    loads, found, groups = Counter(loads), {}, {}
    for household, street, weight in households:
        groups.setdefault(workers_of[street], []).append((household, weight))
    for workers in sorted(groups, key=len):
        given = shared(groups[workers], workers, loads)
        for household, weight in groups[workers]:
            loads[given[household]] += weight
        found |= given
    return found


def evened(households, loads):
    """The households that leave the fullest so that all are level: [(household, street, weight)] to be handed over.

    `households` are (household, street, its open visits, worker) in the order of their places; taken from the end of a worker's
    block, never so many that the giver falls below the level.
    """
    level = Fraction(sum(loads.values()), max(1, len(loads)))
    left, given = Counter(loads), []
    for household, street, weight, worker in reversed(households):
        if weight and left[worker] - weight >= level:
            left[worker] -= weight
            given.append((household, street, weight))
    return given[::-1], left


def day_faults(row, day, on, calendar, *, is_open):
    """Why a visit can't be put on the day: it must be open, and the day a working day of its period, not a past one."""
    if not is_open:
        return ["这次回访已完成或已过期，不能改期"]
    faults = []
    if not row.first <= day <= row.last:
        faults.append(f"须在{row.period}内（{row.first:%Y-%m-%d} 至 {row.last:%Y-%m-%d}）")
    if day < on:
        faults.append("不得早于今天")
    if not calendar.is_workday(day):
        faults.append(f"{day:%m-%d} 不上班，另选一天")
    return faults
