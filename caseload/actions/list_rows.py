"""The rows of a checked list as households and people of the ledger; ledger_import decides which, and keeps the audit."""

import functools
from dataclasses import dataclass
from datetime import date

from uuid6 import uuid7

from caseload import queries
from caseload.actions import households
from caseload.actions.completeness import facts_of
from caseload.actions.inserting import insert_rows
from caseload.models import Category, Household, HouseholdCategory, Person, RegisterEntry
from caseload.rules import completeness, ledger, lists, people
from caseload.rules.disclosure import is_minor
from tenancy import audit, keys
from tenancy.clock import day_of

# A column of the list that tells of the person of its row; what a family has in words stays with the family.
OF_EACH = tuple(code for code in ledger.PERSONAL if code not in ledger.OF_HOUSEHOLD)


def insert(contract, families, *, by, at):
    """Enter whole families, one statement a table; returns the number of people. Call it under the contract's lock."""
    places = {(street, community): (area, street_id) for street, community, area, street_id in queries.places(contract)}
    found = functools.cache(lambda street, community: lists.place_of(street, community, places))
    categories = {category.label: category for category in Category.objects.all()}
    next_number, day = queries.next_number(Household, contract, "H"), day_of(at)
    rows, count, index = _Rows(), _Counts(day), functools.cache(keys.blind_index)
    for family in families:
        head = family.head.values
        area, street = found(head.get("street", ""), head["community"])
        details = {code: family.first(code) for code in ledger.FIELDS if family.first(code) and code not in OF_EACH}
        household = {
            "id": uuid7(), "contract_id": contract.pk, "number": family.number or f"{contract.code}-H-{next_number:04d}", "area_id": area, "street_id": street,
            "address": family.first("address"), "note": family.first("note"), "details": ledger.packed(details), "created_by_id": by.pk, "created_at": at,
        }  # fmt: skip
        next_number += 0 if family.number else 1
        members = [_person(household["id"], line, line is family.head, at) | _indexes(line.values, index) for line in family.lines]  # fmt: skip
        held = _categories(family, categories, day)
        asked, filled, facts = count(held, details, family.lines, members)
        rows.households.append(household | {"items_asked": asked, "items_filled": filled})
        rows.people += members
        rows.categories += [{"household_id": household["id"], "category_id": one.category.pk, "from_day": one.from_day, "certificate": one.certificate} for one in held]  # fmt: skip
        rows.entries += _entries(household, held, facts, family.first("filed_on") or day)
    rows.insert()
    return len(rows.people)


class _Rows:
    """What is to be entered, by table."""

    def __init__(self):
        self.households, self.people, self.categories, self.entries = [], [], [], []

    def insert(self):
        tables = (Household, self.households), (Person, self.people), (HouseholdCategory, self.categories), (RegisterEntry, self.entries)  # fmt: skip
        for model, rows in tables:
            insert_rows(model, rows)


def _person(household_id, line, is_head, at):
    values = line.values
    name, number = values["name"], values["id_number"]
    sex, birth_date = people.told_by(number)
    return {
        "household_id": household_id, "name": name, "id_number": number, "phone": values.get("phone", ""), "sex": sex, "birth_date": birth_date,
        "relation": "户主" if is_head else values.get("relation") or "其他", "is_head": is_head, "created_at": at, "details": ledger.packed(_told(line)),
    }  # fmt: skip


def _indexes(values, index):
    """What a person is found by; names come often, so each is reckoned once (`index`)."""
    name = values["name"]
    return {
        "name_index": index(name),
        "surname_index": index(people.surname_of(name)),
        "id_number_index": keys.blind_index(values["id_number"]),
    }


def _told(line):
    return {code: line.values[code] for code in OF_EACH if line.values.get(code)}


class _Counts:
    """How complete files are, from the rows themselves: nothing is opened again, and files of one shape are counted once."""

    def __init__(self, day):
        self.day, self.known = day, {}

    def __call__(self, held, details, lines, members):
        """(items that the file must hold, those that it holds, what the register tells indicators)."""
        shape = tuple(
            (is_minor(person["birth_date"], person["relation"], on=self.day), person["is_head"], frozenset(_told(line)))
            for line, person in zip(lines, members, strict=True)
        )
        present = [row for row in held if ledger.is_present(row.from_day, None, on=self.day)]
        key = tuple(row.category.pk for row in present), frozenset(details), shape
        if key not in self.known:
            self.known[key] = self._counted(present, details, shape)
        return self.known[key]

    def _counted(self, present, details, shape):
        known = [
            completeness.Member(at, is_minor=minor, is_head=is_head, filled=filled)
            for at, (minor, is_head, filled) in enumerate(shape)
        ]
        wanted = [completeness.Held(tuple(row.category.required_fields)) for row in present]
        made = completeness.items(wanted, members=known, filled=set(details), papers=())
        return len(made), sum(item.is_filled for item in made), facts_of(made)


@dataclass(frozen=True)
class _Belonging:
    """A category that a family's rows name, from the day that they tell."""

    category: Category
    from_day: date
    certificate: str


def _categories(family, categories, day):
    """Each category that the family's rows name, once."""
    held = {}
    for line in family.lines:
        label = line.values.get("category")
        if label and label not in held:
            certificate = line.values.get("certificate", "")[:60]
            held[label] = _Belonging(categories[label], line.values.get("category_from") or day, certificate)
    return list(held.values())


def _entries(household, held, facts, day):
    """The family's file, and the register of social assistance when a category asks for it."""
    base = {name: household[name] for name in ("contract_id", "area_id", "street_id", "created_at")}
    base |= {"household_id": household["id"], "subject": household["id"]}
    entries = [base | {"kind": ledger.FILE_REGISTER, "from_day": day, "facts": facts}]
    first = next((row for row in held if row.category.is_assistance), None)
    if first is not None:
        known = {"category": first.category.counts_as or first.category.code}
        entries.append(base | {"kind": ledger.ASSISTANCE_REGISTER, "from_day": first.from_day, "facts": known})
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
            added.append(_person(household.pk, line, is_head, at) | _indexes(line.values, keys.blind_index))
            continue
        number = line.values["id_number"]
        person.id_number, person.id_number_index = number, keys.blind_index(number)
        person.sex, person.birth_date = people.sex_of(number), people.birth_date_of(number)
        person.save(update_fields=["id_number", "id_number_index", "sex", "birth_date"])
        filled += 1
    insert_rows(Person, added)
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
