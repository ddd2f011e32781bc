"""Decisions about groups: which act is allowed in which state."""

MOVES = {
    "open": (frozenset({"planned"}), "open"),
    "close": (frozenset({"open"}), "closed"),
    "withdraw": (frozenset({"planned"}), "withdrawn"),
}
VERBS = {"open": "登记首次活动", "close": "结束", "withdraw": "取消"}
STATE_LABELS = {"planned": "筹备", "open": "开展中", "closed": "已结束", "withdrawn": "已取消"}
PAPERS = {
    "plan": "计划书",
    "session_record": "活动记录",
    "photo": "照片",
    "summary": "总结",
    "satisfaction": "满意度调查",
}
PURPOSES = ("支持", "教育", "成长", "治疗", "互助")


def allowed(verb, state):
    """Whether the act may be done to a group in the state."""
    return state in MOVES[verb][0]


def refusal(verb, state):
    """The sentence that tells why the act is not possible now."""
    return f"小组现在是“{STATE_LABELS[state]}”，不能{VERBS[verb]}"
