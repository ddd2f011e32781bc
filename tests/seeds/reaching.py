"""Rows that just reach, and just miss, each indicator of the library's contracts: tests/seeds/reach/<file>.yaml, read and played.

A file of cases:

    term: [2025-05-01, 2026-04-30]     # only where the contract file has no dates yet
    parameters: {care_plan_hours: 24}  # for all cases; a case, a reach or a miss may have its own on top
    common: {register: [...]}          # rows that every case begins with
    communities: [一社区, 二社区]        # where the contract names streets only: communities of every street, 二仙桥街道 → 二仙桥一社区
    cases:
      - id: MTG04-12
        reach: {rows: {record: [...]}}
        miss: {last: {record: {participants: 29}}, because: [participants]}

`miss` (and `reach`) may be a list of several. An outcome says which rows are there, in one of these ways, and what comes of it:

    rows   {source: [row, …]}       these rows alone
    more   {source: [row, …]}       the rows of `reach` (its first) and these
    less   {source: n}              the rows of `reach` without the last n of a source
    last   {source: {field: value}} the rows of `reach`, the last one of a source changed; `facts` are added to; null takes a field away
    none of them                    the rows of `reach` as they are (another day, other parameters)
    as_of  a day                    default: the first day after the contract's term
    parameters                      {name: value}, on top of those of the case and of the file
    status value shortfall cells areas because   what is found, if it is worth saying; `value` as shown, `cells` [met, judged, all],
        `areas` {name: value}, `because` the codes of all rows that are spoken of and don't count
    note                            a word to the reader

Without `status` a reach has to be met, a miss must be neither met nor over (a count that may not be passed says `status: over`), and
has to show somewhere what is short: a number, an area, a cell, a paper, a return, or a row with its reason.

Rows are those of tests/services/indicators/world.py: what is missing is null, the day is the first day of the term, the state one that
counts. `area` is the name of a street or community of the contract, the number of a listed street, or `outside`. `person` rows
({id, born, sex}) say who somebody is. Rows are repeated like this, also inside `facts`:

    n: 154                        the row 154 times
    "1.." or {from: 1}            1, 2, 3 … in step with the repeated row; {from: 2024-05-06, step: week} for days
                                  (step: day, week, month, quarter, half, year, or a number of days or steps)
    {cycle: [a, b]}               a, b, a, b … in step
    {from: 1, n: 486}             486 values, each of them with every other value of the row: a product; so is {each: [a, b]}
"""

from datetime import date, datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path

from ruamel.yaml import YAML

from config import contract_file
from contracts.rules import add_months
from services.indicators.labels import Labels
from services.indicators.promise import lower
from services.indicators.rows import listed
from tenancy import actions
from tenancy.models import Area, Organisation
from tests.cast import at as moment
from tests.services.indicators.world import World

LIBRARY = Path("contracts/library")
CASES = Path("tests/seeds/reach")
TERM = (date(2025, 1, 1), date(2025, 12, 31))
SOURCES = ("person", "register", "case", "group", "record", "staff", "answer", "document")
WAYS = ("rows", "more", "less", "last")
FOUND = ("status", "value", "shortfall", "cells", "areas", "because")
WORDS = {*WAYS, *FOUND, "as_of", "parameters", "note"}
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
OUTSIDE = "柳林街道"


@cache
def text_of(lot):
    """The text of a library file."""
    return (LIBRARY / f"{lot.lower()}.yaml").read_text(encoding="utf-8")


@cache
def data_of(lot):
    """A library file's values; what is wrong with it is another test's business."""
    return contract_file.checked(text_of(lot)).data


@cache
def definitions_of(lot):
    """The lot's indicators by code, as the file has them."""
    return {definition["id"]: definition for definition in data_of(lot)["indicators"]}


def lots():
    """The library's files by name."""
    return sorted(path.stem for path in LIBRARY.glob("*.yaml"))


@cache
def cases_of(lot):
    """The file of cases: {term, parameters, common, cases}; empty for a lot that has none yet."""
    path = CASES / f"{lot}.yaml"
    return YAML(typ="safe").load(path.read_text(encoding="utf-8")) if path.exists() else {"cases": []}


