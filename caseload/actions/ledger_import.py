"""Lists of households from Excel: checked as a whole, shown, and taken over once.

The file stays as it was uploaded; only row numbers and reasons are kept of its faults, never values.
"""

from dataclasses import dataclass

from django.db import transaction

from caseload import queries, sheets
from caseload.models import Category, Household, HouseholdCategory, LedgerImport, Person, RegisterEntry
from caseload.rules import ledger, lists, people
from contracts.models import Contract
from documents.actions import files
from tenancy import audit, keys
from tenancy.clock import day_of
from tenancy.problems import Conflict, Refused

BATCH = 1000
MOST_FAULTS = 3000


@dataclass
class Reading:
    """What a file says, held against the ledger: its columns, what is left out, and its families."""

    columns: dict
    unknown: list
    families: list

    @property
    def lines(self):
        return [line for family in self.families for line in family.lines]

    @property
    def good(self):
        return [family for family in self.families if not family.held]


@transaction.atomic
def check_list(*, contract, upload, by, at):
    """Store and check an uploaded list; returns the LedgerImport with every fault of every row.

    Raises Refused when the file as a whole can't be read: wrong kind, a bomb, no header row, a missing column, no rows.
    """
    stored = files.store(upload, allow={"sheet"}, by=by, at=at)
    reading = _read(stored, contract)
    faults = [fault.as_dict() for fault in lists.told(reading.families)]
    row = LedgerImport.objects.create(
        contract=contract, file=stored, rows_total=len(reading.lines), rows_good=sum(len(family.lines) for family in reading.good),
        households_good=len(reading.good), faults=faults[:MOST_FAULTS], by=by, created_at=at,
    )  # fmt: skip
    audit.record(
        "ledger.list_checked",
        by=by,
        at=at,
        target=row.contract,
        rows=row.rows_total,
        good=row.rows_good,
        sha256=stored.sha256,
    )
    return row


def _read(stored, contract):
    rows = sheets.read_rows(stored)
    header = lists.find_header(rows)
    if header is None:
        raise Refused("没有找到表头。第一行写列名，其中要有“姓名”")
    columns, unknown, problems = lists.columns_of(rows[header][1])
    problems += [f"缺“{word}”列" for word in lists.missing_columns(columns)]
    if problems:
        raise Refused("表头不对，整份没有读", problems)
    lines = [line for row, cells in rows[header + 1 :] if (line := lists.read_line(row, cells, columns))]
    if not lines:
        raise Refused("表头下面没有数据")
    return Reading(columns, unknown, lists.families_of(lines, columns, _known(contract, lines)))


def _known(contract, lines):
    numbers = {line.values["id_number"] for line in lines if line.values["id_number"]}
    by_index = {keys.blind_index(number): number for number in numbers}
    found = Person.objects.filter(id_number_index__in=list(by_index)).values_list("id_number_index", flat=True)
    written = {line.values["number"] for line in lines if line.values.get("number")}
    return lists.Known(
        places={
            (street, community): (area, street_id) for street, community, area, street_id in queries.places(contract)
        },
        categories=dict(Category.objects.values_list("label", "code")),
        id_numbers=frozenset(by_index[index] for index in found),
        numbers=frozenset(Household.objects.filter(number__in=written).values_list("number", flat=True))
        if written
        else frozenset(),
    )


