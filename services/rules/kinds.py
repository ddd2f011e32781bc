"""Decisions about kinds of activities: what makes a definition whole, what computed fields come to, what records already hold.

A kind is data (services.ActivityKind); nothing here knows a contract or the database. docs/contract-file.md tells the words.
"""

import re
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal

from services.rules.records import COMMON, FIELD_TYPES, SUBJECTS, Fault

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
CODE_SAYS = "小写英文字母开头，只用小写字母、数字和下划线，不超过 40 个"
TYPE_WORDS = {"choice": "选项", "number": "数字", "boolean": "是否", "date": "日期", "text": "短文字"}
LONGEST_LABEL = 40
# Words that the engine reads as the record's own columns: a field with such a name would never be looked at.
OWN_COLUMNS = frozenset({
    "record", "household", "person", "case", "group", "team", "day", "area", "street", "kind", "state",
    "direct", "mode", "minutes", "hours", "participants", "quantity", "score", "workers",
})  # fmt: skip
# Numbers of a record that a computed field may use beside the kind's own; minutes are always there, the others when shown.
NUMBERS = {
    "participants": "参加人数",
    "workers": "服务人员",
    "quantity": "数量",
    "score": "得分",
    "minutes": "时长（分钟）",
}
# formula: (its word, how many fields it takes; 0 for any number)
FORMULAS = {"per": ("相除", 2), "fall": ("下降百分比", 2), "count_given": ("已填项数", 0)}
STEP = Decimal("0.0001")


# --- the definition ---------------------------------------------------------------------------------------------------
def name_faults(*, code, label):
    """What is wrong with the code and the name under which a kind is kept."""
    faults = [] if CODE.fullmatch(str(code)) else [Fault("code", f"代号：{CODE_SAYS}")]
    if not str(label).strip() or len(str(label)) > LONGEST_LABEL:
        faults.append(Fault("label", f"名称：1 至 {LONGEST_LABEL} 个字"))
    return faults


def kind_faults(*, subject, fields, evidence, shows, modes, registers=()):
    """What is wrong with the definition of a kind, as Faults whose field is the place (fields.0.choices.1); empty when it may be saved."""
    faults = [] if subject in SUBJECTS else [Fault("subject", f"对象 {subject} 不认识")]
    if subject == "entry" and not registers:
        faults.append(Fault("registers", "对象为名册时，须写明是哪些名册"))
    if registers and subject != "entry" and "team" not in shows:
        faults.append(Fault("registers", "写了名册，对象须为名册，或显示“小组（队）”"))
    faults += [Fault("shows", f"通用字段 {name} 不认识") for name in shows if name not in COMMON]
    faults += _field_list_faults(fields, shows)
    return faults + _evidence_faults(evidence) + _mode_faults(modes)


def _field_list_faults(fields, shows):
    names = [described.get("name", "") for described in fields]
    faults = []
    for index, described in enumerate(fields):
        place, name = f"fields.{index}", described.get("name", "")
        if names.index(name) < index:
            faults.append(Fault(f"{place}.name", f"字段 {name} 重复"))
            continue
        faults += _field_faults(place, described)
        if described.get("computed") is not None:
            faults += _formula_faults(f"{place}.computed", described, fields, shows)
    return faults


def _field_faults(place, described):
    name, faults = described.get("name", ""), []
    if not str(name).isidentifier() or len(str(name)) > LONGEST_LABEL or not described.get("label"):
        faults.append(Fault(f"{place}.name", f"字段 {name} 须有代号和名称"))
    elif name in OWN_COLUMNS:
        faults.append(Fault(f"{place}.name", f"字段 {name} 与通用字段同名，换一个代号"))
    if len(str(described.get("label", ""))) > LONGEST_LABEL:
        faults.append(Fault(f"{place}.label", f"字段 {name} 的名称超过 {LONGEST_LABEL} 个字"))
    if described.get("type") not in FIELD_TYPES:
        faults.append(Fault(f"{place}.type", f"字段 {name} 的类型 {described.get('type')} 不认识"))
    if described.get("type") == "choice":
        faults += _choice_faults(place, described)
    return faults


