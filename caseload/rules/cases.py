"""Decisions about cases: which act is allowed in which state, what closing needs, and the one definition of overdue.

Clause: MTG04 附件2 五（三）, after the Beijing guide's six stages. The numbers are the contract's (its Deadline rows), not ours.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

DRAFT, INTAKE_SUBMITTED, OPEN = "draft", "intake_submitted", "open"
CLOSURE_SUBMITTED, CLOSED, REFUSED, WITHDRAWN = "closure_submitted", "closed", "refused", "withdrawn"
ENDED = frozenset({CLOSED, REFUSED, WITHDRAWN})
AWAITING = frozenset({INTAKE_SUBMITTED, CLOSURE_SUBMITTED})

# verb: (states in which it is allowed, the state afterwards; None keeps the state)
MOVES = {
    "start": (frozenset(), DRAFT),
    "note_first_contact": (frozenset({DRAFT}), None),
    "submit_intake": (frozenset({DRAFT}), INTAKE_SUBMITTED),
    "recall_intake": (frozenset({INTAKE_SUBMITTED}), DRAFT),
    "approve_intake": (frozenset({INTAKE_SUBMITTED}), OPEN),
    "return_intake": (frozenset({INTAKE_SUBMITTED}), DRAFT),
    "refuse_intake": (frozenset({INTAKE_SUBMITTED}), REFUSED),
    "withdraw": (frozenset({DRAFT}), WITHDRAWN),
    "complete_assessment": (frozenset({OPEN}), None),
    "sign_plan": (frozenset({OPEN}), None),
    "set_goals": (frozenset({OPEN}), None),
    "complete_evaluation": (frozenset({OPEN}), None),
    "submit_closure": (frozenset({OPEN}), CLOSURE_SUBMITTED),
    "recall_closure": (frozenset({CLOSURE_SUBMITTED}), OPEN),
    "approve_closure": (frozenset({CLOSURE_SUBMITTED}), CLOSED),
    "return_closure": (frozenset({CLOSURE_SUBMITTED}), OPEN),
    "refuse_closure": (frozenset({CLOSURE_SUBMITTED}), OPEN),
}
VERBS = {
    "start": "发现并登记",
    "note_first_contact": "初步接触",
    "submit_intake": "提交接案",
    "recall_intake": "撤回接案申请",
    "approve_intake": "批准接案",
    "return_intake": "退回接案",
    "refuse_intake": "不予接案",
    "withdraw": "撤回个案",
    "complete_assessment": "完成预估",
    "sign_plan": "计划和协议签订",
    "set_goals": "更新目标",
    "complete_evaluation": "完成评估",
    "submit_closure": "提交结案",
    "recall_closure": "撤回结案申请",
    "approve_closure": "批准结案",
    "return_closure": "退回结案",
    "refuse_closure": "不予结案",
}
STATE_LABELS = {
    DRAFT: "待接案",
    INTAKE_SUBMITTED: "接案待批",
    OPEN: "介入中",
    CLOSURE_SUBMITTED: "结案待批",
    CLOSED: "已结案",
    REFUSED: "不予接案",
    WITHDRAWN: "已撤回",
}
# How a state looks: a kind of the status badge.
STATE_KINDS = {
    DRAFT: "off",
    INTAKE_SUBMITTED: "wait",
    OPEN: "go",
    CLOSURE_SUBMITTED: "wait",
    CLOSED: "ok",
    REFUSED: "off",
    WITHDRAWN: "off",
}
NEEDS_REASON = frozenset({"return_intake", "refuse_intake", "withdraw", "return_closure", "refuse_closure"})
INTAKE_APPROVAL, CLOSURE_APPROVAL = "intake_subdistrict", "closure_subdistrict"

SOURCES = ("台账筛选", "主动发现", "主动求助", "亲友求助", "居（村）委转介", "部门转介", "其他组织转介")
CLOSURE_REASONS = {
    "goals_met": "服务目标已达成",
    "problem_gone": "困境或问题已不存在",
    "client_withdraws": "服务对象主动退出，经评估无风险",
    "objective_causes": "客观原因无法继续",
}
PAPERS = {
    "intake": "接案记录表",
    "assessment": "个案工作预估表",
    "plan": "个案工作计划表",
    "agreement": "个案服务协议",
    "process": "过程记录表",
    "evaluation": "评估记录表",
    "closure": "结案报告",
    "satisfaction": "满意度调查表",
    "photo": "照片",
    "referral": "个案转介记录表",
    "follow_up": "跟进/回访记录",
    "list_confirmation": "服务名单确认表",
}
CLOSURE_PAPERS = (
    "intake",
    "assessment",
    "plan",
    "agreement",
    "process",
    "evaluation",
    "closure",
    "satisfaction",
    "photo",
)


def allowed(verb, state):
    """Whether the act may be done to a case in the state."""
    return state in MOVES[verb][0]


def goal_state(verb, state):
    """The state after the act."""
    return MOVES[verb][1] or state


def refusal(verb, state):
    """The sentence that tells why the act is not possible now."""
    return f"个案现在是“{STATE_LABELS[state]}”，不能{VERBS[verb]}"


# --- what is missing ------------------------------------------------------------------------------------------------
def intake_gaps(case):
    """Everything that stands between a draft and the subdistrict's desk (指南 接案（3）（4）)."""
    gaps = []
    if case.first_contact_on is None:
        gaps.append("未登记初步接触日期")
    if "intake" not in case.papers:
        gaps.append("缺接案记录表")
    if not case.community_opinion.strip():
        gaps.append("未填社区居（村）委会意见")
    return gaps


