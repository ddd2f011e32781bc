"""Measures a contract's whole table on a day: reads the promises, asks the compiler, runs its statements, decides."""

from decimal import Decimal
from fractions import Fraction

from django.db import connection

from contracts.queries import hours_table
from services.indicators import preparing, requests, status
from services.indicators.asking import asks_only_what_is_counted, rows_of
from services.indicators.compile import GridItem
from services.indicators.promise import exact, lower
from services.indicators.requests import WHOLE, Found
from services.indicators.setting import Setting
from services.indicators.table import AreaMeasured, CellMeasured, Measured, PayLine, Table
from services.indicators.words import COLUMNS
from tenancy import workdays
from tenancy.models import Area

# What stands on registers. Written out: it is asked before every measurement, and making it anew takes longer than it does.
SUBJECTS = """
SELECT DISTINCT kind, CASE WHEN person_id IS NOT NULL THEN 'person' WHEN household_id IS NOT NULL THEN 'household' ELSE 'label' END AS what
  FROM caseload_registerentry WHERE tenant_id = %(tenant)s AND contract_id = %(contract)s AND kind = ANY(%(registers)s) ORDER BY kind, what
"""
NOTHING_MISSING = {0: Decimal(0), 2: Decimal("0.00")}
SIGNS = {"ge": "≥ ", "gt": "> ", "le": "≤ ", "lt": "< ", "eq": "", "ne": "≠ "}


def definition_of(indicator):
    """The words of a stored indicator, columns included, as reading.py takes them."""
    columns = {
        word: getattr(indicator, column)
        for word, column in COLUMNS.items()
        if getattr(indicator, column) or word in ("id", "zh")
    }
    return {**indicator.definition, **columns}


def read_contract(contract, indicators):
    """The promises of a contract's stored indicators, by code."""
    return reading_of(contract, indicators).promises


def reading_of(contract, indicators):
    """The promises with the maker of their items; read once while nothing changes."""
    term = (contract.starts_on, contract.ends_on)
    return preparing.read([definition_of(row) for row in indicators], term=term, parameters=contract.parameters)


def setting_of(contract, promises, on, areas):
    """What the compiler must know of the contract; the work calendar is read only if a grid has working days."""
    registers = sorted(requests.registers(list(promises.values())))
    firsts = [promise.first for promise in promises.values() if promise.first is not None]
    needs_calendar = any(map(_asks_calendar, promises.values()))
    return Setting(
        tenant_id=contract.tenant_id,
        contract_id=contract.pk,
        on=on,
        areas=[area.pk for area in areas],
        level=areas[0].level if areas else "street",
        calendar=workdays.calendar() if needs_calendar else None,
        hours=hours_table(contract),
        subjects=subjects_of(contract, registers),
        since=min(firsts, default=None),
    )


def _asks_calendar(promise):
    """Whether it has periods of working days, or clocks with a limit in them."""
    return any(every in ("workday", "open_day") for every in promise.every) or requests.asks(promise, "workdays")


def subjects_of(contract, registers):
    """What stands on each register: {register: {household, person, label}}; one statement, none without registers."""
    if not registers:
        return {}
    found = {}
    asked = {"tenant": contract.tenant_id, "contract": contract.pk, "registers": list(registers)}
    for kind, subject in run(SUBJECTS, asked):
        found.setdefault(kind, []).append(subject)
    return found


