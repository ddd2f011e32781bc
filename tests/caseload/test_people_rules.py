"""What is read from names and identity numbers."""

from datetime import date

import pytest

from caseload.rules import people
from tests.caseload.people import id_number


@pytest.mark.parametrize(
    ("name", "surname"),
    [
        ("许星河", "许"),
        ("欧阳远山", "欧阳"),
        ("欧阳", "欧"),
        ("司马昭明", "司马"),
        ("司明", "司"),
        ("", ""),
        ("阿依古丽·买买提", "阿"),
    ],
)
def test_surnames_and_compound_surnames(name, surname):
    assert people.surname_of(name) == surname


@pytest.mark.parametrize("typed", [" 许 星河", "许星河　", "许\u00a0星河"])
def test_blanks_in_a_name_do_not_matter(typed):
    assert people.normal_name(typed) == "许星河"


@pytest.mark.parametrize("dot", ["·", "•", ".", "・", "‧"])
def test_middle_dots_are_one(dot):
    assert people.normal_name(f"阿依古丽{dot}买买提") == "阿依古丽·买买提"


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (id_number(), ""),
        (id_number()[:-1] + ("0" if id_number()[-1] != "0" else "1"), "身份证号校验位不对，请核对原件"),
        (id_number()[:-1], "身份证号应为 18 位数字，末位可为 X，现为 17 位"),
        ("99000019621304001" + "0", "身份证号中的出生日期不存在"),
        ("９９00001962030400" + "AB", "身份证号含有不允许的字符"),
    ],
)
def test_identity_numbers_are_checked(number, fault):
    assert people.id_number_fault(number) == fault


def test_birth_date_and_sex_are_read_from_the_number():
    man, woman = id_number(date(1962, 3, 4), male=True), id_number(date(2015, 12, 31), male=False)
    assert (people.birth_date_of(man), people.sex_of(man)) == (date(1962, 3, 4), "male")
    assert (people.birth_date_of(woman), people.sex_of(woman)) == (date(2015, 12, 31), "female")
    assert (people.birth_date_of("1"), people.sex_of("1")) == (None, "")


@pytest.mark.parametrize(("on", "minor"), [(date(2024, 6, 2), True), (date(2024, 6, 3), False)])
def test_people_are_minors_until_their_eighteenth_birthday(on, minor):
    assert people.is_minor(date(2006, 6, 3), on=on) is minor


def test_a_minors_number_shows_only_its_last_two_signs():
    number = id_number()
    assert people.masked_id_number(number, minor=True) == "*" * 16 + number[-2:]
    assert people.masked_id_number(number, minor=False) == number[:3] + "*" * 11 + number[-4:]
