"""The tables of docs/algorithms/payments.md say what the rules do."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.conf import settings

from payments.rules import clock
from payments.rules.instalments import instalments
from tenancy import workdays


def table(name):
    """The rows of a marked table of the page, as lists of texts."""
    page = (settings.BASE_DIR / "docs" / "algorithms" / "payments.md").read_text(encoding="utf-8")
    lines = page.split(f"<!-- table: {name} -->\n")[1].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize(("name", "amount", "shares", "told"), table("instalments"))
def test_instalments_are_as_told(name, amount, shares, told):
    terms = [(D(share), None) for share in shares.split(", ")]
    if told == "refused":
        with pytest.raises(ValueError):
            instalments(D(amount), terms)
    else:
        assert instalments(D(amount), terms) == [D(part) for part in told.split(", ")]


@pytest.mark.parametrize(("event", "limit", "returned", "again", "due", "provisional"), table("due"))
def test_due_days_are_as_told(act, event, limit, returned, again, due, provisional):
    start, (within, unit) = date.fromisoformat(event), limit.split()
    pauses = [(date.fromisoformat(returned), date.fromisoformat(again))] if returned else []
    on = date.fromisoformat(again) if again else start
    running = clock.read(
        event="contract_signed",
        start=start,
        within=int(within),
        unit=unit,
        pauses=pauses,
        paid_on=None,
        on=on,
        calendar=workdays.calendar(),
    )
    assert (running.due_on, running.is_provisional) == (date.fromisoformat(due), provisional == "yes")
