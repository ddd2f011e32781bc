"""Writes of indicators: a contract's definitions, whole and checked, and the stored measurement of portfolio pages."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction

from services.indicators import check
from services.indicators.measure import measure_contract
from services.indicators.reading import read_all
from services.indicators.sentence import tell
from services.indicators.words import COLUMNS, COMPARISONS
from services.models import Indicator, Measurement
from services.queries import indicators as queries
from tenancy import audit
from tenancy.problems import Refused


@transaction.atomic
def save_indicators(contract, definitions, *, by, at):
    """Make these the contract's indicators, in this order; returns the rows.

    An indicator whose words changed gets a new version and a new sentence; one that is no longer among them is removed.
    Raises Refused with every fault of every definition.
    """
    context = queries.context(contract)
    wrong = check.faults(definitions, context)
    if wrong:
        raise Refused("指标没有保存", [f"{code} {text}" for code, texts in wrong.items() for text in texts])
    sentences = _sentences(contract, definitions, context)
    known = {row.code: row for row in Indicator.objects.select_for_update().filter(contract=contract)}
    rows = [
        _save(contract, known.get(definition["id"]), definition, number, sentences[definition["id"]], context)
        for number, definition in enumerate(definitions)
    ]
    gone = sorted(set(known) - {row.code for row in rows})
    Indicator.objects.filter(contract=contract, code__in=gone).delete()
    versions = {row.code: row.version for row in rows}
    audit.record(
        "indicators.save", by=by, at=at, target=contract, indicators=len(rows), removed=gone, versions=versions
    )
    return rows


def _sentences(contract, definitions, context):
    promises, _faults = read_all(definitions, term=context.term, parameters=context.parameters, orders=context.orders)
    labels, level = queries.labels(), queries.area_level(contract)
    return {
        code: tell(promise, labels, promises=promises, term=context.term, areas=len(context.areas), level=level)
        for code, promise in promises.items()
    }


def _save(contract, row, definition, number, sentence, context):
    values = {
        column: str(definition.get(word, "hard" if word == "force" else ""))
        for word, column in COLUMNS.items()
        if word != "id"
    }
    words = {word: plain(value) for word, value in definition.items() if word not in COLUMNS}
    orders = {name: context.orders[name] for name in sorted(_ordered(definition)) if name in context.orders}
    values |= {"definition": words | ({"orders": orders} if orders else {}), "sentence": sentence, "sort": number}
    if row is None:
        return Indicator.objects.create(contract=contract, code=definition["id"], **values)
    if row.definition != values["definition"] or row.unit != values["unit"]:
        row.version += 1
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


def _ordered(value):
    """The fields that a definition compares with a choice: their order is frozen with the definition."""
    if isinstance(value, list | tuple):
        return {name for item in value for name in _ordered(item)}
    if not isinstance(value, Mapping):
        return set()
    here = {
        name
        for name, inner in value.items()
        if isinstance(inner, Mapping)
        and any(op in COMPARISONS and isinstance(limit, str) for op, limit in inner.items())
    }
    return here | {name for inner in value.values() for name in _ordered(inner)}


def plain(value):
    """A word's value as JSON keeps it: days in ISO form, whole numbers whole."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


@transaction.atomic
def store_measurement(contract, *, on, at):
    """Measure the contract as of the day and keep the result for portfolio pages; returns the Measurement.

    Idempotent: the same records on the same day give the same data and digest. It is the system's own doing and derived
    from what is there, so it leaves no audit event.
    """
    table = measure_contract(contract, on=on)
    data = {
        "as_of": on.isoformat(),
        "is_complete": table.is_complete,
        "indicators": [_stored(row) for row in table.rows],
    }
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    values = {"as_of": on, "measured_at": at, "data": data, "digest": digest}
    measurement, _new = Measurement.objects.update_or_create(contract=contract, defaults=values)
    return measurement


def _stored(row):
    text = lambda value: None if value is None else str(value)  # noqa: E731
    return {
        "code": row.code, "version": row.indicator.version, "title": row.indicator.title, "unit": row.unit, "force": row.indicator.force, "status": row.status, "value": text(row.value),
        "number": text(row.number), "divisor": text(row.divisor), "target": row.target_text, "completion": text(row.completion), "is_met": row.is_met, "shortfall": text(row.shortfall),
        "expected": text(row.expected), "forecast": text(row.forecast), "pending": row.pending, "not_counting": row.not_counting, "papers_missing": row.papers_missing, "cells": row.cells,
        "areas": [{"area": str(area.area.pk), "name": area.area.name, "value": text(area.value), "required": text(area.required), "is_met": area.is_met} for area in row.areas],
    }  # fmt: skip
