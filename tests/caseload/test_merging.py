"""Two entries of the ledger made one, undone again, or told to be two."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload import queries
from caseload.actions import households, merging
from caseload.models import Case, Household, HouseholdPaper, KnownApart, Merge, Person, RegisterEntry
from caseload.queries import merging as reads
from services.indicators.measure import measure_contract
from services.models import ActivityKind, Answer, Indicator, ServiceRecord
from tenancy import scope
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.caseload.conftest import make_case, make_household, set_up_ledger
from tests.caseload.people import id_number
from tests.cast import at

DAY = date(2024, 6, 3)


def merge(kept, merged, cast, take=(), reason="同一户登记了两次"):
    act = merging.merge_households if isinstance(kept, Household) else merging.merge_people
    return act(kept, merged, take=list(take), reason=reason, by=cast.social_worker, at=at())


def undo(row, cast):
    return merging.unmerge(row, reason="不是同一户", by=cast.social_worker, at=at("2024-06-04 10:00"))


def twins(cast, **known):
    """A person twice: once with a number, once without, in a household each; and the household of the second has others."""
    one = make_household(cast, name="许星河", address="3号楼2单元101", **known)
    two = make_household(
        cast,
        persons=[{"name": "江秋白"}, {"name": "许星河", "phone": "13800000009"}],
        address="3 号楼 2 单元 101 室",
        note="低保转入",
    )
    return one, two, one.people.get(), two.people.get(is_head=False)


def record(cast, moment="2024-06-03 09:00", **known):
    known.setdefault("household", None)
    return ServiceRecord.objects.create(
        contract=cast.contract, kind="revisit", day=DAY, started_at=at(moment), created_by=cast.social_worker, created_at=at(), state="submitted", submitted_at=at(), **known,
    )  # fmt: skip


def test_everything_that_pointed_to_the_merged_household_points_to_the_kept_one(ledger):
    one, two, _, second = twins(ledger)
    case = make_case(ledger, two)
    told = record(ledger, household=two)
    answer = Answer.objects.create(
        contract=ledger.contract, person=second, day=DAY, satisfied=True, created_at=at(),
        area=two.area, street=two.street,
    )  # fmt: skip
    paper = HouseholdPaper.objects.create(household=two, kind="photo", filled_on=DAY, created_at=at())
    row = merge(one, two, ledger)
    assert [Case.objects.get(pk=case.pk).household_id, ServiceRecord.objects.get(pk=told.pk).household_id] == [
        one.pk,
        one.pk,
    ]
    assert (HouseholdPaper.objects.get(pk=paper.pk).household_id, Answer.objects.get(pk=answer.pk).person_id) == (
        one.pk,
        second.pk,
    )
    assert {person.household_id for person in Person.objects.all()} == {one.pk}
    assert Household.everyone.get(pk=two.pk).merged_into_id == one.pk
    assert list(Household.objects.all()) == [one]
    assert row.moved["services.ServiceRecord.household"] == [str(told.pk)]
    event = AuditEvent.objects.filter(action="household.merged").get()
    assert (event.object_id, event.detail["merged"], event.detail["reason"]) == (
        one.pk,
        str(two.pk),
        "同一户登记了两次",
    )


def test_every_foreign_key_of_the_program_to_a_household_or_a_person_is_found():
    """Told from the tables of all apps, so that a new one counts; what is left out is named here."""
    from django.apps import apps

    from caseload.actions.moving import OF_MERGES

    for target in (Household, Person):
        every = {
            (model._meta.label, key.name)
            for model in apps.get_models()
            for key in model._meta.local_fields
            if key.is_relation and key.related_model is target and model not in OF_MERGES and key.name != "merged_into"
        }
        found = {
            (relation.related_model._meta.label, relation.field.name)
            for relation in target._meta.get_fields(include_hidden=True)
            if relation.auto_created and not relation.concrete
        }
        assert every - found == set()


def test_one_head_stays_and_the_stays_of_both_on_a_register_become_one(ledger):
    one = make_household(ledger, name="许星河", filed_on=date(2024, 5, 6))
    two = make_household(ledger, name="许星汉", filed_on=date(2024, 3, 1), categories=["low_income"])
    row = merge(one, two, ledger)
    assert [person.name.reveal() for person in Person.objects.filter(is_head=True)] == ["许星河"]
    entries = RegisterEntry.objects.order_by("kind")
    assert [(entry.kind, entry.from_day, entry.subject) for entry in entries] == [
        ("household_file", date(2024, 3, 1), one.pk),
        ("social_assistance", date(2024, 3, 1), one.pk),
    ]
    assert len(row.joined) == 2


def test_an_undone_merge_leaves_both_as_they_were(ledger):
    one, two, _, _ = twins(ledger)
    case = make_case(ledger, two)
    told = record(ledger, household=two)
    before = sorted((entry.pk, entry.subject, entry.from_day, entry.to_day) for entry in RegisterEntry.objects.all())
    heads = sorted(Person.objects.filter(is_head=True).values_list("pk", flat=True))
    row = merge(one, two, ledger, take=["note"])
    assert Household.objects.get(pk=one.pk).note.reveal() == "低保转入"
    later = record(ledger, moment="2024-06-03 15:00", household=one)
    undo(row, ledger)
    assert (ServiceRecord.objects.get(pk=told.pk).household_id, Case.objects.get(pk=case.pk).household_id) == (
        two.pk,
        two.pk,
    )
    assert ServiceRecord.objects.get(pk=later.pk).household_id == one.pk
    assert sorted(Person.objects.filter(is_head=True).values_list("pk", flat=True)) == heads
    assert before == sorted(
        (entry.pk, entry.subject, entry.from_day, entry.to_day) for entry in RegisterEntry.objects.all()
    )
    assert (Household.objects.get(pk=one.pk).note.reveal(), Household.objects.get(pk=two.pk).note.reveal()) == (
        "",
        "低保转入",
    )
    row.refresh_from_db()
    assert (row.undone_by, row.undone_reason) == (ledger.social_worker, "不是同一户")
    with pytest.raises(Conflict):
        undo(row, ledger)


def test_a_merge_is_not_undone_when_a_row_that_moved_has_gone(ledger):
    one, two, _, _ = twins(ledger)
    gone = HouseholdPaper.objects.create(household=two, kind="photo", filled_on=DAY, created_at=at())
    row = merge(one, two, ledger)
    gone.delete()
    with pytest.raises(Refused) as refused:
        undo(row, ledger)
    assert refused.value.problems == ["家庭材料有 1 条在合并后删除或改到别处"]
    assert Household.everyone.get(pk=two.pk).merged_into_id == one.pk


def test_two_people_become_one_with_the_chosen_fields(ledger):
    one, two, kept, merged = twins(ledger)
    told = record(ledger, household=two, person=merged)
    entry = households.put_on_register(contract=ledger.contract, kind="key", person=merged, from_day=DAY, by=ledger.social_worker, at=at())  # fmt: skip
    row = merge(kept, merged, ledger, take=["phone"], reason="同一人")
    kept.refresh_from_db()
    assert (kept.phone.reveal(), kept.name.reveal(), bool(kept.id_number_index)) == ("13800000009", "许星河", True)
    told.refresh_from_db()
    entry.refresh_from_db()
    assert (told.person_id, told.household_id) == (kept.pk, one.pk)
    assert (entry.person_id, entry.subject, entry.household_id) == (kept.pk, kept.pk, one.pk)
    assert [person.name.reveal() for person in two.people.all()] == ["江秋白"]
    undo(row, ledger)
    for moved in (kept, merged, told, entry):
        moved.refresh_from_db()
    assert (kept.phone.reveal(), merged.phone.reveal(), merged.merged_into_id) == ("13800000001", "13800000009", None)
    assert (told.person_id, told.household_id, entry.subject) == (merged.pk, two.pk, merged.pk)


def test_the_number_of_the_merged_entry_may_be_taken_and_is_found_once(ledger):
    number = id_number(serial=9)
    one = make_household(ledger, persons=[{"name": "江秋白"}, {"name": "许星河"}])
    two = make_household(ledger, persons=[{"name": "陶然"}, {"name": "许星河", "id_number": number}])
    kept, merged = one.people.get(is_head=False), two.people.get(is_head=False)
    row = merge(kept, merged, ledger, take=["id_number", "birth_date", "sex"], reason="同一人")
    assert queries.find_by_id_number(number) == kept
    kept.refresh_from_db()
    assert (kept.birth_date, kept.sex) == (merged.birth_date, merged.sex)
    undo(row, ledger)
    assert queries.find_by_id_number(number) == merged


def test_all_reasons_against_a_merge_of_people_are_told_at_once(ledger):
    one = make_household(ledger, name="许星河")
    two = make_household(
        ledger, persons=[{"name": "许星河", "id_number": id_number(serial=5)}, {"name": "江秋白", "relation": "配偶"}]
    )
    first, second = make_case(ledger, one), make_case(ledger, two)
    with pytest.raises(Refused) as refused:
        merge(one.people.get(), two.people.get(is_head=True), ledger)
    assert refused.value.problems == [
        "两人的身份证号不同。其中一个登记有误的，先改正",
        f"{two.number} 合并后没有户主：先合并两户，或先另定户主",
        f"两人都有未结个案（{first.number}、{second.number}）：先结案或撤回其中一个",
        "个案：该服务对象在本合同下已有未结个案",
    ]
    assert (Merge.objects.count(), Person.objects.count()) == (0, 3)


def test_drafts_of_one_form_in_both_files_refuse_the_merge(ledger):
    one, two, _, _ = twins(ledger)
    for household in (one, two):
        HouseholdPaper.objects.create(
            household=household, kind="needs_survey", is_draft=True, filled_on=DAY, created_at=at()
        )
    with pytest.raises(Refused) as refused:
        merge(one, two, ledger)
    assert refused.value.problems == ["家庭材料：这份表已有草稿"]


def test_pairs_that_look_like_one_are_listed_until_they_are_told_apart(ledger):
    one, two, kept, merged = twins(ledger)
    found = reads.alike(ledger.social_worker, ledger.contract, on=DAY)
    assert [({pair.first, pair.second}, pair.why) for pair in found] == [
        ({kept, merged}, "同名，其中一人没有身份证号"),
        ({one, two}, "住址相同"),
    ]
    merging.say_apart(merged, kept, reason="同名不同人", by=ledger.social_worker, at=at())
    merging.say_apart(two, one, reason="合租", by=ledger.social_worker, at=at())
    assert reads.alike(ledger.social_worker, ledger.contract, on=DAY) == []
    with pytest.raises(Conflict):
        merging.say_apart(kept, merged, reason="同名不同人", by=ledger.social_worker, at=at())
    assert KnownApart.objects.count() == 2


def test_an_old_address_leads_to_where_the_household_stands(ledger):
    one, two, _, _ = twins(ledger)
    three = make_household(ledger, name="许星汉")
    merge(one, two, ledger)
    merge(three, one, ledger)
    assert reads.stands_as(ledger.social_worker, two.pk, on=DAY) == three
    assert reads.stands_as(ledger.social_worker, three.pk, on=DAY) is None


def counted(cast, *definitions):
    """The live numbers of indicators with these definitions."""
    rows = [
        Indicator(contract=cast.contract, code=f"M{no}", title="试算", definition=told, unit="户", force="hard")
        for no, told in enumerate(definitions)
    ]
    return [row.number for row in measure_contract(cast.contract, on=DAY, indicators=rows).rows]


def test_an_indicator_counts_one_household_after_the_merge_where_it_counted_two(ledger):
    one, two, _, _ = twins(ledger)
    ActivityKind.objects.create(code="revisit", label="回访", subject="household")
    for number, household in enumerate((one, two)):
        record(ledger, moment=f"2024-06-03 {9 + number:02}:00", household=household)
    ServiceRecord.objects.update(state="verified", decided_by=ledger.quality_control, decided_at=at())
    definitions = (
        {"of": "record.revisit", "count": "household", "target": {"ge": 2}},
        {"of": "register.household_file", "target": {"ge": 2}},
        {"of": "record.revisit", "target": {"ge": 2}},
    )
    assert counted(ledger, *definitions) == [2, 2, 2]
    row = merge(one, two, ledger)
    assert counted(ledger, *definitions) == [1, 1, 2]
    undo(row, ledger)
    assert counted(ledger, *definitions) == [2, 2, 2]


def at_page(cast, name, **kwargs):
    return reverse(f"caseload:{name}", kwargs={"tenant": cast.tenant.slug, **kwargs})


def test_the_pages_lead_from_a_pair_to_the_merge_and_back(cast, sign_in):
    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
        one, two, kept, merged = twins(cast)
    client, ends = sign_in(cast.social_worker), {"pk": one.pk, "other": two.pk}
    page = client.get(at_page(cast, "duplicates"))
    assert (page.status_code, len(page.context["pairs"])) == (200, 2)
    by_number = client.get(at_page(cast, "duplicates"), {"first": one.number, "second": two.number})
    assert by_number["Location"] == at_page(cast, "merge_households", **ends)
    assert client.post(at_page(cast, "merge_households", **ends), {"reason": ""}).status_code == 422
    sent = {"reason": "同一户登记了两次", "take-note": "merged", "take-address": "kept"}
    assert client.post(at_page(cast, "merge_households", **ends), sent)["Location"] == at_page(
        cast, "household", pk=one.pk
    )
    assert client.get(at_page(cast, "household", pk=two.pk))["Location"] == at_page(cast, "household", pk=one.pk)
    assert client.get(at_page(cast, "merge_households", **ends)).status_code == 404
    with scope.tenant(cast.tenant.pk):
        row = Merge.objects.get()
        assert (row.taken, Household.objects.get(pk=one.pk).note.reveal()) == (["note"], "低保转入")
    page = at_page(cast, "merge", pk=row.pk)
    assert client.get(page).status_code == 200
    assert client.post(page, {"reason": "不是同一户"})["Location"] == page
    assert client.get(at_page(cast, "household", pk=two.pk)).status_code == 200
    client.post(at_page(cast, "people_apart", pk=kept.pk, other=merged.pk), {"reason": "同名不同人"})
    assert len(client.get(at_page(cast, "duplicates")).context["pairs"]) == 1


@pytest.mark.parametrize("role", ["contract_manager", "subdistrict_officer", "quality_control", "auditor"])
def test_who_only_reads_the_ledger_merges_nothing(role, cast, sign_in):
    assert sign_in(cast.members[role]).get(at_page(cast, "duplicates")).status_code == 403


def test_the_list_of_pairs_costs_the_same_however_many(cast, sign_in):
    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
        twins(cast)
    client, page = sign_in(cast.social_worker), at_page(cast, "duplicates")

    def statements():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        return len(asked)

    statements()
    before = statements()
    with scope.tenant(cast.tenant.pk):
        for name in ("陶然", "梁上燕"):
            make_household(cast, persons=[{"name": name}], address=f"{name}家")
            make_household(cast, name=name, address=f"{name}家")
    assert statements() == before
