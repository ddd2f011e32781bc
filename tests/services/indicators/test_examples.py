"""The worked examples of the vocabulary, executed: value, cells, areas, and the rows with all their reasons."""

from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from services.indicators.labels import Labels
from services.indicators.rows import listed
from tenancy.models import CalendarDay
from tests.services.indicators.world import SOURCES, World

BLOCK = Path("docs/algorithms/indicators.md").read_text().partition("```yaml\n")[2].partition("```")[0]
EXAMPLES = YAML(typ="safe").load(BLOCK)


def ordered(definition):
    """The examples write ordered choices; the order of education is the tenant's own."""
    return {**definition, "orders": {"education": ["primary", "junior_middle", "senior_middle", "college", "bachelor"]}}


def _known(row):
    """The examples' point is a register's subject; here it is the team that a record names."""
    return {("team_id" if name == "point_id" else name): value for name, value in row.items()}


def arranged(cast, example):
    """The example's contract, with its rows and its indicators."""
    world = World(
        cast,
        term=tuple(example.get("term", (date(2024, 1, 1), date(2024, 12, 31)))),
        areas=example.get("areas"),
        hours=example.get("hours"),
        parameters=example.get("parameters"),
    )
    for day, is_workday in example.get("holidays", {}).items():
        CalendarDay.objects.update_or_create(day=day, defaults={"is_workday": is_workday, "name": "调休"})
    for source in SOURCES:
        world.add(source, *(_known(row) for row in example["rows"].get(source, [])))
    world.define(*map(ordered, example["indicators"]))
    return world


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_example(act, example):
    world = arranged(act, example)
    table = world.measure(example.get("asof", date(2026, 1, 1)))
    for code, wanted in example["out"].items():
        row = table.by_code[code]
        if "missing" in wanted:
            assert list(row.missing) == wanted["missing"]
            continue
        found = {"value": [row.number / row.promise.scale, row.divisor], "cells": list(row.cells or ())}
        found["nil_missing"] = len(row.returns_missing)
        found["areas"] = {
            number: [area.number / row.promise.scale, area.divisor] for number, area in enumerate(row.areas, 1)
        }
        assert {word: value for word, value in found.items() if word in wanted} == {
            word: value for word, value in wanted.items() if word in found
        }


@pytest.mark.parametrize(
    "example",
    [example for example in EXAMPLES if any("list" in wanted for wanted in example["out"].values())],
    ids=lambda example: example["name"],
)
def test_rows_are_listed_with_all_their_reasons(act, example):
    world = arranged(act, example)
    for indicator in world.contract.indicators.all():
        wanted = example["out"].get(indicator.code, {}).get("list")
        if wanted is not None:
            found = listed(world.contract, indicator, on=example.get("asof", date(2026, 1, 1)), labels=Labels())
            assert {row.id.int & 0xFFFF: row.codes for row in found} == wanted
