"""Every write on the ledger: households, people, categories, papers, and what is shown of a person.

Identity numbers, names, telephones and addresses are sealed; they are found again through blind indexes only.
"""

import json

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from caseload import queries
from caseload.actions import registers
from caseload.actions.registers import leave_register, put_on_register  # noqa: F401  (acts on the ledger too)
from caseload.models import Category, Household, HouseholdCategory, HouseholdPaper, Person, RegisterEntry
from caseload.rules import ledger, people
from contracts.models import Contract
from contracts.queries import streets_of
from tenancy import audit, keys
from tenancy.clock import day_of
from tenancy.problems import Refused

# What may be shown one at a time, and its word.
PERSON_FIELDS = {"name": "姓名", "id_number": "身份证号", "phone": "电话"}
HOUSEHOLD_FIELDS = {"address": "住址", "note": "备注", "details": "台账内容"}


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
        _join(household, Category.objects.get(code=code), None, filed_on, "", at)
    refresh_file(household)
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
    unknown = [code for code in details if code not in ledger.FIELDS]
    if unknown:
        raise Refused(f"台账没有这些字段：{'、'.join(unknown)}")
    return ledger.packed(details)


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
    refresh_file(household)
    audit.record("person.added", by=by, at=at, target=household)
    return person


@transaction.atomic
def set_category(household, category, *, from_day, by, at, person=None, certificate=""):
    """Put a household, or one of its members, into a category from a day on; returns the HouseholdCategory.

    A category of social assistance also puts the household on the register that the contract's indicators ask for.
    """
    row = _join(household, category, person, from_day, certificate, at)
    refresh_file(household)
    audit.record(
        "household.category_set", by=by, at=at, target=household, category=category.code, from_day=str(from_day)
    )
    return row


def _join(household, category, person, from_day, certificate, at):
    held = HouseholdCategory.objects.filter(household=household, person=person, category=category, to_day=None)
    if held.exists():
        raise Refused(f"已是{category.label}")
    row = HouseholdCategory(
        household=household, person=person, category=category, from_day=from_day, certificate=certificate
    )
    _save(row)
    present = RegisterEntry.objects.filter(
        contract_id=household.contract_id, kind=ledger.ASSISTANCE_REGISTER, household=household, to_day=None
    )
    if category.is_assistance and not present.exists():
        facts = {"category": category.counts_as or category.code}
        registers.enter(
            contract=household.contract,
            kind=ledger.ASSISTANCE_REGISTER,
            household=household,
            from_day=from_day,
            at=at,
            facts=facts,
        )
    return row


@transaction.atomic
def end_category(row, *, to_day, by, at):
    """End a household's belonging to a category; with its last category of social assistance it leaves that register."""
    if to_day < row.from_day:
        raise Refused("截止日不得早于起始日")
    if not HouseholdCategory.objects.filter(pk=row.pk, to_day=None).update(to_day=to_day):
        raise Refused("这一类别已截止")
    household = row.household
    left = HouseholdCategory.objects.filter(household=household, category__is_assistance=True, to_day=None)
    if row.category.is_assistance and not left.exists():
        RegisterEntry.objects.filter(
            household=household, kind=ledger.ASSISTANCE_REGISTER, to_day=None, from_day__lte=to_day
        ).update(to_day=to_day)
    refresh_file(household)
    audit.record(
        "household.category_ended", by=by, at=at, target=household, category=row.category.code, to_day=str(to_day)
    )


@transaction.atomic
def set_details(household, *, details, by, at, address=None, note=None):
    """Write ledger fields ({field: text}; an empty text clears one, what isn't given stays) and, when given, address and note."""
    household = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
    household.details = _packed({**queries.details_of(household), **details})
    changed = ["details"]
    for field, text in (("address", address), ("note", note)):
        if text is not None:
            setattr(household, field, text)
            changed.append(field)
    household.save(update_fields=changed)
    refresh_file(household)
    audit.record("household.details_set", by=by, at=at, target=household, fields=sorted(details))
    return household


@transaction.atomic
def add_household_paper(household, *, kind, filled_on, by, at, file=None, data=None, at_home=False):
    """Put a paper into the household's file: a stored file, or the form's own fields as {name: text}.

    `at_home` says that a needs survey was filled in the family's home, as the contract asks of a new file.
    """
    if file is None and not data:
        raise Refused("上传文件，或填写内容")
    if filled_on > day_of(at):
        raise Refused("日期不得晚于今天")
    text = json.dumps(data, ensure_ascii=False) if data else ""
    paper = HouseholdPaper.objects.create(
        household=household, kind=kind, file=file, data=text, filled_on=filled_on, filled_by=by, created_at=at
    )
    facts = {"home_survey_done": True} if at_home and kind == ledger.NEEDS_SURVEY else {}
    entry = queries.file_entry(household)
    if entry is not None:
        registers.note(entry, papers=[kind], facts=facts)
    audit.record("household.paper_added", by=by, at=at, target=household, kind=kind)
    return paper


@transaction.atomic
def set_system_no(household, system_no, *, by, at):
    """Keep the number under which the household was entered in the bureau's own system (精准救助帮扶系统)."""
    entry = queries.file_entry(household)
    if entry is None:
        raise Refused("这户还没有家庭档案")
    registers.note(entry, facts={"system_no": system_no.strip()})
    audit.record("household.system_no_set", by=by, at=at, target=household)


def refresh_file(household):
    """Keep on the register of files whether the ledger is complete, so that an indicator can count it."""
    entry = queries.file_entry(household)
    if entry is not None:
        registers.note(entry, facts={"ledger_complete": not queries.missing_fields(household)})


@transaction.atomic
def reveal_person_field(person, field, purpose, *, by, at):
    """The plain text of one field of one person. The audit comes first: without it nothing is shown.

    `field` is name, id_number or phone; `purpose` is what the reader needs it for. Raises Refused without either.
    """
    return _reveal(person, PERSON_FIELDS, field, purpose, target=person.household, by=by, at=at)


@transaction.atomic
def reveal_household_field(household, field, purpose, *, by, at):
    """The plain text of a household's address, note or ledger content, audited first as for a person's field."""
    return _reveal(household, HOUSEHOLD_FIELDS, field, purpose, target=household, by=by, at=at)


def _reveal(row, fields, field, purpose, *, target, by, at):
    if not queries.may_reveal(by, target.contract):
        raise Refused("你的角色不能查看个人信息")
    if field not in fields:
        raise Refused("没有这一项")
    if len(purpose.strip()) < 2:
        raise Refused("写明用途再查看")
    audit.record(
        "person.revealed",
        by=by,
        at=at,
        target=target,
        fields_seen=[f"{row._meta.model_name}.{field}"],
        purpose=purpose.strip()[:120],
        row=str(row.pk),
    )
    return getattr(row, field).reveal()
