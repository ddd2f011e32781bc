"""What must be right before indicators are saved: words, names, types, references. Everything wrong is told at once."""

from dataclasses import dataclass, field
from decimal import Decimal

from services.indicators import conditions as c
from services.indicators.promise import Promise, lower
from services.indicators.reading import read_all
from services.indicators.sources import PLACES, SOURCES
from services.indicators.words import CODE, STAFF_KINDS, STOCKS

PERSON_FIELDS = {"person.age": "number", "person.sex": "text"}
# Sources whose kinds are labels of the family of the same name.
NAMED = ("register", "document", "incident", "clock", "score")
DOCUMENT_PERIODS = ("week", "month", "quarter", "half", "year")


@dataclass(frozen=True)
class Context:
    """What the tenant and the contract know: `kinds` maps an activity kind to {field: type}, the rest are sets of codes.

    `words` maps a family of labels (register, paper, document, post, approval, incident, clock, score, fact) to its codes; an empty family is not
    checked, so that a contract can be tried before its words are there. `subjects` maps a register to how many households,
    persons and labelled things are on it ({"household": 240}), `naming` an activity kind to the registers that its records name.
    """

    kinds: dict = field(default_factory=dict)
    words: dict = field(default_factory=dict)
    areas: tuple = ()
    parameters: dict = field(default_factory=dict)
    term: tuple = (None, None)
    orders: dict = field(default_factory=dict)
    subjects: dict = field(default_factory=dict)
    naming: dict = field(default_factory=dict)


def faults(definitions, context):
    """{code: [fault, …]} of a contract's definitions; empty means they may be saved."""
    found = {}
    codes = [definition.get("id") for definition in definitions if isinstance(definition, dict)]
    for definition in definitions:
        code = definition.get("id") if isinstance(definition, dict) else None
        if not isinstance(code, str) or not CODE.match(code):
            found.setdefault(str(code), []).append("id：应为字母、数字、点、横线，不超过 30 个字符")
        elif codes.count(code) > 1:
            found.setdefault(code, []).append("id：代号重复")
        elif not definition.get("zh"):
            found.setdefault(code, []).append("zh：缺少名称")
        elif "orders" in definition:  # the product's own word: it freezes the tenant's order of choices
            found.setdefault(code, []).append("指标：不认识“orders”")
    if found:
        return found
    promises, found = read_all(definitions, term=context.term, parameters=context.parameters, orders=context.orders)
    for code, promise in promises.items():
        if any(text.startswith(("of：", "part_of：")) for text in found.get(code, [])):
            continue  # where its rows come from is unclear: whatever else would be said of it is guessing
        wrong = [f"{place}：{text}" for place, text in Checker(promise, promises, context).faults()]
        if wrong:
            found.setdefault(code, []).extend(text for text in wrong if text not in found.get(code, []))
    return found


def warnings(definitions, context):
    """What is allowed but worth a look: [(code, text), …]."""
    promises, _faults = read_all(definitions, term=context.term, parameters=context.parameters, orders=context.orders)
    first, last = context.term
    made = []
    for code, promise in promises.items():
        if first and promise.first and (promise.first < first or promise.last > last):
            made.append((code, "within：计量期间超出合同期"))
        made += [(code, text) for text in _crowded(promise, promises)]
        made += [(code, text) for text in _unreachable(promise, context)]
    for code, promise in promises.items():
        parts = [lower(part.target.entries[0][1]) for part in promises.values() if part.part_of == code and part.target]
        whole = lower(promise.target.entries[0][1]) if promise.target else None
        if whole is not None and len(parts) > 1 and sum(filter(None, parts)) > whole:
            made.append((code, "part_of：各部分目标之和大于本项目标"))
    return made


def _crowded(promise, promises):
    """Other promises for which the same rows count, though neither is part of the other or stands apart from it."""
    for other in promises.values():
        if other.code <= promise.code or not (promise.is_paced and other.is_paced) or promise.source != other.source:
            continue
        if promise.kinds and other.kinds and not set(promise.kinds) & set(other.kinds):
            continue
        lines = {*_line(promise, promises), promise.code}, {*_line(other, promises), other.code}
        related = other.code in lines[0] or promise.code in lines[1]
        apart = any(one.apart and set(one.apart) & line for one, line in ((promise, lines[1]), (other, lines[0])))
        if not (related or apart or _are_disjoint(promise.where, other.where)):
            yield f"apart：与“{other.title or other.code}”可能计入同一条记录，须写明 part_of 或 apart，或分清 where"


def _line(promise, promises):
    """The codes of what a promise is part of, upwards."""
    while promise is not None and promise.part_of:
        yield promise.part_of
        promise = promises.get(promise.part_of)


def _are_disjoint(first, second):
    """Whether no row can meet both: one field must have values that exclude each other."""
    for mine in _values(first):
        for theirs in _values(second):
            if mine[0] == theirs[0] and not set(mine[1]) & set(theirs[1]):
                return True
    return False


