"""Whatever stands in a definition is answered with faults, never with an exception."""

import pytest

from services.indicators.check import faults
from services.indicators.words import WORDS
from tests.services.indicators.test_check import CONTEXT, FINE

GARBAGE = [
    None,
    True,
    -1,
    0.5,
    "",
    "x",
    "$",
    "ge",
    [],
    [[]],
    [None],
    [{}],
    {},
    {"a": {}},
    {"ge": "x"},
    {"ge": []},
    {"register": []},
    {"of": []},
    {5: 5},
    [5, 5],
    {"since": 5, "ge": 1},
    {"but": 5, "ge": 1},
    {"sum": []},
]
CONDITIONS = ["papers", "approved", "has", "listed", "any", "cost", "topic", "done", "person.age", "day", "no such", 5]


@pytest.mark.parametrize(
    "word", [word for word in WORDS if word not in ("zh", "clause", "clause_text", "source", "unit", "derived", "id")]
)
def test_a_word_with_garbage(word):
    for value in GARBAGE:
        assert isinstance(faults([FINE | {word: value}], CONTEXT), dict)


@pytest.mark.parametrize("name", CONDITIONS)
@pytest.mark.parametrize("word", ["where", "gate"])
def test_a_condition_with_garbage(word, name):
    for value in GARBAGE:
        assert isinstance(faults([FINE | {word: {name: value}}], CONTEXT), dict)
        assert isinstance(faults([FINE | {word: {"any": [{name: value}, {"done": True}]}}], CONTEXT), dict)


@pytest.mark.parametrize("definition", [None, 5, "x", [], {}, {"id": []}, {"id": "A", "zh": []}])
def test_something_that_is_no_definition(definition):
    assert faults([definition], CONTEXT) != {}


def test_a_definition_cannot_bring_an_order_of_its_own():
    assert faults([FINE | {"orders": {"topic": ["a"]}}], CONTEXT) == {"A": ["指标：不认识“orders”"]}