def run(statement, values):
    """The rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def ask(statements):
    """Run compiled statements: {item: {scope: …}}."""
    found = {}
    for statement in statements:
        branches = statement.branches
        for branch, is_total, unit, bucket, cell, numbers in rows_of(statement):
            scope = WHOLE if is_total else unit
            if not is_total and unit is None:
                continue  # rows without an area belong to the whole only
            if isinstance(branches[branch][0], GridItem):
                found.setdefault(branches[branch][0], {})[scope] = tuple(numbers)
                continue
            for item, number in zip(branches[branch], numbers, strict=True):
                found.setdefault(item, {}).setdefault(scope, {})[bucket, cell] = number
    return found


def _communities(contract, promises, areas):
    """{community id: number of its contract area}, if a grid goes over communities."""
    if not any(promise.each and promise.each.area == "community" for promise in promises.values()):
        return {}
    numbers = {area.pk: number for number, area in enumerate(areas, 1)}
    inside = Area.objects.filter(level=Area.Level.COMMUNITY, street__in=list(numbers))
    return {pk: numbers[street] for pk, street in inside.order_by("sort", "id").values_list("pk", "street_id")}


def measure_contract(contract, *, on, indicators=None):
    """The contract's Table as of the day: rows with day ≤ `on` are seen, a period is closed when it ended before it.

    Exact and live: one statement for each source that occurs, however many indicators and records there are. `indicators`
    measures others than the stored ones (a trial count before saving).
    """
    indicators = list(contract.indicators.all()) if indicators is None else indicators
    areas = [row.area for row in contract.contractareas.select_related("area")]
    reading = reading_of(contract, indicators)
    promises = reading.promises
    setting = setting_of(contract, promises, on, areas)
    statements = preparing.statements(reading, setting)
    found = Found(ask(statements), setting, _communities(contract, promises, areas))
    assembler = Assembler(found, reading.requests, areas, on)
    measured = {
        row.code: assembler.measured(row, promises[row.code])
        for row in indicators
        if promises[row.code].source != "indicator"
    }
    for row in indicators:  # those that speak of the others come last
        if row.code not in measured:
            measured[row.code] = assembler.of_indicators(row, promises[row.code], measured)
    lasting = setting.calendar is None and all(map(asks_only_what_is_counted, statements))
    return Table(contract, on, [measured[row.code] for row in indicators], areas, len(statements), lasting)


class Assembler:
    """Makes Measured out of found numbers."""

    def __init__(self, found, requests, areas, on):
        self.found, self.requests, self.areas, self.on = found, requests, areas, on

    def value(self, promise, scope=WHOLE):
        """(number, divisor, cells): number ÷ divisor is what the target is compared with."""
        if promise.is_grid:
            met, judged, _total = cells = self.found.cells(self.requests, promise, scope)
            return Fraction(met * 100), Fraction(judged), cells
        number, divisor = self.found.quotient(self.requests, promise, scope)
        return number if promise.scale == 1 else number * promise.scale, divisor, None

    def measured(self, row, promise):
        if promise.missing:
            return Measured(row, promise, target_text="—", status="missing_parameter", missing=promise.missing)
        number, divisor, cells = self.value(promise)
        areas = [self.area(promise, scope, area) for scope, area in enumerate(self.areas, 1)]
        missing = [kind for kind in promise.papers if not self.found.number(self.requests.paper(kind))]
        demands = [
            (promise.area_requirement(area.area.name, self.on), area.number, area.divisor)
            for area in areas
            if area.required is not None
        ]
        returns = self.found.returns_missing(self.requests, promise)
        facts = status.Facts(
            promise,
            self.on,
            promise.target.on(self.on),
            number,
            divisor,
            tuple(demands),
            cells,
            bool(missing),
            bool(returns),
        )
        return self.told(row, facts, areas, missing, returns)

    def told(self, row, facts, areas, missing, returns):
        promise, requests = facts.promise, self.requests
        state = status.status(facts)
        share = (
            None
            if state in ("report_only", "not_applicable", "not_started") and not facts.comparisons
            else status.completion(facts, [a.cells for a in areas if a.required is not None])
        )
        pace = status.pace(facts)
        counting = int(self.found.number(requests.counted(promise)))
        gone, total = status.days(promise, self.on)
        return Measured(
            row,
            promise,
            number=facts.number,
            divisor=facts.divisor,
            value=shown(promise, facts.number, facts.divisor),
            target=facts.comparisons,
            target_text=target_text(facts.comparisons, promise),
            status=state,
            completion=None if state == "not_applicable" else share,
            is_met=share == 1 and not missing and not returns and state not in ("not_applicable", "report_only"),
            shortfall=_shortfall(facts, areas),
            expected=pace and status.cut(pace.expected, 1),
            forecast=pace and status.cut(pace.forecast, 1),
            needed_per_week=(pace and pace.needed_per_week is not None and status.cut(pace.needed_per_week, 2)) or None,
            days_left=total - gone,
            cells=facts.cells,
            areas=areas,
            pending=int(self.found.number(requests.pending(promise))),
            counting=counting,
            not_counting=int(self.found.number(requests.mentioned(promise))) - counting,
            papers_missing=missing,
            returns_missing=returns,
            pay=_pay(promise, facts),
            grid=self.grid(promise),
        )

    def grid(self, promise):
        """The cells of a grid that has few: periods, posts, areas. Cells over a register are listed on request."""
        if not promise.is_grid or (promise.each is not None and promise.each.register):
            return []
        return [
            CellMeasured(period, cell, status.cut(value, 2), lower(limits), closed, met)
            for (period, cell), value, limits, closed, met in self.found.table(self.requests, promise)
        ]

    def area(self, promise, scope, area):
        number, divisor, cells = self.value(promise, scope)
        comparisons = promise.area_requirement(area.name, self.on)
        met = bool(comparisons) and divisor != 0 and status.holds(comparisons, number, divisor)
        floor = lower(comparisons)
        short = _missing(promise, floor, number, divisor) if floor is not None and divisor else None
        return AreaMeasured(area, number, divisor, shown(promise, number, divisor), floor, met, short, cells)

    def of_indicators(self, row, promise, measured):
        """An indicator over the contract's other hard indicators: the share (or number) of those that are complete enough."""
        others = [other for other in measured.values() if other.matters and other.code != promise.code]
        limits = [(field.op, field.value) for field in promise.gate if field.name == "completion"]
        done = [
            other
            for other in others
            if other.completion is not None
            and status.holds(limits, other.completion * 100)
            and not (other.papers_missing or other.returns_missing)
        ]
        number, divisor = Fraction(len(done)), Fraction(len(others)) if promise.count.how == "share" else Fraction(1)
        facts = status.Facts(promise, self.on, promise.target.on(self.on), number * promise.scale, divisor)
        return Measured(
            row, promise, number=facts.number, divisor=divisor, value=shown(promise, facts.number, divisor), target=facts.comparisons,
            target_text=target_text(facts.comparisons, promise), status=status.status(facts), completion=status.completion(facts) if divisor else None,
            is_met=status.satisfied(facts), counting=len(done), not_counting=len(others) - len(done),
        )  # fmt: skip


