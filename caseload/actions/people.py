"""What is kept of each member of a household: employment, schooling, health, disability, and who cares for whom."""

from django.db import IntegrityError, transaction

from caseload import queries
from caseload.actions import changes
from caseload.actions.completeness import refresh_file
from caseload.models import Carer, Household, Person
from caseload.queries import disclosure
from caseload.queries.openings import may_lay_out
from caseload.rules import disclosure as disclosure_rules
from caseload.rules import ledger
from caseload.rules.people import normal_name
from tenancy import audit
from tenancy.clock import day_of
from tenancy.problems import Conflict, Refused, broken_rule

CONTACT = ("phone", "relation")


def _locked(person):
    """A person under the lock of its household: two acts on one family wait for each other."""
    household = Household.objects.select_for_update(of=("self",)).get(pk=person.household_id)
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    return household, person


@transaction.atomic
def set_person_details(person, *, details, by, at, **contact):
    """Write personal fields of a member ({field: text}; "" clears one, what isn't given stays), and phone= or relation=.

    What stood before goes to the change register. Raises Refused for an unknown field or choice.
    """
    values = {**details, **{name: text for name, text in contact.items() if name in CONTACT and text is not None}}
    _refuse_unknown(details)
    household, person = _locked(person)
    changes.write(household, person, values, by=by, at=at)
    refresh_file(household, at=at)
    audit.record("person.details_set", by=by, at=at, target=household, person=str(person.pk), fields=sorted(values))
    return person


def _refuse_unknown(details):
    faults = [f"成员没有这一项：{code}" for code in details if code not in ledger.PERSONAL]
    for code, text in details.items():
        known = ledger.CHOICES.get(code)
        if known and text and text not in known:
            faults.append(f"{ledger.PERSONAL[code]}写{'、'.join(known)}之一")
    if faults:
        raise Refused("没有保存", faults)


@transaction.atomic
def add_carer(person, *, role, relation, from_day, by, at, member=None, name="", phone=""):
    """Say who cares for a member or is the guardian: another `member` of the household, or somebody by name and telephone.

    Raises Refused with every fault at once, also when the same member has the same role already.
    """
    household, person = _locked(person)
    name = normal_name(name)
    faults = [] if member or name else ["选家庭成员，或写明姓名"]
    faults += [] if relation.strip() else ["与本人关系未填"]
    if member and member.household_id != household.pk:
        faults.append("所选的人不在这一户")
    if not member and not phone.strip():
        faults.append("电话未填")
    if from_day > day_of(at):
        faults.append("起始日期不得晚于今天")
    same = Carer.objects.filter(queries.present_on(from_day), person=person, member=member, role=role) if member else ()
    if same:
        faults.append("已登记")
    if faults:
        raise Refused("没有登记", faults)
    carer = Carer(
        household=household, person=person, role=role, member=member, name="" if member else name, phone="" if member else phone.strip(),
        relation=relation.strip(), from_day=from_day, created_by=by, created_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            carer.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(broken_rule(error, Carer, "没有登记")) from error
    refresh_file(household, at=at)
    audit.record("carer.added", by=by, at=at, target=household, person=str(person.pk), role=role)
    return carer


@transaction.atomic
def end_carer(carer, *, to_day, by, at):
    """Say on which day somebody was carer or guardian for the last time; the row stays as history."""
    household, _ = _locked(carer.person)
    if to_day < carer.from_day:
        raise Refused("截止日不得早于起始日")
    if to_day > day_of(at):
        raise Refused("截止日不得晚于今天")
    if not Carer.objects.filter(pk=carer.pk, to_day=None).update(to_day=to_day):
        raise Conflict("已截止。刷新后再看一次")
    refresh_file(household, at=at)
    audit.record("carer.ended", by=by, at=at, target=household, person=str(carer.person_id), role=carer.role, to_day=str(to_day))  # fmt: skip


# --- opening ----------------------------------------------------------------------------------------------------------
CARER_FIELDS = ("name", "phone")


@transaction.atomic
def reveal_carer_field(carer, field, purpose, *, by, at):
    """Name or telephone of a carer. Of a child's only to the worker of the child's own case: nobody asks for one alone."""
    if field not in CARER_FIELDS:
        raise Refused("没有这一项")
    _refuse_unless_open(carer.household, carer.person, purpose, by=by, at=at)
    _remember(carer, [f"carer.{field}"], purpose, by=by, at=at)
    return getattr(carer, field).reveal()


@transaction.atomic
def reveal_change(change, field, purpose, *, by, at):
    """(old text, new text, [(word, text)] of reporter and evidence) of one line of the change register."""
    if field != "change":
        raise Refused("没有这一项")
    _refuse_unless_open(change.household, change.person, purpose, by=by, at=at)
    _remember(change, [f"ledgerchange.{change.item}"], purpose, by=by, at=at)
    proof = [("报告人", change.reporter.reveal()), ("佐证", change.evidence.reveal())]
    return change.old.reveal(), change.new.reveal(), [(word, text) for word, text in proof if text]


def _refuse_unless_open(household, person, purpose, *, by, at):
    if not queries.may_reveal(by, household.contract):
        raise Refused("你的角色不能查看个人信息")
    if len(purpose.strip()) < 2:
        raise Refused("写明用途再查看")
    limit = disclosure_rules.too_many(*disclosure.looks(by, at=at))
    if limit:
        raise Refused(limit)
    found, own = may_lay_out(by, household, list(household.people.all()), on=day_of(at))
    if not (found.get(person.pk, False) if person else own):
        raise Refused("未成年人的这一项，只由办理其个案的社工查看")


def _remember(row, fields, purpose, *, by, at):
    audit.record("person.revealed", by=by, at=at, target=row.household, fields_seen=fields, purpose=purpose.strip()[:120], row=str(row.pk))  # fmt: skip
