"""Every write on money: milestones and their checks, requests and approvals, the payment, invoices."""

from payments.actions.milestones import open_milestones
from payments.actions.stops import check_again

__all__ = ["check_again", "open_milestones"]
