"""How long a family's file is kept, when it is due for destruction, and what stands in the way."""

from datetime import date

HOUSEHOLD, CASE_FILE, PROCUREMENT = "household", "case_file", "procurement"
# code: (years, the rule it rests on). The bureau's own rule replaces the years of files; fifteen years are the law's.
DEFAULTS = {
    HOUSEHOLD: (5, "本单位档案管理规定（请核对）"),
    CASE_FILE: (10, "本单位社会工作档案管理规定（请核对）"),
    PROCUREMENT: (15, "政府采购法第四十二条"),
}
LEAST_PROCUREMENT = 15

PROPOSED, DONE, REFUSED, WITHDRAWN = "proposed", "done", "refused", "withdrawn"
MOVES = {
    "propose": (frozenset(), PROPOSED),
    "approve": (frozenset({PROPOSED}), DONE),
    "refuse": (frozenset({PROPOSED}), REFUSED),
    "withdraw": (frozenset({PROPOSED}), WITHDRAWN),
}
STATE_LABELS = {PROPOSED: "待批", DONE: "已销毁", REFUSED: "不予销毁", WITHDRAWN: "已撤回"}
STATE_KINDS = {PROPOSED: "wait", DONE: "off", REFUSED: "bad", WITHDRAWN: "off"}
VERBS = {"approve": "销毁", "refuse": "不予批准", "withdraw": "撤回"}


def allowed(verb, state):
    """Whether the act may be done to an erasure in the state."""
    return state in MOVES[verb][0]


def refusal(verb, state):
    """Why an act on an erasure is not possible now."""
    return f"销毁申请现在是“{STATE_LABELS[state]}”，不能{VERBS[verb]}"


def years_on(day, years):
    """The same day so many years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def due_on(counted_from, has_case, years):
    """The day from which a file may be destroyed, or None while its years have not begun.

    `counted_from` is the later of the contract's end and the last case's closure, None while one of them runs; `years` is
    {class: years}.
    """
    if counted_from is None:
        return None
    return years_on(counted_from, years[CASE_FILE if has_case else HOUSEHOLD])


def faults(due, *, on, held, contract_runs, open_cases):
    """Everything that stands between a file and its destruction, at once."""
    found = []
    if contract_runs:
        found.append("合同还在履行")
    if open_cases:
        found.append(f"还有 {open_cases} 份未结个案")
    if due is None:
        if not found:
            found.append("没有合同结束日期，保存期还未起算")
    elif on < due:
        found.append(f"保存期到 {due:%Y-%m-%d} 才满")
    if held:
        found.append(f"已暂缓销毁：{held}")
    return found
