"""Decisions about money, pure: instalments, the explained check, the way of a request, the payment clock, invoices."""
