"""Turns a condition into the SQL that decides it for one row, with the joins that it needs.

Text is built from names that passed the check and from sources.py; every value is bound. A missing value makes the SQL
null, and null is not met.
"""

import json
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import singledispatchmethod

from services.indicators import conditions as c
from services.indicators import sources
from tenancy.clock import SHANGHAI

OPERATORS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "eq": "=", "ne": "<>"}


class Conditions:
    """Writes conditions on the rows of one source."""

    def __init__(self, source, setting, bind):
        self.source, self.setting, self.bind = source, setting, bind
        self.joins, self._has = {}, {}

    # --- where rows come from ------------------------------------------------------------------------------------

    def own(self, alias):
        """The explicit tenant and contract filter that every table in a statement carries."""
        return f"{alias}.tenant_id = {self.bind(self.setting.tenant_id)} AND {alias}.contract_id = {self.bind(self.setting.contract_id)}"

    def unit(self):
        """The number of the contract area that the row lies in, or null."""
        return self.area_number(self.source.street if self.setting.level == "street" else self.source.area)

    def area_number(self, column):
        if not self.setting.areas or column.startswith("NULL"):
            return "NULL::int"
        return f"array_position({self.bind(list(self.setting.areas), 'uuid[]')}, {column})"

    def key(self, name):
        return self._filled(sources.key_expression(self.source, name))

    def _filled(self, text):
        """A column expression with what the compiler binds or joins."""
        for mark, made in (
            ("{on}", lambda: self.bind(self.setting.on, "date")),
            ("{now}", lambda: self.bind(datetime.combine(self.setting.on, time.min, SHANGHAI), "timestamptz")),
            ("{workdays}", lambda: self.bind(self.setting.workdays(), "date[]")),
            ("{team}", self._team),
        ):
            if mark in text:
                text = text.replace(mark, made())
        return text

    def bucket(self, scheme):
        """The number (from 1) of the period in which the row falls, or null; papers are placed by what they cover."""
        found = self.setting.periods(scheme)
        if not found:
            return "NULL::int"
        if self.source.name == "document":
            firsts, lasts, day = [p.whole_first for p in found], [p.whole_last for p in found], "t.covers_from"
            extra = f" AND t.covers = {self.bind(scheme.every)}"
        else:
            firsts, lasts, day, extra = [p.first for p in found], [p.last for p in found], self.source.day, ""
        place = f"width_bucket({day}, {self.bind(firsts, 'date[]')})"
        inside = f"{day} BETWEEN {self.bind(firsts[0], 'date')} AND {self.bind(lasts[-1], 'date')}{extra}"
        if scheme.every in ("workday", "open_day"):
            inside += f" AND {day} = ANY({self.bind(firsts, 'date[]')})"
        return f"CASE WHEN {inside} THEN {place} END"

    # --- one condition ------------------------------------------------------------------------------------------

    @singledispatchmethod
    def sql(self, condition):
        raise TypeError(condition)

    @sql.register
    def _(self, condition: c.Window):
        return f"{self.source.day} BETWEEN {self.bind(condition.first, 'date')} AND {self.bind(condition.last, 'date')}"

    @sql.register
    def _(self, condition: c.Present):
        first, last = self.bind(condition.first, "date"), self.bind(condition.last, "date")
        starts, ends = self.source.starts, self.source.ends
        until = self.bind(min(self.setting.on, condition.last), "date")
        if condition.how == "opened":
            return f"{starts} BETWEEN {first} AND {last}"
        since = until if condition.how == "now" else first
        return f"{starts} <= {until} AND ({ends} IS NULL OR {ends} >= {since})"

    @sql.register
    def _(self, condition: c.InPeriod):
        return f"({self.bucket(condition.scheme)}) IS NOT NULL"

    @sql.register
    def _(self, condition: c.OnTime):
        due = self.bind([period.due for period in self.setting.periods(condition.scheme)], "date[]")
        return f"{self.source.day} <= ({due})[{self.bucket(condition.scheme)}]"

    @sql.register
    def _(self, condition: c.Judged):
        lost = [
            "t.on_time IS FALSE" if getattr(limit, "name", "") == "on_time" else f"NOT ({self.sql(limit)})"
            for limit in condition.limits
        ]
        return " OR ".join([f"t.stopped_on <= {self.bind(self.setting.on, 'date')}", *lost])

    @sql.register
    def _(self, condition: c.Counts):
        return f"{self.source.state} = ANY({self.bind(list(self.source.counting), 'text[]')})"

    @sql.register
    def _(self, condition: c.Pending):
        return f"{self.source.state} = ANY({self.bind(list(self.source.pending), 'text[]')})"

    @sql.register
    def _(self, condition: c.Served):
        if not self.setting.areas or self.source.area.startswith("NULL"):
            return "true"
        return f"({self.source.area} IS NULL AND {self.source.street} IS NULL) OR {self.unit()} IS NOT NULL"

    @sql.register
    def _(self, condition: c.Keyed):
        return f"{self.key(condition.name)} IS NOT NULL"

    @sql.register
    def _(self, condition: c.Valued):
        return f"{self.number(condition.name)} IS NOT NULL"

    @sql.register
    def _(self, condition: c.Papers):
        return self._contains(self.source.papers, "papers", condition.kinds)

    @sql.register
    def _(self, condition: c.Approved):
        return self._contains(self.source.approvals, "approvals", condition.kinds)

    def _contains(self, column, fact, kinds):
        if column:
            return f"{column} @> {self.bind(list(kinds), 'text[]')}"
        facts = self.source.facts
        listed = f"{facts}->'{fact}' @> {self.bind(json.dumps(kinds), 'jsonb')}"
        if fact != "approvals":
            return listed
        # A kind of activity has an approval as one of its own fields: signed by the supervisor, yes or no.
        ticked = " AND ".join(f"{facts}->'{kind}' = 'true'::jsonb" for kind in kinds)
        return f"COALESCE({listed}, false) OR ({ticked})"

    @sql.register
    def _(self, condition: c.AnyOf):
        groups = (" AND ".join(f"({self.sql(inner)})" for inner in group) or "true" for group in condition.groups)
        return " OR ".join(f"({group})" for group in groups)

    @sql.register
    def _(self, condition: c.Listed):
        return " OR ".join(f"{alias}.id IS NOT NULL" for alias in self._listed(condition)) or "false"

    @sql.register
    def _(self, condition: c.Has):
        return f"COALESCE({self.has_number(condition)}, 0) {OPERATORS[condition.op]} {self.bind(condition.limit)}"

    @sql.register
    def _(self, condition: c.Field):
        value = condition.value
        if condition.op == "given":
            return f"({self.shown(condition)}) IS {'NOT ' if value else ''}NULL"
        if condition.op == "before":
            return f"{self._typed(condition.name, 'date')} < {self._typed(value, 'date')}"
        kind = self._kind_of(value)
        column = self._typed(condition.name, kind)
        if condition.op == "in":
            return f"{column} = ANY({self.bind(list(value), 'numeric[]' if kind == 'number' else 'text[]')})"
        if kind == "boolean":
            return f"{column} {OPERATORS[condition.op]} {'true' if value else 'false'}"
        return f"{column} {OPERATORS[condition.op]} {self.bind(value, '' if kind == 'number' else 'text')}"

    # --- columns ------------------------------------------------------------------------------------------------

    @staticmethod
    def _kind_of(value):
        sample = value[0] if isinstance(value, tuple) and value else value
        if isinstance(sample, bool):
            return "boolean"
        if isinstance(sample, int | Decimal):
            return "number"
        try:
            date.fromisoformat(sample)
        except (TypeError, ValueError):
            return "text"
        return "date"

    def _typed(self, name, kind):
        """The field's column as the type that it is compared as."""
        if name == "day":
            return f"({self.source.day})::text"
        if name in ("age", "person.age"):
            return self._age(name)
        if name == "person.sex":
            return f"NULLIF({self._person()}.sex, '')"
        if name in self.source.fields:
            column, own = self.source.fields[name]
            column = self._filled(column)
            return f"({column})::text" if own == "date" else column
        if name in ("kind", *self.source.keys, *sources.PLACES):
            return f"({self.key(name)})::text"
        if kind == "number":
            return sources.fact_number(self.source, name)
        if kind == "boolean":
            fact = f"{self.source.facts}->'{name}'"
            return f"CASE WHEN jsonb_typeof({fact}) = 'boolean' THEN ({fact})::boolean END"
        if kind == "date":
            # Dates are compared as ISO text: a date among the facts that is none can't break a statement.
            text = f"{self.source.facts}->>'{name}'"
            return f"CASE WHEN {text} ~ '^\\d{{4}}-\\d\\d-\\d\\d$' THEN {text} END"
        return f"NULLIF({self.source.facts}->>'{name}', '')"

    def shown(self, condition):
        """The value that the field has, as text for people; null when it is not recorded."""
        if condition.name in sources.LIMITS and self.source.name == "clock":
            # Rounded up: what is too long by a second must not look as if it kept the limit.
            return f"trim_scale(ceil({self._typed(condition.name, '')}::numeric * 100) / 100)::text"
        if condition.name in self.source.fields or condition.name in ("age", "person.age", "person.sex"):
            return f"({self._typed(condition.name, '')})::text"
        return f"({self._typed(condition.name, 'text')})::text"

    def number(self, name):
        """The column of a number that is added; hours are added in minutes, and divided once in the end."""
        if name != "hours" or not self.setting.hours or self.source.name != "record":
            return self._filled(sources.number_expression(self.source, name))
        cases = []
        for kind, rule in self.setting.hours.items():
            unit = {"row": "1", "minutes": "t.minutes / 60.0", "participants": "t.participants"}[rule["per"]]
            cases.append(f"WHEN {self.bind(kind)} THEN {unit} * {self.bind(Decimal(str(rule.get('hours', 1))) * 60)}")
        return f"(CASE {self.source.kind} {' '.join(cases)} ELSE t.minutes END)::numeric"

    def _age(self, name):
        if self.source.name == "staff":
            born, day = "t.born_on::text", self.bind(self.setting.on, "date")
        else:
            born, day = f"({self._person()}.birth_date)::text", self.source.day
        turned = f"CASE WHEN substr({born}, 6) > to_char({day}, 'MM-DD') THEN 1 ELSE 0 END"
        return f"(date_part('year', {day})::int - left({born}, 4)::int - {turned})"

    def _person(self):
        column = self.source.keys["person"] if self.source.name != "register" else "t.person_id"
        tenant = self.bind(self.setting.tenant_id)
        return self._join(
            "person",
            lambda alias: (
                f"LEFT JOIN caseload_person {alias} ON {alias}.tenant_id = {tenant} AND {alias}.id = {column}"
            ),
        )

    # --- joins ---------------------------------------------------------------------------------------------------

    def _join(self, key, written):
        if key not in self.joins:
            alias = f"j{len(self.joins)}"
            self.joins[key] = (alias, written(alias))
        return self.joins[key][0]

    def register(self, register, where, columns):
        """The verified stays on a register of this contract that are known on the day, as a sub-select."""
        inner = Conditions(sources.REGISTER, self.setting, self.bind)
        tests = [
            inner.own("t"),
            f"t.kind = {self.bind(register)}",
            "t.state = 'verified'",
            f"t.from_day <= {self.bind(self.setting.on, 'date')}",
        ]
        tests += [f"({inner.sql(condition)})" for condition in where]
        return f"(SELECT {columns} FROM caseload_registerentry t {inner.joined()} WHERE {' AND '.join(tests)})"

    def subjects(self, register):
        """The columns of this source that can be a subject of the register; none while nobody is on it."""
        columns = [
            self.source.subjects[what]
            for what in self.setting.subjects.get(register, ())
            if what in self.source.subjects
        ]
        return [self._filled(column) for column in dict.fromkeys(columns)]

    def _team(self):
        tenant = self.bind(self.setting.tenant_id)
        return self._join(
            "team",
            lambda alias: (
                f"LEFT JOIN caseload_registerentry {alias} ON {alias}.tenant_id = {tenant} AND {alias}.id = t.team_id"
            ),
        )

    def _listed(self, condition):
        """One join for each column that can be the register's subject."""
        stay = self.register(condition.register, condition.where, "t.id, t.subject, t.from_day, t.to_day")
        day = self.source.day
        on = "{0}.subject = {1} AND {0}.from_day <= " + day + " AND ({0}.to_day IS NULL OR {0}.to_day >= " + day + ")"

        def joined(column):
            return self._join(
                (condition, column), lambda alias: f"LEFT JOIN {stay} {alias} ON {on.format(alias, column)}"
            )

        return [joined(column) for column in self.subjects(condition.register)]

    def has_number(self, condition):
        """How many rows (or how much) hang on this one; null when there is none."""
        child = sources.SOURCES[condition.source]
        column = child.hangs_on[self.source.name]
        counted = replace(condition, op="", limit=None)
        family = self._has.setdefault((condition.source, column), {})
        if counted not in family:
            family[counted] = f"n{len(family)}"
            self.joins[("has", condition.source, column)] = self._has_join(condition.source, column, family)
        return f"{self.joins['has', condition.source, column][0]}.{family[counted]}"

    def _has_join(self, source, column, family):
        """One sub-select for all children of a source: each different condition is a filter in it."""
        child = Conditions(sources.SOURCES[source], self.setting, self.bind)
        alias = self.joins.get(("has", source, column), (f"j{len(self.joins)}", ""))[0]
        wanted = [f"{child.hanging(counted)} AS {name}" for counted, name in family.items()]
        tests = [
            child.own("t"),
            f"t.{column} IS NOT NULL",
            f"{child.source.day} <= {self.bind(self.setting.on, 'date')}",
            child.sql(c.Counts()),
        ]
        kinds = {kind for counted in family for kind in counted.kinds}
        if all(counted.kinds for counted in family):
            tests.append(f"{child.source.kind} = ANY({self.bind(sorted(kinds), 'text[]')})")
        body = f"SELECT t.{column} AS parent, {', '.join(wanted)} FROM {child.source.table} t {child.joined()} WHERE {' AND '.join(tests)} GROUP BY 1"
        return alias, f"LEFT JOIN ({body}) {alias} ON {alias}.parent = t.id"

    def hanging(self, counted):
        """One child condition as an aggregate."""
        tests = [f"({self.sql(condition)})" for condition in counted.where]
        if counted.kinds:
            tests.insert(0, f"{self.source.kind} = ANY({self.bind(list(counted.kinds), 'text[]')})")
        how = counted.count.how
        if how == "distinct":
            keys = [self.key(name) for name in counted.count.keys]
            tests += [f"{key} IS NOT NULL" for key in keys]
            value = f"count(DISTINCT ({', '.join(keys)}))"
        else:
            value = "count(*)" if how == "rows" else f"sum({self.number(counted.count.field)})"
        return f"{value} FILTER (WHERE {' AND '.join(tests)})" if tests else value

    def joined(self):
        return " ".join(text for _alias, text in self.joins.values())
