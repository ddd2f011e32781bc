"""Reads the smaller things of a definition: names, numbers, comparisons, conditions; reading.py reads the whole."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from services.indicators.conditions import AnyOf, Approved, Count, Field, Has, Listed, Papers
from services.indicators.promise import UNSET, Requirement
from services.indicators.words import COMPARISONS, HAS_WORDS, NAME, SOURCES


def as_day(value):
    """A date from YAML (a date) or from JSON (its ISO text), or None."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def is_number(value):
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def many(value):
    """A word that may be one or a list of them, as a tuple."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


class ConditionReader:
    """Reads parts of one definition. `orders` maps an ordered choice field to its codes, lowest first."""

    def __init__(self, *, term=(None, None), parameters=None, parents=None, orders=None):
        self.term, self.parameters, self.parents, self.orders = term, parameters or {}, parents or {}, orders or {}
        self.faults, self.missing = [], []

    def fault(self, place, text):
        self.faults.append(f"{place}：{text}")

    # --- small things -------------------------------------------------------------------------------------------

    def name(self, value, place):
        if isinstance(value, str) and NAME.match(value):
            return value
        self.fault(place, f"“{value}”不是代号（小写字母、数字、下划线，字母开头）")
        return "unknown"

    def names(self, value, place):
        return tuple(self.name(item, place) for item in many(value))

    def number(self, value, place):
        """A number, or that of a parameter; a parameter without a value makes the indicator 缺参数."""
        if isinstance(value, str) and value.startswith("$"):
            known = self.parameters.get(value[1:])
            if value[1:] not in self.parameters:
                self.fault(place, f"合同没有参数“{value[1:]}”")
            elif known is None:
                self.missing.append(value[1:])
            else:
                return self.number(known, place)
            return UNSET
        if not is_number(value):
            self.fault(place, f"“{value}”应为数字")
            return Decimal(0)
        return Decimal(str(value))

    def one_of(self, value, allowed, place):
        if value in allowed:
            return value
        self.fault(place, f"“{value}”应为 {'、'.join(allowed)} 之一")
        return allowed[0]

    def words(self, mapping, allowed, place):
        if not isinstance(mapping, Mapping):
            self.fault(place, "应为一组“词: 值”")
            return {}
        for word in mapping:
            if word not in allowed:
                self.fault(place, f"不认识“{word}”")
        return {word: value for word, value in mapping.items() if word in allowed}

    def comparisons(self, mapping, place):
        """{ge: 30, le: 50} → (("ge", 30), ("le", 50))"""
        known = self.words(mapping, (*COMPARISONS, "since", "but"), place)
        made = tuple((op, self.number(known[op], f"{place}.{op}")) for op in COMPARISONS if op in known)
        if not made:
            self.fault(place, "缺少比较（ge gt le lt eq ne）")
        return made

    def requirement(self, value, place):
        entries = []
        for entry in value if isinstance(value, list) else [value]:
            since = entry.get("since") if isinstance(entry, Mapping) else None
            if since is not None and as_day(since) is None:
                self.fault(place, f"“{since}”不是日期")
            entries.append((as_day(since), self.comparisons(entry, place)))
        return Requirement(tuple(entries))

    # --- conditions ---------------------------------------------------------------------------------------------

    def conditions(self, mapping, place):
        if mapping is None:
            return ()
        if not isinstance(mapping, Mapping):
            self.fault(place, "应为一组条件")
            return ()
        made = []
        for word, value in mapping.items():
            special = {
                "papers": self._papers,
                "approved": self._approved,
                "has": self._has,
                "listed": self._listed,
                "any": self._any,
            }.get(word)
            made += special(value, f"{place}.{word}") if special else self._field(word, value, f"{place}.{word}")
        return tuple(dict.fromkeys(made))

    def _papers(self, value, place):
        return [Papers(self.names(value, place))]

    def _approved(self, value, place):
        return [Approved(self.names(value, place))]

    def _listed(self, value, place):
        made = []
        for entry in value if isinstance(value, list) else [value]:
            known = self.words(entry, ("register", "where"), place)
            made.append(
                Listed(
                    self.name(known.get("register"), f"{place}.register"),
                    self.conditions(known.get("where"), f"{place}.where"),
                )
            )
        return made

    def _any(self, value, place):
        if not isinstance(value, list) or len(value) < 2:
            self.fault(place, "应为两组以上的条件")
            return []
        if any(isinstance(group, Mapping) and "any" in group for group in value):
            self.fault(place, "any 里不能再用 any")
            return []
        return [AnyOf(tuple(self.conditions(group, place) for group in value))]

    def _has(self, value, place):
        made = []
        for entry in value if isinstance(value, list) else [value]:
            known = self.words(entry, HAS_WORDS, place)
            source, kinds = self.of(known.get("of"), f"{place}.of")
            if source not in ("record", "answer"):
                self.fault(place, "只能数挂在个案或小组下的 record、answer")
            where, count = (
                self.conditions(known.get("where"), f"{place}.where"),
                self.count(known.get("count", "rows"), f"{place}.count"),
            )
            limits = self.comparisons({op: known[op] for op in COMPARISONS if op in known}, place)
            made += [Has(source, kinds, where, count, op, limit) for op, limit in limits]
        return made

    def _field(self, name, value, place):
        if not (isinstance(name, str) and NAME.match(name.removeprefix("person."))):
            self.fault(place, f"“{name}”不是字段名")
            return []
        if isinstance(value, list):
            return [Field(name, "in", tuple(self._value(item, place) for item in value))]
        if isinstance(value, Mapping):
            return self._comparison(name, value, place)
        return [Field(name, "eq", self._value(value, place))]

    def _value(self, value, place):
        if isinstance(value, bool):
            return value
        if (isinstance(value, str) and value.startswith("$")) or is_number(value):
            return self.number(value, place)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, str) and value:
            return value
        self.fault(place, f"“{value}”不能用来比较")
        return ""

    def _comparison(self, name, mapping, place):
        made = []
        for op, value in self.words(mapping, (*COMPARISONS, "given", "before"), place).items():
            if op == "given":
                if not isinstance(value, bool):
                    self.fault(place, "given 应为 true 或 false")
                made.append(Field(name, "given", value is True))
            elif op == "before":
                made.append(Field(name, "before", self.name(value, place)))
            elif (
                isinstance(value, str)
                and not value.startswith("$")
                and as_day(value) is None
                and op not in ("eq", "ne")
            ):
                made.append(self._ordered(name, op, value, place))
            else:
                made.append(Field(name, op, self._value(value, place)))
        return made

    def _ordered(self, name, op, value, place):
        """{ge: provincial} on an ordered choice is the list of the choices from there on."""
        order = list(self.orders.get(name, ()))
        if value not in order:
            self.fault(place, f"“{name}”不是有序选项，或没有选项“{value}”")
            return Field(name, "in", ())
        at = order.index(value)
        chosen = {"ge": order[at:], "gt": order[at + 1 :], "le": order[: at + 1], "lt": order[:at]}[op]
        return Field(name, "in", tuple(chosen))

    # --- the words ----------------------------------------------------------------------------------------------

    def of(self, value, place):
        """`source`, `source.kind` or `source.a|b` → (source, kinds)"""
        if not isinstance(value, str):
            self.fault(place, "缺少计量来源")
            return "record", ()
        source, _, kinds = value.partition(".")
        if source not in SOURCES:
            self.fault(place, f"没有来源“{source}”")
            return "record", ()
        if source == "staff" and not kinds:
            return source, ("project",)
        return source, self.names(kinds.split("|"), place) if kinds else ()

    def count(self, value, place):
        if value in ("rows", "share"):
            return Count(value)
        if isinstance(value, Mapping):
            for how, name in self.words(value, ("sum", "mean"), place).items():
                return Count(how, field=self.name(name, place))
            self.fault(place, "应为 sum 或 mean")
            return Count()
        return Count("distinct", keys=self.names(value, place))
