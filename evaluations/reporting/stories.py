"""What is told of one sampled file to those who score: its work, without what tells whose it is. The page and the pack say the same."""

from collections import Counter
from dataclasses import dataclass, field

from caseload import queries as caseload
from caseload.queries import disclosure
from caseload.queries.samples import case_words, papers_told
from caseload.rules import cases as case_rules
from caseload.rules import forms, group_forms, groups, samples
from caseload.views.showing import paper_data
from evaluations.queries import samples as queries
from evaluations.reporting.hiding import Hiding, known_of_sample
from services.models import Attendance, ServiceRecord
from services.queries.kinds import paper_words
from services.queries.records import kinds, told_facts
from services.rules import records as record_rules
from services.rules.case_files import answers_of

# A file with more sessions tells the number and the last of them.
MOST_SESSIONS = 60
NOBODY = "姓名已隐去"
NO_CONSENT = "本人没有同意将照片用于评估，不显示"
NO_ONE_TO_ASK = "活动照片中有多人，没有用于评估的同意，不显示"


@dataclass
class Story:
    """One sampled file as it is told. `parts` are (title, day, [(label, text)]), `papers` (label, number of them)."""

    number: str
    title: str
    place: str
    status: tuple
    facts: list = field(default_factory=list)
    parts: list = field(default_factory=list)
    goals: list = field(default_factory=list)
    steps: list = field(default_factory=list)
    papers: list = field(default_factory=list)
    came: str = ""
    no_photos: str = ""

    @property
    def texts(self):
        """Everything in it that somebody has typed."""
        typed = [text for _title, _day, lines in self.parts for _label, text in lines]
        typed += [text for goal in self.goals for text in goal.values()] + [note for _at, _text, note in self.steps]
        return [*typed, *(text for _label, text in self.facts)]

    def hidden(self, hide):
        """The same story with every typed text through `hide`."""
        self.facts = [(label, hide(text)) for label, text in self.facts]
        self.parts = [(title, day, [(label, hide(text)) for label, text in lines]) for title, day, lines in self.parts]
        self.goals = [{name: hide(text) for name, text in goal.items()} for goal in self.goals]
        self.steps = [(at, text, hide(note)) for at, text, note in self.steps]
        return self


def story_of(sample, *, on, named, called):
    """The Story of a sampled file; `named` is queries.samples.other_names, `called` queries.samples.titles."""
    tell = _case if sample.case else _group if sample.group else _record
    told = tell(sample, called, on)
    hide = Hiding(known_of_sample(sample), told.texts, named, sample.draw.round.contract)
    return told.hidden(hide)


def line_of(sample, *, named, called):
    """(title, what stands under it) of a sample in a list: its kind, its month, its organisation or street."""
    row = sample.case or sample.group or sample.record
    day = sample.case.opened_on if sample.case else sample.group.first_session_on if sample.group else row.day
    team = sample.record.team if sample.record else None
    where = named.get(team.label, "") if team else row.street.name if row.street else ""
    return called.get(sample.kind, "服务记录"), "，".join(
        filter(None, [f"{day:%Y}年{day.month}月" if day else "", where])
    )


# --- a case ---------------------------------------------------------------------------------------------------------
def _case(sample, called, on):
    case = sample.case
    person, words = case.person, case_words(case, [])
    minor = disclosure.is_minor(person, on=on)
    facts = [
        ("年龄", samples.age_band(person.birth_date, on=on) + ("，未成年人" if minor else "")),
        ("性别", person.get_sex_display()),
    ]
    facts += [(label, f"{day:%Y-%m-%d}" if day else "—") for label, day in _days(case)]
    situation = [("主要问题", words["problem"]), ("社区意见", words["opinion"]), ("结案意见", words["summary"])]
    parts = [("情况", None, [line for line in situation if line[1]])]
    parts += [(title, day, lines) for title, day, lines in papers_told(case, paper_data, [])]
    counted = Counter(paper.kind for paper in caseload.case_papers(case))
    return Story(
        str(sample), called["case"], case.street.name, (case_rules.STATE_KINDS[case.state], case_rules.STATE_LABELS[case.state]), facts,
        [*parts, *_sessions(case.records)], words["goals"], words["moves"], [(case_rules.PAPERS.get(kind, kind), number) for kind, number in counted.items()],
        no_photos=NO_CONSENT if counted["photo"] and not queries.photos_of(sample, on=on).exists() else "",
    )  # fmt: skip


def _days(case):
    return [
        ("发现", case.identified_on), ("初步接触", case.first_contact_on), ("批准接案", case.opened_on), ("完成预估", case.assessed_on),
        ("计划和协议", case.planned_on), ("完成评估", case.evaluated_on), ("结案", case.closed_on),
    ]  # fmt: skip


