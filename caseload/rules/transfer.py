"""Handing files over when a contract ends (C43 信息档案管理：合同结束后进行移交)."""

HANDED, RECEIVED, RETURNED = "handed", "received", "returned"
MOVES = {
    "hand": (frozenset(), HANDED),
    "receive": (frozenset({HANDED}), RECEIVED),
    "return": (frozenset({HANDED}), RETURNED),
}
STATE_LABELS = {HANDED: "待接收", RECEIVED: "已接收", RETURNED: "退回补齐"}
STATE_KINDS = {HANDED: "wait", RECEIVED: "ok", RETURNED: "warn"}


def allowed(verb, state):
    """Whether the act may be done to a transfer in the state."""
    return state in MOVES[verb][0]


def faults(*, runs, open_cases, households):
    """Everything that stands between a contract's files and their hand-over, at once."""
    found = []
    if runs:
        found.append("合同还在服务期内，结束后再移交")
    if open_cases:
        found.append(f"还有 {open_cases} 份未结个案，先结案或转介")
    if not households:
        found.append("合同下没有家庭档案")
    return found
