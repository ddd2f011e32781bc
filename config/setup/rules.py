"""A definition taken apart for a form and put together again; dates of a pattern moved to another term. Values in, values out."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

OPS = {"ge": "不少于", "gt": "超过", "eq": "为", "le": "不超过", "lt": "少于", "ne": "不为"}
CONDITION_OPS = {**OPS, "in": "为其中之一", "given": "已填", "missing": "未填"}
# What a form shows in controls of its own; everything else of a definition is written as words.
PLAIN = ("id", "zh", "unit", "force", "clause", "clause_text", "source")
BOOLEANS = {"true": True, "是": True, "false": False, "否": False}


def taken_apart(definition, *, known):
    """(values of the form, conditions as rows, the words that no control shows) of a definition.

    `known` maps a source to the kinds that the form offers. Putting the three together again gives the same definition.
    """
    rest = {word: value for word, value in definition.items() if word not in PLAIN}
    values = {word: definition.get(word, "") for word in PLAIN}
    values |= _source(rest, known) | _count(rest) | _target(rest) | _grid(rest)
    within = rest.get("within")
    if isinstance(within, list | tuple) and len(within) == 2:
        values["within_from"], values["within_to"] = rest.pop("within")
    conditions = []
    for role in ("where", "gate"):
        conditions += _conditions(rest, role, values)
    return values, conditions, rest


def _source(rest, known):
    source, _, kinds = str(rest.get("of", "")).partition(".")
    chosen = kinds.split("|") if kinds else []
    if source not in known or not set(chosen) <= set(known[source]):
        return {"of": ""}
    del rest["of"]
    return {"of": source, f"kinds_{source}": chosen}


def _count(rest):
    count = rest.pop("count", "rows")
    if count in ("rows", "share"):
        return {"count": count}
    if isinstance(count, Mapping) and len(count) == 1 and next(iter(count)) in ("sum", "mean"):
        how, name = next(iter(count.items()))
        return {"count": how, "count_field": name}
    if isinstance(count, Mapping):
        rest["count"] = count
        return {"count": ""}
    return {"count": "distinct", "count_keys": list(count) if isinstance(count, list | tuple) else [count]}


def _one(requirement):
    """(op, number) of a requirement with one comparison, or None."""
    if isinstance(requirement, Mapping) and len(requirement) == 1:
        op, limit = next(iter(requirement.items()))
        if op in OPS and (isinstance(limit, int | float | Decimal) or str(limit).startswith("$")):
            return op, limit
    return None


def _target(rest):
    values = {"target_op": "", "target": "", "areas": ""}
    if rest.get("target") == "none":
        rest.pop("target")
        values["target_op"] = "none"
    elif _one(rest.get("target")):
        values["target_op"], values["target"] = _one(rest.pop("target"))
    one = _one(rest.get("areas"))
    if one and one[0] == "ge":
        values["areas"] = rest.pop("areas")["ge"]
    return values


def _grid(rest):
    values = {}
    every = rest.pop("every", None)
    if every is not None:
        values["every"] = list(every) if isinstance(every, list | tuple) else [every]
    each = rest.get("each")
    if isinstance(each, Mapping) and set(each) <= {"register", "present"} and "register" in each:
        values["each"], values["each_present"] = each["register"], each.get("present", "start")
        rest.pop("each")
    if _one(rest.get("reach")):
        values["reach_op"], values["reach"] = _one(rest.pop("reach"))
    return values


def _conditions(rest, role, values):
    """Simple conditions of `where` or `gate` as rows; what is left stays in the words."""
    given = rest.get(role)
    if not isinstance(given, Mapping):
        return []
    rows, left = [], {}
    for name, value in given.items():
        if role == "gate" and name in ("papers", "approved"):
            values[name] = list(value) if isinstance(value, list | tuple) else [value]
        elif name in ("papers", "approved", "has", "listed", "any") or not _is_simple(value):
            left[name] = value
        else:
            rows += [{"role": role, "field": name, "op": op, "value": told} for op, told in _compared(value)]
    rest.pop(role)
    if left:
        rest[role] = left
    return rows


def _is_simple(value):
    if isinstance(value, Mapping):
        return set(value) <= {*OPS, "given"} and all(
            not isinstance(one, Mapping | list | tuple) for one in value.values()
        )
    return not isinstance(value, list | tuple) or all(not isinstance(one, Mapping | bool) for one in value)


def _compared(value):
    if isinstance(value, list | tuple):
        return [("in", "、".join(map(written, value)))]
    if isinstance(value, Mapping):
        return [
            (("given" if limit else "missing"), "") if op == "given" else (op, written(limit))
            for op, limit in value.items()
        ]
    return [("eq", written(value))]


def written(value):
    """A value of a condition as a person types it: true → 是; a code that looks like something else stands in quotes."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return f'"{value}"' if isinstance(value, str) and typed(value) != value else str(value)