def outcomes(case, way):
    """The reaches or the misses of a case."""
    found = case.get(way, [])
    return found if isinstance(found, list) else [found]


def faults(lot):
    """What a file of cases says that nobody reads, and which indicators of the contract it leaves out."""
    known, wrong = definitions_of(lot), []
    seen = {way: set() for way in ("reach", "miss")}
    for case in cases_of(lot)["cases"]:
        code = case.get("id")
        wrong += [f"{code}: {word}" for word in case if word not in ("id", "reach", "miss", "parameters", "note")]
        wrong += [f"{code}: no such indicator"] if code not in known else []
        for way, codes in seen.items():
            for outcome in outcomes(case, way):
                codes.add(code)
                wrong += [f"{code} {way}: {word}" for word in outcome if word not in WORDS]
                wrong += [f"{code} {way}: {' and '.join(ways)}" for ways in [_ways(outcome)] if len(ways) > 1]
    return wrong + [f"{code}: no {way}" for way, codes in seen.items() for code in known if code not in codes]


def _ways(outcome):
    """more, less and last may stand together; rows stand alone."""
    ways = [way for way in WAYS if way in outcome]
    return ways if "rows" in ways else ways[:1]


# --- rows ------------------------------------------------------------------------------------------------------------


def spread(row):
    """The rows that one described row stands for."""
    row = dict(row)
    times = row.pop("n", 1)
    counted = {path: _values(value) for path, value in _leaves(row) if _is_product(value)}
    choices = list(product(*counted.values()))
    for index, values in enumerate(choice for choice in choices for _ in range(times)):
        yield _filled(row, dict(zip(counted, values, strict=True)), index)


def _leaves(value, path=()):
    if isinstance(value, dict) and not _is_running(value) and not _is_product(value):
        return [leaf for key, inner in value.items() for leaf in _leaves(inner, (*path, key))]
    return [(path, value)]


def _is_product(value):
    return isinstance(value, dict) and ("each" in value or ("from" in value and "n" in value))


def _is_running(value):
    if isinstance(value, dict):
        return bool(value) and ("cycle" in value or "from" in value)
    return isinstance(value, str) and value.endswith("..") and value[:-2].isdigit()


def _values(value):
    return value["each"] if "each" in value else [_step(value, index) for index in range(value["n"])]


def _step(value, index):
    """The index-th of running values."""
    if isinstance(value, str):
        return int(value[:-2]) + index
    if "cycle" in value:
        return value["cycle"][index % len(value["cycle"])]
    first, step = value["from"], value.get("step", 1)
    if not isinstance(first, date):
        return first + step * index
    if step in MONTHS:
        return add_months(first, MONTHS[step] * index)
    return first + timedelta(days={"day": 1, "week": 7}.get(step, step) * index)


def _filled(value, chosen, index, path=()):
    if path in chosen:
        return chosen[path]
    if _is_running(value):
        return _step(value, index)
    if isinstance(value, dict):
        return {key: _filled(inner, chosen, index, (*path, key)) for key, inner in value.items()}
    return value


def spread_all(rows):
    return {source: [one for row in described for one in spread(row)] for source, described in (rows or {}).items()}


def rows_of(case, outcome):
    """{source: [row, …]} of an outcome, in the way it says."""
    if "rows" in outcome:
        return spread_all(outcome["rows"])
    rows = spread_all(outcomes(case, "reach")[0].get("rows"))
    for source, count in outcome.get("less", {}).items():
        assert 0 < count <= len(rows[source]), f"{source}: there are only {len(rows[source])} rows"
        rows[source] = rows[source][:-count]
    for source, changes in outcome.get("last", {}).items():
        rows[source][-1] = _changed(rows[source][-1], changes)
    for source, added in spread_all(outcome.get("more")).items():
        rows[source] = [*rows.get(source, []), *added]
    return rows


def _changed(row, changes):
    changed = {**row, **changes}
    if "facts" in changes:
        facts = {**row.get("facts", {}), **changes["facts"]}
        changed["facts"] = {name: value for name, value in facts.items() if value is not None}
    return {name: value for name, value in changed.items() if value is not None}


