"""Writes of indicators: a contract's definitions, whole and checked, each version kept; the stored measurement of portfolio pages."""

import hashlib
import json

from django.db import transaction
from django.db.models import F

from contracts.models import Contract
from services.indicators import check
from services.indicators.drafting import definition_of, in_order, sentences_of, values_of
from services.indicators.measure import measure_contract
from services.models import Indicator, IndicatorVersion, Measurement
from services.queries import indicators as queries
from tenancy import audit
from tenancy.problems import Conflict, Refused


@transaction.atomic
def save_indicators(contract, definitions, *, by, at, amendment=None):
    """Make these the contract's indicators, in this order; returns the rows.

    An indicator whose reading changed gets a new version, which nobody has confirmed; the old one is kept. One that is no
    longer among them is removed. `amendment` is what both sides agreed, when the contract is at work already. Raises
    Refused with every fault of every definition.
    """
    context = queries.context(contract)
    wrong = check.faults(definitions, context)
    if wrong:
        raise Refused("指标没有保存", [f"{code} {text}" for code, texts in wrong.items() for text in texts])
    sentences = sentences_of(contract, definitions, context)
    told = sentences_of(contract, [in_order(one) for one in definitions], context)
    known = {row.code: row for row in Indicator.objects.select_for_update().filter(contract=contract)}
    before = _told_before(contract)
    rows, changed = [], []
    for number, definition in enumerate(definitions):
        code = definition["id"]
        values = values_of(definition, number, sentences[code], context)
        row, is_new_reading = _save(contract, known.get(code), code, values, told[code] == before.get(code))
        rows.append(row)
        changed += [row] if is_new_reading else []
    _keep(changed, told, amendment=amendment, by=by, at=at)
    gone = sorted(set(known) - {row.code for row in rows})
    Indicator.objects.filter(contract=contract, code__in=gone).delete()
    versions = {row.code: row.version for row in rows}
    audit.record(
        "indicators.save", by=by, at=at, target=contract, indicators=len(rows), removed=gone, versions=versions
    )
    return rows


@transaction.atomic
def save_indicator(contract, definition, *, version, by, at, code=""):
    """Save one indicator of a draft contract: a new one at the end, or in the place of the one with this code.

    `version` is the one that the writer saw (0: none). Raises Refused with every fault, and when the contract is at work,
    Conflict when somebody else has changed the indicator meanwhile.
    """
    definitions, known = _draft(contract)
    if version != (known[code].version if code in known else 0):
        raise Conflict(f"“{known[code].title}”刚被别人改过" if code in known else "这项指标刚被别人删去")
    if definition.get("id") != code and definition.get("id") in known:
        raise Refused("指标没有保存", [f"{definition['id']} id：代号重复"])
    if code:
        if definition.get("id") != code:
            Indicator.objects.filter(pk=known[code].pk).update(code=definition["id"])
        definitions = [definition if one["id"] == code else one for one in definitions]
    else:
        definitions = [*definitions, definition]
    rows = save_indicators(contract, definitions, by=by, at=at)
    return next(row for row in rows if row.code == definition["id"])


@transaction.atomic
def remove_indicator(contract, code, *, version, by, at):
    """Take an indicator out of a draft contract. Raises Refused when others speak of it, Conflict when it has changed."""
    definitions, known = _draft(contract)
    if code not in known or known[code].version != version:
        raise Conflict
    save_indicators(contract, [one for one in definitions if one["id"] != code], by=by, at=at)


def _draft(contract):
    """The definitions and rows of a contract that is still a draft, with the contract locked."""
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    if contract.state != Contract.State.DRAFT:
        raise Refused("合同已在履行，指标的改动须办理变更")
    rows = list(contract.indicators.all())
    return [definition_of(row) for row in rows], {row.code: row for row in rows}


# What a reading consists of, beside its sentence: a change of any of these is a new version.
READING = ("definition", "unit", "force")


def _told_before(contract):
    """{code: the sentence in fixed order} of the contract's present readings."""
    kept = IndicatorVersion.objects.filter(indicator__contract=contract, number=F("indicator__version"))
    return dict(kept.values_list("indicator__code", "told"))


def _save(contract, row, code, values, is_told_alike):
    """The saved row, and whether its reading is a new one; the sentence of an old reading stays as it was confirmed."""
    if row is None:
        return Indicator.objects.create(contract=contract, code=code, **values), True
    is_new = not is_told_alike or any(getattr(row, name) != values[name] for name in READING)
    row.version += is_new
    for name, value in values.items():
        if is_new or name != "sentence":
            setattr(row, name, value)
    row.save()
    return row, is_new


def _keep(rows, told, *, amendment, by, at):
    """Keep the readings of these rows as versions."""
    IndicatorVersion.objects.bulk_create(
        IndicatorVersion(
            indicator=row,
            number=row.version,
            title=row.title,
            definition=row.definition,
            sentence=row.sentence,
            told=told[row.code],
            unit=row.unit,
            force=row.force,
            valid_from=amendment.effective_on if amendment else None,
            amendment=amendment,
            made_by=by,
            made_at=at,
        )
        for row in rows
    )


@transaction.atomic
def store_measurement(contract, *, on, at):
    """Measure the contract as of the day and keep the result for portfolio pages; returns the Measurement.

    Idempotent: the same records on the same day give the same data and digest. It is the system's own doing and derived
    from what is there, so it leaves no audit event.
    """
    # Read before anything is counted: what changes meanwhile leaves the measurement marked as old, never as new.
    known = Measurement.objects.filter(contract=contract).only("tenant", "contract", "changes").first()
    changes = known.changes if known is not None else 0
    table = measure_contract(contract, on=on)
    data = {
        "as_of": on.isoformat(),
        "is_complete": table.is_complete,
        "indicators": [_stored(row) for row in table.rows],
    }
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    values = {"as_of": on, "measured_at": at, "data": data, "digest": digest, "failed_at": None}
    values["measured_changes"] = changes
    if known is None:
        return Measurement.objects.update_or_create(contract=contract, defaults=values)[0]
    for name, value in values.items():
        setattr(known, name, value)
    known.save(update_fields=list(values))  # never the number of changes, which others add to
    return known


def note_failed_measurement(contract, *, at):
    """Mark the stored measurement as one that could not be renewed; there is nothing to mark before the first."""
    Measurement.objects.filter(contract=contract).update(failed_at=at)


def _stored(row):
    text = lambda value: None if value is None else str(value)  # noqa: E731
    return {
        "code": row.code, "version": row.indicator.version, "title": row.indicator.title, "unit": row.unit, "force": row.indicator.force, "status": row.status, "value": text(row.value),
        "number": text(row.number), "divisor": text(row.divisor), "target": row.target_text, "completion": text(row.completion), "is_met": row.is_met, "shortfall": text(row.shortfall),
        "expected": text(row.expected), "forecast": text(row.forecast), "pending": row.pending, "not_counting": row.not_counting, "papers_missing": row.papers_missing,
        "returns_missing": [[kind, month.whole_first.isoformat()] for kind, month in row.returns_missing], "cells": row.cells,
        "areas": [{"area": str(area.area.pk), "name": area.area.name, "value": text(area.value), "required": text(area.required), "is_met": area.is_met} for area in row.areas],
    }  # fmt: skip
