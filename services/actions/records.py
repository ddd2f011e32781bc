"""Every write on service records: logged on a phone, corrected, submitted, and verified or returned by quality control.

A record's id is made where it is written, so that sending it twice makes one record. Each change of state locks, decides,
swaps and leaves a RecordMove.
"""

from collections import Counter

from django.core.exceptions import ValidationError
from django.db import transaction
from uuid6 import uuid7

from caseload.actions.sessions import note_session_papers
from caseload.queries import may_reveal
from contracts.models import Contract
from services.actions.measuring import measure_again
from services.models import ActivityKind, RecordEvidence, RecordForm, RecordMove, ServiceRecord
from services.queries.records import is_about_minor
from services.rules import records as rules
from services.rules.kinds import computed
from tenancy import audit, clock
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused

# What a caller may set; the rest follows from these.
VALUES = frozenset({
    "title", "area", "household", "person", "case", "group", "team", "started_at", "ended_at", "mode", "direct",
    "participants", "workers", "quantity", "unit", "score", "facts", "narrative",
})  # fmt: skip
# What a computed field may read of a record beside the kind's own fields.
READ = ("mode", "direct", "participants", "workers", "team", "quantity", "score", "minutes")
# Set by us, or checked where it is chosen.
NOT_TYPED = [
    "tenant",
    "contract",
    "area",
    "street",
    "household",
    "person",
    "case",
    "group",
    "team",
    "created_by",
    "decided_by",
    "direct",
    "narrative",
]


# --- writing ------------------------------------------------------------------------------------------------------
@transaction.atomic
def start_record(*, contract, kind, by, at, id=None, **values):
    """Begin a record of the kind (its code) under a contract of the member's own agency; returns the draft.

    `values` ⊆ VALUES; the day follows from started_at (default: now), minutes from both times, place from the subject,
    direct from the mode unless given. The same id again returns the record that is there, unchanged; another person's id
    is refused.
    """
    return _started(contract=contract, kind=kind, by=by, at=at, id=id, values=values)[0]


def _started(*, contract, kind, by, at, id, values):
    """(the record of that id as it is now, locked; whether it was begun just now)"""
    _refuse_non_writer(contract, by)
    kind = _kind(kind)
    record = ServiceRecord(
        id=id or uuid7(), contract=contract, kind=kind.code, created_by=by, created_at=at, started_at=at
    )
    _fill(record, kind, values)
    made = ServiceRecord.objects.bulk_create([record], ignore_conflicts=True)[0]
    kept = ServiceRecord.objects.select_for_update(of=("self",)).filter(pk=made.pk).first()
    if kept is None or kept.created_by_id != by.pk or kept.contract_id != contract.pk or kept.kind != record.kind:
        raise Refused("这个记录编号已被别人使用。回到上一页重新登记")
    is_new = not RecordMove.objects.filter(record=kept).exists()
    if is_new:
        _remember(kept, "start", "", by=by, at=at)
        audit.record("record.start", by=by, at=at, target=kept)
    return kept, is_new


@transaction.atomic
def save_draft(record, *, by, at, **values):
    """Keep what was typed so far in one's own draft; returns it. Only the shape of the values is checked, not completeness."""
    record = _own(record, by)
    if record.state != rules.DRAFT:
        raise Refused(f"这条记录是“{rules.STATE_LABELS[record.state]}”，不能再改")
    _fill(record, _kind(record.kind), values)
    record.save()
    audit.record("record.save", by=by, at=at, target=record)
    return record


@transaction.atomic
def correct_record(record, *, by, at, **values):
    """Take up a returned record again: a draft of the next version, with the changed values; returns it."""
    record = _own(record, by)
    record = _move(record, "correct", by=by, at=at, version=record.version + 1, decided_by=None, decided_at=None)
    return save_draft(record, by=by, at=at, **values) if values else record


@transaction.atomic
def receive_record(*, id, version, contract, kind, values, by, at):
    """What a form or a phone sends, perhaps late, perhaps twice; returns (record, whether it may still be changed).

    `version` is the version of the record that was being written: 1 for a new one, one more than the returned one for a
    correction. Whatever has been submitted already is left as it is.
    """
    record, is_new = _started(contract=contract, kind=kind, by=by, at=at, id=id, values=values)
    if is_new and version == record.version:
        return record, True  # what was typed stands in it already
    if record.state == rules.DRAFT and record.version == version:
        return save_draft(record, by=by, at=at, **values), True
    if record.state == rules.RETURNED and record.version + 1 == version:
        return correct_record(record, by=by, at=at, **values), True
    return record, False


