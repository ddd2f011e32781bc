"""How long something has taken against its limit: minutes, hours and working days told in words. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from tenancy.clock import day_of

MINUTES = {"minutes": 1, "hours": 60}
UNITS = {"minutes": "分钟", "hours": "小时", "workdays": "个工作日"}


@dataclass(frozen=True)
class Limit:
    """The strictest limit that a contract sets on a kind of clocks: a unit and a number of it."""

    unit: str
    number: object

    @property
    def told(self):
        number = f"{self.number:f}"
        number = number.rstrip("0").rstrip(".") if "." in number else number
        return f"{number} {UNITS[self.unit]}"


@dataclass(frozen=True)
class Standing:
    """How a clock stands at a moment: how long it has run, whether its limit has passed, and what is left or over."""

    told: str
    is_late: bool
    gap: str


def limit_of(limits):
    """The strictest of (field, comparison, number), or None; working days are only compared among themselves."""
    found = [Limit(unit, number) for unit, _op, number in limits]
    timed = [limit for limit in found if limit.unit in MINUTES]
    if timed:
        return min(timed, key=lambda limit: limit.number * MINUTES[limit.unit])
    return min(found, key=lambda limit: limit.number, default=None)


def standing(started_at, until, limit, calendar):
    """The Standing of a clock that ran from one instant to another; working days by the bureau's calendar (end − start)."""
    minutes = int((until - started_at).total_seconds() // 60)
    told = spell(minutes)
    if limit is None:
        return Standing(told, False, "")
    if limit.unit == "workdays":
        days = max(0, calendar.between(day_of(started_at), day_of(until)))
        left = int(limit.number) - days
        told = f"{days} 个工作日"
        return Standing(told, left < 0, f"超 {-left} 个工作日" if left < 0 else f"还剩 {left} 个工作日")
    allowed = timedelta(minutes=float(limit.number * MINUTES[limit.unit]))
    late = until - started_at > allowed
    rest = abs(until - started_at - allowed)
    whole = -(-rest.total_seconds() // 60) if late else rest.total_seconds() // 60
    return Standing(told, late, f"超 {spell(int(whole))}" if late else f"还剩 {spell(int(whole))}")


def spell(minutes):
    """Minutes in words: 45 分钟, 2 小时 5 分钟, 1 天 3 小时."""
    days, rest = divmod(minutes, 24 * 60)
    hours, rest = divmod(rest, 60)
    if days:
        return f"{days} 天" + (f" {hours} 小时" if hours else "")
    if hours:
        return f"{hours} 小时" + (f" {rest} 分钟" if rest else "")
    return f"{rest} 分钟"