def _choice_faults(place, described):
    name, choices = described.get("name", ""), described.get("choices") or []
    if not choices:
        return [Fault(f"{place}.choices", f"字段 {name} 没有选项")]
    codes = [choice[0] if choice else "" for choice in choices]
    faults = []
    for index, choice in enumerate(choices):
        if len(choice) != 2 or not all(str(word).strip() for word in choice):
            faults.append(Fault(f"{place}.choices.{index}", f"字段 {name} 的第 {index + 1} 个选项须有代号和名称"))
        elif codes.index(codes[index]) < index:
            faults.append(Fault(f"{place}.choices.{index}", f"字段 {name} 的选项 {codes[index]} 重复"))
    unknown = [code for code in described.get("retired_choices", ()) if code not in codes]
    return faults + [Fault(f"{place}.choices", f"字段 {name} 停用的选项 {code} 不在选项里") for code in unknown]


def _evidence_faults(evidence):
    faults, seen = [], set()
    for index, row in enumerate(evidence):
        least = row.get("min", 0)
        if not row.get("kind") or not row.get("label") or not isinstance(least, int) or least < 0:
            faults.append(Fault(f"evidence.{index}", f"材料 {row.get('kind', '')} 须有代号、名称和不小于 0 的份数"))
        elif row["kind"] in seen:
            faults.append(Fault(f"evidence.{index}", f"材料 {row['kind']} 重复"))
        seen.add(row.get("kind"))
    return faults


def _mode_faults(modes):
    wrong = [index for index, mode in enumerate(modes) if len(mode) not in (2, 3, 4) or not (mode[0] and mode[1])]
    if wrong:
        return [Fault(f"modes.{wrong[0]}", "方式须成对写：代号和名称")]
    codes = [mode[0] for mode in modes]
    return [
        Fault(f"modes.{index}", f"方式 {code} 重复") for index, code in enumerate(codes) if codes.index(code) < index
    ]


def sound_fields(fields, shows):
    """The fields that nothing is wrong with, for a form that is still being written."""
    while faults := _field_list_faults(fields, shows):
        wrong = {int(fault.field.split(".")[1]) for fault in faults}
        fields = [described for index, described in enumerate(fields) if index not in wrong]
    return fields


# --- computed fields --------------------------------------------------------------------------------------------------
def formula_of(described):
    """(formula, names of the fields it takes) of a computed field; ("", ()) of any other."""
    said = described.get("computed")
    if not isinstance(said, dict) or len(said) != 1:
        return "", ()
    formula, names = next(iter(said.items()))
    return str(formula), tuple(map(str, names)) if isinstance(names, list | tuple) else ()


def _formula_faults(place, described, fields, shows):
    name, (formula, operands) = described.get("name", ""), formula_of(described)
    if formula not in FORMULAS:
        return [Fault(place, f"计算字段 {name} 的算法应为 {'、'.join(FORMULAS)} 之一")]
    faults = []
    if described.get("type") != "number":
        faults.append(Fault(place, f"计算字段 {name} 的类型应为 number"))
    if described.get("required"):
        faults.append(Fault(place, f"计算字段 {name} 由系统填写，不能必填"))
    wanted = FORMULAS[formula][1]
    if (wanted and len(operands) != wanted) or not operands:
        told = f" {wanted} 个" if wanted else "至少 1 个"
        return [*faults, Fault(place, f"计算字段 {name} 须写{told}字段，现有 {len(operands)} 个")]
    known = {row.get("name"): row for row in fields}
    faults += [Fault(place, text) for operand in operands if (text := _operand_fault(described, operand, known, shows))]
    if not faults and _comes_back(name, known):
        faults.append(Fault(place, f"计算字段 {name} 用到了它自己"))
    return faults


