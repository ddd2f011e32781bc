"""The administration pages: who may open them, what they show, what they change."""

import pytest

from tenancy import actions, clock, scope
from tenancy.models import AuditEvent, CalendarDay, Invitation, Organisation
from tests.cast import at, credit_code


def get(sign_in, member, path, **query):
    answer = sign_in(member).get(f"/qinghe/manage/{path}", query)
    return answer.status_code, answer.content.decode()


def test_people_shows_every_membership(cast, sign_in):
    status, page = get(sign_in, cast.system_admin, "people/")
    assert (status, "江一帆" in page, "远山社工服务中心" in page) == (200, True, True)


def test_an_administrator_invites_and_gets_the_link_once(cast, sign_in):
    client = sign_in(cast.system_admin)
    assert client.get("/qinghe/manage/people/invite/").status_code == 200
    answer = client.post(
        "/qinghe/manage/people/invite/",
        {"name": "白鹭洲", "login": "bai", "organisation": cast.provider.pk, "role": "social_worker", "title": ""},
    )
    assert "/invitation/" in answer.content.decode()
    with scope.tenant(cast.tenant.pk):
        assert Invitation.objects.filter(login="bai").count() == 1


def test_a_role_in_the_wrong_organisation_is_refused_beside_the_field(cast, sign_in):
    answer = sign_in(cast.system_admin).post(
        "/qinghe/manage/people/invite/",
        {"name": "白鹭洲", "login": "bai", "organisation": cast.provider.pk, "role": "bureau_leader"},
    )
    assert (answer.status_code, "只能设在购买方" in answer.content.decode()) == (400, True)


def test_ending_a_membership(cast, sign_in):
    sign_in(cast.system_admin).post(f"/qinghe/manage/people/{cast.social_worker.pk}/end/")
    with scope.tenant(cast.tenant.pk):
        cast.social_worker.refresh_from_db()
        assert cast.social_worker.is_active is False


def test_nobody_ends_their_own_membership(cast, sign_in):
    sign_in(cast.system_admin).post(f"/qinghe/manage/people/{cast.system_admin.pk}/end/")
    with scope.tenant(cast.tenant.pk):
        cast.system_admin.refresh_from_db()
        assert cast.system_admin.is_active is True


@pytest.mark.parametrize(
    ("code", "told"), [("52110109000000001", "应为 18 位"), ("521101090000000011", "校验位不对"), ("", "")]
)
def test_an_organisation_needs_a_right_credit_code(cast, sign_in, code, told):
    answer = sign_in(cast.system_admin).post(
        "/qinghe/manage/organisations/add/",
        {"name": "新机构", "short_name": "新机构", "kind": "provider", "credit_code": code},
    )
    assert (told in answer.content.decode(), answer.status_code) == (True, 400 if told else 302)


def test_a_subdistrict_needs_its_area(cast, sign_in):
    answer = sign_in(cast.system_admin).post(
        "/qinghe/manage/organisations/add/",
        {"name": "石桥街道办", "short_name": "石桥街道", "kind": "subdistrict", "credit_code": credit_code(77)},
    )
    assert "街道（乡镇）须选辖区" in answer.content.decode()


def test_the_calendar_shows_a_year_and_takes_a_day(cast, sign_in):
    client = sign_in(cast.system_admin)
    page = client.get("/qinghe/manage/calendar/", {"year": "2024"}).content.decode()
    assert ("10 月" in page, "国庆节" in page) == (True, True)
    client.post("/qinghe/manage/calendar/day/", {"day": "2024-06-05", "is_workday": "0", "name": "台风停工"})
    with scope.tenant(cast.tenant.pk):
        assert CalendarDay.objects.get(day="2024-06-05").is_workday is False


def test_an_unpublished_year_says_that_it_is_provisional(cast, sign_in):
    _, page = get(sign_in, cast.system_admin, "calendar/", year="2027")
    assert "2027 年放假安排尚未公布" in page


def test_the_audit_trail_is_shown_with_its_chain(cast, sign_in):
    status, page = get(sign_in, cast.audit_admin, "audit/")
    assert (status, "链条完整" in page, "加入身份" in page) == (200, True, True)


@pytest.mark.parametrize("year", ["0", "9999", "99999", "²", "-1", "x", ""])
def test_a_year_that_cannot_be_shown_is_this_year(cast, sign_in, year):
    page = sign_in(cast.system_admin).get("/qinghe/manage/calendar/", {"year": year})
    assert (page.status_code, page.context["year"]) == (200, clock.today().year)


@pytest.mark.parametrize("path", ["people/", "organisations/", "calendar/", "audit/", "people/invite/"])
def test_others_are_refused_and_the_refusal_is_kept(cast, sign_in, path):
    status, _ = get(sign_in, cast.social_worker, path)
    assert status == 403
    with scope.tenant(cast.tenant.pk):
        assert AuditEvent.objects.filter(action="access.denied", account=cast.social_worker.account).count() == 1


@pytest.mark.parametrize("path", ["people/", "organisations/", "calendar/?year=2024", "audit/"])
def test_pages_ask_the_same_number_of_statements_whatever_they_show(cast, sign_in, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(cast.audit_admin if "audit" in path else cast.system_admin)
    client.get(f"/qinghe/manage/{path}")  # the session notes its start once
    counts = []
    for number in range(2):
        with scope.tenant(cast.tenant.pk):
            for extra in range(number * 3):
                actions.add_organisation(
                    name=f"新{extra}", short_name=f"新{extra}", kind=Organisation.Kind.PROVIDER, by=None, at=at()
                )
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/qinghe/manage/{path}")
        counts.append(len(captured))
    assert counts[0] == counts[1]