# --- moving ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def submit_record(record, *, by, at):
    """Hand one's own draft to quality control. Raises Refused with every Fault at once."""
    record = _own(record, by)
    if not rules.allowed("submit", record.state):
        raise Refused(rules.refusal("submit", record.state))
    faults = faults_of(record, at=at)
    if faults:
        raise Refused("还不能提交", faults)
    return _move(record, "submit", by=by, at=at, submitted_at=at)


@transaction.atomic
def withdraw_record(record, *, by, at):
    """Take one's own record back before it is looked at."""
    return _move(_own(record, by), "withdraw", by=by, at=at, submitted_at=None)


@transaction.atomic
def verify_record(record, *, by, at):
    """Quality control of the same agency confirms somebody else's record: from now on it counts."""
    _refuse_non_verifier(record, by)
    record = _move(record, "verify", by=by, at=at, decided_by=by, decided_at=at, return_reason="")
    prove_papers([record], by=by, at=at)
    return record


@transaction.atomic
def confirm_record(record, *, by, at):
    """The purchaser itself confirms a record of what the contract leaves to it (照料方案经救助站确认); from now on it counts."""
    if record.contract.purchaser_id != by.organisation_id or not allows(by, Permission.STAY_CONFIRM):
        raise Refused("只有甲方可以确认")
    return _move(record, "verify", by=by, at=at, decided_by=by, decided_at=at, return_reason="")


@transaction.atomic
def return_record(record, *, reason, by, at):
    """Send a record back with what must be put right; a verified one stops counting."""
    _refuse_non_verifier(record, by)
    if not reason.strip():
        raise Refused("退回须写明要补什么", [rules.Fault("reason", "写明原因")])
    counted, reason = record.state == rules.VERIFIED, reason.strip()[:400]
    record = _move(record, "return", by=by, at=at, reason=reason, decided_by=by, decided_at=at, return_reason=reason)
    if counted:
        prove_papers([record], by=by, at=at)
    return record


def prove_papers(rows, *, by, at):
    """Tell the files of the records' cases and groups what their verified records prove: the forms that they are, and photos.

    A case also hears how many of its verified records are sessions (direct or indirect), and how many of them direct.
    """
    for name in rules.FILED_WITH:
        subjects = {
            getattr(row, f"{name}_id"): getattr(row, name) for row in rows if getattr(row, f"{name}_id") is not None
        }
        if not subjects:
            continue
        forms = dict(ActivityKind.objects.values_list("code", "proves"))
        proved = {pk: set() for pk in subjects}
        sessions = {pk: [] for pk in subjects}
        verified = ServiceRecord.objects.filter(**{f"{name}__in": list(subjects)}, state=rules.VERIFIED)
        for pk, code, papers, direct in verified.values_list(name, "kind", "papers", "direct"):
            proved[pk] |= {forms.get(code, "")} | (set(papers) & rules.SHARED_EVIDENCE)
            sessions[pk] += [] if direct is None else [direct]
        for pk, subject in subjects.items():
            counts = {"sessions": len(sessions[pk]), "direct": sum(sessions[pk])}
            note_session_papers(subject, proved[pk] - {""}, by=by, at=at, **counts)


def _move(record, verb, *, by, at, reason="", **values):
    """Decide, compare and swap, remember: the one way in which a record changes state. Returns it as it is now."""
    seen = record.state
    if not rules.allowed(verb, seen):
        raise Refused(rules.refusal(verb, seen))
    if not ServiceRecord.objects.filter(pk=record.pk, state=seen, version=record.version).update(
        state=rules.MOVES[verb][1], **values
    ):
        raise Conflict("这条记录刚被别人处理过。刷新后再看一次")
    for name, value in {"state": rules.MOVES[verb][1], **values}.items():
        setattr(record, name, value)
    _remember(record, verb, seen, by=by, at=at, reason=reason)
    audit.record(f"record.{verb}", by=by, at=at, target=record, from_state=seen, to_state=record.state)
    measure_again(record.contract_id)
    return record


