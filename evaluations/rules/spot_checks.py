"""Decisions about spot checks (平时考核): the draw, and when a check may be closed."""

import random

OPEN, CLOSED = "open", "closed"
MOVES = {"close": ({OPEN}, CLOSED)}
AGREES, DIFFERS = "agrees", "differs"
MOST = 100


def draw(ids, count, seed):
    """`count` of the ids, in the order of the draw; the same seed over the same ids gives the same again."""
    pool = sorted(str(one) for one in ids)
    return random.Random(seed).sample(pool, min(count, len(pool)))  # noqa: S311 - a draw to be repeated, not a secret


def open_problems(*, is_active, held_on, today, team, source, count, pool):
    """Everything that stands against a new check; `count` lines are to be drawn of a pool of so many."""
    problems = []
    if not is_active:
        problems.append("合同不在履行中，不能抽查")
    if held_on > today:
        problems.append("抽查日期不得晚于今天")
    if not team.strip():
        problems.append("写明抽查人员")
    if source != "none":
        if not pool:
            problems.append("这段时间没有可抽的" + ("个案" if source == "cases" else "已核服务记录"))
        elif not 1 <= count <= MOST:
            problems.append(f"抽取数量为 1 至 {MOST}")
    return problems


def line_problem(*, result, finding):
    """Why a line can't be noted so, or ""."""
    if result not in (AGREES, DIFFERS):
        return "选择相符或不符"
    return "不符须写明实际情况" if result == DIFFERS and not finding.strip() else ""


def close_problems(*, state, results, opinion, is_ordering, demand, due_on, today):
    """Everything that a check still lacks before it is closed; what differs wants an order to put it right (平时考核)."""
    if state != OPEN:
        return ["这次抽查已办结"]
    problems = []
    unseen = sum(not result for result in results)
    if not results:
        problems.append("还没有抽查对象")
    if unseen:
        problems.append(f"还有 {unseen} 项没有结果")
    if not opinion.strip():
        problems.append("写明抽查结论")
    if DIFFERS in results and not is_ordering:
        problems.append("有不符的，须下达整改通知")
    if is_ordering:
        if DIFFERS not in results:
            problems.append("没有不符的，不用下达整改通知")
        if not demand.strip():
            problems.append("写明整改要求")
        if due_on is None or due_on <= today:
            problems.append("整改期限须晚于今天")
    return problems


def issue_told(lines):
    """What an order says of the lines that differ: [(title, finding)] as numbered sentences."""
    return "\n".join(f"{no}. {title}：{finding}" for no, (title, finding) in enumerate(lines, start=1))
