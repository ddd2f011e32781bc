"""Reads of service records, and who may see which: the access functions of this part."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Func, Prefetch, Q
from django.http import Http404

from caseload.models import Case, Person
from caseload.queries import disclosure, handles
from contracts.queries import in_sight, visible_contracts
from documents.rules import read_place
from services.models import ActivityKind, CareLine, RecordEvidence, RecordMove, ServiceRecord
from services.rules import records as rules
from services.rules import shots
from tenancy import clock, workdays
from tenancy.clock import day_of
from tenancy.models import Membership
from tenancy.permissions import Permission, allows, roles_with

PAGE = 50
RECENT = 6
INBOX = 200
PLACES_KNOWN = 10


# --- who may see what -------------------------------------------------------------------------------------------------
def visible_records(member, on):
    """The records that the member may see on the day.

    Those of the member's contracts; a subdistrict sees its own area only. Drafts are seen by whoever writes them, and what
    an agency has not handed in stays inside the agency.
    """
    return in_sight(ServiceRecord.objects.all(), member, on=on).filter(~Q(state=rules.DRAFT) | Q(created_by=member))


def get_record(member, pk, *, on):
    """A record that the member may see, with everything its page names, or 404."""
    record = with_names(visible_records(member, on)).filter(pk=pk).first()
    if record is None:
        raise Http404
    return record


def get_own_record(member, pk, *, on):
    """A record that the member wrote, or 404."""
    record = with_names(visible_records(member, on)).filter(pk=pk, created_by=member).first()
    if record is None:
        raise Http404
    return record


def get_evidence(member, record_pk, pk, *, on):
    """A paper of a record that the member may see, with its file, or 404."""
    row = (
        RecordEvidence.objects.select_related("file", "record")
        .filter(pk=pk, record_id=record_pk, record__in=visible_records(member, on).order_by().values("pk"))
        .first()
    )
    if row is None:
        raise Http404
    return row


def existing_record(member, pk):
    """The member's own record with an id that the phone made, or None: the id may be new."""
    return ServiceRecord.objects.filter(pk=pk, created_by=member).first()


def writable_contracts(member, *, on):
    """The contracts in force that the member's agency performs: where it may log services."""
    return visible_contracts(member, on=on).filter(provider_id=member.organisation_id, state="active")


def may_verify(member, record):
    """Whether quality control may decide on the record."""
    return (
        allows(member, Permission.RECORD_VERIFY)
        and record.contract.provider_id == member.organisation_id
        and record.created_by_id != member.pk
    )


def may_read_narrative(member, record):
    """Whether the text is shown without a purpose: to who wrote it, and to those of its agency who serve people or check.

    Others state a purpose (reveal_narrative); those of the agency who know nobody in person read their own records only.
    """
    own = record.contract.provider_id == member.organisation_id
    serves = allows(member, Permission.RECORD_WRITE) or allows(member, Permission.RECORD_VERIFY)
    if is_about_minor(record):
        return own and serves and _has_childs_file_in_hand(member, record)
    return own and serves and (record.created_by_id == member.pk or allows(member, Permission.PERSON_REVEAL))


def is_about_minor(record):
    """Whether the person whom a record names, or whose case it belongs to, is a minor today."""
    person = record.person or (record.case.person if record.case is not None else None)
    return person is not None and disclosure.is_minor(person, on=clock.today())


def _has_childs_file_in_hand(member, record):
    """Of a child the words are for who wrote them, who checks them, and who handles the case (未成年人网络保护条例第三十六条)."""
    checks = allows(member, Permission.RECORD_VERIFY)
    return record.created_by_id == member.pk or checks or (record.case is not None and handles(member, record.case))


# --- names ------------------------------------------------------------------------------------------------------------
def with_names(records):
    """Records with what a line shows of them, in a dozen statements however many there are.

    One statement with its eighteen joins takes PostgreSQL longer to plan than all of these take to run.
    """
    heads = Prefetch("household__people", Person.objects.filter(is_head=True), to_attr="heads")
    cases = Prefetch("case", Case.objects.select_related("person", "contract", "worker"))
    writers = Prefetch("created_by", Membership.objects.select_related("account", "organisation"))
    deciders = Prefetch("decided_by", Membership.objects.select_related("account"))
    return records.select_related("contract__provider", "area", "street").prefetch_related(
        "household", heads, "person", cases, "group", "team", writers, deciders
    )


