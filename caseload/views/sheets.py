"""A case's forms as sheets of paper: who it is about, the questions with their answers, the office's opinion, lines to sign."""

from dataclasses import dataclass, field
from datetime import date

from caseload import queries
from caseload.models import CasePaper
from caseload.rules import cases as rules
from caseload.rules import forms, people
from caseload.rules.forms.questions import Form
from caseload.views.showing import WORDS
from documents.actions.files import open_file
from documents.serving import SHOWN

CODES = {"reason": rules.CLOSURE_REASONS}
OPINIONS = {
    "intake": ("approve_intake", "return_intake", "refuse_intake"),
    "closure": ("approve_closure", "return_closure", "refuse_closure"),
}
ORDER = [*forms.FORMS, "satisfaction", "list_confirmation", "photo"]
COUNTED = {"plan": "第 {} 版", "process": "第 {} 次", "follow_up": "第 {} 次"}


@dataclass
class Sheet:
    """One paper of the file as it is printed. `rows` are (label, text, label, text) or (label, text)."""

    paper: CasePaper
    title: str
    form: Form | None
    head: list = field(default_factory=list)
    sections: list = field(default_factory=list)
    goals: list = field(default_factory=list)
    opinion: str | None = None
    image: str = ""

    @property
    def anchor(self):
        return f"s{self.paper.pk.hex}"


def fact_lines(case, form, *, handles, paper=None):
    """[(label, text)] of what the system knows and the form prints; sealed words only for those who handle the case."""
    lines = []
    for name in form.facts:
        if name == "version":
            number = paper.version if paper else CasePaper.objects.filter(case=case, kind=form.kind, is_draft=False).count() + 1  # fmt: skip
            lines.append(("次序", COUNTED[form.kind].format(number)))
        elif name == "provider":
            lines.append(("服务机构", case.contract.provider.name))
        elif name == "is_crisis":
            lines.append(("危机个案", "是" if case.is_crisis else "否"))
        elif name == "problem":
            lines += [("主要问题", case.problem.reveal())] if handles and case.problem else []
        elif name != "goals":
            value = getattr(case, name)
            told = f"{value:%Y-%m-%d}" if isinstance(value, date) else value
            lines += [(str(case._meta.get_field(name).verbose_name), told)] if told else []
    return lines


def known_answers(case, kind):
    """The answers that the file holds already, for a form that is opened anew; an older plan for its next version."""
    if kind == "intake":
        return {"problems": case.problem.reveal(), "community_opinion": case.community_opinion}
    if kind == "plan":
        last = queries.case_papers(case).filter(kind="plan").last()
        answers = queries.answers_of(last) if last else {}
        return {name: text for name, text in answers.items() if name != "revision"}
    if kind == "evaluation":
        lines = [f"{goal['title']}：{goal['before']} → {goal['now']}，要达到 {goal['target']}" for goal in case.goals if goal.get("now")]  # fmt: skip
        return {"attained": "\n".join(lines)}
    return {}


def _subject(case, form, paper):
    person, on = case.person, paper.filled_on
    number = person.id_number.reveal() if person.id_number else ""
    return [
        ("服务对象", person.name.reveal()), ("个案编号", case.number), ("性别", person.get_sex_display()),
        ("出生日期", f"{person.birth_date:%Y-%m-%d}" if person.birth_date else ""),
        ("身份证号", people.masked_id_number(number, minor=people.is_minor(person.birth_date, on=on))),
        ("联系电话", str(person.phone) if person.phone else ""), ("户编号", case.household.number),
        ("社区（村）", f"{case.street.name}{case.area.name}"), ("负责社工", case.worker.account.name),
        (form.day if form else "日期", f"{on:%Y-%m-%d}"),
    ]  # fmt: skip


def _rows(lines):
    """Short answers stand two in a row, long ones over the whole width; an odd short one takes the width too."""
    rows, waiting = [], None
    for label, text, short in lines:
        if not short:
            rows, waiting = rows + ([waiting] if waiting else []), None
            rows.append((label, text))
        elif waiting:
            rows, waiting = [*rows, (*waiting, label, text)], None
        else:
            waiting = (label, text)
    return [*rows, waiting] if waiting else rows


def sheet(case, paper, moves):
    """The Sheet of one paper, for somebody who handles the case."""
    form, answers = forms.FORMS.get(paper.kind), queries.answers_of(paper)
    label = form.title if form else rules.PAPERS.get(paper.kind, paper.kind)
    lines = [(name, text, True) for name, text in _subject(case, form, paper)]
    made = Sheet(paper, label, form, head=_rows(lines))
    if form is None:
        made.sections = [("内容", _rows([(WORDS.get(name, name), str(text), False) for name, text in answers.items() if text]))] if answers else []  # fmt: skip
    else:
        made.sections = _sections(case, form, paper, answers)
        made.goals = case.goals if "goals" in form.facts else []
        made.opinion = _opinion(form.opinion, paper, moves) if form.opinion else None
    if paper.file and paper.file.content_type in SHOWN:
        made.image = f"p{paper.pk.hex}"
    return made


def _sections(case, form, paper, answers):
    facts = [(label, text, len(text) <= 16) for label, text in fact_lines(case, form, handles=True, paper=paper)]
    told, others = forms.told(form.kind, answers, CODES)
    sections = [("基本情况", _rows(facts))] if facts else []
    for title, lines in told:
        if title == "修订" and not lines[0][1]:
            continue
        sections.append((title, _rows([(asked.label, text, asked.look != "words" and len(text) <= 16) for asked, text in lines])))  # fmt: skip
    if others:
        sections.append(("其他", _rows([(WORDS.get(name, name), text, False) for name, text in others])))
    return sections


def _opinion(stage, paper, moves):
    """The subdistrict's decision on this handing in, "" while there is none: then there is room to write."""
    decisions = OPINIONS[stage]
    found = [move for move in moves if move.verb in decisions and move.at >= paper.created_at]
    if not found:
        return ""
    move = found[0] if stage == "intake" else found[-1]
    who = f"{move.by.organisation.short_name}　{move.by.account.name}" if move.by else ""
    return f"{rules.VERBS[move.verb]}。{move.reason}\n{who}　{move.at:%Y-%m-%d}"


def sheets(case, papers, moves):
    """All papers of the file in the order in which they are bound, each kind by its date."""
    place = {kind: number for number, kind in enumerate(ORDER)}
    ordered = sorted(papers, key=lambda paper: (place.get(paper.kind, len(ORDER)), paper.filled_on, paper.version))
    return [sheet(case, paper, moves) for paper in ordered]


def images(made):
    """{name: (content, content type)} of the pictures on the sheets."""
    found = {}
    for one in made:
        if one.image:
            with open_file(one.paper.file) as opened:
                found[one.image] = opened.read(), one.paper.file.content_type
    return found
