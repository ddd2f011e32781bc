"""Runs compiled statements. What is asked again and again on one connection is planned by the server once."""

import hashlib
import re
from weakref import WeakKeyDictionary

from django.db import connection

# How often a statement was asked before it is worth a plan that the server keeps, and how many of these a connection holds.
OFTEN, KEPT = 2, 100
_known: WeakKeyDictionary = WeakKeyDictionary()

# The tables whose changes the database counts for each contract (services/migrations/0002_seal.py; a test compares them).
COUNTED = frozenset({
    "services_servicerecord", "services_answer", "services_deliverable", "services_incident", "services_clock",
    "services_indicator", "caseload_case", "caseload_group", "caseload_registerentry", "contracts_staffpost",
})  # fmt: skip
TABLE = re.compile(r"\b(?:FROM|JOIN) ([a-z]+_[a-z]+)\b")


def asks_only_what_is_counted(statement):
    """Whether the statement reads no table but those whose changes are counted."""
    return COUNTED.issuperset(TABLE.findall(statement.text))


def rows_of(statement):
    """The rows of a preparing.Statement.

    Its text is put together with its values when it is asked again. Planning is a quarter of its time; a pooled connection lives long enough
    to keep the plan. Without our own pool there may be one between us and the server, where names get lost: planned anew.
    """
    with connection.cursor() as cursor:
        statement.uses += 1
        if statement.uses == 1:  # many are asked once a night
            cursor.execute(statement.text, statement.values)
            return cursor.fetchall()
        if not statement.bound:
            statement.bound = cursor.mogrify(statement.text, statement.values)
        if statement.uses > OFTEN and connection.settings_dict["OPTIONS"].get("pool"):
            _prepare(cursor, statement)
            cursor.execute(f"EXECUTE {statement.name}")
        else:
            cursor.execute(statement.bound)
        return cursor.fetchall()


def _prepare(cursor, statement):
    """Make sure that the server knows the statement on this connection; the one asked longest ago makes room."""
    if not statement.name:
        statement.name = f"indicators_{hashlib.sha256(statement.bound.encode()).hexdigest()[:32]}"
    names = _known.setdefault(connection.connection, {})
    if names.pop(statement.name, None) is None:
        if len(names) >= KEPT:
            oldest = next(iter(names))
            cursor.execute(f"DEALLOCATE {oldest}")
            del names[oldest]
        cursor.execute(f"PREPARE {statement.name} AS {statement.bound}")
    names[statement.name] = True
