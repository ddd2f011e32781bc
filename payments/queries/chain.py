"""The contract's chain from signing to the end of its term, with today's place in it, for the contract page."""

from datetime import timedelta

from payments.queries.facts import check_milestone
from payments.queries.standing import standings
from payments.rules import chain as rules


def contract_chain(contract, *, on):
    """(links for the chain tag, the standing of the next milestone or None, its check or None)."""
    rows = standings(
        contract.milestones.select_related("term", "contract__provider", "contract__purchaser", "last_check"), on=on
    )
    following = next((row for row in rows if not row.payment or row.payment.paid_on > on), None)
    check = check_milestone(following.milestone, on=on) if following else None
    return rules.links(_facts(contract, rows, following, check, on)), following, check


def _facts(contract, rows, following, check, on):
    milestones = []
    for row in rows:
        paid = row.payment if row.payment and row.payment.paid_on <= on else None
        milestones.append(
            rules.MilestoneFact(
                pk=str(row.milestone.pk), title=row.milestone.title, amount=row.milestone.amount, triggers=tuple(row.milestone.term.triggers), paid_on=paid.paid_on if paid else None,
                clock=row.clock, check=check if row is following else None,
            )
        )  # fmt: skip
    return rules.ChainFacts(
        contract.signed_on,
        contract.delivery_deadline or contract.ends_on,
        contract.ends_on + timedelta(days=1) if contract.ends_on else None,
        on,
        tuple(milestones),
    )
