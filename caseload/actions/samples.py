"""Drawing a sample of cases for an evaluator, taking it back, and opening one case of it."""

import secrets

from django.db import transaction

from caseload.models import SampledCase, SampleGrant
from caseload.queries import samples as reads
from caseload.rules import samples as rules
from tenancy import audit
from tenancy.problems import Conflict, Refused


@transaction.atomic
def draw_sample(contract, *, organisation, purpose, count, from_day, to_day, by, at, membership=None, seed=""):
    """Open `count` cases of the contract, drawn by lot, to an evaluator under numbers; returns the SampleGrant.

    With the seed that is kept the draw can be made again. Raises Refused with everything that is wrong at once.
    """
    pool = list(reads.drawable(contract).order_by("pk").values_list("pk", flat=True))
    faults = rules.faults(count, len(pool), from_day, to_day)
    if membership is not None and membership.organisation_id != organisation.pk:
        faults.append("评估员不在这个评估机构")
    if organisation.kind != organisation.Kind.EVALUATOR:
        faults.append("只能向评估机构开放样本")
    if faults:
        raise Refused("没有抽样", faults)
    grant = SampleGrant.objects.create(
        contract=contract, organisation=organisation, membership=membership, purpose=purpose.strip()[:100], from_day=from_day,
        to_day=to_day, seed=seed or secrets.token_hex(8), drawn_from=len(pool), made_by=by, made_at=at,
    )  # fmt: skip
    drawn = rules.draw(pool, count, grant.seed)
    SampledCase.objects.bulk_create(
        SampledCase(grant=grant, case_id=case_id, number=number) for number, case_id in enumerate(drawn, 1)
    )
    audit.record("sample.drawn", by=by, at=at, target=grant, contract=contract.code, cases=len(drawn), of=len(pool))
    return grant


@transaction.atomic
def end_sample(grant, *, by, at):
    """Close a sample before its last day."""
    if not SampleGrant.objects.filter(pk=grant.pk, ended_at__isnull=True).update(ended_at=at, ended_by=by):
        raise Conflict("样本已收回")
    audit.record("sample.ended", by=by, at=at, target=grant)


@transaction.atomic
def open_sample(sample, *, by, at):
    """Remember who opened which case of a sample, before anything of it is shown."""
    audit.record(
        "sample.opened", by=by, at=at, target=sample, fields_seen=["case.words"], grant=str(sample.grant_id), purpose=sample.grant.purpose
    )  # fmt: skip
