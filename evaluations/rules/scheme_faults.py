"""What is wrong with a scheme of evaluation, all at once, each with its place and how to mend it. docs/algorithms/scoring.md."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from itertools import pairwise

from evaluations.rules.words import plain_number

MOST_MARKS = 1000
SELF = "self"
SIDES = {
    "evaluator": "第三方",
    "purchaser": "采购方",
    "provider": "承接方",
    "supervisor": "督导",
    "community": "社区",
}
SCORINGS = {"score": "按分数", "pass_fail": "按合格与否"}
AGGREGATES = {"mean": "平均", "trimmed_mean": "去掉最高分和最低分后平均", "consensus": "平均，分歧大的合议"}
KINDS = {
    "points": "打分",
    "graded": "分档",
    "composite": "分项相加",
    "indicator": "按指标完成率",
    "deduction": "扣分",
    "pass_fail": "合格与否",
}
BASES = {"target": "目标完成率", "pace": "进度完成率"}
SOURCES = {"late_reports": "迟交报告次数"}
SCHEME_WORDS = (
    "code",
    "title",
    "scoring",
    "full_marks",
    "decimals",
    "parties",
    "dimensions",
    "grades",
    "opinions",
)
PARTY_WORDS = ("code", "title", "side", "weight", "aggregate", "trim_from", "apart", "least", "veto")
ITEM_WORDS = ("code", "title", "kind", "marks", "standard", "by", "facts", "veto")
KIND_WORDS = {
    "points": (),
    "graded": ("levels",),
    "composite": ("parts",),
    "indicator": ("indicator", "basis", "bands"),
    "deduction": ("each", "unit", "source"),
    "pass_fail": (),
}
CODE = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: `place` as steps into the definition, what, and how to mend it."""

    place: tuple
    told: str
    remedy: str = ""

    def __str__(self):
        return f"{self.told}。{self.remedy}" if self.remedy else self.told


