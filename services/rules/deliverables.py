"""Decisions about papers handed to the purchaser: which act is allowed when, and what of the contract's list is there."""

from dataclasses import dataclass

DELIVERED, ACCEPTED, RETURNED = "delivered", "accepted", "returned"
STATE_LABELS = {DELIVERED: "待接收", ACCEPTED: "已接收", RETURNED: "退回"}
MOVES = {
    "accept": (frozenset({DELIVERED}), ACCEPTED),
    "return": (frozenset({DELIVERED}), RETURNED),
}
VERB_LABELS = {"accept": "接收", "return": "退回"}


def refusal(verb, state):
    """The sentence for a verb that isn't allowed now."""
    return f"这份材料是“{STATE_LABELS[state]}”，不能{VERB_LABELS[verb]}"


@dataclass(frozen=True)
class Owed:
    """One line of the contract's list of papers, with how many copies are there in each state."""

    required: object
    delivered: int
    accepted: int
    returned: int

    @property
    def missing(self):
        """Copies that the purchaser has neither accepted nor holds for a decision."""
        return max(0, self.required.quantity - self.accepted - self.delivered)

    @property
    def told(self):
        """The gap in words."""
        return f"差 {self.missing} 份"

    @property
    def state(self):
        """What the page shows: met, waiting (all handed in, not all accepted), returned, or missing."""
        if self.accepted >= self.required.quantity:
            return "met"
        if self.missing == 0:
            return "waiting"
        return "returned" if self.returned else "missing"


def owed(required, counts):
    """The contract's list against {(kind, state): copies}."""
    return [
        Owed(row, *(counts.get((row.kind, state), 0) for state in (DELIVERED, ACCEPTED, RETURNED))) for row in required
    ]


def nil_problems(*, kind, known_kinds, is_over, in_term, incidents, is_filed):
    """Why a nil return (零报告) of one kind of incident and one month can't be handed in; empty when it can."""
    if kind not in known_kinds:
        return ["合同没有要求这类事件零报告"]
    problems = [] if in_term else ["这个月不在合同期内"]
    if in_term and not is_over:
        problems.append("这个月还没有结束，月末以后再报")
    if incidents:
        problems.append(f"这个月登记了 {incidents} 起，不能零报告")
    if is_filed:
        problems.append("这个月已报过")
    return problems
