"""Handing the files of an ended contract over: listed, handed, received by the other side; from the day after, the agency sees nobody."""

from django.db import IntegrityError, transaction

from caseload.models import FileTransfer, FileTransferLine, FileTransferMove
from caseload.queries import transfer as reads
from caseload.rules import transfer as rules
from contracts.actions import note_files_handed
from tenancy import audit
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused, broken_rule


@transaction.atomic
def hand_over(contract, *, receiver, by, at, note=""):
    """Hand the list of a contract's files to the purchaser or the next agency; returns the FileTransfer that waits for a receipt.

    Raises Refused while the contract runs or a case is open.
    """
    if not allows(by, Permission.FILES_TRANSFER) or contract.provider_id != by.organisation_id:
        raise Refused("只有承接本合同的机构可以移交")
    runs = contract.state == "active" and (contract.ends_on is None or day_of(at) <= contract.ends_on)
    rows = list(reads.to_hand_over(contract))
    faults = rules.faults(runs=runs, open_cases=reads.open_cases(contract), households=len(rows))
    if not reads.receivers(contract).filter(pk=receiver.pk).exists():
        faults.append("档案只能移交给甲方或接续的服务机构")
    if faults:
        raise Refused("还不能移交", faults)
    transfer = FileTransfer(
        contract=contract, receiver=receiver, households=len(rows), cases=sum(row.cases_count for row in rows),
        papers=sum(row.papers_count for row in rows), note=note.strip()[:200], handed_by=by, handed_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            transfer.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(broken_rule(error, FileTransfer, "刚被别人移交过")) from error
    FileTransferLine.objects.bulk_create(
        FileTransferLine(transfer=transfer, household=row, cases=row.cases_count, papers=row.papers_count)
        for row in rows
    )
    _remember(transfer, "hand", by=by, at=at)
    audit.record("files.handed", by=by, at=at, target=transfer, households=len(rows), receiver=receiver.short_name)
    return transfer


@transaction.atomic
def receive_files(transfer, *, by, at):
    """Confirm that the files came as listed: today is the agency's last day with the people of this contract."""
    _refuse_stranger(transfer, by)
    _move(transfer, "receive", by=by, at=at, access_until=day_of(at))
    note_files_handed(transfer.contract, on=day_of(at), by=by, at=at)
    audit.record("files.received", by=by, at=at, target=transfer, access_until=str(day_of(at)))


@transaction.atomic
def return_files(transfer, *, reason, by, at):
    """Send the list back with what is missing."""
    _refuse_stranger(transfer, by)
    if not reason.strip():
        raise Refused("写明退回的原因")
    _move(transfer, "return", by=by, at=at, reason=reason)
    audit.record("files.returned", by=by, at=at, target=transfer)


def _refuse_stranger(transfer, by):
    if not allows(by, Permission.FILES_TRANSFER) or transfer.receiver_id != by.organisation_id:
        raise Refused("只有接收单位可以办理接收")


def _move(transfer, verb, *, by, at, reason="", **values):
    if not rules.allowed(verb, transfer.state):
        raise Refused(f"移交现在是“{rules.STATE_LABELS[transfer.state]}”，不能再办理")
    seen, state = transfer.state, rules.MOVES[verb][1]
    rows = FileTransfer.objects.filter(pk=transfer.pk, state=seen)
    if not rows.update(state=state, decided_by=by, decided_at=at, **values):
        raise Conflict()
    transfer.refresh_from_db()
    _remember(transfer, verb, by=by, at=at, reason=reason)


def _remember(transfer, verb, *, by, at, reason=""):
    FileTransferMove.objects.create(transfer=transfer, verb=verb, to_state=transfer.state, by=by, at=at, reason=reason.strip()[:400])  # fmt: skip
