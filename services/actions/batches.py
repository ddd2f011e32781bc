"""Many records in one act: what a phone kept while it had no network, a day's telephone calls, a page of the verification inbox.

The same rules and traces as one by one (services/actions/records.py), with a fixed number of statements.
"""

from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from uuid6 import uuid7

from services.actions import records
from services.actions.measuring import measure_again
from services.models import ActivityKind, RecordEvidence, RecordMove, ServiceRecord
from services.rules import records as rules
from tenancy import audit
from tenancy.problems import Conflict, Refused

# A shift of sixty residents leaves six hundred steps, in one statement.
BATCH = 2000


@dataclass(frozen=True)
class Entry:
    """One record to be logged: its kind's code, its values (records.VALUES) and its papers as (paper kind, StoredFile)."""

    kind: str
    values: dict
    papers: tuple = ()
    id: object = None


@transaction.atomic
def log_records(entries, *, contract, by, at):
    """Log and submit several of the member's own records at once, all or none; returns them in order.

    Raises Refused with the faults of every entry (第 n 条：…), and for an id that is known already: sending again goes one by one.
    """
    records._refuse_non_writer(contract, by)
    kinds = {kind.code: kind for kind in ActivityKind.objects.filter(is_active=True)}
    frame = rules.Frame(
        contract.starts_on,
        contract.ends_on,
        frozenset(contract.contractareas.values_list("area_id", flat=True)),
        contract.pk,
    )
    made, faults = [], []
    for number, entry in enumerate(entries, 1):
        record, wrong = _filled(entry, kinds, frame, contract=contract, by=by, at=at)
        made.append(record)
        faults += [rules.Fault(fault.field, f"第 {number} 条：{fault.text}") for fault in wrong]
    if faults:
        raise Refused("没有登记", faults)
    if ServiceRecord.objects.filter(pk__in=[record.pk for record in made]).exists():
        raise Refused("其中有记录已登记过，逐条再传")
    _insert(made, entries, by=by, at=at)
    measure_again(contract.pk)
    return made


def _filled(entry, kinds, frame, *, contract, by, at):
    """(the unsaved, submitted record, its faults)"""
    record = ServiceRecord(
        id=entry.id or uuid7(), contract=contract, kind=entry.kind, created_by=by, created_at=at, started_at=at
    )
    kind = kinds.get(entry.kind)
    if kind is None:
        return record, [rules.Fault("kind", f"没有登记“{entry.kind}”这类活动")]
    try:
        records._fill(record, kind, entry.values)
    except Refused as refused:
        return record, refused.problems
    counts = Counter(paper for paper, _file in entry.papers)
    strange = sorted(set(counts) - set(rules.evidence_labels(kind)))
    faults = [rules.Fault("evidence", f"这类记录不收这种材料：{paper}") for paper in strange]
    faults += (
        [rules.Fault("evidence", f"一条记录最多附 {rules.EVIDENCE_MOST} 份材料")]
        if counts.total() > rules.EVIDENCE_MOST
        else []
    )
    record.papers, record.state, record.submitted_at = sorted(counts), rules.SUBMITTED, at
    return record, faults + rules.submission_faults(record, kind, frame, evidence=counts, at=at)


def _insert(made, entries, *, by, at):
    ServiceRecord.objects.bulk_create(made, batch_size=BATCH)
    evidence = [
        RecordEvidence(record=record, file=file, kind=paper, consent=paper == "photo", added_at=at)
        for record, entry in zip(made, entries, strict=True)
        for paper, file in entry.papers
    ]
    RecordEvidence.objects.bulk_create(evidence, batch_size=BATCH)
    steps = (("start", "", rules.DRAFT), ("submit", rules.DRAFT, rules.SUBMITTED))
    RecordMove.objects.bulk_create(
        [
            RecordMove(record=record, verb=verb, from_state=old, to_state=new, by=by, at=at)
            for record in made
            for verb, old, new in steps
        ],
        batch_size=BATCH,
    )
    events = [("record.start", record, {}) for record in made]
    events += [("record.add_evidence", row.record, {"kind": row.kind, "file": str(row.file_id)}) for row in evidence]
    events += [("record.submit", record, {"from_state": rules.DRAFT, "to_state": rules.SUBMITTED}) for record in made]
    audit.record_all(events, by=by, at=at)


@transaction.atomic
def verify_records(rows, *, by, at):
    """Quality control of the same agency confirms several records of others at once, all or none; returns how many.

    Raises Conflict when one of them is not as it was seen.
    """
    seen = {row.pk: row for row in rows}
    locked = list(
        ServiceRecord.objects.select_for_update(of=("self",))
        .select_related("contract", "case", "group")
        .filter(pk__in=seen)
    )
    for record in locked:
        records._refuse_non_verifier(record, by)
    if len(locked) != len(seen) or any(
        (row.state, row.version) != (seen[row.pk].state, seen[row.pk].version) for row in locked
    ):
        raise Conflict("其中有记录刚被别人处理过。刷新后再看一次")
    bad = next((row for row in locked if not rules.allowed("verify", row.state)), None)
    if bad is not None:
        raise Refused(rules.refusal("verify", bad.state))
    ServiceRecord.objects.filter(pk__in=seen).update(
        state=rules.VERIFIED, decided_by=by, decided_at=at, return_reason=""
    )
    moves = [
        RecordMove(record=row, verb="verify", from_state=row.state, to_state=rules.VERIFIED, by=by, at=at)
        for row in locked
    ]
    RecordMove.objects.bulk_create(moves, batch_size=BATCH)
    audit.record_all(
        [("record.verify", row, {"from_state": row.state, "to_state": rules.VERIFIED}) for row in locked], by=by, at=at
    )
    records.prove_papers(locked, by=by, at=at)
    for contract_id in {row.contract_id for row in locked}:
        measure_again(contract_id)
    return len(locked)
