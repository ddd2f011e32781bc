"""Numbers, limits and gaps as people write them."""

from operator import eq, ge, gt, le, lt


def plain_number(number):
    """12.50 → 12.5, 2846 → 2846"""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def missing_words(*, status, shortfall, unit, areas=(), papers=(), parameters=()):
    """What an indicator still misses, in one phrase: 差 1 个，军庄镇. `areas` are (name, shortfall) of those that are short.

    Where the areas together miss less than the whole, the whole is told and the areas are part of it.
    """
    if status == "missing_parameter":
        return f"缺参数：{'、'.join(parameters)}" if parameters else "缺参数，算不出"
    if status == "unconfirmed":
        return "数据还没有全部回来"
    if not shortfall:
        return f"缺{'、'.join(papers)}" if papers else "未达到要求"
    told = f"差 {plain_number(shortfall)} {unit}".rstrip()
    if len(areas) == 1 and areas[0][1] == shortfall:
        told += f"，{areas[0][0]}"
    elif areas:
        inside = sum(short for _, short in areas) == shortfall
        told += f"{'：' if inside else '，其中'}{'、'.join(f'{name} {plain_number(short)}' for name, short in areas)}"
    return f"{told}；缺{'、'.join(papers)}" if papers else told


HOLDS = {"ge": ("≥", ge), "gt": (">", gt), "le": ("≤", le), "lt": ("<", lt), "eq": ("=", eq)}


def told_limits(limits):
    """A contract's pass mark as people write it: (("ge", 80),) → ≥ 80."""
    return "，".join(f"{HOLDS[op][0]} {limit}" for op, limit in limits)
