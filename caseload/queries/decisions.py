"""What waits for a subdistrict's decision, and what it decided."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from caseload.models import Case, CaseMove, CaseReferral
from caseload.queries.cases import case_limits, case_list, visible_cases
from caseload.rules import cases as case_rules
from tenancy import workdays
from tenancy.permissions import Permission, allows


@dataclass(frozen=True)
class Waiting:
    """A case that waits for the subdistrict, with its age in working days and the limit if the contract sets one."""

    case: Case
    handed_on: date
    age: int
    limit: int | None
    overdue: int
    referral: CaseReferral | None = None

    @property
    def subject(self):
        """What is asked: intake, closure or referral. A case waits for one of them at a time."""
        if self.referral is not None:
            return "referral"
        return "closure" if self.case.state == case_rules.CLOSURE_SUBMITTED else "intake"


def awaiting_decision(member, *, on):
    """What waits for the member's subdistrict, the longest waiting first; empty for everybody else."""
    if not allows(member, Permission.CASE_APPROVE):
        return []
    waiting = CaseReferral.objects.filter(state=CaseReferral.State.SUBMITTED).select_related("paper")
    referrals = {row.case_id: row for row in waiting}
    asked = Q(state__in=list(case_rules.AWAITING)) | Q(pk__in=list(referrals))
    cases = list(case_list(visible_cases(member, on).filter(asked)))
    limits, calendar = case_limits({case.contract_id for case in cases}), workdays.calendar()
    found = [
        _waiting(case, referrals.get(case.pk), limits.get(case.contract_id, {}).get("case.decision"), calendar, on)
        for case in cases
    ]
    return sorted(found, key=lambda row: (row.handed_on, row.case.number))


def _waiting(case, referral, limit, calendar, on):
    handed_on = referral.handed_on if referral else case.handed_on
    due = case_rules.last_day(handed_on, limit, calendar) if limit else None
    return Waiting(
        case=case, handed_on=handed_on, age=max(0, calendar.between(handed_on, on)), limit=limit.within if limit else None,
        overdue=max(0, calendar.between(due, on)) if due else 0, referral=referral,
    )  # fmt: skip


def decided_by(member, *, limit=50):
    """The last decisions of the member's office on cases, newest first."""
    rows = CaseMove.objects.filter(by__organisation_id=member.organisation_id, verb__in=case_rules.DECISIONS)
    return rows.select_related("case", "case__person", "case__area", "by__account").order_by("-at", "-id")[:limit]