# act: (the date that it sets, its word; the date that must stand before, its word)
_ORDER = {
    "complete_assessment": ("assessed_on", "预估", None, ""),
    "sign_plan": ("planned_on", "计划和协议", "assessed_on", "预估"),
    "complete_evaluation": ("evaluated_on", "评估", "planned_on", "计划和协议"),
}


def step_gaps(case, verb):
    """Why a stage can't be completed now: done already, or the stage before is still open."""
    field, word, before, before_word = _ORDER[verb]
    if getattr(case, field) is not None:
        return [f"{word}已于 {getattr(case, field)} 完成"]
    return [f"先完成{before_word}"] if before and getattr(case, before) is None else []


def closure_gaps(case, *, required=CLOSURE_PAPERS):
    """Everything that stands between the case and its closure, at once (指南 评估、结案)."""
    gaps = []
    for value, text in (
        (case.assessed_on, "未完成预估"),
        (case.planned_on, "未签订计划和协议"),
        (case.evaluated_on, "未完成评估"),
    ):
        if value is None:
            gaps.append(text)
    missing = [PAPERS.get(kind, kind) for kind in required if kind not in case.papers]
    if missing:
        gaps.append(f"缺{'、'.join(missing)}")
    return gaps


def paper_states(papers, *, required=CLOSURE_PAPERS):
    """(kind, label, there) for every paper that closing asks for, in the order of the file."""
    return [(kind, PAPERS.get(kind, kind), kind in papers) for kind in required]


# Papers that come as they are collected; the others are written by the acts of their stage.
COLLECTED = frozenset({"process", "satisfaction", "photo", "list_confirmation", "referral", "follow_up"})
RECALLS = frozenset({"recall_intake", "recall_closure"})


# --- deadlines: one definition of overdue ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Limit:
    """A limit of the contract: so many working days, days or months."""

    within: int
    unit: str = "working_days"
    title: str = ""


@dataclass(frozen=True)
class Due:
    """One clocked step of a case.

    `elapsed` and `overdue` are working days (完成后不再增加); `overdue` is 0 while in time; `provisional` when a day of the
    stretch lies in a year whose holidays are not published.
    """

    step: str
    label: str
    start: date
    due: date
    done_on: date | None
    within: int
    unit: str
    elapsed: int
    overdue: int
    provisional: bool

    @property
    def is_open(self):
        return self.done_on is None


# step → (label, from which date, until which date); the crisis limit replaces the ordinary one.
STEPS = {
    "case.first_contact": ("初步接触", "identified_on", "first_contact_on"),
    "case.assessment": ("预估", "opened_on", "assessed_on"),
    "case.plan": ("计划和协议", "assessed_on", "planned_on"),
    "case.supervisor_review": ("超期督导审核", "planned_on", "evaluated_on"),
    "case.decision": ("街道（乡镇）审批", "handed_on", None),
}
CRISIS = {"case.first_contact": "case.first_contact_crisis"}


def last_day(start, limit, calendar):
    """The last day of a limit that begins after `start`."""
    if limit.unit == "working_days":
        return calendar.add(start, limit.within)
    if limit.unit == "months":
        return add_months(start, limit.within)
    return start + timedelta(days=limit.within)


