"""Opening one value of one person: a purpose, for a child also a supervisor's approval; the trail is written first."""

from django.db import IntegrityError, transaction

from caseload import queries
from caseload.models import DisclosureMove, DisclosureRequest, Person
from caseload.queries import disclosure as reads
from caseload.rules import disclosure as rules
from tenancy import audit
from tenancy.clock import SHANGHAI, day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused, broken_rule

# What may be shown one at a time, and its word.
PERSON_FIELDS = {"name": "姓名", "id_number": "身份证号", "phone": "电话", "details": "个人情况"}
HOUSEHOLD_FIELDS = {"address": "住址", "note": "备注", "details": "台账内容"}


def fields_of(row):
    """{field: word} of what may be opened of a person or a household."""
    return PERSON_FIELDS if isinstance(row, Person) else HOUSEHOLD_FIELDS


def _household(row):
    return row.household if isinstance(row, Person) else row


# --- opening ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def reveal_person_field(person, field, purpose, *, by, at):
    """The plain text of one field of one person. The audit comes first: without it nothing is shown.

    `field` is name, id_number or phone; `purpose` is what the reader needs it for. Of a minor only on an approval that
    still holds, and once on each, save for the worker of the child's own case. Raises Refused otherwise.
    """
    return _reveal(person, field, purpose, by=by, at=at)


@transaction.atomic
def reveal_household_field(household, field, purpose, *, by, at):
    """The plain text of a household's address, note or ledger content, audited first as for a person's field."""
    return _reveal(household, field, purpose, by=by, at=at)


def _reveal(row, field, purpose, *, by, at):
    household = _household(row)
    if not queries.may_reveal(by, household.contract):
        raise Refused("你的角色不能查看个人信息")
    if field not in fields_of(row):
        raise Refused("没有这一项")
    if len(purpose.strip()) < 2:
        raise Refused("写明用途再查看")
    limit = rules.too_many(*reads.looks(by, at=at))
    if limit:
        raise Refused(limit)
    opening = reads.opening_of(by, row, on=day_of(at))
    used = _spend(opening, field, by=by, at=at) if opening.kind == rules.APPROVAL else None
    audit.record(
        "person.revealed", by=by, at=at, target=household, fields_seen=[f"{row._meta.model_name}.{field}"],
        purpose=purpose.strip()[:120], row=str(row.pk), **({"approval": str(used.pk)} if used else {}),
    )  # fmt: skip
    return getattr(row, field).reveal()


def _spend(opening, field, *, by, at):
    """Use up the approval of a child's field; Refused without one that holds."""
    state = opening.of(field, at=at)
    if state == "asked":
        raise Refused("未成年人的信息，申请正等主管批准")
    if state != "approved":
        raise Refused("未成年人的信息须先申请，由主管批准")
    return _move(opening.requests[field], "use", by=by, at=at, used_at=at)


# --- requests ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def ask_disclosure(row, field, *, purpose, reason, by, at):
    """Ask to open one field of a minor, or of a household of minors; returns the request that waits for a supervisor.

    Raises Refused when a purpose alone is enough, when the role may not open anything, or when it was asked already.
    """
    household = _household(row)
    kind = reads.opening_of(by, row, on=day_of(at)).kind
    if kind != rules.APPROVAL:
        raise Refused("你的角色不能查看个人信息" if kind == rules.NO else "这一项写明用途即可查看，不必申请")
    faults = rules.faults(field, fields_of(row), reason)
    if faults:
        raise Refused("没有提交", faults)
    request = DisclosureRequest(
        household=household, person=row if isinstance(row, Person) else None, field=field, purpose=purpose,
        reason=reason.strip()[:200], asked_by=by, asked_at=at, decider=reads.decider_for(by, household),
    )  # fmt: skip
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(broken_rule(error, DisclosureRequest, "这一项刚申请过")) from error
    _remember(request, "ask", "", by=by, at=at, reason=reason)
    audit.record(
        "disclosure.asked", by=by, at=at, target=household, field=field, purpose=purpose, row=str(row.pk)
    )  # fmt: skip
    return request


@transaction.atomic
def approve_disclosure(request, *, days, by, at, decision=""):
    """Let the asker open the field once until the end of the day, or of the third day; never one's own request."""
    _refuse_non_decider(request, by)
    if days not in rules.TERMS:
        raise Refused("选有效期")
    until = rules.end_of(at.astimezone(SHANGHAI), days)
    moved = _move(request, "approve", by=by, at=at, reason=decision, decided_by=by, decided_at=at, valid_until=until, decision=decision.strip()[:200])  # fmt: skip
    audit.record("disclosure.approved", by=by, at=at, target=request.household, field=request.field, until=str(day_of(until)))  # fmt: skip
    return moved


@transaction.atomic
def refuse_disclosure(request, *, decision, by, at):
    """Say no, with the reason."""
    _refuse_non_decider(request, by)
    if not decision.strip():
        raise Refused("写明不予批准的原因")
    moved = _move(request, "refuse", by=by, at=at, reason=decision, decided_by=by, decided_at=at, decision=decision.strip()[:200])  # fmt: skip
    audit.record("disclosure.refused", by=by, at=at, target=request.household, field=request.field)
    return moved


@transaction.atomic
def withdraw_disclosure(request, *, by, at):
    """Take one's own request, or an approval that isn't needed any more, back."""
    if request.asked_by_id != by.pk:
        raise Refused("只有申请人可以撤回")
    moved = _move(request, "withdraw", by=by, at=at)
    audit.record("disclosure.withdrawn", by=by, at=at, target=request.household, field=request.field)
    return moved


def _refuse_non_decider(request, by):
    if not allows(by, Permission.MINOR_APPROVE) or request.decider_id != by.organisation_id:
        raise Refused("只有申请人所在单位的主管可以批准")
    if request.asked_by.account_id == by.account_id:
        raise Refused("不能批准自己的申请")


def _move(request, verb, *, by, at, reason="", **values):
    """Compare and set: an approval can be used by one of two clicks, a request decided by one of two supervisors."""
    if not rules.allowed(verb, request.state):
        raise Refused(rules.refusal(verb, request.state))
    seen, state = request.state, rules.MOVES[verb][1]
    if not DisclosureRequest.objects.filter(pk=request.pk, state=seen).update(state=state, **values):
        raise Conflict()
    request.refresh_from_db()
    _remember(request, verb, seen, by=by, at=at, reason=reason)
    return request


def _remember(request, verb, seen, *, by, at, reason=""):
    DisclosureMove.objects.create(
        request=request, verb=verb, from_state=seen, to_state=request.state, by=by, at=at, reason=reason.strip()[:400]
    )
