"""What leaving a station needs, by the way in which it is done: everything that is missing is told at once."""

OWN, COLLECTED, ESCORTED, TRANSFERRED, SETTLED, ENDED = (
    "own",
    "collected",
    "escorted",
    "transferred",
    "settled",
    "ended",
)
# Help is voluntary: whoever wants to go, or is no longer helped, goes without a confirmed plan.
_WITHOUT_PLAN = frozenset({OWN, ENDED})
NEEDS_RECEIVER = frozenset({COLLECTED, ESCORTED, TRANSFERRED, SETTLED})


def leaving_gaps(stay, papers, *, form_gaps=(), has_ticket=False, ticket_copy=False):
    """Everything that stands between the stay and its discharge.

    `papers` are the kinds of the filed papers, `form_gaps` the open questions of 离站登记表; `has_ticket` says that a
    ticket was arranged, `ticket_copy` that its copy is there.
    """
    gaps = [] if stay.leaving_at else ["未登记提出离站的时间和方式"]
    if stay.way not in _WITHOUT_PLAN:
        gaps += _care_gaps(stay)
    if stay.way == OWN and "own_leave" not in papers:
        gaps.append("缺自行离站声明书")
    if stay.way == ENDED and "termination" not in papers:
        gaps.append("缺终止救助通知书（由救助站出具）")
    if stay.way in NEEDS_RECEIVER and "handover_form" not in papers:
        gaps.append("缺交接单")
    if stay.way == COLLECTED and not stay.is_identified:
        gaps.append("身份未查明，不能由亲属接领")
    if has_ticket and not ticket_copy:
        gaps.append("缺车票凭证")
    if stay.way != ENDED and "feedback" not in papers:
        gaps.append("缺服务反馈")
    return gaps + ([f"在站服务及离站登记表未填：{'、'.join(form_gaps)}"] if form_gaps else [])


def _care_gaps(stay):
    if stay.assessed_at is None:
        return ["未完成首次沟通评估"]
    return [] if stay.state == "cared" else ["照料方案未经救助站确认"]


def settling_gaps(stay, papers, *, due, on, channels):
    """Everything that stands between an unidentified person and a registered home.

    `due` is the day on which the contract's limit ends (None: the contract sets none), `channels` those tried so far.
    """
    gaps = ["身份已查明，不办落户安置"] if stay.is_identified else []
    if due is not None and on < due:
        gaps.append(f"入站未满期限，{due:%Y-%m-%d} 满")
    if "dna" not in channels:
        gaps.append("未做 DNA 比对")
    for kind, label in (
        ("settlement_decision", "落户安置决定（由救助站出具）"),
        ("handover_form", "交接单"),
        ("feedback", "服务反馈"),
    ):
        if kind not in papers:
            gaps.append(f"缺{label}")
    return gaps
