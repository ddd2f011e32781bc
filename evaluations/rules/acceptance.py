"""Decisions about acceptance (验收): who may ask, who signs, and when a conclusion stands (合同第九条)."""

from dataclasses import dataclass

REQUESTED, SCHEDULED, CONCLUDED = "requested", "scheduled", "concluded"
PASSED, FAILED = "passed", "failed"
MOVES = {
    "schedule": ({REQUESTED, SCHEDULED}, SCHEDULED),
    "pass": ({SCHEDULED}, CONCLUDED),
    "fail": ({SCHEDULED}, CONCLUDED),
}


@dataclass(frozen=True)
class Gap:
    """Work or a result that the contract still misses: what, how much, and its clause."""

    title: str
    missing: str
    clause: str = ""

    def __str__(self):
        return f"{self.title}：{self.missing}"


@dataclass(frozen=True)
class Signature:
    """One expert's place in the group; `agrees` is None until the expert has signed."""

    name: str
    is_lead: bool
    agrees: bool | None


def request_problems(*, is_active, has_open_round, has_passed, gaps, statement, rework=()):
    """Why acceptance can't be requested now; a request with open work must explain it (第九条第二款：乙方应作必要说明).

    `rework` are the problems of what it says about the items of a failed round before (evaluations.rules.checklist).
    """
    if not is_active:
        return ["合同不在履行中"]
    if has_open_round:
        return ["已有一轮验收未出结论"]
    if has_passed:
        return ["验收已通过，不用再申请"]
    if gaps and not statement.strip():
        return [f"还有 {len(gaps)} 项工作或成果未完成，须在说明里写明原因和补齐办法", *rework]
    return list(rework)


def schedule_problems(*, held_on, today, experts, lead, posted, has_signature):
    """Why the review can't be set so: `experts`, `lead` and `posted` (experts of this contract on that day) are ids."""
    problems = []
    if has_signature:
        problems.append("已有专家签名，不能再改评审组")
    if held_on < today:
        problems.append("评审日期不得早于今天")
    if not experts:
        problems.append("至少选一名专家")
    if experts and lead not in experts:
        problems.append("组长须是所选专家之一")
    if set(experts) - set(posted):
        problems.append("所选专家在评审日期不是这份合同的专家")
    return problems


def sees_opinions(*, side, has_signed, is_concluded):
    """Whether somebody sees what single experts found: the agency after the conclusion, an expert after its own signature."""
    if is_concluded or side not in ("provider", "evaluator"):
        return True
    return side == "evaluator" and has_signed


def sign_problem(*, state, held_on, today, has_signed, agrees, opinion):
    """Why an expert can't sign now, or ""."""
    if state != SCHEDULED:
        return "这一轮已出结论" if state == CONCLUDED else "评审还没有安排"
    if has_signed:
        return "你已签名，签名后不能改"
    if today < held_on:
        return f"评审在 {held_on:%Y-%m-%d}，当天起才能签名"
    if agrees is False and not opinion.strip():
        return "不同意通过须写明意见"
    return ""


def conclusion_problems(*, result, signatures, held_on, today, rework_until, opinion):
    """Everything that a conclusion still lacks.

    Passed: the whole group has signed and more than half agree (第九条第四款：委托的专家评审组签字). Failed: an opinion that
    says what to change, and a limit for it (第九条第三款).
    """
    problems = []
    if today < held_on:
        problems.append(f"评审在 {held_on:%Y-%m-%d}，还没到")
    if result == PASSED:
        unsigned = [signature.name for signature in signatures if signature.agrees is None]
        if unsigned:
            problems.append(f"还差 {len(unsigned)} 人签名：{'、'.join(unsigned)}")
        elif sum(signature.agrees for signature in signatures) * 2 <= len(signatures):
            problems.append("同意通过的专家未过半数，不能记为通过")
    if result == FAILED:
        if not opinion.strip():
            problems.append("未通过须写明要修改什么")
        if rework_until is None:
            problems.append("未通过须写明修改期限")
        elif rework_until <= today:
            problems.append("修改期限须晚于今天")
    return problems