def subject_of(record, member):
    """Whom or what the record was for, in words; names as person_name tells them."""
    if record.group is not None:
        return record.group.title
    person = record.person or (
        record.household.heads[0] if record.household is not None and getattr(record.household, "heads", None) else None
    )
    if person is None:
        return record.title or (record.household.number if record.household else "")
    return person_name(person, member, record.contract, record.case)


def person_name(person, member, contract, case=None):
    """The person's name as the member may see it: in full to those who serve under the contract, check it, or handle the case.

    Of a child only to those who handle its case (caseload.rules.disclosure holds the table).
    """
    number = case.number if case is not None else None
    return disclosure.name_in(disclosure.tie_to_record(member, contract, case), person, number, on=clock.today())


def kinds():
    """{code: ActivityKind} of the tenant, in order; one statement."""
    return {kind.code: kind for kind in ActivityKind.objects.all()}


def active_kinds():
    """The kinds that may be logged, in order."""
    return list(ActivityKind.objects.filter(is_active=True))


# --- lists --------------------------------------------------------------------------------------------------------
def filtered(
    records,
    *,
    contract=None,
    kind="",
    state="",
    street=None,
    worker=None,
    month=None,
    household=None,
    case=None,
    group=None,
):
    """Records narrowed by what the list's form offers; `month` is its first day."""
    wanted = {
        "contract": contract,
        "kind": kind,
        "state": state,
        "street": street,
        "created_by": worker,
        "household": household,
        "case": case,
        "group": group,
    }
    records = records.filter(**{name: value for name, value in wanted.items() if value})
    if month:
        records = records.filter(day__gte=month, day__lt=(month.replace(day=1) + timedelta(days=32)).replace(day=1))
    return records


def page_of_records(records, *, after=""):
    """(a page of records newest first, the cursor of the next page or ""). The cursor is "<moment>~<id>"."""
    if after:
        moment, _, pk = after.partition("~")
        try:
            started_at = datetime.fromisoformat(moment)
            records = records.filter(Q(started_at__lt=started_at) | Q(started_at=started_at, pk__lt=pk))
        except ValueError as error:
            raise Http404 from error
    # The page's ids come first: with the joins beside it the database would join every record that the filter leaves.
    found = list(records.values_list("pk", flat=True)[: PAGE + 1])
    more = len(found) > PAGE
    rows = list(with_names(ServiceRecord.objects.filter(pk__in=found[:PAGE])))
    return rows, f"{rows[-1].started_at.isoformat()}~{rows[-1].pk}" if more else ""


def state_counts(records):
    """{state: number} of the records, every state named."""
    return dict.fromkeys(rules.STATE_LABELS, 0) | dict(records.order_by().values_list("state").annotate(Count("pk")))


def workers_of(member, *, on):
    """(membership id, name) of those who write records under the contracts that the member may see, also of those who have left.

    The people of the parties, not the writers of a million records: a membership keeps its role for good.
    """
    seen = visible_contracts(member, on=on).order_by()
    rows = Membership.objects.filter(role__in=roles_with(Permission.RECORD_WRITE)).filter(
        Q(organisation__in=seen.values("provider")) | Q(organisation__in=seen.values("purchaser"))
    )
    return sorted(rows.values_list("pk", "account__name"), key=lambda row: row[1])


# --- quality control --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Waiting:
    """A record that waits for quality control, with its age in working days."""

    record: ServiceRecord
    age: int


def awaiting_verification(member, *, on):
    """What the member may decide on, the longest waiting first, each with its age."""
    calendar = workdays.calendar()
    rows = with_names(_awaiting(member, on)).annotate(photos=Count("evidence"))[:INBOX]
    return [Waiting(record, max(0, calendar.between(day_of(record.submitted_at), on))) for record in rows]


