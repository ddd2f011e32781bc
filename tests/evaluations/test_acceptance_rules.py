"""When acceptance may be asked for, signed and concluded; and how a shortfall is told."""

from datetime import date
from decimal import Decimal as D

import pytest

from evaluations.rules import acceptance as rules
from evaluations.rules.scores import evaluation_passed
from evaluations.rules.words import missing_words, told_limits

TODAY, REVIEW = date(2024, 12, 6), date(2024, 12, 6)


def asked(**changes):
    return rules.request_problems(
        **{"is_active": True, "has_open_round": False, "has_passed": False, "gaps": [], "statement": ""} | changes
    )


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({}, []),
        ({"is_active": False}, ["合同不在履行中"]),
        ({"has_open_round": True}, ["已有一轮验收未出结论"]),
        ({"has_passed": True}, ["验收已通过，不用再申请"]),
        ({"gaps": [rules.Gap("专业小组", "差 1 个")]}, ["还有 1 项工作或成果未完成，须在说明里写明原因和补齐办法"]),
        ({"gaps": [rules.Gap("专业小组", "差 1 个")], "statement": "12-20 补办"}, []),
    ],
)
def test_acceptance_is_asked_for_once_and_with_an_explanation_of_what_is_open(changes, problems):
    assert asked(**changes) == problems


def signed(*votes):
    return [rules.Signature(name, place == 0, vote) for place, (name, vote) in enumerate(votes)]


@pytest.mark.parametrize(
    ("votes", "problems"),
    [
        ((("温如玉", True), ("林述", True)), []),
        ((("温如玉", True), ("林述", None)), ["还差 1 人签名：林述"]),
        ((("温如玉", None), ("林述", None)), ["还差 2 人签名：温如玉、林述"]),
        ((("温如玉", True), ("林述", False)), ["同意通过的专家未过半数，不能记为通过"]),
        ((("温如玉", True), ("林述", True), ("白鹭", False)), []),
    ],
)
def test_passing_needs_every_signature_and_more_than_half(votes, problems):
    assert (
        rules.conclusion_problems(
            result="passed", signatures=signed(*votes), held_on=REVIEW, today=TODAY, rework_until=None, opinion=""
        )
        == problems
    )


@pytest.mark.parametrize(
    ("opinion", "until", "problems"),
    [
        ("补齐军庄镇小组", date(2024, 12, 20), []),
        ("", date(2024, 12, 20), ["未通过须写明要修改什么"]),
        ("补齐", None, ["未通过须写明修改期限"]),
        ("补齐", TODAY, ["修改期限须晚于今天"]),
    ],
)
def test_failing_needs_an_opinion_and_a_limit(opinion, until, problems):
    assert (
        rules.conclusion_problems(
            result="failed",
            signatures=signed(("温如玉", None)),
            held_on=REVIEW,
            today=TODAY,
            rework_until=until,
            opinion=opinion,
        )
        == problems
    )


def test_nothing_is_concluded_before_the_review():
    assert rules.conclusion_problems(
        result="passed",
        signatures=signed(("温如玉", True)),
        held_on=REVIEW,
        today=date(2024, 12, 5),
        rework_until=None,
        opinion="",
    ) == ["评审在 2024-12-06，还没到"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, ""),
        ({"state": "requested", "held_on": None}, "评审还没有安排"),
        ({"state": "concluded"}, "这一轮已出结论"),
        ({"has_signed": True}, "你已签名，签名后不能改"),
        ({"today": date(2024, 12, 5)}, "评审在 2024-12-06，当天起才能签名"),
        ({"agrees": False}, "不同意通过须写明意见"),
        ({"agrees": False, "opinion": "成果不全"}, ""),
    ],
)
def test_an_expert_signs_once_from_the_day_of_the_review(changes, problem):
    facts = {
        "state": "scheduled",
        "held_on": REVIEW,
        "today": TODAY,
        "has_signed": False,
        "agrees": True,
        "opinion": "",
    }
    assert rules.sign_problem(**facts | changes) == problem


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"status": "behind", "shortfall": D(1), "unit": "个", "areas": [("军庄镇", D(1))]}, "差 1 个，军庄镇"),
        (
            {"status": "behind", "shortfall": D(3), "unit": "场", "areas": [("大台街道", D(1)), ("军庄镇", D(2))]},
            "差 3 场：大台街道 1、军庄镇 2",
        ),
        ({"status": "behind", "shortfall": D(4), "unit": "场", "areas": [("军庄镇", D(2))]}, "差 4 场，其中军庄镇 2"),
        ({"status": "behind", "shortfall": D(16), "unit": "例"}, "差 16 例"),
        ({"status": "behind", "shortfall": D("0.25"), "unit": "次"}, "差 0.25 次"),
        ({"status": "papers_missing", "shortfall": D(0), "unit": "份", "papers": ["原始问卷"]}, "缺原始问卷"),
        ({"status": "missing_parameter", "shortfall": None, "unit": "", "parameters": ("时限",)}, "缺参数：时限"),
        ({"status": "unconfirmed", "shortfall": None, "unit": ""}, "数据还没有全部回来"),
        ({"status": "missed", "shortfall": None, "unit": ""}, "未达到要求"),
    ],
)
def test_a_shortfall_is_told_with_its_places(facts, words):
    assert missing_words(**facts) == words


@pytest.mark.parametrize(
    ("scheme", "limits", "score", "result", "is_passed"),
    [
        ("score", (("ge", 80),), D("80"), None, True),
        ("score", (("ge", 80),), D("79.99"), None, False),
        ("score", (("ge", 70), ("lt", 80)), D("80"), None, False),
        ("pass_fail", (), D("0"), "passed", True),
        ("pass_fail", (), D("100"), "failed", False),
        ("pass_fail", (), D("100"), None, False),
    ],
)
def test_an_evaluation_is_passed_by_score_or_by_its_recorded_result(scheme, limits, score, result, is_passed):
    assert evaluation_passed(scheme, limits, score, result) is is_passed


def test_a_pass_mark_is_told_with_its_signs():
    assert told_limits((("ge", 70), ("lt", 80))) == "≥ 70，< 80"
