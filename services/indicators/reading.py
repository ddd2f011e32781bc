"""Reads a definition (a mapping of words) into a Promise; every fault is told with its place, all at once."""

from collections.abc import Mapping
from dataclasses import replace

from services.indicators.promise import Each, Pay, Promise, Requirement
from services.indicators.reading_conditions import ConditionReader, as_day, many
from services.indicators.words import (
    ANCHORS,
    AREA_LEVELS,
    FORCES,
    OVER_WORDS,
    PARTIAL,
    PERIODS,
    PRESENT_ROWS,
    PRESENT_SUBJECTS,
    WORDS,
)


class Faulty(Exception):
    """A stored definition can't be read; it should never have been saved."""


class Reader(ConditionReader):
    """Reads one definition whole."""

    def over(self, value, promise, place):
        if not isinstance(value, Mapping):
            return self.number(value, place)
        known = self.words(value, OVER_WORDS, place)
        source, kinds = self.of(known["of"], f"{place}.of") if "of" in known else (promise.source, promise.kinds)
        return Promise(
            code=f"{promise.code}/",
            title=promise.title,
            source=source,
            kinds=kinds,
            first=promise.first,
            last=promise.last,
            present=self.present(known.get("present"), source, place),
            where=self.conditions(known.get("where"), f"{place}.where"),
            gate=self.conditions(known.get("gate"), f"{place}.gate"),
            count=self.count(known.get("count", "rows"), f"{place}.count"),
        )

    def present(self, value, source, place):
        if source not in ("register", "staff"):
            if value is not None:
                self.fault(place, "present 只用于名册和在岗人员")
            return ""
        return (
            self.one_of(value, PRESENT_ROWS, f"{place}.present")
            if value is not None
            else ("now" if source == "staff" else "opened")
        )

    def each(self, value, place):
        known = self.words(value, ("register", "where", "present", "area", "field", "in"), place)
        if "register" in known:
            present = self.one_of(known.get("present", "start"), PRESENT_SUBJECTS, f"{place}.present")
            return Each(
                register=self.name(known["register"], place),
                where=self.conditions(known.get("where"), f"{place}.where"),
                present=present,
            )
        if "area" in known:
            return Each(area=self.one_of(known["area"], AREA_LEVELS, place))
        if "field" in known and known.get("in"):
            return Each(field=self.name(known["field"], place), values=self.names(known["in"], f"{place}.in"))
        self.fault(place, "应写明 register、area，或 field 和 in")
        return Each(area="street")

    def within(self, value, place):
        if value is None:
            return self.term
        days = [as_day(item) for item in many(value)]
        if len(days) != 2 or None in days or days[0] > days[1]:
            self.fault(place, "应为 [起日, 止日]，起日不晚于止日")
            return self.term
        return tuple(days)

    # --- the whole ----------------------------------------------------------------------------------------------

    def read(self, definition):
        """The Promise; look at `faults` afterwards."""
        known = self.words(definition, WORDS, "指标")
        parent = self._parent(known)
        first, last = self.within(known.get("within"), "within")
        if parent is not None and "within" not in known:
            first, last = parent.first, parent.last
        source, kinds = (
            (parent.source, parent.kinds)
            if parent is not None and "of" not in known
            else self.of(known.get("of"), "of")
        )
        promise = Promise(
            code=str(known.get("id", "")),
            title=str(known.get("zh", "")),
            source=source,
            kinds=kinds,
            first=first,
            last=last,
            present=parent.present
            if parent is not None and "present" not in known
            else self.present(known.get("present"), source, "present"),
            where=self._with(parent and parent.where, self.conditions(known.get("where"), "where")),
            gate=self._with(parent and parent.gate, self.conditions(known.get("gate"), "gate")),
            count=self.count(known.get("count", "rows"), "count"),
            part_of=parent.code if parent is not None else "",
            unit=str(known.get("unit", "")),
            force=self.one_of(known.get("force", "hard"), FORCES, "force"),
            derived=known.get("derived", False) is True,
        )
        promise = self._spread(promise, known)
        promise = self._required(promise, known)
        if first is None or last is None:
            self.missing.append("term")
        inherited = parent.missing if parent is not None else ()
        return replace(promise, missing=tuple(dict.fromkeys([*inherited, *self.missing])))

    @staticmethod
    def _with(inherited, own):
        return tuple(dict.fromkeys([*(inherited or ()), *own]))

    def _parent(self, known):
        if "part_of" not in known:
            return None
        parent = self.parents.get(str(known["part_of"]))
        if parent is None:
            self.fault("part_of", f"没有指标“{known['part_of']}”，或互相包含")
        return parent

    def _spread(self, promise, known):
        every = known.get("every")
        due = self.words(known["due"], ("months", "day"), "due") if "due" in known else None
        return replace(
            promise,
            over=self.over(known["over"], promise, "over") if "over" in known else None,
            each=self.each(known["each"], "each") if "each" in known else None,
            every=tuple(self.one_of(item, PERIODS, "every") for item in many(every)) if every is not None else (),
            anchor=self.one_of(known.get("anchor", "calendar"), ANCHORS, "anchor"),
            partial=self.one_of(known.get("partial", "half"), PARTIAL, "partial"),
            due=(int(self.number(due.get("months", 0), "due")), int(self.number(due.get("day"), "due")))
            if due is not None
            else None,
            reach=self.requirement(known["reach"], "reach") if "reach" in known else Requirement(),
            apart=tuple(map(str, many(known["apart"]))) if "apart" in known else (),
        )

    def _required(self, promise, known):
        target = known.get("target")
        if target is None and promise.is_grid and "areas" not in known:
            target = {"eq": 100}
        areas = known["areas"] if isinstance(known.get("areas"), Mapping) else {}
        limits = areas["but"] if isinstance(areas.get("but"), Mapping) else {}
        pay = self.words(known["pay"], ("price", "cap"), "pay") if "pay" in known else None
        return replace(
            promise,
            target=self.requirement(target, "target") if target not in (None, "none") else Requirement(),
            reports_only=target == "none",
            areas=self.requirement(known["areas"], "areas") if "areas" in known else Requirement(),
            area_limits=tuple((str(name), self.number(limit, "areas.but")) for name, limit in limits.items()),
            papers=self.names(known["papers"], "papers") if "papers" in known else (),
            nil=self.one_of(known["nil"], ("month",), "nil") if "nil" in known else "",
            pay=Pay(self.number(pay.get("price"), "pay.price"), self.number(pay.get("cap"), "pay.cap"))
            if pay is not None
            else None,
        )