def add_months(day, months):
    """The same day so many months later, or the month's last day (民法典第二百零二条)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _start(case, step, field):
    if step == "case.plan" and case.replan_from:
        return case.replan_from
    if step == "case.decision" and case.state not in AWAITING:
        return None
    return getattr(case, field)


def deadlines(case, limits, calendar, *, on):
    """The clocked steps that have begun, in the order of the stages; a step without a limit in the contract is left out.

    `case` has the dates of a Case, `limits` is {step: Limit}. A withdrawn or refused case has no open clocks.
    """
    found = []
    for step, (label, begins, ends) in STEPS.items():
        limit = limits.get(CRISIS.get(step, step) if case.is_crisis else step) or limits.get(step)
        start = _start(case, step, begins)
        done_on = getattr(case, ends) if ends else None
        if limit is None or start is None or (done_on is None and case.state in ENDED):
            continue
        found.append(_due(step, label, start, done_on, limit, calendar, on))
    return found


def _due(step, label, start, done_on, limit, calendar, on):
    due, until = last_day(start, limit, calendar), done_on or on
    return Due(
        step=step, label=label, start=start, due=due, done_on=done_on, within=limit.within, unit=limit.unit,
        elapsed=max(0, calendar.between(start, until)), overdue=max(0, calendar.between(due, until)), provisional=calendar.is_provisional(start, due),
    )  # fmt: skip


def next_due(dues):
    """The open step that ends first, or None."""
    return min((due for due in dues if due.is_open), key=lambda due: due.due, default=None)


# --- stages -----------------------------------------------------------------------------------------------------------
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
        return ["note_first_contact" if case.first_contact_on is None else "submit_intake", "withdraw"]
    if case.state in AWAITING:
        return ["recall_intake" if case.state == INTAKE_SUBMITTED else "recall_closure"]
    if case.state != OPEN:
        return []
    if case.assessed_on is None:
        return ["complete_assessment"]
    if case.planned_on is None:
        return ["sign_plan"]
    return ["complete_evaluation", "set_goals"] if case.evaluated_on is None else ["submit_closure", "set_goals"]


# --- what an officer reads before deciding --------------------------------------------------------------------------
@dataclass(frozen=True)
class Check:
    """One thing that was checked by rule: state ok, warn or bad."""

    state: str
    text: str
    note: str = ""


def checks(case, dues, *, required=CLOSURE_PAPERS):
    """What the software checked of a case that waits for a decision, what hurts first."""
    closing = case.state == CLOSURE_SUBMITTED
    found = [_in_time(due) for due in dues if due.step != "case.decision" and due.unit == "working_days"]
    gaps = closure_gaps(case, required=required) if closing else intake_gaps(case)
    found += [Check("bad", gap) for gap in gaps]
    if not gaps:
        found.append(Check("ok", f"{len(required)} 种材料齐全" if closing else "接案记录表已填"))
    if closing:
        found.append(Check("ok", f"结案原因：{CLOSURE_REASONS.get(case.closure_reason, '未选')}"))
    elif case.community_opinion:
        found.append(Check("ok", f"社区意见：{case.community_opinion}"))
    found.append(Check("ok", f"系统录入号 {case.system_no}") if case.system_no else Check("warn", "系统录入号未登记"))
    return sorted(found, key=lambda check: ("bad", "warn", "ok").index(check.state))


def _in_time(due):
    if due.overdue:
        return Check(
            "warn", f"{due.label}用了 {due.elapsed} 个工作日，超出 {due.overdue} 日", f"时限 {due.within} 个工作日"
        )
    return Check("ok", f"{due.label}{clock_words(due)}")


def stage_lines(case, dues):
    """{stage: [text]} for the six columns at the head of a case's file."""
    clocks = {due.step: clock_words(due) for due in dues}
    intake = [
        _on(case.first_contact_on, "初步接触") or "未初步接触",
        clocks.get("case.first_contact"),
        _on(case.opened_on, "批准接案"),
    ]
    lines = {
        "intake": intake,
        "assessment": [_on(case.assessed_on, "完成"), clocks.get("case.assessment"), "《个案工作预估表》"],
        "plan": [_on(case.planned_on, "签订"), clocks.get("case.plan"), "计划和服务协议"],
        "intervention": [_on(case.planned_on, "起"), clocks.get("case.supervisor_review")],
        "evaluation": [_on(case.evaluated_on, "完成") or "介入后填写", "评估记录表、满意度"],
        "closure": [_on(case.closed_on, "批准结案") or "须街道（乡镇）批准"],
    }
    return {stage: [line for line in texts if line] for stage, texts in lines.items()}


def _on(day, words):
    return f"{day:%m-%d} {words}" if day else ""


def clock_words(due):
    """第 4 / 10 个工作日, 超期 2 个工作日, 满 6 个月为 2025-01-29 — with 暂定 when the holidays aren't published."""
    if due.unit != "working_days":
        words = f"满期 {due.due:%Y-%m-%d}"
    elif due.overdue:
        words = f"超期 {due.overdue} 个工作日"
    elif not due.elapsed:
        words = f"当日，时限 {due.within} 个工作日" if due.is_open else "当日完成"
    else:
        words = f"第 {due.elapsed} / {due.within} 个工作日"
    return f"{words}（暂定）" if due.provisional and due.is_open else words
