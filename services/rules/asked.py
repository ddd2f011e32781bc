"""What a contract's indicators look at in the rows of a source: what a form for such rows has to ask, and nothing else.

Pure: takes promises (services.indicators.promise), returns values. An indicator of any contract brings its own questions along.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from services.indicators import conditions as c
from services.indicators.promise import Promise
from services.indicators.sources import PLACES, SOURCES

# Names that stand beside a source's own fields and are never typed into facts.
ALWAYS_KNOWN = {
    *PLACES,
    "kind",
    "state",
    "age",
    "record",
    "org",
    "point",
    "person",
    "household",
    "case",
    "group",
    "subject",
}
STRENGTH = {"text": 0, "choice": 1, "date": 2, "number": 3, "boolean": 4}


@dataclass
class Asked:
    """Of one kind of rows: own fields {name: (type, codes of choices)}, papers, approvals, periods (Schemes), and limits.

    `limits` are (field, comparison, number) of clocks; `keys` what is counted (person, household …); `own` which of the
    source's own fields are looked at; `by_area` whether the area matters.
    """

    fields: dict = field(default_factory=dict)
    papers: list = field(default_factory=list)
    approvals: list = field(default_factory=list)
    periods: list = field(default_factory=list)
    limits: list = field(default_factory=list)
    keys: set = field(default_factory=set)
    own: set = field(default_factory=set)
    by_area: bool = False

    def want(self, name, kind, choices=()):
        """Note a field; a stricter type goes before a looser one, choices are gathered."""
        known, seen = self.fields.get(name, ("text", ()))
        stricter = kind if STRENGTH[kind] >= STRENGTH[known] else known
        self.fields[name] = (stricter, tuple(dict.fromkeys([*seen, *choices])))


def kinds_of(promises, source):
    """The kinds of a source that the promises speak of, in their order, each once."""
    found = {}
    for promise in promises.values():
        for part in _parts(promise):
            if part.source == source:
                found.update(dict.fromkeys(part.kinds))
            for condition in _flat((*part.where, *part.gate)):
                if isinstance(condition, c.Has) and condition.source == source:
                    found.update(dict.fromkeys(condition.kinds))
                if isinstance(condition, c.Listed) and source == "register":
                    found[condition.register] = None
            if source == "register" and part.each and part.each.register:
                found[part.each.register] = None
        if source == "document":  # papers that an indicator wants once, beside its number
            found.update(dict.fromkeys(promise.papers))
    return list(found)


def nil_kinds(promises):
    """The kinds of incidents of which none may happen and whose months want a nil return (零报告), in order."""
    wanted = [promise for promise in promises.values() if promise.source == "incident" and promise.nil]
    return list(dict.fromkeys(kind for promise in wanted for kind in promise.kinds))


def asked(promises, source, kind):
    """Everything that the promises look at in rows of this source and kind (Asked)."""
    found, known = Asked(), _known(source)
    for promise in promises.values():
        for part in _parts(promise):
            _read_part(found, part, source, kind, known)
        if promise.source == source and _speaks_of(promise, kind):
            found.by_area = found.by_area or bool(promise.areas) or bool(promise.each and promise.each.area)
            if source == "document":
                schemes = [_scheme(promise, every) for every in promise.every]
                found.periods += [scheme for scheme in schemes if scheme and scheme not in found.periods]
    return found


def _scheme(promise, every):
    """How a promise cuts its window into periods, as papers that cover one name it; None while the term is open."""
    if promise.first is None or promise.last is None:
        return None
    return c.Scheme(every, promise.first, promise.last, promise.anchor, promise.partial, promise.due)


def _known(source):
    described = SOURCES.get(source)
    own = {*described.fields, *described.keys} if described else set()
    return ALWAYS_KNOWN | own


def _parts(promise):
    return [promise, promise.over] if isinstance(promise.over, Promise) else [promise]


def _speaks_of(promise, kind):
    return not promise.kinds or kind in promise.kinds


def _read_part(found, part, source, kind, known):
    conditions = list(_flat((*part.where, *part.gate)))
    if part.source == source and _speaks_of(part, kind):
        _read_conditions(found, conditions, known)
        _read_count(found, part.count, known)
        if part.each and part.each.field:
            found.want(part.each.field, "choice", part.each.values) if part.each.field not in known else None
    for condition in conditions:
        if isinstance(condition, c.Has) and condition.source == source and kind in condition.kinds:
            _read_conditions(found, _flat(condition.where), known)
            _read_count(found, condition.count, known)
        if isinstance(condition, c.Listed) and source == "register" and condition.register == kind:
            _read_conditions(found, _flat(condition.where), known)
    if source == "register" and part.each and part.each.register == kind:
        _read_conditions(found, _flat(part.each.where), known)


def _read_conditions(found, conditions, known):
    for condition in conditions:
        if isinstance(condition, c.Papers):
            found.papers += [paper for paper in condition.kinds if paper not in found.papers]
        elif isinstance(condition, c.Approved):
            found.approvals += [code for code in condition.kinds if code not in found.approvals]
        elif isinstance(condition, c.Field):
            if condition.op in ("le", "lt") and condition.name in ("minutes", "hours", "workdays"):
                found.limits.append((condition.name, condition.op, condition.value))
            if condition.name in known or "." in condition.name:
                found.own.add(condition.name)
            else:
                found.want(condition.name, *_type_of(condition))


def _type_of(condition):
    value = condition.value
    if condition.op == "given":
        return ("text",)
    if condition.op == "before" or isinstance(value, date):
        return ("date",)
    values = value if isinstance(value, tuple | list) else (value,)
    if all(isinstance(one, bool) for one in values):
        return ("boolean",)
    if all(isinstance(one, int | float | Decimal) for one in values):
        return ("number",)
    return "choice", tuple(str(one) for one in values)


def _read_count(found, count, known):
    if count.field in known:
        found.own.add(count.field)
    elif count.field:
        found.want(count.field, "number")
    found.keys.update(count.keys)
    for name in count.keys:
        if name not in known:
            found.want(name, "text")


def _flat(conditions):
    for condition in conditions:
        if isinstance(condition, c.AnyOf):
            for group in condition.groups:
                yield from _flat(group)
        else:
            yield condition
