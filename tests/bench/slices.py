"""Times two sides in alternating slices, and writes a row."""

import json
import os
import statistics

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))


def alternating(ours, theirs, rounds=ROUNDS):
    """(median of ours, median of theirs, median of their ratios), of calls that return milliseconds; each is warmed up twice."""
    for side in (ours, theirs, ours, theirs):
        side()
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    first, second = (statistics.median(side) for side in zip(*pairs, strict=True))
    return first, second, statistics.median(own / other for own, other in pairs)


def write(row, name, sides, *, goal, at_least=False, **more):
    """One JSON line for the row: ratio is ours ÷ theirs in time, or with `at_least` theirs ÷ ours (speed against speed)."""
    ours, theirs, ratio = sides
    ratio = 1 / ratio if at_least else ratio
    line = {
        "row": row,
        "name": name,
        "ratio": round(ratio, 3),
        "goal": goal,
        "met": bool(ratio >= goal if at_least else ratio <= goal),
        "ours": round(ours, 2),
        "theirs": round(theirs, 2),
        "load": round(os.getloadavg()[0], 1),
        **more,
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)
