"""Decisions about incidents: which step is allowed when, and what a report or a decision still lacks."""

REPORTED, CONFIRMED, DISMISSED = "reported", "confirmed", "dismissed"
STATE_LABELS = {REPORTED: "待核实", CONFIRMED: "属实", DISMISSED: "不属实"}
# Closing an incident leaves it confirmed: it happened, whatever became of it.
MOVES = {
    "confirm": (frozenset({REPORTED}), CONFIRMED),
    "dismiss": (frozenset({REPORTED}), DISMISSED),
    "close": (frozenset({CONFIRMED}), CONFIRMED),
}
VERB_LABELS = {"confirm": "核实", "dismiss": "认定不属实", "close": "办结"}


def refusal(verb, state):
    """The sentence for a verb that isn't allowed now."""
    return f"这起事件是“{STATE_LABELS[state]}”，不能{VERB_LABELS[verb]}"


def report_problems(*, kind, known_kinds, title, happened_at, at, is_own_person, is_active):
    """Everything that a report lacks; `known_kinds` are the codes of the tenant's incidents (none: not checked)."""
    problems = []
    if not is_active:
        problems.append("合同不在履行中，不能登记事件")
    if not kind or (known_kinds and kind not in known_kinds):
        problems.append("选择事件类型")
    if not title.strip():
        problems.append("未填事由")
    if happened_at > at:
        problems.append("发生时间不得晚于现在")
    if not is_own_person:
        problems.append("涉及人员不在本合同的台账内")
    return problems


def close_problems(*, closed_on, day, today, is_closed, outcome):
    """Why an incident can't be closed so; days in Asia/Shanghai."""
    problems = []
    if is_closed:
        problems.append("这起事件已办结")
    if closed_on < day:
        problems.append("办结日期不得早于发生日期")
    if closed_on > today:
        problems.append("办结日期不得晚于今天")
    if not outcome.strip():
        problems.append("未填处理结果")
    return problems
