"""The agency's right to state its opinion on a failed acceptance (合同第九条第二款), and the purchaser's answer."""

from django.db import transaction

from evaluations.models import Acceptance, AcceptanceAppeal
from evaluations.rules import checklist as rules
from tenancy import audit
from tenancy.problems import Conflict, Refused


@transaction.atomic
def appeal(acceptance, *, words, by, at):
    """State the agency's opinion on the conclusion of a failed round, once; it changes neither the result nor the limit.

    Refused for a round that has not failed, for a second time, and once the next round has been asked for.
    """
    acceptance = Acceptance.objects.select_for_update(of=("self",)).select_related("contract").get(pk=acceptance.pk)
    if by.organisation_id != acceptance.contract.provider_id:
        raise Refused("申述意见由乙方提出")
    problem = rules.appeal_problem(
        result=acceptance.result,
        words=words,
        has_appeal=acceptance.appeals.exists(),
        has_later_round=acceptance.contract.acceptances.filter(round__gt=acceptance.round).exists(),
    )
    if problem:
        raise Refused(problem)
    made = AcceptanceAppeal.objects.create(acceptance=acceptance, words=words.strip(), made_by=by, made_at=at)
    audit.record("acceptance.appealed", by=by, at=at, target=acceptance, round=acceptance.round)
    return made


@transaction.atomic
def reply_appeal(appeal, *, reply, by, at):
    """Answer an appeal, once. Refused without words or when it has been answered."""
    appeal = AcceptanceAppeal.objects.select_for_update(of=("self",)).select_related("acceptance").get(pk=appeal.pk)
    if appeal.replied_at is not None:
        raise Conflict("这份申述已答复")
    if not reply.strip():
        raise Refused("须写明答复")
    AcceptanceAppeal.objects.filter(pk=appeal.pk).update(reply=reply.strip(), replied_by=by, replied_at=at)
    audit.record("acceptance.appeal_answered", by=by, at=at, target=appeal.acceptance, round=appeal.acceptance.round)
    appeal.refresh_from_db()
    return appeal
