"""Reminders: one digest a member and working day, escalation, mail without names, read by its member."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.core import mail

from services import tasks
from services.actions import notices as actions
from services.models import FollowUp, Notice
from services.queries import notices as queries
from services.rules import duties as due_rules
from services.rules import notices as rules
from tenancy import clock, scope
from tenancy.models import AuditEvent, Membership
from tenancy.problems import Refused
from tenancy.workdays import WorkCalendar
from tests.services.pages import inside, moment, scene, text, url
from tests.services.test_follow_ups import NOW, ON, plan

__all__ = ["inside", "moment", "plan", "scene"]
CALENDAR = WorkCalendar(published=frozenset({2024}))


def duty(late=0, due=ON, contract=1):
    return due_rules.Duty("visit", "回访", SimpleNamespace(pk=contract), due, late, "x", 1)


@pytest.mark.parametrize(
    ("lates", "limits", "escalated"),
    [([0, 3], {}, 0), ([3, 4, 9], {}, 2), ([1, 2], {1: 1}, 1), ([4], {1: 5}, 0), ([4], {2: 1}, 1)],
)
def test_what_lies_longer_than_the_limit_goes_to_the_supervisor(lates, limits, escalated):
    team = [duty(late, date(2024, 6, 3)) for late in lates]
    assert rules.digest([], team, ON, limits=limits).escalated == escalated


def test_a_digest_counts_by_standing_and_says_nothing_when_there_is_nothing():
    own = [duty(2, date(2024, 6, 3)), duty(), duty(due=date(2024, 6, 9)), duty(due=None), duty(due=date(2024, 9, 9))]
    found = rules.digest(own, [], ON)
    assert (found.late, found.now, found.soon, found.open) == (1, 1, 1, 1)
    assert rules.digest([duty(due=date(2024, 9, 9))], [], ON).is_empty


def test_the_mail_has_numbers_and_a_link_and_nothing_else():
    subject, body = rules.mail(rules.Digest(late=2, soon=1), ON, "https://fuyue.example/q/services/notices/")
    assert subject == "扶约 06-05 提醒：已逾期 2 项"
    assert body.splitlines() == [
        "2024-06-05 待办：", "已逾期 2 项", "一周内到期 1 项", "", "登录后查看：https://fuyue.example/q/services/notices/", "", "系统自动发送，请勿回复。",
    ]  # fmt: skip


@pytest.fixture
def late(plan, inside):
    """One visit of the social worker's is five working days late, one is due."""

    def arrange():
        first, second = FollowUp.objects.filter(worker=plan.cast.social_worker, indicator="V1").order_by("due_on")[:2]
        FollowUp.objects.filter(pk=first.pk).update(due_on=date(2024, 5, 29))
        FollowUp.objects.filter(pk=second.pk).update(first=date(2024, 6, 1), due_on=ON)
        FollowUp.objects.exclude(pk__in=[first.pk, second.pk]).update(state="dropped", drop_reason="作废")

    inside(arrange)
    return plan


def told(inside):
    return inside(
        lambda: sorted(
            Notice.objects.values_list("member__role", "late", "now", "soon", "open", "escalated", "orphaned")
        )
    )


def test_everybody_is_reminded_once_of_what_is_theirs_and_the_team_s_is_escalated(late, inside):
    assert inside(actions.remind, on=ON, at=NOW) == 3
    assert inside(actions.remind, on=ON, at=NOW) == 0
    assert told(inside) == [
        ("agency_manager", 0, 0, 0, 0, 1, 0),
        ("social_worker", 1, 1, 0, 0, 0, 0),
        ("supervisor", 0, 0, 0, 0, 1, 0),
    ]
    assert inside(lambda: AuditEvent.objects.filter(action="notice.made").count()) == 3


def test_nobody_is_reminded_on_a_day_off_and_the_next_day_has_its_own(late, inside):
    assert inside(actions.remind, on=date(2024, 6, 8), at=NOW) == 0
    assert inside(actions.remind, on=ON, at=NOW) == 3
    assert inside(actions.remind, on=date(2024, 6, 6), at=NOW) == 3