def _sessions(records):
    """Parts of the verified sessions of a case or group, the last ones; the text of each under the questions it answers."""
    known = kinds()
    rows = list(records.filter(state="verified").order_by("-started_at", "-pk")[:MOST_SESSIONS])[::-1]
    return [(_title(row, known), row.day, [*_circumstances(row, known), *_words(row, known)]) for row in rows]


def _title(record, known):
    return known[record.kind].label if record.kind in known else "服务"


def _words(record, known):
    facts = [(label, str(value)) for label, value in told_facts(record, known.get(record.kind))]
    return [*facts, *((label, text) for label, text in answers_of(record.narrative.reveal()) if text)]


def _circumstances(record, known):
    modes = {mode[0]: mode[1] for mode in known[record.kind].modes} if record.kind in known else {}
    direct = {True: "直接服务", False: "间接服务"}.get(record.direct, "")
    told = [
        ("方式", "，".join(filter(None, [modes.get(record.mode, ""), direct]))), ("时长", f"{record.minutes} 分钟" if record.minutes else ""),
        ("参加人数", f"{record.participants} 人" if record.participants is not None else ""), ("服务人员", f"{record.workers} 人" if record.workers else ""),
    ]  # fmt: skip
    return [(label, text) for label, text in told if text]


# --- a group --------------------------------------------------------------------------------------------------------
def _group(sample, called, _on):
    group = sample.group
    facts = [
        ("名称", group.title),
        ("类型", group.purpose),
        ("组员人数", f"{group.members} 人"),
        ("首次活动", f"{group.first_session_on:%Y-%m-%d}" if group.first_session_on else "—"),
    ]
    facts.append(("结束", f"{group.closed_on:%Y-%m-%d}" if group.closed_on else "—"))
    papers = list(caseload.group_papers(group))
    counted = Counter(paper.kind for paper in papers)
    parts = [_group_form(paper) for paper in papers if paper.kind in group_forms.FORMS and paper.data]
    came = Attendance.objects.filter(record__group=group, record__state="verified").count()
    return Story(
        str(sample), called["group"], group.street.name, ("ok" if group.state == "closed" else "go", groups.STATE_LABELS[group.state]),
        [(label, text) for label, text in facts if text], [*parts, *_sessions(ServiceRecord.objects.filter(group=group))],
        papers=[(groups.PAPERS.get(kind, kind), number) for kind, number in counted.items()],
        came=f"历次签到共 {came} 人次，{NOBODY}" if came else "", no_photos=NO_ONE_TO_ASK if counted["photo"] else "",
    )  # fmt: skip


def _group_form(paper):
    form = group_forms.FORMS[paper.kind]
    told, others = forms.told(form, caseload.answers_of(paper))
    lines = [(asked.label, text) for _title, answers in told for asked, text in answers if text]
    return form.title, paper.filled_on, [*lines, *(("其他", text) for _name, text in others)]


# --- a record -------------------------------------------------------------------------------------------------------
def _record(sample, called, on):
    record, known = sample.record, kinds()
    facts = [("日期", f"{record.day:%Y-%m-%d}"), ("名称", record.title), *_circumstances(record, known)]
    facts += [
        ("数量", f"{record.quantity.normalize():f} {record.unit}" if record.quantity is not None else ""),
        ("得分", f"{record.score.normalize():f}" if record.score is not None else ""),
    ]
    facts += [("对象", record.team.label)] if record.team else []
    came = Attendance.objects.filter(record=record).count()
    papers, photos = _proofs(record, known), queries.photos_of(sample, on=on)
    has_photos = any(label == "照片" or "照片" in label for label, _number in papers)
    return Story(
        str(sample), called.get(sample.kind, "服务记录"), record.street.name if record.street else "", ("ok", record_rules.STATE_LABELS[record.state]),
        [(label, text) for label, text in facts if text], [("内容", None, _words(record, known))],
        steps=[(move.at, record_rules.VERB_LABELS.get(move.verb, move.verb), move.reason) for move in record.moves.order_by("at", "pk")],
        papers=papers, came=f"签到 {came} 人，{NOBODY}" if came else "",
        no_photos=(NO_CONSENT if queries.household_of(record) else NO_ONE_TO_ASK) if has_photos and not photos.exists() else "",
    )  # fmt: skip


def _proofs(record, known):
    """[(what kind of paper, how many)]; what stands on one may name people and is not shown."""
    words = dict(paper_words()) | (record_rules.evidence_labels(known[record.kind]) if record.kind in known else {})
    counted = Counter(record.evidence.order_by("kind").values_list("kind", flat=True))
    return [(words.get(kind, "材料").strip("《》"), number) for kind, number in sorted(counted.items())]
