"""From a checked contract file into the tables: one transaction, twice is once, half is never."""

import hashlib
import json
import re
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from contracts.actions import refuse_debarred
from contracts.contract_file.shape import FILE, FREE_FIELDS, FREE_SECTIONS
from contracts.contract_file.tables import COMPUTED, CONTRACT_FIELDS, PARTY_FIELDS, PROCUREMENT_FIELDS, TABLES
from contracts.models import Contract, ContractArea, ContractFile, Label, Procurement
from tenancy import audit, clock
from tenancy.models import Area, Organisation
from tenancy.problems import Refused

ROLES = {"purchaser": "甲方", "provider": "乙方"}


def renamed(data, parties):
    """The file's values with other parties: each published name, and its short form, is replaced wherever it stands.

    `parties` is {"purchaser" | "provider" | "agent": name}. For a demonstration, or a bureau that uses the file as a pattern.
    """
    swaps = {}
    for role, name in (parties or {}).items():
        published = data["parties"].get(role)
        if published is None:
            raise Refused(f"文件中没有{ROLES.get(role, role)}，不能改名")
        swaps |= {published[form]: name for form in ("short_name", "name") if published.get(form)}
    if not swaps:
        return data
    # Longest first and in one pass, so that a short form inside a full name, or inside a new name, stays whole.
    pattern = re.compile("|".join(re.escape(published) for published in sorted(swaps, key=len, reverse=True)))
    return _swapped(data, pattern, swaps)


def _swapped(value, pattern, swaps):
    if isinstance(value, dict):
        return {key: _swapped(entry, pattern, swaps) for key, entry in value.items()}
    if isinstance(value, list):
        return [_swapped(entry, pattern, swaps) for entry in value]
    return pattern.sub(lambda match: swaps[match.group()], value) if isinstance(value, str) else value


def check_tenant(document, data):
    """Note what the open tenant does not know: organisations by name, areas of the three levels."""
    for role, label in ROLES.items():
        name = data["parties"].get(role, {}).get("name")
        if name and not Organisation.objects.filter(name=name, kind=role).exists():
            document.fault(
                ("parties", role, "name"), f"{label}“{name}”未登记", f"先登记该组织，或用 --{role} 写明已登记的名称"
            )
    known = {
        (area.level, area.parent.name if area.parent else None, area.name)
        for area in Area.objects.select_related("parent")
    }
    path = ("areas", "districts")
    for district, streets in data.get("areas", {}).get("districts", {}).items():
        _note_area(document, (*path, district), known, ("district", None, district))
        for street, communities in streets.items():
            _note_area(document, (*path, district, street), known, ("street", district, street))
            for index, community in enumerate(communities):
                _note_area(document, (*path, district, street, index), known, ("community", street, community))


def _note_area(document, path, known, area):
    if area not in known:
        document.fault(path, f"本单位没有地区“{area[2]}”", "改正名称，或先在“地区”中加上")


def digest_of(text, parties):
    """What identifies a load: the file's text and the names put in its place."""
    return hashlib.sha256(json.dumps([text, parties or {}], sort_keys=True).encode()).hexdigest()


def loaded_already(data, digest):
    """The contract if exactly this file was its last load, else None."""
    last = ContractFile.objects.filter(contract__code=data["contract"]["code"]).select_related("contract").last()
    return last.contract if last is not None and last.digest == digest else None


@transaction.atomic
def load(data, *, text, digest, by, at):
    """Write the contract's own sections; returns the contract.

    Raises Refused when a contract of that code is being performed already (what was signed changes by amendment, not by
    loading another file), and when no new contract may be made with its provider now.
    """
    existing = Contract.objects.select_for_update().filter(code=data["contract"]["code"]).first()
    if existing is not None and existing.state != Contract.State.DRAFT:
        raise Refused(f"合同 {existing.code} 已在履行，文件与已载入的不同，没有载入", ["合同内容的改动须办理变更"])
    try:
        contract = _write_contract(data, existing)
    except IntegrityError as error:
        raise Refused(f"合同代号 {data['contract']['code']} 刚被载入，刷新后再看") from error
    refuse_debarred(contract.provider, on=clock.day_of(at))
    for table in TABLES:
        _write_rows(contract, table, data.get(table.section, []))
    _write_areas(contract, data.get("areas", {}))
    _write_labels(data.get("labels", {}))
    ContractFile.objects.create(contract=contract, text=text, digest=digest, loaded_by=by, loaded_at=at)
    audit.record("contract.loaded", by=by, at=at, target=contract, digest=digest, again=existing is not None)
    return contract


