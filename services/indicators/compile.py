"""Compiles all that a contract's indicators ask of one source into one statement.

A row's conditions become bits of one word (a second word begins at 60), each different condition once for each kind. An
item is then a mask. Rows are read once, into `b`; then come branches over it: numbers by signature, distinct keys, and
grids over a register, where cells and what was done are appended and grouped, never joined.
"""

from dataclasses import dataclass

from services.indicators import conditions as c
from services.indicators.bits import OPERATORS, Conditions
from services.indicators.promise import Each, Requirement
from services.indicators.setting import Binder
from services.indicators.sources import SOURCES

WORD = 60
ROWS = c.Count()


@dataclass(frozen=True)
class Item:
    """One number that is wanted for the whole and for every area.

    `conditions` must all hold; a row that meets all of one of `apart` (kinds, conditions) is excluded. `scheme` and `cell`
    spread the number over periods and over a field's values or areas.
    """

    source: str
    kinds: tuple
    conditions: tuple
    count: c.Count = ROWS
    apart: tuple = ()
    scheme: c.Scheme | None = None
    cell: str = ""

    def __post_init__(self):
        """Items are asked for by value again and again: their hash is reckoned once."""
        values = (self.source, self.kinds, self.conditions, self.count, self.apart, self.scheme, self.cell)
        object.__setattr__(self, "hashed", hash(values))

    def __hash__(self):
        return self.hashed


@dataclass(frozen=True)
class GridItem:
    """Cells of subjects × periods that are wanted: all, judged, met. `plain` says what is done in a cell."""

    plain: Item
    each: Each
    reach: Requirement
    per: object = 1

    @property
    def source(self):
        return self.plain.source


