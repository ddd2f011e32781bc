"""Decisions about a change of the project lead: notice ahead, and consent before the day (合同第八条第二款)."""

from datetime import timedelta

from contracts.rules import add_months

PROJECT_LEAD = "project_lead"
PROPOSED, CONSENTED, REFUSED, WITHDRAWN = "proposed", "consented", "refused", "withdrawn"
MOVES = {
    "consent": ({PROPOSED}, CONSENTED),
    "refuse": ({PROPOSED}, REFUSED),
    "withdraw": ({PROPOSED}, WITHDRAWN),
}


def notice_day(change_on, *, within, unit, calendar):
    """The last day on which notice is early enough for a change on the day; without a limit the day itself.

    提前5日: a change on the 20th is told on the 15th at the latest. Working days are those between the two.
    """
    if not within:
        return change_on
    if unit == "working_days":
        day, left = change_on, within
        while left:
            day -= timedelta(days=1)
            left -= calendar.is_workday(day)
        return day
    if unit == "months":
        return add_months(change_on, -within)
    return change_on - timedelta(days=within)


def propose_problems(*, is_active, has_open, is_same, change_on, ends_on, notice_by, today, reason, limit_told):
    """Everything that stands against proposing a change so; `limit_told` is the contract's limit in words."""
    problems = []
    if not is_active:
        problems.append("合同不在履行中")
    if has_open:
        problems.append("已有一次更换待甲方同意")
    if is_same:
        problems.append("接任人现在就是项目负责人")
    if ends_on is not None and change_on > ends_on:
        problems.append("更换日期晚于服务期止")
    if today > notice_by:
        problems.append(f"须{limit_told}通知甲方，{change_on:%Y-%m-%d} 更换的最迟 {notice_by:%Y-%m-%d} 通知")
    if not reason.strip():
        problems.append("写明理由")
    return problems


def decision_problem(*, state, change_on, today, is_consent, opinion):
    """Why the purchaser can't decide so now, or ""; consent that comes after the day changes nothing."""
    if state != PROPOSED:
        return "这次更换已办结"
    if is_consent and today > change_on:
        return "更换日期已过，不能再同意；由乙方另提日期"
    return "" if is_consent or opinion.strip() else "不同意须写明理由"
