"""Accepted months against the records as they are now: what must be told as a correction."""

from datetime import date
from decimal import Decimal

from services.indicators.measure import measure_contract
from services.models import MonthlyReport, RecordMove
from services.rules import reports as rules

WORDS = {"return": "退回", "verify": "补核", "withdraw": "撤回"}


def of_earlier_months(report):
    """[{month, code, title, unit, before, after, reason}] of the accepted months before the report's.

    `before` is what the purchaser was last told: the accepted figure, or the correction in a later report.
    """
    earlier = MonthlyReport.objects.filter(contract=report.contract_id, month__lt=report.month, snapshot__isnull=False)
    told = list(earlier.exclude(state=rules.RETURNED).select_related("snapshot").order_by("month"))
    accepted = {row.snapshot.data["period"]["month"]: row.snapshot for row in told if row.state == rules.ACCEPTED}
    known = rules.last_told(
        {month: snapshot.data for month, snapshot in accepted.items()}, [row.snapshot.data for row in told]
    )
    made = []
    for month, snapshot in accepted.items():
        table = measure_contract(report.contract, on=date.fromisoformat(snapshot.data["period"]["last"]))
        for row in table.rows:
            before = known[month].get(row.code)
            if row.code in known[month] and _differs(before, row.value):
                made.append({
                    "month": month, "code": row.code, "title": row.indicator.title, "unit": "%" if row.is_percent else row.unit,
                    "before": before, "after": row.value, "reason": _reason(report.contract, row, snapshot),
                })  # fmt: skip
    return made


def _differs(before, now):
    return (None if before is None else Decimal(before)) != now


def _reason(contract, row, snapshot):
    """What happened to its records after the figures were frozen."""
    if row.promise.source != "record":
        return "提交后，所依据的个案、小组或材料有变动"
    moves = RecordMove.objects.filter(
        record__contract=contract, at__gt=snapshot.frozen_at, record__day__lte=date.fromisoformat(snapshot.data["period"]["last"]), verb__in=WORDS
    )  # fmt: skip
    if row.promise.kinds:
        moves = moves.filter(record__kind__in=row.promise.kinds)
    counts = {}
    for verb in moves.order_by().values_list("verb", flat=True):
        counts[verb] = counts.get(verb, 0) + 1
    told = "，".join(f"{word} {counts[verb]} 条" for verb, word in WORDS.items() if verb in counts)
    return f"提交后{told}" if told else "提交后口径或名册有变动"
