"""Indicators follow the reading that was chosen for an unclear place of the contract: 按每个街道 or 按整包."""

from django.db import transaction

from contracts.actions import on_decision
from contracts.models import Contract, OpenReading
from services.actions.indicators import save_indicators
from services.indicators.drafting import definition_of
from services.rules.alternatives import apply
from tenancy.problems import Refused


@on_decision
@transaction.atomic
def follow(reading, *, by, at):
    """Bring the contract's indicators to the choice: what an earlier choice changed goes back, what this one says is set.

    Raises Refused when the contract is being performed already and an indicator would change.
    """
    wanted = reading.sets.get(reading.decision, {})
    if not wanted and not reading.undo:
        return
    contract = Contract.objects.select_for_update().get(pk=reading.contract_id)
    definitions = [definition_of(row) for row in contract.indicators.all()]
    after, undo = apply(apply(definitions, reading.undo)[0], wanted)
    if after != definitions:
        if contract.state != Contract.State.DRAFT:
            codes = [new["id"] for new, old in zip(after, definitions, strict=True) if new != old]
            raise Refused("合同已在履行，这一处理会改动指标，没有选定", [f"先办理变更：{'、'.join(codes)}"])
        save_indicators(contract, after, by=by, at=at)
    OpenReading.objects.filter(pk=reading.pk).update(undo=undo)


def as_decided(contract, definitions):
    """A file's definitions as the contract's decided readings have them, for loading a draft again."""
    for reading in contract.openreadings.exclude(decision=""):
        definitions, undo = apply(definitions, reading.sets.get(reading.decision, {}))
        OpenReading.objects.filter(pk=reading.pk).update(undo=undo)
    return definitions


def as_filed(contract, definitions):
    """The contract's definitions as its file has them: decisions belong to the tables."""
    for reading in contract.openreadings.all():
        definitions = apply(definitions, reading.undo)[0]
    return definitions