def _operand_fault(described, operand, known, shows):
    """What is wrong with one field that a computed field takes, or ""."""
    name, formula = described.get("name", ""), formula_of(described)[0]
    if operand in known:
        row = known[operand]
        if row.get("retired") and not described.get("retired"):
            return f"计算字段 {name} 用到的 {operand} 已停用"
        if formula == "count_given":
            return f"计算字段 {name} 只数填写的字段，{operand} 是计算的" if row.get("computed") else ""
        return "" if row.get("type") == "number" else f"计算字段 {name} 用到的 {operand} 不是数字"
    if operand == "minutes" or operand in shows:
        return "" if formula == "count_given" or operand in NUMBERS else f"计算字段 {name} 用到的 {operand} 不是数字"
    if operand in COMMON:
        return f"计算字段 {name} 用到的 {operand} 没有显示在表单上"
    return f"计算字段 {name} 用到的 {operand} 不认识"


def _comes_back(start, known):
    seen, waiting = set(), list(formula_of(known[start])[1])
    while waiting:
        name = waiting.pop()
        if name == start:
            return True
        if name not in seen:
            seen.add(name)
            waiting += formula_of(known.get(name, {}))[1]
    return False


def computed(fields, values):
    """{name: number} of a kind's computed fields, from {name: value} of its own fields and the record's common ones.

    `per` is a ÷ b, `fall` is (a − b) ÷ a × 100, `count_given` how many of the fields are filled. Exact decimals, cut
    down to 4 places, so that what isn't reached never looks reached. A missing operand or a divisor of 0 leaves the field empty.
    """
    known, found = {described["name"]: described for described in fields}, {}

    def value(name, above=()):
        formula, operands = formula_of(known.get(name, {}))
        if not formula:
            return values.get(name)
        if name not in found and name not in above:
            found[name] = _FORMULAS[formula](*(value(operand, (*above, name)) for operand in operands))
        return found.get(name)

    for name, described in known.items():
        if described.get("computed") and not described.get("retired"):
            value(name)
    return {name: _plain(found[name]) for name in known if found.get(name) is not None}


def _exact(value):
    return None if value is None or value == "" or isinstance(value, bool) else Decimal(str(value))


def _per(a, b):
    a, b = _exact(a), _exact(b)
    return None if a is None or not b else a / b


def _fall(a, b):
    a, b = _exact(a), _exact(b)
    return None if not a or b is None else (a - b) * 100 / a


def _count_given(*given):
    return Decimal(sum(value is not None and value != "" for value in given))


_FORMULAS = {"per": _per, "fall": _fall, "count_given": _count_given}


def _plain(number):
    cut = number.quantize(STEP, ROUND_FLOOR)
    return int(cut) if cut == cut.to_integral_value() else float(cut)


def formula_told(described, fields):
    """A computed field in words: 亩均收入 = 年收入 ÷ 亩数."""
    words = NUMBERS | COMMON | {row["name"]: row.get("label", row["name"]) for row in fields}
    formula, operands = formula_of(described)
    named = [words.get(name, name) for name in operands]
    if formula == "per" and len(named) == 2:
        return f"{named[0]} ÷ {named[1]}"
    if formula == "fall" and len(named) == 2:
        return f"（{named[0]} − {named[1]}）÷ {named[0]} × 100"
    return f"{'、'.join(named)}中已填的项数"


# --- what is offered ----------------------------------------------------------------------------------------------------
def asked_fields(kind):
    """The kind's own fields that people fill in: neither computed nor retired."""
    return [row for row in kind.fields if not row.get("computed") and not row.get("retired")]


def offered_choices(described, held=None):
    """[(code, label)] of a choice field that may be chosen; a retired one only where the record holds it already."""
    retired = set(described.get("retired_choices", ()))
    return [tuple(choice) for choice in described["choices"] if choice[0] not in retired or choice[0] == held]


def is_retired_mode(mode):
    """Whether a mode ([code, label, direct, retired]) is kept for old records only."""
    return len(mode) == 4 and bool(mode[3])


