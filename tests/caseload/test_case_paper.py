"""The forms of a case as paper, laid out without a database: nothing is lost, cut off or torn from its heading."""

from datetime import date

import pytest
from weasyprint.formatting_structure.boxes import TextBox

from caseload import queries
from caseload.casefile.sheets import in_order, sheet
from caseload.rules import forms, outcomes
from tests.caseload.paper_case import GOALS, laid_out, make_case, make_paper, scores, whole

MM = 96 / 25.4
ODD = "很长的一个英文单词" + "Supercalifragilistic" * 12 + "\n\t缩进的一行\n\n空行之后 𠮷龘 ＆<b>不是标签</b>"
COURSES = outcomes.courses([(date(2024, 5, 20), scores("62", "55")), (date(2024, 7, 1), scores("50", "55")), (date(2024, 9, 1), scores("40", "80"))])  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_beside(monkeypatch):
    """A paper case has no rows beside it, such as the receiver's answer to a referral."""
    monkeypatch.setattr(queries, "referral_of", lambda paper: None, raising=False)


def squeezed(text):
    return "".join(text.split())


def texts_of(page):
    return [box for box in page._page_box.descendants() if isinstance(box, TextBox)]


def outside(paper):
    """Every text that stands beyond the margins of its page: (page, text)."""
    found = []
    for number, page in enumerate(paper._document.pages, 1):
        for box in texts_of(page):
            right, low = box.position_x + box.width, box.position_y + box.height
            if box.position_x < 22 * MM - 1 or right > (210 - 22) * MM + 1 or low > (297 - 12) * MM:
                found.append((number, box.text))
    return found


def said(paper):
    return squeezed("".join(box.text for page in paper._document.pages for box in texts_of(page)))


@pytest.mark.parametrize("kind", list(forms.FORMS))
def test_every_answer_of_a_filled_form_is_on_its_paper_and_inside_the_margins(kind):
    data = whole(kind, times=4, last=True)
    first = next(field for field in forms.FORMS[kind].fields if field.look in ("words", "line"))
    data[first.name] = ODD
    paper = laid_out([sheet(make_case(), make_paper(kind, data), (), COURSES)])
    printed, (told, _) = said(paper), forms.told(kind, data, {"reason": {"client_withdraws": "服务对象主动退出"}})
    lost = [field.label for _, lines in told for field, text in lines if squeezed(text) not in printed]
    assert (lost, outside(paper)) == ([], [])


def test_empty_forms_show_every_question_room_to_write_and_every_line_to_sign():
    made = in_order([sheet(make_case(goals=[]), make_paper(kind, {"older": "x"}), ()) for kind in forms.FORMS])
    paper = laid_out(made)
    printed = said(paper)
    asked = [field.label for form in forms.FORMS.values() for field in form.fields if not field.when and field.name != "revision"]  # fmt: skip
    signed = [line for form in forms.FORMS.values() for line in form.signs]
    assert [word for word in [*asked, *signed] if squeezed(word) not in printed] == []
    assert (outside(paper), len(paper) <= 16) == ([], True)


def test_a_heading_never_stands_alone_at_the_foot_of_a_page():
    titles = {section.title for section in forms.FORMS["assessment"].sections}
    for times in (3, 7):
        paper = laid_out([sheet(make_case(), make_paper("assessment", whole("assessment", times=times)), ())])
        for page in paper._document.pages:
            rows = [box for box in texts_of(page) if box.position_y < (297 - 24) * MM]
            assert max(rows, key=lambda box: box.position_y).text not in titles


def test_the_goals_are_printed_as_they_stood_when_the_form_was_filed():
    filed = forms.with_goals("evaluation", whole("evaluation"), GOALS[:1])
    made = sheet(make_case(goals=[{"title": "后来的目标"}]), make_paper("evaluation", filed), ())
    assert [goal.title for goal, _ in made.goals] == ["每周外出"]
    assert sheet(make_case(), make_paper("process", whole("process")), ()).goals == []


def test_an_anonymous_questionnaire_names_nobody():
    made = sheet(make_case(), make_paper("satisfaction", whole("satisfaction", anonymous="是")), ())
    printed = said(laid_out([made]))
    assert ("匿名" in printed, "欧阳霜降" in printed, "99000019620304154X" in printed) == (True, False, False)


def test_outcomes_are_drawn_where_they_are_judged_and_told_in_words():
    made = sheet(make_case(), make_paper("evaluation", whole("evaluation")), (), COURSES)
    printed = said(laid_out([made]))
    words = ("75%", "完全实现", "部分实现", "未评定", "由62分降至40分，下降35.5%，好转（低分为好）", "由55分升至80分，上升45.5%，好转（高分为好）")  # fmt: skip
    assert {word: word in printed for word in words} == dict.fromkeys(words, True)
    plan = sheet(make_case(), make_paper("plan", whole("plan")), (), COURSES)
    assert ([bar for _, bar in plan.goals], plan.scales) == ([""] * 4, [])


def test_a_form_and_a_record_of_the_same_day_are_one_session():
    def process(day, *, is_record=False):
        made = sheet(make_case(), make_paper("process", whole("process"), day=date(2024, 6, day)), ())
        made.is_record = is_record
        return made

    ordered = in_order([process(20), process(3), process(3, is_record=True), process(10, is_record=True)])
    assert [(made.day.day, made.count) for made in ordered] == [
        (3, "第 1 次"),
        (3, "第 1 次"),
        (10, "第 2 次"),
        (20, "第 3 次"),
    ]
