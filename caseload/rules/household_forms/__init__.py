"""The forms of a household's file (一户一策一档) as data: what they ask in words, and the lines that they hold.

Clause: MTG04 附件1 第3项 (《困境家庭基本情况及需求调查表》, 逐户逐人编制帮扶工作方案), 附件2 一 (困难群众信息变更登记表).
A paper's data are the answers of its form, and `lines`: dicts of the columns below. What the ledger knows is printed or filled
in beforehand; what a form says that the ledger keeps goes into the ledger in the same act.
"""

from caseload.rules import ledger
from caseload.rules.forms import answers, gaps, told
from caseload.rules.household_forms.change import CHANGE, ITEMS, change_gaps, item_label
from caseload.rules.household_forms.plan import PLAN, plan_gaps
from caseload.rules.household_forms.survey import HOME, SURVEY, member_fields, survey_gaps, to_ledger

FORMS = {
    ledger.NEEDS_SURVEY: SURVEY,
    ledger.ASSISTANCE_PLAN: PLAN,
    ledger.CHANGE_FORM: CHANGE,
}
# The columns of a form's lines: {name: (label, longest text)}. `who` is a member's pk, "" for the whole household.
COLUMNS = {
    ledger.NEEDS_SURVEY: {code: (label, 80) for code, label in ledger.PERSONAL.items()},
    ledger.ASSISTANCE_PLAN: {
        "need": ("需求", 120),
        "goal": ("目标", 120),
        "measure": ("措施", 200),
        "way": ("资源链接方式", 80),
        "responsible": ("责任人", 30),
        "from": ("起", 10),
        "until": ("止", 10),
        "result": ("结果", 200),
    },
    ledger.CHANGE_FORM: {
        "item": ("变更事项", 30),
        "old": ("原登记", 1000),
        "new": ("现登记", 1000),
        "evidence": ("佐证", 80),
    },
}
WHOLE = "整户"


def lines(kind, sent):
    """The lines that say something, trimmed to their columns; `who` is kept."""
    kept = []
    for line in sent:
        texts = {name: str(line.get(name) or "").strip()[:longest] for name, (_, longest) in COLUMNS[kind].items()}
        if any(texts.values()):
            kept.append({"who": str(line.get("who") or ""), **{name: text for name, text in texts.items() if text}})
    return kept


__all__ = [
    "CHANGE",
    "COLUMNS",
    "FORMS",
    "HOME",
    "ITEMS",
    "PLAN",
    "SURVEY",
    "WHOLE",
    "answers",
    "change_gaps",
    "gaps",
    "item_label",
    "lines",
    "member_fields",
    "plan_gaps",
    "survey_gaps",
    "to_ledger",
    "told",
]
