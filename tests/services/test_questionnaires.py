"""Questionnaires of any kind, and the kinds of cases and groups: as the contract counts them."""

from decimal import Decimal

import pytest

from caseload.models import Case, Group
from contracts.models import Label
from services.models import Answer, Indicator
from tenancy import scope
from tests.services.pages import inside, moment, scene, text, url
from tests.services.test_rooms import of_contract

__all__ = ["inside", "moment", "scene"]
INDICATORS = [
    ("A1", {"of": "answer.meal", "count": {"mean": "score"}, "target": {"ge": 4}}),
    ("A2", {"of": "answer.client", "where": {"dimensions": {"ge": 4}, "papers": ["interview_record"]}, "gate": {"satisfied": True}, "count": "share", "target": {"ge": 95}}),
    ("A3", {"of": "case.complex", "where": {"referred_from": "street_centre"}, "count": "case", "target": {"ge": 1}}),
    ("A4", {"of": "group", "gate": {"standard_record": True}, "target": {"ge": 1}}),
]  # fmt: skip


@pytest.fixture
def asked(scene, inside):
    """A contract that counts two kinds of questionnaires, complex cases and groups with a record to standard."""

    def make():
        words = [
            ("kind", "meal", "餐食问卷"),
            ("kind", "client", "受助对象问卷"),
            ("kind", "complex", "急重难个案"),
            ("fact", "dimensions", "维度数"),
            ("fact", "referred_from", "转介来源"),
            ("choice", "street_centre", "街道中心"),
            ("fact", "standard_record", "记录规范"),
            ("paper", "interview_record", "访谈记录"),
        ]
        for family, code, label in words:
            Label.objects.create(family=family, code=code, label=label)
        for sort, (code, definition) in enumerate(INDICATORS):
            Indicator.objects.create(
                contract=scene.cast.contract, code=code, title=code, definition=definition, sentence=code, sort=sort
            )

    inside(make)
    return scene


def new(asked, kind):
    return f"{of_contract(asked, 'new_questionnaire')}?kind={kind}"


def test_each_kind_asks_what_the_contract_counts(asked, sign_in):
    client = sign_in(asked.cast.social_worker)
    meal, other = text(client.get(new(asked, "meal"))), text(client.get(new(asked, "client")))
    words = ("是否满意", "评分", "维度数", "访谈记录")
    assert [word in meal for word in words] == [False, True, False, False]
    assert [word in other for word in words] == [True, False, True, True]


def test_questionnaires_are_taken_down_and_told(asked, sign_in):
    client = sign_in(asked.cast.social_worker)
    assert client.post(new(asked, "meal"), {"score": "4.5", "day": "2024-06-03"}).url == new(asked, "meal")
    values = {"satisfied": "1", "day": "2024-06-03", "fact_dimensions": "4", "papers": ["interview_record"]}
    assert client.post(new(asked, "client"), values).status_code == 302
    with scope.tenant(asked.cast.tenant.pk):
        rows = {row.kind: row for row in Answer.objects.all()}
    assert (rows["meal"].score, rows["meal"].satisfied) == (Decimal("4.50"), None)
    assert (rows["client"].satisfied, rows["client"].facts) == (True, {"dimensions": 4, "papers": ["interview_record"]})
    page = text(sign_in(asked.cast.contract_manager).get(of_contract(asked, "questionnaires")))
    assert [word in page for word in ("已登记 1 份，满意 1 / 1", "平均 4.5 分")] == [True, True]


@pytest.mark.parametrize(
    "values", [{"day": "2024-06-03"}, {"score": "101", "day": "2024-06-03"}, {"score": "4", "day": "2024-06-06"}]
)
def test_a_wrong_questionnaire_is_refused(asked, sign_in, values):
    assert sign_in(asked.cast.social_worker).post(new(asked, "meal"), values).status_code == 422
    with scope.tenant(asked.cast.tenant.pk):
        assert Answer.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "status"), [("social_worker", 200), ("contract_manager", 403), ("quality_control", 403)]
)
def test_the_agencys_field_staff_take_them_down(asked, sign_in, role, status):
    assert sign_in(asked.cast.members[role]).get(new(asked, "meal")).status_code == status


def test_a_case_says_which_kind_it_is(asked, sign_in):
    client, address = sign_in(asked.cast.social_worker), url(asked, "case_kind", pk=asked.case.pk)
    assert [word in text(client.get(address)) for word in ("急重难个案", "casework")] == [True, True]
    assert client.post(address, {"kind": "complex"}).status_code == 302
    assert client.post(address, {"kind": "nothing"}).status_code == 422
    with scope.tenant(asked.cast.tenant.pk):
        assert Case.objects.get(pk=asked.case.pk).kind == "complex"


def test_a_subjects_page_offers_its_kind_only_where_there_is_a_choice(asked, sign_in):
    client = sign_in(asked.cast.social_worker)
    case = client.get(url(asked, "case_kind", pk=asked.case.pk), headers={"HX-Request": "true"})
    group = client.get(url(asked, "group_kind", pk=asked.group.pk), headers={"HX-Request": "true"})
    assert ("类型：casework" in text(case), text(group).strip()) == (True, "")


def test_a_group_says_which_kind_it_is(asked, sign_in):
    client, address = sign_in(asked.cast.social_worker), url(asked, "group_kind", pk=asked.group.pk)
    assert client.post(address, {"kind": "professional"}).status_code == 302
    with scope.tenant(asked.cast.tenant.pk):
        assert Group.objects.get(pk=asked.group.pk).kind == "professional"


@pytest.mark.parametrize(
    ("role", "status"), [("contract_manager", 403), ("subdistrict_officer", 403), ("quality_control", 403)]
)
def test_others_read_cases_and_set_no_kind(asked, sign_in, role, status):
    assert sign_in(asked.cast.members[role]).get(url(asked, "case_kind", pk=asked.case.pk)).status_code == status