def test_visits_of_somebody_who_left_are_told_to_who_plans(late, inside):
    inside(lambda: Membership.objects.filter(pk=late.cast.social_worker.pk).update(is_active=False))
    inside(actions.remind, on=ON, at=NOW)
    assert told(inside) == [("agency_manager", 0, 0, 0, 0, 1, 2), ("supervisor", 0, 0, 0, 0, 1, 0)]


def test_the_task_twice_is_one_reminder_and_one_mail(late, inside, settings, monkeypatch):
    settings.EMAIL_URL, settings.SITE_URL = "smtp://mail.example", "https://fuyue.example"
    worker, tenant = late.cast.social_worker, late.cast.tenant
    inside(actions.set_preference, wants_mail=True, address="jiang@example.cn", by=worker, at=NOW)
    monkeypatch.setattr(tasks.mail_notice, "delay", lambda **ids: tasks.mail_notice(**ids))
    for _run in range(2):
        tasks.remind_members(day="2024-06-05")
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["jiang@example.cn"], "扶约 06-05 提醒：已逾期 1 项")
    ]
    assert f"https://fuyue.example/{tenant.slug}/services/notices/" in mail.outbox[0].body
    names = inside(lambda: [person.name.reveal() for household in late.households for person in household.people.all()])
    assert [name for name in [*names, worker.account.name] if name in mail.outbox[0].body] == []


def test_a_mail_server_that_refuses_leaves_the_mail_for_the_next_run(late, inside, settings, monkeypatch):
    settings.EMAIL_URL, settings.SITE_URL = "smtp://mail.example", "https://fuyue.example"
    inside(actions.set_preference, wants_mail=True, address="jiang@example.cn", by=late.cast.social_worker, at=NOW)
    inside(actions.remind, on=ON, at=NOW)
    waiting = inside(lambda: queries.waiting_for_mail(on=ON))
    settings.EMAIL_BACKEND = "tests.services.test_notices.Refusing"
    with pytest.raises(OSError, match="refused"), scope.tenant(late.cast.tenant.pk):
        actions.mail_notice(waiting[0], at=NOW)
    assert inside(lambda: queries.waiting_for_mail(on=ON)) == waiting


class Refusing:
    """A mail server that takes nothing."""

    def __init__(self, **kwargs):
        pass

    def send_messages(self, messages):
        raise OSError("refused")


def test_mail_needs_an_address(late, inside):
    with pytest.raises(Refused, match="填写邮箱"):
        inside(actions.set_preference, wants_mail=True, address=" ", by=late.cast.social_worker, at=NOW)


def test_the_bell_counts_what_is_unread_and_only_one_s_own(late, inside, sign_in, strangers):
    inside(actions.remind, on=ON, at=NOW)
    client = sign_in(late.cast.social_worker)
    assert "1 条未读" in text(client.get(url(late, "bell")))
    page = text(client.get(url(late, "notices")))
    assert ("已逾期 1 项" in page, "今天到期 1 项" in page, "组内久逾期" in page) == (True, True, False)
    assert client.post(url(late, "read_notices")).status_code == 302
    assert "未读" not in text(client.get(url(late, "bell")))
    assert "1 条未读" in text(sign_in(late.cast.agency_manager).get(url(late, "bell")))
    with scope.tenant(strangers.tenant.pk):
        assert (Notice.objects.count(), clock.today()) == (0, ON)


def test_how_one_is_told_is_kept_where_mail_is_set_up(late, inside, sign_in, settings):
    client = sign_in(late.cast.social_worker)
    assert "提醒方式" not in text(client.get(url(late, "notices")))
    settings.EMAIL_URL, settings.SITE_URL = "smtp://mail.example", "https://fuyue.example"
    page = url(late, "notice_preference")
    assert client.post(page, {"wants_mail": "on", "address": ""}).status_code == 400
    assert client.post(page, {"wants_mail": "on", "address": "jiang@example.cn"}).status_code == 302
    assert "jiang@example.cn" in text(client.get(url(late, "notices")))
