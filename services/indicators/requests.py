"""What a promise needs to know: the items that the compiler is asked for, and how their numbers come together again."""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import wraps

from services.indicators import conditions as c
from services.indicators.compile import GridItem, Item
from services.indicators.promise import Promise, exact, holds
from services.indicators.sources import LIMITS
from services.indicators.words import AREA_LEVELS

ROWS = c.Count()
ONE = Fraction(1)
WHOLE = None
NIL = "nil_return"
ON_TIME = c.Field("on_time", "eq", True)


def schemes(promise):
    """The ways in which the promise's window is cut, one for each word of `every`."""
    if promise.first is None or promise.last is None:
        return []
    due = promise.due if promise.source == "document" else None
    if promise.every:
        return [
            c.Scheme(every, promise.first, promise.last, promise.anchor, promise.partial, due)
            for every in promise.every
        ]
    return [c.Scheme("", promise.first, promise.last)] if promise.each and promise.each.register else []


def placed(promise, scheme=None):
    """The condition that says which rows' day the promise speaks of: its window, an interval, or a period of its grid."""
    if promise.is_stock:
        return (c.Present(promise.present, promise.first, promise.last),)
    if scheme is not None:
        return (c.InPeriod(scheme),)
    cut = schemes(promise)
    if not promise.every:
        return (c.Window(promise.first, promise.last),)
    return (c.InPeriod(cut[0]),) if len(cut) == 1 else (c.AnyOf(tuple((c.InPeriod(one),) for one in cut)),)


def _on_time(promise, scheme):
    if promise.due is None or promise.source != "document":
        return ()
    cut = [scheme] if scheme is not None else schemes(promise)
    if len(cut) == 1:
        return (c.OnTime(cut[0]),)
    return (c.AnyOf(tuple((c.InPeriod(one), c.OnTime(one)) for one in cut)),)


def known(promise):
    """What must be known of a row for it to be counted: the keys, or the number that is added."""
    count = promise.count
    if count.how == "distinct":
        return tuple(c.Keyed(name) for name in count.keys)
    return (c.Valued(count.field),) if count.field else ()


def asks(promise, name):
    """Whether the promise asks for a field of its rows, or its divisor does."""
    parts = [promise, *([promise.over] if isinstance(promise.over, Promise) else [])]
    waiting = [condition for part in parts for condition in (*part.where, *part.gate)]
    while waiting:
        condition = waiting.pop()
        if isinstance(condition, c.AnyOf):
            waiting += [inner for group in condition.groups for inner in group]
        elif isinstance(condition, c.Field) and condition.name == name:
            return True
    return any(part.count.field == name for part in parts)


def registers(promises):
    """The names of all registers that promises ask about."""
    names, waiting = (
        set(),
        [
            own
            for promise in promises
            for part in (promise, promise.over)
            if isinstance(part, Promise)
            for own in (*part.where, *part.gate)
        ],
    )
    for promise in promises:
        if promise.each is not None and promise.each.register:
            names.add(promise.each.register)
            waiting += promise.each.where
    while waiting:
        condition = waiting.pop()
        if isinstance(condition, c.Listed):
            names.add(condition.register)
            waiting += condition.where
        elif isinstance(condition, c.AnyOf):
            waiting += [inner for group in condition.groups for inner in group]
        elif isinstance(condition, c.Has):
            waiting += condition.where
    return names


def admission():
    """State and area: rows that fail them are in neither number of a share."""
    return (c.Counts(), c.Served())


def spoken_of(promise, scheme=None):
    """The rows that the promise speaks of; a clock only once it can be judged."""
    judged = (c.Judged(_limits(promise.gate)),) if promise.source == "clock" else ()
    return placed(promise, scheme) + promise.where + judged


def _limits(gate):
    """The time limits among a clock's conditions: all that is lost by running on, whatever else may still come."""
    found = []
    for condition in gate:
        if isinstance(condition, c.Field) and _is_limit(condition):
            found.append(condition)
        elif isinstance(condition, c.AnyOf):
            groups = [tuple(filter(_is_limit, group)) for group in condition.groups]
            if all(groups):  # a group without a limit can still be met
                found.append(c.AnyOf(tuple(groups)))
    return tuple(found)


