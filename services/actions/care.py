"""Every write on the care journal: a shift handed in at once, verified at once, one line sent back or put right.

What a line says becomes service records, as many as it says; their ids follow from the line's, so that nothing is made twice.
"""

from uuid import uuid5

from django.db import IntegrityError, transaction

from caseload.queries.station import residents
from services.actions import batches, incidents, records
from services.actions.batches import Entry
from services.models import ActivityKind, CareLine, CareLineMove, CareShift, ServiceRecord
from services.rules import care as rules
from services.rules import records as record_rules
from tenancy import audit
from tenancy.problems import Conflict, Refused

TOGETHER = "随班集中登记"


@transaction.atomic
def hand_in_shift(*, id, contract, day, slot, slots, started_at, ended_at, lines, by, at):
    """Log a shift's care in one act: `lines` are {stay pk: rules.Said}; returns the CareShift.

    The same id again returns the shift that is there, unchanged. Raises Refused with everything that is wrong, and for
    residents about whom the shift has been logged already.
    """
    records._refuse_non_writer(contract, by)
    faults = rules.shift_faults(
        day=day, slot=slot, slots=slots, started_at=started_at, ended_at=ended_at, starts_on=contract.starts_on, ends_on=contract.ends_on,
        at=at, lines=len(lines),
    )  # fmt: skip
    shift, is_new = _shift(
        id, contract, by, at, day=day, slot=slot, started_at=started_at, ended_at=ended_at, faults=faults
    )
    if not is_new:
        return shift
    present = {stay.pk: stay for stay in residents(contract, on=day).select_related("entry__contract")}
    strange = [pk for pk in lines if pk not in present]
    if strange:
        raise Refused(f"有 {len(strange)} 人这一天不在站。刷新后再登记")
    made = [_line(shift, present[pk].entry, said) for pk, said in lines.items()]
    _insert(made, by=by, at=at)
    _log(made, by=by, at=at)
    audit.record("care.hand_in", by=by, at=at, target=shift, slot=slot, day=str(day), lines=len(made))
    return shift


def _shift(id, contract, by, at, *, faults, **values):
    """(the shift of that id, whether it was begun just now)"""
    shift = CareShift(id=id, contract=contract, created_by=by, created_at=at, **values)
    known = CareShift.objects.filter(pk=id).first()
    if known is None and faults:
        raise Refused("没有登记", faults)
    if known is None:
        try:
            with transaction.atomic():
                shift.save(force_insert=True)
        except IntegrityError:  # the same one, sent twice at the same moment
            known = CareShift.objects.filter(pk=id).first()
        else:
            return shift, True
    if known is None or known.created_by_id != by.pk or known.contract_id != contract.pk:
        raise Refused("这个班次编号已被别人使用。回到上一页重新登记")
    return known, False


def _line(shift, entry, said):
    return CareLine(
        id=uuid5(shift.pk, str(entry.pk)), shift=shift, entry=entry, day=shift.day, slot=shift.slot,
        presence=said.presence, marks=said.marks, note=said.note,
    )  # fmt: skip


def _insert(made, *, by, at):
    taken = CareLine.objects.filter(entry__in=[line.entry_id for line in made], day=made[0].day, slot=made[0].slot)
    there = sorted(taken.values_list("entry__label", flat=True))
    if there:
        raise Refused(
            f"{'、'.join(there[:3])}{' 等' if len(there) > 3 else ''} {len(there)} 人本班已登记。刷新后只登其余的人"
        )
    kinds = _kinds()
    for line in made:
        line.records = [uuid5(line.pk, code) for code in rules.records_of(_said(line), kinds)]
    try:
        with transaction.atomic():
            CareLine.objects.bulk_create(made)
    except IntegrityError as error:  # another phone handed in the same residents at the same moment
        raise Conflict("其中有人本班刚被登记。刷新后只登其余的人") from error
    CareLineMove.objects.bulk_create(
        [CareLineMove(line=line, verb="hand_in", to_state=line.state, by=by, at=at) for line in made]
    )


def _log(made, *, by, at):
    """The records of all lines, in one batch; a shift in which everybody was away leaves none."""
    kinds, entries = _kinds(), []
    for line in made:
        for code, (kind, facts) in rules.records_of(_said(line), kinds).items():
            entries.append(Entry(kind, _values(line, facts), id=uuid5(line.pk, code)))
    if entries:
        batches.log_records(entries, contract=made[0].shift.contract, by=by, at=at)


def _values(line, facts):
    told = line.note.reveal() if line.note else ""
    shift = line.shift
    return {
        "team": line.entry, "started_at": shift.started_at, "ended_at": shift.ended_at, "facts": facts,
        "narrative": f"{told}（{TOGETHER}）" if told else TOGETHER,
    }  # fmt: skip


def _kinds():
    return frozenset(ActivityKind.objects.filter(is_active=True).values_list("code", flat=True))


def _said(line):
    return rules.Said(line.presence, line.marks, line.note.reveal() if line.note else "")


