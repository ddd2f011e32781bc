"""The services' sections of a contract file: `activity_kinds` and `indicators`. config/contract_file.py puts all sections together."""

from services.actions.indicators import save_indicators
from services.actions.kinds import save_kind
from services.indicators import check as indicators
from services.indicators.words import COLUMNS, WORDS
from services.models import ActivityKind
from services.rules.records import kind_faults

KIND_WORDS = ("code", "label", "subject", "shows", "modes", "fields", "evidence")


def check(document):
    """Note every fault of the two sections of a read file (contracts.contract_file.Document)."""
    kinds = [kind for index, kind in _mappings(document, "activity_kinds") if _check_kind(document, index, kind)]
    rows = list(_mappings(document, "indicators"))
    context = _context(document, kinds)
    wrong = indicators.faults([row for _index, row in rows], context)
    places = {str(row.get("id")): index for index, row in rows}
    for code, texts in wrong.items():
        for text in texts:
            place, _, message = text.partition("：")
            document.fault(
                ("indicators", places.get(code, 0), *place.split(".")), message, "词义见 docs/algorithms/indicators.md"
            )


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
    values = {
        name: kind.get(name, [] if name != "subject" else "none")
        for name in ("subject", "shows", "modes", "fields", "evidence")
    }
    faults = kind_faults(**values)
    for text in faults:
        document.fault(place, text)
    return not faults


def _context(document, kinds):
    data = document.data
    areas = [street for streets in data.get("areas", {}).get("districts", {}).values() for street in streets]
    contract = document.section("contract", {})
    described = {kind["code"]: {field["name"]: field["type"] for field in kind.get("fields", [])} for kind in kinds}
    orders = {
        field["name"]: [code for code, _label in field["choices"]]
        for kind in kinds
        for field in kind.get("fields", [])
        if field.get("choices")
    }
    words = {family: set(codes) for family, codes in document.section("labels", {}).items() if isinstance(codes, dict)}
    term = (contract.get("starts_on"), contract.get("ends_on"))
    return indicators.Context(described, words, tuple(areas), document.section("parameters", {}), term, orders)


def load(contract, data, *, by, at):
    """Save the kinds and the indicators of a checked file; raises Refused with every fault."""
    for number, kind in enumerate(data.get("activity_kinds", [])):
        save_kind(**{word: kind[word] for word in KIND_WORDS if word in kind}, sort=number, by=by, at=at)
    save_indicators(contract, data.get("indicators", []), by=by, at=at)


def export(contract):
    """The two sections as a file has them: kinds that the contract's indicators speak of or all, and its indicators in order."""
    return {
        "activity_kinds": [_kind(kind) for kind in ActivityKind.objects.filter(is_active=True)],
        "indicators": [_indicator(row) for row in contract.indicators.all()],
    }


def _kind(kind):
    return {word: getattr(kind, word) for word in KIND_WORDS}


def _indicator(row):
    columns = {
        word: getattr(row, column)
        for word, column in COLUMNS.items()
        if getattr(row, column) and not (word == "force" and row.force == "hard")
    }
    words = {**row.definition, **columns}
    return {word: words[word] for word in WORDS if word in words}
