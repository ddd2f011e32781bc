"""A case from the day a person is found to the closure that the subdistrict approves, apart from its forms.

The forms of the stages are filed by caseload.actions.papers.file_stage, which alone moves a case from stage to stage.
Clause: MTG04 附件2 五（三）个案帮扶工作流程.
"""

from django.db import IntegrityError, transaction

from caseload import queries
from caseload.actions.case_moves import lay_paper, lock, move, past_day, remember
from caseload.actions.outcomes import note_outcomes
from caseload.models import Case
from caseload.rules import cases as rules
from caseload.rules import forms
from contracts.actions import refuse_terminated
from contracts.models import Contract
from tenancy import audit
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused, broken_rule


@transaction.atomic
def start_case(*, person, worker, identified_on, by, at, is_crisis=False, source="台账筛选", **known):
    """Register a person found for casework; returns the Case, with its clock for the first contact running.

    `known`: problem, number, kind, reopens (the closed case that this one takes up again). Raises Refused when the person
    has an unfinished case under the contract.
    """
    household = person.household
    if identified_on > day_of(at):
        raise Refused("发现日期不得晚于今天")
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=household.contract_id)  # one number at a time
    refuse_terminated(contract)
    if not allows(by, Permission.CASE_WORK) or not queries.may_write(by, contract):
        raise Refused("只有承办机构办理个案的人可以登记个案")
    case = Case(
        contract=contract, household=household, person=person, area_id=household.area_id, street_id=household.street_id, worker=worker,
        number=known.get("number") or f"{contract.code}-GA-{queries.next_number(Case, contract, 'GA'):04d}", kind=known.get("kind", "casework"),
        is_crisis=is_crisis, source=source, problem=known.get("problem", ""), identified_on=identified_on, reopens=known.get("reopens"), created_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(broken_rule(error, Case, "该服务对象刚被别人立案。刷新后再看一次")) from error
    remember(case, "start", "", by=by, at=at)
    audit.record("case.started", by=by, at=at, target=case, is_crisis=is_crisis)
    return case


# --- contact and crisis -------------------------------------------------------------------------------------------------
@transaction.atomic
def note_first_contact(case, *, on, by, at):
    """Keep the day of the first face-to-face contact (in 10 working days, in 2 when it is a crisis)."""
    return move(case, "note_first_contact", by=by, at=at, first_contact_on=past_day(on, at=at))


@transaction.atomic
def raise_crisis(case, *, on, reason, by, at):
    """Say that a case has become a crisis on the day: the contract's short limit for a contact runs from it (指南 接案（2）).

    Raises Refused for a case that is one already, and for a day before the person was found.
    """
    if case.is_crisis:
        raise Refused("已是危机个案")
    if past_day(on, at=at) < case.identified_on:
        raise Refused(f"发现日期是 {case.identified_on}，危机不得更早")
    return move(case, "raise_crisis", by=by, at=at, reason=reason, is_crisis=True, crisis_on=on)


@transaction.atomic
def note_crisis_contact(case, *, on, by, at):
    """Keep the day of the contact that followed a crisis on a running case."""
    if case.crisis_on is None:
        raise Refused("没有登记危机发生的日期")
    if case.crisis_met_on is not None:
        raise Refused(f"危机接触已于 {case.crisis_met_on} 登记")
    if past_day(on, at=at) < case.crisis_on:
        raise Refused(f"危机发生在 {case.crisis_on}，接触不得更早")
    return move(case, "note_crisis_contact", by=by, at=at, crisis_met_on=on)


# --- intake decided -----------------------------------------------------------------------------------------------------
@transaction.atomic
def approve_intake(case, *, by, at, reason=""):
    """The subdistrict takes the person into casework. Only an officer of the case's own street may (指南 接案（4）)."""
    day, approvals = day_of(at), (rules.INTAKE_APPROVAL,)
    return move(
        case, "approve_intake", by=by, at=at, reason=reason, opened_on=day, approvals=approvals, handed_on=day
    )  # fmt: skip


@transaction.atomic
def return_intake(case, *, reason, by, at):
    """Send the intake back to the worker with what must be added."""
    return move(case, "return_intake", by=by, at=at, reason=reason, handed_on=day_of(at))


@transaction.atomic
def refuse_intake(case, *, reason, by, at):
    """Don't take the person into casework; the worker refers to someone who can help (指南 接案（5）). This ends the case."""
    return move(case, "refuse_intake", by=by, at=at, reason=reason, handed_on=day_of(at))


@transaction.atomic
def recall_intake(case, *, by, at):
    """Take one's own intake back before it is decided."""
    return move(case, "recall_intake", by=by, at=at, handed_on=day_of(at))


@transaction.atomic
def withdraw_case(case, *, reason, by, at):
    """End a case that was never opened: the person doesn't want it, or was referred at once."""
    return move(case, "withdraw", by=by, at=at, reason=reason, handed_on=day_of(at))


# --- goals, papers, number ------------------------------------------------------------------------------------------------
@transaction.atomic
def set_goals(case, *, goals, by, at):
    """Write the goals as they stand: dicts of title, before, now, target, degree."""
    return note_outcomes(move(case, "set_goals", by=by, at=at, goals=[goal_of(goal) for goal in goals]))


def goal_of(goal):
    """A goal as it is kept."""
    return {name: str(goal.get(name, "")).strip()[:80] for name in ("title", "before", "now", "target", "degree")}


@transaction.atomic
def add_case_paper(case, *, kind, filled_on, by, at, file=None, data=None):
    """Put a paper into the case's file: a stored file, or words as {name: text}. Returns the CasePaper.

    A form is filled in on its own page and only there: of a form that was filed the signed copy may be added. Raises Refused
    for a case that has ended, an unknown kind or an empty paper.
    """
    if kind not in rules.PAPERS:
        raise Refused(f"个案档案没有这种材料：{kind}")
    if file is None and not data:
        raise Refused("上传文件，或填写内容")
    past_day(filled_on, at=at)
    locked = lock(case)
    if kind in forms.FORMS and kind not in forms.ANSWERED and (file is None or kind not in locked.papers):
        raise Refused(f"{rules.PAPERS[kind]}须逐项填写；提交后可补传签字件")
    move(locked, "add_paper", by=by, at=at, reason=rules.PAPERS[kind], papers=(kind,), detail={"kind": kind})
    paper = lay_paper(locked, kind, filled_on, data, file, by=by, at=at)
    case.papers = locked.papers
    return paper


@transaction.atomic
def set_case_system_no(case, system_no, *, by, at):
    """Keep the number under which the case was entered in the bureau's own system (精准救助帮扶系统)."""
    Case.objects.filter(pk=case.pk).update(system_no=system_no.strip()[:40])
    audit.record("case.system_no_set", by=by, at=at, target=case)
    case.refresh_from_db()
    return case


# --- closure decided ------------------------------------------------------------------------------------------------------
@transaction.atomic
def approve_closure(case, *, by, at, reason=""):
    """The subdistrict agrees that the case ends. Only an officer of the case's own street may (指南 评估（4）)."""
    day, approvals = day_of(at), (rules.CLOSURE_APPROVAL,)
    return move(
        case, "approve_closure", by=by, at=at, reason=reason, closed_on=day, approvals=approvals, handed_on=day
    )  # fmt: skip


@transaction.atomic
def return_closure(case, *, reason, by, at):
    """Send the closure back to the worker with what must be added; the case stays open."""
    return move(case, "return_closure", by=by, at=at, reason=reason, handed_on=day_of(at))


@transaction.atomic
def refuse_closure(case, *, reason, by, at):
    """The case may not end: a new plan is due, its clock running from today (指南 评估（4））."""
    day = day_of(at)
    return move(
        case, "refuse_closure", by=by, at=at, reason=reason, planned_on=None, evaluated_on=None, replan_from=day, handed_on=day
    )  # fmt: skip


@transaction.atomic
def recall_closure(case, *, by, at):
    """Take one's own closure back before it is decided."""
    return move(case, "recall_closure", by=by, at=at, handed_on=day_of(at))
