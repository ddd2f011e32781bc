"""A case's forms as sheets of paper: who it is about, the questions with their answers, the office's opinion, lines to sign."""

from dataclasses import dataclass, field
from datetime import date

from caseload import queries
from caseload.casefile.attached import Attached
from caseload.casefile.drawn import goal_lines, scale_lines
from caseload.queries.outcomes import scale_courses
from caseload.rules import cases as rules
from caseload.rules import forms, people
from caseload.views.sheets import fact_lines
from caseload.views.showing import WORDS

CODES = {"reason": rules.CLOSURE_REASONS}
# The forms on which what became of the case is drawn.
JUDGING = ("evaluation", "closure")
OPINIONS = {
    "intake": ("approve_intake", "return_intake", "refuse_intake"),
    "closure": ("approve_closure", "return_closure", "refuse_closure"),
    "referral": ("approve_referral", "return_referral", "refuse_referral"),
}
ORDER = [*forms.FORMS, "list_confirmation", "photo"]
SHORT = 16


@dataclass
class Sheet:
    """One paper of the file as it is printed; its rows are those of rows_of.

    `count` tells the same papers of a kind apart; a bare sheet is only what was handed in, without a form of ours.
    """

    anchor: str
    kind: str
    title: str
    day: date
    count: str = ""
    terms: tuple = ()
    head: list = field(default_factory=list)
    sections: list = field(default_factory=list)
    goals: list = field(default_factory=list)
    scales: list = field(default_factory=list)
    opinion: str | None = None
    signs: tuple = ()
    attached: list = field(default_factory=list)
    is_bare: bool = False
    is_record: bool = False

    @property
    def name(self):
        """The title as the contents and the bookmarks tell it from others of its kind."""
        return f"{self.title}（{self.count}）" if self.count else self.title

    @property
    def pictures(self):
        return [one for one in self.attached if one.look == "picture"]

    @property
    def scans(self):
        return [one for one in self.attached if one.look == "scan"]

    @property
    def away(self):
        return [one for one in self.attached if one.look == "away"]

    @property
    def papers(self):
        """What the contents name under the sheet: everything that isn't a picture on it."""
        return [one for one in self.attached if one.look != "picture"]

    @property
    def has_photos(self):
        return any(one.is_photo for one in self.pictures)

    def number(self, told):
        """Say which of its kind it is: in the contents and in its own row 次序."""
        self.count = told
        self.sections = [
            (title, [(row[0], told, *row[2:]) if row[0] == "次序" else row for row in rows])
            for title, rows in self.sections
        ]

    @property
    def first(self):
        """The id of its first page; "" when all of it lies apart."""
        if not self.is_bare or self.pictures:
            return self.anchor
        return f"{self.scans[0].key}-1" if self.scans else ""


def subject_lines(case, *, on, day, is_anonymous=False):
    """[(label, text)] of whom a sheet is about; of an anonymous questionnaire only what tells nobody's name."""
    person = case.person
    place = ("社区（村）", f"{case.street.name}{case.area.name}")
    if is_anonymous:
        return [("服务对象", "匿名"), place, ("服务机构", case.contract.provider.name), day]
    number = person.id_number.reveal() if person.id_number else ""
    return [
        ("服务对象", person.name.reveal()), ("个案编号", case.number), ("性别", person.get_sex_display()),
        ("出生日期", f"{person.birth_date:%Y-%m-%d}" if person.birth_date else ""),
        ("身份证号", people.masked_id_number(number, minor=people.is_minor(person.birth_date, on=on))),
        ("联系电话", str(person.phone) if person.phone else ""), ("户编号", case.household.number), place,
        ("负责社工", case.worker.account.name), day,
    ]  # fmt: skip


def rows_of(lines):
    """Short answers stand two in a row, long ones over the whole width; an odd short one takes the width too.

    Lines are (label, text, whether it is short). A row is (label, text, label, text), (label, text) of an odd short one, or
    (label, text, "open") of a long one, which leaves room to write by hand.
    """
    rows, waiting = [], None
    for label, text, short in lines:
        if not short:
            rows, waiting = rows + ([waiting] if waiting else []), None
            rows.append((label, text, "open"))
        elif waiting:
            rows, waiting = [*rows, (*waiting, label, text)], None
        else:
            waiting = (label, text)
    return [*rows, waiting] if waiting else rows


def head_of(case, *, on, day, is_anonymous=False):
    """The rows at the head of a sheet."""
    return rows_of([(name, text, True) for name, text in subject_lines(case, on=on, day=day, is_anonymous=is_anonymous)])  # fmt: skip


