"""States of a case and the acts that each allows: the one table, and the words for both."""

DRAFT, INTAKE_SUBMITTED, OPEN = "draft", "intake_submitted", "open"
CLOSURE_SUBMITTED, CLOSED, REFUSED, WITHDRAWN = "closure_submitted", "closed", "refused", "withdrawn"
ENDED = frozenset({CLOSED, REFUSED, WITHDRAWN})
AWAITING = frozenset({INTAKE_SUBMITTED, CLOSURE_SUBMITTED})
GOING = frozenset({DRAFT, INTAKE_SUBMITTED, OPEN, CLOSURE_SUBMITTED})
# Referred at once, since the subdistrict has not taken the person into casework (指南 接案（2）（5）).
NOT_OPENED = frozenset({DRAFT, REFUSED, WITHDRAWN})

# verb: (states in which it is allowed, the state afterwards; None keeps the state)
MOVES = {
    "start": (frozenset(), DRAFT),
    "note_first_contact": (frozenset({DRAFT}), None),
    "raise_crisis": (GOING, None),
    "note_crisis_contact": (GOING, None),
    "submit_intake": (frozenset({DRAFT}), INTAKE_SUBMITTED),
    "recall_intake": (frozenset({INTAKE_SUBMITTED}), DRAFT),
    "approve_intake": (frozenset({INTAKE_SUBMITTED}), OPEN),
    "return_intake": (frozenset({INTAKE_SUBMITTED}), DRAFT),
    "refuse_intake": (frozenset({INTAKE_SUBMITTED}), REFUSED),
    "withdraw": (frozenset({DRAFT}), WITHDRAWN),
    "complete_assessment": (frozenset({OPEN}), None),
    "sign_plan": (frozenset({OPEN}), None),
    "revise_plan": (frozenset({OPEN}), None),
    "set_goals": (frozenset({OPEN}), None),
    "review": (frozenset({OPEN}), None),
    "complete_evaluation": (frozenset({OPEN}), None),
    "submit_closure": (frozenset({OPEN}), CLOSURE_SUBMITTED),
    "recall_closure": (frozenset({CLOSURE_SUBMITTED}), OPEN),
    "approve_closure": (frozenset({CLOSURE_SUBMITTED}), CLOSED),
    "return_closure": (frozenset({CLOSURE_SUBMITTED}), OPEN),
    "refuse_closure": (frozenset({CLOSURE_SUBMITTED}), OPEN),
    "add_paper": (GOING, None),
    "file_process": (frozenset({OPEN}), None),
    "file_satisfaction": (frozenset({OPEN}), None),
    "submit_referral": (frozenset({OPEN}) | NOT_OPENED, None),
    "withdraw_referral": (frozenset({OPEN}), None),
    "approve_referral": (frozenset({OPEN}), None),
    "return_referral": (frozenset({OPEN}), None),
    "refuse_referral": (frozenset({OPEN}), None),
    "note_referral_answer": (GOING | ENDED, None),
    "follow_up": (frozenset({CLOSED}), None),
    "reopen": (frozenset({CLOSED}), None),
    "hand_over": (GOING, None),
}
VERBS = {
    "start": "发现并登记",
    "note_first_contact": "初步接触",
    "raise_crisis": "转为危机个案",
    "note_crisis_contact": "登记危机接触",
    "submit_intake": "提交接案",
    "recall_intake": "撤回接案申请",
    "approve_intake": "批准接案",
    "return_intake": "退回接案",
    "refuse_intake": "不予接案",
    "withdraw": "撤回个案",
    "complete_assessment": "完成预估",
    "sign_plan": "计划和协议签订",
    "revise_plan": "修订计划",
    "set_goals": "更新目标",
    "review": "督导审核",
    "complete_evaluation": "完成评估",
    "submit_closure": "提交结案",
    "recall_closure": "撤回结案申请",
    "approve_closure": "批准结案",
    "return_closure": "退回结案",
    "refuse_closure": "不予结案",
    "add_paper": "补材料",
    "file_process": "填写过程记录",
    "file_satisfaction": "填写满意度调查表",
    "submit_referral": "申请转介",
    "withdraw_referral": "撤回转介",
    "approve_referral": "批准转介",
    "return_referral": "退回转介",
    "refuse_referral": "不予转介",
    "note_referral_answer": "登记转介结果",
    "follow_up": "跟进/回访",
    "reopen": "重新开案",
    "hand_over": "移交个案",
}
STATE_LABELS = {
    DRAFT: "待接案",
    INTAKE_SUBMITTED: "接案待批",
    OPEN: "介入中",
    CLOSURE_SUBMITTED: "结案待批",
    CLOSED: "已结案",
    REFUSED: "不予接案",
    WITHDRAWN: "已撤回",
}
# How a state looks: a kind of the status badge.
STATE_KINDS = {
    DRAFT: "off",
    INTAKE_SUBMITTED: "wait",
    OPEN: "go",
    CLOSURE_SUBMITTED: "wait",
    CLOSED: "ok",
    REFUSED: "off",
    WITHDRAWN: "off",
}
NEEDS_REASON = frozenset({
    "return_intake", "refuse_intake", "withdraw", "return_closure", "refuse_closure", "return_referral", "refuse_referral",
    "raise_crisis", "reopen", "hand_over",
})  # fmt: skip
# Who acts: the subdistrict decides, the supervisor reviews, everything else is the work of the agency's own people.
DECISIONS = frozenset({
    f"{verb}_{what}" for verb in ("approve", "return", "refuse") for what in ("intake", "closure", "referral")
})  # fmt: skip
REVIEWS = frozenset({"review"})
INTAKE_APPROVAL, CLOSURE_APPROVAL = "intake_subdistrict", "closure_subdistrict"
RECALLS = frozenset({"recall_intake", "recall_closure"})

SOURCES = ("台账筛选", "主动发现", "主动求助", "亲友求助", "居（村）委转介", "部门转介", "其他组织转介")
# How the source of a case is told that takes a closed one up again.
REOPENED = "重新开案"
CLOSURE_REASONS = {
    "goals_met": "服务目标已达成",
    "problem_gone": "困境或问题已不存在",
    "client_withdraws": "服务对象主动退出，经评估无风险",
    "objective_causes": "客观原因无法继续",
}


def allowed(verb, state):
    """Whether the act may be done to a case in the state."""
    return state in MOVES[verb][0]


def goal_state(verb, state):
    """The state after the act."""
    return MOVES[verb][1] or state


def refusal(verb, state):
    """The sentence that tells why the act is not possible now."""
    return f"个案现在是“{STATE_LABELS[state]}”，不能{VERBS[verb]}"
