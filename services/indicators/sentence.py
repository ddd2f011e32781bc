"""Tells an indicator back as one Chinese sentence, which both parties confirm and which is stored with its version.

Order: 期间，范围，对象（条件），计量，要求；计入条件；其他. Labels are the tenant's, the patterns are here.
"""

from dataclasses import replace

from services.indicators.phrases import (
    BOUNDS,
    RATES,
    comparisons,
    full_day,
    is_limit,
    is_rate,
    number,
    phrases,
    things,
    within,
)
from services.indicators.promise import Promise, lower
from services.indicators.words import SOURCES

PERIODS = {
    "day": "每日",
    "workday": "每个工作日",
    "open_day": "每个开放日",
    "week": "每周",
    "month": "每月",
    "quarter": "每季度",
    "half": "每半年",
    "year": "每年",
}
VERBS = {"record": "开展", "case": "开展", "group": "开展", "document": "提交", "answer": "回收", "register": "登记"}
ROWS = {
    "record": "每条记录",
    "case": "每例个案",
    "group": "每个小组",
    "register": "每个对象",
    "staff": "每名人员",
    "answer": "每份问卷",
    "document": "每份材料",
    "incident": "每起事件",
    "clock": "每次计时",
    "score": "每次评估",
}
SUBJECTS = {"start": "期初在册", "whole": "整期在册", "any": "期内在册"}
MONTHS = {0: "当月", 1: "次月"}
AREA = {"street": "街道（乡镇）", "community": "社区（村）"}
WHOLE = "须全部做到"


