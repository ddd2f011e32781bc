"""The clocked steps of a case, and the one definition of overdue. The numbers are the contract's (its Deadline rows)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from caseload.rules.cases.states import AWAITING, CLOSED, ENDED
from contracts.rules import add_months


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


REVIEW = "case.supervisor_review"
# step → (label, from which date, until which date); the crisis limit replaces the ordinary one.
STEPS = {
    "case.first_contact": ("初步接触", "identified_on", "first_contact_on"),
    "case.crisis_contact": ("危机接触", "crisis_on", "crisis_met_on"),
    "case.assessment": ("预估", "opened_on", "assessed_on"),
    "case.plan": ("计划和协议", "assessed_on", "planned_on"),
    REVIEW: ("超期督导审核", "begun_on", "evaluated_on"),
    "case.decision": ("街道（乡镇）审批", "handed_on", None),
}
CRISIS = "case.first_contact_crisis"


def last_day(start, limit, calendar):
    """The last day of a limit that begins after `start`."""
    if limit.unit == "working_days":
        return calendar.add(start, limit.within)
    if limit.unit == "months":
        return add_months(start, limit.within)
    return start + timedelta(days=limit.within)


def deadlines(case, limits, calendar, *, on):
    """The clocked steps that have begun, in the order of the stages; a step without a limit in the contract is left out.

    `case` has the dates of a Case, `limits` is {step: Limit}. A withdrawn or refused case has no open clocks.
    """
    found = []
    for step, (label, begins, ends) in STEPS.items():
        limit, start = _limit(case, limits, step), _start(case, step, begins)
        done_on = getattr(case, ends) if ends else None
        if limit is None or start is None or (done_on is None and case.state in ENDED):
            continue
        due = _due(step, label, start, done_on, limit, calendar, on)
        if step == REVIEW:
            due = _review(case, due, calendar, on)
        if due.is_open and case.state in ENDED:
            continue
        found.append(_sooner(case, due, limits, calendar, on) if step == "case.first_contact" else due)
    return found


def _limit(case, limits, step):
    if step == "case.crisis_contact":
        return limits.get(CRISIS)
    if step == "case.first_contact" and case.is_crisis and _met_after_crisis(case):
        return limits.get(CRISIS) or limits.get(step)
    return limits.get(step)


def _met_after_crisis(case):
    """Whether the crisis was known when the first contact was made or is still to be made: then the short limit holds."""
    return case.crisis_on is None or case.first_contact_on is None or case.first_contact_on >= case.crisis_on


def _start(case, step, field):
    if step == "case.first_contact" and case.crisis_on and _met_after_crisis(case):
        return case.crisis_on
    if step == "case.crisis_contact" and _met_after_crisis(case):
        return None  # the first contact itself answers the crisis
    if step == "case.plan" and case.replan_from:
        return case.replan_from
    if step == REVIEW:
        is_over = case.reviewed_on and case.evaluated_on and case.evaluated_on <= case.reviewed_on
        return None if is_over else case.reviewed_on or case.begun_on or case.planned_on
    if step == "case.decision" and case.state not in AWAITING:
        return None
    return getattr(case, field)


def _due(step, label, start, done_on, limit, calendar, on, due=None):
    due, until = due or last_day(start, limit, calendar), done_on or on
    return Due(
        step=step, label=label, start=start, due=due, done_on=done_on, within=limit.within, unit=limit.unit,
        elapsed=max(0, calendar.between(start, until)), overdue=max(0, calendar.between(due, until)), provisional=calendar.is_provisional(start, due),
    )  # fmt: skip


def _sooner(case, found, limits, calendar, on):
    """A crisis that comes late does not give more time for the first contact than there was before."""
    ordinary = limits.get("case.first_contact")
    if not case.crisis_on or ordinary is None or found.start == case.identified_on:
        return found
    due = last_day(case.identified_on, ordinary, calendar)
    if due >= found.due:
        return found
    return _due(found.step, found.label, found.start, found.done_on, Limit(found.within, found.unit), calendar, on, due)


def _review(case, found, calendar, on):
    """The supervisor's clock: from the first plan or the last review until the intervention ends, or the day he named.

    An intervention that ends in time needs no review; one that runs past the day does until it is reviewed, evaluated or not.
    """
    if case.next_review_on:
        due = min(found.due, case.next_review_on)
        found = replace(
            found, due=due, overdue=max(0, calendar.between(due, found.done_on or on)), provisional=calendar.is_provisional(found.start, due)
        )  # fmt: skip
    if found.done_on is None or found.done_on <= found.due or case.state == CLOSED:
        return found
    return replace(
        found, done_on=None, elapsed=max(0, calendar.between(found.start, on)), overdue=max(0, calendar.between(found.due, on))
    )  # fmt: skip


def next_due(dues):
    """The open step that ends first, or None."""
    return min((due for due in dues if due.is_open), key=lambda due: due.due, default=None)


def review_due(dues):
    """The running clock of the supervisor's review, or None."""
    return next((due for due in dues if due.step == REVIEW and due.is_open), None)


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