def _awaiting(member, on):
    rows = visible_records(member, on).filter(state=rules.SUBMITTED, contract__provider_id=member.organisation_id)
    # The records of a dormitory's shift are verified with the shift.
    lines = CareLine.objects.filter(state="submitted", shift__contract__provider_id=member.organisation_id)
    rows = rows.exclude(pk__in=lines.order_by().values(pk_of=Func("records", function="UNNEST")))
    return rows.exclude(created_by=member).order_by("submitted_at", "pk")


def count_awaiting(member, *, on):
    """How many records the member may decide on."""
    return _awaiting(member, on).count() if allows(member, Permission.RECORD_VERIFY) else 0


def next_awaiting(member, *, on):
    """The record that waits longest for the member, or None."""
    return _awaiting(member, on).first()


def evidence_of(record):
    """The record's papers with their files, in the order they were added."""
    return list(RecordEvidence.objects.filter(record=record).select_related("file"))


def moves_of(record):
    """The record's history with its people, newest first."""
    return list(RecordMove.objects.filter(record=record).select_related("by__account").order_by("-at", "-id"))


def doubts_about(record, kind, evidence):
    """Drafted reasons to return the record (rules.doubts), from its own papers and from other records."""
    others = ServiceRecord.objects.filter(contract=record.contract_id).exclude(pk=record.pk)
    subject = {
        name: getattr(record, f"{name}_id")
        for name in ("case", "group", "person", "household", "team")
        if getattr(record, f"{name}_id") and (name != "team" or kind.subject == "entry")
    }
    same_day = (
        others.filter(kind=record.kind, day=record.day, **subject).exclude(state=rules.DRAFT).count() if subject else 0
    )
    digests = {row.file.sha256 for row in evidence}
    shared = (
        RecordEvidence.objects.filter(file__sha256__in=digests)
        .exclude(record=record)
        .values("file__sha256")
        .distinct()
        .count()
    )
    taken = [(row.kind, day_of(row.file.taken_at) if row.file.taken_at else None) for row in evidence]
    found = rules.doubts(record, kind, evidence=taken, same_day=same_day, shared_photos=shared)
    told = [(row.file.taken_at, read_place(row.file.taken_place.reveal())) for row in evidence if row.kind == "photo"]
    return found + shots.doubts(record, told, places_known(record))


def places_known(record):
    """Where the last verified records of the same household have photos from: [(latitude, longitude)]."""
    if record.household_id is None:
        return []
    rows = RecordEvidence.objects.filter(
        record__household=record.household_id, record__state=rules.VERIFIED, kind="photo"
    )
    rows = rows.exclude(record=record).filter(file__taken_place__isnull=False).select_related("file")
    return [read_place(row.file.taken_place.reveal()) for row in rows.order_by("-added_at")[:PLACES_KNOWN]]


# --- one case ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Sessions:
    """The records of a case that the member may see: verified and direct ones counted."""

    records: list
    done: int
    direct: int
    verified: int


def case_sessions(member, case, *, on, kind="case_session"):
    """The interventions of a case, newest first, numbered from the first. `done` and `direct` leave drafts and returned ones out."""
    rows = visible_records(member, on).filter(case=case, kind=kind)
    rows = with_names(rows).prefetch_related("evidence").order_by("started_at", "pk")
    records = list(rows)
    for number, record in enumerate(records, 1):
        record.number = number
    handed_in = [record for record in records if record.state in (rules.SUBMITTED, rules.VERIFIED)]
    return Sessions(
        records=records[::-1],
        done=len(handed_in),
        direct=sum(1 for record in handed_in if record.direct),
        verified=sum(1 for record in handed_in if record.state == rules.VERIFIED),
    )


def sessions_done(cases):
    """{case id: (sessions handed in, of which direct)} for several cases, in one statement."""
    counts = ServiceRecord.objects.filter(
        case__in=cases, kind="case_session", state__in=[rules.SUBMITTED, rules.VERIFIED]
    ).order_by()
    rows = counts.values_list("case").annotate(done=Count("pk"), met=Count("pk", filter=Q(direct=True)))
    return {case: (done, direct) for case, done, direct in rows}


