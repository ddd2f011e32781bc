"""Every write on monthly reports: drafted when the month is over, written by the agency, frozen when it is handed in,
accepted or returned by the bureau. Their PDF and Excel file are made by a job from the frozen figures."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from contracts.models import Contract
from documents.actions import jobs, snapshots
from services.models import MonthlyReport, ReportMove
from services.queries.reports import JOB_KIND, job_key
from services.reporting.figures import collect
from services.rules import reports as rules
from tenancy import audit, workdays
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused

HAND_TAKEN = "这份月报刚被别人处理过。刷新后再看一次"


# --- drafting ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def draft_report(contract, month, *, by, at):
    """Open the report of a month that is over; returns it. Asked for again, or by two at once, there is one.

    `month` is its first day. Refused: months outside the term, and those that are not over.
    """
    over = rules.months_over(starts_on=contract.starts_on, ends_on=contract.ends_on, on=day_of(at))
    if month not in over:
        raise Refused("这个月还没有过完，或不在服务期内")
    # A limit that ends on a day off ends on the next working day (Civil Code, article 203).
    due_on = workdays.calendar().add(rules.due_day(month, rules.duty_of(contract.terms)) - timedelta(days=1), 1)
    drafted = MonthlyReport(contract=contract, month=month, due_on=due_on, created_at=at)
    MonthlyReport.objects.bulk_create([drafted], ignore_conflicts=True)
    report = MonthlyReport.objects.get(contract=contract, month=month)
    if report.pk == drafted.pk:
        _remember(report, "draft", "", by=by, at=at)
        audit.record("report.draft", by=by, at=at, target=report, contract=contract.code, due_on=due_on.isoformat())
    return report


def draft_due_reports(*, at):
    """Open every report that is due in the open tenant: each contract at work, each month that is over. Returns the new ones."""
    made = []
    for contract in Contract.objects.filter(state=Contract.State.ACTIVE):
        have = set(MonthlyReport.objects.filter(contract=contract).values_list("month", flat=True))
        over = rules.months_over(starts_on=contract.starts_on, ends_on=contract.ends_on, on=day_of(at))
        made += [draft_report(contract, month, by=None, at=at) for month in over if month not in have]
    return made


# --- writing ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def save_texts(report, *, version, by, at, **texts):
    """Keep the agency's words (rules.TEXTS, all or some); returns the report with its next version.

    `version` is the one that was read before writing: when somebody else has saved since, Conflict, and nothing is lost
    on either side.
    """
    _refuse_non_writer(report, by)
    known = {name: text.replace("\r\n", "\n").strip() for name, text in texts.items() if name in rules.TEXTS}
    too_long = [
        f"“{rules.TEXTS[name]}”超过 {rules.LONGEST_TEXT} 字"
        for name, text in known.items()
        if len(text) > rules.LONGEST_TEXT
    ]
    if too_long:
        raise Refused("没有保存", too_long)
    won = MonthlyReport.objects.filter(pk=report.pk, version=version, state__in=rules.WRITABLE).update(
        version=F("version") + 1, **known
    )
    if not won and not _says_so_already(report, known):
        raise Conflict("别人刚改过这份月报。你写的还在本页，没有丢；打开新页对照后再存")
    report.refresh_from_db(fields=["version", "state", *known])
    audit.record("report.save", by=by, at=at, target=report, fields=sorted(known))
    return report


def _says_so_already(report, texts):
    """The same words sent twice (a save still on its way when the report is handed in) are no conflict."""
    return MonthlyReport.objects.filter(pk=report.pk, state__in=rules.WRITABLE, **texts).exists()


@transaction.atomic
def submit_report(report, *, by, at):
    """Hand the report in: freeze its figures and words, and ask for its PDF and Excel file; returns it.

    Each submission is a round with a snapshot of its own. Refused while words are missing.
    """
    report = _locked(report)
    _refuse_non_writer(report, by)
    missing = rules.missing_texts({name: getattr(report, name) for name in rules.TEXTS})
    if missing:
        raise Refused("还不能提交", missing)
    snapshot = snapshots.freeze(JOB_KIND, _handed_in(report, by=by, at=at), by=by, at=at)
    report = _move(
        report, "submit", by=by, at=at, handed_in=snapshot,
        round=report.round + 1, snapshot=snapshot, pdf=None, workbook=None, submitted_at=at, decided_at=None, mend_by=None,
    )  # fmt: skip
    make_papers(report, by=by, at=at)
    return report


def _handed_in(report, *, by, at):
    texts = {name: getattr(report, name) for name in rules.TEXTS}
    return collect(report) | {
        "round": report.round + 1,
        "texts": texts,
        "submitted_at": at,
        "signers": _signers(report, by),
    }


def _signers(report, by):
    """Whose names stand under the report: who handed it in, and the agency's project lead in its contract."""
    lead = report.contract.staffposts.filter(post="project_lead", side="provider").order_by("-from_day").first()
    return {"written_by": by.account.name, "lead": lead.name if lead else ""}


