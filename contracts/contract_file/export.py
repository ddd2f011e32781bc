"""From the tables back into the file: same values, same order, same comments."""

import re
from datetime import date
from decimal import Decimal
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from contracts.contract_file.reading import read
from contracts.contract_file.shape import FILE, FORMAT, FREE_FIELDS, FREE_SECTIONS
from contracts.contract_file.tables import CONTRACT_FIELDS, PROCUREMENT_FIELDS, TABLES
from contracts.models import ContractFile, Label
from contracts.rules import amount_in_words
from tenancy.models import Area

DAY = re.compile(r"\d{4}-\d\d-\d\d")


def source_of(contract):
    """The text of the contract's last file, or "" when it was set up by hand."""
    last = ContractFile.objects.filter(contract=contract).last()
    return last.text if last else ""


def sections(contract, source):
    """The contract's own sections as the tables have them now; `source` is the last file's data, for labels and words."""
    terms = contract.terms
    data = {"format": FORMAT, "contract": {name: getattr(contract, name) for name in CONTRACT_FIELDS}}
    data["contract"] |= {"legal_basis": terms.get("legal_basis", "")} | {
        name: terms.get(name, {}) for name in FREE_FIELDS
    }
    _add_words(data["contract"], source.get("contract", {}))
    if contract.procurement is not None:
        data["procurement"] = {"number": contract.procurement.number} | {
            name: getattr(contract.procurement, name) for name in PROCUREMENT_FIELDS
        }
    data["parties"] = _parties(contract)
    data["areas"] = {"districts": _districts(contract)} | terms.get("areas", {})
    for table in TABLES:
        data[table.section] = _rows(contract, table, source.get(table.section, []))
    data |= {name: terms[name] for name in FREE_SECTIONS if name in terms}
    data["labels"] = _labels(source.get("labels", {}))
    data["parameters"] = contract.parameters
    return pruned(_typed(data, FILE), FILE)


def _parties(contract):
    said = contract.terms.get("parties", {})
    parties = {}
    for role, organisation in (("purchaser", contract.purchaser), ("provider", contract.provider)):
        if organisation is not None:
            parties[role] = {"name": organisation.name} | said.get(role, {})
    if contract.procurement is not None and contract.procurement.agent:
        parties["agent"] = {"name": contract.procurement.agent} | said.get("agent", {})
    return parties


def _districts(contract):
    districts = {}
    for row in contract.contractareas.select_related("area__parent"):
        communities = Area.objects.filter(parent=row.area).order_by("sort", "id").values_list("name", flat=True)
        districts.setdefault(row.area.parent.name, {})[row.area.name] = list(communities)
    return districts


def _rows(contract, table, said):
    back = {kept: name for name, kept in table.renamed.items()}
    names = [back.get(spec.name, spec.name) for spec in table.model._meta.get_fields()]
    wanted = [name for name in FILE.fields[table.section].fields if name in names]
    by_key = {entry.get(table.key): entry for entry in said}
    rows = []
    for row in table.model.objects.filter(contract=contract):
        entry = {name: getattr(row, table.renamed.get(name, name)) for name in wanted}
        _add_words(entry, by_key.get(entry[table.key], {}))
        rows.append(entry)
    return rows


def _add_words(entry, said):
    """The amount in words, spelt as the file spelt it (拾陆万, 壹拾陆万) as long as the amount is the same."""
    if said.get("amount_in_words") and entry.get("amount") is not None:
        entry["amount_in_words"] = (
            said["amount_in_words"] if said.get("amount") == entry["amount"] else amount_in_words(entry["amount"])
        )


def _labels(said):
    words = {(row.family, row.code): row.label for row in Label.objects.all()}
    return {
        family: {code: words.get((family, code), word) for code, word in entries.items()}
        for family, entries in said.items()
    }


def _typed(value, spec):
    """Values from JSON as the file writes them: dates are dates again, sums and shares are numbers."""
    if spec is None or value is None:
        return value
    if spec.kind == "map":
        return dated(value)
    if spec.kind == "part":
        return {name: _typed(entry, spec.fields.get(name)) for name, entry in value.items()}
    if spec.kind == "rows":
        return [{name: _typed(entry, spec.fields.get(name)) for name, entry in row.items()} for row in value]
    if spec.kind in ("money", "decimal", "share") and isinstance(value, str):
        return Decimal(value)
    return date.fromisoformat(value) if spec.kind == "date" and isinstance(value, str) else value


def dated(value):
    """Values from JSON whose form nobody here knows: what is written like a day is one."""
    if isinstance(value, dict):
        return {name: dated(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [dated(entry) for entry in value]
    return date.fromisoformat(value) if isinstance(value, str) and DAY.fullmatch(value) else value


def pruned(value, spec=None):
    """Without what says nothing: empty fields, and those that hold what an absent field means."""
    if spec is not None and spec.kind == "areas":
        return value  # a street whose communities nobody named is a street all the same
    if isinstance(value, dict):
        fields = spec.fields if spec is not None and spec.kind in ("part", "rows") else {}
        slim = {name: pruned(entry, fields.get(name)) for name, entry in value.items()}
        return {
            name: entry
            for name, entry in slim.items()
            if entry not in (None, "", [], {}) and not _is_default(entry, fields.get(name))
        }
    return [pruned(entry, spec) for entry in value] if isinstance(value, list) else value


def _is_default(value, spec):
    return spec is not None and spec.default is not None and not spec.required and value == spec.default


def written(data, text):
    """The file's text for pruned values: the last text itself when it says the same, else that text with what changed."""
    before = pruned(read(text).data, FILE) if text else {}
    if text and before == data:
        return text
    yaml = YAML()
    yaml.width, yaml.preserve_quotes = 4096, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.add_representer(
        Decimal, lambda representer, value: representer.represent_scalar("tag:yaml.org,2002:float", f"{value:f}")
    )
    tree = yaml.load(text) if text else CommentedMap()
    _merge(tree, data, before)
    out = StringIO()
    yaml.dump(tree, out)
    return out.getvalue()


def _merge(tree, data, before):
    """Bring a loaded tree to the values of `data`, touching only what differs from `before`."""
    for name in before:
        if name not in data:
            del tree[name]
    for name, value in data.items():
        old = before.get(name)
        if isinstance(tree.get(name), CommentedMap) and isinstance(value, dict):
            _merge(tree[name], value, old or {})
        elif isinstance(tree.get(name), CommentedSeq) and isinstance(value, list):
            _merge_list(tree[name], value, old or [])
        elif old != value:
            tree[name] = value


def _merge_list(tree, data, before):
    if len(data) == len(before) and all(isinstance(entry, dict) for entry in (*data, *before)):
        for node, value, old in zip(tree, data, before, strict=True):
            _merge(node, value, old)
    elif before != data:
        tree[:] = data