def _remember(record, verb, from_state, *, by, at, reason=""):
    RecordMove.objects.create(
        record=record, verb=verb, from_state=from_state, to_state=record.state, by=by, at=at, reason=reason
    )


# --- evidence -------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_evidence(record, *, file, kind, by, at, caption="", consent=False):
    """Attach a stored file as one of the kind's papers (its code); the same file again changes nothing. Returns the RecordEvidence."""
    record = own_draft(record, by)
    labels = rules.evidence_labels(_kind(record.kind))
    if kind not in labels:
        raise Refused(f"这类记录不收这种材料。可附：{'、'.join(labels.values())}")
    if RecordEvidence.objects.filter(record=record).count() >= rules.EVIDENCE_MOST:
        raise Refused(f"一条记录最多附 {rules.EVIDENCE_MOST} 份材料")
    row, is_new = RecordEvidence.objects.get_or_create(
        record=record,
        file=file,
        kind=kind,
        defaults={"caption": caption.strip()[:120], "consent": consent, "added_at": at},
    )
    if is_new:
        _count_papers(record)
        audit.record("record.add_evidence", by=by, at=at, target=record, kind=kind, file=str(file.pk))
    return row


@transaction.atomic
def add_form(record, *, paper, kind, by, at):
    """Let a form of the resident's file (a StayPaper) prove one's own draft, as a picture of it would. Returns the RecordForm."""
    record = own_draft(record, by)
    row, is_new = RecordForm.objects.get_or_create(record=record, paper=paper, kind=kind, defaults={"added_at": at})
    if is_new:
        _count_papers(record)
        audit.record("record.add_form", by=by, at=at, target=record, kind=kind)
    return row


@transaction.atomic
def remove_evidence(evidence, *, by, at):
    """Take a paper off one's own draft; the file stays stored."""
    record = own_draft(evidence.record, by)
    audit.record("record.remove_evidence", by=by, at=at, target=record, kind=evidence.kind, file=str(evidence.file_id))
    evidence.delete()
    _count_papers(record)


def _count_papers(record):
    """The record's `papers` are the kinds of its evidence: what indicators look at."""
    record.papers = sorted(_paper_counts(record))
    ServiceRecord.objects.filter(pk=record.pk).update(papers=record.papers)


@transaction.atomic
def reveal_narrative(record, *, purpose, by, at):
    """The text of a record for somebody who doesn't handle it: kept in the trail, with the purpose, before it is shown."""
    if not may_reveal(by, record.contract):
        raise Refused("你的角色不能查看内容")
    if is_about_minor(record):
        raise Refused("未成年人的服务记录内容只供登记人、核验人和个案办理人查看")
    if len(purpose.strip()) < 4:
        raise Refused("写明用途", [rules.Fault("purpose", "至少 4 个字")])
    audit.record("record.reveal", by=by, at=at, target=record, fields_seen=["narrative"], purpose=purpose.strip()[:120])
    return record.narrative.reveal()


# --- who may --------------------------------------------------------------------------------------------------------
def _refuse_non_writer(contract, by):
    if contract.provider_id != by.organisation_id or not allows(by, Permission.RECORD_WRITE):
        raise Refused("只有承接本合同的机构可以登记服务")
    if contract.state != Contract.State.ACTIVE:
        raise Refused("合同不在履行中，不能登记服务")


def _refuse_non_verifier(record, by):
    if record.contract.provider_id != by.organisation_id or not allows(by, Permission.RECORD_VERIFY):
        raise Refused("只有本机构的质控可以核验或退回")
    if record.created_by_id == by.pk:
        raise Refused("不能核验自己登记的记录")


def _own(record, by):
    """The record as it is now, locked, if the member wrote it."""
    locked = ServiceRecord.objects.select_for_update(of=("self",)).select_related("contract").get(pk=record.pk)
    if locked.created_by_id != by.pk:
        raise Refused("只能改自己登记的记录")
    if locked.state != record.state or locked.version != record.version:
        raise Conflict("这条记录刚被别人处理过。刷新后再看一次")
    return locked


