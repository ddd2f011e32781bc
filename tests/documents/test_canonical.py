"""The same figures have one text and one digest."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import canonical
from services.models import MonthlyReport
from tests.cast import at

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS | st.decimals(allow_nan=False, allow_infinity=False) | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)


def test_keys_are_sorted_and_nothing_is_wasted():
    assert canonical.text({"b": [1, None, True], "a": "扶约"}) == '{"a":"扶约","b":[1,null,true]}'


def test_the_order_in_which_figures_were_collected_does_not_matter():
    assert canonical.digest({"a": 1, "b": 2}) == canonical.digest({"b": 2, "a": 1})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("166444.80"), '"166444.80"'),
        (Decimal("1E+3"), '"1000"'),
        (date(2024, 10, 31), '"2024-10-31"'),
        (at("2024-11-18 17:20"), '"2024-11-18T09:20:00+00:00"'),
        (datetime(2024, 11, 18, 9, 20, tzinfo=UTC), '"2024-11-18T09:20:00+00:00"'),
        (UUID(int=7), '"00000000-0000-0000-0000-000000000007"'),
        (MonthlyReport.State.DRAFT, '"draft"'),
        (("a", 1), '["a",1]'),
    ],
)
def test_values_that_json_does_not_know_become_exact_text(value, text):
    assert canonical.text(value) == text


@pytest.mark.parametrize(
    "value",
    [
        0.1,
        float("nan"),
        Decimal("NaN"),
        Decimal("Infinity"),
        {1, 2},
        b"x",
        Fraction(1, 3),
        datetime(2024, 1, 1),  # noqa: DTZ001
        {1: 2},
        "a\0b",
        "\ud800",
    ],
)
def test_what_has_no_exact_text_is_refused(value):
    with pytest.raises(TypeError):
        canonical.text({"figures": [value]} if not isinstance(value, dict) else value)


@given(VALUES)
def test_writing_down_what_was_written_down_changes_nothing(value):
    assert canonical.text(canonical.plain(value)) == canonical.text(value)
