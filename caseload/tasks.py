"""Work of the caseload that nobody waits for: ids in, the tenant opened, one action called, twice is once."""

import tempfile

from celery import shared_task

from caseload.actions import completeness, exporting, retention
from caseload.models import Household
from caseload.queries import exporting as queries
from caseload.queries.retention import files_to_remove
from caseload.rules import exporting as rules
from documents import jobs
from documents.render import workbook
from tenancy import clock, scope
from tenancy.models import Tenant


@jobs.handler(exporting.JOB_KIND)
def make_ledger_export(job, progress):
    """A ledger as an Excel file, read and written batch by batch: a large one needs no more memory than a small one."""
    on, now = clock.today(), clock.now()
    with scope.tenant(job.tenant_id):
        export = queries.exports_to_make().get(pk=job.arguments["export"])
        total, tenant = queries.count(export, on=on), export.tenant
    rows = _Rows(export, total, progress, on=on)
    content = tempfile.TemporaryFile()  # noqa: SIM115 - open until it is kept; it is gone when it is closed
    workbook.stream(
        content, _sheet(export, rows, now=now), title=str(export), author=tenant.name, created=now, demo=tenant.is_demo
    )
    content.seek(0)

    def keep():
        exporting.keep_export(export, content, rows=rows.written, by=job.asked_by, at=clock.now())
        content.close()
        return {"links": [{"label": "去下载", "route": "caseload:export", "pk": export.pk}]}

    return keep


class _Rows:
    """The numbered rows of an export; the scope is closed while they are written to the file."""

    def __init__(self, export, total, progress, *, on):
        self.export, self.total, self.progress, self.on, self.written = export, total, progress, on, 0

    def __iter__(self):
        after, read = None, 0
        while True:
            with scope.tenant(self.export.tenant_id):
                cells, after = queries.batch(self.export, after, on=self.on)
            for row in cells:
                self.written += 1
                yield [self.written, *row]
            read = self.total if after is None else min(read + queries.BATCH, self.total)
            self.progress(read, max(self.total, 1))
            if after is None:
                return


def _sheet(export, rows, *, now):
    by, street = export.asked_by, export.street.name if export.street else ""
    told = rules.notes(
        contract=export.contract.short_title, street=street, who=by.account.name, organisation=by.organisation.short_name,
        moment=now.astimezone(clock.SHANGHAI), rows=rows.total, is_open=export.is_open, purpose=export.purpose,
    )  # fmt: skip
    columns = [workbook.Column(one.title, one.form, one.width) for one in rules.COLUMNS[export.kind]]
    title = export.get_kind_display()
    return workbook.Sheet(title[:31], columns, rows, title=title, notes=told, mark=told[1])


@shared_task
def remove_expired_exports():
    """Every ten minutes: a ledger that was taken out is there for a day and no longer."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.tenant(tenant_id):
            exporting.remove_expired(at=clock.now())


@shared_task
def count_files():
    """Every night: how complete each family's file is, since periods end and children come of age without anybody's act."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.tenant(tenant_id):
            completeness.refresh_files(Household.objects.filter(contract__state="active"), at=clock.now())


@shared_task
def remove_erased_files():
    """Every night: the contents of files that were destroyed, should the first removal have been cut off."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.tenant(tenant_id):
            for erasure in files_to_remove():
                retention.remove_files(erasure, at=clock.now())
