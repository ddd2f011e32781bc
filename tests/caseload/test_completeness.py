"""When a household's file is complete: what categories ask of the family and of each member, guardians, forms."""

from datetime import date

import pytest

from caseload.rules import completeness, ledger
from caseload.rules.completeness import Held, Member

HEAD = Member("head", "江**", is_head=True)
CHILD = Member("child", "江*", is_minor=True)
FORMS = (ledger.NEEDS_SURVEY, ledger.ASSISTANCE_PLAN)


def lacks(held, members, filled=(), papers=FORMS):
    made = completeness.items(held, members=members, filled=set(filled), papers=papers)
    return [item.told for item in completeness.missing(made)]


def having(member, *fields, carers=()):
    return Member(**{**vars(member), "filled": frozenset(fields), "carers": frozenset(carers)})


@pytest.mark.parametrize(
    ("required", "members", "filled", "missing"),
    [
        (("needs", "members"), [HEAD], (), ["帮扶需求"]),
        (("needs", "members"), [], ("needs",), ["家庭成员信息"]),
        (("employment",), [HEAD], (), ["江**的就业状况"]),
        (("employment",), [HEAD], ("employment",), []),
        (("employment",), [having(HEAD, "employment")], (), []),
        (("health",), [HEAD], (), ["健康状况"]),
        (("health",), [HEAD, having(CHILD, "health", carers=["guardian"])], (), []),
        (("schooling",), [HEAD], (), ["就学情况"]),
        (("schooling",), [HEAD], ("schooling",), []),
        (("schooling",), [HEAD, having(CHILD, carers=["guardian"])], ("schooling",), ["江*的就学情况"]),
        (("guardian",), [HEAD], ("guardian",), []),
        (("guardian",), [HEAD, CHILD], ("guardian",), ["江*的监护人"]),
        (("benefits", "needs"), [HEAD], ("benefits",), ["帮扶需求"]),
    ],
)
def test_a_category_of_the_family_asks_each_member_what_fits_the_age(required, members, filled, missing):
    assert lacks([Held(required)], members, filled) == missing


def test_a_category_of_one_member_asks_that_member_alone():
    other = Member("other", "许**")
    held = [Held(("disability_type", "health"), "other")]
    assert lacks(held, [having(HEAD, "disability_type", "health"), other]) == ["许**的健康状况", "许**的残疾类型"]
    assert lacks(held, [HEAD, having(other, "disability_type", "health")]) == []
    assert lacks([Held(("health",), "gone")], [HEAD]) == []


def test_without_a_category_the_category_is_missing_and_two_categories_ask_once():
    assert lacks([], [HEAD]) == ["类别"]
    assert lacks([Held(("needs", "health")), Held(("needs",))], [HEAD]) == ["帮扶需求", "健康状况"]


@pytest.mark.parametrize(
    ("member", "missing"),
    [
        (CHILD, ["江*的监护人"]),
        (having(CHILD, carers=["guardian"]), []),
        (having(CHILD, carers=["carer"]), ["江*的监护人"]),
        (Member("old", "云**", is_incapable=True), ["云**的监护人"]),
        (Member("old", "云**", is_head=True, is_incapable=True), ["云**的监护人"]),
        (Member("old", "云**"), []),
    ],
)
def test_minors_and_incapable_adults_need_a_guardian_whatever_the_category_says(member, missing):
    made = completeness.items([Held(("needs",))], members=[member], filled={"needs", "guardian"}, papers=FORMS)
    assert [item.told for item in completeness.missing(made)] == missing
    assert completeness.ledger_complete(made) is True


def test_the_forms_count_for_the_file_and_not_for_the_ledger():
    made = completeness.items([Held(("needs",))], members=[HEAD], filled={"needs"}, papers=[ledger.NEEDS_SURVEY])
    assert [item.told for item in completeness.missing(made)] == ["帮扶工作方案"]
    assert (completeness.ledger_complete(made), completeness.is_complete(made)) == (True, False)
    assert [(item.code, item.where) for item in made] == [
        ("needs", "ledger"),
        ("needs_survey", "paper"),
        ("assistance_plan", "paper"),
    ]


@pytest.mark.parametrize(
    ("to_day", "told"),
    [
        (None, ("ok", "有效")),
        (date(2024, 6, 3), ("bad", "今日截止")),
        (date(2024, 6, 4), ("warn", "还有 1 天")),
        (date(2024, 7, 3), ("warn", "还有 30 天")),
        (date(2024, 7, 4), ("ok", "有效")),
        (date(2024, 6, 2), ("off", "已截止")),
    ],
)
def test_a_period_tells_when_it_ends(to_day, told):
    assert ledger.validity(date(2024, 1, 1), to_day, on=date(2024, 6, 3)) == told
    present = told[1] != "已截止"
    assert ledger.is_present(date(2024, 1, 1), to_day, on=date(2024, 6, 3)) is present


def test_a_period_to_come_is_not_in_force():
    assert ledger.validity(date(2024, 6, 4), None, on=date(2024, 6, 3)) == ("wait", "2024-06-04 起生效")
    assert ledger.is_present(date(2024, 6, 4), None, on=date(2024, 6, 3)) is False
