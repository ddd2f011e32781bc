"""Every write on the ledger: households, people, categories, papers, and what is shown of a person.

Identity numbers, names, telephones and addresses are sealed; they are found again through blind indexes only.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from caseload import queries
from caseload.actions import changes, registers
from caseload.actions.belonging import end_category, join, set_category  # noqa: F401  (acts on the ledger too)
from caseload.actions.completeness import refresh_file
from caseload.actions.disclosure import reveal_household_field, reveal_person_field  # noqa: F401  (acts on the ledger too)
from caseload.actions.household_papers import add_household_paper  # noqa: F401  (acts on the ledger too)
from caseload.actions.registers import leave_register, put_on_register  # noqa: F401  (acts on the ledger too)
from caseload.models import Category, Household, Person
from caseload.rules import ledger, people
from contracts.actions import refuse_terminated
from contracts.models import Contract
from contracts.queries import streets_of
from tenancy import audit, keys
from tenancy.clock import day_of
from tenancy.problems import Refused


@transaction.atomic
def load_default_categories(*, by, at):
    """Give the tenant the ledger's categories (domain: 台账标准); those it has already stay as they are."""
    known = set(Category.objects.values_list("code", flat=True))
    Category.objects.bulk_create(
        Category(
            code=line.code,
            label=line.label,
            group=line.group,
            required_fields=list(line.required),
            is_assistance=line.is_assistance,
            counts_as=line.counts_as,
            sort=sort,
        )
        for sort, line in enumerate(ledger.DEFAULT_CATEGORIES)
        if line.code not in known
    )
    audit.record("categories.loaded", by=by, at=at, added=len(ledger.DEFAULT_CATEGORIES) - len(known))


@transaction.atomic
def add_household(*, contract, area, persons, by, at, details=None, **known):
    """Enter a family with its people in one act and open its file; returns the Household.

    `persons` are dicts with name and optionally id_number, phone, sex, birth_date, relation, is_head (the first is the
    head when none is marked). `details` is {ledger field: text}. `known`: number, address, note, categories (codes),
    filed_on (the day from which the file exists, today by default). Raises Refused with every fault at once.
    """
    refuse_terminated(contract)
    _refuse_place(contract, area)
    _refuse_people(persons)
    Contract.objects.select_for_update().get(pk=contract.pk)  # one number at a time
    filed_on = known.get("filed_on") or day_of(at)
    household = Household(
        contract=contract, area=area, street_id=area.street_id, number=known.get("number") or _next_number(contract),
        address=known.get("address", ""), note=known.get("note", ""), details=_packed(details or {}), created_by=by, created_at=at,
    )  # fmt: skip
    _save(household)
    made = [_person(household, line, is_head, at) for line, is_head in _with_head(persons)]
    for person in made:
        _save(person)
    registers.enter(contract=contract, kind=ledger.FILE_REGISTER, household=household, from_day=filed_on, at=at)
    for code in known.get("categories", ()):
        join(household, Category.objects.get(code=code), from_day=filed_on, at=at)
    refresh_file(household, at=at)
    audit.record("household.added", by=by, at=at, target=household, people=len(made), contract=contract.code)
    return household


def _next_number(contract):
    return f"{contract.code}-H-{queries.next_number(Household, contract, 'H'):04d}"


def _with_head(persons):
    marked = next((at for at, line in enumerate(persons) if line.get("is_head")), 0)
    return [(line, at == marked) for at, line in enumerate(persons)]


def _refuse_place(contract, area):
    if not streets_of(contract).filter(pk=area.street_id).exists():
        raise Refused("没有登记", [f"{area.name}不在本合同服务的街道（乡镇）内"])


def _refuse_people(persons):
    """Every fault of every person at once, and numbers that are on the ledger already or twice in the list."""
    faults = [] if persons else ["至少登记一名家庭成员"]
    seen = set()
    for at, line in enumerate(persons, 1):
        number = people.normal_id_number(line.get("id_number", ""))
        who = f"第 {at} 人："
        if not people.normal_name(line.get("name", "")):
            faults.append(who + "姓名未填")
        fault = people.id_number_fault(number) if number else ""
        if fault:
            faults.append(who + fault)
        elif number and number in seen:
            faults.append(who + "身份证号与前面的人相同")
        elif number and queries.find_by_id_number(number):
            faults.append(who + "这个身份证号已在台账中")
        seen.add(number)
    if faults:
        raise Refused("没有登记", faults)


def _person(household, line, is_head, at):
    """An unsaved Person; birth date and sex come from the identity number unless they are given."""
    name, number = people.normal_name(line["name"]), people.normal_id_number(line.get("id_number", ""))
    return Person(
        household=household, name=name, name_index=keys.blind_index(name), surname_index=keys.blind_index(people.surname_of(name)),
        id_number=number, id_number_index=keys.blind_index(number) if number else "", phone=line.get("phone", "").strip(),
        sex=line.get("sex") or people.sex_of(number), birth_date=line.get("birth_date") or people.birth_date_of(number),
        relation=line.get("relation") or ("户主" if is_head else "其他"), is_head=is_head, created_at=at,
    )  # fmt: skip


def _packed(details):
    """{field: text} as it is sealed; raises Refused for a field that the ledger doesn't know."""
    _refuse_unknown(details)
    return ledger.packed(details)


def _refuse_unknown(details):
    unknown = [code for code in details if code not in ledger.FIELDS]
    if unknown:
        raise Refused(f"台账没有这些字段：{'、'.join(unknown)}")


def _save(row):
    """Save a new row; a constraint that it breaks becomes a Refused with the constraint's own sentence."""
    try:
        row.validate_constraints()
        with transaction.atomic():
            row.save(force_insert=True)
    except ValidationError as error:
        raise Refused("；".join(error.messages)) from error
    except IntegrityError as error:
        raise Refused("这一条刚被别人登记过。刷新后再看一次") from error


@transaction.atomic
def add_person(household, *, name, by, at, **known):
    """Add a member to a household (id_number, phone, sex, birth_date, relation); returns the Person."""
    line = {"name": name, **known}
    _refuse_people([line])
    person = _person(household, line, False, at)
    _save(person)
    refresh_file(household, at=at)
    audit.record("person.added", by=by, at=at, target=household)
    return person


@transaction.atomic
def set_details(household, *, details, by, at, address=None, note=None):
    """Write ledger fields ({field: text}; an empty text clears one, what isn't given stays) and, when given, address and note.

    What stood before goes to the change register.
    """
    _refuse_unknown(details)
    household = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
    values = {**details, **{name: text for name, text in (("address", address), ("note", note)) if text is not None}}
    changes.write(household, None, values, by=by, at=at)
    refresh_file(household, at=at)
    audit.record("household.details_set", by=by, at=at, target=household, fields=sorted(details))
    return household


@transaction.atomic
def set_system_no(household, system_no, *, by, at):
    """Keep the number under which the household was entered in the bureau's own system (精准救助帮扶系统)."""
    entry = queries.file_entry(household)
    if entry is None:
        raise Refused("这户还没有家庭档案")
    registers.note(entry, facts={"system_no": system_no.strip()})
    audit.record("household.system_no_set", by=by, at=at, target=household)
