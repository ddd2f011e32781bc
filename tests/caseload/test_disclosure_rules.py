"""Who sees what: the whole table, cell by cell, as the bureau would print it."""

from datetime import date, datetime

import pytest

from caseload.rules import disclosure as rules
from tenancy import masks
from tenancy.clock import SHANGHAI

F, M, T, N = rules.FULL, rules.MASK, rules.TOKEN, rules.NOTHING
# tie: (name, id number, phone, address, note, ledger, words, photos) of an adult, then of a minor.
EXPECTED = {
    "worker": ((F, M, M, M, M, M, F, F), (F, M, M, M, M, M, F, F)),
    "leads": ((F, M, M, M, M, M, F, F), (F, M, M, M, M, M, F, F)),
    "office": ((F, M, M, M, M, M, F, F), (F, M, M, M, M, M, F, F)),
    "logs": ((F, M, M, M, M, M, N, N), (M, M, M, M, M, M, N, N)),
    "ledger": ((M, M, M, M, M, M, N, N), (M, M, M, M, M, M, N, N)),
    "looks": ((M, M, M, M, M, M, N, N), (M, M, M, M, M, M, N, N)),
    "evaluator": ((T, N, N, N, N, N, T, N), (T, N, N, N, N, N, T, N)),
    "guest": ((M, M, M, M, M, M, N, N), (M, M, M, M, M, M, N, N)),
}
OPENED = {
    "worker": ("purpose", "purpose"), "leads": ("purpose", "approval"), "office": ("purpose", "approval"), "logs": ("purpose", "approval"),
    "ledger": ("purpose", "approval"), "looks": ("no", "no"), "evaluator": ("no", "no"), "guest": ("no", "no"),
}  # fmt: skip


def test_the_table_is_the_one_that_was_decided():
    assert {
        tie: tuple(tuple(rules.shown(tie, field, minor=minor) for field in rules.FIELDS) for minor in (False, True))
        for tie in rules.TIES
    } == EXPECTED
    assert {tie: tuple(rules.opening(tie, minor=minor) for minor in (False, True)) for tie in rules.TIES} == OPENED


@pytest.mark.parametrize(
    ("born", "relation", "minor"),
    [
        (date(2006, 6, 3), "女儿", False),
        (date(2006, 6, 4), "女儿", True),
        (date(2006, 6, 4), "户主", True),
        (None, "户主", False),
        (None, "女儿", True),
        (None, " 孙子 ", True),
        (None, "其他", False),
    ],
)
def test_a_minor_is_told_by_the_day_of_birth_or_else_by_the_relation(born, relation, minor):
    assert rules.is_minor(born, relation, on=date(2024, 6, 3)) is minor


@pytest.mark.parametrize(
    ("mask", "text", "adult", "minor"),
    [
        (masks.id_number, "11010119900307003X", "110***********003X", "****************3X"),
        (masks.phone, "13800001234", "138****1234", "****34"),
        (masks.phone, "62345", "****45", "****45"),
    ],
)
def test_a_minors_numbers_keep_two_signs(mask, text, adult, minor):
    assert (mask(text), mask(text, minor=True)) == (adult, minor)


@pytest.mark.parametrize(("days", "until"), [(1, "2024-06-03T23:59:59+08:00"), (3, "2024-06-05T23:59:59+08:00")])
def test_an_approval_ends_with_a_day(days, until):
    assert rules.end_of(datetime(2024, 6, 3, 10, tzinfo=SHANGHAI), days) == datetime.fromisoformat(until)


@pytest.mark.parametrize(
    ("hour", "day", "told"), [(29, 119, ""), (30, 40, "一小时内已查看 30 项"), (0, 120, "今天已查看 120 项")]
)
def test_looking_values_up_one_by_one_has_an_end(hour, day, told):
    assert rules.too_many(hour, day)[: len(told) or None] == told