def _is_limit(condition):
    if not isinstance(condition, c.Field):
        return False
    return condition == ON_TIME or (condition.name in LIMITS and condition.op in ("le", "lt"))


def told_of(promise):
    """The rows that the promise speaks of, as people are told: those of subjects on the grid's register among them."""
    each = promise.each
    listed = (c.Listed(each.register, each.where),) if each is not None and each.register else ()
    return spoken_of(promise) + listed


def gates(promise, scheme=None):
    """What makes one of them count, in the order in which reasons are told."""
    return admission() + promise.gate + known(promise) + _on_time(promise, scheme)


def counting(promise, scheme=None):
    """All that must hold for a row to count."""
    return spoken_of(promise, scheme) + gates(promise, scheme)


def once(make):
    """A method of Requests that makes the same for the same promise, made once."""

    @wraps(make)
    def made(self, promise, *more):
        key = (make.__name__, id(promise), *more)
        if key not in self.made:
            self.made[key] = make(self, promise, *more)
        return self.made[key]

    return made


@dataclass(frozen=True)
class Requests:
    """Makes the items of promises; `promises` by code, to find those that another stands apart from."""

    promises: dict
    made: dict = field(default_factory=dict)

    def apart(self, promise):
        others = (self.promises[code] for code in promise.apart if code in self.promises)
        return tuple((other.kinds, spoken_of(other) + admission() + other.gate) for other in others)

    def item(self, promise, conditions, count=ROWS, scheme=None, cell="", apart=True):
        return Item(
            promise.source,
            promise.kinds,
            tuple(dict.fromkeys(conditions)),
            count,
            self.apart(promise) if apart else (),
            scheme,
            cell,
        )

    # --- the value ----------------------------------------------------------------------------------------------

    @once
    def numbers(self, promise, scheme=None, cell=""):
        """(item of the number, item of its own divisor or None)"""
        conditions, count = counting(promise, scheme), promise.count
        if count.how == "share":
            whole = spoken_of(promise, scheme) + admission()
            return self.item(promise, conditions, ROWS, scheme, cell), self.item(promise, whole, ROWS, scheme, cell)
        if count.how == "mean":
            added, known_rows = c.Count("sum", field=count.field), c.Count("known", field=count.field)
            return self.item(promise, conditions, added, scheme, cell), self.item(
                promise, conditions, known_rows, scheme, cell
            )
        return self.item(promise, conditions, count, scheme, cell), None

    def cell(self, promise):
        each = promise.each
        if each is None or each.register:
            return ""
        return f"@{each.area}" if each.area else each.field

    @once
    def grids(self, promise):
        """The register grids of the promise, one for each way of cutting the window."""
        per = promise.over if promise.over is not None else 1
        made = []
        for scheme in schemes(promise):
            plain = self.item(promise, counting(promise, scheme), promise.count, scheme)
            made.append(GridItem(plain, promise.each, promise.reach, per))
        return made

    @once
    def tables(self, promise):
        """(scheme, number item, divisor item) of grids without a register."""
        cell = self.cell(promise)
        return [(scheme, *self.numbers(promise, scheme, cell)) for scheme in schemes(promise) or [None]]

    # --- beside the value ---------------------------------------------------------------------------------------

    @once
    def mentioned(self, promise):
        return self.item(promise, told_of(promise), apart=False)

    @once
    def counted(self, promise):
        return self.item(promise, told_of(promise) + gates(promise))

    @once
    def pending(self, promise):
        return self.item(promise, (*told_of(promise), c.Pending()), apart=False)

    def paper(self, kind):
        return Item("document", (kind,), (c.Counts(),))

    @once
    def returns(self, promise):
        """(scheme of months, [(kind, item of its accepted nil returns by month)], item of what happened by month)"""
        scheme = c.Scheme("month", promise.first, promise.last, promise.anchor, promise.partial)
        asked = [
            (kind, Item("document", (NIL,), (c.Counts(), c.Field("of", "eq", kind), c.InPeriod(scheme)), scheme=scheme))
            for kind in promise.kinds
        ]
        return scheme, asked, self.item(promise, counting(promise, scheme), scheme=scheme)

    def all_of(self, promise):
        """Every item that the promise needs."""
        wanted = [
            self.mentioned(promise),
            self.counted(promise),
            self.pending(promise),
            *map(self.paper, promise.papers),
        ]
        if promise.nil:
            _scheme, asked, happened = self.returns(promise)
            wanted += [happened, *(item for _kind, item in asked)]
        if isinstance(promise.over, Promise):
            wanted += self.numbers(promise.over)
        if promise.each is not None and promise.each.register:
            wanted += self.grids(promise)
        elif promise.is_grid:
            wanted += [item for _scheme, *items in self.tables(promise) for item in items]
        else:
            wanted += self.numbers(promise)
        return [item for item in wanted if item is not None]


