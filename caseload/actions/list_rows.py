"""The rows of a checked list as households and people of the ledger; ledger_import decides which, and keeps the audit."""

from caseload import queries
from caseload.actions import households
from caseload.actions.completeness import facts_of
from caseload.models import Category, Household, HouseholdCategory, Person, RegisterEntry
from caseload.rules import completeness, ledger, lists, people
from caseload.rules.disclosure import is_minor
from tenancy import audit, keys
from tenancy.clock import day_of

BATCH = 1000
# A column of the list that tells of the person of its row; what a family has in words stays with the family.
OF_EACH = tuple(code for code in ledger.PERSONAL if code not in ledger.OF_HOUSEHOLD)


def insert(contract, families, *, by, at):
    """Enter whole families, one statement a table and batch; returns the number of people. Call it under the contract's lock."""
    places = {(street, community): (area, street_id) for street, community, area, street_id in queries.places(contract)}
    categories = {category.label: category for category in Category.objects.all()}
    next_number, day = queries.next_number(Household, contract, "H"), day_of(at)
    households, persons, memberships, entries = [], [], [], []
    for family in families:
        head = family.head.values
        area, street = lists.place_of(head.get("street", ""), head["community"], places)
        details = {code: family.first(code) for code in ledger.FIELDS if family.first(code) and code not in OF_EACH}
        household = Household(
            contract=contract, number=family.number or f"{contract.code}-H-{next_number:04d}", area_id=area, street_id=street,
            address=family.first("address"), note=family.first("note"), details=ledger.packed(details), created_by=by, created_at=at,
        )  # fmt: skip
        next_number += 0 if family.number else 1
        households.append(household)
        members = [_person(household, line, line is family.head, at) for line in family.lines]
        persons += members
        held = _categories(family, categories, household, day)
        memberships += held
        made = _items(held, details, family.lines, members, on=day)
        household.items_asked, household.items_filled = len(made), sum(item.is_filled for item in made)
        entries += _entries(contract, household, held, made, family.first("filed_on") or day, at)
    for model, rows in (
        (Household, households),
        (Person, persons),
        (HouseholdCategory, memberships),
        (RegisterEntry, entries),
    ):
        model.objects.bulk_create(rows, batch_size=BATCH)
    return len(persons)


def _person(household, line, is_head, at):
    values = line.values
    name, number = values["name"], values["id_number"]
    return Person(
        household=household, name=name, name_index=keys.blind_index(name), surname_index=keys.blind_index(people.surname_of(name)),
        id_number=number, id_number_index=keys.blind_index(number), phone=values.get("phone", ""), sex=people.sex_of(number),
        birth_date=people.birth_date_of(number), relation="户主" if is_head else values.get("relation") or "其他", is_head=is_head, created_at=at,
        details=ledger.packed(_told(line)),
    )  # fmt: skip


def _told(line):
    return {code: line.values[code] for code in OF_EACH if line.values.get(code)}


def _items(held, details, lines, members, *, on):
    """What the family's file must hold and holds, from the rows themselves: nothing is opened again."""
    known = [
        completeness.Member(
            person.pk,
            is_minor=is_minor(person.birth_date, person.relation, on=on),
            is_head=person.is_head,
            filled=frozenset(_told(line)),
        )
        for line, person in zip(lines, members, strict=True)
    ]
    present = [row for row in held if ledger.is_present(row.from_day, row.to_day, on=on)]
    wanted = [completeness.Held(tuple(row.category.required_fields)) for row in present]
    return completeness.items(wanted, members=known, filled=set(details), papers=())


def _categories(family, categories, household, day):
    """Each category that the family's rows name, once, from the day that the row tells."""
    held = {}
    for line in family.lines:
        label = line.values.get("category")
        if label and label not in held:
            held[label] = HouseholdCategory(
                household=household,
                category=categories[label],
                from_day=line.values.get("category_from") or day,
                certificate=line.values.get("certificate", "")[:60],
            )
    return list(held.values())


def _entries(contract, household, held, made, day, at):
    """The family's file, and the register of social assistance when a category asks for it."""
    base = {
        "contract": contract,
        "household": household,
        "subject": household.pk,
        "area_id": household.area_id,
        "street_id": household.street_id,
        "created_at": at,
    }
    entries = [RegisterEntry(**base, kind=ledger.FILE_REGISTER, from_day=day, facts=facts_of(made))]
    first = next((row for row in held if row.category.is_assistance), None)
    if first is not None:
        facts = {"category": first.category.counts_as or first.category.code}
        entries.append(RegisterEntry(**base, kind=ledger.ASSISTANCE_REGISTER, from_day=first.from_day, facts=facts))
    return entries


def join(contract, family, *, by, at):
    """Enter the new people of a family into the household that the ledger has; returns how many people got their number.

    Who stands there without an identity number gets it; nothing that is written there is changed. A category that only the
    new rows name is added.
    """
    household = Household.objects.select_for_update(of=("self",)).get(contract=contract, number=family.home)
    added, filled = [], 0
    for line in family.fresh:
        person = _nameless(household, line) if line.row in family.same else None
        if person is None:
            # can_join holds: a new row that says 户主 comes only to a household without one.
            is_head = line.values.get("relation") in lists.HEADS and not family.has_head
            added.append(_person(household, line, is_head, at))
            continue
        number = line.values["id_number"]
        person.id_number, person.id_number_index = number, keys.blind_index(number)
        person.sex, person.birth_date = people.sex_of(number), people.birth_date_of(number)
        person.save(update_fields=["id_number", "id_number_index", "sex", "birth_date"])
        filled += 1
    Person.objects.bulk_create(added)
    _join_categories(household, family, by=by, at=at)
    households.refresh_file(household, at=at)
    audit.record("household.rows_joined", by=by, at=at, target=household, people=len(added), numbers_filled=filled)
    return filled


def _nameless(household, line):
    rows = household.people.filter(name_index=keys.blind_index(line.values["name"]), id_number_index="")
    return rows.select_for_update(of=("self",)).first()


def _join_categories(household, family, *, by, at):
    held = set(household.categories.filter(to_day=None).values_list("category__label", flat=True))
    for line in family.fresh:
        label = line.values.get("category")
        if label and label not in held:
            held.add(label)
            households.set_category(
                household, Category.objects.get(label=label), from_day=line.values.get("category_from") or day_of(at),
                certificate=line.values.get("certificate", "")[:60], by=by, at=at,
            )  # fmt: skip
