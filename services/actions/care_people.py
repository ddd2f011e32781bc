"""People likely to wander off again: entered with their guardian, called every week, shown in full for a purpose."""

from datetime import timedelta

from django.db import transaction

from caseload.actions import registers
from caseload.models import RegisterEntry
from caseload.rules.people import normal_name
from contracts.models import Contract
from services.actions import batches, records
from services.actions.batches import Entry
from services.actions.measuring import measure_again
from services.models import KeyPerson, ServiceRecord
from services.queries import care_people as queries
from services.rules import care as care_rules
from services.rules import care_people as rules
from tenancy import audit, keys
from tenancy.problems import Refused

CALL_LASTS = timedelta(minutes=5)
FIELDS = {"guardian": "监护人", "phone": "联系电话", "address": "住址"}


@transaction.atomic
def add_key_person(contract, *, kind, reason, name, guardian, phone, from_day, by, at, address=""):
    """Put somebody on a register of people who are called every week; returns the KeyPerson.

    The register's entry has a number for its label; who it is stands sealed beside it.
    """
    records._refuse_non_writer(contract, by)
    problems = rules.person_problems(
        name=name, reason=reason, reasons=KeyPerson.Reason.values, phone=phone, guardian=guardian
    )
    problems += [] if kind in care_rules.WANDERERS else ["选择名册"]
    if problems:
        raise Refused("没有登记", problems)
    Contract.objects.select_for_update().get(pk=contract.pk)
    entry = registers.put_on_register(
        contract=contract, kind=kind, label=_next_label(contract), from_day=from_day, by=by, at=at
    )
    person = KeyPerson.objects.create(
        entry=entry, reason=reason, name=name.strip(), name_index=keys.blind_index(normal_name(name)), guardian=guardian.strip(),
        phone=phone.strip(), address=address.strip(), created_by=by, created_at=at,
    )  # fmt: skip
    audit.record("key_person.add", by=by, at=at, target=person, kind=kind, reason=reason)
    measure_again(contract.pk)
    return person


def _next_label(contract):
    """The next free number of the contract's key persons. Call it under the contract's lock."""
    prefix = f"{contract.code}-K-"
    labels = RegisterEntry.objects.filter(contract=contract, label__startswith=prefix).values_list("label", flat=True)
    taken = [int(label.removeprefix(prefix)) for label in labels if label.removeprefix(prefix).isdigit()]
    return f"{prefix}{max(taken, default=0) + 1:04d}"


@transaction.atomic
def log_call(person, *, id, result, by, at, again=False, told=False, note=""):
    """Log this week's telephone call with somebody: a record of the kind that calls the register; returns it.

    The same id again returns the record that is there. That somebody wandered off again, and that the civil affairs office
    was told, are the record's own facts.
    """
    contract = person.entry.contract
    records._refuse_non_writer(contract, by)
    known = ServiceRecord.objects.filter(pk=id, created_by=by, team=person.entry).first()
    if known is not None:
        return known
    problems = rules.call_problems(result=result, again=again, told=told, note=note)
    if problems:
        raise Refused("没有登记", problems)
    kind = queries.call_kind(person.entry.kind)
    if kind is None:
        raise Refused("没有登记回访这类活动，请系统管理员先设置")
    words = note.strip() or rules.CALL_LABELS[result]
    if again:
        words += "。发现反复流浪，" + ("已反馈辖区民政部门" if told else "尚未反馈辖区民政部门")
    values = {
        "team": person.entry, "started_at": at - CALL_LASTS, "ended_at": at, "narrative": words,
        "facts": rules.call_facts(kind.fields, again=again, told=told), **({"mode": "phone"} if kind.modes else {}),
    }  # fmt: skip
    record = batches.log_records([Entry(kind.code, values, id=id)], contract=contract, by=by, at=at)[0]
    audit.record("key_person.call", by=by, at=at, target=person, result=result, again=again, told=told)
    return record


@transaction.atomic
def reveal_key_person(person, field, *, purpose, by, at):
    """One personal value, kept in the trail with its purpose before it is shown."""
    if field not in FIELDS:
        raise Refused("没有这一项")
    if not queries.handles(by, person.entry.contract):
        raise Refused("你的角色不能查看这一项")
    if len(purpose.strip()) < 4:
        raise Refused("写明用途，至少 4 个字")
    audit.record("key_person.reveal", by=by, at=at, target=person, fields_seen=[field], purpose=purpose.strip()[:120])
    return getattr(person, field).reveal()
