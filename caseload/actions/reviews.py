"""The supervisor looks at a case whose intervention has run for long, and decides how it goes on (指南 介入（1）)."""

from django.db import transaction

from caseload import queries
from caseload.actions.case_moves import move, open_case, past_day
from caseload.models import CaseReview
from caseload.rules import cases as rules
from tenancy.problems import Refused


@transaction.atomic
def review_case(case, *, decision, opinion, on, by, at, next_on=None):
    """Keep a supervisor's review: one of REVIEW_DECISIONS, his opinion, the day of the next one. Returns the CaseReview.

    It stops the clock of the review and starts the next. Nobody reviews a case of his own. Raises Refused with everything
    that is missing at once.
    """
    locked = open_case(case, "review", by=by)
    if locked.worker_id == by.pk:
        raise Refused("自己负责的个案须由其他督导审核")
    gaps = rules.review_gaps(
        locked, decision=decision, opinion=opinion, on=past_day(on, at=at), next_on=next_on
    )  # fmt: skip
    if gaps:
        raise Refused("还不能提交审核", gaps)
    running = rules.review_due(queries.case_deadlines(locked, on=on))
    reason = rules.REVIEW_DECISIONS[decision]
    moved = move(case, "review", by=by, at=at, reason=reason, reviewed_on=on, next_review_on=next_on)
    return CaseReview.objects.create(
        case=moved, reviewed_on=on, due_on=running.due if running else None, decision=decision, opinion=opinion.strip()[:2000],
        next_on=next_on, by=by, created_at=at,
    )  # fmt: skip
