"""The oracle's own opinion of a status, from its numbers."""

from fractions import Fraction

from tests.services.indicators.oracle_rows import OPS, STREETS

NEAR = Fraction(9, 10)


def meets(limits, value):
    return value[1] != 0 and all(OPS[op](value[0], limit * value[1]) for op, limit in limits.items())


def minimum_of(oracle, own, area):
    """What an area must reach: the same in each, but for those that are named."""
    limits = oracle.limits(own["areas"], oracle.on)
    named = own["areas"].get("but", {})
    return {op: oracle.number(named.get(STREETS[area], limit)) for op, limit in limits.items()}


def first_of(limits, *ops):
    return next((limits[op] for op in ops if op in limits), None)


def status(oracle, own, truth):
    """The first status that applies."""
    grid, (first, last), on = truth.cells is not None, oracle.window(own), oracle.on
    target = own.get("target", {"eq": 100} if grid and "areas" not in own else None)
    if target == "none":
        return "report_only"
    if first > on:
        return "not_started"
    if (truth.cells[2] if grid else truth.value[1]) == 0:
        return "not_applicable"
    if truth.papers:
        return "papers_missing"
    limits = oracle.limits(target, on) if target else {}
    if truth.returns and not (limits.get("eq") == 0 and truth.value[0] > 0):
        return "unconfirmed"
    areas = [(minimum_of(oracle, own, area), value) for area, value in truth.areas.items()] if "areas" in own else []
    fine = (not limits or meets(limits, truth.value)) and all(meets(*area) for area in areas)
    count, source = own.get("count"), oracle.of(own)[0]
    stock = source in ("register", "staff") and own.get("present", "now" if source == "staff" else "opened") != "opened"
    ratio = count == "share" or (isinstance(count, dict) and "mean" in count) or own.get("over") is not None
    floor, top = first_of(limits, "ge", "gt", "eq"), first_of(limits, "le", "lt", "eq")
    if (
        not grid
        and not ratio
        and top is not None
        and OPS["ge" if limits.get("lt") == top else "gt"](truth.value[0], top)
    ):
        return "missed" if top == 0 else "over"
    if fine and (last < on or stock or not (grid or ratio or (limits and not floor))):
        return "met"
    if last < on or (grid and own.get("every") and floor == 100 and truth.cells[0] < truth.cells[1]):
        return "missed"
    if fine or (grid and truth.cells[1] == 0):
        return "on_pace"
    if grid or ratio or stock:
        return "behind"
    speed = Fraction((last - first).days + 1, (on - first).days + 1)
    return outlook(limits, truth.value, areas, speed)


def outlook(limits, value, areas, speed):
    """At today's speed: reached in all, nearly, or not."""
    ahead = [share(*area, speed) for area in areas]
    if not limits:
        return "on_pace" if min(ahead) >= 1 else "watch" if min(ahead) >= NEAR else "behind"
    whole = share(limits, value, speed)
    if min([whole, *ahead]) >= 1:
        return "on_pace"
    return "watch" if whole >= NEAR else "behind"


def share(limits, value, speed):
    """The forecast as a share of what must be reached; an upper bound alone is kept or not."""
    floor = first_of(limits, "ge", "gt", "eq")
    if not floor:
        return Fraction(meets(limits, value))
    part = value[0] * speed / value[1] / floor
    return min(part, Fraction(9999, 10000)) if limits.get("gt") == floor and part <= 1 else part
