"""Lists show at once what a decision on a contract's consequences makes of its payments."""

from evaluations.actions.consequences import on_payment_change
from payments.actions.milestones import check_contract


@on_payment_change
def check_again(contract, *, by, at):
    """Check the contract's open milestones anew, in the transaction of the decision."""
    check_contract(contract, at=at)
