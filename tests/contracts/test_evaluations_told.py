"""What a contract says of evaluations, in the words of the overview page."""

import pytest

from config.contract_file import load
from contracts.rules import debarment_told, evaluation_told
from tenancy.models import Organisation
from tests.cast import at
from tests.seeds.reaching import text_of

FINAL = {
    "title": "末期考核评估", "stage": "final", "scheme": "score", "when": "服务结束当月内", "full_marks": 100, "pass": {"ge": 80},
    "commissioned_by": "purchaser", "organiser": "provider", "paid_by": "provider", "evaluators": ["专家", "督导"],
    "dimensions": [{"title": "服务成效", "share": "0.3"}, {"title": "资金使用", "marks": 20}, {"title": "服务管理"}],
    "consequences": [
        {"title": "80 分及以上", "score": {"ge": 80}, "effects": ["pay"]},
        {"title": "低于 80 分", "score": {"lt": 80}, "effects": ["hold_payment", "rectify", "extend"], "months": 1},
        {"title": "整改不合格", "result": "rectification_failed", "effects": ["terminate", "debar"], "years": 3},
    ],
}  # fmt: skip


def test_a_scored_evaluation_with_what_follows_from_it():
    told = evaluation_told(FINAL, shows_money=True)
    assert (told["stage"], told["mark"], told["parts"]) == (
        "末期，服务结束当月内",
        "≥ 80 分为合格，满分 100 分",
        "服务成效 30%、资金使用 20 分、服务管理",
    )
    assert told["who"] == "甲方委托，乙方组织，乙方付费，专家、督导评定"
    assert told["followed"] == [
        ("80 分及以上", "付款"),
        ("低于 80 分", "暂停付款，限期整改，服务期延长 1 个月"),
        ("整改不合格", "终止合同，3 年内不再合作"),
    ]


def test_who_sees_no_money_is_told_nothing_of_payments():
    told = evaluation_told(FINAL, shows_money=False)
    assert [effects for _case, effects in told["followed"]] == [
        "",
        "限期整改，服务期延长 1 个月",
        "终止合同，3 年内不再合作",
    ]


@pytest.mark.parametrize(("scheme", "mark"), [("pass_fail", "合格或不合格"), ("none", "不评分")])
def test_an_evaluation_without_marks(scheme, mark):
    told = evaluation_told({"title": "中期考核", "stage": "midterm", "scheme": scheme}, shows_money=True)
    assert (told["stage"], told["mark"], told["who"], told["parts"], told["followed"]) == ("中期", mark, "", "", [])


def test_years_without_a_contract():
    assert debarment_told({"title": "整改不合格", "years": 3})["title"] == "整改不合格，3 年内不再合作"


@pytest.fixture
def station(act):
    Organisation.objects.filter(kind="purchaser").update(name="防城港市救助管理站")
    return load(text_of("fcg"), by=act.contract_manager, at=at()).contract


@pytest.mark.parametrize(("role", "seen"), [("contract_manager", True), ("social_worker", False)])
def test_the_overview_says_term_budget_shares_evaluations_and_debarment(station, act, sign_in, role, seen):
    station.provider = act.provider
    station.save()
    text = sign_in(act.members[role]).get(f"/qinghe/contracts/{station.pk}/overview/").content.decode()
    said = (
        "12 个月，从签订合同之日起",
        "末期考核评估",
        "≥ 80 分为合格，满分 100 分",
        "终止合同，3 年内不再合作",
        "中期考核不合格且整改不合格，3 年内不再合作",
    )
    assert [words for words in said if words not in text] == []
    money = ("590,000.00", "服务实施费用", "67%", "付款约定", "暂停付款")
    assert [words in text for words in money] == [seen] * len(money)