def shown(promise, number, divisor):
    """The value cut for display, or None: counts whole, shares to a tenth of a percent, quotients to a hundredth."""
    if divisor == 0:
        return None
    if promise.is_grid or (promise.is_ratio and promise.scale == 100):
        return status.cut(number / divisor, 1)
    if promise.is_ratio or promise.count.how == "sum":
        return status.cut(number / divisor, 2)
    return Decimal(int(number))


def target_text(comparisons, promise):
    """154 · ≥ 30 且 ≤ 50 · —"""
    if not comparisons:
        return "—"
    unit = "%" if promise.scale == 100 else ""
    plain = len(comparisons) == 1 and comparisons[0][0] in ("ge", "eq")
    return " 且 ".join(f"{'' if plain else SIGNS[op]}{plain_number(limit)}{unit}" for op, limit in comparisons)


def plain_number(number):
    """12.50 → 12.5, 2846 → 2,846"""
    text = f"{Decimal(number):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _missing(promise, floor, number, divisor):
    """How much less the value is than the floor: whole for counts, cut to hundredths otherwise; never below 0."""
    places = 0 if not (promise.is_grid or promise.is_ratio) and promise.count.how != "sum" else 2
    if status.holds((("ge", floor),), number, divisor):
        return NOTHING_MISSING[places]
    gap = exact(floor) - Fraction(number) / divisor
    shown = status.cut(gap, places)
    return shown if shown == gap else shown + Decimal(1).scaleb(-places)


def _shortfall(facts, areas):
    """What must be added at least; None where an amount makes no sense (upper bounds, 不适用)."""
    floor = lower(facts.comparisons)
    if facts.cells is not None:
        return Decimal(facts.cells[1] - facts.cells[0])
    of_areas = sum((area.shortfall for area in areas if area.required is not None and area.shortfall), Decimal(0))
    if floor is None or facts.divisor == 0:
        return of_areas if facts.areas else None
    return max(_missing(facts.promise, floor, facts.number, facts.divisor), of_areas)


def _pay(promise, facts):
    if promise.pay is None:
        return None
    counted, price, cap = int(facts.number), promise.pay.price, promise.pay.cap
    return PayLine(counted, min(Decimal(counted), cap) * price, max(Decimal(0), cap - counted) * price)
