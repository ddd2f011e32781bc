"""Reads of cases, their deadlines and their files."""

import json
from dataclasses import dataclass

from django.db.models import Count
from django.http import Http404

from caseload.models import (
    Case,
    CaseMove,
    CasePaper,
    CaseReferral,
)
from caseload.queries.access import may_write, one_of, visible_to
from caseload.rules import cases as case_rules
from caseload.rules import forms
from contracts.models import Deadline
from tenancy import workdays
from tenancy.permissions import Permission, allows


def visible_cases(member, on):
    """The cases that the member may see on the day."""
    return visible_to(Case.objects.all(), member, on=on)


def get_case(member, pk, *, on):
    """A case that the member may see, with everything its page names, or 404."""
    rows = visible_cases(member, on).select_related(
        "contract",
        "contract__provider",
        "household",
        "person",
        "area",
        "street",
        "worker",
        "worker__account",
        "worker__organisation",
        "reopens",
    )
    return one_of(rows, pk)


def case_list(cases):
    """Cases with what a list shows of them."""
    return cases.select_related("person", "area", "street", "worker__account", "worker__organisation", "contract")


def handles(member, case):
    """Whether the member handles the case, and so sees its name and words in full.

    Its worker, those who answer for the agency's work (manager, supervisor, quality control), and the officer of its street.
    """
    if allows(member, Permission.CASE_APPROVE):
        return member.organisation.area_id == case.street_id
    if not may_write(member, case.contract) or not allows(member, Permission.PERSON_REVEAL):
        return False
    return (
        case.worker_id == member.pk
        or allows(member, Permission.RECORD_VERIFY)
        or allows(member, Permission.REPORT_WRITE)
    )


def case_limits(contracts):
    """{contract id: {step: Limit}} of the clocked steps of cases, in one statement."""
    found = {}
    rows = Deadline.objects.filter(contract__in=contracts, step__startswith="case.", within__isnull=False)
    for contract_id, step, within, unit, title in rows.values_list("contract_id", "step", "within", "unit", "title"):
        found.setdefault(contract_id, {})[step] = case_rules.Limit(within, unit, title)
    return found


def case_deadlines(case, *, on):
    """The clocked steps of one case on the day (caseload.rules.cases.deadlines)."""
    limits = case_limits([case.contract_id]).get(case.contract_id, {})
    return case_rules.deadlines(case, limits, workdays.calendar(), on=on)


@dataclass(frozen=True)
class Listed:
    """A case in a list, with its deadlines on the day."""

    case: Case
    dues: list
    next: case_rules.Due | None


def with_deadlines(cases, *, on, calendar=None):
    """Cases (a list) with their deadlines: two statements for the limits and the calendar, however many cases."""
    limits = case_limits({case.contract_id for case in cases})
    calendar = calendar or workdays.calendar()
    listed = []
    for case in cases:
        dues = case_rules.deadlines(case, limits.get(case.contract_id, {}), calendar, on=on)
        listed.append(Listed(case, dues, case_rules.next_due(dues)))
    return listed


def case_history(case):
    """The case's moves with their people, oldest first."""
    return CaseMove.objects.filter(case=case).select_related("by__account", "by__organisation")


def case_papers(case):
    """The papers in the case's file, oldest first; drafts are not in it."""
    rows = CasePaper.objects.filter(case=case, is_draft=False).select_related("file", "filled_by__account")
    return rows.order_by("created_at", "version", "id")


def get_case_paper(member, pk, *, on):
    """A paper of a case that the member handles, or 404: what stands in a file is not for everybody who sees the list."""
    paper = (
        CasePaper.objects.select_related("case", "case__contract", "case__person", "file", "filled_by__account")
        .filter(pk=pk, is_draft=False, case__in=visible_cases(member, on).order_by().values("pk"))
        .first()
    )
    if paper is None or not handles(member, paper.case):
        raise Http404
    return paper


def last_answers(case, kind):
    """{question: answer} of the form of the kind that was filed last, {} where there is none. Signed copies have no answers."""
    for paper in reversed(list(case_papers(case).filter(kind=kind))):
        if paper.data:
            return answers_of(paper)
    return {}


def case_drafts(case):
    """{kind: the draft of that form}."""
    return {paper.kind: paper for paper in CasePaper.objects.filter(case=case, is_draft=True)}


def answers_of(paper):
    """{question: answer} of a form. Whoever shows it handles the case."""
    text = paper.data.reveal()
    return json.loads(text) if text else {}


def count_by_state(cases):
    """{state: number} of some cases."""
    return dict(cases.order_by().values_list("state").annotate(count=Count("pk")))


def closing_of(contract):
    """What the contract asks of a case before it may end, from its parameters; the guide's nine papers where it lists none."""
    asked = contract.parameters
    return case_rules.Closing(
        papers=tuple(asked.get("case_closure_papers") or case_rules.CLOSURE_PAPERS),
        sessions=asked.get("case_sessions") or 0,
        direct=asked.get("case_direct_sessions") or 0,
    )


def stage_gaps(case, verb, *, on):
    """What the case lacks for a stage's act on the day, apart from the forms that the act itself files: the one question."""
    if verb == "submit_intake":
        return [] if case.first_contact_on else ["未登记初步接触日期"]
    if verb != "submit_closure":
        return case_rules.step_gaps(case, verb)
    return closure_gaps(case, on=on, filed=forms.STAGES[verb])


def closure_gaps(case, *, on, filed=(), dues=None):
    """Everything that stands between the case and its closure on the day."""
    review = case_rules.review_due(case_deadlines(case, on=on) if dues is None else dues)
    gaps = case_rules.closure_gaps(case, closing_of(case.contract), review=review, filed=filed)
    return [*gaps, "转介待街道（乡镇）审批"] if waiting_referral(case) else gaps


def waiting_referral(case):
    """The referral of the case that waits for the subdistrict, or None."""
    return CaseReferral.objects.filter(case=case, state=CaseReferral.State.SUBMITTED).select_related("paper").first()
