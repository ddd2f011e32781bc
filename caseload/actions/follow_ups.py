"""After the closure: visits and calls for half a year to a year (指南 结案（5）（6）)."""

from datetime import date

from django.db import transaction

from caseload.actions.case_moves import lay_paper, move, past_day
from caseload.models import CaseFollowUp
from caseload.rules import cases as rules
from caseload.rules import forms
from tenancy.problems import Refused


@transaction.atomic
def record_follow_up(case, *, answers, on, by, at):
    """Keep a visit or call after the closure with its whole form (个案跟进/回访记录); returns the CaseFollowUp.

    The form says when the next one comes, whether a crisis was met and reported, and whether the case must be reopened.
    """
    data = forms.answers("follow_up", answers)
    next_on = _day(data.get("next_on"))
    lacks = forms.gaps("follow_up", data)
    gaps = [f"个案跟进/回访记录未填：{'、'.join(lacks)}"] if lacks else []
    gaps += rules.follow_up_gaps(case, on=past_day(on, at=at), next_on=next_on)
    if gaps:
        raise Refused("还不能提交", gaps)
    moved = move(case, "follow_up", by=by, at=at, papers=("follow_up",), next_follow_up_on=next_on)
    paper = lay_paper(moved, "follow_up", on, data, None, by=by, at=at)
    return CaseFollowUp.objects.create(
        case=moved, paper=paper, visited_on=on, next_on=next_on, by=by, created_at=at, **rules.follow_up_facts(data)
    )


def _day(text):
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused("下次回访日期写成 2025-01-31 这样") from None
