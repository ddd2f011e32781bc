"""Every write on registers: who or what stands on which list of a contract, from which day until which day."""

from uuid import NAMESPACE_OID, uuid5

from django.db import IntegrityError, transaction

from caseload.models import RegisterEntry, Stay
from tenancy import audit
from tenancy.problems import Refused, broken_rule


def enter(*, contract, kind, from_day, at, household=None, person=None, label="", area=None, facts=None, papers=()):
    """One row on a register, without an audit event of its own: part of a larger act (see put_on_register)."""
    if person is not None and household is None:
        household = person.household
    area = area or (household.area if household else None)
    subject = (person or household).pk if person or household else uuid5(NAMESPACE_OID, f"{kind}:{label.strip()}")
    entry = RegisterEntry(
        contract=contract, kind=kind, household=household, person=person, label=label.strip(), subject=subject, area=area,
        street_id=area.street_id if area else None, from_day=from_day, facts=facts or {}, papers=sorted(set(papers)), created_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(broken_rule(error, RegisterEntry, "没有登上名册")) from error
    return entry


@transaction.atomic
def put_on_register(*, contract, kind, from_day, by, at, **who):
    """Put a subject on a register of a contract from a day on; returns the RegisterEntry.

    `who`: household=, person= or label= (a team, a volunteer: its label is the subject), and area=, facts= (only what can
    be counted), papers=. Raises Refused when the subject stands on the register already at that time.
    """
    entry = enter(contract=contract, kind=kind, from_day=from_day, at=at, **who)
    audit.record("register.entered", by=by, at=at, target=entry, kind=kind, from_day=str(from_day))
    return entry


@transaction.atomic
def leave_register(entry, *, to_day, by, at):
    """Take a subject off a register after its last day. Raises Refused when it has left already, or leaves by another act."""
    if Stay.objects.filter(entry=entry).exists():
        raise Refused("在站人员随离站登记离开名册")
    leave(entry, to_day=to_day)
    audit.record("register.left", by=by, at=at, target=entry, kind=entry.kind, to_day=str(to_day))


def leave(entry, *, to_day):
    """End a stay on a register, without an audit event of its own: part of a larger act (see leave_register)."""
    if to_day < entry.from_day:
        raise Refused("截止日不得早于起始日")
    if not RegisterEntry.objects.filter(pk=entry.pk, to_day=None).update(to_day=to_day):
        raise Refused("已不在这份名册上")


@transaction.atomic
def set_register_facts(entry, *, facts, by, at, papers=None):
    """Change what is counted of an entry: a team's composition, a volunteer's training and exam. Keys that aren't given stay.

    `papers`, when given, are exactly the kinds of papers that are there.
    """
    entry = note(entry, facts=facts)
    if papers is not None:
        entry.papers = sorted(set(papers))
        entry.save(update_fields=["papers"])
    audit.record("register.facts_set", by=by, at=at, target=entry, kind=entry.kind, facts=sorted(facts))
    return entry


def note(entry, *, facts=None, papers=()):
    """Merge facts and paper kinds into an entry under its lock, without an audit event of its own."""
    entry = RegisterEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    entry.facts = {**entry.facts, **(facts or {})}
    entry.papers = sorted({*entry.papers, *papers})
    entry.save(update_fields=["facts", "papers"])
    return entry