class Frame:
    """The rows of one source as bits and columns, and the branches over them."""

    def __init__(self, source_name, items, setting, bind):
        self.source, self.setting, self.bind = SOURCES[source_name], setting, bind
        self.items = list(dict.fromkeys(items))
        self.conditions = Conditions(self.source, setting, bind)
        plains = [getattr(item, "plain", item) for item in self.items]
        # What stands apart brings its kinds along, or an item of any kind would not see them.
        named = dict.fromkeys(kind for item in plains for kinds in self._kinds_named(item) for kind in kinds)
        self.takes_any = any(not item.kinds for item in plains)
        self.kinds = [*named, *([""] if self.takes_any or not named else [])]
        self.bits = {kind: {} for kind in self.kinds}
        self.columns = {}
        for item in plains:
            self._allot(item)

    def _kinds_named(self, item):
        return [
            item.kinds,
            *((kinds for kinds, _others in item.apart) if not item.kinds else ()),
        ]

    def _kinds_of(self, item):
        return item.kinds or self.kinds

    def _allot(self, item):
        for kind in self._kinds_of(item):
            for condition in item.conditions:
                self.bits[kind].setdefault(condition, len(self.bits[kind]))
            for kinds, others in item.apart:
                if not kinds or kind in kinds:
                    for condition in others:
                        self.bits[kind].setdefault(condition, len(self.bits[kind]))

    # --- masks ---------------------------------------------------------------------------------------------------

    def _all_hold(self, kind, wanted, words="s{}"):
        masks = {}
        for condition in wanted:
            word, bit = divmod(self.bits[kind][condition], WORD)
            masks[word] = masks.get(word, 0) | 1 << bit
        return " AND ".join(f"{words.format(word)} & {mask} = {mask}" for word, mask in sorted(masks.items())) or "true"

    def mask(self, item):
        """The SQL over `b` that is true for the rows which count for the item."""
        tests = {}
        for number, kind in enumerate(self.kinds):
            if kind not in self._kinds_of(item):
                continue
            test = self._all_hold(kind, item.conditions)
            for kinds, others in item.apart:
                if not kinds or kind in kinds:
                    test += f" AND NOT ({self._all_hold(kind, others)})"
            tests.setdefault(test, []).append(str(number))
        if len(self.kinds) == 1:
            return f"({next(iter(tests))})"
        return (
            "("
            + " OR ".join(
                f"(k {'= ' + at[0] if len(at) == 1 else 'IN (' + ', '.join(at) + ')'} AND {test})"
                for test, at in tests.items()
            )
            + ")"
        )

    # --- the rows ------------------------------------------------------------------------------------------------

    def column(self, expression):
        """The name of a column of `b` for the expression."""
        return self.columns.setdefault(expression, f"c{len(self.columns)}")

    def words(self):
        """How many words the widest kind needs."""
        return max(1, -(-max(len(bits) for bits in self.bits.values()) // WORD))

    def _word(self, word):
        whens = []
        for kind in self.kinds:
            parts = [
                f"CASE WHEN {self.conditions.sql(condition)} THEN {1 << bit % WORD}::bigint ELSE 0 END"
                for condition, bit in self.bits[kind].items()
                if bit // WORD == word
            ]
            whens.append((kind, " + ".join(parts) or "0::bigint"))
        if len(whens) == 1:
            return whens[0][1]
        cases = " ".join(f"WHEN {self.bind(kind)} THEN {text}" for kind, text in whens if kind)
        rest = next((text for kind, text in whens if not kind), "0::bigint")
        return f"CASE {self.source.kind} {cases} ELSE {rest} END"

    def _kind(self):
        named = [kind for kind in self.kinds if kind]
        if len(self.kinds) == 1:
            return "0"
        return f"COALESCE(array_position({self.bind(named, 'text[]')}, ({self.source.kind})::text) - 1, {len(named)})"

    def rows(self, extra=()):
        """The select that reads the source's rows once; call it after every column has been asked for."""
        words = [f"{self._word(word)} AS s{word}" for word in range(self.words())]
        columns = [f"{expression} AS {name}" for expression, name in self.columns.items()]
        selected = ", ".join([f"{self._kind()} AS k", f"{self.conditions.unit()} AS unit", *words, *columns, *extra])
        tests = [self.conditions.own("t"), f"{self.source.day} <= {self.bind(self.setting.on, 'date')}"]
        if "" not in self.kinds:
            tests.append(f"{self.source.kind} = ANY({self.bind(self.kinds, 'text[]')})")
        if self.source.unseen:
            tests.append(f"{self.source.state} <> ALL({self.bind(list(self.source.unseen), 'text[]')})")
        return f"SELECT {selected} FROM {self.source.table} t {self.conditions.joined()} WHERE {' AND '.join(tests)}"

    # --- branches ------------------------------------------------------------------------------------------------

    def _bucket(self, item):
        return self.column(self.conditions.bucket(item.scheme)) if item.scheme else "NULL::int"

    def _cell(self, item):
        if not item.cell:
            return "NULL::text"
        key = {"@street": self.source.street, "@community": self.source.area}.get(item.cell)
        return self.column(
            f"({key})::text" if key else f"({self.conditions.shown(c.Field(item.cell, 'eq', ''))})::text"
        )

    def _sets(self, *columns):
        """Grouping once for the whole and, if the contract has areas, once for each area."""
        inner = ", ".join(columns)
        if not self.setting.areas:
            return f"GROUPING SETS (({inner}))" if inner else "GROUPING SETS (())"
        return f"GROUPING SETS (({inner}), ({', '.join(['unit', *columns])}))"

    def _total(self):
        return ("grouping(unit)", "unit") if self.setting.areas else ("1", "NULL::int")

    def branches(self):
        """(text, items) for each branch; numbers come back as one array, in the order of the items."""
        plain, distinct, grids = {}, {}, {}
        for item in self.items:
            if isinstance(item, GridItem):
                grids[item] = [item]
            elif item.count.how == "distinct":
                distinct.setdefault((item.scheme, item.cell, item.count.keys), []).append(item)
            else:
                plain.setdefault((item.scheme, item.cell), []).append(item)
        made = [(self._plain, items) for items in plain.values()]
        made += [(self._distinct, items) for items in distinct.values()]
        made += [(self._grid, items) for items in grids.values()]
        return [(write(number, items), items) for number, (write, items) in enumerate(made)]

    def _plain(self, number, items):
        bucket, cell = self._bucket(items[0]), self._cell(items[0])
        values = dict.fromkeys(item.count.field for item in items if item.count.field)
        sums = {name: self.column(self.conditions.number(name)) for name in values}
        inner = [f"sum({column}) AS x_{name}, count({column}) AS n_{name}" for name, column in sums.items()]
        words = [f"s{word}" for word in range(self.words())]
        picked = {"rows": "n", "share": "n", "sum": "x_{}", "known": "n_{}"}
        wanted = [
            f"sum({picked[item.count.how].format(item.count.field)}) FILTER (WHERE {self.mask(item)})" for item in items
        ]
        total, unit = self._total()
        keys = [name for name, real in (("bucket", items[0].scheme), ("cell", items[0].cell)) if real]
        source = ", ".join(["k", "unit", f"{bucket} AS bucket", f"{cell} AS cell", *words, "count(*) AS n", *inner])
        grouped = ", ".join(str(at + 1) for at in range(4 + len(words)))
        shown = [name if name in keys else kind for name, kind in (("bucket", "NULL::int"), ("cell", "NULL::text"))]
        return (
            f"SELECT {number} AS branch, {total} AS total, {unit} AS unit, {shown[0]} AS bucket, {shown[1]} AS cell, ARRAY[{', '.join(wanted)}]::numeric[] AS found"
            f" FROM (SELECT {source} FROM b GROUP BY {grouped}) h GROUP BY {self._sets(*keys)}"
        )

    def _distinct(self, number, items):
        bucket, cell = self._bucket(items[0]), self._cell(items[0])
        keys = [self.column(self.conditions.key(name)) for name in items[0].count.keys]
        places = [name for name, real in ((bucket, items[0].scheme), (cell, items[0].cell)) if real]
        masks = [self.mask(item) for item in items]
        flags = ", ".join(f"bool_or({mask}) AS m{at}" for at, mask in enumerate(masks))
        some = " OR ".join(dict.fromkeys(masks))  # rows that count for none of them need no group
        total, unit = self._total()
        inner = ", ".join([f"{total} AS total", f"{unit} AS unit", f"{bucket} AS bucket", f"{cell} AS cell", flags])
        counted = ", ".join(f"count(*) FILTER (WHERE m{at})" for at in range(len(items)))
        return (
            f"SELECT {number}, total, unit, bucket, cell, ARRAY[{counted}]::numeric[] FROM"
            f" (SELECT {inner} FROM b WHERE {some} GROUP BY {self._sets(*dict.fromkeys([*places, *keys]))}) x GROUP BY total, unit, bucket, cell"
        )

    def _grid(self, number, items):
        total, unit = self._total()
        return (
            f"SELECT {number}, {total}, {unit}, NULL::int, NULL::text, ARRAY[count(*), count(*) FILTER (WHERE closed OR met), count(*) FILTER (WHERE met)]::numeric[]"
            f" FROM ({self.cells(items[0])}) y GROUP BY {self._sets()}"
        )

    def cells(self, item):
        """One row for each cell of a register grid: subject, period number, area number, closed, met, what was done (v)."""
        plain = item.plain
        done = self._done(plain)
        appended = (
            f"SELECT subject, n, unit, closed, true AS due, NULL::numeric AS v, NULL::numeric AS w FROM ({self._subjects(item)}) q"
            f" UNION ALL SELECT subject, bucket, NULL::int, NULL::boolean, NULL::boolean, {done} FROM"
            f" (SELECT z.subject, {self._bucket(plain)} AS bucket, b.* FROM b CROSS JOIN LATERAL ({self._candidates(item)}) z(subject)"
            f" WHERE {self.mask(plain)} AND z.subject IS NOT NULL) d GROUP BY 1, 2"
        )
        grouped = f"SELECT subject, n, max(unit) AS unit, bool_or(closed) AS closed, max(v) AS v, max(w) AS w FROM ({appended}) a GROUP BY 1, 2 HAVING bool_or(due)"
        return f"SELECT subject, n, unit, closed, v, COALESCE({self._met(item)}, false) AS met FROM ({grouped}) g"

    def _done(self, plain):
        count = plain.count
        if count.how == "distinct":
            keys = [self.column(self.conditions.key(name)) for name in count.keys]
            return f"count(DISTINCT ({', '.join(keys)})), NULL::bigint"
        if count.how in ("sum", "mean"):
            column = self.column(self.conditions.number(count.field))
            return f"sum({column}), count({column})"
        return "count(*), NULL::bigint"

    def _candidates(self, item):
        columns = self.conditions.subjects(item.each.register)
        return (
            "VALUES " + ", ".join(f"({self.column(expression)})" for expression in columns)
            if columns
            else "SELECT NULL::uuid"
        )

    def _met(self, item):
        """What a cell must reach; a mean is compared as sum with limit × number, and an empty mean fails."""
        found = self.setting.periods(item.plain.scheme)
        by_limits = {}
        for number, period in enumerate(found, 1):
            by_limits.setdefault(item.reach.on(period.first), []).append(number)
        per = self.bind(item.per) if item.per != 1 else "1"
        times = f"w * {per}" if item.plain.count.how == "mean" else per
        if item.plain.count.field == "hours":
            times = f"60 * {times}"  # hours are added in minutes
        value = "v" if item.plain.count.how == "mean" else "COALESCE(v, 0)"
        tests = {
            limits: " AND ".join(f"{value} {OPERATORS[op]} {self.bind(limit)} * {times}" for op, limit in limits)
            or "false"
            for limits in by_limits
        }
        if len(tests) < 2:
            return next(iter(tests.values()), "false")
        whens = " ".join(
            f"WHEN n = ANY({self.bind(numbers, 'int[]')}) THEN {tests[limits]}" for limits, numbers in by_limits.items()
        )
        return f"CASE {whens} ELSE false END"

    def _subjects(self, item):
        """The subjects that are due in each period; of two stays in one period the earlier decides the area."""
        found, each = self.setting.periods(item.plain.scheme), item.each
        columns = f"t.id, t.subject, t.from_day, t.to_day, {self.conditions.area_number('t.street_id' if self.setting.level == 'street' else 't.area_id')} AS unit, t.area_id, t.street_id"
        stays = self.conditions.register(each.register, each.where, columns)
        on = self.setting.on
        arrays = [
            [n for n, _ in enumerate(found, 1)],
            [p.first for p in found],
            [p.last for p in found],
            [p.is_closed(on) for p in found],
        ]
        if item.plain.scheme.every == "":
            arrays[3] = [True]
        bound = ", ".join(
            self.bind(values, cast)
            for values, cast in zip(arrays, ("int[]", "date[]", "date[]", "boolean[]"), strict=True)
        )
        meets = {
            "start": "r.from_day <= p.f AND (r.to_day IS NULL OR r.to_day >= p.f)",
            "whole": "r.from_day <= p.f AND (r.to_day IS NULL OR r.to_day >= p.l)",
            "any": "r.from_day <= p.l AND (r.to_day IS NULL OR r.to_day >= p.f)",
        }[each.present]
        served = (
            " WHERE r.unit IS NOT NULL OR (r.area_id IS NULL AND r.street_id IS NULL)" if self.setting.areas else ""
        )
        only = "DISTINCT ON (r.subject, p.n)" if each.present == "any" else ""
        order = " ORDER BY r.subject, p.n, r.from_day" if only else ""
        return f"SELECT {only} r.subject, p.n, r.unit, p.closed FROM {stays} r JOIN unnest({bound}) p(n, f, l, closed) ON {meets}{served}{order}"

    def statement(self):
        """The whole statement and, for each branch, its items."""
        branches = self.branches()
        rows = self.rows()
        return f"WITH b AS MATERIALIZED ({rows}) " + " UNION ALL ".join(f"({text})" for text, _items in branches), [
            items for _text, items in branches
        ]


def compiled(items, setting):
    """[(statement, values, items of each branch), …]: one for each source that occurs."""
    by_source = {}
    for item in items:
        by_source.setdefault(item.source, []).append(item)
    made = []
    for source, wanted in by_source.items():
        bind = Binder()
        statement, branches = Frame(source, wanted, setting, bind).statement()
        made.append((statement, bind.values, branches))
    return made