class Teller:
    """Tells one promise. `promises` gives the titles of the others, `term` the contract's own dates."""

    def __init__(self, promise, labels, *, promises, term, areas=0, level="street"):
        self.promise, self.labels, self.promises = promise, labels.within(promise.source), promises
        self.term, self.areas, self.level = term, areas, level

    # --- parts ---------------------------------------------------------------------------------------------------

    def period(self):
        promise = self.promise
        if promise.is_stock and promise.present == "now":
            return "在统计当日"
        if promise.first is None or (promise.first, promise.last) == self.term:
            return "合同期内"
        return f"{full_day(promise.first)}至{full_day(promise.last)}"

    def noun(self, promise):
        """What the rows are called: 回访, 入户调查或回访, 在岗人员."""
        if not promise.kinds:
            return SOURCES[promise.source]
        return things((self.labels.kind(promise.source, kind) for kind in promise.kinds), "或")

    def subject(self, promise):
        """The rows spoken of, with their own conditions in brackets; a part speaks of what counts in its parent."""
        parent = self.promises.get(promise.part_of)
        own = tuple(condition for condition in promise.where if parent is None or condition not in parent.where)
        said = phrases(own, self.labels)
        if parent is not None:
            return f"“{parent.title}”计入项中，{said}的" if said else f"“{parent.title}”计入项"
        return f"{self.noun(promise)}（{said}）" if said else self.noun(promise)

    def distinct(self, promise):
        if promise.count.how != "distinct":
            return ""
        return f"（同一{things(map(self.labels.key, promise.count.keys))}只计一次）"

    def measured(self, promise):
        """What is counted, as a noun phrase."""
        count, subject = promise.count, self.subject(promise)
        if count.how == "sum":
            return f"{subject}{self.labels.field(count.field)}合计"
        if count.how == "mean":
            return f"{subject}平均{self.labels.field(count.field)}"
        if count.how == "share":
            return f"{subject}中{self.kept(promise)}的比例"
        return f"{subject}{self.distinct(promise)}"

    def kept(self, promise):
        """What a share's rows must keep; of a clock first the limit: 在24小时内完成且有评估表."""
        if promise.source != "clock":
            return phrases(promise.gate, self.labels)
        limits = [condition for condition in promise.gate if is_limit(condition)]
        rest = tuple(condition for condition in promise.gate if condition not in limits)
        return "且".join(filter(None, [*(within(limit) for limit in limits), phrases(rest, self.labels)]))

    def forbids(self):
        """Whether the promise is that nothing happens."""
        promise = self.promise
        zero = [entry[1] in ((("eq", 0),), (("le", 0),)) for entry in (promise.target or promise.areas).entries]
        return bool(zero) and all(zero) and promise.count.how == "rows"

    def share_of_areas(self):
        return f"（{AREA[self.level]}分别计）"

    def words(self):
        promise = self.promise
        return RATES if promise.is_ratio or is_rate(promise.count.field) else BOUNDS

    def unit(self):
        return self.promise.unit

    def required(self, requirement, unit, words):
        """不少于154户（自2024年9月1日起不少于140户）"""
        first, *later = sorted(requirement.entries, key=lambda entry: (entry[0] is not None, entry[0]))
        said = comparisons(first[1], unit, words)
        return said + "".join(f"（自{full_day(since)}起{comparisons(limits, unit, words)}）" for since, limits in later)

    def demand(self):
        """The requirement with its share for every area."""
        promise, unit, words = self.promise, self.unit(), self.words()
        parts = [self.required(promise.target, unit, words)] if promise.target else []
        if promise.areas:
            each = self.required(promise.areas, unit, words)
            but = "".join(f"，{name}{BOUNDS['ge']}{number(limit)}{unit}" for name, limit in promise.area_limits)
            where = f"其中每个{AREA[self.level]}" if parts else f"在每个{AREA[self.level]}（共{self.areas}个）"
            parts.append(f"{where}{each}{but}")
        return "，".join(parts)

    # --- shapes --------------------------------------------------------------------------------------------------

    def core(self):
        promise = self.promise
        if promise.source == "indicator":
            return "本合同各项指标（不含本项）的完成率均须达到100%"
        if promise.is_grid:
            return self.grid()
        if promise.reports_only:
            return f"统计{self.measured(promise)}，只报告结果、不设达标线"
        if (
            promise.count.how == "share"
            and promise.target
            and not promise.areas
            and lower(promise.target.entries[0][1]) == 100
        ):
            return f"{self.subject(promise)}均须{self.kept(promise)}"
        if promise.source == "incident" and self.forbids():
            return f"不得发生{self.subject(promise)}" + (self.share_of_areas() if promise.areas else "")
        if isinstance(promise.over, Promise):
            return f"{self.measured(promise)}与{self.measured(promise.over)}之比{self.demand()}"
        if promise.over is not None:
            return f"{self.measured(promise)}按{number(promise.over)}平均{self.demand()}"
        return f"{self.measured(promise)}{self.demand()}"

    def grid(self):
        promise, each = self.promise, self.promise.each
        whom, cells = (
            "",
            "".join(("、".join(PERIODS[every] for every in promise.every), "各" if len(promise.every) > 1 else "")),
        )
        if each is not None and each.register:
            inner = f"（{phrases(each.where, self.labels)}）" if each.where else ""
            whom = f"对{SUBJECTS[each.present]}的每个“{self.labels.of('register', each.register)}”{inner}，"
        elif each is not None and each.area:
            whom = f"在每个{AREA[each.area]}，"
        elif each is not None:
            values = "、".join(self.labels.choice(each.field, value) for value in each.values)
            return f"{self.measured(promise)}，{self.labels.field(each.field)}为{values}的，各{self.reach()}，{self.reached()}"
        return f"{whom}{cells}{VERBS.get(promise.source, '')}{self.measured(promise)}{self.reach()}，{self.reached()}"

    def reach(self):
        promise = self.promise
        per = (
            f"按{number(promise.over)}平均"
            if promise.over is not None and not isinstance(promise.over, Promise)
            else ""
        )
        words = RATES if is_rate(promise.count.field) or promise.count.how == "mean" else BOUNDS
        return per + self.required(promise.reach, "" if self.unit() == "%" else self.unit(), words)

    def reached(self):
        promise, parts = self.promise, []
        for requirement, where in ((promise.target, ""), (promise.areas, f"每个{AREA[self.level]}")):
            if requirement:
                whole = len(requirement.entries) == 1 and lower(requirement.entries[0][1]) == 100
                parts.append(
                    f"{where}{'均' if where and whole else ''}{WHOLE if whole else '达标比例' + self.required(requirement, '%', RATES)}"
                )
        return "，".join(parts)

    # --- what follows --------------------------------------------------------------------------------------------

    def more(self):
        promise, parent = self.promise, self.promises.get(self.promise.part_of)
        own = tuple(condition for condition in promise.gate if parent is None or condition not in parent.gate)
        if own and promise.count.how != "share" and promise.source != "indicator":
            yield f"{ROWS[promise.source]}须{self.kept(replace(promise, gate=own))}方可计入"
        if promise.nil:
            yield "无发生的月份须作零报告"
        if promise.due is not None:
            months, day = promise.due
            yield f"于{MONTHS.get(months, f'其后第{months}个月')}{day}日前提交，逾期不计"
        if promise.apart:
            yield f"已计入{things(f'“{self.promises[code].title}”' for code in promise.apart if code in self.promises)}的不再计入"
        if promise.papers:
            yield f"并须提交{things(self.labels.words.get(('paper', kind)) or self.labels.of('document', kind) for kind in promise.papers)}"
        if promise.pay is not None:
            yield f"单价{number(promise.pay.price)}元/{promise.unit}，最多按{number(promise.pay.cap)}{promise.unit}计价"

    def parameter(self, name):
        """What a limit without a value is called: 时限 where a clock is limited, else the tenant's word."""
        known = self.labels.words.get(("fact", name)) or self.labels.fields.get(name)
        return known or ("时限" if self.promise.source == "clock" else "标准")

    def tell(self):
        whole = "；".join([f"{self.period()}，{self.core()}", *self.more()])
        missing = "".join(f"【{self.parameter(name)}待约定】" for name in self.promise.missing if name != "term")
        return f"{whole}{missing}。"


def tell(promise, labels, *, promises, term, areas=0, level="street"):
    """The sentence of one promise; `areas` is how many areas the contract serves, at `level`."""
    return Teller(promise, labels, promises=promises, term=term, areas=areas, level=level).tell()