# --- the phone ----------------------------------------------------------------------------------------------------
def own_drafts(member, on):
    """The member's drafts and returned records, the returned ones first, newest first."""
    rows = visible_records(member, on).filter(created_by=member, state__in=[rules.DRAFT, rules.RETURNED])
    # What a correction of the care journal took back is nobody's unfinished work; a returned line is put right as a line.
    taken_back = CareLine.objects.filter(shift__created_by=member).exclude(taken_back=[])
    lines = CareLine.objects.filter(shift__created_by=member, state="returned")
    for of_lines, column in ((taken_back, "taken_back"), (lines, "records")):
        rows = rows.exclude(pk__in=of_lines.order_by().values(pk_of=Func(column, function="UNNEST")))
    records = list(with_names(rows)[:60])
    return [row for row in records if row.state == rules.RETURNED], [row for row in records if row.state == rules.DRAFT]


def own_month(member, on):
    """[(kind code, records handed in, of which verified)] of the member's records this month, the most first."""
    rows = ServiceRecord.objects.filter(
        created_by=member, day__gte=on.replace(day=1), day__lte=on, state__in=[rules.SUBMITTED, rules.VERIFIED]
    ).order_by()
    counts = rows.values_list("kind").annotate(handed_in=Count("pk"), sure=Count("pk", filter=Q(state=rules.VERIFIED)))
    return sorted(counts, key=lambda row: (-row[1], row[0]))


def recent_subjects(member, subject, contract):
    """The ids of the subjects that the member served last under the contract, newest first, each once."""
    column = f"{subject}_id"
    rows = ServiceRecord.objects.filter(created_by=member, contract=contract, **{f"{column}__isnull": False}).order_by(
        "-started_at", "-pk"
    )
    seen = dict.fromkeys(rows.values_list(column, flat=True)[:80])
    return list(seen)[:RECENT]


def label_of(code: str, labels: dict) -> str:
    """The kind's word, or the code itself for a kind that is gone."""
    return labels[code].label if code in labels else code


def first_of_month(text):
    """The first day of "2024-11", or None for anything else."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


# --- told in words ------------------------------------------------------------------------------------------------
def line_of(record, member, labels):
    """What a line or a head says of a record: kind, subject, place, mode, numbers."""
    kind = labels.get(record.kind)
    modes = {mode[0]: mode[1] for mode in kind.modes} if kind else {}
    return {
        "record": record,
        "label": kind.label if kind else record.kind,
        "name": subject_of(record, member),
        "mode": modes.get(record.mode, ""),
        "place": str(record.area) if record.area else "",
    }


def told_facts(record, kind):
    """[(label, value in words)] of the kind's own fields that were filled."""
    if kind is None:
        return []
    return [
        (field["label"], _word_of(field, record.facts[field["name"]]))
        for field in kind.fields
        if field["name"] in record.facts
    ]


def _word_of(field, value):
    if field["type"] == "boolean":
        return "是" if value else "否"
    if field["type"] == "choice":
        return dict(map(tuple, field["choices"])).get(value, value)
    return value


def told_evidence(rows, kind, *, with_place=False):
    """The papers with the kind's own words for them; where a photo was taken only `with_place`, for it may be a home."""
    labels = rules.evidence_labels(kind) if kind else {}
    return [
        {
            "row": row,
            "label": labels.get(row.kind, "材料"),
            "is_picture": bool(row.file.thumbnail_path),
            "place": row.file.taken_place.reveal() if with_place else str(row.file.taken_place),
        }
        for row in rows
    ]


def paper_chips(record, kind):
    """[(label, there)] of the papers that the kind asks for."""
    return (
        [
            (row["label"].strip("《》"), row["kind"] in record.papers)
            for row in kind.evidence
            if int(row.get("min", 0)) or row["kind"] in record.papers
        ]
        if kind
        else []
    )
