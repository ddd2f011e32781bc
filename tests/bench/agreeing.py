"""Holds the numbers of the engine against those written by hand: a ratio of two sides that differ would say nothing."""


def differences(table, by_hand, areas):
    """["12: 10 against 9", …] of values and area values that differ; empty when both sides agree."""
    wrong = []
    for row in table.rows:
        code = row.code[-2:]
        for scope, measured in [(None, row), *zip(areas, row.areas, strict=True)]:
            number = measured.number / (row.promise.scale if row.promise.is_ratio or row.cells else 1)
            found = _by_hand(code, by_hand, scope, measured)
            if found is not None and found != number:
                wrong.append(f"{row.code} {'' if scope is None else '街镇'}: {number} ≠ {found}")
    return wrong


def _by_hand(code, found, scope, measured):
    """The number as the statements gave it, or None for what they give otherwise (quarters, posts)."""
    if code in ("04", "19"):
        return None
    if code in ("05", "06", "07"):
        return found.get(f"{code}m", {}).get(scope, 0)
    return found.get(code, {}).get(scope, 0)