def number(value):
    """A number of a definition as Decimal: an int, a Decimal or text like "8.5"; None for anything else, floats too."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        read = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        return None
    return read if read.is_finite() and abs(read) < 10**6 else None


def is_fine(value, places):
    """Whether a Decimal has at most so many places."""
    return value == value.quantize(Decimal(1).scaleb(-places))


def faults(definition):
    """Everything that is wrong with a definition, as Faults in its order; nothing wrong: []."""
    return _Check(definition).run()


class _Check:
    """Goes through one definition and keeps what it finds."""

    def __init__(self, definition):
        self.definition = definition if isinstance(definition, dict) else {}
        self.found = [] if isinstance(definition, dict) else [Fault((), "方案应由若干项组成", "每项一行，写成“名: 值”")]
        self.scoring = self.definition.get("scoring")

    def run(self):
        """All faults."""
        if self.found:
            return self.found
        self.words((), self.definition, SCHEME_WORDS)
        self.text(("code",), self.definition, 40)
        self.text(("title",), self.definition, 120)
        self.choice(("scoring",), self.scoring, SCORINGS)
        if isinstance(self.definition.get("code"), str) and not CODE.fullmatch(self.definition["code"]):
            self.note(("code",), "代号只用小写字母、数字、- 和 _", "写成 nc-midterm")
        self.full = self.full_marks()
        self.parties = self.check_parties()
        items = self.check_dimensions()
        self.check_sheets(items)
        self.check_grades()
        self.texts(("opinions",), self.definition.get("opinions", []))
        return self.found

    def note(self, place, told, remedy=""):
        self.found.append(Fault(place, told, remedy))

    def words(self, place, entry, known):
        for word in entry:
            if word not in known:
                near = get_close_matches(str(word), known, 1)
                self.note(
                    (*place, word), f"没有“{word}”这一项", f"是否为 {near[0]}" if near else f"可用：{'、'.join(known)}"
                )

    def text(self, place, entry, limit, *, required=True):
        value = entry.get(place[-1], "")
        if not isinstance(value, str):
            self.note(place, f"应为文字，现为“{str(value)[:40]}”", "给它加上引号")
        elif required and not value.strip():
            self.note(place, "未填", "填上")
        elif len(value) > limit:
            self.note(place, f"最多 {limit} 字，现有 {len(value)} 字", "写短")

    def texts(self, place, value):
        if not isinstance(value, list) or not all(isinstance(entry, str) and entry.strip() for entry in value):
            self.note(place, "应为文字的列表", "写成 [甲, 乙]")
            return []
        if len(set(value)) != len(value):
            self.note(place, "同一项写了两次", "删去一处")
        return value

    def choice(self, place, value, choices):
        if not isinstance(value, str) or value not in choices:
            self.note(place, f"不能是“{value}”" if value else "未选", f"可用：{'、'.join(choices)}")

    def flag(self, place, entry):
        if not isinstance(entry.get(place[-1], False), bool):
            self.note(place, "应为是或否", "写成 true 或 false")

    def number(self, place, value, low, high, *, places=2, above=False):
        """The number if it is one between low and high, else None and a fault."""
        read = number(value)
        if read is None:
            self.note(place, "未填" if value in (None, "") else f"应为数字，现为“{str(value)[:20]}”", "写成 8.5")
        elif not (low < read <= high if above else low <= read <= high):
            self.note(place, f"应{'大于' if above else '不小于'} {low}、不大于 {plain_number(Decimal(high))}", "改正")
        elif not is_fine(read, places):
            self.note(place, f"最多 {places} 位小数", "改正")
        else:
            return read
        return None

    def entries(self, place, value, told, *, least=1):
        """The entries of a list that are mappings; a list that isn't one or too short is a fault."""
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.note(place, f"{told}应为列表", "每条以“- ”开头")
            return []
        if len(value) < least:
            self.note(place, f"至少写 {least} 条{told}", "补上")
        return value

    def full_marks(self):
        if self.scoring == "pass_fail":
            for word in ("full_marks", "grades", "decimals"):
                if self.definition.get(word):
                    self.note((word,), "按合格与否评定的方案不写这一项", "删去，或改为按分数")
            return None
        decimals = self.definition.get("decimals", 2)
        if isinstance(decimals, bool) or decimals not in (0, 1, 2):
            self.note(("decimals",), "小数位数应为 0、1 或 2", "改正")
        return self.number(("full_marks",), self.definition.get("full_marks"), 0, MOST_MARKS, above=True)

    def check_parties(self):
        rows = self.entries(("parties",), self.definition.get("parties", []), "评分方")
        known, total = {}, Decimal(0)
        self.titles = {str(party.get("code")): party.get("title") for party in rows}
        self.vetoing = {party["code"] for party in rows if party.get("veto") and isinstance(party.get("code"), str)}
        for index, party in enumerate(rows):
            place, code = ("parties", index), party.get("code")
            self.words(place, party, PARTY_WORDS)
            self.text((*place, "code"), party, 30)
            self.text((*place, "title"), party, 40)
            self.choice((*place, "side"), party.get("side"), SIDES)
            self.choice((*place, "aggregate"), party.get("aggregate", "mean"), AGGREGATES)
            self.flag((*place, "veto"), party)
            weight = self.number((*place, "weight"), party.get("weight"), 0, 1, places=4)
            if isinstance(code, str) and code in known:
                self.note((*place, "code"), f"“{code}”写了两次", "改为另一个")
            if code == SELF and (weight or party.get("side") != "provider"):
                self.note(place, "自评（self）是承接方的，不计权重", "权重写 0")
            self.check_party_numbers(place, party)
            if isinstance(code, str):
                known[code] = weight  # None: it can't be read, and only that is told
            total += weight or 0
        if rows and total != 1:
            self.note(("parties",), f"权重合计 {plain_number(total * 100)}%，应为 100%", "改各方权重")
        return known

    def check_party_numbers(self, place, party):
        for word, low in (("least", 1), ("trim_from", 3)):
            value = party.get(word, low)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= 50:
                self.note((*place, word), f"应为不小于 {low} 的整数", "改正")
        apart = party.get("apart")
        if apart is None:
            if party.get("aggregate") == "consensus":
                self.note((*place, "apart"), "没有写明相差多少须合议", "写成 {share: 0.3} 或 {points: 5}")
        elif not isinstance(apart, dict) or len(apart) != 1 or not set(apart) <= {"share", "points"}:
            self.note((*place, "apart"), "应写明占分值的比例或分数", "写成 {share: 0.3} 或 {points: 5}")
        else:
            ((word, value),) = apart.items()
            self.number((*place, "apart", word), value, 0, 1 if word == "share" else MOST_MARKS, places=4, above=True)

    def check_dimensions(self):
        """All items that are sound enough to be added up, as (by, marks)."""
        items, seen = [], set()
        for index, dimension in enumerate(
            self.entries(("dimensions",), self.definition.get("dimensions", []), "评估方面")
        ):
            place = ("dimensions", index)
            self.words(place, dimension, ("title", "marks", "items"))
            self.text((*place, "title"), dimension, 80)
            rows = self.entries((*place, "items"), dimension.get("items", []), "评分项")
            found = [self.check_item((*place, "items", number), item, seen) for number, item in enumerate(rows)]
            items += found
            self.check_dimension_marks((*place, "marks"), dimension.get("marks"), [marks for _by, marks in found])
        return items

    def check_dimension_marks(self, place, marks, own):
        if self.scoring == "pass_fail":
            if marks is not None:
                self.note(place, "按合格与否评定的方案不写分值", "删去")
            return
        whole = self.number(place, marks, 0, MOST_MARKS, above=True)
        if whole is not None and None not in own and sum(own) != whole:
            self.note(
                place,
                f"各项合计 {plain_number(sum(own, Decimal(0)))}，应为 {plain_number(whole)}",
                "改这一方面或各项的分值",
            )

    def check_item(self, place, item, seen):
        kind = item.get("kind")
        self.choice((*place, "kind"), kind, KINDS)
        self.words(place, item, ITEM_WORDS + (KIND_WORDS.get(kind, ()) if isinstance(kind, str) else ()))
        self.text((*place, "code"), item, 20)
        self.text((*place, "title"), item, 80)
        self.text((*place, "standard"), item, 1000, required=False)
        self.flag((*place, "veto"), item)
        self.texts((*place, "facts"), item.get("facts", []))
        code = item.get("code")
        if isinstance(code, str) and code in seen:
            self.note((*place, "code"), f"“{code}”写了两次", "改为另一个")
        seen.add(code if isinstance(code, str) else None)
        marks = self.item_marks(place, item, kind)
        if isinstance(kind, str) and kind in KIND_CHECKS:
            KIND_CHECKS[kind](self, place, item, marks)
        return self.item_parties((*place, "by"), item), marks

    def item_marks(self, place, item, kind):
        if self.scoring != "pass_fail":
            return self.number((*place, "marks"), item.get("marks"), 0, MOST_MARKS, above=True)
        if "marks" in item:
            self.note((*place, "marks"), "按合格与否评定的方案不写分值", "删去")
        if isinstance(kind, str) and kind in KINDS and kind not in ("pass_fail", "indicator"):
            self.note((*place, "kind"), "按合格与否评定的方案只用 pass_fail 和 indicator", "改评分方式")
        return Decimal(1)

    def item_parties(self, place, item):
        named = self.texts(place, item.get("by", []))
        for code in named:
            if code not in self.parties and code != SELF:
                self.note(place, f"没有评分方“{code}”", f"可用：{'、'.join(self.parties)}")
        judges = {code for code, weight in self.parties.items() if weight is None or weight}
        if named and not (judges | self.vetoing) & set(named):
            self.note(place, "没有计权重的评分方评这一项", "加上一方，或删去这一项")
        return named or judges

    def levels(self, place, item, marks):
        """Levels of a graded item: from full marks down."""
        rows = self.entries((*place, "levels"), item.get("levels", []), "档次", least=2)
        found = [self.titled((*place, "levels", index), row) for index, row in enumerate(rows)]
        if None in found or not found or marks is None:
            return
        if found[0] != marks:
            self.note((*place, "levels"), f"最高一档应为 {plain_number(marks)} 分", "改分值或档次")
        if any(after >= before for before, after in pairwise(found)):
            self.note((*place, "levels"), "各档应从高到低", "调整顺序")

    def titled(self, place, row, *, above=False):
        self.words(place, row, ("title", "marks"))
        self.text((*place, "title"), row, 80)
        return self.number((*place, "marks"), row.get("marks"), 0, MOST_MARKS, above=above)

    def parts(self, place, item, marks):
        """Parts of a composite item: together its marks."""
        rows = self.entries((*place, "parts"), item.get("parts", []), "分项", least=2)
        found = [self.titled((*place, "parts", index), row, above=True) for index, row in enumerate(rows)]
        if None not in found and found and marks is not None and sum(found) != marks:
            self.note(
                (*place, "parts"), f"分项合计 {plain_number(sum(found))}，应为 {plain_number(marks)}", "改各分项的分值"
            )

    def bands(self, place, item, marks):
        """Rate bands of an indicator item: falling, the first gives all, and each gives points of two places."""
        self.text((*place, "indicator"), item, 30)
        self.choice((*place, "basis"), item.get("basis", "target"), BASES)
        rows = self.entries((*place, "bands"), item.get("bands", []), "完成率档次")
        found = []
        for index, row in enumerate(rows):
            at = (*place, "bands", index)
            self.words(at, row, ("ge", "share"))
            found.append(
                (
                    self.number((*at, "ge"), row.get("ge"), 0, 1000, above=True),
                    self.number((*at, "share"), row.get("share"), 0, 1, places=4),
                )
            )
        if not found or any(None in band for band in found):
            return
        if found[0][1] != 1:
            self.note((*place, "bands"), "最高一档应得满分", "把第一档的 share 写为 1")
        if any(after[0] >= before[0] or after[1] > before[1] for before, after in pairwise(found)):
            self.note((*place, "bands"), "完成率和得分都应从高到低", "调整顺序")
        for index, (_ge, share) in enumerate(found):
            if marks is not None and self.scoring == "score" and not is_fine(marks * share, 2):
                told = f"{plain_number(marks)} 分的 {plain_number(share * 100)}% 超过两位小数"
                self.note((*place, "bands", index, "share"), told, "改比例或分值")

    def each(self, place, item, marks):
        """A deduction: so many points for each time."""
        self.number((*place, "each"), item.get("each"), 0, MOST_MARKS, above=True)
        self.text((*place, "unit"), item, 10, required=False)
        if item.get("source"):
            self.choice((*place, "source"), item["source"], SOURCES)

    def check_sheets(self, items):
        """Each weighted party has a sheet of full marks, or of its own part of them (700 of 1,000 at 70 %)."""
        for index, (code, weight) in enumerate(self.parties.items()):
            own = [marks for by, marks in items if code in by]
            place = ("parties", index)
            if weight and items and not own:
                self.note(place, "这一方没有评分项", "给它分配评分项，或权重写 0")
            elif weight and own and None not in own and self.full and sum(own) not in (self.full, self.full * weight):
                part = "" if weight == 1 else f" 或 {plain_number(self.full * weight)}"
                told = f"评分表合计 {plain_number(sum(own))} / {plain_number(self.full)}"
                self.note(
                    ("dimensions",),
                    f"{self.titles.get(code) or code}：{told}，应为 {plain_number(self.full)}{part}",
                    "改各项分值或满分",
                )

    def check_grades(self):
        rows = self.entries(("grades",), self.definition.get("grades", []), "等次", least=0)
        if self.scoring == "pass_fail":
            return
        found = []
        for index, row in enumerate(rows):
            self.words(("grades", index), row, ("title", "ge"))
            self.text(("grades", index, "title"), row, 20)
            found.append(self.number(("grades", index, "ge"), row.get("ge"), 0, self.full or MOST_MARKS))
        if None not in found and any(after >= before for before, after in pairwise(found)):
            self.note(("grades",), "等次应从高到低", "调整顺序")


