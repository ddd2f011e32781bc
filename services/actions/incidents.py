"""Every write on incidents: reported by either side, decided and closed by the purchaser; a confirmed one counts."""

from django.db import transaction

from contracts.models import Contract, Label
from services.actions.measuring import measure_again
from services.actions.papers import attach
from services.models import Incident, IncidentMove, IncidentPaper
from services.rules import incidents as rules
from tenancy import audit
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused


@transaction.atomic
def report_incident(
    contract, *, kind, title, happened_at, by, at, area=None, person=None, facts=None, narrative="", papers=()
):
    """Report what happened under a contract, by its agency or its purchaser; returns the Incident.

    `kind` is a code of the label family `incident`; the person brings the community along. Nothing counts before the
    purchaser has confirmed it. Raises Refused with everything that is wrong.
    """
    if not may_report(contract, by):
        raise Refused("只有合同双方可以登记事件")
    problems = rules.report_problems(
        kind=kind,
        known_kinds=set(Label.objects.filter(family=Label.Family.INCIDENT).values_list("code", flat=True)),
        title=title,
        happened_at=happened_at,
        at=at,
        is_own_person=person is None or person.household.contract_id == contract.pk,
        is_active=contract.state == Contract.State.ACTIVE,
    )
    if problems:
        raise Refused("没有登记", problems)
    if person is not None:
        area = person.household.area
    incident = Incident.objects.create(
        contract=contract, kind=kind, title=title.strip()[:80], area=area, street_id=(area.street_id or area.pk) if area else None, person=person,
        happened_at=happened_at, day=day_of(happened_at), facts=facts or {}, papers=sorted(set(papers)), narrative=narrative.strip(), reported_by=by, created_at=at,
    )  # fmt: skip
    _remember(incident, "report", "", by=by, at=at)
    audit.record("incident.report", by=by, at=at, target=incident, kind=kind)
    measure_again(contract.pk)
    return incident


@transaction.atomic
def confirm_incident(incident, *, by, at):
    """The purchaser finds that it happened: from now on it counts. Nobody confirms what they reported themselves."""
    return _decide(incident, "confirm", by=by, at=at)


@transaction.atomic
def dismiss_incident(incident, *, reason, by, at):
    """The purchaser finds that it did not happen, with the reason; it never counts."""
    if not reason.strip():
        raise Refused("认定不属实须写明理由")
    return _decide(incident, "dismiss", by=by, at=at, dismiss_reason=reason.strip()[:400])


@transaction.atomic
def close_incident(incident, *, closed_on, outcome, by, at):
    """The purchaser records that it was dealt with, on which day and how; it goes on counting as having happened."""
    incident = _locked(incident)
    _refuse_non_decider(incident, by)
    if incident.state not in rules.MOVES["close"][0]:
        raise Refused(rules.refusal("close", incident.state))
    problems = rules.close_problems(
        closed_on=closed_on,
        day=incident.day,
        today=day_of(at),
        is_closed=incident.closed_on is not None,
        outcome=outcome,
    )
    if problems:
        raise Refused("没有办结", problems)
    incident.outcome = outcome.strip()
    incident.save(update_fields=["outcome"])
    return _move(incident, "close", by=by, at=at, closed_on=closed_on)


@transaction.atomic
def add_incident_paper(incident, *, file, kind, by, at):
    """Attach a stored file as one of the incident's papers, by either side; the same file again changes nothing."""
    incident = _locked(incident)
    if not may_report(incident.contract, by):
        raise Refused("只有合同双方可以补材料")
    paper, is_new = attach(IncidentPaper, incident, file=file, kind=kind, by=by, at=at)
    if is_new:
        audit.record("incident.add_paper", by=by, at=at, target=incident, kind=kind, sha256=file.sha256)
        measure_again(incident.contract_id)
    return paper


def may_report(contract, by):
    """Whether the member belongs to a party of the contract and writes records or reviews what the agency hands in."""
    if by.organisation_id == contract.provider_id:
        return allows(by, Permission.RECORD_WRITE)
    return by.organisation_id == contract.purchaser_id and allows(by, Permission.REPORT_REVIEW)


def may_decide(incident, by):
    """Whether the member may confirm, dismiss or close: the purchaser's reviewers."""
    return by.organisation_id == incident.contract.purchaser_id and allows(by, Permission.REPORT_REVIEW)


def _refuse_non_decider(incident, by):
    if not may_decide(incident, by):
        raise Refused("只有甲方经办人和科室负责人可以核实、办结")


def _decide(incident, verb, *, by, at, **values):
    incident = _locked(incident)
    _refuse_non_decider(incident, by)
    if incident.state not in rules.MOVES[verb][0]:
        raise Refused(rules.refusal(verb, incident.state))
    if incident.reported_by_id == by.pk:
        raise Refused("不能核实自己登记的事件")
    return _move(incident, verb, by=by, at=at, decided_by=by, decided_at=at, **values)


def _locked(incident):
    return Incident.objects.select_for_update(of=("self",)).select_related("contract").get(pk=incident.pk)


def _move(incident, verb, *, by, at, **values):
    """Decide, compare and swap, remember: the one way in which an incident moves. Returns it as it is now."""
    seen = incident.state
    sources, goal = rules.MOVES[verb]
    if seen not in sources or not Incident.objects.filter(
        pk=incident.pk, state=seen, closed_on=incident.closed_on
    ).update(state=goal, **values):
        raise Conflict("这起事件刚被别人处理过。刷新后再看一次")
    incident.refresh_from_db()
    _remember(incident, verb, seen, by=by, at=at, reason=values.get("dismiss_reason", ""))
    audit.record(f"incident.{verb}", by=by, at=at, target=incident, from_state=seen, to_state=goal)
    measure_again(incident.contract_id)
    return incident


def _remember(incident, verb, from_state, *, by, at, reason=""):
    IncidentMove.objects.create(
        incident=incident, verb=verb, from_state=from_state, to_state=incident.state, by=by, at=at, reason=reason
    )
