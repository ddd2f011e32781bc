"""Writes of setting up: every change makes a whole contract file and loads it, so that half a contract never stands."""

from django.db import transaction

from config import contract_file as files
from config.setup import queries
from config.setup.rules import mentioned, moved
from config.setup.sections import area_tree
from contracts import contract_file
from contracts.actions import refuse_debarred
from contracts.models import Contract, Label
from payments.actions import open_milestones
from services.actions.measuring import measure_again
from tenancy import audit, clock
from tenancy.models import Organisation
from tenancy.problems import Conflict, Refused

DAYS = ("signed_on", "starts_on", "ends_on", "delivery_deadline")


@transaction.atomic
def start_blank(*, contract, provider, by, at):
    """Begin a draft with nothing but what names it; returns the contract. `contract` holds fields of the file's head."""
    said = {name: value for name, value in contract.items() if value not in (None, "")}
    data = {"format": 1, "contract": said, "parties": _parties(provider)}
    return _start(contract_file.written(data, ""), said["code"], by=by, at=at)


@transaction.atomic
def start_from_library(text, *, contract, provider, streets, by, at):
    """Begin a draft after a library file: its days move with the term, its parties and areas give way to one's own."""
    document = files.checked(text)
    if document.faults:
        raise Refused("范本读不出来", sorted(document.faults))
    data = dict(document.data)
    first = data["contract"].get("starts_on")
    if first and contract.get("starts_on"):
        data = moved(data, old=first, new=contract["starts_on"])
    published = data["parties"]
    names = {"purchaser": _purchaser().name, "provider": provider.name if provider else ""}
    data = contract_file.renamed(data, {role: name for role, name in names.items() if name and role in published})
    given = {name: contract.get(name) for name in ("code", "title", "short_title", *DAYS)}
    head = {name: value for name, value in data["contract"].items() if name not in ("state", *given)}
    data["contract"] = head | {name: value for name, value in given.items() if value not in (None, "")}
    data["parties"] = {role: party for role, party in data["parties"].items() if role != "provider"} | {
        role: party for role, party in {"provider": data["parties"].get("provider") or {}}.items() if provider
    }
    if provider:
        data["parties"]["provider"] = {**data["parties"]["provider"], "name": provider.name}
    if streets:
        data["areas"] = data.get("areas", {}) | {"districts": area_tree(list(streets))}
    return _start(
        contract_file.written(contract_file.pruned(data, contract_file.FILE), text), given["code"], by=by, at=at
    )


@transaction.atomic
def start_from_text(text, *, provider, by, at):
    """Begin a draft from an uploaded file. Raises Refused with every fault by line; a signed state in it is not taken over."""
    document = files.checked(text)
    if document.faults:
        raise Refused(f"合同文件有 {len(document.faults)} 处错误，没有载入", sorted(document.faults))
    data = {**document.data, "contract": {n: v for n, v in document.data["contract"].items() if n != "state"}}
    names = {"purchaser": _purchaser().name} | ({"provider": provider.name} if provider else {})
    data = contract_file.renamed(data, {role: name for role, name in names.items() if role in data["parties"]})
    text = contract_file.written(contract_file.pruned(data, contract_file.FILE), text)
    return _start(text, data["contract"]["code"], by=by, at=at)


def _purchaser():
    return Organisation.objects.get(kind=Organisation.Kind.PURCHASER)


def _parties(provider):
    parties = {"purchaser": _purchaser(), "provider": provider}
    return {role: {"name": party.name, "short_name": party.short_name} for role, party in parties.items() if party}


def _start(text, code, *, by, at):
    if Contract.objects.filter(code=code).exists():
        raise Refused("没有登记", [f"合同代号 {code} 已使用"])
    return files.load(text, by=by, at=at).contract


@transaction.atomic
def save_section(contract, name, value, *, mark, by, at):
    """Replace one section of a draft contract; the whole file is checked, and loaded whole or not at all.

    `mark` is the sign of the section that the writer saw. Raises Conflict when somebody else has changed it since, Refused
    with every fault (`problems` are faults with the section's paths), and when the contract is at work.
    """
    contract = (
        Contract.objects.select_for_update(of=("self",))
        .select_related("purchaser", "provider", "procurement")
        .get(pk=contract.pk)
    )
    if contract.state != Contract.State.DRAFT:
        raise Refused("合同已在履行，内容的改动须办理变更")
    data, text = queries.draft(contract)
    if queries.mark(data.get(name)) != mark:
        raise Conflict("这一节刚被别人改过")
    data = {section: one for section, one in data.items() if section != name} | ({name: value} if value else {})
    data = contract_file.pruned(_with_labels(data), contract_file.FILE)
    return files.load(contract_file.written(data, text), by=by, at=at).contract


def _with_labels(data):
    """The file also names, in Chinese, the codes that it speaks of and the tenant knows."""
    spoken, labels = mentioned(data), {family: dict(words) for family, words in data.get("labels", {}).items()}
    for row in Label.objects.all():
        if row.code in spoken:
            labels.setdefault(row.family, {}).setdefault(row.code, row.label)
    return data | ({"labels": labels} if labels else {})


@transaction.atomic
def activate_contract(contract, *, by, at):
    """Let a draft be performed: both sides confirm every hard reading, nothing is open; its payments are opened.

    Raises Refused with everything that is missing or while the provider gets no new contract, Conflict when it is no draft any more.
    """
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    if contract.state != Contract.State.DRAFT:
        raise Conflict
    refuse_debarred(contract.provider, on=clock.day_of(at))
    faults = queries.missing(contract)
    if faults:
        raise Refused(f"还缺 {len(faults)} 项，没有启用", faults)
    Contract.objects.filter(pk=contract.pk).update(state=Contract.State.ACTIVE)
    contract.state = Contract.State.ACTIVE
    open_milestones(contract, by=by, at=at)
    measure_again(contract.pk)
    audit.record("contract.activated", by=by, at=at, target=contract)
    return contract
