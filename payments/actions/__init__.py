"""Every write on money: milestones and their checks, requests and approvals, the payment, invoices."""

from payments.actions.milestones import open_milestones

__all__ = ["open_milestones"]
