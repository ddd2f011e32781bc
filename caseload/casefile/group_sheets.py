"""A form of a group as a sheet: which group, the questions with their answers, places to sign."""

from caseload import queries
from caseload.casefile.sheets import SHORT, Sheet, rows_of
from caseload.rules import forms, group_forms


def group_sheet(group, paper):
    """The Sheet of one form of a group's file."""
    form = group_forms.FORMS[paper.kind]
    made = Sheet(f"s{paper.pk.hex}", paper.kind, form.title, paper.filled_on)
    made.head = rows_of([
        ("小组名称", group.title, True), ("类型", f"{group.purpose}小组" if group.purpose else "", True),
        ("社区（村）", f"{group.street.name}{group.area.name}", True), ("组员人数", f"{group.members} 人", True),
        ("服务机构", group.contract.provider.name, True), (form.day, f"{paper.filled_on:%Y-%m-%d}", True),
    ])  # fmt: skip
    told, _ = forms.told(form, queries.answers_of(paper))
    made.sections = [
        (title, rows_of([(asked.label, text, asked.look != "words" and len(text) <= SHORT) for asked, text in lines]))
        for title, lines in told
    ]
    made.signs = form.signs
    return made
