"""Every write on a case: from the day a person is found to the closure that the subdistrict approves.

Two officers at the same instant: each act locks the case, compares its state with the one that was seen, and swaps it.
Clause: MTG04 附件2 五（三）个案帮扶工作流程.
"""

import json

from django.db import IntegrityError, transaction

from caseload import queries
from caseload.models import Case, CaseMove, CasePaper
from caseload.rules import cases as rules
from contracts.models import Contract
from tenancy import audit
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused, broken_rule


@transaction.atomic
def start_case(*, person, worker, identified_on, by, at, is_crisis=False, source="台账筛选", **known):
    """Register a person found for casework; returns the Case, with its clock for the first contact running.

    `known`: problem, number, kind. Raises Refused when the person has an unfinished case under the contract.
    """
    household = person.household
    if identified_on > day_of(at):
        raise Refused("发现日期不得晚于今天")
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=household.contract_id)  # one number at a time
    case = Case(
        contract=contract, household=household, person=person, area_id=household.area_id, street_id=household.street_id, worker=worker,
        number=known.get("number") or f"{contract.code}-GA-{queries.next_number(Case, contract, 'GA'):04d}", kind=known.get("kind", "casework"),
        is_crisis=is_crisis, source=source, problem=known.get("problem", ""), identified_on=identified_on, created_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(broken_rule(error, Case, "该服务对象刚被别人立案。刷新后再看一次")) from error
    _remember(case, "start", "", by=by, at=at)
    audit.record("case.started", by=by, at=at, target=case, is_crisis=is_crisis)
    return case


# --- moving ---------------------------------------------------------------------------------------------------------
def _open(case, verb, reason=""):
    """Lock the case and decide whether the act is possible; returns the row as it is now, not as the page saw it."""
    if not rules.allowed(verb, case.state):
        raise Refused(rules.refusal(verb, case.state))
    if verb in rules.NEEDS_REASON and not reason.strip():
        raise Refused("写明原因")
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if locked.state != case.state:
        word = rules.STATE_LABELS[locked.state]
        raise Conflict(f"这份个案刚被别人处理过，现在是“{word}”。刷新后再看一次")
    return locked


def _move(case, verb, *, by, at, reason="", papers=(), approvals=(), **values):
    """Lock, decide, swap, remember: the one way in which a case changes. Returns the case as it is now.

    `papers` and `approvals` come to those that the locked row has.
    """
    locked, seen = _open(case, verb, reason), case.state
    values["state"] = rules.goal_state(verb, seen)
    for field, more in (("papers", papers), ("approvals", approvals)):
        if more:
            values[field] = sorted({*getattr(locked, field), *more})
    for field, value in values.items():
        setattr(locked, field, value)
    try:
        with transaction.atomic():
            moved = Case.objects.filter(pk=case.pk, state=seen).update(**_stored(locked, values))
    except IntegrityError as error:
        raise Refused("没有办成", [broken_rule(error, Case, "与个案现在的情况不符")]) from error
    if not moved:
        raise Conflict()
    _remember(locked, verb, seen, by=by, at=at, reason=reason)
    action = f"case.{verb}"
    audit.record(action, by=by, at=at, target=locked, from_state=seen, to_state=locked.state)
    return _fresh(case)


def _stored(case, values):
    """The values as columns hold them: a sealed text is sealed for its row."""
    return {field: Case._meta.get_field(field).pre_save(case, False) for field in values}


def _remember(case, verb, from_state, *, by, at, reason=""):
    CaseMove.objects.create(
        case=case, verb=verb, from_state=from_state, to_state=case.state, by=by, at=at, reason=reason.strip()[:500]
    )


def _fresh(case):
    case.refresh_from_db()
    return case


def _day(value, *, at):
    if value > day_of(at):
        raise Refused("日期不得晚于今天")
    return value


def _paper(case, kind, filled_on, data, file, *, by, at):
    """Lay a paper into the file under the case's lock; a plan or record that comes again is its next version."""
    text = json.dumps(data, ensure_ascii=False) if data else ""
    version = CasePaper.objects.filter(case=case, kind=kind, is_draft=False).count() + 1
    return CasePaper.objects.create(
        case=case, kind=kind, file=file, data=text, filled_on=filled_on, filled_by=by, created_at=at, version=version
    )


# --- intake -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def note_first_contact(case, *, on, by, at):
    """Keep the day of the first face-to-face contact (in 10 working days, in 2 when it is a crisis)."""
    return _move(case, "note_first_contact", by=by, at=at, first_contact_on=_day(on, at=at))


@transaction.atomic
def submit_intake(case, *, form, community_opinion, by, at):
    """Hand the intake form, with the community's opinion, to the subdistrict.

    `form` is the 接案记录表 as {name: text}. Raises Refused with everything that is missing at once.
    """
    papers = ("intake",) if form else ()
    locked = _open(case, "submit_intake")
    locked.community_opinion, locked.papers = community_opinion.strip(), [*locked.papers, *papers]
    gaps = rules.intake_gaps(locked)
    if gaps:
        raise Refused("还不能提交接案", gaps)
    moved = _move(
        case, "submit_intake", by=by, at=at, papers=papers, community_opinion=community_opinion.strip(), handed_on=day_of(at)
    )  # fmt: skip
    if form:
        _paper(moved, "intake", day_of(at), form, None, by=by, at=at)
    return moved


@transaction.atomic
def approve_intake(case, *, by, at, reason=""):
    """The subdistrict takes the person into casework. Only an officer of the case's own street may (指南 接案（4）)."""
    _refuse_stranger(case, by)
    approvals = (rules.INTAKE_APPROVAL,)
    return _move(
        case,
        "approve_intake",
        by=by,
        at=at,
        reason=reason,
        opened_on=day_of(at),
        approvals=approvals,
        handed_on=day_of(at),
    )


@transaction.atomic
def return_intake(case, *, reason, by, at):
    """Send the intake back to the worker with what must be added."""
    _refuse_stranger(case, by)
    return _move(case, "return_intake", by=by, at=at, reason=reason, handed_on=day_of(at))


@transaction.atomic
def refuse_intake(case, *, reason, by, at):
    """Don't take the person into casework; the worker refers to someone who can help (指南 接案（5）). This ends the case."""
    _refuse_stranger(case, by)
    return _move(case, "refuse_intake", by=by, at=at, reason=reason, handed_on=day_of(at))


@transaction.atomic
def recall_intake(case, *, by, at):
    """Take one's own intake back before it is decided."""
    return _move(case, "recall_intake", by=by, at=at, handed_on=day_of(at))


@transaction.atomic
def withdraw_case(case, *, reason, by, at):
    """End a case that was never opened: the person doesn't want it, or was referred at once."""
    return _move(case, "withdraw", by=by, at=at, reason=reason, handed_on=day_of(at))


def _refuse_stranger(case, by):
    if not allows(by, Permission.CASE_APPROVE) or by.organisation.area_id != case.street_id:
        raise Refused(f"只有{case.street}的主管部门可以审批这份个案")


# --- assessment, plan, evaluation ---------------------------------------------------------------------------------------
@transaction.atomic
def complete_assessment(case, *, on, form, by, at):
    """Keep the assessment form (个案工作预估表) and its day."""
    return _stage(case, "complete_assessment", {"assessed_on": _day(on, at=at)}, {"assessment": form}, on, by=by, at=at)


@transaction.atomic
def sign_plan(case, *, on, plan, agreement, by, at, goals=()):
    """Keep the plan and the agreement that the client signed; `goals` are dicts of title, before, target.

    `agreement` is {name: text} or {"file": StoredFile} with the signed paper. Both belong to one act: a plan without
    the client's agreement starts nothing (指南 计划（3）).
    """
    values = {
        "planned_on": _day(on, at=at),
        "goals": [_goal(goal) for goal in goals] or case.goals,
        "replan_from": None,
    }
    return _stage(case, "sign_plan", values, {"plan": plan, "agreement": agreement}, on, by=by, at=at)


@transaction.atomic
def set_goals(case, *, goals, by, at):
    """Write the goals as they stand: dicts of title, before, now, target."""
    return _move(case, "set_goals", by=by, at=at, goals=[_goal(goal) for goal in goals])


def _goal(goal):
    return {name: str(goal.get(name, "")).strip()[:80] for name in ("title", "before", "now", "target")}


@transaction.atomic
def complete_evaluation(case, *, on, form, by, at, goals=()):
    """Keep the evaluation form (个案工作评估记录表) and what became of each goal."""
    values = {"evaluated_on": _day(on, at=at), "goals": [_goal(goal) for goal in goals] or case.goals}
    return _stage(case, "complete_evaluation", values, {"evaluation": form}, on, by=by, at=at)


def _stage(case, verb, values, papers, on, *, by, at):
    gaps = rules.step_gaps(_open(case, verb), verb)
    gaps += [f"缺{rules.PAPERS[kind]}" for kind, data in papers.items() if not data]
    if gaps:
        raise Refused("还不能办理", gaps)
    moved = _move(case, verb, by=by, at=at, papers=tuple(papers), handed_on=day_of(at), **values)
    for kind, data in papers.items():
        words = {name: text for name, text in data.items() if name != "file"}
        _paper(moved, kind, on, words, data.get("file"), by=by, at=at)
    return moved


# --- papers -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_case_paper(case, *, kind, filled_on, by, at, file=None, data=None):
    """Put a paper into the case's file: a stored file, or the form's own fields as {name: text}. Returns the CasePaper.

    Raises Refused for a case that has ended (only follow-up records may still come), an unknown kind or an empty paper.
    """
    if kind not in rules.PAPERS:
        raise Refused(f"个案档案没有这种材料：{kind}")
    if file is None and not data:
        raise Refused("上传文件，或填写内容")
    _day(filled_on, at=at)
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if locked.state in rules.ENDED and kind != "follow_up":
        raise Refused(f"个案{rules.STATE_LABELS[locked.state]}，只能补跟进/回访记录")
    paper = _paper(locked, kind, filled_on, data, file, by=by, at=at)
    locked.papers = sorted({*locked.papers, kind})
    locked.save(update_fields=["papers"])
    case.papers = locked.papers
    audit.record("case.paper_added", by=by, at=at, target=locked, kind=kind)
    return paper


@transaction.atomic
def set_case_system_no(case, system_no, *, by, at):
    """Keep the number under which the case was entered in the bureau's own system (精准救助帮扶系统)."""
    Case.objects.filter(pk=case.pk).update(system_no=system_no.strip()[:40])
    audit.record("case.system_no_set", by=by, at=at, target=case)
    return _fresh(case)


# --- closure --------------------------------------------------------------------------------------------------------------
@transaction.atomic
def submit_closure(case, *, reason, summary, by, at, form=None):
    """Hand the evaluation and the closing report to the subdistrict; `reason` is one of CLOSURE_REASONS.

    `form` holds the report's other answers as {name: text}.

    Raises Refused with everything that is missing at once: papers, assessment, plan, evaluation.
    """
    summary, papers = summary.strip(), ("closure",) if summary.strip() else ()
    locked = _open(case, "submit_closure")
    locked.papers = [*locked.papers, *papers]
    gaps = rules.closure_gaps(locked, required=queries.closure_papers(case.contract))
    if reason not in rules.CLOSURE_REASONS:
        gaps.append("未选结案原因")
    if gaps:
        raise Refused("还不能提交结案", gaps)
    moved = _move(
        case, "submit_closure", by=by, at=at, papers=papers, closure_reason=reason, closure_summary=summary, handed_on=day_of(at)
    )  # fmt: skip
    data = {**(form or {}), "reason": reason, "summary": summary}
    _paper(moved, "closure", day_of(at), data, None, by=by, at=at)
    return moved


@transaction.atomic
def approve_closure(case, *, by, at, reason=""):
    """The subdistrict agrees that the case ends. Only an officer of the case's own street may (指南 评估（4）)."""
    _refuse_stranger(case, by)
    approvals = (rules.CLOSURE_APPROVAL,)
    return _move(
        case,
        "approve_closure",
        by=by,
        at=at,
        reason=reason,
        closed_on=day_of(at),
        approvals=approvals,
        handed_on=day_of(at),
    )


@transaction.atomic
def return_closure(case, *, reason, by, at):
    """Send the closure back to the worker with what must be added; the case stays open."""
    _refuse_stranger(case, by)
    return _move(case, "return_closure", by=by, at=at, reason=reason, handed_on=day_of(at))


@transaction.atomic
def refuse_closure(case, *, reason, by, at):
    """The case may not end: a new plan is due, its clock running from today (指南 评估（4）)."""
    _refuse_stranger(case, by)
    day = day_of(at)
    return _move(
        case,
        "refuse_closure",
        by=by,
        at=at,
        reason=reason,
        planned_on=None,
        evaluated_on=None,
        replan_from=day,
        handed_on=day,
    )


@transaction.atomic
def recall_closure(case, *, by, at):
    """Take one's own closure back before it is decided."""
    return _move(case, "recall_closure", by=by, at=at, handed_on=day_of(at))
