"""Collects a month's figures from the records: plain data that a page shows and a snapshot freezes.

Nothing here is typed by hand. Everything is as of the month's last day within the term; whatever is verified or returned
later changes what this returns, and the comparison with the frozen figures says so.
"""

from fractions import Fraction

from django.conf import settings

from documents import canonical
from services.indicators import telling
from services.indicators.measure import measure_contract, shown
from services.indicators.promise import lower
from services.indicators.status import cut
from services.queries.indicators import labels as all_labels
from services.reporting import corrections, records
from services.rules import reports as rules
from tenancy import workdays

FORM = 1  # of this data; a later one is told apart by its number
AREA_COLUMNS = 6


def collect(report):
    """The figures of a report as they are now, in canonical form (documents.canonical.plain)."""
    contract, labels = report.contract, all_labels()
    period = rules.period(report.month, starts_on=contract.starts_on, ends_on=contract.ends_on)
    table = measure_contract(contract, on=period.last)
    before = measure_contract(contract, on=period.before) if period.before else None
    rows = [indicator(row, before and before.by_code.get(row.code), labels) for row in table.rows]
    return canonical.plain({
        "form": FORM,
        "demo": settings.DEMO or contract.tenant.is_demo,
        "contract": parties(contract, table.areas),
        "period": {"month": period.month, "first": period.first, "last": period.last},
        "number": rules.number_of(contract.code, report.month),
        "due_on": report.due_on,
        "time": time_gone(contract, period.last),
        "states": states(rows),
        "indicators": rows,
        "areas": by_area(table),
        "activities": records.activities(contract, period, labels),
        "own_fields": records.own_fields(contract, period),
        "sessions": records.sessions(contract, period, labels),
        "not_counting": records.not_counting(contract, table, period, labels),
        "photos": records.photos(contract, period, labels),
        "corrections": corrections.of_earlier_months(report),
    })  # fmt: skip


def parties(contract, areas):
    """What the cover says of the contract."""
    return {
        "code": contract.code,
        "lot": contract.lot,
        "title": contract.title,
        "short_title": contract.short_title,
        "procurement": contract.procurement.number if contract.procurement else "",
        "project": contract.procurement.title if contract.procurement else contract.title,
        "purchaser": contract.purchaser.name,
        "provider": contract.provider.name,
        "provider_short": contract.provider.short_name,
        "areas": [area.name for area in areas],
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
    }


def time_gone(contract, day):
    """How much of the term is over, and the working days to the deadline; the share is cut to whole percent."""
    total = (contract.ends_on - contract.starts_on).days + 1
    gone = min((day - contract.starts_on).days + 1, total)
    deadline = contract.delivery_deadline or contract.ends_on
    calendar = workdays.calendar()
    return {
        "percent": gone * 100 // total,
        "deadline": deadline,
        "workdays_left": calendar.between(day, deadline) if deadline > day else 0,
        "provisional": deadline > day and calendar.is_provisional(day, deadline),
    }


def indicator(row, before, labels):
    """One indicator as the report tells it. `before` is the same at the end of the previous month, or None."""
    floor = lower(row.target)
    return {
        "id": row.indicator.pk,
        "code": row.code,
        "title": row.indicator.title,
        "unit": row.unit,
        "force": row.indicator.force,
        "clause": row.indicator.clause,
        "folded": telling.is_folded(row),
        "percent": row.is_percent,
        "target": row.target_text,
        "floor": floor,
        "value": row.value,
        "month": increment(row, before),
        "rate": _rate(row, floor),
        "expected": row.expected,
        "forecast": row.forecast,
        "status": row.status,
        "note": telling.note(row, labels),
        "pending": row.pending,
        "not_counting": row.not_counting,
        "areas": [
            {
                "name": area.area.name,
                "value": area.value,
                "required": area.required,
                "is_met": area.is_met,
                "shortfall": area.shortfall,
            }
            for area in (row.areas if telling.has_areas(row) else [])
        ],
    }


def increment(row, before):
    """What the month brought, or None where two totals can't be subtracted."""
    if row.value is None or not rules.is_additive(row.promise):
        return None
    return shown(row.promise, row.number - (before.number if before else 0), row.divisor)


def _rate(row, floor):
    """Value ÷ target in percent, cut to a tenth: above 100 when more was done than promised."""
    if row.value is None or not floor or not row.divisor:
        return None
    return cut(row.number / row.divisor / Fraction(floor) * 100, 1)


def states(rows):
    """{status: number} of the indicators that have a target, without those of people in post."""
    counted = {}
    for row in rows:
        if (row["floor"] is not None or any(area["required"] is not None for area in row["areas"])) and not row[
            "folded"
        ]:
            counted[row["status"]] = counted.get(row["status"], 0) + 1
    return counted


def by_area(table):
    """The table of areas: columns are the hard, countable indicators, those with a minimum in each area first."""
    rows = [row for row in table.rows if row.indicator.force == "hard" and row.areas and telling.has_areas(row)]
    rows = [row for row in rows if not (row.is_percent or row.missing or telling.is_folded(row) or row.promise.part_of)]
    kept = {row.code for row in sorted(rows, key=lambda row: row.areas[0].required is None)[:AREA_COLUMNS]}
    rows = [row for row in rows if row.code in kept]
    return {
        "columns": [{"code": row.code, "title": row.indicator.title, "unit": row.unit, "minimum": row.areas[0].required} for row in rows],
        "rows": [
            {
                "name": area.name,
                "cells": [
                    {"value": cell.value, "short": cell.shortfall if cell.required is not None and not cell.is_met else None}
                    for cell in (row.areas[number] for row in rows)
                ],
            }
            for number, area in enumerate(table.areas)
        ],
        "totals": [row.value for row in rows],
    }  # fmt: skip
