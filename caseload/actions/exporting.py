"""Ledgers taken out as Excel files: asked for, made by a job, downloaded, and deleted after a day."""

from django.db import transaction

from caseload.models import LedgerExport
from caseload.queries import exporting as queries
from caseload.rules import exporting as rules
from documents.actions import files, jobs
from tenancy import audit
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused

JOB_KIND = "caseload.ledger_export"


@transaction.atomic
def ask_export(*, contract, kind, by, at, street=None, is_open=False, purpose=""):
    """Ask for one ledger of a contract as an Excel file; returns the LedgerExport with its Job.

    Values are masked. `is_open` leaves them unmasked: it needs a permission of its own and a purpose, and never opens a
    minor's values. Raises Refused without either.
    """
    purpose = purpose.strip()[:120]
    if not allows(by, Permission.LEDGER_EXPORT):
        raise Refused("你的角色不能导出台账")
    if is_open and not queries.may_export_open(by, contract):
        raise Refused("你的角色不能导出含个人信息的台账")
    if is_open and len(purpose) < 2:
        raise Refused("导出个人信息须写明用途")
    export = LedgerExport(
        contract=contract, kind=kind, street=street, is_open=is_open, purpose=purpose if is_open else "", asked_by=by, asked_at=at
    )  # fmt: skip
    export.save(force_insert=True)
    label = f"{export.get_kind_display()}　{contract.short_title}"
    export.job = jobs.ask(JOB_KIND, str(export.pk), label[:160], {"export": export.pk}, by=by, at=at)
    export.save(update_fields=["job"])
    audit.record(
        "ledger.export_asked", by=by, at=at, target=contract, kind=kind, export=str(export.pk), open=is_open, purpose=export.purpose
    )  # fmt: skip
    return export


@transaction.atomic
def keep_export(export, content, *, rows, by, at):
    """Keep the file that the job made, for a day; how many rows went out is audited. `content` is an open binary file."""
    name = f"{export.get_kind_display()}-{export.contract.code}-{at:%Y%m%d%H%M}.xlsx"
    export.file = files.keep(content, name=name, content_type=files.rules.FORMATS["xlsx"].content_type, by=by, at=at)
    export.rows, export.made_at, export.expires_at = rows, at, at + rules.KEPT_FOR
    export.save(update_fields=["file", "rows", "made_at", "expires_at"])
    fields = ["person.name", "person.id_number", "person.phone", "household.address"] if export.is_open else []
    audit.record("ledger.export_made", by=by, at=at, target=export.contract, export=str(export.pk), rows=rows, open=export.is_open, fields_seen=fields)  # fmt: skip
    return export


@transaction.atomic
def note_download(export, *, by, at):
    """Keep in the trail that an export was downloaded, before it is; returns its file. Raises Refused after its time."""
    if export.file is None or export.expires_at <= at:
        raise Refused("文件已到期删除。需要的话重新导出")
    if export.is_open and not queries.may_export_open(by, export.contract):
        raise Refused("你的角色不能导出含个人信息的台账")
    audit.record("ledger.export_downloaded", by=by, at=at, target=export.contract, export=str(export.pk), rows=export.rows, open=export.is_open)  # fmt: skip
    return export.file


@transaction.atomic
def remove_expired(*, at):
    """Delete the files of exports whose day is over; returns how many. May run as often as one likes."""
    due = list(queries.expired_exports(at=at).select_for_update(skip_locked=True, of=("self",)))
    for export in due:
        stored = export.file
        LedgerExport.objects.filter(pk=export.pk).update(file=None, removed_at=at)
        audit.record("ledger.export_removed", by=None, at=at, target=export.contract, export=str(export.pk))
        if not LedgerExport.objects.filter(file=stored).exists():
            files.discard(stored, by=None, at=at)
    return len(due)
