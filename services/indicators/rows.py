"""The rows behind a number: those that count, and those that don't with all reasons at once.

The same bits decide here as in the measurement, with one for each single paper and approval, so that the number and its
explanation cannot disagree.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from services.indicators import conditions as c
from services.indicators.compile import Frame, Item
from services.indicators.measure import read_contract, run, setting_of
from services.indicators.presenting import present, subjects_named
from services.indicators.reasons import reason
from services.indicators.requests import Requests, gates, told_of
from services.indicators.setting import Binder

DECIDERS = {"record": "质控", "case": "街道（乡镇）", "document": "甲方经办人", "incident": "甲方经办人"}


@dataclass(frozen=True)
class ListedRow:
    """One row of an indicator. `reasons` is empty when it counts; `codes` names the failed conditions for tests."""

    source: str
    id: UUID
    day: date
    counts: bool
    reasons: list
    codes: list
    unit: int | None
    state: str
    kind: str
    title: str = ""
    note: str = ""
    area: object = None
    place: str = ""
    who: str = ""
    papers: list = field(default_factory=list)
    figure: object = None
    url_name: str = ""
    url_pk: UUID | None = None

    @property
    def is_pending(self):
        """Whether it only waits for a decision."""
        return self.codes == ["state"]

    @property
    def mender(self):
        """Who can mend a row that doesn't count: those who decide, when it only waits; else who wrote it."""
        if self.is_pending and self.state in ("submitted", "intake_submitted", "delivered", "reported"):
            return DECIDERS.get(self.source, "")
        return self.who

    @property
    def papers_missing(self):
        return [(label, has) for label, has in self.papers if not has]

    @property
    def papers_told(self):
        """7 / 9 份"""
        return f"{len(self.papers) - len(self.papers_missing)} / {len(self.papers)} 份"

    @property
    def cursor(self):
        """Where the next page starts."""
        return f"{self.day:%Y-%m-%d}_{self.id}"


@dataclass(frozen=True)
class ShortCell:
    """One cell of a register grid that is not met: whose, when, how much was done, how much is wanted."""

    subject: UUID
    title: str
    period: object
    done: object
    required: object
    is_closed: bool
    area: object = None


def single(conditions):
    """Conditions with one bit for each paper and approval."""
    made = []
    for condition in conditions:
        if isinstance(condition, c.Papers | c.Approved):
            made += [replace(condition, kinds=(kind,)) for kind in condition.kinds]
        else:
            made.append(condition)
    return tuple(dict.fromkeys(made))


def code_of(condition):
    """A short name of a gate, as the worked examples use it."""
    names = {
        c.Counts: "state",
        c.Served: "area",
        c.Keyed: "key",
        c.Valued: "value",
        c.OnTime: "late",
        c.Papers: "papers",
        c.Approved: "approved",
        c.Has: "has",
        c.Listed: "listed",
        c.AnyOf: "any",
    }
    if isinstance(condition, c.AnyOf) and any(
        isinstance(inner, c.OnTime) for group in condition.groups for inner in group
    ):
        return "late"
    return condition.name if isinstance(condition, c.Field) else names[type(condition)]


