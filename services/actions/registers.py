"""Writes on registers that indicators count: caseload's acts, and the contract is measured again afterwards."""

from django.db import transaction

from caseload.actions import registers
from services.actions.measuring import measure_again


@transaction.atomic
def enter_register(contract, *, kind, from_day, by, at, **who):
    """Put a household or something named by its label on a register of the contract; `who` as caseload's put_on_register."""
    entry = registers.put_on_register(contract=contract, kind=kind, from_day=from_day, by=by, at=at, **who)
    measure_again(contract.pk)
    return entry


@transaction.atomic
def leave_register(entry, *, to_day, by, at):
    """Take an entry off its register after its last day."""
    registers.leave_register(entry, to_day=to_day, by=by, at=at)
    measure_again(entry.contract_id)


@transaction.atomic
def set_facts(entry, *, facts, papers, by, at):
    """Change what is counted of an entry, and which of its papers are there (None: as they are)."""
    registers.set_register_facts(entry, facts=facts, papers=papers, by=by, at=at)
    measure_again(entry.contract_id)
