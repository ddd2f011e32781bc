"""The rows of exported ledgers, read in batches so that a large ledger needs no more memory than a small one."""

from django.db.models import Count, Prefetch, Q

from caseload.models import Case, Group, Household, HouseholdCategory, LedgerChange, LedgerExport, Person, RegisterEntry
from caseload.queries.access import may_reveal, one_of, visible_to
from caseload.rules import cases as case_rules
from caseload.rules import disclosure, ledger
from caseload.rules import exporting as rules
from contracts.queries import visible_contracts
from tenancy import masks
from tenancy.clock import SHANGHAI
from tenancy.permissions import Permission, allows

BATCH = 500
KINDS = LedgerExport.Kind


def own_exports(member):
    """The exports that this member asked for, the latest first: a file that was taken out is nobody else's."""
    rows = LedgerExport.objects.filter(asked_by=member)
    return rows.select_related("contract", "street", "job", "file", "asked_by__account", "asked_by__organisation")


def exports_to_make():
    """Exports with all that their file tells of them, for the worker that makes it."""
    return LedgerExport.objects.select_related(
        "tenant", "contract", "street", "asked_by__account", "asked_by__organisation", "asked_by__organisation__area"
    )


def get_export(member, pk):
    """An export that the member asked for, or 404."""
    return one_of(own_exports(member), pk)


def export_contracts(member, *, on):
    """The contracts whose ledgers the member may take out."""
    return visible_contracts(member, on=on)


def may_export_open(member, contract):
    """Whether the member may take out values that are not masked."""
    return allows(member, Permission.LEDGER_EXPORT_OPEN) and may_reveal(member, contract)


def expired_exports(*, at):
    """The exports whose file is to be deleted."""
    return LedgerExport.objects.filter(file__isnull=False, expires_at__lte=at)


def count(export, *, on):
    """How many rows of the source there are, which is how many steps the work has."""
    return _source(export, on=on).count()


def batch(export, after, *, on):
    """([rows of cells], where the next batch begins or None) after a key; the rows are numbered by whoever writes them."""
    read, key = _READERS[export.kind], "number" if export.kind in _BY_NUMBER else "pk"
    rows = _source(export, on=on).order_by(key)
    found = list((rows.filter(**{f"{key}__gt": after}) if after is not None else rows)[:BATCH])
    told = [cells for row in found for cells in read(row, _Reader(export.is_open, on))]
    return told, getattr(found[-1], key) if len(found) == BATCH else None


def _source(export, *, on):
    model = {KINDS.CASES: Case, KINDS.GROUPS: Group, KINDS.CHANGES: LedgerChange}.get(export.kind, Household)
    if model is LedgerChange:
        seen = _visible(Household.objects.all(), export, on).order_by().values("pk")
        rows = LedgerChange.objects.filter(household__in=seen)
        return rows.select_related("household__street", "household__area", "person", "by__account")
    rows = _visible(model.objects.all(), export, on).select_related("street", "area")
    if model is Case:
        return rows.select_related("person", "household", "worker__account")
    return rows.select_related("leader__account") if model is Group else _with_family(rows, export)


def _visible(rows, export, on):
    rows = visible_to(rows.filter(contract=export.contract), export.asked_by, on=on)
    return rows.filter(street=export.street) if export.street_id else rows


def _with_family(households, export):
    held = HouseholdCategory.objects.filter(to_day=None).select_related("category").order_by("from_day")
    files = RegisterEntry.objects.filter(kind=ledger.FILE_REGISTER, person=None).order_by("from_day")
    if export.kind == KINDS.FILES:
        households = households.filter(pk__in=files.order_by().values("household_id"))
    going = Count("cases", filter=~Q(cases__state__in=list(case_rules.ENDED)), distinct=True)
    return households.annotate(open_cases=going).prefetch_related(
        Prefetch("people", Person.objects.all(), to_attr="members"),
        Prefetch("categories", held, to_attr="held"),
        Prefetch("register_entries", files, to_attr="files"),
    )


