"""The compiler against the oracle: random contracts, rows and indicators; every number, area, cell, status and reason agrees."""

import os
import re
from dataclasses import replace
from random import Random

import pytest
from django.db import transaction

from services.indicators import compile, periods, preparing, reading, rows, sources
from services.indicators.labels import Labels
from services.indicators.rows import Listing
from services.indicators.setting import Binder
from tenancy.models import CalendarDay
from tests.services.indicators.draw import Draw
from tests.services.indicators.oracle import Oracle
from tests.services.indicators.oracle_rows import LEVELS
from tests.services.indicators.world import World


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """A mutant must not meet what the right compiler made, nor leave its own behind."""
    preparing.forget()
    yield
    preparing.forget()


# 2,016 indicators in the suite; `make test-oracle ORACLE_CONTRACTS=…` draws many more.
INDICATORS, CONTRACTS, BATCHES = 24, 7, 12


def arranged(cast, seed, indicators=INDICATORS):
    """(world, oracle) of one drawn contract."""
    draw = Draw(Random(seed))
    drawn, definitions = draw.rows(), draw.definitions(indicators)
    world = World(cast, term=draw.term, areas=draw.areas, parameters=draw.parameters, hours=draw.hours)
    for day, is_workday in draw.holidays.items():
        CalendarDay.objects.update_or_create(day=day, defaults={"is_workday": is_workday, "name": "调休"})
    world.add_all(drawn)
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


def lists(world, on):
    """{code: {row: codes of all reasons}} for every indicator of the contract, by one Listing."""
    indicators = list(world.contract.indicators.all())
    listing, found = Listing(world.contract, indicators[0], on=on, labels=Labels()), {}
    for indicator in indicators:
        listing.promise, listing.bind = listing.promises[indicator.code], Binder()
        if not listing.promise.missing:
            rows = listing.rows(counts=None, area=None, after=None, limit=1000)
            found[indicator.code] = {row.id.int & 0xFFFF: sorted(row.codes) for row in rows}
    return found


