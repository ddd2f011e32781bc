"""The papers of a stay as sheets: who it is about, the questions with their answers, lines to sign, pictures."""

from dataclasses import dataclass, field

from django.core.files.storage import default_storage

from caseload.queries import station as stays
from caseload.rules import people
from caseload.rules import station as rules
from services.views.station.showing import needs_of
from tenancy.clock import SHANGHAI, day_of

SHORT = 16
WORDS = {"channel": "寻亲方式", "result": "结果", "before": "原登记"}


@dataclass
class Sheet:
    """One paper as it is printed; `rows` are (label, text, label, text) or (label, text)."""

    anchor: str
    title: str
    day: object
    part: str
    sections: list = field(default_factory=list)
    signs: tuple = ()
    picture: str = ""
    away: str = ""


def told(kind, answers):
    """[(section, [(label, text)])] of a form's answers; those that it doesn't ask for itself come last."""
    if kind not in rules.FORMS:
        return []
    asked = {question.name for question in rules.FORMS[kind].fields}
    sections = [
        (title, [(question.label, text) for question, text in lines]) for title, lines in rules.told(kind, answers)
    ]
    others = [(WORDS[name], str(text)) for name, text in answers.items() if name not in asked and name in WORDS]
    return [*sections, ("其他", others)] if others else sections


def _head(stay):
    """The rows at the head of a form: what is kept beside it and never typed twice."""
    minor = people.is_minor(stay.birth_date, on=day_of(stay.asked_at))
    number = people.masked_id_number(stay.id_number.reveal() if stay.id_number else "", minor=minor)
    age = f"{stay.birth_date:%Y-%m-%d} 生" if stay.birth_date else f"约 {stay.estimated_age} 岁" if stay.estimated_age else ""  # fmt: skip
    lines = [
        ("编号", stay.number), ("姓名", stay.name.reveal() if stay.name else "身份不详"), ("性别", stay.get_sex_display()), ("年龄", age),
        ("身份证号", number), ("来站方式", stay.get_arrival_display()),
        ("入站时间", moment(stay.admitted_at) if stay.admitted_at else ""), ("宿舍床位", f"{stay.room.label} {stay.bed}" if stay.room else ""),
        ("照料需求", "、".join(needs_of(stay))), ("专人照料", stay.carer.account.name if stay.carer else ""),
        ("离站方式", stay.get_way_display()), ("接收机构", stay.receiver),
    ]  # fmt: skip
    return rows_of([(label, text) for label, text in lines if text])


def moment(value):
    return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def rows_of(lines):
    """Short answers stand two in a row, long ones over the whole width."""
    rows, waiting = [], None
    for label, text in lines:
        if len(text) > SHORT:
            rows, waiting = [*rows, *([waiting] if waiting else []), (label, text)], None
        elif waiting:
            rows, waiting = [*rows, (*waiting, label, text)], None
        else:
            waiting = (label, text)
    return [*rows, waiting] if waiting else rows


def sheets(stay, papers):
    """([Sheet] in the order of the file, {name: (content, type)} of the pictures on them)."""
    kinds = [kind for _, (_, kinds) in rules.PARTS.items() for kind in kinds]
    place = {kind: number for number, kind in enumerate(kinds)}
    images, made = {}, []
    for paper in sorted(papers, key=lambda row: (place.get(row.kind, len(place)), row.filled_on, row.version)):
        form = rules.FORMS.get(paper.kind)
        sheet = Sheet(
            f"s{paper.pk.hex}",
            rules.paper_label(paper.kind),
            paper.filled_on,
            rules.PARTS[rules.part_of(paper.kind)][0],
        )
        sheet.sections = [("基本情况", _head(stay))]
        sheet.sections += [(title, rows_of(lines)) for title, lines in told(paper.kind, stays.stay_answers(paper))]
        sheet.signs = form.signs if form else ()
        _attach(sheet, paper, images)
        made.append(sheet)
    return made, images


def _attach(sheet, paper, images):
    if paper.file is None:
        return
    if not paper.file.content_type.startswith("image/"):
        sheet.away = paper.file.name
        return
    with default_storage.open(paper.file.path, "rb") as opened:
        images[sheet.anchor] = (opened.read(), paper.file.content_type)
    sheet.picture = sheet.anchor
