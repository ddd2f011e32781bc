"""What a file lacks: papers, stages, sessions and reviews, told all at once (MTG04 附件2 五（三）)."""

from dataclasses import dataclass

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
# Papers that come as they are collected; the others are forms, written by the acts of their stage or session.
COLLECTED = frozenset({"satisfaction", "photo", "list_confirmation"})


@dataclass(frozen=True)
class Closing:
    """What a contract asks of a case before it may end: papers, so many sessions, so many of them direct.

    0 sessions: the contract names no number, so none is asked.
    """

    papers: tuple = CLOSURE_PAPERS
    sessions: int = 0
    direct: int = 0


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


def session_gaps(case, asked):
    """["过程记录 4 次，少 1 次；其中直接服务 2 次，少 1 次"], or [] when there are enough; verified sessions count."""
    few, few_direct = asked.sessions - case.sessions, asked.direct - case.direct_sessions
    told = [
        f"{word} {there} 次" + (f"，少 {lacking} 次" if lacking > 0 else "")
        for word, there, lacking, limit in (
            ("过程记录", case.sessions, few, asked.sessions),
            ("其中直接服务", case.direct_sessions, few_direct, asked.direct),
        )
        if limit
    ]
    return ["；".join(told)] if few > 0 or few_direct > 0 else []


def closure_gaps(case, asked, *, review=None, filed=()):
    """Everything that stands between the case and its closure, at once (指南 介入（1）、评估、结案).

    `asked` is the contract's Closing, `review` the running clock of the supervisor's review (a Due) or None, `filed` the
    papers that the act itself brings.
    """
    gaps = []
    for value, text in (
        (case.assessed_on, "未完成预估"),
        (case.planned_on, "未签订计划和协议"),
        (case.evaluated_on, "未完成评估"),
    ):
        if value is None:
            gaps.append(text)
    gaps += session_gaps(case, asked)
    if review is not None and review.overdue:
        gaps.append(f"{review.due:%Y-%m-%d} 前应由督导审核，尚未审核")
    there = {*case.papers, *filed}
    missing = [PAPERS.get(kind, kind) for kind in asked.papers if kind not in there]
    if missing:
        gaps.append(f"缺{'、'.join(missing)}")
    return gaps


def paper_states(papers, asked):
    """(kind, label, there) for every paper that closing asks for, in the order of the file."""
    return [(kind, PAPERS.get(kind, kind), kind in papers) for kind in asked.papers]


def sessions_told(case, asked):
    """ "介入 4 / 5 次，直接 2 / 3 次" against the contract's numbers, or the bare counts."""
    parts = [
        f"{word} {there} / {limit} 次" if limit else f"{word} {there} 次"
        for word, there, limit in (
            ("介入", case.sessions, asked.sessions),
            ("直接", case.direct_sessions, asked.direct),
        )
    ]
    return "，".join(parts)
