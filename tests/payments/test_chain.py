"""The contract's chain: at most seven links, the present one, and today's place."""

from datetime import date
from decimal import Decimal as D

from payments.rules import chain
from payments.rules.check import Check, Condition
from payments.rules.clock import Clock

ON = date(2024, 11, 20)
TRIGGERS = ("indicators_complete", "documents_delivered", "acceptance_passed")


def condition(group, verdict, actual="5"):
    return Condition(f"{group}{verdict}", group, group, "", "6", actual, verdict)


CHECK = Check(
    "C",
    "M",
    D("166444.80"),
    (
        condition("全部工作完成", "met"),
        condition("全部工作完成", "unmet"),
        condition("正式成果", "met"),
        condition("验收", "unmet", "未申请"),
    ),
)


def paid(no, day):
    clock = Clock(
        "paid",
        "合同签订",
        10,
        "working_days",
        start=date(2024, 4, 18),
        due_on=date(2024, 5, 6),
        elapsed=9,
        paid_on=day,
    )
    return chain.MilestoneFact(f"M{no}", f"第{no}期", D("388371.20"), ("contract_signed",), day, clock)


def coming(no, check=None):
    clock = Clock("idle", "验收通过", 10, "working_days")
    return chain.MilestoneFact(f"M{no}", f"第{no}期", D("166444.80"), TRIGGERS, None, clock, check)


def links(*milestones, on=ON):
    return chain.links(chain.ChainFacts(date(2024, 4, 18), date(2024, 11, 30), date(2025, 4, 18), on, milestones))


def test_seventy_thirty_has_seven_links_with_the_work_as_the_present_one():
    made = links(paid(1, date(2024, 4, 30)), coming(2, CHECK))
    assert [(link["title"], link["state"]) for link in made] == [
        ("签订合同", "done"),
        ("第1期", "done"),
        ("全部工作完成", "now"),
        ("提交正式成果", "done"),
        ("验收", ""),
        ("第2期", ""),
        ("服务期满", ""),
    ]
    assert made[1]["lines"] == ["388,371.20 元", "04-30 付，第 9 / 10 个工作日"]
    assert (made[2]["lines"], made[2]["bad"], made[2]["today"]) == (
        ["2024-11-30 前", "1 / 2 项达标"],
        "差 1 项",
        "今天 11-20",
    )
    assert made[4]["lines"] == ["未申请"]
    assert made[5]["lines"] == ["166,444.80 元", "验收通过后 10 个工作日内"]


def test_today_stands_between_the_last_day_behind_and_the_next_ahead():
    made = links(paid(1, date(2024, 4, 30)), coming(2, CHECK))
    assert made[2]["share"] == 204 * 100 // 214


def test_a_long_chain_keeps_seven_links_and_never_hides_the_next_payment():
    made = links(paid(1, date(2024, 4, 30)), paid(2, date(2024, 6, 30)), *(coming(no, CHECK) for no in range(3, 7)))
    assert len(made) == 7
    assert "第3期" in [link["title"] for link in made]
    assert [link["title"] for link in made if link["state"] == "now"] == ["第3期"]


def test_a_finished_contract_has_no_present_link():
    made = links(paid(1, date(2024, 4, 30)), on=date(2025, 4, 18))
    assert [(link["title"], link["state"]) for link in made] == [
        ("签订合同", "done"),
        ("第1期", "done"),
        ("服务期满", "done"),
    ]
