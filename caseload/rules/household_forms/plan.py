"""帮扶工作方案: what is to be done for the household and for each of its members (一户一策, 逐户逐人)."""

from caseload.rules import ledger
from caseload.rules.forms.questions import Form, Section, day, words

PLAN = Form(
    ledger.ASSISTANCE_PLAN,
    "帮扶工作方案",
    ("number", "place", "categories", "needs"),
    (
        Section(
            "总体安排",
            (
                words("aim", "帮扶目标", rows=2),
                words("revisits", "回访安排", "方式和频次", rows=2),
                words("advice", "对策建议", "给街道（乡镇）、社区的建议", required=False, rows=2),
                day("review_on", "下次调整日期", required=False),
                words("revision", "调整原因", required=False, rows=2),
            ),
        ),
    ),
    ("服务对象（监护人）", "社会工作者", "项目主管"),
    day="制定日期",
)
REQUIRED = {"need": "需求", "goal": "目标", "measure": "措施", "responsible": "责任人", "until": "完成期限"}


def plan_gaps(members, lines, *, is_revision=False, revision=""):
    """Everything that a plan lacks, at once: lines for each member, what each line must say, why a plan is changed.

    `members` are (pk, name, is_minor). A member without needs of their own has a line that says so.
    """
    named = {line["who"] for line in lines}
    gaps = [] if lines else ["至少写一条措施"]
    for number, line in enumerate(lines, 1):
        lacks = [label for name, label in REQUIRED.items() if not line.get(name)]
        if lacks:
            gaps.append(f"第 {number} 条未填：{'、'.join(lacks)}")
        if line.get("from") and line.get("until") and line["until"] < line["from"]:
            gaps.append(f"第 {number} 条的完成期限早于开始日期")
    if lines:
        left = [name for pk, name, _ in members if str(pk) not in named]
        if left:
            gaps.append(f"没有写到成员：{'、'.join(left)}。没有单独需求的，也写一条")
    if is_revision and not revision:
        gaps.append("未写调整原因")
    return gaps
