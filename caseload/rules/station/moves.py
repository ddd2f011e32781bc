"""The states of a stay and the acts that lead from one to the next."""

ADMITTED, ASSESSED, PLANNED, CARED = "admitted", "assessed", "planned", "cared"
SETTLED, DISCHARGED, REFUSED = "settled", "discharged", "refused"
PRESENT = frozenset({ADMITTED, ASSESSED, PLANNED, CARED})
ENDED = frozenset({DISCHARGED, REFUSED})
# A settled person is still looked for (安置后继续寻亲).
_TRACED = PRESENT | {SETTLED}

# verb: (states in which it is allowed, the state afterwards; None keeps the state)
MOVES = {
    "admit": (frozenset(), ADMITTED),
    "refuse": (frozenset(), REFUSED),
    "assess": (frozenset({ADMITTED}), ASSESSED),
    "submit_plan": (frozenset({ASSESSED, CARED}), PLANNED),
    "confirm_plan": (frozenset({PLANNED}), CARED),
    "return_plan": (frozenset({PLANNED}), ASSESSED),
    "note_needs": (frozenset({ASSESSED, PLANNED, CARED}), None),
    "move_bed": (PRESENT, None),
    "trace": (_TRACED, None),
    "identify": (_TRACED, None),
    "note_settling": (_TRACED, None),
    "add_paper": (PRESENT | {SETTLED, DISCHARGED}, None),
    "begin_leaving": (PRESENT, None),
    "cancel_leaving": (PRESENT, None),
    "discharge": (PRESENT, DISCHARGED),
    "settle": (frozenset({CARED}), SETTLED),
    "send_home": (frozenset({SETTLED}), DISCHARGED),
}
VERBS = {
    "admit": "入站",
    "refuse": "不予救助",
    "assess": "首次沟通评估",
    "submit_plan": "提交照料方案",
    "confirm_plan": "确认照料方案",
    "return_plan": "退回照料方案",
    "note_needs": "更新照料需求",
    "move_bed": "调整床位",
    "trace": "寻亲",
    "identify": "登记身份",
    "note_settling": "登记落户安置事项",
    "add_paper": "补材料",
    "begin_leaving": "提出离站",
    "cancel_leaving": "撤回离站",
    "discharge": "离站",
    "settle": "落户安置",
    "send_home": "安置后返乡",
}
STATE_LABELS = {
    ADMITTED: "待评估",
    ASSESSED: "待定方案",
    PLANNED: "方案待确认",
    CARED: "照料中",
    SETTLED: "已落户安置",
    DISCHARGED: "已离站",
    REFUSED: "不予救助",
}
# How a state looks: a kind of the status badge.
STATE_KINDS = {
    ADMITTED: "warn",
    ASSESSED: "go",
    PLANNED: "wait",
    CARED: "ok",
    SETTLED: "ok",
    DISCHARGED: "off",
    REFUSED: "off",
}
NEEDS_REASON = frozenset({"refuse", "return_plan", "cancel_leaving"})


def allowed(verb, state):
    """Whether the act may be done to a stay in the state."""
    return state in MOVES[verb][0]


def goal_state(verb, state):
    """The state after the act."""
    return MOVES[verb][1] or state


def refusal(verb, state):
    """The sentence that tells why the act is not possible now."""
    return f"现在是“{STATE_LABELS[state]}”，不能{VERBS[verb]}"


_NEXT = {ADMITTED: "assess", ASSESSED: "submit_plan", PLANNED: "confirm_plan"}


def next_acts(state, *, is_identified, is_leaving):
    """What can be done now, the act that moves the stay on first; whose act it is stands in the permissions."""
    if state in ENDED:
        return ["add_paper"] if state == DISCHARGED else []
    acts = ["discharge"] if is_leaving and state in PRESENT else []
    acts += [_NEXT[state]] if state in _NEXT else []
    if not is_identified:
        acts += ["trace", "identify"]
    if state == CARED:
        acts += ["submit_plan"] if is_identified else ["note_settling", "settle", "submit_plan"]
    if state == SETTLED and is_identified:
        acts.append("send_home")
    if state in PRESENT:
        acts += ["cancel_leaving"] if is_leaving else ["begin_leaving"]
    return acts
