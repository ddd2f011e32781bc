"""Reads of monthly reports, and who may see which: the access functions of this part."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404

from contracts.queries import visible_contracts
from documents.actions.snapshots import verify
from documents.queries import latest_job
from services.models import MonthlyReport, ReportMove
from services.reporting.figures import collect
from services.rules import reports as rules
from tenancy import workdays
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows

JOB_KIND = "services.monthly_report"


def visible_reports(member, on):
    """The reports of the member's contracts; others than the writing agency see them from the first submission on."""
    reports = MonthlyReport.objects.filter(contract__in=visible_contracts(member, on=on).order_by().values("pk"))
    return reports.filter(Q(round__gt=0) | Q(contract__provider_id=member.organisation_id))


def get_report(member, pk, *, on):
    """A report that the member may see, with its contract and frozen figures, or 404."""
    report = (
        visible_reports(member, on)
        .select_related(
            "contract__purchaser", "contract__provider", "contract__procurement", "contract__tenant", "snapshot", "pdf", "workbook"
        )
        .filter(pk=pk)
        .first()
    )  # fmt: skip
    if report is None:
        raise Http404
    return report


def may_write(member, report):
    """Whether the member writes this report now: the agency's, while it is with them."""
    own = report.contract.provider_id == member.organisation_id
    return own and allows(member, Permission.REPORT_WRITE) and report.state in rules.WRITABLE


def may_review(member, report):
    """Whether the member decides on this report now."""
    bureau = report.contract.purchaser_id == member.organisation_id
    return bureau and allows(member, Permission.REPORT_REVIEW) and report.state == rules.SUBMITTED


def may_make_papers(member, report):
    """Whether the member may have the files made again: one who writes or reviews reports, of a party to the contract."""
    writes, reviews = allows(member, Permission.REPORT_WRITE), allows(member, Permission.REPORT_REVIEW)
    contract = report.contract
    return (writes and contract.provider_id == member.organisation_id) or (
        reviews and contract.purchaser_id == member.organisation_id
    )


def shown_figures(member, report):
    """(figures, whether they are live): whoever writes sees the records as they are now, everybody else what was handed in."""
    if report.contract.provider_id == member.organisation_id and report.state in rules.WRITABLE:
        return collect(report), True
    return report.snapshot.data, False


def moves_of(report):
    """The report's history, oldest first, with its people and what was handed in."""
    return list(ReportMove.objects.filter(report=report).select_related("by__account", "snapshot"))


def job_of(report):
    """The last job that makes the report's PDF and Excel file, or None."""
    return latest_job(JOB_KIND, job_key(report))


def job_key(report):
    """One job for each submission."""
    return f"{report.pk}:{report.round}"


# --- the list -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Listed:
    """A line of the list. `late` counts working days beyond the day due, of what was or is not yet handed in."""

    report: MonthlyReport
    opens: bool
    late: int


def list_of_reports(member, *, on, contract=None, state=""):
    """Every report of the member's contracts, newest month first; drafts of others can be seen to be missing, not opened."""
    contracts = visible_contracts(member, on=on).order_by().values("pk")
    rows = MonthlyReport.objects.filter(contract__in=contracts).select_related("contract__provider")
    rows = rows.filter(**{name: value for name, value in {"contract": contract, "state": state}.items() if value})
    calendar = workdays.calendar()
    return [
        Listed(row, row.round > 0 or row.contract.provider_id == member.organisation_id, _late(row, calendar, on))
        for row in rows.order_by("-month", "contract__code").defer("problems", "highlight", "next_month")
    ]


def days_late(report, on):
    """Working days beyond the day due, of what was handed in late or is not yet handed in; 0 in time."""
    return _late(report, workdays.calendar(), on)


def _late(report, calendar, on):
    handed = day_of(report.submitted_at) if report.round else on
    limit = report.mend_by if report.state == rules.RETURNED else report.due_on
    day = on if report.state in rules.WRITABLE else handed
    return max(0, calendar.between(limit, day)) if limit and day > limit else 0


# --- the review ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Check:
    """What the system finds when it holds a handed-in report against the records."""

    differences: list
    same: int
    is_whole: bool
    corrections: int
    photos: int
    returned: ReportMove | None

    @property
    def told(self):
        return f"{len(self.differences)} 处不一致"


def check(report, moves):
    """Compare the frozen figures with the records as they are now."""
    frozen, live = report.snapshot.data, collect(report)
    found = rules.differences(frozen, live)
    return Check(
        differences=found,
        same=len(rules.numbers_of(frozen)) - len([row for row in found if row.old is not None]),
        is_whole=verify(report.snapshot),
        corrections=len(frozen["corrections"]),
        photos=len(frozen["photos"]),
        returned=next((move for move in reversed(moves) if move.verb == "return"), None),
    )


def changes_since_last_round(moves):
    """What the last submission changed: (differences in figures, [(label, old, new)] of texts), or None for a first one."""
    handed = [move.snapshot for move in moves if move.verb == "submit"]
    if len(handed) < 2:
        return None
    old, new = handed[-2].data, handed[-1].data
    texts = [(label, old["texts"][name], new["texts"][name]) for name, label in rules.TEXTS.items()]
    return rules.differences(old, new), [row for row in texts if row[1] != row[2]]


def remark_on(report):
    """What an accepting decision keeps of the differences that were there, or nothing."""
    found = rules.differences(report.snapshot.data, collect(report))
    return rules.drafted_remark(found)
