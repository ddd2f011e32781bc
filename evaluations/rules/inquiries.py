"""Decisions about inquiries (质疑、问题通知): their limits, who does what when, and how late an answer is."""

from datetime import timedelta

from services.rules.elapsed import spell
from tenancy.clock import day_of

OPEN, ANSWERED, CLOSED, WITHDRAWN = "open", "answered", "closed", "withdrawn"
MOVES = {
    "answer": ({OPEN}, ANSWERED),
    "ask_again": ({ANSWERED}, OPEN),
    "close": ({ANSWERED}, CLOSED),
    "withdraw": ({OPEN}, WITHDRAWN),
}
QUESTION, NOTICE = "question", "notice"
# Where the contract says nothing: five working days for a written answer.
ANSWER_DAYS = 5
MINUTES = {"minutes": 1, "hours": 60}


def ask_problems(*, is_active, kind, may_notice, title, words, place):
    """Everything that stands against asking so; `may_notice` says whether the contract sets hours for a call to a place."""
    problems = []
    if not is_active:
        problems.append("合同不在履行中")
    if kind == NOTICE and not may_notice:
        problems.append("合同没有约定现场响应时限，用书面质疑")
    if not title.strip():
        problems.append("写明事项")
    if not words.strip():
        problems.append("写明内容")
    if kind == NOTICE and not place.strip():
        problems.append("写明指定现场")
    return problems


def last_day(calendar, start, within, unit):
    """The last day of a limit that starts the day after `start`: working days by the calendar, else calendar days."""
    return calendar.add(start, within) if unit == "working_days" else start + timedelta(days=within)


def moment_after(start, limit):
    """The last moment of a limit in hours or minutes (an elapsed.Limit), or None."""
    return None if limit is None else start + timedelta(minutes=float(limit.number * MINUTES[limit.unit]))


def lateness(at, *, due_on=None, by=None, calendar=None):
    """How late a moment is, in words, or "": 迟 2 个工作日, 迟 3 小时 5 分钟; the last day and the last moment are in time."""
    if due_on is not None:
        day = day_of(at)
        if day <= due_on:
            return ""
        days = calendar.between(due_on, day)
        return f"迟 {days} 个工作日" if days else f"迟 {(day - due_on).days} 日"
    if by is None or at <= by:
        return ""
    return f"迟 {spell(int(-(-(at - by).total_seconds() // 60)))}"


def arrival_problem(*, kind, state, has_arrived, arrived_at, asked_at, at):
    """Why an arrival can't be recorded so, or ""."""
    if kind != NOTICE:
        return "书面质疑不用到场"
    if state == WITHDRAWN:
        return "通知已撤回"
    if has_arrived:
        return "到场已登记"
    if arrived_at < asked_at:
        return "到场时间不得早于通知"
    return "到场时间不得晚于现在" if arrived_at > at else ""
