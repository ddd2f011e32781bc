"""The ledger: one act enters a family, its file says whether it is complete, and personal values stay sealed."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from caseload import queries
from caseload.actions import households
from caseload.models import Category, Household, HouseholdCategory, Person, RegisterEntry
from caseload.rules import ledger as rules
from tenancy import scope
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.caseload.conftest import make_household
from tests.caseload.files import lacking
from tests.caseload.people import id_number
from tests.cast import at


def test_a_family_is_entered_in_one_act_with_its_file_and_category(ledger):
    father, child = id_number(date(1980, 1, 2)), id_number(date(2015, 6, 7), male=False)
    household = make_household(
        ledger, categories=["rural_dibao"], address="柳林一社区 3 号楼", persons=[{"name": "江 一帆", "id_number": father.lower(), "phone": "13900000000"}, {"name": "江小满", "id_number": child, "relation": "女儿"}],
    )  # fmt: skip
    assert (household.number, household.street) == ("QH01-H-0001", ledger.streets["柳林街道"])
    people = [
        (person.name.reveal(), person.sex, person.birth_date, person.is_head, person.relation)
        for person in household.people.all()
    ]
    assert people == [
        ("江一帆", "male", date(1980, 1, 2), True, "户主"),
        ("江小满", "female", date(2015, 6, 7), False, "女儿"),
    ]
    entries = (
        RegisterEntry.objects.filter(household=household).order_by("kind").values_list("kind", "facts", "from_day")
    )
    assert list(entries) == [
        ("household_file", {"complete": False, "ledger_complete": False}, date(2024, 5, 6)),
        ("social_assistance", {"category": "rural_dibao"}, date(2024, 5, 6)),
    ]
    assert make_household(ledger, name="何木兰").number == "QH01-H-0002"


def test_every_fault_is_told_at_once_and_nothing_is_kept(ledger, family):
    known = family.people.get().id_number.reveal()
    twice = id_number(date(1990, 1, 1))
    with pytest.raises(Refused) as refused:
        make_household(
            ledger,
            persons=[
                {"name": " ", "id_number": "123"},
                {"name": "甲", "id_number": known},
                {"name": "乙", "id_number": twice},
                {"name": "丙", "id_number": twice},
            ],
        )
    assert refused.value.problems == [
        "第 1 人：姓名未填", "第 1 人：身份证号应为 18 位数字，末位可为 X，现为 3 位", "第 2 人：这个身份证号已在台账中", "第 4 人：身份证号与前面的人相同",
    ]  # fmt: skip
    assert Household.objects.count() == 1


def test_a_place_outside_the_contract_is_refused(ledger):
    ledger.contract.contractareas.filter(area=ledger.streets["云岭镇"]).delete()
    with pytest.raises(Refused, match="上岭村不在本合同服务的街道（乡镇）内"):
        make_household(ledger, "上岭村")


def test_a_contract_that_names_no_place_serves_every_place_of_the_bureau(ledger):
    ledger.contract.contractareas.all().delete()
    assert make_household(ledger, "上岭村").street == ledger.streets["云岭镇"]
    places = [name for _street, name, _area, _pk in queries.places(ledger.contract)]
    assert sorted(places) == sorted(["柳林一社区", "柳林二社区", "石桥社区", "桥西社区", "云岭社区", "上岭村"])


def test_filling_the_ledger_completes_the_file(ledger, family):
    assert lacking(family) == ["就业状况", "受教育程度", "享受保障情况", "帮扶需求"]
    households.set_details(
        family,
        details={"employment": "无业", "education": "初中", "benefits": "低保金", "needs": "就业"},
        by=ledger.social_worker,
        at=at(),
    )
    assert queries.file_entry(family).facts == {"complete": False, "ledger_complete": True}
    households.set_category(
        family,
        Category.objects.get(code="disabled_severe"),
        from_day=date(2024, 6, 1),
        by=ledger.social_worker,
        at=at(),
    )
    assert queries.file_entry(family).facts == {"complete": False, "ledger_complete": False}
    with pytest.raises(Refused, match="台账没有这些字段：income"):
        households.set_details(family, details={"income": "1"}, by=ledger.social_worker, at=at())


def test_papers_and_the_system_number_reach_the_register_of_files(ledger, family):
    worker = {"by": ledger.social_worker, "at": at()}
    households.add_household_paper(
        family, kind="needs_survey", filled_on=date(2024, 6, 3), data={"needs": "就业"}, at_home=True, **worker
    )
    households.add_household_paper(
        family, kind="assistance_plan", filled_on=date(2024, 6, 3), data={"goals": "就业"}, **worker
    )
    households.set_system_no(family, " JZ-0001 ", **worker)
    entry = queries.file_entry(family)
    assert (entry.papers, entry.facts) == (
        ["assistance_plan", "needs_survey"],
        {"complete": False, "home_survey_done": True, "ledger_complete": False, "system_no": "JZ-0001"},
    )


def test_the_finer_category_counts_as_the_contracts_word(ledger):
    household = make_household(ledger, categories=["tekun_centre"])
    assert RegisterEntry.objects.get(household=household, kind="social_assistance").facts == {"category": "tekun"}


def test_the_last_assistance_category_takes_the_register_with_it(ledger, family):
    first = HouseholdCategory.objects.get(household=family)
    second = households.set_category(
        family, Category.objects.get(code="low_income"), from_day=date(2024, 6, 1), by=ledger.social_worker, at=at()
    )
    on_register = RegisterEntry.objects.filter(household=family, kind="social_assistance", to_day=None)
    households.end_category(first, to_day=date(2024, 6, 30), by=ledger.social_worker, at=at("2024-07-01 10:00"))
    assert on_register.count() == 1
    households.end_category(second, to_day=date(2024, 7, 31), by=ledger.social_worker, at=at("2024-08-01 10:00"))
    assert on_register.count() == 0
    with pytest.raises(Refused, match="这一类别已截止"):
        households.end_category(second, to_day=date(2024, 7, 31), by=ledger.social_worker, at=at("2024-08-01 10:00"))


def test_a_subject_stands_on_a_register_once_at_a_time(ledger, family):
    put = {
        "contract": ledger.contract,
        "kind": "key_household",
        "household": family,
        "facts": {"tier": "general"},
        "by": ledger.social_worker,
        "at": at(),
    }
    entry = households.put_on_register(from_day=date(2024, 6, 1), **put)
    with pytest.raises(Refused, match="时段重叠"):
        households.put_on_register(from_day=date(2024, 7, 1), **put)
    households.leave_register(entry, to_day=date(2024, 6, 30), by=ledger.social_worker, at=at())
    with pytest.raises(Refused, match="时段重叠"):
        households.put_on_register(from_day=date(2024, 6, 30), **put)
    households.put_on_register(from_day=date(2024, 7, 1), **put)
    with pytest.raises(IntegrityError, match="registerentry_no_overlap"), transaction.atomic():
        RegisterEntry.objects.filter(pk=entry.pk).update(to_day=None)


def test_a_team_is_its_own_subject(ledger):
    put = {
        "contract": ledger.contract,
        "kind": "home_visit_team",
        "from_day": date(2024, 6, 1),
        "by": ledger.agency_manager,
        "at": at(),
    }
    households.put_on_register(label="柳林一组", facts={"social_workers": 1, "volunteers": 1}, **put)
    households.put_on_register(label="柳林二组", **put)
    with pytest.raises(Refused, match="时段重叠"):
        households.put_on_register(label="柳林一组", **put)
    with pytest.raises(Refused, match="名册上的一行须有户、人或名称"):
        households.put_on_register(label=" ", **put)


def test_a_person_is_found_by_identity_number_and_by_name(ledger, family):
    number = family.people.get().id_number.reveal()
    rows = queries.visible_households(ledger.social_worker, date(2024, 6, 3))
    assert queries.find_by_id_number(f" {number[:6]} {number[6:].lower()}").household == family
    assert queries.find_by_id_number("") is None
    assert [list(queries.named(rows, text)) for text in ("许 星河", "许", "星河", "河")] == [[family], [family], [], []]
    assert list(queries.with_id_number(rows, number)) == [family]


def test_one_bureaus_blind_index_finds_nothing_in_another(cast, strangers):
    with scope.tenant(cast.tenant.pk):
        households.load_default_categories(by=None, at=at())
        number = make_household(cast).people.get().id_number.reveal()
        assert queries.find_by_id_number(number) is not None
    with scope.tenant(strangers.tenant.pk):
        assert queries.find_by_id_number(number) is None


def test_nothing_personal_is_stored_in_clear(ledger):
    household = make_household(ledger, address="柳林一社区 3 号楼", details={"health": "高血压"}, note="怕狗")
    number = household.people.get().id_number.reveal()
    with connection.cursor() as cursor:
        for table in ("caseload_household", "caseload_person", "caseload_registerentry"):
            cursor.execute(f"SELECT string_agg(row_to_json(t)::text, ' ') FROM {table} t")
            stored = cursor.fetchone()[0]
            assert not any(secret in stored for secret in ("许星河", number, "13800000001", "3 号楼", "高血压", "怕狗"))


def test_showing_one_field_keeps_who_saw_it_and_why(ledger, family):
    person = family.people.get()
    shown = households.reveal_person_field(person, "phone", "约定入户时间", by=ledger.social_worker, at=at())
    event = AuditEvent.objects.get(action="person.revealed")
    assert (shown, event.fields_seen, event.detail["purpose"], event.membership) == (
        "13800000001",
        ["person.phone"],
        "约定入户时间",
        ledger.social_worker,
    )
    assert "13800000001" not in str(event.detail)


@pytest.mark.parametrize(
    ("field", "purpose", "role", "text"),
    [
        ("phone", " ", "social_worker", "写明用途"),
        ("facts", "核对", "social_worker", "没有这一项"),
        ("phone", "核对", "section_chief", "不能查看个人信息"),
    ],
)
def test_without_purpose_or_right_nothing_is_shown_and_nothing_is_kept(ledger, family, field, purpose, role, text):
    with pytest.raises(Refused, match=text):
        households.reveal_person_field(family.people.get(), field, purpose, by=ledger.members[role], at=at())
    assert not AuditEvent.objects.filter(action="person.revealed").exists()


def test_if_the_trail_cannot_be_written_nothing_is_shown(ledger, family, monkeypatch):
    person = family.people.get()
    monkeypatch.setattr(
        "tenancy.audit.record", lambda *args, **kwargs: (_ for _ in ()).throw(IntegrityError("no trail"))
    )
    monkeypatch.setattr("tenancy.fields.Sealed.reveal", lambda self: pytest.fail("opened before the audit"))
    with pytest.raises(IntegrityError, match="no trail"):
        households.reveal_person_field(person, "phone", "核对", by=ledger.social_worker, at=at())


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (
            lambda family: Person.objects.filter(household=family).update(
                household=family, id_number_index=Person.objects.exclude(household=family).get().id_number_index
            ),
            "person_id_number",
        ),
        (lambda family: Person.objects.update(household=family), "person_one_head"),
        (lambda family: Household.objects.update(number="same"), "household_number"),
        (lambda family: HouseholdCategory.objects.update(to_day=date(2020, 1, 1)), "householdcategory_interval"),
        (lambda family: RegisterEntry.objects.update(household=None), "registerentry_has_subject"),
    ],
)
def test_the_database_refuses_wrong_rows(ledger, family, change, name):
    make_household(ledger, name="何木兰")
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change(family)


def test_loading_the_categories_again_changes_nothing(ledger):
    Category.objects.filter(code="low_income").update(label="低收入家庭")
    households.load_default_categories(by=None, at=at())
    assert Category.objects.count() == len(rules.DEFAULT_CATEGORIES)
    assert Category.objects.get(code="low_income").label == "低收入家庭"
