"""A group session signed in on the worker's phone: the roll, a code that others scan, the sheet, the grid on the group's page."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from caseload.actions import members
from services.models import Attendance, ServiceRecord
from tenancy import clock, scope
from tests.cast import at
from tests.services.scene import make_scene

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NOW = at("2024-06-05 09:58")


@pytest.fixture
def scene(cast, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with scope.tenant(cast.tenant.pk):
        made = make_scene(cast)
        for name in ("青禾", "远山", "知秋"):
            members.add_member(made.group, name=name, joined_on=date(2024, 6, 1), by=cast.social_worker, at=NOW)
        return made


def test_a_session_is_signed_in_by_roll_and_by_code(scene, hand, live_server):
    cast = scene.cast
    worker = hand(cast.social_worker)
    worker.goto(f"{live_server.url}/{cast.tenant.slug}/services/records/new/?kind=group_session&group={scene.group.pk}")
    worker.get_by_role("button", name="签到", exact=True).click()
    worker.get_by_label("青禾").check()
    worker.get_by_label("远山").check()
    worker.get_by_role("button", name="保存点名").click()
    expect(worker.get_by_text("已点名，到 2 人")).to_be_visible()
    worker.get_by_role("button", name="开放扫码签到").click()
    expect(worker.get_by_role("img", name="签到二维码")).to_be_visible()
    with scope.tenant(cast.tenant.pk):
        record = ServiceRecord.objects.get(kind="group_session")
        address = f"/qd/{cast.tenant.pk}-{record.sign_in_codes.get().secret.reveal()}/"
    guest = hand(cast.social_worker)
    guest.context.clear_cookies()
    guest.goto(live_server.url + address)
    guest.get_by_label("姓名").fill("白露华")
    guest.get_by_label("电话").fill("13800001234")
    guest.get_by_role("button", name="签到").click()
    expect(guest.get_by_text("签到成功")).to_be_visible()
    expect(worker.get_by_text("已签到 3 人")).to_be_visible(timeout=8000)
    worker.get_by_role("link", name="看名单").click()
    worker.get_by_role("button", name="就是台账上的").click()
    worker.get_by_role("button", name="生成签到表").click()
    expect(worker.get_by_text("签到表已生成")).to_be_visible()
    with scope.tenant(cast.tenant.pk):
        assert set(Attendance.objects.values_list("way", flat=True)) == {"list", "code"}
        assert Attendance.objects.filter(person=scene.household.people.get()).count() == 1
        row = ServiceRecord.objects.get(kind="group_session")
        assert (row.participants, row.papers) == (3, ["sign_in_sheet"])
        ServiceRecord.objects.filter(pk=row.pk).update(state="submitted", submitted_at=NOW)
    desk = hand(cast.social_worker, 1440, 900)
    desk.goto(f"{live_server.url}/{cast.tenant.slug}/caseload/groups/{scene.group.pk}/")
    expect(desk.get_by_role("row", name=re.compile(r"青禾.*1.1"))).to_be_visible()
    assert worker.complaints + guest.complaints + desk.complaints == []
