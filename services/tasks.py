"""Work of the services app that nobody waits for: ids in, the tenant opened, one action called, twice is once."""

from datetime import date
from itertools import count

from celery import shared_task

from caseload.queries import get_case, handles
from contracts.models import Contract
from documents import jobs
from documents.actions import files
from documents.models import Snapshot
from services.actions import amendments, case_files, follow_ups, notices, reports
from services.actions.indicators import note_failed_measurement, store_measurement
from services.casefile import whole
from services.models import MonthlyReport
from services.queries import follow_ups as plans
from services.queries import notices as reminders
from services.queries.case_files import JOB_KIND as CASE_FILE
from services.queries.indicators import changed_contracts
from services.queries.reports import JOB_KIND
from services.reporting.files import PDF, XLSX, file_name, photographs
from services.reporting.paper import lay_out
from services.reporting.sheets import workbook
from tenancy import clock, scope
from tenancy.models import Membership, Tenant
from tenancy.problems import Refused


@shared_task
def remeasure(*, tenant_id, contract_id):
    """Store a contract's measurement again, after something that counts has changed; a failure is marked, and reported."""
    try:
        with scope.tenant(tenant_id):
            contract = Contract.objects.filter(pk=contract_id).first()
            if contract is not None:
                store_measurement(contract, on=clock.today(), at=clock.now())
    except Exception:
        with scope.tenant(tenant_id):
            note_failed_measurement(contract_id, at=clock.now())
        raise


@shared_task
def measure_all_contracts():
    """Every night: one measurement of every contract at work, each in a task of its own."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.tenant(tenant_id):
            contracts = list(Contract.objects.filter(state=Contract.State.ACTIVE).values_list("pk", flat=True))
        for contract_id in contracts:
            remeasure.delay(tenant_id=tenant_id, contract_id=str(contract_id))


@shared_task
def measure_changed_contracts():
    """Every minute: contracts whose stored measurement is older than the last change, whoever made it and whatever was lost."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.tenant(tenant_id):
            contracts = list(changed_contracts())
        for contract_id in contracts:
            remeasure.delay(tenant_id=tenant_id, contract_id=str(contract_id))


@shared_task
def draft_monthly_reports():
    """Every night: the reports of months that are over, one for each contract at work; what is there stays."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.tenant(tenant_id):
            reports.draft_due_reports(at=clock.now())


@jobs.handler(JOB_KIND)
def make_monthly_report(job, progress):
    """PDF and Excel file of a report that was handed in, from its snapshot and nothing else."""
    with scope.tenant(job.tenant_id):
        report = MonthlyReport.objects.get(pk=job.arguments["report"])
        snapshot = Snapshot.objects.get(pk=job.arguments["snapshot"])
        images = photographs(snapshot)
    progress(1, 4)
    paper = lay_out(snapshot, images)
    progress(2, 4)
    pdf = paper.write()
    progress(3, 4)
    sheets = workbook(snapshot)

    def keep():
        made = {
            "pdf": files.keep(
                pdf, name=f"{file_name(snapshot)}.pdf", content_type=PDF, by=job.asked_by, at=clock.now()
            ),
            "workbook": files.keep(
                sheets, name=f"{file_name(snapshot)}.xlsx", content_type=XLSX, by=job.asked_by, at=clock.now()
            ),
        }
        reports.keep_papers(report, snapshot_id=snapshot.pk, at=clock.now(), **made)
        return {"links": [{"label": "打开月报", "route": "services:report", "pk": report.pk}]}

    return keep


@shared_task
def drop_case_files():
    """Every night: bound case files that were kept long enough."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.tenant(tenant_id):
            case_files.drop_old_files(at=clock.now())


@jobs.handler(CASE_FILE)
def make_case_file(job, progress):
    """The bound file of a case that is too large to wait for, as it stands when the work begins."""
    with scope.tenant(job.tenant_id):
        member, at = Membership.objects.select_related("account", "organisation", "tenant").get(pk=job.asked_by_id), clock.now()  # fmt: skip
        case = get_case(member, job.arguments["case"], on=clock.day_of(at))
        if not handles(member, case):
            raise Refused("你已不办理这份个案")
        made, history = whole.gathered(case)
        context = whole.context_of(case, history, by=member, at=at)
    done, total = count(1), whole.steps(made)
    content = whole.bound(made, context, note=lambda: progress(next(done), total))

    def keep():
        stored = files.keep(content, name=f"{case.number}.pdf", content_type=PDF, by=None, at=clock.now())
        return {"file": stored.pk}

    return keep


@shared_task
def put_amendments_in_force():
    """Every night, before the measurement: amendments that both sides confirmed and whose day has come."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.tenant(tenant_id):
            amendments.put_due_in_force(on=clock.today(), at=clock.now())


@shared_task
def keep_plans_in_step():
    """Every night: the plans of household revisits follow the registers and the contracts' frequencies."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.tenant(tenant_id):
            for contract in plans.planned_contracts():
                follow_ups.keep_in_step(contract, by=None, at=clock.now())


@shared_task
def remind_members(*, day=None):
    """Every morning: the digest of the day (today, or an ISO date) for everybody who has something due; mails behind it."""
    on = date.fromisoformat(day) if day else clock.today()
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.tenant(tenant_id):
            notices.remind(on=on, at=clock.now())
            waiting = reminders.waiting_for_mail(on=on) if reminders.mail_is_on() else []
        for notice_id in waiting:
            mail_notice.delay(tenant_id=tenant_id, notice_id=str(notice_id))


@shared_task
def mail_notice(*, tenant_id, notice_id):
    """One reminder by mail; what was sent is not sent again."""
    with scope.tenant(tenant_id):
        notices.mail_notice(notice_id, at=clock.now())
