"""Definitions on their way to being rows: as they are written, as columns hold them, told as sentences, tried before saving."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from services.indicators.measure import definition_of as stored_definition
from services.indicators.reading import read_all
from services.indicators.sentence import tell
from services.indicators.words import COLUMNS, COMPARISONS
from services.models import Indicator
from services.queries import indicators as queries


def definition_of(row):
    """An indicator's words as they are written, without the order of choices that was frozen with them."""
    return {word: value for word, value in stored_definition(row).items() if word != "orders"}


def in_order(value):
    """A definition with its words in a fixed order, so that two that say the same are told alike."""
    if isinstance(value, Mapping):
        return {name: in_order(value[name]) for name in sorted(value, key=str)}
    return [in_order(one) for one in value] if isinstance(value, list | tuple) else value


def sentences_of(contract, definitions, context):
    """{code: sentence} of definitions that are sound."""
    promises, _faults = read_all(definitions, term=context.term, parameters=context.parameters, orders=context.orders)
    labels, level = queries.labels(), queries.area_level(contract)
    return {
        code: tell(promise, labels, promises=promises, term=context.term, areas=len(context.areas), level=level)
        for code, promise in promises.items()
    }


def values_of(definition, number, sentence, context):
    """The columns of an indicator for one sound definition; `number` is its place in the contract."""
    values = {
        column: str(definition.get(word, "hard" if word == "force" else ""))
        for word, column in COLUMNS.items()
        if word != "id"
    }
    words = {word: plain(value) for word, value in definition.items() if word not in COLUMNS}
    orders = {name: context.orders[name] for name in sorted(_ordered(definition)) if name in context.orders}
    return values | {
        "definition": words | ({"orders": orders} if orders else {}),
        "sentence": sentence,
        "sort": number,
    }


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


def unsaved(contract, definitions, context):
    """Sound definitions as rows that nobody has saved: to measure and list with, beside the stored ones they would replace."""
    sentences = sentences_of(contract, definitions, context)
    known = {row.code: row for row in contract.indicators.all()}
    rows = []
    for number, definition in enumerate(definitions):
        code = definition["id"]
        values = values_of(definition, number, sentences[code], context)
        row = Indicator(contract=contract, code=code, **values)
        if code in known:
            row.pk, row.version = known[code].pk, known[code].version
        rows.append(row)
    return rows