def plain(value):
    """Days inside facts as JSON keeps them."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return value.isoformat() if isinstance(value, date | datetime) else value


# --- the contract, and what is done under it ---------------------------------------------------------------------------


class Stage(World):
    """A library contract, loaded into a bureau; `play` does what a case says and measures. Whoever uses it rolls back."""

    def __init__(self, cast, lot):
        self.cast, self.lot, self.worker, self.checker = cast, lot, cast.social_worker, cast.quality_control
        self.forget()
        cases, text = cases_of(lot), text_of(lot)
        arrange(cast, data_of(lot), text)
        self.contract = contract_file.load(text, by=cast.contract_manager, at=moment("2024-04-18 16:00")).contract
        if self.contract.starts_on is None:
            self.contract.starts_on, self.contract.ends_on = cases.get("term", TERM)
        self.contract.save()
        self.agreed = {**self.contract.parameters, **cases.get("parameters", {})}
        self._settle(cases.get("communities", []))
        self.places = self._places()

    def _settle(self, names):
        """Communities of streets for which the contract file names none."""
        tree = {}
        for row in self.contract.contractareas.select_related("area__parent"):
            own = [f"{row.area.name.removesuffix('街道')}{name}" for name in names]
            tree.setdefault(row.area.parent.name, {})[row.area.name] = own
        if names:
            actions.add_areas(areas=tree, by=None, at=moment())

    def forget(self):
        """No row is there; the ids of rolled back rows may be used again."""
        self.households, self.people, self.cases, self.groups, self.entries = set(), set(), set(), set(), set()
        self.next = 1000

    def _places(self):
        streets = [row.area for row in self.contract.contractareas.select_related("area")]
        below = Area.objects.filter(level=Area.Level.COMMUNITY, street__in=streets).select_related("street")
        named = {area.name: area for area in [*below, *streets]}
        return named | dict(enumerate(streets, 1)) | {"outside": self.cast.streets[OUTSIDE]}

    def _place(self, row):
        name = row.pop("area", None)
        if name is None:
            return {"area": None, "street": None}
        area = self.places[name]
        return {"area": area, "street": area.street if area.level == Area.Level.COMMUNITY else area}

    def somewhere(self):
        """Where a case or a group is that nothing is said of."""
        return 1 if 1 in self.places else "outside"

    # --- rows: as in the world, but many at once, and on the first day of the term

    def add(self, source, *rows):
        for row in rows:
            if source in ("case", "group"):
                row.setdefault("area", self.somewhere())
            if source != "clock":
                row.setdefault("from_day" if source in ("register", "staff") else "day", self.contract.starts_on)
            if "facts" in row:
                row["facts"] = plain(row["facts"])
        self._first(rows, source)
        return super().add(source, *rows)

    def _first(self, rows, source):
        """Write the households and people that the rows name, at once instead of one by one."""
        people = {row["person_id"] for row in rows if row.get("person_id")}
        households = {row["household_id"] for row in rows if row.get("household_id")}
        if source == "case":
            numbers = [row["id"] for row in rows if row.get("id")]
            people |= {60000 + number for number in numbers}
            households |= {60000 + number for number in numbers}
        households |= {100000 + number for number in people - self.people}
        self._write_households(households - self.households)
        self._write_people(people - self.people)

    def _write_households(self, numbers):
        from caseload.models import Household
        from tests.services.indicators.world import FEBRUARY, at, uid

        street = self.places[self.somewhere()]
        Household.objects.bulk_create(
            Household(pk=uid("household", number), contract=self.contract, number=f"户{number}", area=street, street=street, created_at=at(FEBRUARY))
            for number in sorted(numbers)
        )  # fmt: skip
        self.households |= numbers

    def _write_people(self, numbers, said=None):
        """People by number; `said` is {number: row}, and who isn't spoken of has no age and no sex."""
        from caseload.models import Person
        from tests.services.indicators.world import FEBRUARY, at, uid

        said = said or {}
        Person.objects.bulk_create(
            Person(
                pk=uid("person", number),
                household_id=uid("household", 100000 + number),
                birth_date=said.get(number, {}).get("born"),
                sex=said.get(number, {}).get("sex", ""),
                created_at=at(FEBRUARY),
            )
            for number in sorted(numbers)
        )
        self.people |= numbers

    # --- a case

    def play(self, case, outcome):
        """Write an outcome's rows, measure the one indicator with those it leans on; returns its Measured."""
        self.forget()
        self._only(case["id"])
        parameters = {**self.agreed, **case.get("parameters", {}), **outcome.get("parameters", {})}
        self.contract.parameters = plain(parameters)
        self.contract.save(update_fields=["parameters"])
        for rows in (spread_all(cases_of(self.lot).get("common")), rows_of(case, outcome)):
            order = [source for source in SOURCES if source in rows]
            for source in (*order, *(source for source in rows if source not in order)):
                self._write(source, rows[source])
        table = self.measure(outcome.get("as_of", self.contract.ends_on + timedelta(days=1)))
        return table.by_code[case["id"]]

    def _write(self, source, rows):
        if source != "person":
            return self.add(source, *rows)
        numbers = {row["id"] for row in rows}
        self._write_households({100000 + number for number in numbers} - self.households)
        self._write_people(numbers, {row["id"]: row for row in rows})
        return None

    def _only(self, code):
        kept = leans_on(definitions_of(self.lot), code)
        self.contract.indicators.exclude(code__in=kept).delete()

    def codes(self, row):
        """The reasons of all rows that the indicator speaks of and does not count."""
        found = listed(
            self.contract, row.indicator, on=row_day(row, self.contract), labels=Labels(), counts=False, limit=5000
        )
        return sorted({code for one in found for code in one.codes})


