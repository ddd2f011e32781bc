"""Writes on people in post that indicators count: the contracts' act, and the contract is measured again afterwards."""

from django.db import transaction

from contracts.actions import describe_staff_post
from services.actions.measuring import measure_again


@transaction.atomic
def describe_post(row, *, by, at, **known):
    """Say what is counted of a person in post; `known` as contracts' describe_staff_post takes it."""
    row = describe_staff_post(row, by=by, at=at, **known)
    measure_again(row.contract_id)
    return row
