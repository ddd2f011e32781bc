"""Members, carers and guardians, categories with periods, and the tenant's own list of categories."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from caseload import queries, tasks
from caseload.actions import belonging, categories, completeness, households, people
from caseload.models import Carer, Category, Household, HouseholdCategory, LedgerChange, RegisterEntry
from caseload.queries import category_list
from tenancy import clock
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.caseload.conftest import make_household
from tests.caseload.files import lacking, told
from tests.caseload.people import id_number
from tests.cast import at

DAY = date(2024, 5, 6)


@pytest.fixture
def worker(ledger):
    return {"by": ledger.social_worker, "at": at()}


@pytest.fixture
def home(ledger):
    child = {"name": "江小满", "id_number": id_number(date(2015, 6, 7), 3), "relation": "孙女"}
    return make_household(ledger, persons=[{"name": "江一帆", "id_number": id_number(date(1960, 1, 2))}, child])


def acts(*names):
    return list(AuditEvent.objects.filter(action__in=names).order_by("seq").values_list("action", flat=True))


# --- members and carers -------------------------------------------------------------------------------------------------
def test_personal_fields_are_sealed_counted_and_never_lost(home, worker):
    head = home.people.get(is_head=True)
    people.set_person_details(head, details={"employment": "无业", "education": "初中"}, phone="13800000009", **worker)
    assert lacking(home) == ["享受保障情况", "帮扶需求"]
    people.set_person_details(head, details={"employment": "退休"}, relation="户主", **worker)
    head.refresh_from_db()
    assert (queries.details_of(head), str(head.details)) == ({"employment": "退休", "education": "初中"}, "●●●●")
    assert [(row.item, row.old.reveal(), row.person) for row in LedgerChange.objects.all()] == [
        ("employment", "无业", head)
    ]
    assert acts("person.details_set") == ["person.details_set"] * 2
    with pytest.raises(Refused) as refusal:
        people.set_person_details(head, details={"income": "1", "disability_grade": "九级"}, **worker)
    assert refusal.value.problems == ["成员没有这一项：income", "残疾等级写一级、二级、三级、四级之一"]


def test_a_guardian_makes_a_childs_file_whole_until_the_last_day(home, worker):
    head, child = home.people.get(is_head=True), home.people.get(is_head=False)
    assert "孙女（2015年生）的监护人" in told(home)
    guardian = people.add_carer(child, role="guardian", member=head, relation="祖父", from_day=DAY, **worker)
    assert ("孙女（2015年生）的监护人" in told(home), str(guardian)) == (False, "江**")
    people.end_carer(guardian, to_day=date(2024, 6, 3), **worker)
    assert ("孙女（2015年生）的监护人" in told(home), "孙女（2015年生）的监护人" in told(home, date(2024, 6, 4))) == (
        False,
        True,
    )
    with pytest.raises(Conflict):
        people.end_carer(guardian, to_day=date(2024, 6, 3), **worker)
    assert acts("carer.added", "carer.ended") == ["carer.added", "carer.ended"]


def test_an_adult_without_capacity_needs_a_guardian_too(home, worker):
    head = home.people.get(is_head=True)
    people.set_person_details(head, details={"capacity": "无"}, **worker)
    assert "江**（户主）的监护人" in told(home)
    people.add_carer(head, role="both", name="方竹青", phone="13900001111", relation="侄女", from_day=DAY, **worker)
    assert "江**（户主）的监护人" not in told(home)


def test_what_is_wrong_with_a_carer_is_told_at_once(ledger, home, worker):
    head = home.people.get(is_head=True)
    stranger = make_household(ledger, name="何木兰").people.get()
    with pytest.raises(Refused) as refusal:
        people.add_carer(head, role="carer", relation=" ", from_day=date(2024, 6, 4), **worker)
    assert refusal.value.problems == ["选家庭成员，或写明姓名", "与本人关系未填", "电话未填", "起始日期不得晚于今天"]
    with pytest.raises(Refused) as refusal:
        people.add_carer(head, role="carer", member=stranger, relation="邻居", from_day=DAY, **worker)
    assert refusal.value.problems == ["所选的人不在这一户"]
    for broken, name in (({"member": head}, "carer_is_another"), ({}, "carer_has_name")):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Carer.objects.create(household=home, person=head, role="carer", relation="x", from_day=DAY, created_at=at(), **broken)  # fmt: skip


def test_a_carers_telephone_is_opened_with_a_purpose_and_a_childs_only_by_its_worker(home, worker):
    head, child = home.people.get(is_head=True), home.people.get(is_head=False)
    for person in (head, child):
        people.add_carer(person, role="both", name="方竹青", phone="13900001111", relation="姑", from_day=DAY, **worker)
    of_head, of_child = Carer.objects.get(person=head), Carer.objects.get(person=child)
    assert people.reveal_carer_field(of_head, "phone", "联系监护人", **worker) == "13900001111"
    assert acts("person.revealed") == ["person.revealed"]
    for carer, field, purpose in ((of_child, "phone", "联系"), (of_head, "phone", " "), (of_head, "relation", "联系")):
        with pytest.raises(Refused):
            people.reveal_carer_field(carer, field, purpose, **worker)
    assert acts("person.revealed") == ["person.revealed"]


# --- categories and their periods -----------------------------------------------------------------------------------------
def test_a_certificate_with_an_end_is_renewed_as_a_second_period(ledger, home, worker):
    severe, head = Category.objects.get(code="disabled_severe"), home.people.get(is_head=True)
    first = belonging.set_category(home, severe, from_day=DAY, to_day=date(2024, 12, 31), person=head, certificate="A1", **worker)  # fmt: skip
    with pytest.raises(Refused, match="同一类别的有效期重叠"):
        belonging.set_category(home, severe, from_day=date(2024, 12, 31), person=head, **worker)
    belonging.set_category(home, severe, from_day=date(2025, 1, 1), person=head, certificate="A2", **worker)
    assert list(queries.ending_soon(on=date(2024, 12, 15))) == []
    with pytest.raises(IntegrityError, match="no_overlap"), transaction.atomic():
        HouseholdCategory.objects.create(household=home, person=head, category=severe, from_day=date(2024, 6, 1))
    belonging.end_category(first, to_day=date(2024, 11, 30), **worker)
    with pytest.raises(Refused, match="这一类别已截止"):
        belonging.end_category(first, to_day=date(2024, 11, 30), **worker)
    assert "残疾类型" not in lacking(home, date(2024, 12, 15))
    assert "残疾类型" in lacking(home, date(2024, 11, 30))


def test_a_period_that_ends_soon_is_found_and_the_assistance_register_ends_with_the_last(ledger, home, worker):
    low = Category.objects.get(code="low_income")
    held = home.categories.get()
    belonging.set_category(home, low, from_day=date(2024, 6, 1), to_day=date(2024, 6, 20), **worker)
    assert [row.category for row in queries.ending_soon(on=date(2024, 6, 20))] == [low]
    assert list(queries.ending_soon(on=date(2024, 6, 21))) == []
    entry = RegisterEntry.objects.get(kind="social_assistance")
    assert entry.to_day is None
    belonging.end_category(held, to_day=date(2024, 6, 10), **worker)
    entry.refresh_from_db()
    assert entry.to_day == date(2024, 6, 20)
    belonging.set_category(home, low, from_day=date(2024, 6, 21), **worker)
    entry.refresh_from_db()
    assert (entry.to_day, RegisterEntry.objects.filter(kind="social_assistance").count()) == (None, 1)


def test_the_night_counts_files_whose_period_ended_by_itself(ledger, home, worker, monkeypatch):
    ending = home.categories.get()
    households.set_details(home, details={"needs": "就业", "benefits": "低保金"}, **worker)
    people.set_person_details(
        home.people.get(is_head=True), details={"employment": "无", "education": "小学"}, **worker
    )
    belonging.end_category(ending, to_day=date(2024, 6, 30), **worker)
    assert queries.file_entry(home).facts["ledger_complete"] is True
    monkeypatch.setattr(clock, "now", lambda: at("2024-07-01 00:20"))
    tasks.count_files()
    assert queries.file_entry(home).facts["ledger_complete"] is False
    assert completeness.refresh_files(Household.objects.all(), at=at("2024-07-01 00:21")) == 0


def test_counting_many_files_again_takes_as_many_statements_as_one(ledger, home, django_assert_num_queries):
    with django_assert_num_queries(9):
        completeness.refresh_files(Household.objects.all(), at=at())
    for name in ("何木兰", "叶归舟", "欧阳远山"):
        make_household(ledger, name=name)
    Household.objects.update(items_asked=0, items_filled=0)
    with django_assert_num_queries(10):
        completeness.refresh_files(Household.objects.all(), at=at())


# --- the tenant's list ------------------------------------------------------------------------------------------------------
VALUES = {"label": "刚性支出困难家庭", "group": "享受社会救助", "required_fields": ["needs"], "is_assistance": True, "counts_as": "low_income"}  # fmt: skip


def test_a_category_is_added_changed_and_retired_without_losing_who_was_in_it(ledger, home):
    admin = {"by": ledger.system_admin, "at": at()}
    added = categories.add_category(code="rigid", **VALUES, **admin)
    belonging.end_category(home.categories.get(), to_day=at().date(), by=ledger.social_worker, at=at())
    belonging.set_category(home, added, from_day=at().date(), by=ledger.social_worker, at=at())
    assert "健康状况" not in lacking(home)
    categories.change_category(added, **{**VALUES, "required_fields": ["health", "needs"]}, **admin)
    home.refresh_from_db()
    assert (lacking(home)[-1], home.items_asked) == ("健康状况", 9)
    with pytest.raises(Refused, match="不能改是否享受社会救助"):
        categories.change_category(added, **{**VALUES, "is_assistance": False}, **admin)
    categories.retire_category(added, is_active=False, **admin)
    other = make_household(ledger, name="何木兰")
    with pytest.raises(Refused, match="已停用，不能再登记"):
        belonging.set_category(
            other, Category.objects.get(code="rigid"), from_day=DAY, by=ledger.social_worker, at=at()
        )
    row = next(row for row in category_list.listed_categories(on=at().date()) if row.code == "rigid")
    assert (row.present, row.ever, row.is_active) == (1, 1, False)
    assert acts("category.added", "category.changed", "category.retired") == [
        "category.added", "category.changed", "category.retired",
    ]  # fmt: skip


def test_what_is_wrong_with_a_category_is_told_at_once_and_order_is_kept(ledger):
    admin = {"by": ledger.system_admin, "at": at()}
    wrong = {**VALUES, "label": "城市低保", "required_fields": ["income"], "counts_as": "nobody"}
    with pytest.raises(Refused) as refusal:
        categories.add_category(code="low_income", **wrong, **admin)
    assert refusal.value.problems == [
        "台账没有这一项：income", "这个名称已使用", "计数归入的类别不存在", "这个类别代号已使用",
    ]  # fmt: skip
    second = Category.objects.get(code="rural_dibao")
    categories.move_category(second, up=True, **admin)
    categories.move_category(second, up=True, **admin)
    assert list(Category.objects.values_list("code", flat=True)[:3]) == ["rural_dibao", "urban_dibao", "low_income"]