def _values(conditions):
    return [
        (one.name, one.value if one.op == "in" else (one.value,))
        for one in conditions
        if isinstance(one, c.Field) and one.op in ("eq", "in")
    ]


def _unreachable(promise, context):
    """A grid that wants more different subjects in a period than stand on the registers that its records name."""
    keys = promise.count.keys
    if not promise.every or promise.source != "record" or len(keys) != 1 or keys[0] not in ("point", "org", "team"):
        return
    registers = {register for kind in promise.kinds for register in context.naming.get(kind, ())}
    known = [context.subjects.get(register, {}).get("label", 0) for register in registers]
    wanted = lower(promise.reach.entries[0][1]) if promise.reach else None
    if sum(known) and wanted is not None and wanted > sum(known):
        yield f"reach：名册上现有 {sum(known)} 个，每期做不到 {wanted} 个"


class Checker:
    """Checks one promise that could be read."""

    def __init__(self, promise, promises, context):
        self.promise, self.promises, self.context = promise, promises, context

    def faults(self):
        promise = self.promise
        yield from self._kinds(promise, "of")
        yield from self._conditions(promise, promise.where, "where")
        yield from self._conditions(promise, promise.gate, "gate")
        yield from self._count(promise, "count")
        if isinstance(promise.over, Promise):
            yield from self._kinds(promise.over, "over.of")
            yield from self._conditions(promise.over, promise.over.where, "over.where")
            yield from self._conditions(promise.over, promise.over.gate, "over.gate")
            yield from self._count(promise.over, "over.count")
        yield from self._shape()
        yield from self._grid()
        yield from self._others()

    # --- names ---------------------------------------------------------------------------------------------------

    def _known(self, family, code, place):
        codes = self.context.words.get(family)
        if codes and code not in codes:
            yield place, f"没有“{code}”（{FAMILIES[family]}）"

    def _kinds(self, promise, place):
        for kind in promise.kinds:
            if promise.source == "record" and self.context.kinds and kind not in self.context.kinds:
                yield place, f"没有活动类型“{kind}”"
            elif promise.source == "staff" and kind not in STAFF_KINDS:
                yield place, f"人员类别“{kind}”应为 {'、'.join(STAFF_KINDS)}"
            elif promise.source in NAMED:
                yield from self._known(promise.source, kind, place)

    def _conditions(self, promise, conditions, place):
        for condition in conditions:
            match condition:
                case c.Papers():
                    for kind in condition.kinds:
                        yield from self._known("paper", kind, place)
                case c.Approved():
                    for kind in condition.kinds:
                        yield from self._known("approval", kind, place)
                case c.Listed():
                    yield from self._listed(promise, condition, place)
                case c.Has():
                    yield from self._has(promise, condition, place)
                case c.AnyOf():
                    for group in condition.groups:
                        yield from self._conditions(promise, group, f"{place}.any")
                case c.Field():
                    yield from self._field(promise, condition, place)

    def _listed(self, promise, condition, place):
        yield from self._known("register", condition.register, place)
        if promise.source != "indicator" and not SOURCES[promise.source].subjects:
            yield place, f"{promise.source} 没有可以在名册上的对象"
        else:
            yield from self._subjects(promise, condition.register, place)

    def _subjects(self, promise, register, place):
        """A register whose subjects, as far as they are known, the source's rows can't name."""
        on_it = self.context.subjects.get(register, {})
        if promise.source in SOURCES and on_it and not set(on_it) & set(SOURCES[promise.source].subjects):
            yield (
                place,
                f"“{register}”名册上是{'、'.join(SUBJECTS[what] for what in on_it)}，{promise.source} 不记这类对象",
            )

    def _has(self, promise, condition, place):
        if promise.source not in ("case", "group"):
            yield place, "has 只用于个案和小组"
            return
        child = Promise(code="", title="", source=condition.source, kinds=condition.kinds, count=condition.count)
        if condition.source in SOURCES and promise.source not in SOURCES[condition.source].hangs_on:
            yield place, f"{condition.source} 不挂在 {promise.source} 下"
        yield from self._kinds(child, f"{place}.has")
        yield from self._conditions(child, condition.where, f"{place}.has.where")

    # --- fields --------------------------------------------------------------------------------------------------

    def _type_of(self, promise, name):
        """The type of a field, or None when it isn't known, or "any" where the facts are not described."""
        if promise.source == "indicator":
            return "number" if name == "completion" else None
        source = SOURCES[promise.source]
        if name in source.fields:
            return source.fields[name][1]
        if name in PERSON_FIELDS and "person" in source.keys and promise.source != "staff":
            return PERSON_FIELDS[name]
        if name == "age" and promise.source == "staff":
            return "number"
        if name == "day":
            return "date"
        if name in (*PLACES, *source.keys, "kind"):
            return "text"
        if promise.source != "record" or not self.context.kinds:
            return "any" if not name.startswith("person.") else None
        types = [self.context.kinds.get(kind, {}).get(name) for kind in promise.kinds or self.context.kinds]
        return next((kind for kind in types if kind), None)

    def _field(self, promise, condition, place):
        known = self._type_of(promise, condition.name)
        if known is None:
            yield place, f"没有字段“{condition.name}”"
            return
        if condition.op == "before":
            if self._type_of(promise, condition.value) not in ("date", "any") or known not in ("date", "any"):
                yield place, f"“{condition.name}”和“{condition.value}”应为日期"
        elif condition.op != "given" and known != "any" and not self._fits(known, condition.value):
            yield place, f"“{condition.name}”是{TYPES[known]}，不能与“{condition.value}”比较"
        elif condition.op in ("ge", "gt", "le", "lt") and known in ("text", "choice", "boolean"):
            yield place, f"“{condition.name}”是{TYPES[known]}，不能比大小"
        elif isinstance(condition.value, tuple) and any(isinstance(item, bool) for item in condition.value):
            yield place, f"“{condition.name}”：是否不能列成多个"

    @staticmethod
    def _fits(known, value):
        values = value if isinstance(value, tuple) else (value,)
        wanted = {"number": (int, Decimal), "boolean": bool, "date": str, "text": str, "choice": str}[known]
        return all(isinstance(item, wanted) and (known == "boolean") == isinstance(item, bool) for item in values)

    def _count(self, promise, place):
        count = promise.count
        if promise.source == "indicator":
            return
        if count.field and self._type_of(promise, count.field) not in ("number", "any"):
            yield place, f"“{count.field}”不是数字字段"
        for key in count.keys:
            if self._type_of(promise, key) is None:
                yield place, f"{promise.source} 没有可计数的“{key}”"

    # --- the whole -----------------------------------------------------------------------------------------------

    def _shape(self):
        promise = self.promise
        if promise.source == "indicator" and (promise.is_grid or promise.areas or promise.where):
            yield "of", "指标的完成率不能再分期、分区或加条件"
        if promise.count.how == "share" and not promise.gate:
            yield "count", "share 须有 gate"
        if not promise.target and not promise.areas and not promise.reports_only:
            yield "target", "缺少目标；不考核的写 none"
        if promise.reports_only and promise.areas:
            yield "areas", "只报告的指标没有分区要求"
        if promise.areas and not self.context.areas:
            yield "areas", "合同没有服务地区"
        for name, _limit in promise.area_limits:
            if name not in self.context.areas:
                yield "areas.but", f"合同没有服务地区“{name}”"
        if promise.nil and (promise.source != "incident" or not promise.kinds or promise.is_grid or promise.is_ratio):
            yield "nil", "nil 只用于事件的起数，of 须写明事件类型"
        if promise.pay is not None and (promise.is_grid or promise.is_ratio):
            yield "pay", "只有计数的指标可以计价"
        for kind in promise.papers:
            yield from self._known("document", kind, "papers")

    def _grid(self):
        promise = self.promise
        if promise.is_grid and not promise.reach:
            yield "reach", "each、every 须有 reach"
        if promise.reach and not promise.is_grid:
            yield "reach", "reach 须有 each 或 every"
        if promise.is_grid and (promise.count.how == "share" or isinstance(promise.over, Promise)):
            yield "count", "分期、逐个的指标不能用 share，也不能除以记录数"
        if promise.every and promise.source in STOCKS:
            yield "every", "名册和在岗人员不能分期，用 present"
        if promise.due is not None and not (promise.every and promise.source == "document"):
            yield "due", "due 只用于分期提交的材料"
        if promise.due is not None and not (0 <= promise.due[0] <= 12 and 1 <= promise.due[1] <= 31):
            yield "due", "months 为 0 至 12，day 为 1 至 31"
        if promise.source == "document" and any(every not in DOCUMENT_PERIODS for every in promise.every):
            yield "every", "材料的周期为 week、month、quarter、half、year"
        if promise.each is not None and promise.each.register:
            yield from self._known("register", promise.each.register, "each.register")
            if promise.source == "indicator" or not SOURCES[promise.source].subjects:
                yield "each", f"{promise.source} 没有可以在名册上的对象"
            else:
                yield from self._subjects(promise, promise.each.register, "each.register")
        if promise.each is not None and promise.each.field and self._type_of(promise, promise.each.field) is None:
            yield "each.field", f"没有字段“{promise.each.field}”"

    def _others(self):
        promise = self.promise
        for code in promise.apart:
            other = self.promises.get(code)
            if other is None or code == promise.code:
                yield "apart", f"没有指标“{code}”"
            elif other.source != promise.source:
                yield "apart", f"“{code}”的来源不同"
        parent = self.promises.get(promise.part_of)
        if parent is not None and parent.source != promise.source:
            yield "part_of", f"“{promise.part_of}”的来源不同"


FAMILIES = {
    "register": "名册",
    "paper": "材料",
    "document": "成果文件",
    "post": "岗位",
    "approval": "批准",
    "incident": "事件",
    "clock": "计时事项",
    "score": "评分",
    "fact": "字段",
}
SUBJECTS = {"household": "户", "person": "人", "label": "点位、单位或队组"}
TYPES = {"number": "数字", "boolean": "是否", "date": "日期", "text": "文字", "choice": "选项"}
