"""A score sheet's rules without a database: when it is open, what others see, what a signature still needs."""

from decimal import Decimal as D

import pytest

from evaluations.forms.sheets import ENTRIES, figure
from evaluations.rules import schemes, scoring
from evaluations.rules import sheets as rules
from tests.evaluations.rounds_arranged import MIDTERM
from tests.evaluations.sheets_arranged import FACTS, SCHEME

ITEMS = {item.code: item for item in schemes.parse(SCHEME).items}


@pytest.mark.parametrize(
    ("state", "round_state", "party", "in_time", "told"),
    [
        ("declared", "scoring", "panel", True, ""),
        ("declared", "self_evaluation", "self", True, ""),
        ("declared", "self_evaluation", "panel", True, "还没有开始评分"),
        ("declared", "prepared", "panel", True, "还没有开始评分"),
        ("declared", "scoring", "self", True, "评分已经结束"),
        ("declared", "concluded", "panel", True, "评分已经结束"),
        ("assigned", "scoring", "panel", True, "先声明利害关系，再评分"),
        ("declared", "scoring", "panel", False, "评估期已过，请找组织方"),
        ("signed", "scoring", "panel", True, "已签名，不能再改"),
        ("recused", "scoring", "panel", True, "你已不在这一轮的评分人里"),
        ("released", "scoring", "panel", True, "你已不在这一轮的评分人里"),
    ],
)
def test_a_sheet_is_open_to_a_declared_scorer_in_time_while_the_round_is_scored(
    state, round_state, party, in_time, told
):
    assert rules.closed_because(state=state, round_state=round_state, party=party, is_in_time=in_time) == told


def test_nobody_sees_anothers_score_before_the_own_one():
    others = {"b": {"1.1": D(7)}, "c": {}}
    assert [rules.may_see("1.1", mine, others) for mine in ({}, {"1.1": D(0)})] == [{}, {"b": D(7)}]


def test_everybody_has_the_same_number_for_all():
    assert [rules.numbered(["a", "b", "c"], mine) for mine in ("a", "c")] == [
        {"a": "我", "b": "评估人 2", "c": "评估人 3"},
        {"a": "评估人 1", "b": "评估人 2", "c": "我"},
    ]


def test_two_sheets_are_compared_on_the_items_that_both_have_scored():
    marks = {"1.1": D(10), "2.1": D(15), "3.1": D(75)}
    both = rules.compared(marks, D(100), {"1.1": D(10), "2.1": D(13), "3.1": D(1)}, {"1.1": D(10), "2.1": D(8)})
    assert (both.marks, both.mine, both.other, both.apart) == (D(25), D("92.0"), D("72.0"), D("20.0"))
    assert rules.compared(marks, D(100), {}, {"1.1": D(1)}).apart is None


def test_the_scale_is_cut_at_the_contracts_lines():
    rows = MIDTERM["consequences"]
    limits = [limit for row in rows for limit in row["score"].values()]
    drawn = rules.stretches(D(100), limits, lambda score: scoring.followed(rows, score=score))
    assert [(one.span, one.kind, one.told) for one in drawn] == [
        ("0–70", "bad", "终止"),
        ("70–80", "warn", "延期、整改"),
        ("80–100", "ok", "继续"),
    ]
    assert sum(one.width for one in drawn) == 100


def test_a_signature_is_told_everything_that_it_needs_at_once():
    lines = rules.needs(
        unscored=["1.1", "1.2", "1.3", "2.1", "2.2"],
        apart=["3.1"],
        unopened=2,
        is_declared=False,
        closed="评分已经结束",
    )
    assert rules.missing(lines) == [
        "5 项未评分：1.1、1.2、1.3、2.1 等 5 项",
        "1 项分歧未合议：3.1",
        "2 份样本未看",
        "未声明利害关系",
        "评分已经结束",
    ]
    assert rules.missing(rules.needs(unscored=[], apart=[], unopened=0, is_declared=True)) == []


@pytest.mark.parametrize(
    ("points", "is_vote", "told"),
    [
        ("8.5", False, ""),
        ("10", False, ""),
        ("10.01", False, "合议得分应在 0 至 10 之间"),
        ("-1", False, "合议得分应在 0 至 10 之间"),
        ("8.555", False, "合议得分最多两位小数"),
        ("5", True, "合议得分应为合格或不合格"),
        ("0", True, ""),
    ],
)
def test_what_can_be_agreed_on(points, is_vote, told):
    assert rules.agreed_problem(D(points), marks=D(10), is_vote=is_vote) == told


@pytest.mark.parametrize(("typed", "meant"), [("８．５", "8.5"), ("8。5", "8.5"), (" 8 ", "8"), ("", ""), (None, "")])
def test_a_figure_from_a_chinese_keyboard_is_a_figure(typed, meant):
    assert figure(typed) == meant


@pytest.mark.parametrize(
    ("code", "way", "posted", "entry"),
    [
        ("1.1", "points", {"points": "８。5"}, {"points": "8.5"}),
        ("1.1", "points", {"points": " "}, {}),
        ("1.2", "graded", {"level": "1"}, {"level": 1}),
        ("1.2", "graded", {"level": ""}, {}),
        ("1.3", "composite", {"part0": "5", "part1": ""}, {"parts": ["5", ""]}),
        ("1.3", "composite", {}, {}),
        ("3.1", "deduction", {"count": "2"}, {"count": 2}),
        ("3.1", "deduction", {"count": "两"}, {"count": "两"}),
        ("3.3", "pass_fail", {"passed": "0"}, {"passed": False}),
        ("3.3", "pass_fail", {}, {}),
        ("2.2", "computed", {"points": "15"}, {}),
    ],
)
def test_an_entry_is_kept_as_the_scoring_rules_read_it(code, way, posted, entry):
    assert ENTRIES[way](ITEMS[code], posted) == entry


def test_an_indicator_without_a_percentage_is_entered_by_hand():
    item = ITEMS["2.2"]
    assert [
        rules.way(item, has_points, share) for has_points, share in ((True, D(75)), (True, None), (False, None))
    ] == [
        "computed",
        "points",
        "pass_fail",
    ]
    assert [fact["code"] for fact in rules.shown_facts(item, FACTS)] == ["NC1-04"]
    assert rules.shown_facts(ITEMS["1.1"], {"items": {}}) == []
