"""The compiler against the oracle: random contracts, rows and indicators; every number, area, cell, status and reason agrees."""

import re
from dataclasses import replace
from random import Random

import pytest
from django.db import transaction

from services.indicators import measure, periods, preparing, reading, rows, sources
from services.indicators.labels import Labels
from services.indicators.rows import listed
from tenancy.models import CalendarDay
from tests.services.indicators.draw import Draw
from tests.services.indicators.oracle import Oracle
from tests.services.indicators.oracle_rows import LEVELS
from tests.services.indicators.world import SOURCES, World


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """A mutant must not meet what the right compiler made, nor leave its own behind."""
    yield
    preparing.forget()


INDICATORS, CONTRACTS = 12, 6


def arranged(cast, seed):
    """(world, oracle) of one drawn contract."""
    draw = Draw(Random(seed))
    drawn, definitions = draw.rows(), draw.definitions(INDICATORS)
    world = World(cast, term=draw.term, areas=draw.areas, parameters=draw.parameters, hours=draw.hours)
    for day, is_workday in draw.holidays.items():
        CalendarDay.objects.update_or_create(day=day, defaults={"is_workday": is_workday, "name": "调休"})
    for source in SOURCES:
        world.add(source, *drawn[source])
    world.define(*({**definition, "orders": {"level": LEVELS}} for definition in definitions))
    return world, Oracle(
        definitions,
        drawn,
        term=draw.term,
        areas=draw.areas,
        parameters=draw.parameters,
        hours=draw.hours,
        on=draw.on,
        holidays=dict(CalendarDay.objects.values_list("day", "is_workday")),
    )


def differences(world, oracle):
    """What the product says otherwise than the oracle, as readable lines."""
    table, found = world.measure(oracle.on), []
    indicators = {row.code: row for row in world.contract.indicators.all()}
    for code, row in table.by_code.items():
        truth = oracle.truth(code)
        if truth.missing:
            told, wanted = {"status": row.status}, {"status": "missing_parameter"}
        else:
            streets = dict(zip(oracle.areas, row.areas, strict=True))
            told = {
                "value": (row.number, row.divisor), "cells": row.cells, "areas": {area: (one.number, one.divisor) for area, one in streets.items()}, "area cells": {area: one.cells for area, one in streets.items()},
                "pending": row.pending, "counting": row.counting, "not counting": row.not_counting, "papers": row.papers_missing, "status": row.status,
                "returns": sorted((kind, month.whole_first) for kind, month in row.returns_missing),
                "rows": {one.id.int & 0xFFFF: sorted(one.codes) for one in listed(world.contract, indicators[code], on=oracle.on, labels=Labels(), limit=1000)},
            }  # fmt: skip
            wanted = {
                "value": truth.value, "cells": truth.cells, "areas": truth.areas, "area cells": truth.area_cells, "pending": truth.pending, "counting": truth.counting, "not counting": truth.not_counting,
                "papers": truth.papers, "status": truth.status, "returns": sorted(truth.returns), "rows": {pk: sorted(codes) for pk, codes in truth.rows.items()},
            }  # fmt: skip
        found += [
            f"{code} {word}: {told[word]} != {wanted[word]}   {oracle.definitions[code]}"
            for word in told
            if told[word] != wanted[word]
        ]
    return found


@pytest.mark.parametrize("batch", range(8))
def test_the_compiler_agrees_with_the_oracle(act, batch):
    for seed in range(batch * CONTRACTS, (batch + 1) * CONTRACTS):
        with transaction.atomic():
            assert (seed, differences(*arranged(act, seed))) == (seed, [])
            transaction.set_rollback(True)


# --- mutants: the oracle must notice a compiler that is wrong in one place ------------------------------------------------
TEXT = {
    "an inclusive bound made exclusive": (r"(t\.participants|t\.members|::numeric END|t\.workers) >= ", r"\1 > "),
    "a row without area refused": (r"\(t\.area_id IS NULL AND t\.street_id IS NULL\) OR ", ""),
    "children counted in any state": (r"(t\.(?:case|group)_id IS NOT NULL AND t\.day <= \S+) AND t\.state = ANY\(\S+\)", r"\1"),
    "of two stays in one period the later decides": (r"ORDER BY r\.subject, p\.n, r\.from_day", r"\g<0> DESC"),
    "a paper that is three days late counts": (r"t\.delivered_on <= \(", "t.delivered_on - 3 <= ("),
    "the register asked on any day": (r" AND \(j\d+\.to_day IS NULL OR j\d+\.to_day >= t\.day\)", ""),
    "the last day of the window left out": (r"(t\.day BETWEEN %\(v\d+\)s::date AND %\(v\d+\)s::date)(?= THEN \d+::bigint)", r"\1 - 1"),
    "not recorded taken for a no": (r"t\.direct = false", "t.direct IS NOT true"),
}  # fmt: skip


# Where the search begins, for mutants that only few drawn contracts betray: 97 and 52 do.
BEGIN = {"of two stays in one period the later decides": 95, "a paper that is three days late counts": 50}


def is_caught(cast, begin=0, seeds=60):
    for seed in range(begin, begin + seeds):
        with transaction.atomic():
            found = differences(*arranged(cast, seed))
            transaction.set_rollback(True)
        if found:
            return True
    return False


@pytest.mark.parametrize("name", TEXT)
def test_a_mutant_statement_is_caught(act, monkeypatch, name):
    old, new = TEXT[name]
    for module in (measure, rows):
        monkeypatch.setattr(
            module, "run", lambda statement, values, run=module.run: run(re.sub(old, new, statement), values)
        )
    assert is_caught(act, BEGIN.get(name, 0))


def test_an_unverified_record_that_counts_is_caught(act, monkeypatch):
    monkeypatch.setitem(sources.SOURCES, "record", replace(sources.RECORD, counting=("verified", "submitted")))
    assert is_caught(act)


def test_a_period_closed_one_day_early_is_caught(act, monkeypatch):
    monkeypatch.setattr(periods.Period, "is_closed", lambda period, on: period.due <= on)
    assert is_caught(act)


def test_parts_that_forget_their_parents_gate_are_caught(act, monkeypatch):
    monkeypatch.setattr(reading.Reader, "_with", staticmethod(lambda inherited, own: own))
    assert is_caught(act)
