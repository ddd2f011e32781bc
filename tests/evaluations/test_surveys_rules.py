"""Rules of surveys and questionnaires, without a database."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.queries.surveys import library
from evaluations.rules import questionnaires as q
from evaluations.rules import surveys as rules
from tests.cast import at

SMALL = {
    "code": "small",
    "title": "满意度",
    "questions": [
        {"code": "q1", "text": "态度", "kind": "scale5", "dimension": "服务态度"},
        {"code": "q2", "text": "总的满意吗", "kind": "scale5"},
        {"code": "q3", "text": "来过吗", "kind": "yes_no", "required": False},
        {"code": "q4", "text": "想说的", "kind": "text"},
    ],
    "satisfied": {"question": "q2", "counts": ["5", "4"]},
    "score": "q2",
}
FORM = q.parse(SMALL)
DAY = at().date()


def changed(**values):
    return SMALL | values


def one(number=1, **values):
    rows = [dict(row) for row in SMALL["questions"]]
    rows[number] |= values
    return changed(questions=rows)


# --- definitions --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("code", "definition"), library().items())
def test_every_questionnaire_of_the_library_can_be_used(code, definition):
    assert q.faults(definition) == []
    assert definition["code"] == code
    assert definition["for"]


def test_the_four_dimensions_of_the_rescue_station_are_asked():
    form = q.parse(library()["rescue"])
    answers, _, problems = q.read(form, {f"q{number}": "4" for number in range(1, 6)})
    assert (q.dimensions_of(form, answers), problems) == (["服务态度", "响应速度", "专业能力", "问题解决效果"], {})


@pytest.mark.parametrize(
    ("definition", "told"),
    [
        (changed(title=" "), ["写上问卷名称"]),
        (changed(questions=[]), ["至少一道题"]),
        (one(text=""), ["第 2 题：写上题目"]),
        (one(kind="stars"), ["第 2 题：没有这种题型"]),
        (one(0, code="q2"), ["每道题须有自己的代号"]),
        (one(0, kind="choice", options=["甲"]), ["第 1 题：单选须有 2 到 12 个选项"]),
        (one(0, kind="scale", least=5, most=5), ["第 1 题：打分的最高分须高于最低分，相差不超过 10 分"]),
        (one(0, kind="scale", least="一", most=5), ["第 1 题：打分的最高分须高于最低分，相差不超过 10 分"]),
        (changed(satisfied=None, score=None), ["须指明哪道题判定是否满意，或哪道题给出评分"]),
        (changed(satisfied={"question": "q4", "counts": ["5"]}), ["判定是否满意的须是一道选择题"]),
        (changed(satisfied={"question": "q2", "counts": ["9"]}), ["选出哪些答案计为满意"]),
        (changed(satisfied={"question": "q3", "counts": ["yes"]}), ["判定是否满意的题不能选填"]),
        (changed(score="q3"), ["给出评分的须是一道打分题"]),
        (one(0, kind="scale", least=0, most=10) | {"score": "mean"}, ["各打分题分制不同，不能平均"]),
    ],
)
def test_a_definition_tells_its_faults(definition, told):
    assert q.faults(definition) == told


# --- answers ------------------------------------------------------------------------------------------------------
def test_an_answer_is_read_with_its_words_apart():
    assert q.read(FORM, {"q1": "5", "q2": "2", "q4": " 水管还在漏 "}) == (
        {"q1": "5", "q2": "2"},
        {"q4": "水管还在漏"},
        {},
    )


def test_everything_that_is_missing_is_told_at_once():
    assert q.read(FORM, {"q2": "7", "q4": "字" * 501}) == (
        {},
        {},
        {"q1": "还没有选", "q2": "没有这个选项", "q4": "写了 501 字，不超过 500 字"},
    )


def test_a_sheet_of_paper_may_have_gaps():
    assert q.read(FORM, {"q1": "5"}, whole=False) == ({"q1": "5"}, {}, {})


@pytest.mark.parametrize(
    ("value", "satisfied"), [("5", True), ("4", True), ("3", False), ("2", False), ("1", False), (None, None)]
)
def test_satisfied_is_very_satisfied_or_satisfied(value, satisfied):
    answers = {"q2": value} if value else {}
    assert q.judged(FORM, answers) == (satisfied, D(value) if value else None)
    assert q.is_valid(FORM, *q.judged(FORM, answers)) is (value is not None)


def test_a_mean_of_questions_is_the_score():
    form = q.parse(changed(satisfied=None, score="mean"))
    assert q.judged(form, {"q1": "5", "q2": "4"}) == (None, D("4.50"))


def test_the_rule_is_told_in_words():
    assert (
        FORM.told_rule == "“总的满意吗”答“很满意”、“满意”的计为满意，满意率 = 满意份数 ÷ 有效份数；评分取“总的满意吗”"
    )


# --- the sample ---------------------------------------------------------------------------------------------------
def test_one_seed_draws_the_same_people_however_they_come():
    frame = {"甲": list("abcdefgh"), "乙": list("mnopq")}
    backwards = {stratum: people[::-1] for stratum, people in frame.items()}
    wanted = {"甲": 3, "乙": 2}
    assert rules.drawn("7f", frame, wanted) == rules.drawn("7f", backwards, wanted)
    assert rules.drawn("7f", frame, wanted) != rules.drawn("80", frame, wanted)


def test_the_next_ones_go_on_where_the_draw_ended():
    people = list("abcdefgh")
    assert rules.ordered("s", people)[:3] + rules.further("s", people, set(rules.ordered("s", people)[:3]), 2) == rules.ordered("s", people)[:5]  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.integers(0, 9), st.integers(0, 40), min_size=1), st.integers(1, 120))
def test_shares_sum_to_the_target_and_leave_no_stratum_out(sizes, target):
    given_shares = rules.shares(sizes, target)
    assert sum(given_shares.values()) == min(target, sum(sizes.values()))
    assert all(0 <= number <= sizes[stratum] for stratum, number in given_shares.items())
    filled = [stratum for stratum, size in sizes.items() if size]
    if target >= len(filled):
        assert all(given_shares[stratum] >= 1 for stratum in filled)


def test_shares_are_in_proportion():
    assert rules.shares({"柳林": 60, "石桥": 30, "云岭": 10}, 50) == {"柳林": 30, "石桥": 15, "云岭": 5}


@pytest.mark.parametrize(
    ("born_on", "asked"),
    [(date(2012, 6, 3), "head"), (date(2010, 6, 3), "child"), (date(2010, 6, 4), "head"), (None, "child")],
)
def test_the_head_stands_for_a_child_under_fourteen(born_on, asked):
    assert rules.asked_instead(born_on, "child", "head", DAY) == asked
    assert rules.asked_instead(born_on, "child", None, DAY) == "child"


# --- before and after ---------------------------------------------------------------------------------------------
def test_what_is_missing_before_it_opens():
    assert rules.opening_gaps(ways=["slip", "link"], has_sample=False, definition_faults=["至少一道题"]) == [
        "问卷：至少一道题",
        "专用码须先抽样",
        "专用码和公开链接不能同在一份调查里：抽中的人会答两次。另办一份公开的",
    ]


@pytest.mark.parametrize(
    ("state", "day", "told"),
    [
        ("draft", "2024-06-03", rules.NOT_YET),
        ("open", "2024-05-31", rules.NOT_YET),
        ("open", "2024-06-01", ""),
        ("open", "2024-06-30", ""),
        ("open", "2024-07-01", rules.OVER),
        ("closed", "2024-06-03", rules.OVER),
    ],
)
def test_when_answers_are_taken(state, day, told):
    days = [at(f"{text} 08:00").date() for text in ("2024-06-01", "2024-06-30", day)]
    assert rules.why_shut(state, *days) == told


# --- results ------------------------------------------------------------------------------------------------------
def given_(way, stratum, *, attitude="5", overall="5"):
    answers = {code: value for code, value in (("q1", attitude), ("q2", overall)) if value}
    satisfied, score = q.judged(FORM, answers)
    return rules.Given(way, (stratum, ""), answers, satisfied, score, q.is_valid(FORM, satisfied, score))


def test_a_rate_is_told_with_its_two_numbers():
    rows = [given_("link", "柳林")] * 30 + [given_("paper", "石桥", overall="4")] * 17 + [given_("paper", "石桥", overall="2")] * 5 + [given_("paper", None, overall=None)]  # fmt: skip
    found = rules.results(FORM, rows)
    assert found.whole.told == "满意 47 / 有效 52 = 90.4%"
    assert (found.whole.came, found.whole.valid, found.whole.mean) == (53, 52, D("4.38"))
    assert {way: tally.told for way, tally in found.ways.items()} == {
        "link": "满意 30 / 有效 30 = 100.0%",
        "paper": "满意 17 / 有效 22 = 77.3%",
    }
    assert {stratum[0]: tally.judged for stratum, tally in found.strata.items()} == {"柳林": 30, "石桥": 22, None: 0}
    assert found.dimensions["服务态度"].told == "满意 52 / 有效 52 = 100.0%"
    assert found.questions[1][1:] == ([("很满意", 30), ("满意", 17), ("一般", 0), ("不满意", 5), ("很不满意", 0)], 52)


def test_without_an_answer_there_is_no_rate():
    assert (rules.results(FORM, []).whole.rate, rules.results(FORM, []).whole.told, rules.percent(0, 0)) == (
        None,
        "",
        None,
    )


def test_everybody_drawn_is_in_the_response_rate():
    assert rules.response_rate({"answered": 6, "refused": 1, "absent": 1, "waiting": 2}) == (6, 10, D("60.0"))
