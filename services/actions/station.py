"""Acts of a stay as people do them: the stay, its clocks and the records that count, all in one step.

The clocks are labels of the contract (first_assessment, family_tracing, care_plan, discharge, first_request): one that the
tenant has no word for is not started; a record is made only of kinds that the tenant has. Limits are the contract's.
"""

from datetime import timedelta

from django.db import transaction

from caseload.actions import station as stays
from caseload.rules import station as rules
from contracts.models import Label
from services.actions import clocks, records
from services.models import ActivityKind, Clock
from services.queries.asked import Questions
from services.rules import station as counted
from services.rules.elapsed import limit_of
from tenancy.clock import day_of
from tenancy.problems import Refused

LONGEST = timedelta(hours=24)
MINUTE = timedelta(minutes=1)


# --- in -----------------------------------------------------------------------------------------------------------------
@transaction.atomic
def admit(contract, *, admitted_at, asked_at, by, at, proof=None, **known):
    """Take a person in; the clocks of the first talk and, for an unknown person, of the search run from then on.

    `known`: person, arrival, form, room, bed, file (caseload.actions.station.admit). `proof` is a stored picture of the
    first response (响应记录截图或登记凭证): its clock ran from the request to the admission.
    """
    stay = stays.admit(contract, admitted_at=admitted_at, asked_at=asked_at, by=by, at=at, **known)
    running = _Clocks(stay, by=by, at=at)
    answered = running.start("first_request", asked_at)
    if answered is not None:
        clocks.end(answered, stopped_at=admitted_at, papers=("paper_proof",) if proof else (), by=by, at=at)
    if answered is not None and proof is not None:
        clocks.attach_paper(answered, file=proof, kind="paper_proof", by=by, at=at)
    running.start("first_assessment", admitted_at)
    if not stay.is_identified:
        running.start("family_tracing", admitted_at, facts={"identity_unknown": True})
    return stay


@transaction.atomic
def assess(stay, *, form, started_at, done_at, by, at, file=None):
    """Keep the first talk: its clock stops, the clock of the care plan starts, the record goes to quality control."""
    if done_at <= started_at:
        raise Refused("结束时间须晚于开始时间")
    stay, paper = stays.assess(stay, form=form, done_at=done_at, by=by, at=at, file=file)
    running = _Clocks(stay, by=by, at=at)
    running.stop("first_assessment", done_at, papers=("assessment_form",))
    running.start("care_plan", done_at)
    _log(
        stay, "first_assessment", started_at, done_at, words=rules.kept("assessment", form),
        facts={"fields_due": rules.filled({})[1]}, papers={"assessment_form": paper}, by=by, at=at,
    )  # fmt: skip
    return stay


# --- the plan -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def submit_plan(stay, *, form, by, at, carer=None):
    """Hand the care plan to the station; the clock of the plan stops."""
    stay, _ = stays.submit_plan(stay, form=form, carer=carer, by=by, at=at)
    _Clocks(stay, by=by, at=at).stop("care_plan", at)
    return stay


@transaction.atomic
def confirm_plan(stay, *, by, at, reason=""):
    """The station confirms the plan: a confirmed record that it fits."""
    stay = stays.confirm_plan(stay, by=by, at=at, reason=reason)
    _log_review(stay, fits=True, by=by, at=at)
    return stay


@transaction.atomic
def return_plan(stay, *, reason, is_unfit, by, at):
    """The station sends the plan back; the clock of the plan runs again. `is_unfit`: it doesn't fit the needs, which counts."""
    stay = stays.return_plan(stay, reason=reason, by=by, at=at)
    _Clocks(stay, by=by, at=at).start("care_plan", at)
    if is_unfit:
        _log_review(stay, fits=False, by=by, at=at)
    return stay


def _log_review(stay, *, fits, by, at):
    """The agency's record of the station's judgement, confirmed by the station itself."""
    paper = stay.stay_papers.filter(kind="care_plan").order_by("-version").first()
    record = _log(
        stay, "care_plan_review", stay.planned_at, at, facts={"fits": fits}, papers={"care_plan": paper}, by=stay.planned_by, at=at
    )  # fmt: skip
    if record is not None:
        records.confirm_record(record, by=by, at=at)


# --- who somebody is --------------------------------------------------------------------------------------------------
@transaction.atomic
def trace(stay, *, channel, started_at, minutes, result, form, by, at, published_at=None, file=None):
    """Keep one attempt to find the family; the first one stops the clock."""
    stay, paper = stays.trace(
        stay, channel=channel, started_at=started_at, result=result, form=form, published_at=published_at, file=file, by=by, at=at
    )  # fmt: skip
    _Clocks(stay, by=by, at=at).stop("family_tracing", started_at)
    _log(
        stay, "family_tracing", started_at, started_at + timedelta(minutes=minutes), papers={"tracing_record": paper},
        facts={"channel": channel, "found": result == "found"}, by=by, at=at,
    )  # fmt: skip
    return stay


@transaction.atomic
def identify(stay, *, person, found_at, form, by, at):
    """Enter who somebody turned out to be; a search that never began is not due any more."""
    stay = stays.identify(stay, person=person, found_at=found_at, form=form, by=by, at=at)
    _Clocks(stay, by=by, at=at).stop("family_tracing", found_at)
    return stay


@transaction.atomic
def note_settling(stay, *, form, on, by, at, file=None):
    """Keep one step towards settling, with its record."""
    stay, paper = stays.note_settling(stay, form=form, on=on, by=by, at=at, file=file)
    _log(stay, "settlement", at - MINUTE, at, words=form, papers={"settlement_papers": paper}, by=by, at=at)
    return stay


