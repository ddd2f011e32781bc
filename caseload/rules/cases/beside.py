"""What is decided beside the stages: the supervisor's review, the referral, the follow-up (指南 介入（1）、结案（3）-（6）)."""

from caseload.rules.cases.stages import Check, hurting_first
from caseload.rules.cases.states import NOT_OPENED

# --- the supervisor's review --------------------------------------------------------------------------------------------
REVIEW_DECISIONS = {"continue": "按原计划继续", "adjust": "调整计划后继续", "refer": "转介", "close": "结案"}
GOES_ON = frozenset({"continue", "adjust"})


def review_gaps(case, *, decision, opinion, on, next_on):
    """Why a review can't be kept as it is, all at once."""
    gaps = [] if case.begun_on or case.planned_on else ["尚未签订计划和协议，介入没有开始"]
    if decision not in REVIEW_DECISIONS:
        gaps.append("未选审核决定")
    if not opinion.strip():
        gaps.append("未写审核意见")
    if next_on is None and decision in GOES_ON:
        gaps.append("继续介入的，须定下次审核日期")
    if next_on is not None and next_on <= on:
        gaps.append("下次审核须在本次审核之后")
    if case.reviewed_on and on < case.reviewed_on:
        gaps.append(f"上次审核在 {case.reviewed_on}，本次不得更早")
    begun = case.begun_on or case.planned_on
    if begun and on < begun:
        gaps.append(f"介入从 {begun} 开始，审核不得更早")
    return gaps


# --- referral -----------------------------------------------------------------------------------------------------------
SUBMITTED, RETURNED, REFUSED, WITHDRAWN = "submitted", "returned", "refused", "withdrawn"
SENT, RECEIVED, DECLINED = "sent", "received", "declined"
# verb of the case: (state of the referral before, states afterwards)
REFERRAL_MOVES = {
    "withdraw_referral": (SUBMITTED, (WITHDRAWN,)),
    "approve_referral": (SUBMITTED, (SENT,)),
    "return_referral": (SUBMITTED, (RETURNED,)),
    "refuse_referral": (SUBMITTED, (REFUSED,)),
    "note_referral_answer": (SENT, (RECEIVED, DECLINED)),
}
REFERRAL_KINDS = {SUBMITTED: "wait", RETURNED: "bad", REFUSED: "off", WITHDRAWN: "off", SENT: "go", RECEIVED: "ok", DECLINED: "bad"}  # fmt: skip
REFERRAL_LABELS = {
    SUBMITTED: "转介待批",
    RETURNED: "退回补正",
    REFUSED: "不予转介",
    WITHDRAWN: "已撤回",
    SENT: "已转出，待接收",
    RECEIVED: "对方已接收",
    DECLINED: "对方未接收",
}


def referral_needs_approval(case):
    """Whether the subdistrict must agree: of a case that was opened; who was not taken in is referred at once."""
    return case.state not in NOT_OPENED


def referral_gaps(answers):
    """Why a whole referral form can't be handed in: nobody is referred against their will."""
    return [] if answers.get("consent") == "同意" else ["服务对象（监护人）不同意，不能转介"]


def referral_checks(case, referral, answers):
    """What an officer reads of a referral before deciding."""
    found = [
        Check("bad" if referral_gaps(answers) else "ok", f"服务对象（监护人）{answers.get('consent', '未表示意见')}"),
        Check("ok", f"接收机构：{referral.to}"),
        Check("ok", f"移交材料：{answers['material']}") if answers.get("material") else Check("bad", "未写移交材料"),
    ]
    if case.is_crisis:
        found.append(Check("warn", "危机个案"))
    return hurting_first(found)


# --- follow-up ----------------------------------------------------------------------------------------------------------
def follow_up_facts(answers):
    """{column: value} of a whole follow-up form: what must be known without opening it."""
    special = answers.get("special") == "有"
    return {
        "mode": answers.get("mode", ""),
        "is_special": special,
        "is_reported": (answers.get("reported") == "是") if special else None,
        "wants_reopening": answers.get("reopen") == "是",
    }


def follow_up_gaps(case, *, on, next_on):
    """Why the days of a follow-up can't be."""
    gaps = [f"个案 {case.closed_on} 结案，回访不得更早"] if case.closed_on and on < case.closed_on else []
    if next_on is not None and next_on <= on:
        gaps.append("下次回访须在本次回访之后")
    return gaps


def follow_up_alarms(follow_ups):
    """What the last follow-up leaves to be done (rows with is_special, is_reported, wants_reopening, visited_on, oldest first)."""
    rows = list(follow_ups)
    if not rows:
        return []
    last = rows[-1]
    alarms = []
    if last.is_special and not last.is_reported:
        alarms.append(f"{last.visited_on:%Y-%m-%d} 回访遇特殊情况或危机事件，尚未上报街道（乡镇）")
    if last.wants_reopening:
        alarms.append(f"{last.visited_on:%Y-%m-%d} 回访认为需要重新开案")
    return alarms
