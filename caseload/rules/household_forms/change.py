"""困难群众信息变更登记表: what changed, what stood before, what proves it, who told of it."""

from caseload.rules import ledger
from caseload.rules.forms.questions import Form, Section, line, words

CHANGE = Form(
    ledger.CHANGE_FORM,
    "困难群众信息变更登记表",
    ("number", "place", "categories"),
    (
        Section(
            "来源",
            (
                line("reporter", "报告人", "姓名和身份，如：本人、家属、社区", longest=60),
                words("reason", "变更原因", rows=2),
            ),
        ),
    ),
    ("报告人", "登记人", "社区居（村）委会（盖章）"),
    day="变更日期",
)
OF_HOUSEHOLD = {"address": "住址", **{code: ledger.FIELDS[code] for code in ledger.OF_HOUSEHOLD}}
OF_PERSON = {"phone": "电话", "relation": "与户主关系", **ledger.PERSONAL}
ITEMS = {**OF_HOUSEHOLD, **OF_PERSON}


def item_label(item):
    """An item of the change register in words."""
    return ITEMS.get(item, item)


def change_gaps(lines, *, is_proved):
    """Everything that a change form lacks. `is_proved` says that a file proves all of it."""
    gaps = [] if lines else ["至少写一项变更"]
    seen = set()
    for number, change in enumerate(lines, 1):
        item, who = change.get("item", ""), change.get("who", "")
        known = OF_PERSON if who else OF_HOUSEHOLD
        if item not in known:
            gaps.append(f"第 {number} 项：{'成员' if who else '整户'}没有{ITEMS.get(item, '这一项')}")
        elif (who, item) in seen:
            gaps.append(f"第 {number} 项：{known[item]}写了两次")
        if not change.get("new"):
            gaps.append(f"第 {number} 项未填现登记")
        elif item in ledger.CHOICES and change["new"] not in ledger.CHOICES[item]:
            gaps.append(f"第 {number} 项：{ITEMS[item]}写{'、'.join(ledger.CHOICES[item])}之一")
        if not is_proved and not change.get("evidence"):
            gaps.append(f"第 {number} 项未写佐证，也没有上传材料")
        seen.add((who, item))
    return gaps
