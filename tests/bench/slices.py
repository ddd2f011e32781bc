"""Times two sides in alternating slices, and writes a row."""

import json
import os
import statistics
import time
from pathlib import Path


def timed(act):
    """Seconds that one call takes."""
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def alternating(ours, theirs, rounds=15):
    """(median of ours, median of theirs) in milliseconds; each is warmed up once."""
    ours(), theirs()
    pairs = [(timed(ours), timed(theirs)) for _ in range(rounds)]
    return tuple(round(statistics.median(side) * 1000, 2) for side in zip(*pairs, strict=True))


def write(row, name, ours, theirs, *, ratio, goal, met, **more):
    """One JSON line for the row."""
    line = {
        "row": row,
        "name": name,
        "ratio": round(ratio, 3),
        "goal": goal,
        "met": met,
        "ours": ours,
        "theirs": theirs,
        **more,
    }
    with Path(os.environ["BENCH_OUT"]).open("a") as out:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
