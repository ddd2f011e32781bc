"""The way of a payment request: who holds it, for how long, what each step may do, and different people throughout."""

from dataclasses import dataclass

from tenancy.permissions import Permission

SUBMITTED, CHECKED, REVIEWED, APPROVED, PAID, RETURNED, WITHDRAWN = (
    "submitted",
    "checked",
    "reviewed",
    "approved",
    "paid",
    "returned",
    "withdrawn",
)

MOVES = {
    "check": ({SUBMITTED}, CHECKED),
    "review": ({CHECKED}, REVIEWED),
    "approve": ({REVIEWED}, APPROVED),
    "pay": ({APPROVED}, PAID),
    "return": ({SUBMITTED, CHECKED, REVIEWED, APPROVED}, RETURNED),
    "void": ({CHECKED, REVIEWED, APPROVED}, SUBMITTED),
    "withdraw": ({SUBMITTED}, WITHDRAWN),
}
OPEN = (SUBMITTED, CHECKED, REVIEWED, APPROVED)
RETURN_DAYS = 7


@dataclass(frozen=True)
class Step:
    """One step: its verb, the state in which a request waits for it, who does it, and the working days that it may take."""

    verb: str
    waits: str
    title: str
    word: str
    role: str
    permission: Permission
    limit: int | None


# The last step has the contract's own limit (the payment clock).
STEPS = (
    Step("check", SUBMITTED, "经办人核验", "核验", "contract_manager", Permission.PAYMENT_CHECK, 3),
    Step("review", CHECKED, "科室负责人审核", "审核", "section_chief", Permission.PAYMENT_REVIEW, 2),
    Step("approve", REVIEWED, "分管领导批准", "批准", "bureau_leader", Permission.PAYMENT_APPROVE, 2),
    Step("pay", APPROVED, "财务付款", "付款", "bureau_finance", Permission.PAYMENT_PAY, None),
)
# Whoever asks for the money or decides on it; everybody else only looks.
TAKES_PART = (Permission.PAYMENT_REQUEST, *(step.permission for step in STEPS))
BY_STATE = {step.waits: step for step in STEPS}
BY_VERB = {step.verb: step for step in STEPS}


def step_problem(step, *, state, submitter, deciders, account):
    """Why this account can't take the step now, or "". `deciders` maps the accounts of this run to the word of what they did."""
    if state != step.waits:
        return f"这笔申请不在等{step.word}"
    if account == submitter:
        return f"申请是你提交的，{step.word}须由另一人办理"
    if account in deciders:
        return f"{deciders[account]}人是你，{step.word}须由另一人办理"
    return ""


def return_problems(*, reason, correct_by, today):
    """What a return still lacks: a reason, and a day by which the agency corrects."""
    problems = []
    if not reason.strip():
        problems.append("退回须写明原因")
    if correct_by is None:
        problems.append("退回须写明补正期限")
    elif correct_by <= today:
        problems.append("补正期限须晚于今天")
    return problems


def drafted_reason(gaps):
    """A return's reason drafted from the gaps, numbered as official letters are."""
    return "\n".join(f"{_numeral(place)}、{text}。" for place, text in enumerate(gaps, 1))


def _numeral(number):
    digits = "零一二三四五六七八九十"
    if number <= 10:
        return digits[number]
    tens, ones = divmod(number, 10)
    return f"{digits[tens] if tens > 1 else ''}十{digits[ones] if ones else ''}"


def payment_problems(*, voucher, paid_on, approved_on, today):
    """What keeps a payment from being recorded: voucher number, and a day between the approval and today."""
    problems = []
    if not voucher.strip():
        problems.append("凭证号未填")
    if paid_on > today:
        problems.append("付款日期不得晚于今天")
    if paid_on < approved_on:
        problems.append(f"付款日期不得早于批准日期 {approved_on:%Y-%m-%d}")
    return problems