class _Reader:
    """Shows personal values as the export may: masked, or open; of a minor always masked."""

    def __init__(self, is_open, on):
        self.is_open, self.on = is_open, on

    def person(self, person, number):
        """(name, identity number, telephone) of a person in the file with that number; nobody gives empty cells."""
        if person is None:
            return "", "", ""
        texts = [person.name.reveal(), person.id_number.reveal(), person.phone.reveal()]
        if disclosure.is_minor(person.birth_date, person.relation, on=self.on) and not person.is_unknown:
            name, identity, phone = texts
            last = lambda text: "*" * (len(text) - 2) + text[-2:] if text else ""  # noqa: E731
            return disclosure.minors_name(number) if name else "", last(identity), last(phone)
        if self.is_open:
            return tuple(texts)
        shown = zip((masks.name, masks.id_number, masks.phone), texts, strict=True)
        return tuple(mask(text) if text else "" for mask, text in shown)

    def text(self, sealed, *, minor=False):
        """A sealed text: in words, or that there is one."""
        return (sealed.reveal() if self.is_open and not minor else rules.HIDDEN) if sealed else ""

    def details(self, row, *, minor=False):
        """[text or mark] of each ledger field of a household or a member, in the order of the columns."""
        is_open = self.is_open and not minor
        known = ledger.opened(row.details.reveal())
        codes = ledger.OF_HOUSEHOLD if isinstance(row, Household) else ledger.PERSONAL
        return [(known[code] if is_open else rules.HIDDEN) if known.get(code) else "" for code in codes]


def _place(household):
    return [household.number, household.street.name, household.area.name]


def _household(row, reader):
    head = next((person for person in row.members if person.is_head), None)
    own = [held for held in row.held if held.person_id is None]
    file = next((entry for entry in reversed(row.files) if entry.to_day is None), None)
    facts = file.facts if file else {}
    yield [
        *_place(row), *reader.person(head, row.number), len(row.members), "、".join(dict.fromkeys(held.category.label for held in row.held)),
        own[0].from_day if own else None, reader.text(row.address), *reader.details(row), file.from_day if file else None, facts.get("system_no", ""),
        "齐全" if facts.get("ledger_complete") else "未齐", row.open_cases,
    ]  # fmt: skip


def _people(row, reader):
    for person in row.members:
        minor = disclosure.is_minor(person.birth_date, person.relation, on=reader.on) and not person.is_unknown
        name, identity, phone = reader.person(person, row.number)
        labels = dict.fromkeys(held.category.label for held in row.held if held.person_id in (None, person.pk))
        yield [
            *_place(row), name, person.relation, person.get_sex_display(), rules.birth_cell(person.birth_date, is_open=reader.is_open and not minor),
            identity, phone, "、".join(labels), reader.text(row.address, minor=minor), *reader.details(person, minor=minor),
        ]  # fmt: skip


def _case(row, reader):
    name, identity, _ = reader.person(row.person, row.number)
    yield [
        row.number, row.household.number, row.street.name, row.area.name, name, identity, row.source, rules.yes(row.is_crisis), case_rules.STATE_LABELS[row.state],
        row.worker.account.name, row.identified_on, row.first_contact_on, row.opened_on, row.assessed_on, row.planned_on, row.evaluated_on, row.closed_on,
        case_rules.CLOSURE_REASONS.get(row.closure_reason, ""), len(row.goals), row.system_no,
    ]  # fmt: skip


def _group(row, reader):
    yield [
        row.title, row.purpose, row.street.name, row.area.name, row.leader.account.name, row.get_state_display(), row.members,
        row.first_session_on, row.closed_on, len({*row.papers, *row.session_papers}),
    ]  # fmt: skip


def _files(row, reader):
    head = next((person for person in row.members if person.is_head), None)
    name, identity, _ = reader.person(head, row.number)
    for entry in row.files:
        facts = entry.facts
        yield [
            *_place(row), name, identity, entry.from_day, entry.to_day, facts.get("system_no", ""), rules.yes(facts.get("home_survey_done")),
            *(rules.yes(kind in entry.papers) for kind in (ledger.NEEDS_SURVEY, ledger.ASSISTANCE_PLAN)), "齐全" if facts.get("ledger_complete") else "未齐",
        ]  # fmt: skip


def _change(row, reader):
    person = row.person
    minor = person is not None and disclosure.is_minor(person.birth_date, person.relation, on=reader.on)
    name, _, _ = reader.person(person, row.household.number)
    words = [reader.text(text, minor=minor) for text in (row.old, row.new, row.reporter, row.evidence)]
    yield [
        row.reported_on, *_place(row.household), name or "全户", rules.ITEMS.get(row.item, row.item), *words, row.by.account.name if row.by else "",
        row.at.astimezone(SHANGHAI).date(),
    ]  # fmt: skip


_READERS = {
    KINDS.HOUSEHOLDS: _household,
    KINDS.PEOPLE: _people,
    KINDS.CASES: _case,
    KINDS.GROUPS: _group,
    KINDS.FILES: _files,
    KINDS.CHANGES: _change,
}
_BY_NUMBER = {KINDS.HOUSEHOLDS, KINDS.PEOPLE, KINDS.CASES, KINDS.FILES}
