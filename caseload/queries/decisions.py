"""What waits for a subdistrict's decision, and what it decided."""

from dataclasses import dataclass
from datetime import date

from caseload.models import (
    Case,
    CaseMove,
)
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

    @property
    def is_closure(self):
        return self.case.state == case_rules.CLOSURE_SUBMITTED


def awaiting_decision(member, *, on):
    """What waits for the member's subdistrict, the longest waiting first; empty for everybody else."""
    if not allows(member, Permission.CASE_APPROVE):
        return []
    rows = case_list(visible_cases(member, on).filter(state__in=list(case_rules.AWAITING))).order_by(
        "handed_on", "number"
    )
    cases = list(rows)
    limits, calendar = case_limits({case.contract_id for case in cases}), workdays.calendar()
    return [_waiting(case, limits.get(case.contract_id, {}).get("case.decision"), calendar, on) for case in cases]


def _waiting(case, limit, calendar, on):
    due = case_rules.last_day(case.handed_on, limit, calendar) if limit else None
    return Waiting(
        case=case, handed_on=case.handed_on, age=max(0, calendar.between(case.handed_on, on)),
        limit=limit.within if limit else None, overdue=max(0, calendar.between(due, on)) if due else 0,
    )  # fmt: skip


def decided_by(member, *, limit=50):
    """The last decisions of the member's office on cases, newest first."""
    verbs = ["approve_intake", "return_intake", "refuse_intake", "approve_closure", "return_closure", "refuse_closure"]
    rows = CaseMove.objects.filter(by__organisation_id=member.organisation_id, verb__in=verbs)
    return rows.select_related("case", "case__person", "case__area", "by__account").order_by("-at", "-id")[:limit]
