"""The contract's own sections of a contract file: read, check, load, export. config/contract_file.py puts all sections together."""

from contracts.contract_file.export import pruned, sections, source_of, written
from contracts.contract_file.loading import check_tenant, digest_of, load, loaded_already, renamed
from contracts.contract_file.reading import Document, Fault, read
from contracts.contract_file.sense import check_sense
from contracts.contract_file.shape import FILE, check_shape

__all__ = ["FILE", "Document", "Fault", "area_tree", "check", "check_tenant", "digest_of", "load", "loaded_already", "pruned", "read", "renamed", "sections", "source_of", "written"]


def check(document, *, triggers=None):
    """Note every fault of the contract's own sections; `triggers` are the payment events that are known."""
    if document.data:
        check_sense(document, check_shape(document), triggers=triggers)


def area_tree(text):
    """The areas of a file as tenancy.actions.open_bureau takes them: {district: {subdistrict: [community, …]}}."""
    return read(text).section("areas", {}).get("districts", {})
