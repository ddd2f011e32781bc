"""The curve of an indicator over its window as points of a drawing, and the same by month for those who read tables."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from contracts.rules import add_months
from services.indicators.promise import lower
from services.indicators.status import cut, days

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 240, 44, 64, 18, 26


@dataclass(frozen=True)
class Month:
    """One row of the table beside the drawing."""

    title: str
    added: Decimal
    total: Decimal
    expected: Decimal


@dataclass(frozen=True)
class Chart:
    """A drawing in a box of WIDTH × HEIGHT: polylines as points, lines and words with their places."""

    actual: str
    expected: str
    forecast: str
    target_y: float
    today_x: float
    end_y: float
    rows: list = field(default_factory=list)
    columns: list = field(default_factory=list)
    months: list = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT
    right: int = WIDTH - RIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM


class _Plane:
    """Turns days and numbers into places of the drawing."""

    def __init__(self, promise, top):
        self.first, self.span, self.top = promise.first, max(1, (promise.last - promise.first).days), top

    def x(self, day):
        share = min(1, max(0, (day - self.first).days / self.span))
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, number):
        return round(HEIGHT - BOTTOM - float(number / self.top) * (HEIGHT - TOP - BOTTOM), 1)


def _step(top):
    """A round distance between lines, so that there are four to seven of them."""
    size = 1
    while top / size > 7:
        size = size * 2 if str(size)[0] in "15" else size * 5 // 2
    return size


def _curve(plane, grown, today):
    """A staircase from the first day to today."""
    points, total = [(plane.x(plane.first), plane.y(0))], Fraction(0)
    for day, added in grown:
        x = plane.x(day)
        points.append((x, plane.y(total)))
        total += Fraction(added)
        points.append((x, plane.y(total)))
    points.append((plane.x(today), plane.y(total)))
    return points, total


def _joined(points):
    return " ".join(f"{x},{y}" for x, y in points)


def chart(measured, grown, *, on):
    """The Chart of a paced indicator; None where there is no pace."""
    promise, floor = measured.promise, lower(measured.target)
    if not promise.is_paced or not floor or measured.expected is None:
        return None
    gone, total_days = days(promise, on)
    today = min(on, promise.last)
    final = Fraction(measured.number) * total_days / gone
    step = _step(max(Fraction(floor), final, Fraction(measured.number)))
    top = Fraction(
        (int(max(Fraction(floor), min(final, Fraction(floor) * 2), Fraction(measured.number))) // step + 1) * step
    )
    plane = _Plane(promise, top)
    points, reached = _curve(plane, grown, today)
    shown_final = min(final, top)
    return Chart(
        actual=_joined(points),
        expected=_joined([(plane.x(promise.first), plane.y(0)), (plane.x(promise.last), plane.y(Fraction(floor)))]),
        forecast=_joined([points[-1], (plane.x(promise.last), plane.y(shown_final))]) if today < promise.last else "",
        target_y=plane.y(Fraction(floor)),
        today_x=plane.x(today),
        end_y=plane.y(shown_final if today < promise.last else reached),
        rows=[(plane.y(Fraction(number)), number) for number in range(0, int(top) + 1, step)],
        columns=_columns(plane, promise),
        months=_months(promise, grown, Fraction(floor), today),
    )


def _columns(plane, promise):
    month, found = promise.first.replace(day=1), []
    while month <= promise.last:
        if month >= promise.first:
            found.append((plane.x(month), f"{month.month}月"))
        month = add_months(month, 1)
    return found if len(found) <= 14 else found[:: -(-len(found) // 12)]


def _months(promise, grown, floor, today):
    made, total, month = [], Fraction(0), promise.first.replace(day=1)
    while month <= today:
        after = add_months(month, 1)
        added = sum((Fraction(number) for day, number in grown if month <= day < after), Fraction(0))
        total += added
        _gone, in_all = days(promise, today)
        until = min(after, promise.last) if after <= promise.last else promise.last
        due = floor * min(in_all, max(0, (until - promise.first).days + (after > promise.last))) / in_all
        made.append(Month(f"{month.year}年{month.month}月", cut(added, 2), cut(total, 2), cut(due, 1)))
        month = after
    return made
