"""Drawing the files of a round by lot: in strata, with a seed, so that anybody can draw the same sample again.

Rule 1. The files stand in strata by kind and street; where that makes more strata than files are to be drawn, by kind alone.
Each stratum gives at least one file. The rest of the seats goes, one after the other, to the stratum that is furthest below
its proportional share (a tie to the first by name). A file's lot is the SHA-256 of "seed:id": each stratum gives its files
with the smallest lots, and all drawn files are numbered in the order of their lots. Nothing depends on the order in which
files were made, nor on any program's random numbers.
"""

import hashlib
import re
from fractions import Fraction

RULE = "1"
MOST = 60
SEED = re.compile(r"[0-9A-Za-z]{1,40}")
BETWEEN = "|"
# A draw may be replaced only while nobody has begun to score.
REDRAWN_IN = frozenset({"prepared", "self_evaluation"})
DRAWN_IN = REDRAWN_IN | {"scoring"}


def stratum(kind, street):
    """The name of a stratum; `street` is an id or None."""
    return f"{kind}{BETWEEN}{street or ''}"


def strata_for(pool, count):
    """The pool as it is drawn from: by kind and street, or by kind alone where there are more strata than seats."""
    filled = {name: list(ids) for name, ids in pool.items() if ids}
    if len(filled) <= count:
        return filled
    merged = {}
    for name, ids in filled.items():
        merged.setdefault(name.partition(BETWEEN)[0], []).extend(ids)
    return merged


def faults(pool, count, seed):
    """What is wrong with a draw that is asked for, at once."""
    total, found = sum(map(len, pool.values())), []
    if not total:
        return ["事实截至日前没有已核验的记录、已接案的个案或已开展的小组，无从抽样"]
    kinds = len({name.partition(BETWEEN)[0] for name, ids in pool.items() if ids})
    if not 1 <= count <= MOST:
        found.append(f"抽取份数为 1 至 {MOST}")
    elif count < min(kinds, total):
        found.append(f"档案有 {kinds} 类，每类至少抽 1 份，至少抽取 {kinds} 份")
    if not SEED.fullmatch(seed):
        found.append("抽样种子为 1 至 40 位数字或字母")
    return found


def seats(sizes, count):
    """{stratum: how many files it gives} for {stratum: its size}; the sum is `count`, or everything there is.

    Raises ValueError when there are more strata than seats.
    """
    total = sum(sizes.values())
    if len(sizes) > count:
        raise ValueError("more strata than seats")
    given = dict.fromkeys(sizes, 1)
    shares = {name: Fraction(count * size, total) for name, size in sizes.items()} if total else {}
    for _ in range(min(count, total) - len(sizes)):
        open_ones = [name for name in sorted(sizes) if given[name] < sizes[name]]
        furthest = max(open_ones, key=lambda name: shares[name] - given[name])
        given[furthest] += 1
    return given


def lot(seed, key):
    """The lot of one file."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def draw(pool, count, seed):
    """The drawn ids in the order of their numbers, of {stratum: ids}; the same pool, count and seed give the same again."""
    strata = strata_for(pool, count)
    given = seats({name: len(ids) for name, ids in strata.items()}, count)
    lots = {key: lot(seed, key) for ids in strata.values() for key in ids}
    drawn = [key for name, ids in strata.items() for key in sorted(ids, key=lots.get)[: given[name]]]
    return sorted(drawn, key=lots.get)


def redraw_fault(state, *, is_drawn):
    """Why a round in the state can't be drawn (again), or ""."""
    if state not in DRAWN_IN:
        return "评分已结束，不能再抽样"
    if is_drawn and state not in REDRAWN_IN:
        return "评分已开始，样本不能重抽"
    return ""


STEMS = "甲乙丙丁戊己庚辛壬癸"


def other_names(labels):
    """{label: the name under which it is told} for the organisations of a sample, in the order in which they appear."""
    named = {}
    for label in labels:
        if label and label not in named:
            number = len(named)
            named[label] = f"服务机构 {STEMS[number]}" if number < len(STEMS) else f"服务机构 {number + 1}"
    return named
