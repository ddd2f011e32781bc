"""What passes between the parties of a contract: seen by the purchaser, its auditors and the contract's own agency, by nobody else."""

from django.http import Http404

from contracts.queries import get_contract, visible_contracts
from tenancy.permissions import ROLES


def dealings(rows, member, *, on):
    """Of rows with a `contract`, those of contracts to which the member is a party, or which it audits.

    An agency that may read another's contract, a subdistrict and an evaluator have no part in them.
    """
    return rows.filter(contract__in=visible_contracts(member, on=on, money=True).order_by().values("pk"))


def get_dealing(rows, member, pk, *, on):
    """One of these rows with its contract and parties, or 404."""
    row = (
        dealings(rows, member, on=on).select_related("contract__purchaser", "contract__provider").filter(pk=pk).first()
    )
    if row is None:
        raise Http404
    return row


def get_own_contract(member, pk, *, on):
    """A contract to which the member is a party, or which it audits, or 404."""
    return get_contract(member, pk, on=on, money=True)


def deals(member, contract):
    """Whether the member is of one of the contract's sides, or audits it."""
    side = ROLES[member.role].side
    return side in ("purchaser", "audit") or (side == "provider" and contract.provider_id == member.organisation_id)


def is_purchaser(member):
    return ROLES[member.role].side == "purchaser"


def is_provider(member, contract):
    return ROLES[member.role].side == "provider" and contract.provider_id == member.organisation_id


def events(moves, words):
    """Moves as a timeline tells them, newest first: `words` is {verb: Chinese}."""
    return [
        {"at": move.at, "text": words.get(move.verb, move.verb), "by": str(move.by or ""), "note": move.reason}
        for move in moves
    ][::-1]