def row_day(row, contract):
    """A day on which everything that was written is seen."""
    return max(row.promise.last, contract.ends_on) + timedelta(days=400)


def leans_on(definitions, code):
    """The codes of an indicator and of all that its words name."""
    definition = definitions[code]
    if str(definition.get("of", "")).startswith("indicator"):
        return set(definitions)
    named = {code}
    for other in [definition.get("part_of"), *definition.get("apart", [])]:
        if other and other not in named:
            named |= leans_on(definitions, other)
    return named


def arrange(cast, data, text):
    """Let the bureau know the file's areas and parties."""
    from contracts.contract_file import area_tree

    actions.add_areas(areas=area_tree(text), by=None, at=moment())
    parties = data["parties"]
    Organisation.objects.filter(kind="purchaser").update(name=parties["purchaser"]["name"])
    if "provider" in parties:
        Organisation.objects.filter(pk=cast.provider.pk).update(name=parties["provider"]["name"])


# --- what is found ------------------------------------------------------------------------------------------------------


def shows_what_is_short(stage, row):
    """Whether the measurement tells what is missing: a number, an area, a cell, a paper, a return, or a row with its reason."""
    cells_short = row.cells is not None and row.cells[0] < row.cells[1]
    happened = row.target and not lower(row.target) and row.counting > 0  # what must not be
    others = row.not_counting if row.promise.source == "indicator" else 0
    said = (row.shortfall, row.area_shortfalls, cells_short, row.papers_missing, row.missing, happened, others)
    return any(said) or row.status == "unconfirmed" or bool(stage.codes(row))


def found(stage, row, wanted):
    """The values of a measurement that an outcome speaks of, in its words."""
    told = {
        "status": row.status,
        "value": str(row.value),
        "shortfall": str(row.shortfall),
        "cells": list(row.cells or ()),
    }
    told["areas"] = {area.area.name: str(area.value) for area in row.areas if area.area.name in wanted.get("areas", {})}
    if "because" in wanted:
        told["because"] = stage.codes(row)
    return {word: told[word] for word in FOUND if word in wanted}


def expected(outcome):
    """What an outcome says of the measurement, in the same form."""
    said = {word: outcome[word] for word in FOUND if word in outcome}
    for word in ("value", "shortfall"):
        if word in said:
            said[word] = str(said[word])
    if "areas" in said:
        said["areas"] = {name: str(value) for name, value in said["areas"].items()}
    if "because" in said:
        said["because"] = sorted(said["because"])
    return said
