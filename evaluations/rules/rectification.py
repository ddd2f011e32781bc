"""Decisions about an order to put something right (整改): its steps, whose turn it is, when it is late, which reminders count."""

from evaluations.rules.consequences import due_problems

ORDERED, REPLIED, RETURNED, VERIFIED = "ordered", "replied", "returned", "verified"
FAILED, WITHDRAWN = "failed", "withdrawn"
MOVES = {
    "reply": ({ORDERED, RETURNED}, REPLIED),
    "verify": ({REPLIED}, VERIFIED),
    "return": ({REPLIED}, RETURNED),
    # Whoever lets the day pass without a reply has failed, too.
    "fail": ({ORDERED, RETURNED, REPLIED}, FAILED),
    "withdraw": ({ORDERED, RETURNED, REPLIED}, WITHDRAWN),
}
OPEN = {ORDERED, REPLIED, RETURNED}
# The agency has it in hand.
WITH_AGENCY = {ORDERED, RETURNED}
RESULTS = {"verify": "整改合格", "return": "退回再整改", "fail": "整改不合格"}


def number(code, year, no):
    """The number of an order's notice: MTG04整〔2024〕2 号."""
    return f"{code}整〔{year}〕{no} 号"


def order_problems(*, issue, demand, due_on, today, is_open_contract):
    """Everything that an order lacks."""
    problems = [] if is_open_contract else ["合同还没有履行，不能下达整改"]
    problems += [] if issue.strip() else ["问题未写"]
    problems += [] if demand.strip() else ["整改要求未写"]
    return problems + due_problems(due_on, today)


def reply_problems(*, is_own, reply):
    """Why a reply can't be taken."""
    problems = [] if is_own else ["整改由本合同的乙方答复"]
    return problems + ([] if reply.strip() else ["整改情况未写"])


def verify_problems(*, verb, state, is_replier, verdict, due_on, ordered_due, today):
    """Why an order can't be judged so: by whoever replied, without words, sent back without a day, failed before its day."""
    if verb not in RESULTS:
        return ["选择核验结果"]
    problems = ["不能核验自己的整改"] if is_replier else []
    if state in WITH_AGENCY:
        if verb != "fail":
            problems.append("乙方还没有答复")
        elif today <= ordered_due:
            problems.append(f"期限 {ordered_due:%Y-%m-%d} 未到，乙方还可以答复")
    if verb != "verify" and not verdict.strip():
        problems.append("没有通过的，须写明原因")
    if verb == "return":
        problems += due_problems(due_on, today)
    return problems


def remind_problems(*, state, due_on, today, words):
    """Why a reminder is out of place: it is for an order that is not carried out adequately (A-26), late or sent back."""
    problems = []
    if state == REPLIED:
        problems.append("乙方已答复，先核验")
    elif state not in WITH_AGENCY:
        problems.append("这份整改已办结")
    elif state == ORDERED and today < due_on:
        problems.append(f"期限 {due_on:%Y-%m-%d} 未到，还不能提醒整改不到位")
    return problems + ([] if words.strip() else ["提醒内容未写"])


def is_late(*, state, due_on, on):
    """Whether the agency has let the day pass."""
    return state in WITH_AGENCY and on > due_on
