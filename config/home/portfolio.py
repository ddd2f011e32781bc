"""The member's contracts by risk, read from the last stored measurements; the money; the days ahead; what has changed."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum

from contracts.queries import visible_contracts
from payments.models import Milestone, Payment
from services.models import Measurement, MonthlyReport
from tenancy import clock
from tenancy.models import AuditEvent
from tenancy.permissions import Permission, allows

# Worst first. The row of a contract shows the first of these that one of its hard indicators has.
RISK = (
    "missed",
    "behind",
    "over",
    "papers_missing",
    "unconfirmed",
    "missing_parameter",
    "watch",
    "on_pace",
    "not_started",
    "met",
)
BAD = ("missed", "behind", "over")
AHEAD = timedelta(days=14)
SILENT = (
    "access.denied",
    "sign_in.failed",
    "calendar.loaded",
    "areas.added",
    "file.stored",
    "job.asked",
    "job.done",
    "record.save",
    "record.start",
    "record.add_evidence",
    "sessions.papers_noted",
)


@dataclass(frozen=True)
class Standing:
    """A contract's line: its worst state, why, how many indicators are met, the next date, and its money."""

    contract: object
    status: str
    reason: str
    met: int
    total: int
    measured_at: object
    # What to know of the age of these numbers, or "" when they are those of now.
    age: str
    next_title: str
    next_on: date | None
    next_days: int | None
    paid: Decimal | None
    left: Decimal | None

    @property
    def rank(self):
        return RISK.index(self.status) if self.status in RISK else len(RISK)


def standings(member, *, on, calendar):
    """The member's contracts, the worst first; money only for those who may see it. Four statements."""
    contracts = list(visible_contracts(member, on=on).select_related("provider"))
    money = allows(member, Permission.MONEY_VIEW)
    measured = {row.contract_id: row for row in Measurement.objects.filter(contract__in=contracts)}
    paid = (
        dict(Payment.objects.filter(contract__in=contracts).values_list("contract").annotate(Sum("amount")))
        if money
        else {}
    )
    rows = [
        _standing(
            contract, measured.get(contract.pk), paid.get(contract.pk, Decimal(0)) if money else None, on, calendar
        )
        for contract in contracts
    ]
    return sorted(rows, key=lambda row: (row.contract.state in ("closed", "terminated"), row.rank, row.contract.code))


def _standing(contract, measurement, paid, on, calendar):
    indicators = [row for row in measurement.data["indicators"] if row["force"] != "soft"] if measurement else []
    hard = [row for row in indicators if row["force"] == "hard"]
    states = Counter(row["status"] for row in hard)
    status = next((state for state in RISK if states.get(state)), "not_started")
    title, day = _next_date(contract, on)
    left = contract.amount - paid if paid is not None and contract.amount is not None else None
    return Standing(
        contract, status, _reason(hard), sum(row["is_met"] for row in indicators), len(indicators), measurement.measured_at if measurement else None,
        age_of(measurement, on) if contract.state == "active" else "",
        title, day, calendar.between(on, day) if day else None, paid, left,
    )  # fmt: skip


def age_of(measurement, on):
    """Why a stored measurement may not say what stands now: it failed, something changed after it, or it is of another day."""
    if measurement is None or not measurement.is_stale(on):
        return ""
    if measurement.failed_at is not None:
        return f"{clock.day_of(measurement.failed_at):%m-%d} 重算未成功"
    if measurement.changes != measurement.measured_changes:
        return "之后有变动，待重算"
    return f"截至 {measurement.as_of:%m-%d}"


def _reason(hard):
    """The two worst hard indicators with what they lack, area by area."""
    told = []
    for row in sorted(
        (row for row in hard if row["status"] in (*BAD, "watch", "papers_missing")),
        key=lambda row: RISK.index(row["status"]),
    ):
        short = [
            f"{area['name']} {_trim(area['value'])}/{_trim(area['required'])}"
            for area in row["areas"]
            if area["required"] and not area["is_met"]
        ]
        gap = (
            f"差 {_trim(row['shortfall'])} {row['unit']}"
            if row["shortfall"] and Decimal(row["shortfall"]) > 0
            else "未达"
        )
        told.append(f"{row['title']}{gap}" + (f"（{'、'.join(short)}）" if short else ""))
    more = f"，另 {len(told) - 2} 项" if len(told) > 2 else ""
    return "；".join(told[:2]) + more


def _trim(text):
    return f"{Decimal(text):f}".rstrip("0").rstrip(".") if text and "." in text else (text or "0")


def _next_date(contract, on):
    dates = [("完成时限", contract.delivery_deadline), ("服务期满", contract.ends_on)]
    return next(((title, day) for title, day in dates if day and day >= on), ("", None))


def money(standing_rows):
    """(paid, agreed, share for a bar) over the rows whose money is known."""
    known = [row for row in standing_rows if row.paid is not None and row.contract.amount is not None]
    return sum((row.paid for row in known), Decimal(0)), sum((row.contract.amount for row in known), Decimal(0))


def unpaid_milestones(member, *, on):
    """Milestones that are still to be paid, in the order of their contracts."""
    contracts = visible_contracts(member, on=on, money=True).filter(state="active").order_by().values("pk")
    return Milestone.objects.filter(contract__in=contracts, state="open").select_related("contract")


def ahead(member, *, on, rows):
    """(day, what, contract) of the coming fourteen days."""
    found = []
    for row in rows:
        for title, day in (("完成时限", row.contract.delivery_deadline), ("服务期满", row.contract.ends_on)):
            if day and on <= day <= on + AHEAD:
                found.append((day, title, row.contract))
    due = MonthlyReport.objects.filter(
        contract__in=[row.contract for row in rows], state__in=["draft", "returned"], due_on__range=(on, on + AHEAD)
    )
    found += [(row.due_on, f"{row.month.month} 月月报应交", row.contract) for row in due.select_related("contract")]
    return sorted(found, key=lambda item: item[0])


def recent_changes(*, limit=8):
    """The last events of the bureau that are worth a line."""
    return AuditEvent.objects.exclude(action__in=SILENT).order_by("-seq")[:limit]
