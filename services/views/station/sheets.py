"""The papers of a stay as sheets: who it is about, the questions with their answers, lines to sign, pictures."""

from dataclasses import dataclass, field

from django.core.files.storage import default_storage

from caseload.queries import station as stays
from caseload.rules import people
from caseload.rules import station as rules
from services.views.station.showing import needs_of
from tenancy.clock import SHANGHAI, day_of

SHORT = 16
PLAIN_FACTS = ("number", "person")
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


def _age(stay):
    if stay.birth_date:
        return f"{stay.birth_date:%Y-%m-%d} 生"
    return f"约 {stay.estimated_age} 岁" if stay.estimated_age else ""


def _person(stay):
    minor = people.is_minor(stay.birth_date, on=day_of(stay.asked_at))
    number = people.masked_id_number(stay.id_number.reveal() if stay.id_number else "", minor=minor)
    name = stay.name.reveal() if stay.name else "身份不详"
    return [("姓名", name), ("性别", stay.get_sex_display()), ("年龄", _age(stay)), ("身份证号", number)]


def _head(stay, facts):
    """The rows at the head of a form: what is kept beside it and never typed twice."""
    room = f"{stay.room.label} {stay.bed}".strip() if stay.room else ""
    known = {
        "number": [("编号", stay.number)], "person": _person(stay), "arrival": [("来站方式", stay.get_arrival_display()), ("求助时间", moment(stay.asked_at))],
        "admitted_at": [("入站时间", moment(stay.admitted_at) if stay.admitted_at else "")], "room": [("宿舍床位", room)],
        "needs": [("照料需求", "、".join(needs_of(stay)))], "carer": [("专人照料", stay.carer.account.name if stay.carer else "")],
        "way": [("离站方式", stay.get_way_display()), ("离站时间", moment(stay.left_at) if stay.left_at else "")], "receiver": [("接收机构", stay.receiver)],
    }  # fmt: skip
    return rows_of([pair for fact in facts for pair in known[fact] if pair[1]])


def basic_sheet(stay):
    """基础信息: the first part of the file, in full, as far as the number and the telephone may be printed."""
    lines = [("编号", stay.number), *_person(stay), ("联系电话", str(stay.phone) if stay.phone else "")]
    for field_name, word in (
        ("native_place", "户籍地"),
        ("kin", "亲属及联系方式"),
        ("features", "体貌特征"),
        ("belongings", "随身物品"),
    ):
        lines.append((word, getattr(stay, field_name).reveal()))
    sheet = Sheet("basic", "基础信息", day_of(stay.admitted_at or stay.asked_at), rules.PARTS["basic_information"][0])
    sheet.sections = [("基础信息", rows_of([(word, text) for word, text in lines if text]))]
    return sheet


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
        sheet.sections = [("基本情况", _head(stay, form.facts if form else PLAIN_FACTS))]
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