@transaction.atomic
def make_papers(report, *, by, at):
    """Ask for the PDF and the Excel file of what was handed in; one job a submission, again after it failed. Returns the Job."""
    label = f"{report} PDF、Excel（第 {report.round} 次提交）"
    arguments = {"report": report.pk, "snapshot": report.snapshot_id}
    return jobs.ask(JOB_KIND, job_key(report), label, arguments, by=by, at=at)


@transaction.atomic
def keep_papers(report, *, snapshot_id, pdf, workbook, at):
    """Hang the made files on the report, if it still is the same submission (else Refused)."""
    if not MonthlyReport.objects.filter(pk=report.pk, snapshot=snapshot_id).update(pdf=pdf, workbook=workbook):
        raise Refused("这份月报已重新提交，本次文件作废")
    digests = {"pdf": pdf.sha256, "workbook": workbook.sha256}
    audit.record("report.papers", by=None, at=at, target=report, snapshot=str(snapshot_id), **digests)


# --- deciding ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def accept_report(report, *, by, at, remark=""):
    """The bureau takes the report; `remark` keeps what it saw and accepted nevertheless."""
    _refuse_non_reviewer(report, by)
    return _move(report, "accept", by=by, at=at, reason=remark.strip(), decided_at=at, mend_by=None)


@transaction.atomic
def return_report(report, *, reason, mend_by, by, at):
    """The bureau sends the report back with what must be put right, by the day `mend_by`."""
    _refuse_non_reviewer(report, by)
    if not reason.strip():
        raise Refused("退回须写明要改什么")
    if mend_by < day_of(at):
        raise Refused("修改期限不得早于今天")
    return _move(
        report,
        "return",
        by=by,
        at=at,
        reason=reason.strip(),
        return_reason=reason.strip(),
        decided_at=at,
        mend_by=mend_by,
    )


def _refuse_non_writer(report, by):
    if report.contract.provider_id != by.organisation_id or not allows(by, Permission.REPORT_WRITE):
        raise Refused("只有承接本合同的机构可以编写和提交月报")
    if report.state not in rules.WRITABLE:
        raise Refused(rules.refusal("submit", report.state))


def _refuse_non_reviewer(report, by):
    if report.contract.purchaser_id != by.organisation_id or not allows(by, Permission.REPORT_REVIEW):
        raise Refused("只有甲方经办人和科室负责人可以接收或退回月报")


def _locked(report):
    held = MonthlyReport.objects.select_for_update(of=("self",)).select_related(
        "contract__procurement", "contract__purchaser", "contract__provider", "contract__tenant"
    )
    held = held.get(pk=report.pk)
    if (held.state, held.round) != (report.state, report.round):
        raise Conflict(HAND_TAKEN)
    return held


def _move(report, verb, *, by, at, reason="", handed_in=None, **values):
    """Decide, compare and swap, remember: the one way in which a report changes state. Returns it as it is now."""
    seen = report.state
    sources, goal = rules.MOVES[verb]
    if seen not in sources:
        raise Refused(rules.refusal(verb, seen))
    if not MonthlyReport.objects.filter(pk=report.pk, state=seen, round=report.round).update(state=goal, **values):
        raise Conflict(HAND_TAKEN)
    report.refresh_from_db()
    _remember(report, verb, seen, by=by, at=at, reason=reason, snapshot=handed_in)
    action = f"report.{verb}"
    audit.record(
        action,
        by=by,
        at=at,
        target=report,
        from_state=seen,
        to_state=goal,
        round=report.round,
        reason=reason[:400],
    )
    return report


def _remember(report, verb, from_state, *, by, at, reason="", snapshot=None):
    ReportMove.objects.create(
        report=report,
        verb=verb,
        from_state=from_state,
        to_state=report.state,
        by=by,
        at=at,
        reason=reason,
        snapshot=snapshot,
    )