def typed(text):
    """What a person typed as a value of a definition: 是 → true, 30 → 30, 0.5 → Decimal, "2024" and anything else the code."""
    text = text.strip()
    if len(text) > 1 and text[0] in '"“' and text[-1] in '"”':
        return text[1:-1]
    if text in BOOLEANS:
        return BOOLEANS[text]
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    return int(number) if number == number.to_integral_value() else number


def put_together(values, conditions, rest):
    """The definition that a form's values, its condition rows and the remaining words make."""
    made = {word: values[word] for word in PLAIN if values.get(word)}
    if values.get("of"):
        kinds = values.get(f"kinds_{values['of']}") or []
        made["of"] = values["of"] + ("." + "|".join(kinds) if kinds else "")
    if values.get("within_from") and values.get("within_to"):
        made["within"] = [str(values["within_from"]), str(values["within_to"])]
    for role in ("where", "gate"):
        asked = _asked(role, values, conditions)
        left = rest.get(role) if isinstance(rest.get(role), Mapping) else {}
        if asked or left:
            made[role] = {**asked, **left}
    count = _counted(values)
    if count is not None and count != "rows":
        made["count"] = count
    made |= _wanted(values)
    return {**made, **{word: value for word, value in rest.items() if word not in ("where", "gate")}}


def _asked(role, values, conditions):
    made = {}
    for row in conditions:
        if row["role"] != role or not row["field"]:
            continue
        op, value = row["op"], row["value"]
        if op == "in":
            made[row["field"]] = [
                typed(one) for one in value.replace(",", "、").replace("，", "、").split("、") if one.strip()
            ]
            continue
        limit = {"given": True, "missing": False}.get(op)
        limit = typed(value) if limit is None else limit
        op = "given" if op in ("given", "missing") else op
        before = made.get(row["field"])
        made[row["field"]] = {**(before if isinstance(before, Mapping) else {}), op: limit}
    # One equality is written as the value alone, as contract files do.
    made = {
        name: asked["eq"] if isinstance(asked, Mapping) and set(asked) == {"eq"} else asked
        for name, asked in made.items()
    }
    if role == "gate":
        made |= {name: list(values[name]) for name in ("papers", "approved") if values.get(name)}
    return made


def _counted(values):
    how = values.get("count")
    if how in ("sum", "mean"):
        return {how: values.get("count_field") or ""}
    if how == "distinct":
        keys = list(values.get("count_keys") or [])
        return keys[0] if len(keys) == 1 else keys
    return how or None


def _wanted(values):
    made = {}
    if values.get("target_op") == "none":
        made["target"] = "none"
    elif values.get("target_op"):
        made["target"] = {values["target_op"]: _limit(values.get("target"))}
    if values.get("areas") not in (None, ""):
        made["areas"] = {"ge": _limit(values["areas"])}
    if values.get("each"):
        present = values.get("each_present") or "start"
        made["each"] = {"register": values["each"]} | ({"present": present} if present != "start" else {})
    if values.get("every"):
        every = list(values["every"])
        made["every"] = every[0] if len(every) == 1 else every
    if values.get("reach_op"):
        made["reach"] = {values["reach_op"]: _limit(values.get("reach"))}
    return made


def _limit(value):
    return typed(str(value if value is not None else ""))


def moved(value, *, old, new):
    """A pattern's values with every day moved as its first day moved: by whole years when day and month stay, else by days."""
    if isinstance(value, Mapping):
        return {name: moved(one, old=old, new=new) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [moved(one, old=old, new=new) for one in value]
    return _moved_day(value, old, new) if isinstance(value, date) else value


def _moved_day(day, old, new):
    if (old.month, old.day) != (new.month, new.day):
        return day + (new - old)
    year = day.year + new.year - old.year
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return day.replace(year=year, day=28)


def mentioned(value):
    """Every text and name that stands anywhere in a value: which labels a contract speaks of."""
    if isinstance(value, Mapping):
        return {str(name) for name in value} | {word for one in value.values() for word in mentioned(one)}
    if isinstance(value, list | tuple):
        return {word for one in value for word in mentioned(one)}
    return set(value.replace(".", "|").split("|")) | {value} if isinstance(value, str) else set()
