"""Reads of orders to put something right, and who may see which."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.http import Http404

from contracts.queries import agreed_evaluations, visible_contracts
from evaluations.models import Rectification, RectificationPaper, Reminder
from evaluations.rules import consequences
from evaluations.rules import rectification as rules
from tenancy import clock, workdays
from tenancy.permissions import ROLES, Permission, allows


def visible_orders(member, *, on):
    """The orders that the member may see: those of the contracts to which it is a party, or which it audits."""
    contracts = visible_contracts(member, on=on, money=True).order_by().values("pk")
    return Rectification.objects.filter(contract__in=contracts)


def get_order(member, pk, *, on):
    """An order that the member may see, with its contract and people, or 404."""
    row = (
        visible_orders(member, on=on)
        .select_related(
            "contract__provider",
            "contract__purchaser",
            "round",
            "ordered_by__account",
            "replied_by__account",
            "verified_by__account",
        )
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise Http404
    return row


def get_paper(member, pk, *, on):
    """A document of an order that the member may see, or 404."""
    rows = RectificationPaper.objects.filter(pk=pk, rectification__in=visible_orders(member, on=on))
    paper = rows.select_related("file").first()
    if paper is None:
        raise Http404
    return paper


def may_manage(member, contract):
    """Whether the member orders, verifies, reminds: for the purchaser of the contract."""
    return allows(member, Permission.CHECK_MANAGE) and member.organisation_id == contract.purchaser_id


def may_reply(member, contract):
    """Whether the member answers for the contract's own agency."""
    return allows(member, Permission.ISSUE_REPLY) and member.organisation_id == contract.provider_id


def may_add_paper(member, order):
    """Whether the member may attach a document to the order now."""
    own = may_reply(member, order.contract) and order.state in rules.OPEN
    return may_manage(member, order.contract) or own


def number_of(order):
    """The number of the order's notice."""
    return rules.number(order.contract.code, clock.day_of(order.ordered_at).year, order.no)


@dataclass(frozen=True)
class Reminders:
    """How many reminders the contract has counted, and the number at which something follows; limit None: nothing does."""

    given: int
    limit: int | None = None
    title: str = ""
    clause_text: str = ""

    @property
    def told(self):
        return f"{self.given} / {self.limit} 次" if self.limit else f"{self.given} 次"


def reminders(contract):
    """The reminders of the contract as they count: all but those of orders that were withdrawn."""
    given = (
        Reminder.objects.filter(rectification__contract=contract).exclude(rectification__state=rules.WITHDRAWN).count()
    )
    for said in agreed_evaluations(contract):
        for row in said.get("consequences", []):
            limits = row.get("reminders") or {}
            limit = next(iter(limits.values()), None)
            if limit is not None:
                first = int(limit) + ("gt" in limits)
                return Reminders(given, first, row["title"], row.get("clause_text", ""))
    return Reminders(given)


@dataclass(frozen=True)
class Clock:
    """Whose turn an order is, since when, and the working days of its limit; both sides see the same."""

    title: str
    name: str
    role: str
    since: date | None = None
    elapsed: int = 0
    limit: int = 0
    due_on: date | None = None
    is_late: bool = False


VERIFY_WORKDAYS = 5


def clock_of(order, *, on, calendar=None):
    """The Clock of an open order, or None; the purchaser has five working days to verify."""
    days = calendar or workdays.calendar()
    if order.state in rules.WITH_AGENCY:
        since = min(clock.day_of(order.replied_at if order.state == rules.RETURNED else order.ordered_at), on)
        return Clock(
            "整改", str(order.contract.provider.short_name), "乙方", since, max(0, days.between(since, on)),
            max(1, days.between(since, order.due_on)), order.due_on, rules.is_late(state=order.state, due_on=order.due_on, on=on),
        )  # fmt: skip
    if order.state == rules.REPLIED:
        since = clock.day_of(order.replied_at)
        due = days.add(since, VERIFY_WORKDAYS)
        verifier = (
            order.ordered_by
            if allows(order.ordered_by, Permission.CHECK_MANAGE)
            else order.contract.purchaser.short_name
        )
        return Clock("核验", str(verifier), "甲方", since, max(0, days.between(since, on)), VERIFY_WORKDAYS, due, on > due)  # fmt: skip
    return None


@dataclass(frozen=True)
class Listed:
    """One order of a list."""

    order: Rectification
    number: str
    clock: Clock | None


def listed(rows, *, on):
    """The orders with their numbers and clocks, in a number of statements that doesn't grow with them."""
    days = workdays.calendar()
    rows = rows.select_related("contract__provider", "contract__purchaser", "ordered_by__account").annotate(
        reminded=Count("reminders")
    )
    return [Listed(row, number_of(row), clock_of(row, on=on, calendar=days)) for row in rows]


def open_orders(member, *, on):
    """The orders that are not finished and that the member may see, those of the nearest day first."""
    return listed(visible_orders(member, on=on).filter(state__in=rules.OPEN).order_by("due_on", "pk"), on=on)


def section(member, contract, on):
    """What the contract's page shows of its orders; None for who is no party, and where there is nothing to see or to do."""
    if ROLES[member.role].side not in ("purchaser", "provider", "audit"):
        return None
    rows = listed(visible_orders(member, on=on).filter(contract=contract).order_by("-no"), on=on)
    manages = may_manage(member, contract)
    if not rows and not manages:
        return None
    may_order = manages and contract.state in ("active", "closed")
    return {"orders": rows, "reminders": reminders(contract), "may_order": may_order}


def followed(order, member):
    """[(consequence, its word)] of what was proposed or decided because of the order, for who may see it."""
    rows = order.consequences.all()
    if ROLES[member.role].side == "provider":
        rows = rows.filter(state=consequences.ADOPTED)
    if not allows(member, Permission.MONEY_VIEW):
        rows = rows.exclude(effect__in=consequences.OF_MONEY)
    return [(row, consequences.effect_told(row.effect, row.months, row.years)) for row in rows]


def first_due(order):
    """The day until which the order was given, before any that a return set."""
    given = order.moves.filter(verb="order").first()
    return given.due_on if given is not None and given.due_on else order.due_on