# --- a file meets what the tenant has -----------------------------------------------------------------------------------
def extended(old, new):
    """The values of a kind that the tenant has, as a contract file ({subject, shows, fields …}) changes them.

    What the file says, holds; what the tenant has beside it (fields, choices, modes, papers, whatever is retired) stays.
    """
    known = {row["name"]: row for row in old["fields"]}
    fields = [_extended_field(known.get(row["name"], {}), row) for row in new["fields"]]
    return {
        **new,
        "fields": fields + _beside(old["fields"], new["fields"], lambda row: row["name"]),
        "modes": _modes(old["modes"], new["modes"]),
        "evidence": new["evidence"] + _beside(old["evidence"], new["evidence"], lambda row: row["kind"]),
        "shows": new["shows"] + _beside(old["shows"], new["shows"], str),
        "registers": new["registers"] + _beside(old["registers"], new["registers"], str),
    }


def _beside(old, new, key):
    there = {key(row) for row in new}
    return [row for row in old if key(row) not in there]


def _modes(old, new):
    retired = {mode[0]: mode for mode in old if is_retired_mode(mode)}
    return [retired.get(mode[0], mode) for mode in new] + _beside(old, new, lambda mode: mode[0])


def _extended_field(was, now):
    kept = {name: was[name] for name in ("retired", "retired_choices") if was.get(name)}
    if was.get("choices") and now.get("choices"):
        kept["choices"] = now["choices"] + _beside(was["choices"], now["choices"], lambda choice: choice[0])
    return {**now, **kept}


# --- changing what is in use --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Use:
    """How many records hold what: all of the kind, each field, each (field, choice), mode, paper and register."""

    records: int = 0
    fields: dict = field(default_factory=dict)
    choices: dict = field(default_factory=dict)
    modes: dict = field(default_factory=dict)
    papers: dict = field(default_factory=dict)
    registers: dict = field(default_factory=dict)


def change_faults(old, new, use):
    """What a change would take from records that are there, as Faults with the number of them.

    `old` and `new` are a kind's values ({subject, proves, fields, evidence, modes, registers}). Names may be mended and
    anything may be retired; what records hold keeps its meaning.
    """
    faults = []
    for name, word in (("subject", "对象"), ("proves", "即为材料")):
        if old[name] != new[name] and use.records:
            faults.append(Fault(name, f"已有 {use.records} 条记录，{word}不能再改。停用这一类型，另建一个"))
    faults += _field_changes(old["fields"], new["fields"], use)
    kept = {
        "modes": ({mode[0]: mode[1] for mode in old["modes"]}, {mode[0] for mode in new["modes"]}, use.modes, "方式"),
        "evidence": (
            {row["kind"]: row["label"] for row in old["evidence"]},
            {row["kind"] for row in new["evidence"]} | {"photo"},
            use.papers,
            "材料",
        ),
        "registers": ({code: code for code in old["registers"]}, set(new["registers"]), use.registers, "名册"),
    }
    mends = {"modes": "可停用，不能去掉", "evidence": "可把份数改为 0，不能去掉", "registers": "不能去掉"}
    for place, (labels, left, used, word) in kept.items():
        for code, label in labels.items():
            if code not in left and used.get(code):
                faults.append(Fault(place, f"{word}“{label}”已用于 {used[code]} 条记录，{mends[place]}"))
    return faults


def _field_changes(old, new, use):
    places = {row["name"]: (index, row) for index, row in enumerate(new)}
    faults = []
    for was in old:
        name, number = was["name"], use.fields.get(was["name"], 0)
        if not number:
            continue
        if name not in places:
            faults.append(Fault("fields", f"字段“{was['label']}”（{name}）已有 {number} 条记录填写，可停用，不能去掉"))
            continue
        index, now = places[name]
        if now.get("type") != was["type"]:
            faults.append(Fault(f"fields.{index}.type", f"已有 {number} 条记录填写，类型不能再改。停用它，另加一个"))
            continue
        if (now.get("computed") or None) != (was.get("computed") or None):
            faults.append(
                Fault(f"fields.{index}.computed", f"已有 {number} 条记录算出，算法不能再改。停用它，另加一个")
            )
        codes = {choice[0] for choice in now.get("choices") or ()}
        for code, label in was.get("choices") or ():
            held = use.choices.get((name, code), 0)
            if held and code not in codes:
                faults.append(
                    Fault(f"fields.{index}.choices", f"选项“{label}”（{code}）已用于 {held} 条记录，可停用，不能去掉")
                )
    return faults
