"""Invented identity numbers with a correct check digit; the region 990000 exists nowhere."""

from datetime import date

from tenancy.rules import id_number_check


def id_number(birth=date(1962, 3, 4), serial=1, *, male=True):
    """A number of a person who doesn't exist; `serial` (0 to 499) tells people of one birthday apart."""
    first = f"990000{birth:%Y%m%d}{serial * 2 + (1 if male else 0):03d}"
    return first + id_number_check(first)
