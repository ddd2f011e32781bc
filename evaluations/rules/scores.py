"""Decisions about the score of a concluded evaluation."""

from decimal import Decimal

from evaluations.rules.acceptance import PASSED
from evaluations.rules.words import HOLDS

FINAL, VOID = "final", "void"
MOST_POINTS = 1000


def score_problems(*, kind, known_kinds, score, concluded_on, today):
    """Everything that a final score lacks; `known_kinds` are the codes of the tenant's evaluations (none: not checked)."""
    problems = []
    if not kind or (known_kinds and kind not in known_kinds):
        problems.append("选择评估")
    if not 0 <= score <= MOST_POINTS:
        problems.append("得分须在 0 到 1000 之间")
    if concluded_on > today:
        problems.append("结论日期不得晚于今天")
    return problems


def evaluation_passed(scheme, limits, score, result):
    """Whether a concluded evaluation is passed: as it was concluded; a score that came without a conclusion, by the pass line."""
    if scheme == "score" and result is None:
        return all(HOLDS[op][1](score, Decimal(limit)) for op, limit in limits)
    return result == PASSED
