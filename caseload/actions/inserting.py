"""Thousands of new rows in one statement a table: what Django's own bulk_create spends most of its time on is left out.

COPY would be the other way, but PostgreSQL refuses it on a table with row-level security.
"""

import json

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from uuid6 import uuid7

from tenancy import keys, scope
from tenancy.fields import SealedTextField

BATCH = 5000  # of one statement


def insert_rows(model, rows):
    """Insert rows given as {column attname: value}; what a row doesn't tell is the field's default.

    Texts of sealed fields are sealed here, bound to the row's own id. Constraints are the database's: it raises IntegrityError.
    """
    tenant_id = scope.current().tenant_id
    for row in rows:
        row.setdefault("id", uuid7())
        row["tenant_id"] = tenant_id
    for start in range(0, len(rows), BATCH):
        _insert(model, rows[start : start + BATCH])


def _insert(model, rows):
    table = connection.ops.quote_name(model._meta.db_table)
    names, values, arrays, params, fixed = [], [], [], [], []
    for field in model._meta.local_concrete_fields:
        column = _column(field, rows)
        names.append(f'"{field.column}"')
        if _is_one(column) and not field.primary_key:
            values.append(f"%s::{_kind(field)}{_cast(field)}")
            fixed.append(_plain(field, column[0]))
        else:
            kind = _kind(field)
            values.append(f"u.c{len(arrays)}{_cast(field)}")
            arrays.append(f"%s::{kind}[]")
            params.append([_plain(field, value) for value in column])
    given = ", ".join(f"c{number}" for number in range(len(arrays)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM unnest({', '.join(arrays)}) AS u({given})",
            [*fixed, *params],
        )


def _column(field, rows):
    """The field's values of all rows."""
    name = field.attname
    if isinstance(field, SealedTextField):
        before, after = f"{rows[0]['tenant_id']}|{field.model._meta.db_table}|{field.column}|", name
        return [keys.seal(row[after], f"{before}{row['id']}") if row.get(after) else None for row in rows]
    default = field.get_default() if any(name not in row for row in rows) else None
    return [row.get(name, default) for row in rows]


def _is_one(column):
    """Whether all rows have one value: it is sent once."""
    first = column[0]
    return not isinstance(first, bytes) and all(value is first or value == first for value in column)


def _kind(field):
    """The type in which a column's values are sent; text is not cut to the column's length, so that a longer one is refused."""
    if isinstance(field, models.CharField | models.JSONField) or field.db_type(connection).endswith("[]"):
        return "text"
    return field.db_type(connection)


def _cast(field):
    kind = field.db_type(connection)
    return f"::{kind}" if isinstance(field, models.JSONField) or kind.endswith("[]") else ""


def _plain(field, value):
    if isinstance(field, models.JSONField):
        return None if value is None else json.dumps(value, ensure_ascii=False)
    if isinstance(field, ArrayField):
        return None if value is None else f"{{{','.join(json.dumps(one, ensure_ascii=False) for one in value)}}}"
    return value
