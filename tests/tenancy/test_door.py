"""Signing in, choosing what to act as, invitations, and the limits of a session."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tenancy import actions, scope
from tenancy.models import Account, AuditEvent, Membership
from tenancy.problems import Refused
from tests.cast import PASSWORD, at


def post_sign_in(client, login, password=PASSWORD, **extra):
    return client.post(reverse("sign_in"), {"username": login, "password": password, **extra})


def test_the_right_password_leads_to_the_desk(client, cast):
    answer = post_sign_in(client, "qinghe.social_worker")
    assert (answer.status_code, answer.url) == (302, "/qinghe/")


def test_the_wrong_password_tells_how_many_tries_are_left_and_is_audited(client, cast):
    answer = post_sign_in(client, "qinghe.social_worker", "Wrong-horse-9")
    assert "账号或密码不对。再错 4 次将锁定 15 分钟" in answer.content.decode()
    with scope.tenant(cast.tenant.pk):
        assert AuditEvent.objects.filter(action="sign_in.failed").count() == 1


def test_an_unknown_account_gets_the_same_words(client, cast):
    known = post_sign_in(client, "qinghe.social_worker", "Wrong-horse-9").content.decode()
    unknown = post_sign_in(client, "nobody", "Wrong-horse-9").content.decode()
    assert "账号或密码不对" in known
    assert "账号或密码不对" in unknown


def test_after_five_failures_the_right_password_is_refused(client, cast):
    for _ in range(5):
        post_sign_in(client, "qinghe.social_worker", "Wrong-horse-9")
    answer = post_sign_in(client, "qinghe.social_worker")
    assert answer.status_code == 429
    assert "已锁定 15 分钟" in answer.content.decode()


def test_a_foreign_next_address_is_not_followed(client, cast):
    answer = post_sign_in(client, "qinghe.social_worker", next="https://evil.example/x")
    assert answer.url == "/qinghe/"


def test_an_account_of_two_bureaus_chooses(client, cast, strangers):
    account = cast.agency_manager.account
    with scope.tenant(strangers.tenant.pk):
        actions.add_membership(account=account, organisation=strangers.rival, role="agency_manager", by=None, at=at())
    answer = post_sign_in(client, account.login, follow=True)
    assert answer.url == reverse("choose_membership")
    page = client.get(answer.url).content.decode()
    assert "青河区民政局" in page
    assert "白水市民政局" in page
    with scope.tenant(strangers.tenant.pk):
        other = Membership.objects.get(account=account)
    assert client.post(reverse("choose_membership"), {"membership": str(other.pk)}).url == "/baishui/"


def test_nobody_else_s_membership_can_be_chosen(client, cast, strangers):
    client.force_login(cast.social_worker.account)
    assert client.post(reverse("choose_membership"), {"membership": str(strangers.social_worker.pk)}).status_code == 404


def invite(cast, **more):
    with scope.acting(cast.system_admin):
        return actions.invite(
            login="new.worker",
            name="白鹭洲",
            organisation=cast.provider,
            role="social_worker",
            by=cast.system_admin,
            at=at(),
            **more,
        )


def test_an_invited_person_sets_a_password_and_is_in(client, cast, monkeypatch):
    from tenancy import clock

    monkeypatch.setattr(clock, "now", lambda: at("2024-06-04 10:00"))
    _, token = invite(cast)
    address = reverse("invitation", args=[token])
    assert "白鹭洲，欢迎加入" in client.get(address).content.decode()
    answer = client.post(address, {"password": "Spring-river-7", "again": "Spring-river-7"})
    assert (answer.status_code, answer.url) == (302, "/qinghe/")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("password", "message"), [("short", "密码长度太短"), ("aaaaaaaaaaaa", "三种"), ("1234567890", "密码只包含数字")]
)
def test_a_weak_password_is_refused_with_the_reason(client, cast, monkeypatch, password, message):
    from tenancy import clock

    monkeypatch.setattr(clock, "now", lambda: at("2024-06-04 10:00"))
    _, token = invite(cast)
    answer = client.post(reverse("invitation", args=[token]), {"password": password, "again": password})
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert Account.objects.filter(login="new.worker").exists() is False


def test_an_expired_or_withdrawn_invitation_is_refused(cast):
    invitation, token = invite(cast)
    with pytest.raises(Refused, match="已过期"):
        actions.find_invitation(token, at=at() + timedelta(days=8))
    with scope.acting(cast.system_admin):
        actions.withdraw_invitation(invitation, by=cast.system_admin, at=at())
    with pytest.raises(Refused, match="无效"):
        actions.find_invitation(token, at=at())


def test_ending_a_membership_ends_its_sessions(client, cast):
    post_sign_in(client, "qinghe.social_worker")
    with scope.acting(cast.system_admin):
        actions.end_membership(cast.social_worker, by=cast.system_admin, at=at())
    assert client.get("/qinghe/").status_code == 302


def test_a_reset_link_sets_a_new_password(client, cast):
    with scope.acting(cast.system_admin):
        _, token = actions.issue_password_reset(cast.social_worker, by=cast.system_admin, at=at())
    actions.accept_invitation(token, password="Autumn-river-7", at=at())
    assert Account.objects.get(pk=cast.social_worker.account_id).check_password("Autumn-river-7")


def test_an_account_that_acts_nowhere_any_more_finds_no_password_page(client, db):
    client.force_login(actions.create_account(login="acts.nowhere", name="无所属", password=PASSWORD))
    form = {"old": PASSWORD, "password": "Another-horse-10", "again": "Another-horse-10"}
    assert client.post(reverse("change_password"), form).status_code == 404


def test_one_bureau_cannot_reset_the_password_of_an_account_that_acts_elsewhere(cast, strangers):
    with scope.tenant(strangers.tenant.pk):
        actions.add_membership(
            account=cast.agency_manager.account, organisation=strangers.rival, role="agency_manager", by=None, at=at()
        )
    with scope.acting(cast.system_admin), pytest.raises(Refused, match="别的单位"):
        actions.issue_password_reset(cast.agency_manager, by=cast.system_admin, at=at())


@pytest.mark.parametrize(("minutes", "told"), [(31, "没有操作"), (12 * 60 + 1, "没有操作")])
def test_an_idle_session_ends(client, cast, monkeypatch, minutes, told):
    from tenancy import clock

    post_sign_in(client, "qinghe.system_admin")
    later = clock.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = client.get("/qinghe/manage/people/", follow=True)
    assert told in answer.content.decode()


def test_a_session_lives_twelve_hours_at_most(client, cast, monkeypatch):
    from tenancy import clock

    post_sign_in(client, "qinghe.system_admin")
    start = clock.now()
    for step in range(1, 30):
        monkeypatch.setattr(clock, "now", lambda moment=start + timedelta(minutes=25 * step): moment)
        answer = client.get("/qinghe/manage/people/")
        if answer.status_code == 302:
            break
    assert (step, "ended=old" in answer.url) == (29, True)


def test_watching_administrators_hold_no_other_role(cast):
    with scope.acting(cast.system_admin), pytest.raises(Refused, match="不得兼任"):
        actions.add_membership(
            account=cast.system_admin.account,
            organisation=cast.system_admin.organisation,
            role="contract_manager",
            by=cast.system_admin,
            at=at(),
        )


def test_the_database_separates_them_too(cast):
    from django.db import IntegrityError, transaction

    with scope.acting(cast.system_admin), pytest.raises(IntegrityError, match="separate roles"), transaction.atomic():
        Membership.objects.create(
            account=cast.system_admin.account, organisation=cast.system_admin.organisation, role="contract_manager"
        )


def test_after_an_idle_end_nobody_is_led_to_an_address_that_only_takes_posts(client, cast, monkeypatch):
    from tenancy import clock

    post_sign_in(client, "qinghe.system_admin")
    later = clock.now() + timedelta(minutes=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.post("/qinghe/manage/organisations/add/").url == "/sign-in/?ended=idle&next=%2F"
