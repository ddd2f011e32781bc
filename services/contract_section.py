"""The services' sections of a contract file: `activity_kinds` and `indicators`. config/contract_file.py puts all sections together."""

from services.actions import alternatives
from services.actions.indicators import save_indicators
from services.actions.kinds import take_kind
from services.indicators import check as indicators
from services.indicators.words import COLUMNS, WORDS
from services.models import ActivityKind
from services.rules.alternatives import apply, words_of
from services.rules.kinds import kind_faults

KIND_WORDS = ("code", "label", "subject", "registers", "shows", "modes", "fields", "evidence", "proves")


def check(document):
    """Note every fault of the two sections of a read file (contracts.contract_file.Document)."""
    kinds = [kind for index, kind in _mappings(document, "activity_kinds") if _check_kind(document, index, kind)]
    rows = list(_mappings(document, "indicators"))
    known = context(document, kinds)
    wrong = indicators.faults([row for _index, row in rows], known)
    places = {str(row.get("id")): index for index, row in rows}
    for code, texts in wrong.items():
        for text in texts:
            place, _, message = text.partition("：")
            document.fault(
                ("indicators", places.get(code, 0), *place.split(".")), message, "词义见 docs/algorithms/indicators.md"
            )
    if not wrong:
        _check_alternatives(document, [row for _index, row in rows], known)


def _check_alternatives(document, definitions, known_to_file):
    """What the choices of unclear places would make of the indicators has to be sound, too, and no two may touch the same word."""
    known, owners = {row["id"] for row in definitions}, {}
    judged = {
        row.get("code") for _index, row in _mappings(document, "evaluations")
    }  # contracts checks what becomes of these
    for index, reading in _mappings(document, "readings"):
        sets = reading.get("sets", {})
        for choice, changes in sets.items():
            place = ("readings", index, "sets", choice)
            if choice not in reading.get("choices", {}) or choice == reading.get("default"):
                document.fault(place, f"“{choice}”不是默认以外的可选处理", "默认处理就是指标现在的写法")
            if not isinstance(changes, dict) or not all(isinstance(one, dict) for one in changes.values()):
                document.fault(place, "应写明各项指标改动的词", "写成 {指标代号: {target: {ge: 2}, drop: [areas]}}")
                continue
            for code, change in changes.items():
                if code not in known | judged:
                    document.fault(
                        (*place, code), f"没有指标或考核评估 {code}", "改为 indicators 的 id 或 evaluations 的 code"
                    )
                for word in words_of(change):
                    owner = owners.setdefault((code, word), index)
                    if owner != index or word == "id":
                        document.fault(
                            (*place, code),
                            f"{word} 不能由两处待明确事项改动" if word != "id" else "不能改代号",
                            "合并为一处",
                        )
            wrong = indicators.faults(apply(definitions, changes)[0], known_to_file)
            for code, texts in wrong.items():
                for text in texts:
                    document.fault((*place, code), text, "词义见 docs/algorithms/indicators.md")


def _mappings(document, name):
    for index, entry in enumerate(document.section(name, [])):
        if isinstance(entry, dict):
            yield index, entry
        else:
            document.fault((name, index), "应为一组“词: 值”")


def _check_kind(document, index, kind):
    place = ("activity_kinds", index)
    for word in kind:
        if word not in KIND_WORDS:
            document.fault((*place, word), f"不认识“{word}”", f"可用的词：{'、'.join(KIND_WORDS)}")
    if not isinstance(kind.get("code"), str) or not kind.get("label"):
        document.fault(place, "缺少 code 或 label")
        return False
    if not _has_shape(kind):
        document.fault(place, "registers、shows、modes、fields、evidence 应为列表，字段和材料各为一组“词: 值”")
        return False
    values = {
        name: kind.get(name, [] if name != "subject" else "none")
        for name in ("subject", "registers", "shows", "modes", "fields", "evidence")
    }
    faults = kind_faults(**values)
    for fault in faults:
        document.fault(
            (*place, *(int(step) if step.isdigit() else step for step in fault.field.split("."))), str(fault)
        )
    return True


def _has_shape(kind):
    lists = all(isinstance(kind.get(name, []), list) for name in ("registers", "shows", "modes", "fields", "evidence"))
    return lists and all(isinstance(entry, dict) for name in ("fields", "evidence") for entry in kind.get(name, []))


def context(document, kinds):
    """What a file's definitions are checked against and told with: its own kinds, words, areas, parameters and term."""
    data = document.data
    areas = [street for streets in data.get("areas", {}).get("districts", {}).values() for street in streets]
    contract = document.section("contract", {})
    fields = {kind["code"]: [field for field in kind.get("fields", []) if field.get("name")] for kind in kinds}
    described = {code: {field["name"]: field.get("type", "text") for field in known} for code, known in fields.items()}
    choices = [field for known in fields.values() for field in known if isinstance(field.get("choices"), list)]
    orders = {field["name"]: [choice[0] for choice in field["choices"] if choice] for field in choices}
    words = {family: set(codes) for family, codes in document.section("labels", {}).items() if isinstance(codes, dict)}
    term = (contract.get("starts_on"), contract.get("ends_on"))
    return indicators.Context(described, words, tuple(areas), document.section("parameters", {}), term, orders)


def load(contract, data, *, by, at):
    """Save the kinds and the indicators of a checked file; raises Refused with every fault."""
    for kind in data.get("activity_kinds", []):
        take_kind(**{word: kind[word] for word in KIND_WORDS if word in kind}, by=by, at=at)
    save_indicators(contract, alternatives.as_decided(contract, data.get("indicators", [])), by=by, at=at)


def export(contract):
    """The two sections as a file has them: kinds that the contract's indicators speak of or all, and its indicators in order."""
    return {
        "activity_kinds": [_kind(kind) for kind in ActivityKind.objects.filter(is_active=True)],
        "indicators": _in_order(
            alternatives.as_filed(contract, [_indicator(row) for row in contract.indicators.all()])
        ),
    }


def _kind(kind):
    return {
        word: getattr(kind, word) for word in KIND_WORDS if word not in ("proves", "registers") or getattr(kind, word)
    }


def _indicator(row):
    columns = {
        word: getattr(row, column)
        for word, column in COLUMNS.items()
        if getattr(row, column) and not (word == "force" and row.force == "hard")
    }
    return {**row.definition, **columns}


def _in_order(definitions):
    return [{word: words[word] for word in WORDS if word in words} for words in definitions]
