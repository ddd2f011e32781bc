"""Reads of money: who may see which milestone, the facts of a check, clocks, inboxes, the ledger."""

from payments.queries.access import get_invoice, get_milestone, get_request, may_store_check, visible_milestones
from payments.queries.facts import check_milestone, measured

__all__ = [
    "check_milestone",
    "get_invoice",
    "get_milestone",
    "get_request",
    "may_store_check",
    "measured",
    "visible_milestones",
]
