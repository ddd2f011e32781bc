"""Why a row does not count: the phrase of each bit that is off, with what the row has instead."""

from decimal import Decimal

from services.indicators import conditions as c
from services.indicators.phrases import number, phrase, things

STATES = {
    "record": {"submitted": "待质控核验", "returned": "质控已退回，待补正"},
    "case": {"intake_submitted": "接案待街道（乡镇）批准", "refused": "不予接案", "withdrawn": "已撤回"},
    "group": {"planned": "尚未开展", "withdrawn": "已取消"},
    "register": {"submitted": "名册登记待核"},
    "staff": {"submitted": "在岗情况待核"},
    "answer": {},
    "document": {"delivered": "待甲方接收", "returned": "已退回"},
    "incident": {"reported": "待甲方核实", "dismissed": "经核实不属实"},
    "clock": {"void": "已作废"},
    "score": {"void": "已作废"},
}
KEYLESS = {
    "household": "未关联户",
    "person": "未关联服务对象",
    "team": "未填小组（队）",
    "case": "未关联个案",
    "group": "未关联小组",
    "area": "未填社区（村）",
    "org": "未填单位",
    "point": "未填点位",
}
SHORT = {"ge": "少于", "gt": "未超过", "le": "多于", "lt": "不少于", "eq": "应为", "ne": "不应为"}


def reason(condition, shown, source, labels):
    """One reason as people read it: 参加人数 28 人，少于 30 人. `shown` is the row's own value as text, or None."""
    labels = labels.within(source)
    match condition:
        case c.Counts():
            return STATES[source].get(shown, "未通过审核")
        case c.Served():
            return "不在服务区域"
        case c.Keyed():
            return KEYLESS.get(condition.name, f"未填{labels.key(condition.name)}")
        case c.Valued():
            return f"未填{labels.field(condition.name)}"
        case c.OnTime() | c.AnyOf(groups=((c.InPeriod(), c.OnTime()), *_)):
            return "逾期提交"
        case c.Papers():
            return "缺" + things(labels.of("paper", kind) for kind in condition.kinds)
        case c.Approved():
            return "未经" + things(labels.of("approval", kind) for kind in condition.kinds)
        case c.Listed():
            return f"当日不在“{labels.of('register', condition.register)}”名册" + (
                "的所列范围内" if condition.where else ""
            )
        case c.Has():
            return _has(condition, shown, labels)
        case c.Field():
            return _field(condition, shown, labels)
        case c.AnyOf():
            return f"未满足其一：{'；或'.join(_all(group, labels) for group in condition.groups)}"
    return "不符合计入条件"


def _all(group, labels):
    return "且".join(phrase(condition, labels) for condition in group)


def _has(condition, shown, labels):
    have = Decimal(shown or 0)
    what = phrase(condition, labels, subject_only=True)
    unit = "次" if condition.count.how == "rows" else ""
    if condition.op in ("ge", "gt", "eq") and have < condition.limit:
        return f"{what}仅 {number(have)} {unit}，{SHORT[condition.op]} {number(condition.limit)} {unit}"
    return f"{what} {number(have)} {unit}，{SHORT[condition.op]} {number(condition.limit)} {unit}"


def _field(condition, shown, labels):
    label, op, value = labels.field(condition.name), condition.op, condition.value
    if op == "given":
        return f"未填{label}" if value else f"已填{label}"
    if shown is None:
        return f"未记录“{label}”" if isinstance(value, bool) else f"未填{label}"
    if op == "before":
        return f"{label}（{shown}）不早于{labels.field(value)}"
    if isinstance(value, bool):
        return f"“{label}”为{'否' if value else '是'}"
    if op == "in":
        return f"{label}为{_said(condition, shown, labels)}，不是{things((labels.choice(condition.name, item) for item in value), '、')}"
    if isinstance(value, str):
        return f"{label}为{_said(condition, shown, labels)}，{SHORT[op]}{labels.choice(condition.name, value)}"
    unit = labels.unit(condition.name)
    only = "仅" if op in ("ge", "gt") else ""
    return f"{label}{only} {number(shown)} {unit}，{SHORT[op]} {number(value)} {unit}".replace("  ", " ").strip()


def _said(condition, shown, labels):
    return labels.choice(condition.name, shown)