# --- out ----------------------------------------------------------------------------------------------------------------
@transaction.atomic
def begin_leaving(stay, *, way, asked_at, by, at, receiver=""):
    """Note that the person is going to leave: the clock of the formalities runs."""
    stay = stays.begin_leaving(stay, way=way, asked_at=asked_at, receiver=receiver, by=by, at=at)
    _Clocks(stay, by=by, at=at).start("discharge", asked_at)
    return stay


@transaction.atomic
def cancel_leaving(stay, *, reason, by, at):
    """The person stays after all: the clock of the formalities counts no more."""
    stay = stays.cancel_leaving(stay, reason=reason, by=by, at=at)
    _Clocks(stay, by=by, at=at).drop("discharge", reason=f"撤回离站：{reason}")
    return stay


@transaction.atomic
def file_form(stay, kind, *, form, on, by, at, file=None):
    """File a form of its own; a hand-over is a record that counts."""
    stay, paper = stays.file_form(stay, kind, form=form, on=on, by=by, at=at, file=file)
    if kind == "handover_form":
        facts = {"accurate": form.get("checked") == "是"}
        _log(stay, "handover", at - MINUTE, at, words=form, facts=facts, papers={kind: paper}, by=by, at=at)
    return stay


@transaction.atomic
def discharge(stay, *, form, left_at, by, at, ticket=None):
    """Close the stay: the clocks stop, the discharge and the ticket are records that count."""
    stay, papers = stays.discharge(stay, form=form, left_at=left_at, by=by, at=at, ticket=ticket)
    return _gone(stay, papers, ticket=ticket, by=by, at=at)


@transaction.atomic
def settle(stay, *, form, left_at, by, at):
    """Settle an unidentified person; the discharge is a record that counts, the search goes on."""
    stay, papers = stays.settle(stay, form=form, left_at=left_at, by=by, at=at)
    return _gone(stay, papers, ticket=None, by=by, at=at)


def _gone(stay, papers, *, ticket, by, at):
    running = _Clocks(stay, by=by, at=at)
    running.stop("discharge", stay.left_at)
    for kind in ("first_assessment", "care_plan"):
        running.leave_open(kind, stay.left_at, reason=f"期限内离站：{stay.get_way_display()}")
    began = min(stay.leaving_at, stay.left_at - MINUTE)
    facts = {"way": stay.way, "complete": True}
    _log(stay, "discharge_entry", began, stay.left_at, facts=facts, by=by, at=at)
    if ticket is not None:
        _log(stay, "ticket", began, stay.left_at, facts={"accurate": True}, papers={"ticket_copy": papers["ticket_copy"]}, by=by, at=at)  # fmt: skip
    return stay


@transaction.atomic
def send_home(stay, *, form, on, by, at):
    """A settled person whose identity was found goes home."""
    return stays.send_home(stay, form=form, on=on, by=by, at=at)[0]


# --- clocks and records -----------------------------------------------------------------------------------------------
class _Clocks:
    """The clocks of one stay. What the tenant has no word for, nobody counts: it is not started."""

    def __init__(self, stay, *, by, at):
        self.stay, self.who = stay, {"by": by, "at": at}
        self.known = set(Label.objects.filter(family=Label.Family.CLOCK).values_list("code", flat=True))

    def start(self, kind, started_at, facts=None):
        if kind not in self.known:
            return None
        return clocks.begin(self.stay.contract, kind=kind, started_at=started_at, entry=self.stay.entry, facts=facts, **self.who)  # fmt: skip

    def _running(self, kind):
        return Clock.objects.filter(entry=self.stay.entry, kind=kind, stopped_at=None, state=Clock.State.VALID).first()

    def stop(self, kind, stopped_at, papers=()):
        clock = self._running(kind)
        if clock is not None:
            clocks.end(clock, stopped_at=max(stopped_at, clock.started_at), papers=papers, **self.who)

    def leave_open(self, kind, left_at, reason):
        """Whoever leaves while something is still in time leaves nothing undone; what was late already stays late."""
        clock = self._running(kind)
        if clock is None:
            return
        limit = limit_of(Questions(self.stay.contract).of("clock", kind).limits)
        hours = limit.number if limit is not None and limit.unit == "hours" else None
        if hours is not None and left_at - clock.started_at > timedelta(hours=float(hours)):
            clocks.end(clock, stopped_at=left_at, **self.who)
        else:
            clocks.drop(clock, reason=reason, **self.who)

    def drop(self, kind, reason):
        clock = self._running(kind)
        if clock is not None:
            clocks.drop(clock, reason=reason, **self.who)


def _log(stay, code, started_at, ended_at, *, by, at, facts=None, words=None, papers=None):
    """A submitted record of one of the tenant's kinds about the resident, proved by forms of the file; None without the kind.

    `words` are answers of a form: they become facts where the kind has a choice of that name and word.
    """
    kind = ActivityKind.objects.filter(code=code, is_active=True).first()
    if kind is None or (stay.entry.to_day is not None and stay.entry.to_day < day_of(started_at)):
        return None
    started_at = max(min(started_at, ended_at - MINUTE), ended_at - LONGEST)
    known = counted.facts_of(kind.fields, words or {}, facts or {})
    record = records.start_record(
        contract=stay.contract, kind=code, team=stay.entry, started_at=started_at, ended_at=ended_at, facts=known, by=by, at=at
    )  # fmt: skip
    asked = {row["kind"] for row in kind.evidence}
    for paper_kind, paper in (papers or {}).items():
        if paper_kind in asked:
            record = records.add_form(record, paper=paper, kind=paper_kind, by=by, at=at).record
    return records.submit_record(record, by=by, at=at)
