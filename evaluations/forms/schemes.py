"""The form of a scheme: names of its inputs are the places of the definition, so that every fault stands beside its input."""

import re
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal

from django import forms

from evaluations.rules.scheme_faults import AGGREGATES, BASES, KIND_WORDS, KINDS, SCORINGS, SIDES, SOURCES, number
from evaluations.rules.scheme_telling import fault_told
from evaluations.rules.words import plain_number

ACT = re.compile(r"(up|down|remove|add):([a-z0-9.]+)")
MOST = 200


class StartForm(forms.Form):
    """After what a new scheme begins."""

    source = forms.ChoiceField(label="从哪里开始", widget=forms.RadioSelect)

    def __init__(self, *args, sources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = sources


@dataclass(frozen=True)
class Control:
    """One input: its name is its place; `kind` text, number, area, select, checks or flag."""

    name: str
    label: str
    value: object = ""
    kind: str = "text"
    choices: tuple = ()
    hint: str = ""
    errors: tuple = ()

    @property
    def lines(self):
        """How tall an area is."""
        return max(2, str(self.value).count("\n") + 1)


# --- from what is entered to a definition ---------------------------------------------------------------------------
def read(post, before):
    """The definition that a posted form says; what the form does not show stays as it was `before`."""
    scoring = post.get("scoring", "")
    made = {"code": before.get("code", ""), "title": post.get("title", "").strip(), "scoring": scoring}
    if scoring == "score":
        decimals = post.get("decimals", "")
        made |= {"full_marks": post.get("full_marks", "").strip(), "decimals": _whole(decimals)}
    made["parties"] = [_party(post, f"parties.{index}") for index in range(_count(post, "parties"))]
    made["dimensions"] = [
        _dimension(post, f"dimensions.{index}", scoring) for index in range(_count(post, "dimensions"))
    ]
    if scoring == "score":
        made["grades"] = [{"title": title, "ge": mark} for title, mark in _lines(post.get("grades", ""))]
    made["opinions"] = _words(post.get("opinions", ""))
    return {name: value for name, value in made.items() if value != [] or name in ("parties", "dimensions")}


def _count(post, name):
    said = post.get(f"{name}.count", "0")
    return min(int(said), MOST) if said.isdigit() else 0


def _whole(said):
    return int(said) if said.strip().isdigit() and said.isascii() else said


def _share(said):
    """30 (percent) → "0.3"; what is no number stays as it was typed, and is a fault."""
    given = number(said)
    return said.strip() if given is None else plain_number(given / 100)


def _lines(said):
    """齐全规范 10 → ("齐全规范", "10"), a line each; a line without a number keeps an empty one, which is a fault."""
    for line in filter(None, map(str.strip, said.splitlines())):
        title, _, last = line.rpartition(" ")
        yield (title.strip(), last) if title and number(last) is not None else (line, "")


def _words(said):
    return [word for word in re.split(r"[、，,;；\s]+", said) if word]


def _party(post, place):
    def get(word):
        return post.get(f"{place}.{word}", "").strip()

    made = {"code": get("code"), "title": get("title"), "side": get("side"), "weight": _share(get("weight")), "aggregate": get("aggregate"), "least": _whole(get("least"))}  # fmt: skip
    how, much = get("apart.how"), get("apart")
    if how == "share":
        made["apart"] = {"share": _share(much)}
    elif how == "points":
        made["apart"] = {"points": much}
    if get("trim_from"):
        made["trim_from"] = _whole(get("trim_from"))
    return made | ({"veto": True} if get("veto") else {})


def _dimension(post, place, scoring):
    made = {"title": post.get(f"{place}.title", "").strip()}
    if scoring == "score":
        made["marks"] = post.get(f"{place}.marks", "").strip()
    count = _count(post, f"{place}.items")
    return made | {"items": [_item(post, f"{place}.items.{index}", scoring) for index in range(count)]}


def _item(post, place, scoring):
    def get(word):
        return post.get(f"{place}.{word}", "").strip()

    kind = get("kind")
    made = {"code": get("code"), "title": get("title"), "kind": kind}
    if scoring == "score":
        made["marks"] = get("marks")
    own = {
        "levels": [{"title": title, "marks": marks} for title, marks in _lines(get("levels"))],
        "parts": [{"title": title, "marks": marks} for title, marks in _lines(get("parts"))],
        "bands": [_band(line) for line in filter(None, map(str.strip, get("bands").splitlines()))],
        "indicator": get("indicator"),
        "basis": get("basis") or "target",
        "each": get("each"),
        "unit": get("unit") or "次",
        "source": get("source"),
    }
    made |= {word: own[word] for word in KIND_WORDS.get(kind, ()) if own[word] or word != "source"}
    lists = {"by": post.getlist(f"{place}.by"), "facts": _words(get("facts")), "standard": get("standard")}
    return made | {word: value for word, value in lists.items() if value} | ({"veto": True} if get("veto") else {})


def _band(line):
    reach, _, share = line.replace("%", "").replace("≥", "").partition(" ")
    return {"ge": reach.strip(), "share": _share(share.strip()) if share.strip() else ""}


# --- acts on rows ---------------------------------------------------------------------------------------------------
def acted(definition, act):
    """The definition after an act like add:parties, up:dimensions.0, remove:dimensions.0.items.2; unknown: as it was."""
    matched = ACT.fullmatch(act)
    if not matched:
        return definition
    verb, made = matched[1], deepcopy(definition)
    steps = [int(step) if step.isdigit() else step for step in matched[2].split(".")]
    try:
        rows = made
        for step in steps if verb == "add" else steps[:-1]:
            rows = rows[step]
        if verb == "add" and isinstance(rows, list):
            rows.append(_new(made, steps[-1], rows))
        elif verb != "add":
            _moved(rows, steps[-1], verb)
    except (KeyError, IndexError, TypeError):
        return definition
    return made


def _moved(rows, index, verb):
    row = rows.pop(index)
    if verb != "remove":
        rows.insert(max(index + (1 if verb == "down" else -1), 0), row)


def _new(definition, what, rows):
    if what == "parties":
        taken = {row.get("code") for row in rows}
        code = next(f"p{no}" for no in range(1, len(rows) + 2) if f"p{no}" not in taken)
        return {"code": code, "title": "", "side": "evaluator", "weight": "0", "aggregate": "mean", "least": 1}
    points = definition.get("scoring") == "score"
    item = {"code": "", "title": "", "kind": "points" if points else "pass_fail"} | ({"marks": ""} if points else {})
    return item if what == "items" else {"title": "", "items": [item]} | ({"marks": ""} if points else {})


# --- from a definition to inputs ------------------------------------------------------------------------------------
class Inputs:
    """All inputs of a definition, right or wrong, with the faults beside them; `indicators` are (code, title)."""

    def __init__(self, definition, faults, indicators):
        self.definition, self.indicators = definition, indicators
        self.has_points = definition.get("scoring") == "score"
        # Beside an input only what is wrong; where it is and how to mend it say the lines on top.
        self.faults = [(".".join(map(str, fault.place)), fault.told) for fault in faults]
        self.controls = []
        self.parties_known = tuple(
            (str(row.get("code")), row.get("title") or "未命名") for row in self._rows("parties")
        )
        self.head = self._head()
        self.parties = [self._party(index, row) for index, row in enumerate(self._rows("parties"))]
        self.dimensions = [self._dimension(index, row) for index, row in enumerate(self._rows("dimensions"))]
        self.summary = [(self._input_of(fault.place), fault_told(definition, fault)) for fault in faults]
        self.total = self._total()

    def _rows(self, name):
        rows = self.definition.get(name)
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    def control(self, name, label, value, kind="text", choices=(), hint=""):
        """An input with the faults of its place and of what is inside it."""
        errors = tuple(told for place, told in self.faults if place == name or place.startswith(f"{name}."))
        self.controls.append(name)
        return Control(name, label, "" if value is None else value, kind, tuple(choices), hint, errors)

    def _input_of(self, place):
        """The name of the input that shows a place, or ""."""
        names = [".".join(map(str, place[:length])) for length in range(len(place), 0, -1)]
        return next((name for name in names if name in self.controls), "")

    def _head(self):
        said = self.definition
        made = [self.control("title", "名称", said.get("title"))]
        made.append(self.control("scoring", "评分方式", said.get("scoring"), "select", SCORINGS.items()))
        if self.has_points:
            made.append(self.control("full_marks", "满分", said.get("full_marks"), "number"))
            decimals = (("0", "整数"), ("1", "1 位"), ("2", "2 位"))
            made.append(self.control("decimals", "小数位数", str(said.get("decimals", 2)), "select", decimals))
            lines = _joined(said.get("grades"), "title", "ge")
            made.append(self.control("grades", "等次（选填）", lines, "area", hint="每行一个，从高到低：优秀 90"))
        opinions = "、".join(map(str, said.get("opinions", [])))
        made.append(self.control("opinions", "征求意见（选填）", opinions, hint="不计权重：服务对象、相关部门"))
        return made

    def _party(self, index, row):
        def control(word, label, *more, value=None, **known):
            return self.control(
                f"parties.{index}.{word}", label, row.get(word) if value is None else value, *more, **known
            )

        apart = row.get("apart") if isinstance(row.get("apart"), dict) else {}
        how = next(iter(apart), "")
        much = _percent(apart.get("share")) if how == "share" else apart.get("points", "")
        return {
            "place": f"parties.{index}",
            "code": row.get("code", ""),
            "head": [
                control("title", "评分方"),
                control("side", "属于", "select", SIDES.items()),
                control("weight", "权重 %", "number", value=_percent(row.get("weight", ""))),
                control("least", "至少几人", "number", value=row.get("least", 1)),
            ],
            "how": [
                control("aggregate", "几人的分怎样合成", "select", AGGREGATES.items(), value=row.get("aggregate", "mean")),
                control("apart.how", "分歧须合议", "select", (("", "不限"), ("share", "相差超过分值的 %"), ("points", "相差超过几分")), value=how),
                control("apart", "相差", "number", value=much),
                control("veto", "无权重也可否决", "flag", value=bool(row.get("veto"))),
            ],
            "trim_from": row.get("trim_from", ""),
        }  # fmt: skip

    def _dimension(self, index, row):
        place = f"dimensions.{index}"
        items = [item for item in row.get("items") or [] if isinstance(item, dict)]
        return {
            "place": place,
            "title": self.control(f"{place}.title", "方面", row.get("title")),
            "marks": self.control(f"{place}.marks", "分值", row.get("marks"), "number") if self.has_points else None,
            "sum": plain_number(sum((number(item.get("marks")) or Decimal(0) for item in items), Decimal(0))),
            "items": [self._item(f"{place}.items.{number_}", item) for number_, item in enumerate(items)],
        }

    def _item(self, place, row):
        def control(word, label, *more, value=None, **known):
            return self.control(f"{place}.{word}", label, row.get(word) if value is None else value, *more, **known)

        kinds = [(code, word) for code, word in KINDS.items() if self.has_points or code in ("pass_fail", "indicator")]
        known = [("", "选指标"), *self.indicators]
        if row.get("indicator") and row["indicator"] not in dict(known):
            known.append((row["indicator"], f"{row['indicator']}（合同没有）"))
        return {
            "place": place,
            "has_more": any(told for place_, told in self.faults if place_.startswith((f"{place}.standard", f"{place}.by", f"{place}.facts", f"{place}.veto"))),
            "code": control("code", "序号"),
            "title": control("title", "评分项"),
            "how": control("kind", "怎样评", "select", kinds),
            "marks": control("marks", "分值", "number") if self.has_points else None,
            "standard": control("standard", "评分标准（选填）", "area"),
            "own": [
                ("graded", control("levels", "档次", "area", value=_joined(row.get("levels"), "title", "marks"), hint="每行一档，从满分到低：齐全规范 10")),
                ("composite", control("parts", "分项", "area", value=_joined(row.get("parts"), "title", "marks"), hint="每行一项：按预算支出 5")),
                ("indicator", control("indicator", "指标", "select", known)),
                ("indicator", control("basis", "完成率", "select", BASES.items(), value=row.get("basis", "target"))),
                ("indicator", control("bands", "完成率档次", "area", value=_bands(row.get("bands")), hint="每行：完成率 得分比例，如 80 80")),
                ("deduction", control("each", "每次扣", "number")),
                ("deduction", control("unit", "单位", value=row.get("unit", "次"))),
                ("deduction", control("source", "次数", "select", (("", "评分人填"), *((code, f"系统带出：{word}") for code, word in SOURCES.items())))),
            ],
            "more": [
                control("by", "由谁评", "checks", self.parties_known, value=row.get("by", []), hint="都不选：有权重的各方和自评"),
                control("facts", "旁列的指标（选填）", value="、".join(map(str, row.get("facts", []))), hint="指标代号，用顿号隔开"),
                control("veto", "一票否决：不合格或 0 分，整体不合格", "flag", value=bool(row.get("veto"))),
            ],
        }  # fmt: skip

    def _total(self):
        """The marks of all items, as they are typed."""
        return plain_number(sum((Decimal(dimension["sum"]) for dimension in self.dimensions), Decimal(0)))


def _percent(said):
    given = number(said)
    return str(said or "") if given is None else plain_number(given * 100)


def _joined(rows, first, second):
    return "\n".join(
        f"{row.get(first, '')} {row.get(second, '')}".strip() for row in rows or [] if isinstance(row, dict)
    )


def _bands(rows):
    return "\n".join(
        f"{row.get('ge', '')} {_percent(row.get('share', ''))}".strip() for row in rows or [] if isinstance(row, dict)
    )
