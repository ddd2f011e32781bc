"""Decisions about breaches (违约): who decides when, what a breach costs, and when there are too many.

docs/algorithms/breaches.md tells the sums with worked tables that the tests execute.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

REGISTERED, STATED, WAIVED, CONFIRMED, DROPPED = "registered", "stated", "waived", "confirmed", "dropped"
MOVES = {
    "state": ({REGISTERED}, STATED),
    "waive": ({REGISTERED}, WAIVED),
    "confirm": ({REGISTERED, STATED, WAIVED}, CONFIRMED),
    "drop": ({REGISTERED, STATED, WAIVED}, DROPPED),
}
OPEN = frozenset({REGISTERED, STATED, WAIVED})
OCCURRENCE, DAY = "occurrence", "day"
BASIS_LABELS = {OCCURRENCE: "按次", DAY: "按日"}
# Working days in which the agency may state its case before a decision.
STATEMENT_DAYS = 5
CENT = Decimal("0.01")


def money(value):
    """An amount of yuan to the cent, half up: the one place where damages are rounded."""
    return value.quantize(CENT, ROUND_HALF_UP)


def bases(rule_basis):
    """The bases among which one may choose for a rule: one, or both; a rule that names none counts occurrences."""
    if rule_basis == "occurrence_or_day":
        return (OCCURRENCE, DAY)
    return (DAY,) if rule_basis == DAY else (OCCURRENCE,)


def is_registrable(*, rate, amount, limits, cap):
    """Whether breaches are registered under a rule; one that only sets limits or a cap speaks of the others."""
    return rate is not None or amount is not None or not (limits or cap)


def units(basis, happened_on, ended_on):
    """How many occurrences or days a breach is: one, or the calendar days from the first to the last, both included."""
    return 1 if basis == OCCURRENCE else (ended_on - happened_on).days + 1


def register_problems(*, is_active, basis, allowed, happened_on, ended_on, today, starts_on, facts):
    """Everything that stands against registering a breach so."""
    problems = []
    if not is_active:
        problems.append("合同不在履行中，不能登记违约")
    if basis not in allowed:
        problems.append("这一条只" + "、".join(BASIS_LABELS[code] for code in allowed) + "计算")
    if happened_on > today:
        problems.append("发生日期不得晚于今天")
    if starts_on is not None and happened_on < starts_on:
        problems.append(f"发生日期早于服务期（{starts_on:%Y-%m-%d} 起）")
    if basis == DAY:
        if ended_on is None:
            problems.append("按日计算须写明终止日期")
        elif ended_on < happened_on:
            problems.append("终止日期不得早于发生日期")
        elif ended_on > today:
            problems.append("终止日期不得晚于今天")
    if not facts.strip():
        problems.append("写明事实")
    return problems


def overlaps(basis, happened_on, ended_on, others):
    """The first of the rule's other breaches, [(no, basis, first, last)], that charges the same days again, or None.

    One event is charged on one basis (A-38): days that are charged by day already are neither charged twice nor as an occurrence.
    """
    last = ended_on if basis == DAY and ended_on else happened_on
    for no, other, first, until in others:
        until = until or first
        if DAY in (basis, other) and first <= last and happened_on <= until:
            return no
    return None


def decision_problem(*, state, state_until, today, is_own, reason):
    """Why a breach can't be decided now, or ""."""
    if state not in OPEN:
        return "已认定过，不能改"
    if is_own:
        return "登记违约的人不能认定，由另一人认定"
    if state == REGISTERED and today <= state_until:
        return f"乙方可陈述至 {state_until:%Y-%m-%d}，还没有陈述或放弃"
    return "" if reason.strip() else "写明理由"


@dataclass(frozen=True)
class Cost:
    """What one breach costs: the sum by the rule, what the caps took off, what is left to pay."""

    full: Decimal
    cut: Decimal
    due: Decimal
    worked: dict


def cap_of(cap, price):
    """The most that a cap {share | amount} allows in yuan, or None without one; both given, the smaller."""
    limits = []
    if cap.get("share") is not None:
        limits.append(money(price * Decimal(str(cap["share"]))))
    if cap.get("amount") is not None:
        limits.append(money(Decimal(str(cap["amount"]))))
    return min(limits, default=None)


def cost(
    *, price, rate, amount, number, rule_cap=None, rule_before=Decimal(0), total_cap=None, total_before=Decimal(0)
):
    """What a breach of `number` units costs, rounded once for the breach: price × rate × units, or amount × units.

    `rule_cap` and `total_cap` are in yuan; `…_before` is what the breaches confirmed before have cost. None without a rate or an
    amount: the loss itself is claimed, nothing is computed.
    """
    if rate is None and amount is None:
        return None
    full = money((price * rate if rate is not None else amount) * number)
    rooms = [
        max(cap - before, Decimal(0))
        for cap, before in ((rule_cap, rule_before), (total_cap, total_before))
        if cap is not None
    ]
    due = min([full, *rooms])
    worked = {"number": number, "full": str(full), "due": str(due)}
    worked |= {"price": str(price), "rate": f"{rate.normalize():f}"} if rate is not None else {"amount": str(amount)}
    if full != due:
        worked["cut"] = str(full - due)
    return Cost(full, full - due, due, worked)


@dataclass(frozen=True)
class Counter:
    """A running total against the number above which the contract may be ended: 3 / 5 次."""

    number: int
    limit: int | None
    unit: str

    @property
    def is_over(self):
        """More than the limit: the limit itself is not yet too many (累计超过)."""
        return self.limit is not None and self.number > self.limit

    @property
    def left(self):
        return None if self.limit is None else max(self.limit - self.number, 0)

    def __str__(self):
        number = f"{self.number} {self.unit}" if self.limit is None else f"{self.number} / {self.limit} {self.unit}"
        return f"{number}，已超过 {self.limit} {self.unit}" if self.is_over else number


def counters(rows, limits):
    """(occurrences, days) as Counters: `rows` are (basis, units) of confirmed breaches, each counted on its own basis only."""
    times = sum(number for basis, number in rows if basis == OCCURRENCE)
    days = sum(number for basis, number in rows if basis == DAY)
    return Counter(times, limits.get("occurrences"), "次"), Counter(days, limits.get("days"), "日")
