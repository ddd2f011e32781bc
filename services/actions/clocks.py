"""Every write on clocks (计时): started and stopped by the agency, made void by its quality control; never changed otherwise."""

from django.db import transaction

from contracts.models import Contract, Label
from services.actions.measuring import measure_again
from services.actions.papers import attach
from services.models import Clock, ClockMove, ClockPaper
from services.rules import clocks as rules
from tenancy import audit
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused


@transaction.atomic
def start_clock(
    contract,
    *,
    kind,
    started_at,
    by,
    at,
    household=None,
    person=None,
    case=None,
    area=None,
    facts=None,
    papers=(),
    note="",
):
    """Start a clock of a kind (a code of the label family `clock`) under a contract; returns the running Clock.

    A case brings its person and household, a person the household, a household its community. Raises Refused with
    everything that is wrong.
    """
    _refuse_non_writer(contract, by)
    subjects = [subject for subject in (case, household, person and person.household) if subject is not None]
    problems = rules.start_problems(
        kind=kind,
        known_kinds=set(Label.objects.filter(family=Label.Family.CLOCK).values_list("code", flat=True)),
        started_at=started_at,
        at=at,
        is_own_subject=all(subject.contract_id == contract.pk for subject in subjects),
        is_active=contract.state == Contract.State.ACTIVE,
    )
    if problems:
        raise Refused("没有登记", problems)
    return begin(
        contract, kind=kind, started_at=started_at, by=by, at=at, household=household, person=person, case=case,
        area=area, facts=facts, papers=papers, note=note,
    )  # fmt: skip


def begin(contract, *, kind, started_at, by, at, facts=None, papers=(), note="", **about):
    """Start a clock as part of a larger act that has decided who may (services/actions/station.py); returns the Clock.

    `about`: household=, person=, case=, entry= (of a register), area=.
    """
    case, person, household, entry = (about.get(name) for name in ("case", "person", "household", "entry"))
    if case is not None:
        household, person = case.household, case.person
    if person is not None:
        household = person.household
    area = household.area if household is not None else about.get("area")
    clock = Clock.objects.create(
        contract=contract, kind=kind, household=household, person=person, case=case, entry=entry, area=area, street_id=(area.street_id or area.pk) if area else None,
        started_at=started_at, day=day_of(started_at), facts=facts or {}, papers=sorted(set(papers)), note=note.strip()[:200], recorded_by=by, created_at=at,
    )  # fmt: skip
    _remember(clock, "start", by=by, at=at)
    audit.record("clock.start", by=by, at=at, target=clock, kind=kind)
    measure_again(contract.pk)
    return clock


@transaction.atomic
def stop_clock(clock, *, stopped_at, by, at, on_time=None, papers=()):
    """Stop a running clock; `on_time` is a person's judgement, where the contract gives no number. Returns the Clock."""
    clock = _locked(clock)
    _refuse_non_writer(clock.contract, by)
    return _ended(clock, stopped_at=stopped_at, by=by, at=at, on_time=on_time, papers=papers)


def end(clock, *, stopped_at, by, at, papers=()):
    """Stop a running clock as part of a larger act that has decided who may; returns the Clock."""
    return _ended(_locked(clock), stopped_at=stopped_at, by=by, at=at, papers=papers)


def drop(clock, *, reason, by, at):
    """Make a clock void as part of a larger act that takes back what started it; returns the Clock."""
    return _move(_locked(clock), "void", by=by, at=at, state=rules.VOID, void_reason=reason.strip()[:400])


def _ended(clock, *, stopped_at, by, at, on_time=None, papers=()):
    problems = rules.stop_problems(
        state=clock.state,
        is_stopped=clock.stopped_at is not None,
        started_at=clock.started_at,
        stopped_at=stopped_at,
        at=at,
    )
    if problems:
        raise Refused("没有登记", problems)
    values = {"stopped_at": stopped_at, "stopped_on": day_of(stopped_at), "papers": sorted({*clock.papers, *papers})}
    if on_time is not None:
        values["on_time"] = on_time
    return _move(clock, "stop", by=by, at=at, **values)


@transaction.atomic
def void_clock(clock, *, reason, by, at):
    """Take a wrong clock out of every number, with the reason: by quality control, never by who recorded it."""
    clock = _locked(clock)
    if clock.contract.provider_id != by.organisation_id or not allows(by, Permission.RECORD_VERIFY):
        raise Refused("只有本机构的质控可以作废计时")
    if clock.recorded_by_id == by.pk:
        raise Refused("不能作废自己登记的计时")
    problems = rules.void_problems(state=clock.state, reason=reason)
    if problems:
        raise Refused("没有作废", problems)
    return _move(clock, "void", by=by, at=at, state=rules.VOID, void_reason=reason.strip()[:400])


@transaction.atomic
def add_clock_paper(clock, *, file, kind, by, at):
    """Attach a stored file as one of the clock's papers; the same file again changes nothing."""
    clock = _locked(clock)
    _refuse_non_writer(clock.contract, by)
    if clock.state == rules.VOID:
        raise Refused("这条计时已作废，不能补材料")
    return attach_paper(clock, file=file, kind=kind, by=by, at=at)


def attach_paper(clock, *, file, kind, by, at):
    """Attach a paper as part of a larger act that has decided who may; the same file again changes nothing."""
    paper, is_new = attach(ClockPaper, clock, file=file, kind=kind, by=by, at=at)
    if is_new:
        audit.record("clock.add_paper", by=by, at=at, target=clock, kind=kind, sha256=file.sha256)
        measure_again(clock.contract_id)
    return paper


def _refuse_non_writer(contract, by):
    if contract.provider_id != by.organisation_id or not allows(by, Permission.RECORD_WRITE):
        raise Refused("只有承接本合同的机构可以登记计时")


def _locked(clock):
    return Clock.objects.select_for_update(of=("self",)).select_related("contract").get(pk=clock.pk)


def _move(clock, verb, *, by, at, **values):
    """Compare and swap, remember: the one way in which a clock moves. Returns it as it is now."""
    if not Clock.objects.filter(pk=clock.pk, state=rules.VALID, stopped_at=clock.stopped_at).update(**values):
        raise Conflict("这条计时刚被别人处理过。刷新后再看一次")
    clock.refresh_from_db()
    _remember(clock, verb, by=by, at=at, reason=values.get("void_reason", ""))
    audit.record(f"clock.{verb}", by=by, at=at, target=clock)
    measure_again(clock.contract_id)
    return clock


def _remember(clock, verb, *, by, at, reason=""):
    ClockMove.objects.create(clock=clock, verb=verb, by=by, at=at, reason=reason)