def sheet(case, paper, moves, courses=()):
    """The Sheet of one paper, for somebody who handles the case; `courses` are its scales (queries.outcomes)."""
    form, answers = forms.FORMS.get(paper.kind), queries.answers_of(paper)
    label = form.title if form else rules.PAPERS.get(paper.kind, paper.kind)
    day = (form.day if form else "日期", f"{paper.filled_on:%Y-%m-%d}")
    made = Sheet(f"s{paper.pk.hex}", paper.kind, label, paper.filled_on)
    made.head = head_of(case, on=paper.filled_on, day=day, is_anonymous=forms.is_anonymous(paper.kind, answers))
    made.is_bare = bool(paper.file and not answers)
    if made.is_bare and form:
        made.title = label = f"{label}（{'原件' if paper.kind in forms.ANSWERED else '签字件'}）"
    if paper.file:
        made.attached = [Attached(paper.file, paper.pk, label, f"{label}，{paper.filled_on:%Y-%m-%d}")]
    if form is None or set(answers) <= {"text"}:  # what was handed in with a few words, not filled in
        made.sections = [("内容", rows_of([(WORDS.get(name, name), str(text), False) for name, text in answers.items() if text]))] if answers else []  # fmt: skip
        return made
    made.sections, made.signs, made.terms = _sections(case, form, paper, answers), form.signs, form.terms
    if "goals" in form.facts:
        made.goals = goal_lines(answers.get("goals", case.goals), drawn=form.kind in JUDGING)
    if form.kind in JUDGING:
        made.scales = scale_lines(courses)
    made.opinion = _opinion(form.opinion, paper, moves) if form.opinion else None
    if form.kind == "referral":
        _answered(made, queries.referral_of(paper))
    return made


def _answered(made, referral):
    """What the receiver of a referral said; somebody who was never taken in needed no approval."""
    if referral is None:
        return
    if not referral.needs_approval:
        made.opinion = "未接案，直接转出，不须审批"
    day = f"{referral.answered_on:%Y-%m-%d}" if referral.answered_on else ""
    lines = [("结果", referral.get_state_display() if day else "", True), ("答复日期", day, True)]
    outcome = referral.outcome.reveal() if referral.outcome else ""
    made.sections.append(("接收情况和结果", rows_of([*lines, ("接收情况", outcome, False)])))


def _sections(case, form, paper, answers):
    facts = [(label, text, len(text) <= SHORT) for label, text in fact_lines(case, form, handles=True, paper=paper)]
    told, others = forms.told(form.kind, answers, CODES)
    sections = [("基本情况", rows_of(facts))] if facts else []
    for title, lines in told:
        if title == "修订" and not lines[0][1]:
            continue
        sections.append((title, rows_of([(asked.label, text, asked.look != "words" and len(text) <= SHORT) for asked, text in lines])))  # fmt: skip
    if others:
        sections.append(("其他", rows_of([(WORDS.get(name, name), text, False) for name, text in others])))
    return sections


def _opinion(stage, paper, moves):
    """The subdistrict's decision on this handing in, "" while there is none: then there is room to write."""
    decisions = OPINIONS[stage]
    found = [move for move in moves if move.verb in decisions and move.at >= paper.created_at]
    if not found:
        return ""
    move = found[-1] if stage == "closure" else found[0]
    who = f"{move.by.organisation.short_name}　{move.by.account.name}" if move.by else ""
    return f"{rules.VERBS[move.verb]}。{move.reason}\n{who}　{move.at:%Y-%m-%d}"


def sheets(case, papers, moves):
    """All papers of the file, in the order in which they are bound."""
    courses = scale_courses(papers)
    return in_order([sheet(case, paper, moves, courses) for paper in papers])


def in_order(made):
    """Sheets as they lie in the file: by kind, each kind by its day; several of a kind are counted.

    A form of a session that was also logged as a record of the same day is the same session: both bear its number.
    """
    place = {kind: number for number, kind in enumerate(ORDER)}
    ordered = sorted(made, key=lambda one: (place.get(one.kind, len(ORDER)), one.day))
    of_kind = {}
    for one in ordered:
        if not (one.is_bare and one.kind in forms.FORMS):  # a signed copy belongs to its form
            of_kind.setdefault(one.kind, []).append(one)
    for kind, several in of_kind.items():
        number, before, words = 0, None, forms.COUNTED.get(kind, "第 {} 份")
        for one in several:
            is_same = before is not None and before.day == one.day and before.is_record != one.is_record
            number, before = number + (not is_same), one
            if len(several) > 1 or one.is_record:
                one.number(words.format(number))
    return ordered
