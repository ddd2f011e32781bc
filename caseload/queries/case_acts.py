"""Reads of what happens beside and after the stages: reviews, referrals, follow-ups, the chain of reopened cases."""

from dataclasses import dataclass

from django.http import Http404

from caseload.models import Case, CaseFollowUp, CaseReferral, CaseReview
from caseload.queries.cases import case_limits, case_list, visible_cases
from caseload.rules import cases as case_rules
from tenancy import workdays


def reviews_of(case):
    """The supervisor's reviews of the case, oldest first."""
    return CaseReview.objects.filter(case=case).select_related("by__account")


def referrals_of(case):
    """The referrals of the case, oldest first."""
    return CaseReferral.objects.filter(case=case).select_related("decided_by__account", "by__account", "paper")


def referral_of(paper):
    """The referral that a paper asked for, or None."""
    return CaseReferral.objects.filter(paper=paper).first()


def get_referral(member, pk, *, on):
    """A referral of a case that the member may see, or 404; who may write is asked of the case."""
    rows = CaseReferral.objects.select_related("case__contract", "case__person", "case__street", "case__area", "paper")
    referral = rows.filter(pk=pk, case__in=visible_cases(member, on).order_by().values("pk")).first()
    if referral is None:
        raise Http404
    return referral


def follow_ups_of(case):
    """The visits and calls after the closure, oldest first."""
    return CaseFollowUp.objects.filter(case=case).select_related("by__account", "paper")


def reopened_as(case):
    """The case that takes this one up again, or None; an attempt that was refused or withdrawn does not count."""
    gone = [case_rules.REFUSED, case_rules.WITHDRAWN]
    return Case.objects.filter(reopens=case).exclude(state__in=gone).first()


def to_follow_up(cases):
    """Those of some cases that are closed and not taken up again: the ones that are visited for half a year to a year."""
    again = Case.objects.filter(reopens__isnull=False).exclude(state__in=[case_rules.REFUSED, case_rules.WITHDRAWN])
    return cases.filter(state=case_rules.CLOSED).exclude(pk__in=again.values("reopens"))


@dataclass(frozen=True)
class ReviewDue:
    """A running case with the clock of its supervisor's review."""

    case: Case
    due: case_rules.Due


def reviews_due(member, *, on, calendar=None, contracts=None):
    """The running cases that the member sees, each with the clock of its next review, the one that ends first at the head.

    Two statements and the calendar, however many cases. Who shows them decides how far ahead.
    """
    rows = visible_cases(member, on).filter(state=case_rules.OPEN, planned_on__isnull=False)
    if contracts is not None:
        rows = rows.filter(contract__in=contracts)
    cases = list(case_list(rows))
    limits, calendar = case_limits({case.contract_id for case in cases}), calendar or workdays.calendar()
    found = []
    for case in cases:
        due = case_rules.review_due(case_rules.deadlines(case, limits.get(case.contract_id, {}), calendar, on=on))
        found += [ReviewDue(case, due)] if due else []
    return sorted(found, key=lambda row: (row.due.due, row.case.number))
