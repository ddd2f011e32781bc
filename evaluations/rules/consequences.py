"""Decisions about what follows from a result: which rows of the contract are proposed, who decides, what each would do."""

from dataclasses import dataclass
from datetime import date

from contracts.rules import EFFECTS, debarred_until, extended

PROPOSED, ADOPTED, DECLINED, LAPSED = "proposed", "adopted", "declined", "lapsed"
MOVES = {
    "adopt": ({PROPOSED}, ADOPTED),
    "decline": ({PROPOSED}, DECLINED),
    "lapse": ({PROPOSED}, LAPSED),
}
RECTIFY, RE_EVALUATE, EXTEND, HOLD = "rectify", "re_evaluate", "extend", "hold_payment"
CANCEL, TERMINATE, DEBAR, RESUME = "cancel_payment", "terminate", "debar", "resume_payment"
# What the contract goes on with anyway: told with the result, nobody has to decide on it.
TOLD_ONLY = {"continue", "pay"}
# In the order in which they are shown and decided: an end comes last.
ORDER = (RESUME, RECTIFY, RE_EVALUATE, EXTEND, HOLD, CANCEL, TERMINATE, DEBAR)
OF_MONEY = {HOLD, CANCEL, RESUME}
RECTIFICATION_FAILED = "rectification_failed"
WORDS = EFFECTS | {RESUME: "恢复付款"}


@dataclass(frozen=True)
class Proposal:
    """One effect of one row of the contract, with the row's own words, or the evaluation's where it has none."""

    effect: str
    title: str
    months: int | None = None
    years: int | None = None
    clause: str = ""
    clause_text: str = ""
    source: str = ""


def proposals(said, rows):
    """What the rows of an evaluation `said` ask to be decided, one for each effect; an effect that several rows name is one."""
    found = {}
    for row in rows:
        for effect in row["effects"]:
            if effect in TOLD_ONLY or effect in found:
                continue
            found[effect] = Proposal(
                effect, row["title"], row.get("months") if effect == EXTEND else None, row.get("years") if effect == DEBAR else None,
                row.get("clause") or said.get("clause", ""), row.get("clause_text") or said.get("clause_text", ""),
                row.get("source") or said.get("source", ""),
            )  # fmt: skip
    return sorted(found.values(), key=lambda proposal: ORDER.index(proposal.effect))


def effect_told(effect, months=None, years=None):
    """服务期延长 1 个月; 3 年内不再合作"""
    return WORDS[effect].format(months=months, years=years)


@dataclass(frozen=True)
class Stand:
    """What a consequence would act on: the contract's days, its provider, today."""

    ends_on: date | None = None
    deadline: date | None = None
    provider: str = ""
    on: date | None = None


def would_do(effect, stand, *, months=None, years=None):
    """What adopting does, in plain words, with the days before and after."""
    return {
        RECTIFY: "向乙方下达整改通知，写明问题、要求和期限；乙方答复后核验。",
        RE_EVALUATE: "整改核验合格后，再次组织这项评估。",
        EXTEND: f"服务期止 {_day(stand.ends_on)} → {_day(extended(stand.ends_on, months))}。" if effect == EXTEND and stand.ends_on else "服务期止未定，不能延长。",
        HOLD: "各期款项暂停支付，直到决定恢复。",
        CANCEL: "还没有付的款项不再支付。",
        TERMINATE: f"合同自 {_day(stand.on)} 解除：不再登记新的服务，不再付款；已有的记录和报告保留。",
        DEBAR: f"{_day(stand.on)} 至 {_day(debarred_until(stand.on, years))}，本单位不能与{stand.provider or '乙方'}签订、启用新的合同。" if effect == DEBAR and stand.on else "",
        RESUME: "结束暂停付款，各期款项按条件支付。",
    }[effect]  # fmt: skip


def _day(day):
    return f"{day:%Y-%m-%d}" if day else "未定"


def decide_problems(*, state, is_proposer, is_purchaser, reason, adopts, effect, demand="", due_on=None, today=None):
    """Why the decision can't stand: by whoever proposed it, without a reason, a rectification without demand or day."""
    if state != PROPOSED:
        return ["已经决定过"]
    problems = []
    if not is_purchaser:
        problems.append("后果由甲方决定")
    if is_proposer:
        problems.append("登记结论的人不能决定后果，由另一人决定")
    if not reason.strip():
        problems.append("决定须写明理由")
    if adopts and effect == RECTIFY:
        problems += [] if demand.strip() else ["整改须写明要求"]
        problems += due_problems(due_on, today)
    return problems


def due_problems(due_on, today):
    """What is wrong with the day until which something is to be put right."""
    if due_on is None:
        return ["整改须定期限"]
    return ["整改期限须在今天以后"] if due_on <= today else []


def resume_problems(*, is_in_force, is_purchaser, reason):
    """Why a stop of payment can't be ended now."""
    problems = [] if is_in_force else ["付款没有暂停"]
    problems += [] if is_purchaser else ["恢复付款由甲方决定"]
    return problems + ([] if reason.strip() else ["决定须写明理由"])
