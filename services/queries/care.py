"""Reads of the care journal, and who may see it: the agency that looks after the residents, and their station."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Q
from django.http import Http404

from caseload.models import RegisterEntry
from caseload.queries.station import handles_stay, residents, station_contracts
from services.models import ActivityKind, CareLine, CareLineMove, CareShift, Medication, ServiceRecord
from services.rules import care as rules
from services.rules import records as record_rules
from tenancy.clock import SHANGHAI
from tenancy.permissions import Permission, allows

HANDED_IN = [record_rules.SUBMITTED, record_rules.VERIFIED]
PAGE = 40
RECENT = 8


@dataclass
class Resident:
    """One resident as a shift asks about them; `asked` are (mark, whether the shift expects it), `line` what was said already."""

    stay: object
    name: str
    place: str
    asked: list
    doses: list = field(default_factory=list)
    hints: list = field(default_factory=list)
    line: object = None
    said: object = None
    fault: str = ""

    @property
    def key(self):
        return self.stay.pk.hex

    @property
    def now(self):
        """What the inputs hold: what was said, else nothing."""
        said = self.said or rules.Said("", {})
        return {
            "presence": said.presence, "note": said.note, "mood": said.marks.get("mood", ""), "away": said.marks.get("away", ""),
            "seen": said.marks.get("seen", ()),
        }  # fmt: skip

    @property
    def boxes(self):
        """[(mark, whether the shift expects it, whether it is ticked)]: what was said, else what is usual."""
        said = self.said
        return [(mark, usual, bool(said.marks.get(mark.code)) if said else usual) for mark, usual in self.asked]


def get_care_contract(member, pk, *, on):
    """A contract under which the member may see those who stay, or 404."""
    found = station_contracts(member, on=on).select_related("provider", "purchaser").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def may_care(member, contract):
    """Whether the member logs care: field staff of the agency that performs the contract."""
    return contract.provider_id == member.organisation_id and allows(member, Permission.RECORD_WRITE)


def may_verify(member, shift):
    """Whether quality control may decide on the shift."""
    own = shift.contract.provider_id == member.organisation_id
    return own and allows(member, Permission.RECORD_VERIFY) and shift.created_by_id != member.pk


def has_residents(contracts):
    """The ids of those of the contracts under which people stay."""
    rows = RegisterEntry.objects.filter(contract__in=contracts, kind=rules.RESIDENTS).order_by()
    return set(rows.values_list("contract_id", flat=True).distinct())


def active_kinds():
    """{code: ActivityKind} that may be logged; one statement."""
    return {kind.code: kind for kind in ActivityKind.objects.filter(is_active=True)}


def slots(kinds):
    """The shifts of the day: those that the kind of rounds names, else the usual four."""
    asked = kinds[rules.ROUND].fields if rules.ROUND in kinds else ()
    found = next((row["choices"] for row in asked if row["name"] == "slot" and row.get("choices")), ())
    return rules.slots_of([tuple(choice)[:2] for choice in found])


def resident_name(stay, member):
    """The name as the member may see it; somebody who has none is told by the number of the stay."""
    if not stay.name:
        return f"无名 {stay.number.rpartition('-')[2][-3:]}"
    return stay.name.reveal() if handles_stay(member, stay) else str(stay.name)


def place_of(stay):
    """Room and bed, short."""
    return f"{stay.bed} 床" if stay.bed else ""


# --- one shift --------------------------------------------------------------------------------------------------------
def journal(member, contract, kinds, slot, day):
    """The residents of the day by room and bed, as the shift asks about them; a fixed number of statements."""
    stays = list(residents(contract, on=day))
    entries = [stay.entry_id for stay in stays]
    lines = {line.entry_id: line for line in _lines(day=day, slot=slot.code, entry__in=entries)}
    medicines, changed = _medicines(entries, day), linen_of(contract, entries, day)
    found = []
    for stay in stays:
        stay.contract = contract
        doses = [(time, row) for row in medicines.get(stay.entry_id, ()) for time in rules.doses_in(slot, row.times)]
        found.append(
            Resident(
                stay, resident_name(stay, member), place_of(stay), rules.marks_for(slot, kinds, bool(doses)),
                doses=_told_doses(doses), hints=_hints(stay, changed.get(stay.entry_id, 0), kinds), line=lines.get(stay.entry_id),
            )
        )  # fmt: skip
    return found


def _medicines(entries, day):
    rows = Medication.objects.filter(entry__in=entries, from_day__lte=day).filter(Q(to_day=None) | Q(to_day__gte=day))
    found = {}
    for row in rows:
        found.setdefault(row.entry_id, []).append(row)
    return found


def _told_doses(doses):
    ordered = sorted(doses, key=lambda dose: dose[0])
    return [f"{time} {row.medicine.reveal()} {row.dose.reveal()}".strip() for time, row in ordered]


def _hints(stay, changed, kinds):
    facts = stay.entry.facts
    hints = ["行动不便"] if facts.get("limited_mobility") else []
    hints += ["特殊群体"] if facts.get("special_group") else []
    return hints + ([f"本周换洗 {changed} 次"] if rules.LINEN in kinds else [])


def week_of(day):
    """The Monday and the Sunday of a day's week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def counts_in(contract, kind, entries, first, last):
    """{entry id: how many records of the kind were handed in} from one day to another."""
    rows = ServiceRecord.objects.filter(
        contract=contract, kind=kind, team__in=entries, day__gte=first, day__lte=last, state__in=HANDED_IN
    )
    return dict(rows.order_by().values_list("team").annotate(Count("pk")))


