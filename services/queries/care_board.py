"""What a day at the station still lacks: shifts, rounds, rooms, the menu, linen, counselling, items, calls."""

from dataclasses import dataclass

from django.db.models import Count, Q

from caseload.models import RegisterEntry
from caseload.queries.station import residents, rooms
from services.models import CareLine, KeyPerson, Medication, SeizedItem, ServiceRecord
from services.queries.care import HANDED_IN, counts_in, resident_name, week_of
from services.rules import care as rules


@dataclass(frozen=True)
class SlotToday:
    """A shift of the day: how many residents were told of, whether the round was made and when."""

    slot: object
    done: int
    rounds: list
    is_past: bool
    is_running: bool


@dataclass(frozen=True)
class Short:
    """Somebody or something that has had less than the contract promises for the week."""

    name: str
    done: int
    wanted: int


def weekly(contract, kind):
    """How often in a week the contract promises what records of the kind count, or None when it promises nothing."""
    for row in contract.indicators.all():
        asked = row.definition
        if asked.get("of") == f"record.{kind}" and asked.get("every") == "week":
            return int((asked.get("reach") or {}).get("ge", 0)) or None
    return None


def slots_today(contract, known, *, day, now_slot, now_hour):
    """The day's shifts with their progress and rounds; two statements."""
    counts = dict(
        CareLine.objects.filter(shift__contract=contract, day=day).order_by().values_list("slot").annotate(Count("pk"))
    )
    made = {}
    rows = ServiceRecord.objects.filter(contract=contract, kind=rules.ROUND, day=day, state__in=HANDED_IN)
    for facts, started_at in rows.order_by("started_at").values_list("facts", "started_at"):
        made.setdefault(facts.get("slot"), []).append(started_at)
    order = [row.code for row in known]
    running = order.index(now_slot.code)
    return [
        SlotToday(
            row,
            counts.get(row.code, 0),
            made.get(row.code, []),
            order.index(row.code) < running,
            row.code == now_slot.code,
        )
        for row in known
    ]


def rooms_today(contract, day):
    """[(room, whether it was cleaned on the day)]; two statements."""
    found = list(rooms(contract, on=day))
    cleaned = counts_in(contract, rules.CLEANING, [room.pk for room in found], day, day)
    return [(room, room.pk in cleaned) for room in found]


def menu_is_posted(contract, day):
    """Whether the day's menu was posted."""
    return ServiceRecord.objects.filter(contract=contract, kind=rules.MENU, day=day, state__in=HANDED_IN).exists()


def people_today(contract, day):
    """The stays of the day with their contract set."""
    stays = list(residents(contract, on=day))
    for stay in stays:
        stay.contract = contract
    return stays


def linen_short(member, contract, stays, day):
    """Residents whose linen was changed less often this week than promised."""
    wanted = weekly(contract, rules.LINEN)
    if not wanted:
        return []
    done = counts_in(contract, rules.LINEN, [stay.entry_id for stay in stays], *week_of(day))
    return [
        Short(resident_name(stay, member), done.get(stay.entry_id, 0), wanted)
        for stay in stays
        if done.get(stay.entry_id, 0) < wanted
    ]


def counselling_short(contract, day):
    """People in counselling who were met less often this week than promised, by their label."""
    wanted = weekly(contract, rules.COUNSELLING)
    if not wanted:
        return []
    rows = RegisterEntry.objects.filter(contract=contract, kind="in_counselling", from_day__lte=day)
    entries = dict(rows.filter(Q(to_day=None) | Q(to_day__gte=day)).order_by("label").values_list("pk", "label"))
    done = counts_in(contract, rules.COUNSELLING, list(entries), *week_of(day))
    return [Short(label, done.get(pk, 0), wanted) for pk, label in entries.items() if done.get(pk, 0) < wanted]


def counts(contract, day):
    """{what: number} of what the board's other pages hold: medicines, items kept, people called every week; three statements."""
    running = Medication.objects.filter(entry__contract=contract, from_day__lte=day)
    return {
        "medicines": running.filter(Q(to_day=None) | Q(to_day__gte=day)).count(),
        "items": SeizedItem.objects.filter(entry__contract=contract, state=SeizedItem.State.KEPT).count(),
        "people": KeyPerson.objects.filter(entry__contract=contract).filter(entry__to_day=None).count(),
    }
