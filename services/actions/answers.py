"""Questionnaires of served people: one row each, taken down by whoever collected it."""

from decimal import Decimal

from django.db import transaction

from caseload.actions.papers import file_form
from caseload.rules.forms import satisfaction
from services.actions.measuring import measure_again
from services.models import Answer
from tenancy import audit
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused

MOST = Decimal(100)


@transaction.atomic
def record_answer(
    contract,
    *,
    day,
    by,
    at,
    kind="satisfaction",
    case=None,
    person=None,
    area=None,
    satisfied=None,
    score=None,
    facts=None,
    papers=(),
):
    """Take down one questionnaire; returns the Answer. `satisfied` and `score` may be open, not both.

    With a case, its person and community are taken from it. `papers` are the codes of those that lie with it.
    """
    if contract.provider_id != by.organisation_id or not allows(by, Permission.RECORD_WRITE):
        raise Refused("只有承接本合同的机构可以登记问卷")
    if case is not None:
        person, area = case.person, case.area
    problems = []
    if day > day_of(at):
        problems.append("填写日期不得晚于今天")
    if case is not None and case.contract_id != contract.pk:
        problems.append("个案不在本合同内")
    if satisfied is None and score is None:
        problems.append("未填是否满意，也未填评分")
    if score is not None and not 0 <= score <= MOST:
        problems.append("评分须在 0 到 100 之间")
    if problems:
        raise Refused("没有登记", problems)
    street = (area.street_id or area.pk) if area else None
    row = Answer.objects.create(
        contract=contract, kind=kind, person=person, case=case, area=area, street_id=street, day=day, score=score, satisfied=satisfied,
        facts={**(facts or {}), **({"papers": sorted(set(papers))} if papers else {})}, collected_by=by, created_at=at,
    )  # fmt: skip
    audit.record("answer.record", by=by, at=at, target=row, kind=kind)
    measure_again(contract.pk)
    return row


@transaction.atomic
def file_satisfaction(case, *, answers, on, by, at):
    """File a case's 满意度调查表 and take it down as an answer; returns the Answer.

    Satisfied is 总体满意度 满意 or better. Raises Refused with everything that is missing at once.
    """
    paper = file_form(case, "satisfaction", answers=answers, on=on, by=by, at=at)
    return record_answer(
        case.contract, case=case, day=paper.filled_on, satisfied=satisfaction.is_content(answers),
        score=Decimal(answers["score"]) if answers.get("score") else None, facts={"mode": answers["mode"]}, by=by, at=at,
    )  # fmt: skip


def keep_response(contract, *, kind, day, street, satisfied, score, facts, at):
    """An answer of a survey, of whoever ran it: it names nobody and nobody took it down. Returns the Answer.

    The caller has decided that it is valid and counts, writes the trail, and stands in a transaction. The measurement is
    marked by the database and made by the minute's run: two hundred answers at once ask for one, not for two hundred.
    """
    return Answer.objects.create(
        contract=contract, kind=kind, area=None, street=street, day=day, score=score, satisfied=satisfied, facts=facts, created_at=at
    )  # fmt: skip


def void_response(answer):
    """An answer of a survey doesn't count any more; its original, the reason and the trail are the caller's."""
    Answer.objects.filter(pk=answer.pk).update(state="void")
