"""Conditions and numbers as Chinese phrases; sentence.py and reasons.py put them together."""

from datetime import date
from decimal import Decimal

from services.indicators import conditions as c
from services.indicators.promise import Unset

# Quantities 不少于, rates and scores 不低于; upper bounds 不超过; eq 应为; gt 超过.
BOUNDS = {"ge": "不少于", "gt": "超过", "le": "不超过", "lt": "少于", "eq": "应为", "ne": "不应为"}
# How long a clock may run: 在24小时内完成.
WITHIN = ("minutes", "hours", "workdays")
RATES = {**BOUNDS, "ge": "不低于", "lt": "低于"}
OF_A_ROW = {**BOUNDS, "eq": "为", "ne": "不为"}


def number(value):
    """1234.50 → 1,234.5; a limit that is not agreed yet is said to be so."""
    if isinstance(value, Unset):
        return "（待约定）"
    text = f"{Decimal(str(value)):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def full_day(day):
    """2024年6月1日"""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day.year}年{day.month}月{day.day}日"


def things(words, last="、"):
    """甲、乙、丙, or with another last link: 甲、乙或丙."""
    words = list(words)
    return "、".join(words[:-1]) + last + words[-1] if len(words) > 1 else "".join(words)


def is_rate(name):
    return name in ("score", "completion") or name.endswith(("_rate", "_percent"))


def comparisons(limits, unit="", words=BOUNDS):
    """((ge, 30), (le, 50)), 人 → 为30至50人; otherwise 不少于30人且不超过50人."""
    limits = dict(limits)
    if set(limits) == {"ge", "le"}:
        return f"为{number(limits['ge'])}至{number(limits['le'])}{unit}"
    return "且".join(f"{words[op]}{number(limit)}{unit}" for op, limit in limits.items())


def phrase(condition, labels, subject_only=False):
    """One condition, said of the row."""
    match condition:
        case c.Papers():
            return "有" + things(labels.of("paper", kind) for kind in condition.kinds)
        case c.Approved():
            return "经" + things(labels.of("approval", kind) for kind in condition.kinds)
        case c.Listed():
            inner = f"（{phrases(condition.where, labels)}）" if condition.where else ""
            return f"当日在“{labels.of('register', condition.register)}”名册{inner}"
        case c.Has():
            return _has(condition, labels, subject_only)
        case c.AnyOf():
            return (
                "（"
                + "，或".join("且".join(phrase(inner, labels) for inner in group) for group in condition.groups)
                + "）"
            )
        case c.Field():
            return _field(condition, labels)
    return ""


def phrases(conditions, labels):
    """All conditions, joined; two bounds of one field become one phrase."""
    bounds = {}
    for condition in conditions:
        if (
            isinstance(condition, c.Field)
            and condition.op in BOUNDS
            and isinstance(condition.value, int | Decimal)
            and not isinstance(condition.value, bool)
        ):
            bounds.setdefault(condition.name, []).append((condition.op, condition.value))
    said, done, had = [], set(), None
    for condition in conditions:
        name = getattr(condition, "name", None)
        if name in done:
            continue
        if name in bounds:
            done.add(name)
            said.append(
                labels.field(name) + comparisons(bounds[name], labels.unit(name), RATES if is_rate(name) else OF_A_ROW)
            )
        elif isinstance(condition, c.Has) and had == (condition.source, condition.kinds) and condition.where:
            said[-1] += f"，其中{phrase(condition, labels)}"
        else:
            said.append(phrase(condition, labels))
        had = (condition.source, condition.kinds) if isinstance(condition, c.Has) else None
    return things(said)


def is_limit(condition):
    """Whether it limits how long a clock may run."""
    return isinstance(condition, c.Field) and condition.name in WITHIN and condition.op in ("le", "lt")


def within(condition):
    """在24小时内完成; a limit that is not agreed yet: 在约定时限内完成."""
    if isinstance(condition.value, Unset):
        return "在约定时限内完成"
    unit = {"minutes": "分钟", "hours": "小时", "workdays": "个工作日"}[condition.name]
    return f"在{'不到' if condition.op == 'lt' else ''}{number(condition.value)}{unit}内完成"


def _has(condition, labels, subject_only):
    kinds = things((labels.kind(condition.source, kind) for kind in condition.kinds), "或") or "服务记录"
    what = phrases(condition.where, labels) if condition.where else kinds
    if subject_only:
        return what
    return f"{what}{comparisons([(condition.op, condition.limit)], '次' if condition.count.how == 'rows' else '')}"


def _field(condition, labels):
    label, value, op = labels.field(condition.name), condition.value, condition.op
    if op == "given":
        return f"有{label}" if value else f"无{label}"
    if op == "before":
        return f"{label}早于{labels.field(value)}"
    if isinstance(value, bool):
        return label if value == (op == "eq") else f"非{label}"
    if op == "in":
        return f"{label}为{things((labels.choice(condition.name, item) for item in value), '或')}"
    if isinstance(value, str):
        return f"{label}{OF_A_ROW[op]}{labels.choice(condition.name, value)}"
    unit = labels.unit(condition.name)
    return f"{label}{(RATES if is_rate(condition.name) else OF_A_ROW)[op]}{number(value)}{unit}"
