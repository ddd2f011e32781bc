"""The contract's own sections of a contract file: read, check, load, export. config/contract_file.py puts all sections together."""

from dataclasses import replace

from contracts.contract_file.comparing import Difference, compare, entries, told
from contracts.contract_file.export import dated, pruned, sections, source_of, written
from contracts.contract_file.loading import check_tenant, digest_of, load, loaded_already, renamed
from contracts.contract_file.reading import Document, Fault, read
from contracts.contract_file.schema import schema
from contracts.contract_file.sense import check_sense
from contracts.contract_file.shape import FILE, check_shape

__all__ = [
    "FILE",
    "Difference",
    "Document",
    "Fault",
    "area_tree",
    "check",
    "check_tenant",
    "compare",
    "dated",
    "digest_of",
    "entries",
    "load",
    "loaded_already",
    "pruned",
    "read",
    "renamed",
    "schema",
    "sections",
    "source_of",
    "told",
    "written",
]


def check(document, *, triggers=None):
    """Note every fault of the contract's own sections; `triggers` are the payment events that are known.

    Returns the document with only what is sound in itself, for the checks of other sections; its faults are the same list.
    """
    sound = check_shape(document) if document.data else {}
    if sound:
        check_sense(document, sound, triggers=triggers)
    return replace(document, data=sound)


def area_tree(text):
    """The areas of a file as tenancy.actions.open_bureau takes them: {district: {subdistrict: [community, …]}}."""
    return read(text).section("areas", {}).get("districts", {})
