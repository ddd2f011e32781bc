"""Keeping the score of a concluded evaluation, and making a wrong one void."""

from django.db import transaction

from contracts.models import Label
from evaluations.models import Score, ScoreMove
from evaluations.rules import scores as rules
from services.actions.measuring import measure_again
from tenancy import audit, clock
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused


@transaction.atomic
def record_score(contract, *, kind, score, concluded_on, by, at, title="", area=None, facts=None, file=None, papers=()):
    """Keep the score of a concluded evaluation, by the purchaser; it is final and counts at once. Returns the Score.

    `kind` is a code of the label family `score`, `score` a Decimal in points, `concluded_on` the day of the conclusion.
    """
    if contract.purchaser_id != by.organisation_id or not allows(by, Permission.ACCEPTANCE_ORGANISE):
        raise Refused("评估得分由经办人登记")
    known = set(Label.objects.filter(family=Label.Family.SCORE).values_list("code", flat=True))
    # A stage of the contract's own evaluations is known without a word of the tenant for it.
    known |= {row["stage"] for row in contract.terms.get("evaluations", [])} if known else set()
    problems = rules.score_problems(
        kind=kind, known_kinds=known, score=score, concluded_on=concluded_on, today=clock.day_of(at)
    )
    if problems:
        raise Refused("没有登记", problems)
    row = Score.objects.create(
        contract=contract, kind=kind, title=title.strip()[:80], area=area, street_id=(area.street_id or area.pk) if area else None, score=score,
        concluded_on=concluded_on, facts=facts or {}, papers=sorted(set(papers)), file=file, recorded_by=by, recorded_at=at,
    )  # fmt: skip
    ScoreMove.objects.create(score=row, verb="record", by=by, at=at)
    audit.record("score.record", by=by, at=at, target=row, contract=contract.code, kind=kind, score=str(score))
    measure_again(contract.pk)
    return row


@transaction.atomic
def void_score(row, *, reason, by, at):
    """Take a wrong score out of every number, with the reason; the right one is recorded anew."""
    row = Score.objects.select_for_update(of=("self",)).select_related("contract").get(pk=row.pk)
    if row.contract.purchaser_id != by.organisation_id or not allows(by, Permission.ACCEPTANCE_ORGANISE):
        raise Refused("评估得分由经办人作废")
    if not reason.strip():
        raise Refused("作废须写明原因")
    if not Score.objects.filter(pk=row.pk, state=rules.FINAL).update(
        state=rules.VOID, void_reason=reason.strip()[:400]
    ):
        raise Conflict("这个得分已作废")
    row.refresh_from_db()
    ScoreMove.objects.create(score=row, verb="void", by=by, at=at, reason=row.void_reason)
    audit.record("score.void", by=by, at=at, target=row, reason=row.void_reason)
    measure_again(row.contract_id)
    return row