def own_draft(record, by):
    """The member's own draft, locked; Refused for other people's records and for what was handed in."""
    record = _own(record, by)
    if record.state != rules.DRAFT:
        raise Refused(f"这条记录是“{rules.STATE_LABELS[record.state]}”，材料不能再改")
    return record


# --- filling --------------------------------------------------------------------------------------------------------
def _kind(code):
    kind = ActivityKind.objects.filter(code=code, is_active=True).first()
    if kind is None:
        raise Refused(f"没有登记“{code}”这类活动")
    return kind


def _fill(record, kind, values):
    """Set the given values and everything that follows from them; raises Refused for values of the wrong shape."""
    unknown = set(values) - VALUES
    if unknown:
        raise TypeError(f"unknown values of a record: {sorted(unknown)}")
    if "facts" in values:
        facts, faults = rules.read_facts(kind.fields, values["facts"])
        if faults:
            raise Refused("填写有误", faults)
        values = {**values, "facts": facts | _retired_facts(record, kind)}
    for name, value in values.items():
        setattr(record, name, value)
    if values.get("direct") is None:
        record.direct = rules.is_direct(kind, record.mode)
    _place(record, kind)
    record.title = (record.title.strip() or _title(record, kind))[:80]
    record.day = clock.day_of(record.started_at)
    record.minutes = rules.minutes_between(record.started_at, record.ended_at)
    _compute(record, kind)
    _refuse_impossible(record)


def _retired_facts(record, kind):
    """What the record holds in fields that nobody is asked for any more."""
    retired = {field["name"] for field in kind.fields if field.get("retired")}
    return {name: value for name, value in record.facts.items() if name in retired}


def _compute(record, kind):
    """Fill the computed facts from what is known now; one that can't be computed is not recorded."""
    formulas = {field["name"] for field in kind.fields if field.get("computed") and not field.get("retired")}
    if formulas:
        given = {name: value for name, value in record.facts.items() if name not in formulas}
        record.facts = given | computed(kind.fields, {name: getattr(record, name) for name in READ} | given)
        if rules.is_too_long(record.facts):
            raise Refused("填写有误", [rules.Fault("", rules.TOO_LONG)])


def _place(record, kind):
    """The subject brings its household, person and community along."""
    if record.group is not None:
        record.area = record.group.area
    if kind.subject == "entry" and record.team is not None:
        record.household, record.person = record.team.household, record.team.person
        record.area = record.team.area or record.area
    if record.case is not None:
        record.household, record.person = record.case.household, record.case.person
    if record.person is not None:
        record.household = record.person.household
    if record.household is not None:
        record.area = record.household.area
    record.street_id = record.area.street_id or record.area_id if record.area is not None else None


def _title(record, kind):
    subject = getattr(record, rules.SUBJECT_COLUMNS.get(kind.subject, kind.subject), None)
    if kind.subject == "entry":
        return subject.label if subject else ""
    number = subject.household.number if kind.subject == "person" and subject else str(subject or "")
    return f"{kind.label} {number}".strip() if kind.subject != "none" else ""


def _refuse_impossible(record):
    """What no draft may hold, in words, before the database says it in its own."""
    if record.ended_at is not None and record.ended_at < record.started_at:
        raise Refused("填写有误", [rules.Fault("end", "结束须晚于开始")])
    try:
        record.clean_fields(exclude=NOT_TYPED)
    except ValidationError as error:
        raise Refused(
            "填写有误", [rules.Fault(name, text) for name, texts in error.message_dict.items() for text in texts]
        ) from error


def faults_of(record, *, at):
    """What stands between a record and its submission, as rules.Fault."""
    contract = record.contract
    frame = rules.Frame(
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        streets=frozenset(contract.contractareas.values_list("area_id", flat=True)),
        contract_id=contract.pk,
    )
    return rules.submission_faults(record, _kind(record.kind), frame, evidence=_paper_counts(record), at=at)


def _paper_counts(record):
    """{paper kind: number} of what proves the record: uploaded files, and forms that were filled in the system."""
    found = Counter(RecordEvidence.objects.filter(record=record).values_list("kind", flat=True))
    return found + Counter(RecordForm.objects.filter(record=record).values_list("kind", flat=True))
