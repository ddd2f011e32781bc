"""A contract file as a whole: each app checks, loads and exports its own sections; here they become one file and one transaction.

docs/contract-file.md tells the format. The command is `manage.py contract check|load|export`.
"""

from dataclasses import dataclass

from django.db import transaction

from contracts import contract_file
from contracts.models import Contract
from evaluations import contract_section as evaluation_section
from evaluations.rules.scheme_schema import MARKING
from payments.actions import open_milestones
from payments.rules.conditions import TRIGGERS
from services import contract_comparing, contract_schema, contract_section
from tenancy import scope
from tenancy.problems import Refused


@dataclass(frozen=True)
class Loaded:
    """What a load came to; `is_new` is false when exactly this file was loaded before, and nothing was changed."""

    contract: Contract
    is_new: bool


def checked(text):
    """Read and check a file without a tenant; its faults, all at once and by line, are in `document.faults`."""
    document = contract_file.read(text)
    sound = contract_file.check(document, triggers=TRIGGERS)
    contract_section.check(sound)
    evaluation_section.check(sound)
    document.faults = sorted(set(document.faults))
    return document


def check(text, *, parties=None):
    """All faults of a file, by line; inside a tenant's scope also what that tenant does not know."""
    document = checked(text)
    if not document.faults and scope.is_open():
        contract_file.check_tenant(document, contract_file.renamed(document.data, parties))
    return sorted(document.faults)


@transaction.atomic
def load(text, *, by, at, parties=None):
    """Load a file into the open tenant, whole or not at all; returns Loaded.

    `parties` puts other names in the place of the published ones: {"purchaser": …, "provider": …, "agent": …}; purchaser
    and provider have to be organisations of the tenant. Raises Refused with every fault, or when the contract is being
    performed already and the file differs from the one that was loaded.
    """
    document = checked(text)
    if not document.faults:
        data, digest = contract_file.renamed(document.data, parties), contract_file.digest_of(text, parties)
        contract_file.check_tenant(document, data)
    if document.faults:
        raise Refused(f"合同文件有 {len(document.faults)} 处错误，没有载入", sorted(document.faults))
    contract = contract_file.loaded_already(data, digest)
    if contract is not None:
        return Loaded(contract, is_new=False)
    contract = contract_file.load(data, text=text, digest=digest, by=by, at=at)
    contract_section.load(contract, data, by=by, at=at)
    evaluation_section.load(contract, data, by=by, at=at)
    if contract.state == Contract.State.ACTIVE:
        open_milestones(contract, by=by, at=at)
    return Loaded(contract, is_new=True)


def compare(before, after):
    """All differences of two files' texts, section by section. Raises Refused with every fault of the first one that has any."""
    documents = [checked(text) for text in (before, after)]
    for name, document in zip(("原文件", "新文件"), documents, strict=True):
        if document.faults:
            raise Refused(f"{name}有 {len(document.faults)} 处错误，先改正再比较", document.faults)
    found = contract_file.compare(*(document.data for document in documents))
    changes = contract_comparing.compare(*documents, contract_file.entries, contract_file.told)
    return found + [contract_file.Difference("指标", sign, name, tuple(lines)) for sign, name, lines in changes]


def schema():
    """The form of a contract file as JSON Schema, for editors; docs/contract-file.schema.json is this."""
    return contract_file.schema(contract_schema.sections, contract_schema.DEFINITIONS | {"marking": MARKING})


def export(contract):
    """The contract as a file: the last one loaded, with what has changed since."""
    text = contract_file.source_of(contract)
    source = contract_file.read(text).data if text else {}
    return contract_file.written(sections(contract, source), text)


def sections(contract, source):
    """All sections as the tables have them now, without what says nothing; `source` is the last file's data."""
    services = contract_section.export(contract)
    named = [kind.get("code") for kind in source.get("activity_kinds", [])]
    if named:  # kinds, and their order on the phone, are shared by a tenant's contracts; a file speaks of its own in its own order
        known = {kind["code"]: kind for kind in services["activity_kinds"]}
        services["activity_kinds"] = [known[code] for code in named if code in known]
    own = evaluation_section.export(contract, contract_file.sections(contract, source), source)
    return own | contract_file.pruned(contract_file.dated(services))
