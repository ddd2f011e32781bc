"""Reads of people who are called every week, of residents' medicines, and of what was taken from them."""

from dataclasses import dataclass

from django.db.models import Max, Q
from django.http import Http404

from caseload.models import Stay
from caseload.queries.station import residents, station_contracts
from services.models import ActivityKind, KeyPerson, Medication, SeizedItem, ServiceRecord
from services.queries.care import HANDED_IN, resident_name, week_of
from services.rules import care as rules
from tenancy.models import Membership
from tenancy.permissions import Permission, allows, roles_with


def handles(member, contract):
    """Whether the member may see who these people are: both parties of the contract, as far as their roles reveal."""
    of_a_party = member.organisation_id in (contract.provider_id, contract.purchaser_id)
    return of_a_party and allows(member, Permission.STAY_VIEW) and allows(member, Permission.PERSON_REVEAL)


def call_kind(register):
    """The kind of activity under which people on the register are called, or None: the first that names the register."""
    return ActivityKind.objects.filter(is_active=True, registers__contains=[register]).order_by("sort").first()


# --- people who are called ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Called:
    """Somebody on the list of the week: whether the call was made, and what it brought."""

    person: KeyPerson
    name: str
    last: object
    is_done: bool
    is_again: bool
    is_told: bool


def _people(contract, day):
    rows = KeyPerson.objects.filter(entry__contract=contract, entry__from_day__lte=day)
    return rows.filter(Q(entry__to_day=None) | Q(entry__to_day__gte=day)).select_related("entry")


def _calls(contract, entries):
    return ServiceRecord.objects.filter(
        contract=contract, team__in=entries, kind__in=_call_codes(), state__in=HANDED_IN
    ).order_by()


def _call_codes():
    kinds = ActivityKind.objects.filter(registers__overlap=list(rules.WANDERERS))
    return list(kinds.values_list("code", flat=True))


def still_to_call(contract, day):
    """(how many still need this week's call, how many are on the lists)."""
    monday, sunday = week_of(day)
    entries = list(_people(contract, day).values_list("entry", flat=True))
    called = _calls(contract, entries).filter(day__gte=monday, day__lte=sunday)
    return len(entries) - called.values("team").distinct().count(), len(entries)


def week_list(member, contract, day):
    """Everybody who is called every week: those who still wait first, the longest waiting in front; a fixed number of statements."""
    people = list(_people(contract, day))
    entries = [person.entry_id for person in people]
    last = dict(_calls(contract, entries).values_list("team").annotate(Max("day")))
    monday, sunday = week_of(day)
    brought = {}
    for team, facts in _calls(contract, entries).filter(day__gte=monday, day__lte=sunday).values_list("team", "facts"):
        again, told = brought.get(team, (False, False))
        brought[team] = (again or bool(facts.get("vagrant_again")), told or bool(facts.get("told_civil_affairs")))
    knows = handles(member, contract)
    rows = [
        Called(
            person, person.name.reveal() if knows else str(person.name), last.get(person.entry_id), person.entry_id in brought,
            *brought.get(person.entry_id, (False, False)),
        )
        for person in people
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.is_done, row.last is not None, row.last, row.person.entry.label))


def get_key_person(member, pk, *, on):
    """Somebody of the lists under a contract that the member may see, or 404."""
    return _one(KeyPerson, member, pk, on)


def _one(model, member, pk, on):
    contracts = station_contracts(member, on=on).order_by().values("pk")
    rows = model.objects.select_related("entry__contract", "entry__area__street")
    row = rows.filter(pk=pk, entry__contract__in=contracts).first()
    if row is None:
        raise Http404
    return row


# --- medicines and items ------------------------------------------------------------------------------------------------
def get_medication(member, pk, *, on):
    """A medicine of a resident under a contract that the member may see, or 404."""
    return _one(Medication, member, pk, on)


def get_item(member, pk, *, on):
    """A thing taken from a resident under a contract that the member may see, or 404."""
    return _one(SeizedItem, member, pk, on)


def names(member, contract, entries):
    """{entry id: name as the member may see it} of residents, present or gone; one statement."""
    rows = list(Stay.objects.filter(contract=contract, entry__in=entries))
    for stay in rows:
        stay.contract = contract
    return {stay.entry_id: resident_name(stay, member) for stay in rows}


def chosen(member, contract, day):
    """[(stay, name)] of those present, to choose from."""
    rows = []
    for stay in residents(contract, on=day):
        stay.contract = contract
        rows.append((stay, resident_name(stay, member)))
    return rows


def medications(member, contract, day):
    """[(medication, name, [what to take])] in force or to come, then those that were stopped lately."""
    rows = Medication.objects.filter(entry__contract=contract).select_related("entry", "created_by__account")
    rows = list(rows.order_by("to_day", "entry__label", "from_day")[:200])
    known, knows = names(member, contract, {row.entry_id for row in rows}), handles(member, contract)
    told = [
        (
            row, known.get(row.entry_id, row.entry.label), f"{row.medicine.reveal()} {row.dose.reveal()}" if knows else "●●●●",
            row.to_day is None or row.to_day >= day,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(told, key=lambda line: (not line[3], line[0].entry.label))


def items(member, contract):
    """[(item, name)] of what was taken: what is still kept first."""
    rows = SeizedItem.objects.filter(entry__contract=contract).select_related(
        "entry", "keeper__account", "settled_by__account", "record"
    )
    rows = sorted(rows[:200], key=lambda row: row.state != SeizedItem.State.KEPT)
    known = names(member, contract, {row.entry_id for row in rows})
    return [(row, known.get(row.entry_id, row.entry.label)) for row in rows]


def keepers(contract):
    """Those who may keep a thing: people of the agency who log services, and the station's own."""
    roles = {
        contract.provider_id: roles_with(Permission.RECORD_WRITE),
        contract.purchaser_id: roles_with(Permission.STAY_CONFIRM),
    }
    wanted = Q()
    for organisation, held in roles.items():
        wanted |= Q(organisation=organisation, role__in=held)
    rows = Membership.objects.filter(wanted, is_active=True).select_related("account", "organisation")
    return list(rows.order_by("organisation__short_name", "account__name"))
