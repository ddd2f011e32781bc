"""Decisions about clocks (计时): what a start, a stop or a void still lacks."""

VALID, VOID = "valid", "void"
STATE_LABELS = {VALID: "有效", VOID: "作废"}


def start_problems(*, kind, known_kinds, started_at, at, is_own_subject, is_active):
    """Everything that a start lacks; `known_kinds` are the codes of the tenant's clocks (none: not checked)."""
    problems = []
    if not is_active:
        problems.append("合同不在履行中，不能登记计时")
    if not kind or (known_kinds and kind not in known_kinds):
        problems.append("选择计时事项")
    if started_at > at:
        problems.append("开始时间不得晚于现在")
    if not is_own_subject:
        problems.append("所选对象不在本合同内")
    return problems


def stop_problems(*, state, is_stopped, started_at, stopped_at, at):
    """Why a clock can't be stopped so."""
    if state == VOID:
        return ["这条计时已作废，不能登记完成"]
    if is_stopped:
        return ["这条计时已登记完成"]
    if stopped_at < started_at:
        return ["完成时间不得早于开始时间"]
    return ["完成时间不得晚于现在"] if stopped_at > at else []


def void_problems(*, state, reason):
    """Why a clock can't be made void."""
    if state == VOID:
        return ["这条计时已作废"]
    return [] if reason.strip() else ["作废须写明原因"]
