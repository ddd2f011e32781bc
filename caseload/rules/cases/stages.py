"""The six stages: where a case is, what it shows of each, what can be done next, and what an officer reads."""

from dataclasses import dataclass

from caseload.rules.cases import clocks, closing
from caseload.rules.cases.states import (
    AWAITING,
    CLOSED,
    CLOSURE_REASONS,
    CLOSURE_SUBMITTED,
    DRAFT,
    GOING,
    INTAKE_SUBMITTED,
    OPEN,
    REFUSED,
    WITHDRAWN,
)

STAGES = {
    "intake": "接案",
    "assessment": "预估",
    "plan": "计划",
    "intervention": "介入",
    "evaluation": "评估",
    "closure": "结案",
}


def stage_of(case):
    """The stage in which the case is; a case that ended without being opened stays in intake."""
    if case.state in (DRAFT, INTAKE_SUBMITTED, REFUSED, WITHDRAWN):
        return "intake"
    if case.state in (CLOSURE_SUBMITTED, CLOSED):
        return "closure"
    if case.assessed_on is None:
        return "assessment"
    if case.planned_on is None:
        return "plan"
    return "intervention" if case.evaluated_on is None else "closure"


def stage_states(case):
    """(code, label, "done" | "now" | "todo") for the six stages."""
    order = list(STAGES)
    now = order.index(stage_of(case))
    if case.state == CLOSED:
        now = len(order)
    return [
        (code, label, "done" if at < now else "now" if at == now else "todo")
        for at, (code, label) in enumerate(STAGES.items())
    ]


def next_acts(case):
    """What the worker can do now, the one that moves the case on first."""
    if case.state == DRAFT:
        acts = ["note_first_contact" if case.first_contact_on is None else "submit_intake", "withdraw"]
    elif case.state in AWAITING:
        acts = ["recall_intake" if case.state == INTAKE_SUBMITTED else "recall_closure"]
    elif case.state == CLOSED:
        return ["follow_up", "reopen"]
    elif case.state != OPEN:
        return []
    elif case.assessed_on is None:
        acts = ["complete_assessment"]
    elif case.planned_on is None:
        acts = ["sign_plan"]
    else:
        acts = ["complete_evaluation" if case.evaluated_on is None else "submit_closure", "set_goals"]
    return acts + _crisis_acts(case)


def _crisis_acts(case):
    if case.state not in GOING:
        return []
    if not case.is_crisis:
        return ["raise_crisis"]
    waits = (
        case.crisis_on
        and case.crisis_met_on is None
        and case.first_contact_on
        and case.first_contact_on < case.crisis_on
    )
    return ["note_crisis_contact"] if waits else []


# --- what an officer reads before deciding --------------------------------------------------------------------------
@dataclass(frozen=True)
class Check:
    """One thing that was checked by rule: state ok, warn or bad."""

    state: str
    text: str
    note: str = ""


def checks(case, dues, asked):
    """What the software checked of a case that waits for a decision, what hurts first."""
    is_closing = case.state == CLOSURE_SUBMITTED
    found = [_in_time(due) for due in dues if due.step != "case.decision" and due.unit == "working_days"]
    review = clocks.review_due(dues)
    gaps = closing.closure_gaps(case, asked, review=review) if is_closing else closing.intake_gaps(case)
    found += [Check("bad", gap) for gap in gaps]
    if not gaps:
        found.append(Check("ok", f"{len(asked.papers)} 种材料齐全" if is_closing else "接案记录表已填"))
    if is_closing:
        if asked.sessions or asked.direct:
            found.append(Check("ok", closing.sessions_told(case, asked)))
        if case.reviewed_on:
            found.append(Check("ok", f"督导于 {case.reviewed_on:%Y-%m-%d} 审核"))
        found.append(Check("ok", f"结案原因：{CLOSURE_REASONS.get(case.closure_reason, '未选')}"))
    elif case.community_opinion:
        found.append(Check("ok", f"社区意见：{case.community_opinion}"))
    found.append(Check("ok", f"系统录入号 {case.system_no}") if case.system_no else Check("warn", "系统录入号未登记"))
    return hurting_first(found)


def hurting_first(found):
    """Checks, what hurts first."""
    return sorted(found, key=lambda check: ("bad", "warn", "ok").index(check.state))


def _in_time(due):
    if due.overdue:
        return Check(
            "warn", f"{due.label}用了 {due.elapsed} 个工作日，超出 {due.overdue} 日", f"时限 {due.within} 个工作日"
        )
    return Check("ok", f"{due.label}{clocks.clock_words(due)}")


def stage_lines(case, dues, asked):
    """{stage: [text]} for the six columns at the head of a case's file."""
    told = {due.step: clocks.clock_words(due) for due in dues}
    intake = [
        _on(case.first_contact_on, "初步接触") or "未初步接触",
        told.get("case.first_contact"),
        _on(case.opened_on, "批准接案"),
    ]
    sessions = closing.sessions_told(case, asked) if case.planned_on else ""
    lines = {
        "intake": intake,
        "assessment": [_on(case.assessed_on, "完成"), told.get("case.assessment"), "《个案工作预估表》"],
        "plan": [_on(case.planned_on, "签订"), told.get("case.plan"), "计划和服务协议"],
        "intervention": [_on(case.begun_on or case.planned_on, "起"), sessions, _on(case.reviewed_on, "督导审核"), told.get(clocks.REVIEW)],
        "evaluation": [_on(case.evaluated_on, "完成") or "介入后填写", "评估记录表、满意度"],
        "closure": [_on(case.closed_on, "批准结案") or "须街道（乡镇）批准"],
    }  # fmt: skip
    return {stage: [line for line in texts if line] for stage, texts in lines.items()}


def _on(day, words):
    return f"{day:%m-%d} {words}" if day else ""
