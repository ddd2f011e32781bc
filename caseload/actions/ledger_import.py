"""Lists of households from Excel: their columns named, checked as a whole, shown, and taken over once.

The file stays as it was uploaded; only row numbers and reasons are kept of its faults, never values. What is on the ledger
already is recognised and left alone, so that a mended file can be given again as a whole.
"""

from dataclasses import dataclass

from django.db import transaction

from caseload import queries, sheets
from caseload.actions.list_rows import insert, join
from caseload.models import Category, Household, LedgerImport, Person
from caseload.rules import list_families, lists
from contracts.models import Contract
from documents.actions import files
from tenancy import audit, keys
from tenancy.problems import Conflict, Refused

MOST_FAULTS, MOST_ASKED = 3000, 500


@dataclass
class Reading:
    """What a file says, held against the ledger: its columns and its families."""

    columns: dict
    families: list

    @property
    def lines(self):
        return [line for family in self.families for line in family.lines]

    @property
    def good(self):
        return [family for family in self.families if not family.held and not family.home]

    @property
    def asked(self):
        return [family for family in self.families if not family.held and family.is_asked]

    @property
    def told(self):
        """What the LedgerImport keeps of the reading."""
        return {
            "rows_total": len(self.lines),
            "rows_good": sum(len(family.lines) for family in self.good),
            "households_good": len(self.good),
            "rows_known": sum(len(family.known) for family in self.families if not family.held),
            "asked": [family.question() for family in self.asked][:MOST_ASKED],
            "faults": [fault.as_dict() for fault in list_families.told(self.families)][:MOST_FAULTS],
        }


@transaction.atomic
def check_list(*, contract, upload, by, at):
    """Store and check an uploaded list; returns the LedgerImport with every fault of every row.

    When its headers don't name the columns that a list needs, it waits for people to name them (name_columns); what the
    tenant has named before is remembered. Raises Refused when the file as a whole can't be read: wrong kind, a bomb, no
    header row, no rows.
    """
    stored = files.store(upload, allow={"sheet"}, by=by, at=at)
    remembered = queries.remembered_columns()
    rows = sheets.read_rows(stored)
    row = LedgerImport(contract=contract, file=stored, by=by, created_at=at)
    header, problems = _header(rows, remembered)
    if header is None:
        raise Refused("没有找到表头。第一行写列名，其中要有“姓名”")
    words = {word for _, _, word, _ in lists.headers_of(rows[header][1])}
    row.columns = {word: name for word, name in remembered.items() if word in words}
    if not problems:
        return _checked(row, rows, by=by, at=at)
    if len(words) < len(lists.REQUIRED):
        raise Refused("表头不对，整份没有读", problems)
    row.state = LedgerImport.State.NAMING
    row.save(force_insert=True)
    audit.record("ledger.list_received", by=by, at=at, target=contract, sha256=stored.sha256)
    return row


def _header(rows, named):
    """(the position of the header row or None, what is wrong with its columns)."""
    header = lists.find_header(rows, named)
    if header is None:
        header = lists.likely_header(rows)
    if header is None:
        return None, []
    columns, _, problems = lists.columns_of(rows[header][1], named)
    return header, problems + [f"缺“{word}”列" for word in lists.missing_columns(columns)]


def _checked(row, rows, *, by, at):
    reading = _read(rows, row.columns, row.contract)
    for name, value in reading.told.items():
        setattr(row, name, value)
    row.state = LedgerImport.State.CHECKED
    row.save()
    counts = {"rows": row.rows_total, "good": row.rows_good, "known": row.rows_known}
    audit.record("ledger.list_checked", by=by, at=at, target=row.contract, sha256=row.file.sha256, **counts)
    return row


@transaction.atomic
def name_columns(row, columns, *, by, at):
    """Say what the headers of a list mean, {plain header: column, "" to leave out}, and check it; returns the LedgerImport.

    Raises Refused while a needed column is missing or named twice, Conflict when the list was taken or dropped meanwhile.
    """
    row = LedgerImport.objects.select_for_update(of=("self",)).select_related("contract", "file").get(pk=row.pk)
    if row.state not in (LedgerImport.State.NAMING, LedgerImport.State.CHECKED):
        raise Conflict("这份名单已导入或已放弃")
    rows = sheets.read_rows(row.file)
    header, _ = _header(rows, row.columns)
    own = {word: name for _, _, word, name in lists.headers_of(rows[header][1])}
    row.columns = {
        word: name
        for word, name in columns.items()
        if word in own and name != own[word] and (name in lists.HEADERS or name == "")
    }
    _, problems = _header(rows, row.columns)
    if problems:
        raise Refused("列还没有对应好", problems)
    return _checked(row, rows, by=by, at=at)


def _read(rows, named, contract):
    header, problems = _header(rows, named)
    if header is None or problems:
        raise Refused("表头不对，整份没有读", problems)
    columns, _, _ = lists.columns_of(rows[header][1], named)
    lines = [line for row, cells in rows[header + 1 :] if (line := lists.read_line(row, cells, columns))]
    if not lines:
        raise Refused("表头下面没有数据")
    return Reading(columns, list_families.families_of(lines, columns, _known(contract, lines)))


