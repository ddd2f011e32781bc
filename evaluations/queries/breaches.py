"""Reads of the register of breaches: running totals, what may be charged, and who sees what."""

from dataclasses import dataclass, field
from decimal import Decimal

from contracts.queries import sees_money
from evaluations.models import Breach, BreachPaper
from evaluations.queries.between import deals, events, get_dealing, is_provider, is_purchaser
from evaluations.rules import breaches as rules
from tenancy import clock
from tenancy.permissions import Permission, allows

VERBS = {
    "register": "登记违约",
    "state": "乙方陈述",
    "waive": "乙方放弃陈述",
    "confirm": "认定违约",
    "drop": "不予认定",
}
SHOWN = 5


@dataclass(frozen=True)
class Line:
    """What the confirmed breaches of one rule come to."""

    rule: object
    number: int
    occurrences: int
    days: int
    damages: Decimal
    capped: Decimal
    cap: Decimal | None


@dataclass(frozen=True)
class Totals:
    """What the contract's breaches come to on a day: both counters, the damages that are due, what the caps took off."""

    occurrences: rules.Counter
    days: rules.Counter
    damages: Decimal
    capped: Decimal
    cap: Decimal | None
    open: int
    limit_rule: object = None
    lines: list = field(default_factory=list)

    @property
    def is_over(self):
        """Whether the contract may be ended for too many breaches."""
        return self.occurrences.is_over or self.days.is_over

    @property
    def told(self):
        """3 / 5 次；12 / 10 日，已超过 10 日，可单方解除"""
        return "；".join(map(str, (self.occurrences, self.days))) + ("，可单方解除" if self.is_over else "")


def get_breach(member, pk, *, on):
    """A breach that the member may see, with its rule, or 404."""
    rows = Breach.objects.select_related(
        "rule", "inquiry", "registered_by__account", "stated_by__account", "decided_by__account"
    )
    return get_dealing(rows, member, pk, on=on)


def get_paper(member, pk, *, on):
    """A document of a breach that the member may see, with its file, or 404."""
    paper = BreachPaper.objects.select_related("file").filter(pk=pk).first()
    get_breach(member, paper.breach_id if paper else pk, on=on)
    return paper


def registrable(contract):
    """The contract's rules under which breaches are registered, in its order."""
    return [
        rule
        for rule in contract.penaltyrules.all()
        if rules.is_registrable(rate=rule.rate, amount=rule.amount, limits=rule.limits, cap=rule.cap)
    ]


def other_spans(contract, rule, *, but=None):
    """[(no, basis, first day, last day)] of the rule's breaches that are not dropped."""
    rows = Breach.objects.filter(contract=contract, rule=rule).exclude(state=rules.DROPPED)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    return list(rows.order_by("no").values_list("no", "basis", "happened_on", "ended_on"))


def total_cap(contract, penalty_rules):
    """The most that all breaches cost together: the smallest cap of the rules that only set one."""
    caps = [
        rules.cap_of(rule.cap, contract.amount)
        for rule in penalty_rules
        if rule.cap and rule.rate is None and rule.amount is None and contract.amount is not None
    ]
    return min((cap for cap in caps if cap is not None), default=None)


def totals(contract, *, on):
    """What the contract's breaches come to by the end of the day: confirmed ones only; payments may deduct `damages`."""
    penalty_rules = list(contract.penaltyrules.all())
    rows = list(Breach.objects.filter(contract=contract).order_by("decided_at", "no"))
    confirmed = [row for row in rows if row.state == rules.CONFIRMED and clock.day_of(row.decided_at) <= on]
    limit_rule = next((rule for rule in penalty_rules if rule.limits), None)
    times, days = rules.counters(
        [(row.basis, row.units) for row in confirmed], limit_rule.limits if limit_rule is not None else {}
    )
    lines = [
        _line(rule, [row for row in confirmed if row.rule_id == rule.pk], contract.amount) for rule in penalty_rules
    ]
    return Totals(
        occurrences=times,
        days=days,
        damages=sum((line.damages for line in lines), Decimal(0)),
        capped=sum((line.capped for line in lines), Decimal(0)),
        cap=total_cap(contract, penalty_rules),
        open=sum(row.state in rules.OPEN for row in rows),
        limit_rule=limit_rule,
        lines=[line for line in lines if line.number],
    )


def _line(rule, rows, price):
    return Line(
        rule=rule,
        number=len(rows),
        occurrences=sum(row.units for row in rows if row.basis == rules.OCCURRENCE),
        days=sum(row.units for row in rows if row.basis == rules.DAY),
        damages=sum((row.damages for row in rows if row.damages is not None), Decimal(0)),
        capped=sum((Decimal(row.worked.get("cut", "0")) for row in rows), Decimal(0)),
        cap=rules.cap_of(rule.cap, price) if price is not None else None,
    )


def worth(breach, *, on):
    """What a breach would cost if it were confirmed now, after the caps (rules.Cost), or None where nothing is computed."""
    contract, rule, known = breach.contract, breach.rule, totals(breach.contract, on=on)
    if contract.amount is None and rule.rate is not None:
        return None
    before = next((line.damages for line in known.lines if line.rule.pk == rule.pk), Decimal(0))
    return rules.cost(
        price=contract.amount,
        rate=rule.rate,
        amount=rule.amount,
        number=breach.units,
        rule_cap=rules.cap_of(rule.cap, contract.amount) if rule.cap else None,
        rule_before=before,
        total_cap=known.cap,
        total_before=known.damages,
    )


def listed(contract):
    """The contract's breaches, newest first, with its rule."""
    return Breach.objects.filter(contract=contract).select_related("rule").order_by("-no")


def papers_of(breach):
    return list(breach.papers.select_related("file", "added_by__account", "added_by__organisation"))


def moves_of(breach):
    return events(breach.moves.select_related("by__account"), VERBS)


def may_state(breach, member):
    """Whether the member may state the agency's case now."""
    own = is_provider(member, breach.contract) and allows(member, Permission.ISSUE_REPLY)
    return own and breach.state == rules.REGISTERED


def may_add_paper(breach, member):
    """Whether the member may add a document: either side, until the decision."""
    if breach.state not in rules.OPEN:
        return False
    if is_purchaser(member):
        return allows(member, Permission.CHECK_MANAGE)
    return is_provider(member, breach.contract) and allows(member, Permission.ISSUE_REPLY)


def section(member, contract, on):
    """What the contract's page of evaluations shows of breaches, or None for those who have no part in them."""
    if not (deals(member, contract) and allows(member, Permission.EVALUATION_VIEW)):
        return None
    rows = list(listed(contract)[: SHOWN + 1])
    return {
        "contract": contract,
        "rows": rows[:SHOWN],
        "has_more": len(rows) > SHOWN,
        "totals": totals(contract, on=on),
        "sees_money": sees_money(member, contract, on=on),
        "today": on,
        "may_register": allows(member, Permission.CHECK_MANAGE)
        and contract.state == "active"
        and bool(registrable(contract)),
    }