def _write_contract(data, existing):
    said, parties = data["contract"], data["parties"]
    contract = existing or Contract()
    for name in CONTRACT_FIELDS:
        default = Contract._meta.get_field(name).get_default()
        setattr(contract, name, said.get(name, default))
    contract.purchaser, contract.provider = (_organisation(parties, role) for role in ROLES)
    contract.procurement = _procurement(data.get("procurement"), parties)
    contract.parameters = as_json(data.get("parameters", {}))
    contract.terms = as_json(_terms(data))
    with transaction.atomic():
        contract.save()
    return contract


def _organisation(parties, role):
    name = parties.get(role, {}).get("name")
    return Organisation.objects.get(name=name, kind=role) if name else None


def _procurement(said, parties):
    if said is None:
        return None
    values = {name: said[name] for name in PROCUREMENT_FIELDS if name in said}
    agent = parties.get("agent", {}).get("name", "")
    number = said.get("number", "")
    named = {"number": number} if number else {"number": "", "title": said["title"]}
    return Procurement.objects.update_or_create(**named, defaults=values | {"agent": agent})[0]


def _terms(data):
    """What no table holds."""
    terms = {name: data[name] for name in FREE_SECTIONS if name in data}
    terms["parties"] = {
        role: {name: party[name] for name in (*PARTY_FIELDS, "short_name") if name in party}
        for role, party in data["parties"].items()
    }
    terms["legal_basis"] = data["contract"].get("legal_basis", "")
    terms |= {name: data["contract"].get(name, {}) for name in FREE_FIELDS}
    terms["areas"] = {name: entry for name, entry in data.get("areas", {}).items() if name != "districts"}
    return terms


def as_json(value, number=str):
    """Values as PostgreSQL's JSON keeps them: dates in ISO form, Decimals as they are written, or what `number` makes of them."""
    if isinstance(value, dict):
        return {str(key): as_json(entry, number) for key, entry in value.items()}
    if isinstance(value, list):
        return [as_json(entry, number) for entry in value]
    if isinstance(value, Decimal):
        return number(value)
    return str(value) if isinstance(value, date) else value


def _write_rows(contract, table, entries):
    """Make the table's rows those of the file: entries keep their row as long as they keep their key."""
    keys = {entry[table.key] for entry in entries}
    old = {getattr(row, table.key): row for row in table.model.objects.filter(contract=contract)}
    table.model.objects.filter(pk__in=[row.pk for key, row in old.items() if key not in keys]).delete()
    known = FILE.fields[table.section].fields
    fields = {table.renamed.get(name, name): name for name in known if name not in COMPUTED}
    for index, entry in enumerate(entries):
        row = old.get(entry[table.key]) or table.model(contract=contract)
        for kept, name in fields.items():
            value = entry.get(name, table.model._meta.get_field(kept).get_default())
            # Sums stay exact as text; in a map of free form a number stays one.
            number = str if known[name].kind == "part" else float
            setattr(row, kept, as_json(value, number) if isinstance(value, dict) else value)
        if table.is_sorted:
            row.sort = index
        row.save()


def _write_areas(contract, said):
    ContractArea.objects.filter(contract=contract).delete()
    streets = [(district, street) for district, names in said.get("districts", {}).items() for street in names]
    rows = {
        (area.parent.name, area.name): area
        for area in Area.objects.filter(level=Area.Level.STREET).select_related("parent")
    }
    ContractArea.objects.bulk_create(
        ContractArea(contract=contract, area=rows[place], sort=index) for index, place in enumerate(streets)
    )


def _write_labels(said):
    """Add the file's words; a word that the tenant has changed since stays as the tenant has it."""
    known = set(Label.objects.values_list("family", "code"))
    Label.objects.bulk_create(
        Label(family=family, code=code, label=word) for family, words in said.items() for code, word in words.items() if (family, code) not in known
    )  # fmt: skip