def _known(contract, lines):
    """What the ledger holds of the list's people, places and numbers; people are found through blind indexes only."""
    written = {line.values["number"] for line in lines if line.values.get("number")}
    return list_families.Known(
        places={
            (street, community): (area, street_id) for street, community, area, street_id in queries.places(contract)
        },
        categories=dict(Category.objects.values_list("label", "code")),
        nameless=_nameless(contract, lines),
        numbers=frozenset(Household.objects.filter(number__in=written).values_list("number", flat=True))
        if written
        else frozenset(),
        **_people(contract, lines),
    )


def _people(contract, lines):
    """Whose identity number stands on the ledger: under this contract at home, under another name, under another contract."""
    by_index = {keys.blind_index(line.values["id_number"]): line.values for line in lines if line.values["id_number"]}
    rows = Person.objects.filter(id_number_index__in=list(by_index)).values_list(
        "id_number_index", "name_index", "household__number", "household__contract_id"
    )
    homes, others, elsewhere = {}, set(), set()
    for index, name_index, home, contract_id in rows:
        number, name = by_index[index]["id_number"], by_index[index]["name"]
        if contract_id != contract.pk:
            elsewhere.add(number)
        elif name_index != keys.blind_index(name):
            others.add(number)
        else:
            homes[number] = home
    headed = Person.objects.filter(is_head=True, household__contract=contract)
    return {
        "homes": homes,
        "other_names": frozenset(others),
        "elsewhere": frozenset(elsewhere),
        "headed": frozenset(headed.values_list("household__number", flat=True)),
    }


def _nameless(contract, lines):
    """{(name, community): household number} of people of the contract's ledger who have the name of a row and no number."""
    names = {keys.blind_index(name): name for line in lines if (name := line.values["name"])}
    rows = Person.objects.filter(household__contract=contract, id_number_index="", name_index__in=list(names))
    found = rows.values_list("name_index", "household__number", "household__area_id", "household__street_id")
    return {(names[index], (area, street)): home for index, home, area, street in found}


@transaction.atomic
def take_list(row, *, by, at, whole=False, choices=None):
    """Take over the families without a fault, once; returns how many. `whole=True` refuses when anything is wrong.

    `choices` is {first row of a family that is asked about: list_families.JOIN, NEW or LEAVE}; what isn't chosen is left.
    The file is checked again: the ledger may have changed since. Raises Conflict when somebody else was first.
    """
    if not LedgerImport.objects.filter(pk=row.pk, state=LedgerImport.State.CHECKED).update(
        state=LedgerImport.State.TAKEN, taken_at=at
    ):
        raise Conflict("这份名单已导入或已放弃，没有重复导入")
    contract = Contract.objects.select_for_update(of=("self",)).get(
        pk=row.contract_id
    )  # numbers are given one import at a time
    reading = _read(sheets.read_rows(row.file), row.columns, contract)
    told = reading.told
    if told["faults"] and whole:
        raise Refused(f"有 {len({fault['row'] for fault in told['faults']})} 行不能导入，整份没有导入")
    joined, apart = _chosen(reading.asked, choices or {})
    if not (reading.good or joined or apart):
        raise Refused("没有可导入的行")
    people_count = insert(contract, reading.good + apart, by=by, at=at)
    filled = sum(join(contract, family, by=by, at=at) for family in joined)
    people_count += sum(len(family.fresh) for family in joined) - filled
    LedgerImport.objects.filter(pk=row.pk).update(
        **told | {"households_good": len(reading.good) + len(apart), "rows_good": people_count + filled}
    )
    row.refresh_from_db()
    counts = {"people": people_count, "joined": len(joined), "numbers_filled": filled, "known": row.rows_known}
    audit.record("ledger.list_taken", by=by, at=at, target=contract, households=row.households_good, sha256=row.file.sha256, **counts)  # fmt: skip
    return row.households_good


def _chosen(asked, choices):
    """(families to join to their household, the new rows of others as families of their own)."""
    joined, apart = [], []
    for family in asked:
        choice = choices.get(family.lines[0].row)
        if choice == list_families.JOIN and family.can_join:
            joined.append(family)
        elif choice == list_families.NEW:
            number = family.number if family.number != family.home else ""
            apart.append(list_families.Family(number, family.fresh))
    return joined, apart


@transaction.atomic
def drop_list(row, *, by, at):
    """Give a checked list up; nothing of it was taken over."""
    if not LedgerImport.objects.filter(
        pk=row.pk, state__in=[LedgerImport.State.NAMING, LedgerImport.State.CHECKED]
    ).update(state=LedgerImport.State.DROPPED):
        raise Conflict("这份名单已导入或已放弃")
    audit.record("ledger.list_dropped", by=by, at=at, target=row.contract, rows=row.rows_total)


def headers(row):
    """[(letters, header, plain header, the column that it stands for or "")] of the list, for people to name its columns."""
    rows = sheets.read_rows(row.file, most=lists.HEADER_WITHIN)
    header, _ = _header(rows, row.columns)
    return [(at, text, word, row.columns.get(word, name)) for at, text, word, name in lists.headers_of(rows[header][1])]


def sample(row, *, limit=10):
    """(headers that are left out, the first good lines) read from the top of the file, for the preview to mask and show."""
    rows = sheets.read_rows(row.file, most=lists.HEADER_WITHIN + limit * 8)
    header, _ = _header(rows, row.columns)
    columns, unknown, _ = lists.columns_of(rows[header][1], row.columns)
    bad = {fault["row"] for fault in row.faults}
    shown = []
    for number, cells in rows[header + 1 :]:
        line = lists.read_line(number, cells, columns)
        if line and number not in bad and len(shown) < limit:
            shown.append(line)
    return unknown, shown
