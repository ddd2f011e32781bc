"""Reads of clocks (计时), and who may see which: the access functions of this part."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404

from contracts.queries import in_sight
from services.models import Clock, ClockPaper
from services.rules import clocks as rules
from services.rules import elapsed
from tenancy import workdays

PAGE = 100


@dataclass(frozen=True)
class Shown:
    """A clock as a list shows it: what it is called, whom it is about, how it stands against its limit."""

    clock: Clock
    label: str
    about: str
    limit: object
    standing: object

    @property
    def is_running(self):
        return self.clock.stopped_at is None and self.clock.state == rules.VALID


def visible_clocks(member, on):
    """The clocks of the contracts that the member may see on the day; a subdistrict sees its own area only."""
    return in_sight(Clock.objects.all(), member, on=on)


def get_clock(member, pk, *, on):
    """A clock that the member may see, with what its page names, or 404."""
    row = _named(visible_clocks(member, on)).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def get_clock_paper(member, pk, paper, *, on):
    """A paper of a clock that the member may see, with its file, or 404."""
    rows = ClockPaper.objects.filter(clock__in=visible_clocks(member, on).order_by().values("pk"))
    row = rows.select_related("file").filter(pk=paper, clock_id=pk).first()
    if row is None:
        raise Http404
    return row


def _named(rows):
    return rows.select_related(
        "contract__provider", "household", "person__household", "case", "entry", "area", "recorded_by__account",
    )  # fmt: skip


def running(member, *, on, contract=None):
    """The running clocks that the member may see, those started first in front."""
    rows = _named(visible_clocks(member, on)).filter(stopped_at=None, state=rules.VALID)
    if contract is not None:
        rows = rows.filter(contract=contract)
    return list(rows.order_by("started_at", "pk")[:PAGE])


def finished(member, contract, *, on, kind=""):
    """The contract's clocks that have stopped or are void, the latest first; at most PAGE."""
    rows = _named(visible_clocks(member, on)).filter(contract=contract)
    rows = rows.filter(Q(stopped_at__isnull=False) | Q(state=rules.VOID))
    if kind:
        rows = rows.filter(kind=kind)
    return list(rows.order_by("-started_at", "-pk")[:PAGE])


def shown(clocks, questions, *, now):
    """Clocks as lists show them, against the limits of the contract's indicators; `questions` as of their contract."""
    calendar, known = workdays.calendar(), {}
    made = []
    for clock in clocks:
        if clock.kind not in known:
            wanted = questions.of("clock", clock.kind)
            known[clock.kind] = (wanted.label, elapsed.limit_of(wanted.limits))
        label, limit = known[clock.kind]
        until = clock.stopped_at or now
        made.append(
            Shown(clock, label, about(clock), limit, elapsed.standing(clock.started_at, until, limit, calendar))
        )
    return made


def about(clock):
    """Whom or what a clock is about: numbers, never names."""
    if clock.case is not None:
        return f"个案 {clock.case.number}"
    if clock.household is not None:
        return f"户 {clock.household.number}"
    if clock.entry is not None:
        return clock.entry.label
    return clock.note


def papers_of(clock):
    """The clock's papers with files, the oldest first."""
    return list(ClockPaper.objects.filter(clock=clock).select_related("file"))


def moves_of(clock):
    """The clock's history with its people, newest first."""
    return list(clock.moves.select_related("by__account").order_by("-at", "-id"))
