"""Somebody of whom nobody knows who it is, and how it became known."""

import json
from datetime import date

import pytest
from django.urls import reverse

from caseload import queries
from caseload.actions import identity, merging
from caseload.models import Identification, Person
from caseload.queries import merging as reads
from caseload.rules import identity as rules
from caseload.rules import merging as merge_rules
from tenancy import scope
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.caseload.conftest import make_household, set_up_ledger
from tests.caseload.people import id_number
from tests.cast import at

DAY = date(2024, 6, 3)
NUMBER = id_number(date(1963, 2, 1), 41, male=False)


def unknown(cast, **known):
    known = {"sex": "female", "about_age": 60, "features": "身高约一米六，灰色上衣，河南口音"} | known
    return identity.add_unknown(
        contract=cast.contract, area=cast.communities["柳林一社区"], by=cast.social_worker, at=at(), **known
    )


def found(cast, person, **known):
    known = {"name": "江秋白", "id_number": NUMBER, "basis": "police", "found_on": DAY, "told": "指纹比对一致"} | known
    return identity.identify(person, by=cast.social_worker, at=at("2024-06-04 10:00"), **known)


@pytest.mark.parametrize(
    ("sex", "age", "told"),
    [
        ("female", 60, "姓名不详（女，约60岁，城子街道）"),
        ("", None, "姓名不详（城子街道）"),
        ("male", 0, "姓名不详（男，约0岁，城子街道）"),
    ],
)
def test_what_stands_for_a_name(sex, age, told):
    assert rules.description(sex=sex, about_age=age, place="城子街道") == told


def test_an_unknown_person_is_shown_by_what_can_be_seen_and_found_by_no_name(ledger):
    person = Person.objects.get(pk=unknown(ledger).pk)
    assert (str(person.name), person.is_unknown, str(person.features)) == (
        "姓名不详（女，约60岁，柳林街道）",
        True,
        "●●●●",
    )
    assert (person.name_index, person.surname_index, person.id_number_index) == ("", "", "")
    visible = queries.visible_households(ledger.social_worker, DAY)
    assert list(queries.named(visible, "姓")) == []


def test_identity_found_later_keeps_what_stood_before_sealed(ledger):
    person = unknown(ledger)
    row = found(ledger, person)
    person = Person.objects.get(pk=person.pk)
    assert (person.name.reveal(), person.id_number.reveal(), person.sex, person.birth_date, person.is_unknown) == (
        "江秋白",
        NUMBER,
        "female",
        date(1963, 2, 1),
        False,
    )
    assert queries.find_by_id_number(NUMBER) == person
    before = json.loads(Identification.objects.get(pk=row.pk).before.reveal())
    assert (before["name"], before["about_age"], before["features"]) == (
        "姓名不详（女，约60岁，柳林街道）",
        "60",
        "身高约一米六，灰色上衣，河南口音",
    )
    event = AuditEvent.objects.filter(action="person.identified").get()
    assert event.detail == {"basis": "police", "found_on": "2024-06-03", "with_number": True}
    with pytest.raises(Conflict):
        found(ledger, person)


def test_all_that_an_identification_lacks_is_told_at_once(ledger):
    person = unknown(ledger)
    with pytest.raises(Refused) as refused:
        found(ledger, person, name=" ", id_number="99000019620304001", basis="", found_on=date(2024, 6, 5), told="")
    assert refused.value.problems == [
        "姓名未填",
        "身份证号应为 18 位数字，末位可为 X，现为 17 位",
        "选依据",
        "查明日期不得晚于今天",
        "上传证明材料，或写明经过",
    ]  # fmt: skip


def test_a_number_that_is_on_the_ledger_leads_to_merging(ledger):
    known = make_household(ledger, name="江秋白", id_number=NUMBER).people.get()
    person = unknown(ledger)
    pairs = reads.alike(ledger.social_worker, ledger.contract, on=DAY)
    assert [({pair.first, pair.second}, pair.why) for pair in pairs] == [({known, person}, merge_rules.MAY_BE)]
    with pytest.raises(identity.AlreadyOnLedger) as refused:
        found(ledger, person)
    assert refused.value.person == known
    by = {"by": ledger.social_worker, "at": at(), "reason": "公安比对"}
    merging.merge_households(known.household, person.household, take=[], **by)
    merging.merge_people(Person.objects.get(pk=known.pk), Person.objects.get(pk=person.pk), take=["features"], **by)
    kept = Person.objects.get()
    assert (kept.pk, kept.features.reveal(), kept.is_head) == (known.pk, "身高约一米六，灰色上衣，河南口音", True)


def test_the_pages_take_somebody_from_unknown_to_known_and_offer_the_merge(cast, sign_in):
    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
        known = make_household(cast, name="江秋白", id_number=NUMBER)
    client, slug = sign_in(cast.social_worker), {"tenant": cast.tenant.slug}
    area = cast.communities["柳林一社区"].pk
    sent = {"area": area, "sex": "female", "about_age": 60, "features": "灰色上衣", "found_on": "2024-06-01"}
    answer = client.post(reverse("caseload:new_unknown", kwargs=slug), sent)
    with scope.tenant(cast.tenant.pk):
        person = Person.objects.get(is_unknown=True)
    assert answer["Location"] == reverse("caseload:household", kwargs=slug | {"pk": person.household_id})
    page = reverse("caseload:identify", kwargs=slug | {"pk": person.pk})
    sent = {"basis": "relative", "found_on": "2024-06-03", "name": "江秋白", "id_number": NUMBER, "told": "女儿辨认"}
    answer = client.post(page, sent)
    merge = reverse("caseload:merge_households", kwargs=slug | {"pk": known.pk, "other": person.household_id})
    assert (answer.status_code, answer.context["merge_url"]) == (422, merge)
    assert client.get(merge).status_code == 200
    answer = client.post(page, sent | {"id_number": "", "birth_date": "1963-02-01"})
    assert answer["Location"] == reverse("caseload:household", kwargs=slug | {"pk": person.household_id})
    with scope.tenant(cast.tenant.pk):
        assert Person.objects.get(pk=person.pk).birth_date == date(1963, 2, 1)
