"""Reads of a rescue station that need its clocks: who is in, what runs, what is missing; a fixed number of statements."""

from dataclasses import dataclass, field

from caseload.models import Stay, Tracing
from caseload.queries import station as stays
from caseload.rules import station as rules
from contracts.models import Contract
from services.models import Clock
from services.queries.asked import Questions
from services.queries.clocks import shown
from tenancy.clock import day_of

RECENT = 20
NEXT_WORDS = {"admitted": "首次沟通评估", "assessed": "制定照料方案", "planned": "救助站确认"}


@dataclass
class Line:
    """A stay on the board: the name that the member may see, its clocks, its parts of the file, what is due of the search."""

    stay: Stay
    name: str
    days: int
    clocks: list = field(default_factory=list)
    missing: list = field(default_factory=list)
    marks: list = field(default_factory=list)
    settle_on: object = None
    now: object = None

    @property
    def state(self):
        return rules.STATE_KINDS[self.stay.state], rules.STATE_LABELS[self.stay.state]

    @property
    def next(self):
        return (
            f"办理离站：{self.stay.get_way_display()}" if self.stay.leaving_at else NEXT_WORDS.get(self.stay.state, "")
        )

    @property
    def is_late(self):
        return any(clock.standing.is_late for clock in self.clocks) or "bad" in self.mark_states

    @property
    def mark_states(self):
        return [mark.state(self.now) for mark in self.marks]

    @property
    def told_marks(self):
        """What is due of the search, done or not, with how it stands."""
        return list(zip(self.marks, self.mark_states, strict=True))

    @property
    def open_marks(self):
        """What is still to be done of the search, with how it stands."""
        return [(mark, mark.state(self.now)) for mark in self.marks if mark.done is None]

    @property
    def is_due(self):
        """Whether an unidentified person has stayed so long that settling is due."""
        return self.settle_on is not None and not self.stay.is_identified and day_of(self.now) >= self.settle_on


def contracts_of(member, *, on):
    """The contracts in force under which the member may see people who stay; those with residents first."""
    rows = list(
        stays.station_contracts(member, on=on)
        .filter(state=Contract.State.ACTIVE)
        .select_related("purchaser", "provider")
    )
    used = set(Stay.objects.filter(contract__in=rows).values_list("contract_id", flat=True).distinct())
    return sorted(rows, key=lambda row: (row.pk not in used, row.code))


def name_of(stay, member):
    """The name as the member may see it; somebody nobody knows is told by age and sex."""
    if not stay.name:
        sex = stay.get_sex_display() or "性别不详"
        return f"身份不详（{sex}，约 {stay.estimated_age} 岁）" if stay.estimated_age else f"身份不详（{sex}）"
    return stay.name.reveal() if stays.handles_stay(member, stay) else str(stay.name)


def board(member, contract, *, now):
    """[Line] of those who are in the station, by room and bed."""
    on = day_of(now)
    found = list(stays.residents(contract, on=on).filter(left_at=None).select_related("contract", "carer__account"))
    running = _clocks_of([row.entry_id for row in found], Questions(contract), now=now)
    searched, limit = _tracings([row.pk for row in found if not row.is_identified]), stays.settlement_limit(contract)
    return [
        _line(row, member, running.get(row.entry_id, []), searched.get(row.pk, []), limit, now=now) for row in found
    ]


def _line(stay, member, clocks, tracings, limit, *, now):
    admitted = day_of(stay.admitted_at)
    unknown = not stay.is_identified
    return Line(
        stay=stay, name=name_of(stay, member), days=(day_of(stay.left_at or now) - admitted).days + 1, clocks=clocks, now=now,
        missing=[word for _, word, there in rules.parts_there(stay.entry.papers) if not there],
        marks=rules.tracing_marks(stay.admitted_at, tracings) if unknown else [],
        settle_on=rules.settlement_day(admitted, limit) if unknown else None,
    )  # fmt: skip


def line_of(stay, member, *, now):
    """The Line of one stay."""
    running = _clocks_of([stay.entry_id], Questions(stay.contract), now=now).get(stay.entry_id, [])
    limit = stays.settlement_limit(stay.contract)
    return _line(stay, member, running, _tracings([stay.pk]).get(stay.pk, []), limit, now=now)


def _clocks_of(entries, questions, *, now):
    """{entry: [Shown]} of the running clocks."""
    rows = Clock.objects.filter(entry__in=entries, stopped_at=None, state=Clock.State.VALID)
    rows = rows.select_related("entry", "case", "household").order_by("started_at", "pk")
    made = {}
    for clock in shown(list(rows), questions, now=now):
        made.setdefault(clock.clock.entry_id, []).append(clock)
    return made


def clocks_of(stay, *, now):
    """All clocks of a stay that count, as lists show them."""
    rows = Clock.objects.filter(entry=stay.entry_id, state=Clock.State.VALID).select_related(
        "entry", "case", "household"
    )
    return shown(list(rows.order_by("started_at", "pk")), Questions(stay.contract), now=now)


def _tracings(pks):
    made = {}
    for row in Tracing.objects.filter(stay__in=pks) if pks else ():
        made.setdefault(row.stay_id, []).append(row)
    return made


def gone(member, contract, *, on):
    """The stays that ended last, and refused requests; at most RECENT."""
    rows = stays.visible_stays(member, on=on).filter(contract=contract)
    rows = rows.filter(state__in=[*rules.ENDED, "settled"]).select_related("contract", "entry")
    return list(rows.order_by("-left_at", "-asked_at")[:RECENT])