@transaction.atomic
def take_list(row, *, by, at, whole=False):
    """Take over the families without a fault, once; returns how many. `whole=True` refuses when anything is wrong.

    The file is checked again: the ledger may have changed since. Raises Conflict when somebody else was first.
    """
    if not LedgerImport.objects.filter(pk=row.pk, state=LedgerImport.State.CHECKED).update(
        state=LedgerImport.State.TAKEN, taken_at=at
    ):
        raise Conflict("这份名单已导入或已放弃，没有重复导入")
    contract = Contract.objects.select_for_update(of=("self",)).get(
        pk=row.contract_id
    )  # numbers are given one import at a time
    reading = _read(row.file, contract)
    faults = lists.told(reading.families)
    if faults and whole:
        raise Refused(f"有 {len({fault.row for fault in faults})} 行不能导入，整份没有导入")
    if not reading.good:
        raise Refused("没有可导入的行")
    people_count = _insert(contract, reading.good, by=by, at=at)
    LedgerImport.objects.filter(pk=row.pk).update(
        households_good=len(reading.good),
        rows_good=people_count,
        faults=[fault.as_dict() for fault in faults][:MOST_FAULTS],
    )
    row.refresh_from_db()
    audit.record(
        "ledger.list_taken",
        by=by,
        at=at,
        target=contract,
        households=len(reading.good),
        people=people_count,
        sha256=row.file.sha256,
    )
    return len(reading.good)


def _insert(contract, families, *, by, at):
    """One statement a table and batch; returns the number of people."""
    places = {(street, community): (area, street_id) for street, community, area, street_id in queries.places(contract)}
    categories = {category.label: category for category in Category.objects.all()}
    next_number, day = queries.next_number(Household, contract, "H"), day_of(at)
    households, persons, memberships, entries = [], [], [], []
    for family in families:
        head = family.head.values
        area, street = lists.place_of(head.get("street", ""), head["community"], places)
        details = {code: family.first(code) for code in ledger.FIELDS if family.first(code)}
        household = Household(
            contract=contract, number=family.number or f"{contract.code}-H-{next_number:04d}", area_id=area, street_id=street,
            address=family.first("address"), note=family.first("note"), details=ledger.packed(details), created_by=by, created_at=at,
        )  # fmt: skip
        next_number += 0 if family.number else 1
        households.append(household)
        persons += [_person(household, line, line is family.head, at) for line in family.lines]
        held = _categories(family, categories, household, day)
        memberships += held
        entries += _entries(contract, household, held, details, len(family.lines), family.first("filed_on") or day, at)
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
    )  # fmt: skip


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


def _entries(contract, household, held, details, people_count, day, at):
    """The family's file, and the register of social assistance when a category asks for it."""
    complete = ledger.is_complete([row.category.required_fields for row in held], details, people=people_count)
    base = {
        "contract": contract,
        "household": household,
        "subject": household.pk,
        "area_id": household.area_id,
        "street_id": household.street_id,
        "created_at": at,
    }
    entries = [RegisterEntry(**base, kind=ledger.FILE_REGISTER, from_day=day, facts={"ledger_complete": complete})]
    first = next((row for row in held if row.category.is_assistance), None)
    if first is not None:
        facts = {"category": first.category.counts_as or first.category.code}
        entries.append(RegisterEntry(**base, kind=ledger.ASSISTANCE_REGISTER, from_day=first.from_day, facts=facts))
    return entries


@transaction.atomic
def drop_list(row, *, by, at):
    """Give a checked list up; nothing of it was taken over."""
    if not LedgerImport.objects.filter(pk=row.pk, state=LedgerImport.State.CHECKED).update(
        state=LedgerImport.State.DROPPED
    ):
        raise Conflict("这份名单已导入或已放弃")
    audit.record("ledger.list_dropped", by=by, at=at, target=row.contract, rows=row.rows_total)


def sample(row, *, limit=10):
    """(headers that are left out, the first good lines) read from the top of the file, for the preview to mask and show."""
    rows = sheets.read_rows(row.file, most=lists.HEADER_WITHIN + limit * 8)
    header = lists.find_header(rows)
    columns, unknown, _ = lists.columns_of(rows[header][1])
    bad = {fault["row"] for fault in row.faults}
    shown = []
    for number, cells in rows[header + 1 :]:
        line = lists.read_line(number, cells, columns)
        if line and number not in bad and len(shown) < limit:
            shown.append(line)
    return unknown, shown
