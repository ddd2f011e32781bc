"""What is counted of people in post: facts, papers seen, age, approvals; entered by either side, checked by the purchaser."""

from datetime import date

import pytest

from contracts import actions
from contracts.models import Label, StaffPost
from contracts.rules import age
from services.models import Indicator
from tenancy import scope
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.cast import at
from tests.services.pages import inside, moment, scene, text, url

__all__ = ["inside", "moment", "scene"]
NOW = at("2024-06-05 09:00")
DEFINITION = {
    "of": "staff",
    "gate": {
        "rehired": False,
        "age": {"le": 55},
        "any": [
            {"education": ["college", "bachelor"]},
            {"education": "junior_middle", "approved": ["station_leadership"]},
        ],
        "papers": ["certificate"],
    },
    "count": "share",
    "target": {"eq": 100},
}


@pytest.fixture
def post(scene, inside):
    """A person whom the provider has entered under a contract that counts education, age and rehiring."""

    def make():
        words = [
            ("post", "social_worker", "社工"),
            ("fact", "rehired", "返聘"),
            ("fact", "education", "学历"),
            ("choice", "college", "大专"),
            ("approval", "station_leadership", "站领导同意"),
            ("paper", "certificate", "社工证"),
        ]
        for family, code, label in words:
            Label.objects.create(family=family, code=code, label=label)
        Indicator.objects.create(
            contract=scene.cast.contract, code="S1", title="S1", definition=DEFINITION, sentence="S1"
        )
        return actions.add_staff_post(
            scene.cast.contract,
            side="provider",
            post="social_worker",
            name="柳叶青",
            from_day=date(2024, 3, 1),
            by=scene.cast.agency_manager,
            at=NOW,
        )

    return inside(make)


def now_of(scene):
    with scope.tenant(scene.cast.tenant.pk):
        return StaffPost.objects.get(name="柳叶青")


VALUES = {"fact_rehired": "false", "fact_education": "college", "born_on": "1990-06-05", "papers": ["certificate"]}


@pytest.mark.parametrize(("on", "years"), [(date(2024, 6, 4), 33), (date(2024, 6, 5), 34), (date(2024, 2, 29), 33)])
def test_age_is_whole_years_and_the_birthday_counts(on, years):
    assert age(date(1990, 6, 5), on) == years


def test_the_form_asks_only_for_what_the_contract_counts(scene, post, sign_in):
    page = text(sign_in(scene.cast.agency_manager).get(url(scene, "staff_post", pk=post.pk)))
    assert [word in page for word in ("返聘", "学历", "出生日期", "社工证", "站领导同意")] == [
        True,
        True,
        True,
        True,
        False,
    ]
    assert "站领导同意" in text(sign_in(scene.cast.contract_manager).get(url(scene, "staff_post", pk=post.pk)))


def test_what_the_provider_says_waits_for_the_purchasers_check(scene, post, inside, sign_in):
    inside(actions.verify_staff_post, post, by=scene.cast.contract_manager, at=NOW)
    assert sign_in(scene.cast.agency_manager).post(url(scene, "staff_post", pk=post.pk), VALUES).status_code == 302
    row = now_of(scene)
    assert (row.facts, row.born_on, row.papers, row.is_verified) == (
        {"rehired": False, "education": "college"},
        date(1990, 6, 5),
        ["certificate"],
        False,
    )


def test_what_the_purchaser_says_is_checked_and_approved(scene, post, sign_in):
    values = {**VALUES, "approvals": ["station_leadership"]}
    assert sign_in(scene.cast.contract_manager).post(url(scene, "staff_post", pk=post.pk), values).status_code == 302
    assert (now_of(scene).is_verified, now_of(scene).approvals) == (True, ["station_leadership"])
    page = text(
        sign_in(scene.cast.contract_manager).get(
            f"/{scene.cast.tenant.slug}/contracts/{scene.cast.contract.pk}/people/"
        )
    )
    assert [word in page for word in ("返聘：否", "学历：大专", "34 周岁", "站领导同意")] == [True] * 4


def test_an_age_is_seen_by_who_manages_staff_only(scene, post, sign_in):
    sign_in(scene.cast.contract_manager).post(url(scene, "staff_post", pk=post.pk), VALUES)
    page = text(
        sign_in(scene.cast.social_worker).get(f"/{scene.cast.tenant.slug}/contracts/{scene.cast.contract.pk}/people/")
    )
    assert ("返聘：否" in page, "周岁" in page) == (True, False)


def test_a_provider_gives_no_approvals(scene, post, inside):
    with pytest.raises(Refused) as refusal:
        inside(
            actions.describe_staff_post,
            post,
            facts={},
            papers=(),
            approvals=["station_leadership"],
            by=scene.cast.agency_manager,
            at=NOW,
        )
    assert refusal.value.problems == ["批准由甲方登记"]


def test_a_birth_after_the_first_day_is_refused_beside_the_form(scene, post, sign_in):
    answer = sign_in(scene.cast.agency_manager).post(url(scene, "staff_post", pk=post.pk), {"born_on": "2024-03-01"})
    assert (answer.status_code, "出生日期须早于到岗" in text(answer)) == (422, True)


def test_what_is_not_asked_stays_and_the_act_is_in_the_trail(scene, post, inside):
    with scope.tenant(scene.cast.tenant.pk):
        place = scene.cast.communities["石桥社区"]
        actions.describe_staff_post(
            post,
            facts={"rehired": False},
            papers=(),
            area=place,
            born_on=date(1990, 1, 1),
            by=scene.cast.agency_manager,
            at=NOW,
        )
        row = actions.describe_staff_post(
            post, facts={"education": "college"}, papers=(), by=scene.cast.agency_manager, at=NOW
        )
        assert (row.facts, row.area, row.street, row.born_on) == (
            {"rehired": False, "education": "college"},
            place,
            place.street,
            date(1990, 1, 1),
        )
        assert AuditEvent.objects.filter(action="staff_post.described").count() == 2


@pytest.mark.parametrize(("role", "status"), [("social_worker", 403), ("quality_control", 403), ("section_chief", 403)])
def test_who_does_not_manage_staff_finds_no_form(scene, post, sign_in, role, status):
    assert sign_in(scene.cast.members[role]).get(url(scene, "staff_post", pk=post.pk)).status_code == status


def test_a_provider_does_not_describe_the_purchasers_people(scene, inside, sign_in):
    row = inside(StaffPost.objects.get, side="purchaser")
    assert sign_in(scene.cast.agency_manager).get(url(scene, "staff_post", pk=row.pk)).status_code == 403


def test_a_contract_that_counts_nothing_of_people_says_so(scene, inside, sign_in):
    row = inside(StaffPost.objects.get, side="purchaser")
    assert "合同没有按个人情况计数" in text(
        sign_in(scene.cast.contract_manager).get(url(scene, "staff_post", pk=row.pk))
    )


def test_entering_a_person_leads_on_to_what_is_counted(scene, post, sign_in):
    values = {
        "side": "provider",
        "post": "social_worker",
        "name": "白鹭洲",
        "kind": "organisation",
        "from_day": "2024-06-01",
    }
    address = f"/{scene.cast.tenant.slug}/contracts/{scene.cast.contract.pk}/people/add/"
    answer = sign_in(scene.cast.agency_manager).post(address, values)
    with scope.tenant(scene.cast.tenant.pk):
        row = StaffPost.objects.get(name="白鹭洲")
    assert (answer.url, row.kind) == (url(scene, "staff_post", pk=row.pk), "organisation")
