"""Somebody of whom nobody knows who it is: entered with what can be seen, and identified later with a basis."""

import json

from django.db import transaction

from caseload import queries
from caseload.actions import households
from caseload.actions.completeness import refresh_file
from caseload.models import Identification, Person
from caseload.rules import identity as rules
from caseload.rules import people
from tenancy import audit, keys
from tenancy.clock import day_of
from tenancy.problems import Conflict, Refused


class AlreadyOnLedger(Refused):
    """The identity number belongs to somebody on the ledger (`person`): the two entries are to be merged."""

    def __init__(self, person):
        super().__init__(f"这个身份证号已在台账中（{person.household.number}）。是同一人的，合并两条登记")
        self.person = person


@transaction.atomic
def add_unknown(*, contract, area, sex, features, by, at, about_age=None, address="", found_on=None):
    """Enter somebody without a name or a number, in a household of their own; returns the Person.

    `features` are what the person is known again by; `about_age` is a guess in years. Raises Refused without features.
    """
    if len(features.strip()) < 2:
        raise Refused("写明外貌、衣着、口音等特征")
    name = rules.description(sex=sex, about_age=about_age, place=area.street.name)
    household = households.add_household(
        contract=contract, area=area, persons=[{"name": name, "sex": sex}], address=address, filed_on=found_on, by=by, at=at
    )  # fmt: skip
    person = household.people.get()
    person.name, person.name_index, person.surname_index = name, "", ""
    person.is_unknown, person.features = True, features.strip()
    person.facts = person.facts | ({"about_age": about_age} if about_age is not None else {})
    person.save()
    audit.record("person.unknown_added", by=by, at=at, target=household)
    return person


@transaction.atomic
def identify(person, *, name, basis, found_on, by, at, id_number="", told="", file=None, **known):
    """Enter who somebody is, on what basis; what stood there before stays sealed. Returns the Identification.

    `known`: birth_date, sex, phone; the identity number tells the first two. Raises Refused with every fault at once,
    AlreadyOnLedger when the number belongs to somebody else on the ledger.
    """
    person = Person.objects.select_for_update(of=("self",)).select_related("household").get(pk=person.pk)
    if not person.is_unknown:
        raise Conflict("这个人的身份已登记")
    told, number = (told or "").strip(), people.normal_id_number(id_number)
    faults = rules.faults(
        name=name, id_number=number, basis=basis, found_on=found_on, today=day_of(at), told=told, has_file=file is not None
    )  # fmt: skip
    if faults:
        raise Refused("没有登记", faults)
    other = queries.find_by_id_number(number) if number else None
    if other is not None:
        raise AlreadyOnLedger(other)
    finding = Identification(person=person, basis=basis, found_on=found_on, file=file, told=told, by=by, at=at)
    finding.before = _before(person)
    finding.save(force_insert=True)
    _become(person, people.normal_name(name), number, known)
    refresh_file(person.household, at=at)
    audit.record("person.identified", by=by, at=at, target=person.household, basis=basis, found_on=str(found_on), with_number=bool(number))  # fmt: skip
    return finding


def _before(person):
    stood = {
        "name": person.name.reveal(),
        "sex": person.sex,
        "birth_date": str(person.birth_date or ""),
        "phone": person.phone.reveal(),
        "features": person.features.reveal(),
        "about_age": str(person.facts.get("about_age", "")),
    }
    return json.dumps({field: text for field, text in stood.items() if text}, ensure_ascii=False, sort_keys=True)


def _become(person, name, number, known):
    person.name, person.name_index = name, keys.blind_index(name)
    person.surname_index = keys.blind_index(people.surname_of(name))
    person.id_number, person.id_number_index = number, keys.blind_index(number) if number else ""
    person.sex = people.sex_of(number) or known.get("sex") or person.sex
    person.birth_date = people.birth_date_of(number) or known.get("birth_date") or person.birth_date
    person.phone = known.get("phone") or person.phone
    person.facts = {key: value for key, value in person.facts.items() if key != "about_age"}
    person.is_unknown = False
    person.save()
