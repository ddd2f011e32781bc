"""What differs between two contract files, section by section, as people would tell it."""

from dataclasses import dataclass, replace
from datetime import date

from contracts.contract_file.sense import CODED
from contracts.contract_file.shape import FILE

ADDED, REMOVED, CHANGED = "+", "-", "~"
# What names an entry of a list that has no key of its own.
NAMES = ("code", "no", "kind", "name", "post", "title")
LONG, AROUND = 60, 12
NONE = "（无）"


@dataclass(frozen=True)
class Difference:
    """One entry that came, went or changed: its section, + - or ~, its name, and what changed in it."""

    section: str
    sign: str
    name: str
    lines: tuple = ()


def compare(before, after):
    """All differences of two sound files' values, in the file's order; indicators are told by the services app."""
    found = []
    for section, spec in FILE.fields.items():
        if section in ("format", "indicators"):
            continue
        old, new = before.get(section), after.get(section)
        if old != new:
            found += _section(section, spec, old, new)
    return found


def _section(section, spec, old, new):
    label = spec.label or section
    if spec.kind == "rows":
        return [
            Difference(label, sign, name, tuple(lines))
            for sign, name, lines in entries(old or [], new or [], CODED.get(section), _teller(spec))
        ]
    if spec.kind == "areas" or section == "areas":
        return _areas(label, spec, old or {}, new or {})
    return [Difference(label, CHANGED, "", (line,)) for line in _lines(spec, old, new, "")]


def _teller(spec):
    one = replace(spec, kind="part")
    return lambda old, new: _lines(one, old, new, "")


def entries(before, after, key, lines):
    """(sign, name, lines) of two lists whose entries go by a key; `lines(old, new)` tells what changed in one."""
    old, new = _keyed(before, key), _keyed(after, key)
    for place, entry in new.items():
        if place not in old:
            yield ADDED, _name(entry), []
        elif old[place] != entry:
            yield CHANGED, _name(entry), lines(old[place], entry)
    for place, entry in old.items():
        if place not in new:
            yield REMOVED, _name(entry), []
    kept = [place for place in old if place in new]
    if kept != [place for place in new if place in old]:
        yield CHANGED, "顺序", ["、".join(str(place[0]) for place in new if place in old)]


def _keyed(rows, key):
    found = {}
    for row in rows:
        name = row.get(key) if key else next((row[word] for word in NAMES if word in row), "")
        number = sum(place[0] == name for place in found)
        found[name, number] = row
    return found


def _name(entry):
    """An entry as people find it in the file: 3 个案帮扶."""
    words = [str(entry[word]) for word in ("code", "no", "id") if word in entry][:1]
    title = next((entry[word] for word in ("title", "label", "zh", "name", "kind") if word in entry), "")
    return " ".join([*words, *([title] if title and title not in words else [])])


def _lines(spec, old, new, prefix):
    """What changed below one place, a line each."""
    if old == new:
        return []
    if spec is None or spec.kind not in ("part", "rows", "words", "map"):
        return [f"{prefix or (spec.label if spec else '')}：{told(old, new, spec)}"]
    if spec.kind == "rows":
        one = replace(spec, kind="part")
        made = entries(old or [], new or [], None, lambda was, now: _lines(one, was, now, ""))
        return [f"{prefix} {sign} {name}{'：' if lines else ''}{'；'.join(lines)}" for sign, name, lines in made]
    old, new, made = old or {}, new or {}, []
    for name in [*(name for name in old if name not in new), *new]:
        field = spec.fields.get(name)
        label = " ".join(filter(None, [prefix, (field.label if field is not None and field.label else name)]))
        made += _lines(field, old.get(name), new.get(name), label)
    return made


def _areas(label, spec, old, new):
    made = []
    was, now = _places(old.get("districts", {})), _places(new.get("districts", {}))
    made += [Difference(label, ADDED, place) for place in now if place not in was]
    made += [Difference(label, REMOVED, place) for place in was if place not in now]
    rest = [{name: value for name, value in one.items() if name != "districts"} for one in (old, new)]
    return made + [Difference(label, CHANGED, "", (line,)) for line in _lines(spec, *rest, "")]


def _places(districts):
    """Subdistricts and communities by their full names."""
    return [
        place
        for district, streets in districts.items()
        for street, names in streets.items()
        for place in (f"{district} {street}", *(f"{district} {street} {name}" for name in names))
    ]


def told(old, new, spec=None):
    """Old → new; of two long texts the piece around what differs."""
    was, now = _shown(old, spec), _shown(new, spec)
    if max(len(was), len(now)) > LONG and NONE not in (was, now):
        start = next((i for i, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
        was, now = (_around(text, start) for text in (was, now))
    return f"{was} → {now}"


def _around(text, start):
    first, last = max(0, start - AROUND), start + LONG // 2
    return f"{'…' if first else ''}{text[first:last]}{'…' if last < len(text) else ''}"


def _shown(value, spec):
    if value is None or value == "":
        return NONE
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "{" + "，".join(f"{name}: {_shown(entry, None)}" for name, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + "，".join(_shown(entry, None) for entry in value) + "]"
    if spec is not None and spec.kind == "money":
        return f"{value:,.2f}"
    if spec is not None and spec.kind == "share":
        return f"{(value * 100).normalize():f}%"
    return value.isoformat() if isinstance(value, date) else str(value)