KIND_CHECKS = {
    "graded": _Check.levels,
    "composite": _Check.parts,
    "indicator": _Check.bands,
    "deduction": _Check.each,
}


def misfits(definition, *, scoring, full_marks, indicators):
    """What a sound definition and the evaluation that it is for don't agree on, as Faults.

    `scoring` and `full_marks` are the contract's (None where it names none); `indicators` the codes of its indicators.
    """
    found = []
    if definition["scoring"] != scoring:
        found.append(
            Fault(
                ("scoring",),
                f"合同约定{SCORINGS.get(scoring, scoring)}，方案{SCORINGS[definition['scoring']]}",
                "改成一致",
            )
        )
    elif scoring == "score" and full_marks is not None and number(definition["full_marks"]) != full_marks:
        told = f"合同约定满分 {full_marks}，方案满分 {plain_number(number(definition['full_marks']))}"
        found.append(Fault(("full_marks",), told, "改成一致"))
    for index, dimension in enumerate(definition["dimensions"]):
        for row, item in enumerate(dimension["items"]):
            place, named = ("dimensions", index, "items", row), item.get("indicator")
            if named and named not in indicators:
                found.append(Fault((*place, "indicator"), f"合同没有指标 {named}", "改为合同的指标代号"))
            unknown = [code for code in item.get("facts", []) if code not in indicators]
            if unknown:
                found.append(Fault((*place, "facts"), f"合同没有指标 {'、'.join(unknown)}", "改为合同的指标代号"))
    return found