class Listing:
    """One indicator of a contract on a day, prepared for listing its rows or cells."""

    def __init__(self, contract, indicator, *, on, labels, indicators=None):
        indicators = list(contract.indicators.all()) if indicators is None else indicators
        self.areas = [row.area for row in contract.contractareas.select_related("area")]
        self.promises = read_contract(contract, indicators)
        self.contract, self.promise, self.labels = contract, self.promises[indicator.code], labels
        self.setting = setting_of(contract, self.promises, on, self.areas)
        self.requests, self.bind = Requests(self.promises), Binder()

    def rows(self, *, counts, area, after, limit):
        promise = self.promise
        spoken, gate = told_of(promise), single(gates(promise))
        item = Item(promise.source, promise.kinds, (*spoken, *gate), apart=self.requests.apart(promise))
        frame = Frame(promise.source, [item], self.setting, self.bind)
        one = lambda wanted: frame.mask(replace(item, conditions=tuple(wanted), apart=()))  # noqa: E731
        held = [
            *(one([condition]) for condition in gate),
            *(frame.mask(replace(item, conditions=(), apart=(other,))) for other in item.apart),
        ]
        shown = [self._shown(frame, condition) for condition in gate]
        rows = frame.rows(
            (
                f"t.id AS id, {frame.source.day} AS day, {frame.source.state} AS state, ({frame.source.kind})::text AS kind, ARRAY[{', '.join(shown)}]::text[] AS shown",
            )
        )
        tests = [one(spoken)]
        if counts is not None:
            tests.append(frame.mask(item) if counts else f"NOT {frame.mask(item)}")
        if area is not None:
            tests.append(f"unit = {self.bind(1 + [own.pk for own in self.areas].index(area.pk))}")
        if after is not None:
            day, _, pk = after.partition("_")
            tests.append(f"(day, id) < ({self.bind(date.fromisoformat(day), 'date')}, {self.bind(UUID(pk), 'uuid')})")
        statement = f"SELECT id, day, state, kind, unit, ARRAY[{', '.join(held)}]::boolean[], shown FROM ({rows}) b WHERE {' AND '.join(tests)} ORDER BY day DESC, id DESC LIMIT {self.bind(limit)}"
        return [self._row(found, gate) for found in run(statement, self.bind.values)]

    @staticmethod
    def _shown(frame, condition):
        if isinstance(condition, c.Counts):
            return f"({frame.source.state})::text"
        if isinstance(condition, c.Has):
            return f"({frame.conditions.has_number(condition)})::text"
        return frame.conditions.shown(condition) if isinstance(condition, c.Field) else "NULL::text"

    def _row(self, found, gate):
        pk, day, state, kind, unit, held, shown = found
        source = self.promise.source
        failed = [(condition, value) for condition, value, ok in zip(gate, shown, held, strict=False) if not ok]
        texts = [reason(condition, value, source, self.labels) for condition, value in failed]
        taken = [code for code, free in zip(self.promise.apart, held[len(gate) :], strict=True) if not free]
        texts += [f"已计入“{self.promises[code].title}”，不再计入" for code in taken]
        return ListedRow(
            source,
            pk,
            day,
            not texts,
            texts,
            [*(code_of(condition) for condition, _ in failed), *("apart" for _ in taken)],
            unit,
            state,
            kind,
        )

    def progress(self):
        """[(day, how much was added on it), …] of what counts: a distinct key is added on the first day it counts."""
        promise, bind = self.promise, Binder()
        item = self.requests.numbers(promise)[0]
        frame = Frame(promise.source, [item], self.setting, bind)
        keys = [frame.column(frame.conditions.key(name)) for name in promise.count.keys]
        added = (
            f"sum({frame.column(frame.conditions.number(promise.count.field))})" if promise.count.field else "count(*)"
        )
        rows, mask = frame.rows((f"{frame.source.day} AS day",)), frame.mask(item)
        if keys:
            statement = f"SELECT day, count(*) FROM (SELECT min(day) AS day FROM ({rows}) b WHERE {mask} GROUP BY {', '.join(keys)}) f GROUP BY 1 ORDER BY 1"
        else:
            statement = f"SELECT day, {added} FROM ({rows}) b WHERE {mask} GROUP BY 1 ORDER BY 1"
        return run(statement, bind.values)

    def cells(self, *, area, after, limit):
        """Cells of a register grid that are not met, the oldest period first: closed ones, then those still running."""
        made = []
        for item in self.requests.grids(self.promise):
            bind = Binder()
            frame = Frame(item.source, [item], self.setting, bind)
            cells = frame.cells(item)
            test = f" AND unit = {bind(1 + [own.pk for own in self.areas].index(area.pk))}" if area is not None else ""
            statement = f"WITH b AS MATERIALIZED ({frame.rows()}) SELECT subject, n, unit, closed, v FROM ({cells}) y WHERE NOT met{test} ORDER BY closed DESC, n, subject LIMIT {bind(limit)} OFFSET {bind(after)}"
            periods = self.setting.periods(item.plain.scheme)
            for subject, n, unit, closed, done in run(statement, bind.values):
                required = dict(self.promise.reach.on(periods[n - 1].first))
                made.append(
                    ShortCell(
                        subject,
                        "",
                        periods[n - 1],
                        done or 0,
                        next(iter(required.values()), None),
                        closed,
                        self.areas[unit - 1] if unit else None,
                    )
                )
        return made


def progress(contract, indicator, *, on, labels):
    """How the value of a paced indicator grew: [(day, added), …], in one statement beside the definitions."""
    listing = Listing(contract, indicator, on=on, labels=labels)
    return listing.progress() if listing.promise.is_paced and not listing.promise.missing else []


def listed(contract, indicator, *, on, labels, counts=None, area=None, after=None, limit=50, indicators=None):
    """The rows that an indicator speaks of, latest first, in one statement and a few more for their titles.

    `counts` True or False keeps those that do or don't; `area` one contract area; `after` is the cursor of the last row
    seen. `indicators` are looked at instead of the stored ones (a trial count before saving). Rows of a contract whose
    parameter is missing, and of indicators about indicators, are none.
    """
    listing = Listing(contract, indicator, on=on, labels=labels, indicators=indicators)
    if listing.promise.missing or listing.promise.source == "indicator":
        return []
    found = listing.rows(counts=counts, area=area, after=after, limit=limit)
    return present(found, listing)


def short_cells(contract, indicator, *, on, labels, area=None, after=0, limit=50):
    """The cells of a grid over a register that are not met, with the names of their subjects."""
    listing = Listing(contract, indicator, on=on, labels=labels)
    if listing.promise.missing or listing.promise.each is None or not listing.promise.each.register:
        return []
    cells = listing.cells(area=area, after=after, limit=limit)
    names = subjects_named(contract, listing.promise.each.register, {cell.subject for cell in cells})
    return [replace(cell, title=names.get(cell.subject, "")) for cell in cells]