def linen_of(contract, entries, day):
    """{entry id: changes of linen} in the day's week."""
    return counts_in(contract, rules.LINEN, entries, *week_of(day))


def by_room(found):
    """[(room or "", residents)] in order."""
    rooms = {}
    for resident in found:
        rooms.setdefault(resident.stay.room.label if resident.stay.room else "未分宿舍", []).append(resident)
    return list(rooms.items())


def progress(contract, day):
    """{slot: how many residents have been told of} on the day."""
    rows = CareLine.objects.filter(shift__contract=contract, day=day).order_by()
    return dict(rows.values_list("slot").annotate(Count("pk")))


# --- what was handed in -------------------------------------------------------------------------------------------------
def _lines(**wanted):
    return CareLine.objects.filter(**wanted).select_related(
        "entry", "shift__created_by__account", "shift__contract", "incident"
    )


def get_shift(member, pk, *, on):
    """A shift that the member may see, or 404."""
    contracts = station_contracts(member, on=on).order_by().values("pk")
    rows = CareShift.objects.select_related("contract__provider", "created_by__account")
    shift = rows.filter(pk=pk, contract__in=contracts).first()
    if shift is None:
        raise Http404
    return shift


def existing_shift(member, pk):
    """The member's own shift with an id that the phone made, or None: the id may be new."""
    return CareShift.objects.filter(pk=pk, created_by=member).first()


def get_line(member, pk, *, on):
    """A line of a shift that the member may see, or 404."""
    contracts = station_contracts(member, on=on).order_by().values("pk")
    line = _lines(pk=pk, shift__contract__in=contracts).first()
    if line is None:
        raise Http404
    return line


@dataclass(frozen=True)
class Told:
    """A line as a list shows it."""

    line: CareLine
    name: str
    place: str
    words: list
    note: str
    missed: list
    may_correct: bool

    @property
    def dialog(self):
        """The id of the dialog that sends it back."""
        return f"return_{self.line.pk}"


def lines_of(shift, member):
    """A shift's lines in words, what is not as usual first."""
    rows = list(_lines(shift=shift))
    stays = {stay.entry_id: stay for stay in residents(shift.contract, on=shift.day)}
    order = {rules.NOTABLE: 0, rules.ABSENT: 1, rules.NORMAL: 2}
    rows.sort(key=lambda line: (order[line.presence], line.entry.label))
    return [_told(line, stays.get(line.entry_id), shift, member) for line in rows]


def _told(line, stay, shift, member):
    line.shift = shift
    if stay is not None:
        stay.contract = shift.contract
    may_read = stay is not None and handles_stay(member, stay)
    said = said_by(line) if may_read else rules.Said(line.presence, line.marks)
    own = shift.created_by_id == member.pk
    return Told(
        line, resident_name(stay, member) if stay else line.entry.label, _place(stay), rules.told(said), said.note, rules.missed(said),
        may_correct=own and line.state in rules.MOVES["correct"][0],
    )  # fmt: skip


def _place(stay):
    return "　".join(filter(None, [stay.room.label if stay.room else "", place_of(stay)])) if stay else ""


def said_by(line):
    """What a line says, with its words."""
    return rules.Said(line.presence, line.marks, line.note.reveal() if line.note else "")


def history_of(line):
    """The line's steps with their people, oldest first."""
    return CareLineMove.objects.filter(line=line).select_related("by__account")


def states_of(shifts):
    """{shift id: {state: lines}} of some shifts, in one statement."""
    found = {}
    rows = CareLine.objects.filter(shift__in=shifts).order_by().values_list("shift", "state").annotate(Count("pk"))
    for shift, state, number in rows:
        found.setdefault(shift, Counter())[state] = number
    return found


def recent_shifts(contract):
    """[(shift, {state: lines})] of the contract, newest first."""
    return _with_states(CareShift.objects.filter(contract=contract).select_related("created_by__account")[:RECENT])


def _with_states(shifts):
    shifts = list(shifts)
    states = states_of([shift.pk for shift in shifts])
    return [(shift, states.get(shift.pk, {})) for shift in shifts]


def waiting_shifts(member, *, on):
    """[(shift, how many residents wait)] for quality control, the longest waiting first; two statements."""
    if not allows(member, Permission.RECORD_VERIFY):
        return []
    contracts = station_contracts(member, on=on).filter(provider_id=member.organisation_id).order_by().values("pk")
    waiting = CareLine.objects.filter(state=rules.SUBMITTED, shift__contract__in=contracts).order_by().values("shift")
    rows = CareShift.objects.filter(pk__in=waiting).exclude(created_by=member).order_by("created_at", "pk")
    told = _with_states(rows.select_related("created_by__account", "contract")[:PAGE])
    return [(shift, states.get(rules.SUBMITTED, 0)) for shift, states in told]


def returned_lines(member, contract):
    """The member's own lines that were sent back, oldest first."""
    return list(_lines(shift__contract=contract, shift__created_by=member, state=rules.RETURNED)[:PAGE])


def local(moment):
    """A moment on the station's clock."""
    return moment.astimezone(SHANGHAI)
