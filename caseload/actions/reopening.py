"""A closed case taken up again: a new case that names the former one, so that the chain is read both ways (指南 结案（6）)."""

from django.db import transaction

from caseload import queries
from caseload.actions.case_moves import move
from caseload.actions.cases import start_case
from caseload.actions.papers import draft
from caseload.rules import cases as rules
from tenancy.problems import Refused


@transaction.atomic
def reopen_case(case, *, reason, worker, identified_on, by, at, is_crisis=False):
    """Take a closed case up again as a new one that names it; returns the new Case (指南 结案（6）).

    The new case goes through intake and the subdistrict's approval like any other. The former intake comes along as a draft,
    without the community's opinion, which is asked for anew. Raises Refused while the person has an unfinished case.
    """
    if case.closed_on and identified_on < case.closed_on:
        raise Refused(f"个案 {case.closed_on} 结案，重新开案不得更早")
    former = move(case, "reopen", by=by, at=at, reason=reason, next_follow_up_on=None)
    made = start_case(
        person=former.person, worker=worker, identified_on=identified_on, is_crisis=is_crisis, source=rules.REOPENED,
        problem=former.problem.reveal(), kind=former.kind, reopens=former, by=by, at=at,
    )  # fmt: skip
    answers = queries.last_answers(former, "intake")
    answers.pop("community_opinion", None)
    if answers:
        draft(made, "intake", answers, identified_on, by=by, at=at)
    return made
