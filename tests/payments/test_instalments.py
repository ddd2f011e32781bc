"""Instalments always add up to the contract's amount, to the cent."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as some

from payments.rules.instalments import instalments, money


@pytest.mark.parametrize(
    ("total", "shares", "amounts"),
    [
        ("554816.00", ["0.7", "0.3"], ["388371.20", "166444.80"]),
        ("100000.00", ["0.5", "0.3", "0.2"], ["50000.00", "30000.00", "20000.00"]),
        ("600000.00", ["0.4", "0.3", "0.3"], ["240000.00", "180000.00", "180000.00"]),
        ("100.00", ["0.3333", "0.3333", "0.3334"], ["33.33", "33.33", "33.34"]),
        ("0.10", ["0.3333", "0.3333", "0.3334"], ["0.03", "0.03", "0.04"]),
        ("99.99", ["0.7", "0.3"], ["69.99", "30.00"]),
        ("0.01", ["1"], ["0.01"]),
    ],
)
def test_the_last_instalment_takes_the_rounding(total, shares, amounts):
    assert instalments(D(total), [(D(share), None) for share in shares]) == [D(amount) for amount in amounts]


def test_a_stated_sum_stands_and_the_open_one_takes_the_rest():
    assert instalments(D("100.00"), [(D("0.3333"), D("33.00")), (D("0.6667"), None)]) == [D("33.00"), D("67.00")]


@pytest.mark.parametrize(
    ("total", "terms", "message"),
    [
        ("100.00", [(D("0.7"), None), (D("0.2"), None)], "各期比例合计 90.0%，应为 100%"),
        ("100.00", [(D("0.7"), D("70.00")), (D("0.3"), D("29.99"))], "各期金额合计 99.99 元，应为合同价款 100.00 元"),
        ("0.01", [(D("0.7"), None), (D("0.3"), None)], "有一期金额不足 1 分"),
    ],
)
def test_a_schedule_that_cannot_add_up_is_refused(total, terms, message):
    with pytest.raises(ValueError, match=message):
        instalments(D(total), terms)


@given(some.integers(1_000, 10**12), some.lists(some.integers(1, 100), min_size=1, max_size=6))
def test_any_schedule_adds_up_to_the_cent(cents, weights):
    total, shares = D(cents) / 100, [D(weight) / 1000 for weight in weights]
    shares[-1] += 1 - sum(shares)
    amounts = instalments(total, [(share, None) for share in shares])
    assert sum(amounts) == total
    assert all(amount == money(amount) > 0 for amount in amounts)
