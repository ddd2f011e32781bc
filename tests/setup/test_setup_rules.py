"""A definition taken apart for its form and put together again is the same definition; dates move with the term."""

from datetime import date
from decimal import Decimal

import pytest

from config.setup.queries import LIBRARY
from config.setup.rules import mentioned, moved, put_together, taken_apart, typed
from contracts.contract_file.reading import read
from services.indicators.drafting import plain

LOTS = sorted(LIBRARY.glob("*.yaml"))


@pytest.mark.parametrize("lot", LOTS, ids=lambda path: path.stem)
def test_every_reading_of_the_library_passes_through_the_form_unchanged(lot):
    data = read(lot.read_text(encoding="utf-8")).data
    known = {"record": [kind["code"] for kind in data.get("activity_kinds", [])]} | {
        family: list(data.get("labels", {}).get(family, {})) for family in ("register", "document")
    }
    for definition in map(plain, data["indicators"]):
        values, conditions, rest = taken_apart(definition, known=known)
        assert plain(put_together(values, conditions, rest)) == unwrapped(definition)


def unwrapped(definition):
    """One comparison for equality, or a list of one, says what the bare value says."""
    made = dict(definition)
    for role in ("where", "gate"):
        if role in made:
            made[role] = {
                name: asked["eq"] if isinstance(asked, dict) and set(asked) == {"eq"} else asked
                for name, asked in made[role].items()
            }
            for name in {"papers", "approved"} & set(made[role]) if role == "gate" else ():
                asked = made[role][name]
                made[role][name] = asked if isinstance(asked, list) else [asked]
    for name in ("every", "count"):
        if isinstance(made.get(name), list) and len(made[name]) == 1:
            made[name] = made[name][0]
    if made.get("count") == "rows":
        del made["count"]
    return made


def test_what_no_control_shows_stays_in_words():
    definition = {"id": "A", "zh": "个案", "of": "case", "gate": {"has": {"of": "record.visit", "ge": 5}, "age": {"ge": 6}}, "over": 3, "target": [{"ge": 9}, {"since": "2024-09-01", "ge": 7}]}  # fmt: skip
    values, conditions, rest = taken_apart(definition, known={"case": []})
    assert conditions == [{"role": "gate", "field": "age", "op": "ge", "value": "6"}]
    assert rest == {
        "gate": {"has": {"of": "record.visit", "ge": 5}},
        "over": 3,
        "target": [{"ge": 9}, {"since": "2024-09-01", "ge": 7}],
    }
    assert put_together(values, conditions, rest) == definition


@pytest.mark.parametrize(
    ("text", "value"),
    [("30", 30), ("0.5", Decimal("0.5")), ("是", True), ("false", False), ("festival", "festival"), ("$rate", "$rate"), ('"2024"', "2024"), ("“12”", "12"), ("NaN", "NaN")],
)  # fmt: skip
def test_what_is_typed_becomes_a_number_a_truth_or_a_code(text, value):
    assert typed(text) == value
    assert type(typed(text)) is type(value)


def test_days_move_by_whole_years_when_the_term_begins_on_the_same_day():
    value = {"a": [date(2024, 2, 29), date(2024, 11, 30)], "b": 3}
    assert moved(value, old=date(2024, 1, 1), new=date(2025, 1, 1)) == {
        "a": [date(2025, 2, 28), date(2025, 11, 30)],
        "b": 3,
    }
    assert moved(date(2024, 3, 1), old=date(2024, 1, 1), new=date(2024, 1, 8)) == date(2024, 3, 8)


def test_codes_are_found_wherever_a_contract_speaks_of_them():
    assert mentioned({"indicators": [{"of": "register.key|old", "gate": {"papers": ["photo"]}}]}) >= {
        "key",
        "old",
        "photo",
        "papers",
    }