@dataclass(frozen=True)
class Found:
    """What the statements returned: {item: {scope: {(period number, cell): number}}}; scope None is the whole, else an area's number."""

    by_item: dict
    setting: object
    communities: dict

    def number(self, item, scope=WHOLE, place=(None, None)):
        """The number of an item, hours already divided."""
        value = self.by_item.get(item, {}).get(scope, {}).get(place) or 0
        return exact(value) / 60 if item.count.field == "hours" and item.count.how == "sum" else exact(value)

    def quotient(self, requests, promise, scope=WHOLE):
        """(number, divisor) of what is no grid: two exact numbers."""
        top, bottom = requests.numbers(promise)
        number, divisor = self.number(top, scope), ONE
        if bottom is not None:
            divisor = self.number(bottom, scope)
        if isinstance(promise.over, Promise):
            over, own = self.quotient(requests, promise.over, scope)
            return number * (own or 1), divisor * over
        return number, divisor if promise.over is None else divisor * exact(promise.over)

    def returns_missing(self, requests, promise):
        """[(kind, month)] of closed months in which nothing happened and nobody said so (零报告)."""
        if not promise.nil:
            return []
        scheme, asked, happened = requests.returns(promise)
        quiet = [
            (number, month)
            for number, month in enumerate(self.setting.periods(scheme), 1)
            if month.is_closed(self.setting.on) and not self.number(happened, place=(number, None))
        ]
        return [
            (kind, month)
            for number, month in quiet
            for kind, item in asked
            if not self.number(item, place=(number, None))
        ]

    def cells(self, requests, promise, scope=WHOLE):
        """(met, judged, all) cells of a grid."""
        if promise.each is not None and promise.each.register:
            found = [self.by_item.get(item, {}).get(scope, (0, 0, 0)) for item in requests.grids(promise)]
            total, judged, met = (sum(numbers) for numbers in zip(*found, strict=True)) if found else (0, 0, 0)
            return int(met), int(judged), int(total)
        marks = [(met, closed or met) for _place, _value, _limits, closed, met in self.table(requests, promise, scope)]
        return sum(met for met, _ in marks), sum(judged for _, judged in marks), len(marks)

    def table(self, requests, promise, scope=WHOLE):
        """The cells of a grid without a register: [((period or None, cell), value, comparisons, closed, met), …]."""
        made = []
        for scheme, top, bottom in requests.tables(promise):
            cut = list(enumerate(self.setting.periods(scheme), 1)) if scheme is not None else [(None, None)]
            cells = self._cells(promise, scope)
            made += [
                self._cell(promise, (top, bottom), scope, (number, cell), period)
                for number, period in cut
                for cell in cells
            ]
        return made

    def _cells(self, promise, scope):
        each = promise.each
        if each is None:
            return [None]
        if not each.area:
            return list(each.values)
        areas = (
            self.communities
            if each.area == AREA_LEVELS[1]
            else {area: number for number, area in enumerate(self.setting.areas, 1)}
        )
        return [str(area) for area, number in areas.items() if scope in (WHOLE, number)]

    def _cell(self, promise, items, scope, place, period):
        top, bottom = items
        value = self.number(top, scope, place)
        per = (
            Fraction(promise.over)
            if promise.over is not None and not isinstance(promise.over, Promise)
            else Fraction(1)
        )
        filled = True
        if bottom is not None:
            many = self.number(bottom, scope, place)
            per, filled = per * many, many > 0
        limits = promise.reach.on(period.first if period else self.setting.on)
        met = filled and bool(limits) and holds(limits, value, per)
        closed = period is None or period.is_closed(self.setting.on)
        return (period, place[1]), (value / per if per else None), limits, closed, met
