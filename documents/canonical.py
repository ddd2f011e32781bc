"""One way to write figures down, so that the same figures always have the same digest.

JSON as in RFC 8785, narrowed: keys sorted, no white space, UTF-8; sums are text ("166444.80"), days and moments are ISO 8601
(moments in UTC). Binary fractions are refused: a float has no exact value to sign for.
"""

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID


def plain(value):
    """The value as JSON knows it: text, whole numbers, true and false, nothing, lists, objects with text keys.

    Decimals, days, moments and ids become text. Raises TypeError for what has no exact text (float, set, naive moment).
    """
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {_key(key): plain(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} has no canonical form: {value!r}")


def text(value):
    """The canonical JSON of a value."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def digest(value):
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(text(value).encode()).hexdigest()


def _text(value):
    # PostgreSQL can keep neither, and text that comes back changed would break its digest.
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise TypeError("text with a NUL or half of a surrogate pair has no canonical form")
    return str(value)


def _key(value):
    if not isinstance(value, str):
        raise TypeError(f"a key must be text: {value!r}")
    return _text(value.value if isinstance(value, Enum) else value)


def _decimal(value):
    if not value.is_finite():
        raise TypeError(f"not a finite number: {value!r}")
    return format(value, "f")


def _moment(value):
    if value.tzinfo is None:
        raise TypeError(f"a moment needs its time zone: {value!r}")
    return value.astimezone(UTC).isoformat()
