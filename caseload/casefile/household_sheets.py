"""A paper of a household's file as a sheet: whose it is, the questions with their answers, the lines, places to sign."""

from dataclasses import dataclass, field

from caseload import queries
from caseload.casefile.attached import Attached
from caseload.casefile.sheets import SHORT, Sheet, rows_of
from caseload.rules import household_forms as forms
from caseload.rules import ledger
from tenancy import masks

HIDDEN = "●●●●"


@dataclass
class HouseholdSheet(Sheet):
    """A Sheet with tables of lines: (title, heads, rows)."""

    tables: list = field(default_factory=list)


def household_sheet(household, paper, *, opens, opens_own):
    """The sheet of one paper. `opens` ({person id: bool}) and `opens_own` say whose words may be printed; others stay covered."""
    form, answers = forms.FORMS.get(paper.kind), queries.answers_of(paper)
    title = form.title if form else ledger.HOUSEHOLD_PAPERS.get(paper.kind, paper.kind)
    made = HouseholdSheet(f"s{paper.pk.hex}", paper.kind, title, paper.filled_on)
    people = {str(person.pk): person for person in household.people.all()}
    made.head = _head(household, paper, form, people, opens=opens, opens_own=opens_own)
    made.is_bare = bool(paper.file and not answers)
    if paper.file:
        made.attached = [Attached(paper.file, paper.pk, title, f"{title}，{paper.filled_on:%Y-%m-%d}")]
    lines = answers.pop("lines", [])
    if not answers:
        return made
    made.sections = _sections(form, answers) if opens_own else [("内容", [("已填", HIDDEN)])]
    if form:
        made.signs = form.signs
        made.tables = [_TABLES[paper.kind](lines, people, opens=opens, opens_own=opens_own)] if lines else []
    return made


def _head(household, paper, form, people, *, opens, opens_own):
    head = next((person for person in people.values() if person.is_head), None)
    held = household.categories.filter(queries.present_on(paper.filled_on)).select_related("category")
    labels = "、".join(dict.fromkeys(row.category.label for row in held))
    lines = [
        ("户编号", household.number, True), ("户主", _name(head, opens) if head else "", True),
        ("社区（村）", f"{household.street.name}{household.area.name}", True), ("家庭人口", f"{len(people)} 人", True),
        ("住址", household.address.reveal() if opens_own else HIDDEN, False), ("类别", labels, False),
        ("服务机构", household.contract.provider.name, True), (form.day if form else "日期", f"{paper.filled_on:%Y-%m-%d}", True),
    ]  # fmt: skip
    return rows_of([(label, text, short) for label, text, short in lines if text or label != "住址"])


def _name(person, opens):
    return person.name.reveal() if opens.get(person.pk) else str(person.name)


def _whose(line, people, opens):
    person = people.get(line.get("who") or "")
    return _name(person, opens) if person else forms.WHOLE if not line.get("who") else "原成员"


def _may(line, people, opens, opens_own):
    person = people.get(line.get("who") or "")
    return opens.get(person.pk, False) if person else opens_own


def _sections(form, answers):
    if form is None:
        return [("内容", rows_of([(name, str(text), False) for name, text in answers.items() if text]))]
    told, others = forms.told(form, answers)
    sections = [
        (title, rows_of([(asked.label, text, asked.look != "words" and len(text) <= SHORT) for asked, text in lines]))
        for title, lines in told
    ]
    return sections + ([("其他", rows_of([(name, str(text), False) for name, text in others]))] if others else [])


def _members(lines, people, *, opens, opens_own):
    heads = ("姓名", "关系", "性别", "出生日期", "身份证号", "就业、就学", "文化程度", "健康和残疾", "享受保障")
    rows = []
    for line in lines:
        person = people.get(line.get("who") or "")
        if person is None:
            continue
        may = opens.get(person.pk, False)
        born = f"{person.birth_date:%Y-%m-%d}" if person.birth_date and may else ""
        said = line if may else dict.fromkeys(line, HIDDEN)
        disabled = f"{said.get('disability_type', '')}残疾{said.get('disability_grade', '')}" if may and line.get("disability_type") else ""  # fmt: skip
        rows.append((
            _name(person, opens), person.relation, person.get_sex_display(), born, str(person.id_number) if person.id_number else "",
            said.get("employment") or said.get("schooling", ""), said.get("education", ""),
            "；".join(filter(None, (said.get("health", ""), disabled))), said.get("benefits", ""),
        ))  # fmt: skip
    return "家庭成员", heads, rows


def _plan(lines, people, *, opens, opens_own):
    heads = ("对象", "需求", "目标", "措施", "资源链接方式", "责任人", "期限", "结果")
    rows = []
    for line in lines:
        said = line if _may(line, people, opens, opens_own) else dict.fromkeys(line, HIDDEN)
        period = "至".join(filter(None, (line.get("from"), line.get("until"))))
        rows.append((_whose(line, people, opens), *(said.get(name, "") for name in ("need", "goal", "measure", "way", "responsible")), period, said.get("result", "")))  # fmt: skip
    return "帮扶措施", heads, rows


def _changes(lines, people, *, opens, opens_own):
    heads, rows = ("对象", "变更事项", "原登记", "现登记", "佐证"), []
    for line in lines:
        may = _may(line, people, opens, opens_own)
        shown = [line.get(name, "") if may else HIDDEN for name in ("old", "new", "evidence")]
        if may and line.get("item") == "phone":
            shown[:2] = [masks.phone(text) if text else "" for text in shown[:2]]
        rows.append((_whose(line, people, opens), forms.item_label(line.get("item", "")), shown[0] or "未登记", *shown[1:]))  # fmt: skip
    return "变更内容", heads, rows


_TABLES = {
    ledger.NEEDS_SURVEY: _members,
    ledger.ASSISTANCE_PLAN: _plan,
    ledger.CHANGE_FORM: _changes,
}