def differences(world, oracle):
    """What the product says otherwise than the oracle, as readable lines."""
    table, listed, found = world.measure(oracle.on), lists(world, oracle.on), []
    for code, row in table.by_code.items():
        truth = oracle.truth(code)
        if truth.missing:
            told, wanted = {"status": row.status}, {"status": "missing_parameter"}
        else:
            streets = dict(zip(oracle.areas, row.areas, strict=True))
            told = {
                "value": (row.number, row.divisor), "cells": row.cells, "areas": {area: (one.number, one.divisor) for area, one in streets.items()}, "area cells": {area: one.cells for area, one in streets.items()},
                "pending": row.pending, "counting": row.counting, "not counting": row.not_counting, "papers": row.papers_missing, "status": row.status,
                "returns": sorted((kind, month.whole_first) for kind, month in row.returns_missing), "rows": listed[code],
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


def agree(cast, seeds):
    for seed in seeds:
        with transaction.atomic():
            assert (seed, differences(*arranged(cast, seed))) == (seed, [])
            transaction.set_rollback(True)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_compiler_agrees_with_the_oracle(act, batch):
    agree(act, range(batch * CONTRACTS, (batch + 1) * CONTRACTS))


@pytest.mark.skipif("ORACLE_CONTRACTS" not in os.environ, reason="make test-oracle")
def test_it_agrees_on_many_more(act):
    first = int(os.environ.get("ORACLE_FROM", "10000"))
    agree(act, range(first, first + int(os.environ["ORACLE_CONTRACTS"])))


# --- mutants: the oracle must notice a compiler that is wrong in one place ------------------------------------------------
LIMIT = r"(t\.stopped_on <= %\(v\d+\)s::date)(?= OR | THEN \d+::bigint)"
TEXT = {
    "an inclusive bound made exclusive": [(r"(t\.participants|t\.members|::numeric END|t\.workers) >= ", r"\1 > ")],
    "a running clock always judged": [(LIMIT, r"true OR \1")],
    "a running clock never judged": [(r"(t\.stopped_on <= %\(v\d+\)s::date)( OR .*?)? THEN (\d+)::bigint", r"\1 THEN \3::bigint")],
    "a clock that stopped later has stopped": [(r"t\.stopped_on <= %\(v\d+\)s::date", "t.stopped_on IS NOT NULL")],
    "the first day of a limit counts, too": [(r"width_bucket\(t\.day, (%\(v\d+\)s::date\[\])\)\)", r"width_bucket(t.day - 1, \1))")],
    "a row without area refused": [(r"\(t\.area_id IS NULL AND t\.street_id IS NULL\) OR ", "")],
    "children counted in any state": [(r"(t\.(?:case|group)_id IS NOT NULL AND t\.day <= \S+) AND t\.state = ANY\(\S+\)", r"\1")],
    "two intervals counted as two cells": [
        (r"DISTINCT ON \(r\.subject, p\.n\)", ""),
        (r"bool_or\(closed\) AS closed, max\(v\)", "bool_or(closed) AS closed, count(due) AS dues, max(v)"),
        (r"SELECT subject, n, unit, closed, v, COALESCE", "SELECT subject, n, unit, dues, closed, v, COALESCE"),
        (r"ARRAY\[count\(\*\), count\(\*\) FILTER \(WHERE closed OR met\)", "ARRAY[COALESCE(sum(dues), 0), count(*) FILTER (WHERE closed OR met)"),
    ],
    "of two stays in one period the later decides": [(r"ORDER BY r\.subject, p\.n, r\.from_day", r"\g<0> DESC")],
    "a paper that is three days late counts": [(r"t\.delivered_on <= \(", "t.delivered_on - 3 <= (")],
    "a nil return for another kind is enough": [(r"NULLIF\(t\.facts->>'of', ''\) = ", "'' <> ")],
    "the register asked on any day": [(r" AND \(j\d+\.to_day IS NULL OR j\d+\.to_day >= t\.day\)", "")],
    "the last day of the window left out": [(r"(t\.day BETWEEN %\(v\d+\)s::date AND %\(v\d+\)s::date)(?= THEN \d+::bigint)", r"\1 - 1")],
    "not recorded taken for a no": [(r"t\.direct = false", "t.direct IS NOT true")],
}  # fmt: skip


def is_caught(cast, seeds=BATCHES * CONTRACTS):
    for seed in range(seeds):
        with transaction.atomic():
            found = differences(*arranged(cast, seed))
            transaction.set_rollback(True)
        if found:
            return True
    return False


@pytest.mark.parametrize("name", TEXT)
def test_a_mutant_statement_is_caught(act, monkeypatch, name):
    done, whole, run = [], compile.Frame.statement, rows.run

    def mutated(statement):
        for old, new in TEXT[name]:
            statement, times = re.subn(old, new, statement)
            done.append(times)
        return statement

    def compiled(frame):
        statement, items = whole(frame)
        return mutated(statement), items

    monkeypatch.setattr(compile.Frame, "statement", compiled)
    monkeypatch.setattr(rows, "run", lambda statement, values: run(mutated(statement), values))
    assert is_caught(act)
    assert any(done)


def test_an_unverified_record_that_counts_is_caught(act, monkeypatch):
    monkeypatch.setitem(sources.SOURCES, "record", replace(sources.RECORD, counting=("verified", "submitted")))
    assert is_caught(act)


def test_a_period_closed_one_day_early_is_caught(act, monkeypatch):
    monkeypatch.setattr(periods.Period, "is_closed", lambda period, on: period.due <= on)
    assert is_caught(act)


def test_parts_that_forget_their_parents_gate_are_caught(act, monkeypatch):
    monkeypatch.setattr(reading.Reader, "_with", staticmethod(lambda inherited, own: own))
    assert is_caught(act)


def test_staff_of_the_agency_among_the_projects_is_caught(act, monkeypatch):
    monkeypatch.setattr(reading.Reader, "of", _any_staff(reading.Reader.of))
    assert is_caught(act)


def _any_staff(of):
    def read(reader, value, place):
        source, kinds = of(reader, value, place)
        return source, () if source == "staff" else kinds

    return read