# --- deciding ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def verify_shift(shift, *, by, at):
    """Quality control of the same agency confirms everything of a shift that waits, in one act; returns how many residents."""
    lines = list(CareLine.objects.select_for_update(of=("self",)).filter(shift=shift, state=rules.SUBMITTED))
    if not lines:
        raise Refused("这一班没有待核的登记")
    waiting = [record for record in _records_of(lines) if record.state == record_rules.SUBMITTED]
    if waiting:
        batches.verify_records(waiting, by=by, at=at)
    else:
        records._refuse_non_verifier(shift, by)
    CareLine.objects.filter(pk__in=[line.pk for line in lines]).update(state=rules.VERIFIED)
    moves = [
        CareLineMove(line=line, verb="verify", from_state=line.state, to_state=rules.VERIFIED, by=by, at=at)
        for line in lines
    ]
    CareLineMove.objects.bulk_create(moves)
    audit.record("care.verify", by=by, at=at, target=shift, lines=len(lines))
    return len(lines)


@transaction.atomic
def return_line(line, *, reason, by, at):
    """Send one resident's line back with what must be put right; what it said stops counting. Returns the line."""
    line = _locked(line)
    records._refuse_non_verifier(line.shift, by)
    reason = reason.strip()[:400]
    if not reason:
        raise Refused("退回须写明要补什么")
    for record in _records_of([line]):
        records.return_record(record, reason=reason, by=by, at=at)
    return _move(line, "return", by=by, at=at, reason=reason, return_reason=reason)


@transaction.atomic
def correct_line(line, *, said, by, at):
    """Say something else of one resident in a shift; what it said before stays in its history. Returns the line.

    By whoever handed it in, while it waits or after it was returned. Records of what is no longer said are taken back.
    """
    line = _locked(line)
    if line.shift.created_by_id != by.pk:
        raise Refused("只能更正自己登记的班次")
    if line.state not in rules.MOVES["correct"][0]:
        raise Refused(rules.refusal("correct", line.state))
    before = {"presence": line.presence, "marks": line.marks, "note": line.note.reveal() if line.note else ""}
    line.presence, line.marks, line.note = said.presence, said.marks, said.note
    wanted = {uuid5(line.pk, code): found for code, found in rules.records_of(said, _kinds()).items()}
    there = {record.pk: record for record in ServiceRecord.objects.filter(pk__in=[*line.records, *line.taken_back])}
    for record in there.values():
        _reopen(record, by=by, at=at)
    for pk, (kind, facts) in wanted.items():
        _say(there.get(pk), pk, kind, _values(line, facts), contract=line.shift.contract, by=by, at=at)
    line.records, line.taken_back = list(wanted), [pk for pk in there if pk not in wanted]
    line.save(update_fields=["presence", "marks", "note", "records", "taken_back"])
    return _move(line, "correct", by=by, at=at, before=before, version=line.version + 1, return_reason="")


def _reopen(record, *, by, at):
    """Back to a draft of its writer, whatever has become of it."""
    if record.state == record_rules.SUBMITTED:
        records.withdraw_record(record, by=by, at=at)
    elif record.state == record_rules.RETURNED:
        records.correct_record(record, by=by, at=at)


def _say(record, pk, kind, values, *, contract, by, at):
    if record is None:
        record = records.start_record(contract=contract, kind=kind, by=by, at=at, id=pk, **values)
    else:
        record = ServiceRecord.objects.get(pk=pk)
        record = records.save_draft(record, by=by, at=at, **values)
    records.submit_record(record, by=by, at=at)


@transaction.atomic
def report_missed(line, *, by, at):
    """Report what a line says was missed, a meal or a medicine, as an incident of the contract; once. Returns the line."""
    line = _locked(line)
    words = rules.missed(_said(line))
    if line.incident_id is not None:
        raise Refused("这一行已报告过事件")
    if not words:
        raise Refused("这一行没有漏餐、漏服药")
    shift = line.shift
    line.incident = incidents.report_incident(
        shift.contract, kind=rules.MISSED, title=f"{line.entry.label} {'、'.join(words)}", happened_at=shift.started_at,
        narrative=line.note.reveal() if line.note else "", by=by, at=at,
    )  # fmt: skip
    line.save(update_fields=["incident"])
    audit.record("care.report_missed", by=by, at=at, target=line)
    return line


def _records_of(lines):
    """The records of lines that wait or count, as quality control sees them."""
    rows = ServiceRecord.objects.select_related("contract", "case", "group")
    ids = [pk for line in lines for pk in line.records]
    return list(rows.filter(pk__in=ids, state__in=[record_rules.SUBMITTED, record_rules.VERIFIED]))


def _locked(line):
    rows = CareLine.objects.select_for_update(of=("self",)).select_related(
        "shift__contract", "shift__created_by", "entry"
    )
    return rows.get(pk=line.pk)


def _move(line, verb, *, by, at, reason="", before=None, **values):
    """Decide, compare and swap, remember: the one way in which a line changes state. Returns it as it is now."""
    seen, goal = line.state, rules.MOVES[verb][1]
    if seen not in rules.MOVES[verb][0]:
        raise Refused(rules.refusal(verb, seen))
    if not CareLine.objects.filter(pk=line.pk, state=seen, version=line.version).update(state=goal, **values):
        raise Conflict("这一行刚被别人处理过。刷新后再看一次")
    for name, value in {"state": goal, **values}.items():
        setattr(line, name, value)
    move = CareLineMove(line=line, verb=verb, from_state=seen, to_state=goal, by=by, at=at, reason=reason)
    for name, value in (before or {}).items():
        setattr(move, name, value)
    move.save(force_insert=True)
    audit.record(f"care.{verb}", by=by, at=at, target=line, from_state=seen, to_state=goal)
    return line