def read_all(definitions, *, term, parameters, orders=None):
    """All promises of a contract, parents first: ({code: Promise}, {code: [fault, …]}).

    A missing parameter spreads to the parts of an indicator and to those that stand apart from it.
    """
    by_code = {str(definition.get("id", "")): definition for definition in definitions}
    promises, faults, waiting = {}, {}, dict(by_code)
    while waiting:
        ready = [code for code, definition in waiting.items() if str(definition.get("part_of")) not in waiting]
        for code in ready or list(waiting):  # nothing is ready: the rest is circular, and says so itself
            reader = Reader(
                term=term, parameters=parameters, parents=promises, orders=waiting[code].get("orders") or orders
            )
            promises[code] = reader.read({word: value for word, value in waiting.pop(code).items() if word != "orders"})
            faults[code] = reader.faults
    return _spread_missing(promises), {code: found for code, found in faults.items() if found}


def _spread_missing(promises):
    grown = True
    while grown:
        grown = False
        for code, promise in promises.items():
            near = [promises[other] for other in (*promise.apart, promise.part_of) if other in promises]
            missing = tuple(dict.fromkeys([*promise.missing, *(name for other in near for name in other.missing)]))
            if missing != promise.missing:
                promises[code], grown = replace(promise, missing=missing), True
    return promises
