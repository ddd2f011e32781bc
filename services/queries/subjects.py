"""Whom a record may be for: the lists and searches of the entry form."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case as When_
from django.db.models import IntegerField, Prefetch, Q, Value, When
from django.http import Http404

from caseload.models import Person, RegisterEntry
from caseload.queries import labels, register_entries, visible_cases, visible_groups, visible_households
from caseload.rules.people import normal_name
from services.queries.records import person_name, recent_subjects
from services.rules import records as rules
from tenancy import keys

FOUND_MOST = 20
LOGGED_AFTER = timedelta(days=31)


@dataclass(frozen=True)
class Line:
    """One subject to choose: its id, its name as the member may see it, and what tells it from others."""

    pk: object
    name: str
    under: str


def subjects(member, contract, kind, *, on, q=""):
    """Subjects of the contract for a kind's form: those that `q` finds (number, full name or surname), else the latest served."""
    subject, rows = kind.subject, _rows(member, contract, kind, on)
    if q.strip():
        return [_line(row, subject, member, contract) for row in _found(rows, subject, q.strip())[:FOUND_MOST]]
    ids = recent_subjects(member, rules.SUBJECT_COLUMNS.get(subject, subject), contract)
    recent = {row.pk: row for row in rows.filter(pk__in=ids)}
    lines = [recent[pk] for pk in ids if pk in recent]
    rest = list(rows.exclude(pk__in=ids)[: FOUND_MOST - len(lines)])
    return [_line(row, subject, member, contract) for row in lines + rest]


def get_subject(member, contract, kind, pk, *, on):
    """The subject that was chosen for a record of the kind, of this contract and visible to the member, or 404."""
    row = _rows(member, contract, kind, on).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def subject_name(member, contract, subject, row):
    """(name, what stands beside it) of a chosen subject."""
    line = _line(row, subject, member, contract)
    return line.name, line.under


def subject_word(kind):
    """What a subject of the kind is called: 户, 个案 … or the tenant's words for its registers."""
    if kind.subject != "entry":
        return rules.SUBJECT_WORDS[kind.subject]
    return register_words(kind.registers)


def register_words(codes):
    """The tenant's words for some registers, in their order."""
    known = labels("register")
    return "、".join(known.get(code, code) for code in codes)


def entries_for(contract, kind, *, on):
    """The points, organisations or teams of the contract that a record of the kind may name beside its subject, on the day.

    A kind that names no registers takes the teams, whose registers end in _team.
    """
    if "team" not in kind.shows:
        return []
    registers = kind.registers or [code for code in labels("register") if code.endswith(rules.TEAM_REGISTERS)]
    return list(register_entries(contract, registers, on=on).filter(household=None, person=None))


def _rows(member, contract, kind, on):
    if kind.subject == "entry":
        return _listed(contract, kind.registers, on)
    return _ROWS[kind.subject](member, contract, on)


def _listed(contract, registers, on):
    """Entries in force, and those that ended not long ago: what was done for them may be logged afterwards."""
    rows = RegisterEntry.objects.filter(contract=contract, kind__in=registers, from_day__lte=on)
    rows = rows.filter(Q(to_day=None) | Q(to_day__gte=on - LOGGED_AFTER))
    return rows.select_related("area__street", "street", "household__area", "person", "contract").order_by(
        "label", "pk"
    )


def _households(member, contract, on):
    heads = Prefetch("people", Person.objects.filter(is_head=True), to_attr="heads")
    return visible_households(member, on).filter(contract=contract).select_related("area").prefetch_related(heads)


def _people(member, contract, on):
    households = visible_households(member, on).filter(contract=contract).order_by().values("pk")
    return Person.objects.filter(household__in=households).select_related("household__area")


def _cases(member, contract, on):
    """One's own cases first, then the colleagues'; those that were never taken are left out."""
    cases = visible_cases(member, on).filter(contract=contract).exclude(state__in=["refused", "withdrawn"])
    mine = When_(When(worker=member, then=Value(0)), default=Value(1), output_field=IntegerField())
    ended = When_(When(state="closed", then=Value(1)), default=Value(0), output_field=IntegerField())
    return cases.select_related("person", "area", "household", "worker").order_by(ended, mine, "number")


def _groups(member, contract, on):
    return visible_groups(member, on).filter(contract=contract).exclude(state="withdrawn").select_related("area")


_ROWS = {"household": _households, "person": _people, "case": _cases, "group": _groups}


def _found(rows, subject, q):
    if subject == "group":
        return rows.filter(title__icontains=q)
    if subject == "entry":
        return rows.filter(label__icontains=q)
    index = keys.blind_index(normal_name(q))
    named = Q(name_index=index) | Q(surname_index=index)
    if subject == "person":
        return rows.filter(named | Q(household__number__icontains=q))
    if subject == "case":
        return rows.filter(Q(person__in=Person.objects.filter(named).values("pk")) | Q(number__icontains=q))
    return rows.filter(Q(pk__in=Person.objects.filter(named).values("household_id")) | Q(number__icontains=q))


def _line(row, subject, member, contract):
    if subject == "group":
        return Line(row.pk, row.title, f"{row.area}，组员 {row.members} 人")
    if subject == "entry":
        return Line(row.pk, entry_name(row, member), str(row.area or row.street or f"{row.from_day} 起"))
    if subject == "case":
        return Line(
            row.pk,
            person_name(row.person, member, contract, row),
            f"{row.number}　{row.area}　{row.get_state_display()}",
        )
    if subject == "person":
        return Line(row.pk, person_name(row, member, contract), f"{row.household.number}　{row.household.area}")
    name = person_name(row.heads[0], member, contract) if row.heads else row.number
    return Line(row.pk, name, f"{row.number}　{row.area}")


def entry_name(entry, member):
    """A register's entry as the member may see it: its label, or the person's or the household's name."""
    if entry.label:
        return entry.label
    if entry.person is not None:
        return person_name(entry.person, member, entry.contract)
    return entry.household.number if entry.household else ""
