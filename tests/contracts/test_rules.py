"""Amounts in words, against a table and against cn2an."""

from datetime import date
from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules import amount_in_words, choice_told, instalment, is_amount_in_words, report_due, term_end

WORDS = [
    ("554816.00", "伍拾伍万肆仟捌佰壹拾陆元整"),
    ("388371.20", "叁拾捌万捌仟叁佰柒拾壹元贰角"),
    ("166444.80", "壹拾陆万陆仟肆佰肆拾肆元捌角"),
    ("0.00", "零元整"),
    ("0.05", "伍分"),
    ("0.50", "伍角"),
    ("1.05", "壹元零伍分"),
    ("10", "壹拾元整"),
    ("1001.10", "壹仟零壹元壹角"),
    ("100005000.00", "壹亿零伍仟元整"),
    ("105000.00", "壹拾万伍仟元整"),
    ("100000001.00", "壹亿零壹元整"),
    ("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
]


@pytest.mark.parametrize(("amount", "words"), WORDS)
def test_an_amount_is_spelt_as_contracts_spell_it(amount, words):
    assert amount_in_words(Decimal(amount)) == words


@given(st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2))
def test_an_amount_is_spelt_as_cn2an_spells_it(amount):
    assert amount_in_words(amount) == cn2an.an2cn(f"{amount:.2f}", "rmb")


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "1000000000000"])
def test_what_is_no_amount_of_money_is_refused(amount):
    with pytest.raises(ValueError):
        amount_in_words(Decimal(amount))


@pytest.mark.parametrize(
    ("words", "amount", "agree"),
    [
        ("拾陆万陆仟肆佰肆拾肆元捌角", "166444.80", True),
        ("壹拾陆万陆仟肆佰肆拾肆元捌角整", "166444.80", True),
        ("人民币伍拾伍万肆仟捌佰壹拾陆圆正", "554816", True),
        ("伍拾伍万肆仟捌佰壹拾元整", "554816", False),
        ("", "554816", False),
    ],
)
def test_other_ways_to_spell_an_amount_agree_with_it(words, amount, agree):
    assert is_amount_in_words(words, Decimal(amount)) is agree


def test_the_two_instalments_of_the_contract():
    amount = Decimal("554816.00")
    assert instalment(amount, Decimal("0.70")) == Decimal("388371.20")
    assert amount - instalment(amount, Decimal("0.70")) == Decimal("166444.80")


@pytest.mark.parametrize(
    ("report", "told"),
    [
        ({"every": "month", "due": {"months": 1, "day": 5}}, "每月，次月 5 日前"),
        ({"every": "month", "due": {"months": 0, "day": 25}}, "每月，当月 25 日前"),
        ({"every": "quarter"}, "每季度"),
        ({"due_on": "2025-03-31"}, "2025-03-31"),
        ({}, "未约定"),
    ],
)
def test_when_a_report_is_due_is_told(report, told):
    assert report_due(report) == told


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2024, 4, 18), 12, date(2025, 4, 17)),
        (date(2025, 1, 1), 12, date(2025, 12, 31)),
        (date(2025, 1, 1), 6, date(2025, 6, 30)),
        (date(2024, 1, 31), 1, date(2024, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
        (date(2024, 12, 1), 3, date(2025, 2, 28)),
    ],
)
def test_a_term_of_months_ends_the_day_before_the_same_day(start, months, last):
    assert term_end(start, months) == last


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ([], "整包合计达到"),
        (["CH01-17", "CH01-16"], "整包合计达到（CH01-16、CH01-17 随之改动）"),
        ([f"CH02-{number:02}" for number in range(1, 20)], "整包合计达到（19 项指标随之改动）"),
    ],
)
def test_a_choice_names_the_indicators_that_it_changes(codes, told):
    assert choice_told("整包合计达到", codes) == told
