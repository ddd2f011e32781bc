"""A social worker logs a visit on a phone of 390 px, with and without a network, and quality control verifies it at the desk."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from services.actions import records
from services.models import RecordEvidence, ServiceRecord
from tenancy import clock, scope
from tests.cast import at
from tests.journeys.conftest import find_network, lose_network
from tests.services.scene import make_scene

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(cast, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at("2024-06-05 09:58"))
    with scope.tenant(cast.tenant.pk):
        return make_scene(cast)


def photo(name="IMG_2041.jpg", colour=(120, 90, 60)):
    shot = io.BytesIO()
    Image.effect_noise((1600, 1200), 40).convert("RGB").save(shot, "JPEG", quality=90)
    return {"name": name, "mimeType": "image/jpeg", "buffer": shot.getvalue()}


def kept(cast):
    with scope.tenant(cast.tenant.pk):
        return [
            (row.state, row.papers, row.minutes, row.mode, row.narrative.reveal())
            for row in ServiceRecord.objects.all()
        ]


def test_a_visit_is_logged_in_a_handful_of_taps_and_verified(scene, hand, live_server):
    cast = scene.cast
    phone = hand(cast.social_worker)
    phone.goto(f"{live_server.url}/{cast.tenant.slug}/services/today/")
    phone.get_by_role("link", name="记录", exact=True).first.click()
    expect(phone.get_by_role("heading", name="个案介入　白露华")).to_be_visible()
    phone.get_by_role("radio", name="电话").check()
    phone.locator("[data-photo-input=photo]").set_input_files([photo("a.jpg"), photo("b.jpg")])
    expect(phone.locator("[data-photos=photo] [data-own]")).to_have_count(2)
    phone.get_by_label("内容").fill("谈近两周睡眠，比上次好转；已帮其约好复诊。")
    expect(phone.locator("[data-save-state]")).to_have_text(re.compile("已存"))
    phone.get_by_role("button", name="提交质控").click()
    expect(phone.get_by_text("已提交质控：白露华　个案介入")).to_be_visible()
    assert kept(cast) == [("submitted", ["photo"], 30, "phone", "谈近两周睡眠，比上次好转；已帮其约好复诊。")]
    with scope.tenant(cast.tenant.pk):
        assert RecordEvidence.objects.count() == 2
    assert phone.complaints == []

    desk = hand(cast.quality_control, 1440, 900)
    desk.goto(f"{live_server.url}/{cast.tenant.slug}/services/records/waiting/")
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("已约好复诊").or_(desk.get_by_text("谈近两周睡眠"))).to_be_visible()
    expect(desk.locator(".ph-fig img").first).to_have_js_property("naturalWidth", 320)
    desk.keyboard.press("a")
    expect(desk.get_by_text("没有等你核验的记录")).to_be_visible()
    assert kept(cast)[0][0] == "verified"
    assert desk.complaints == []


def test_a_visit_without_a_network_waits_and_goes_when_it_returns(scene, hand, live_server):
    cast = scene.cast
    phone = hand(cast.social_worker)
    phone.goto(f"{live_server.url}/{cast.tenant.slug}/services/records/new/?kind=case_session&case={scene.case.pk}")
    lose_network(phone)
    expect(phone.get_by_text("没有网络。照常填写，连上后自动上传。")).to_be_visible()
    phone.locator("[data-photo-input=photo]").set_input_files(photo())
    phone.get_by_label("内容").fill("入户时没有信号")
    phone.get_by_role("button", name="提交质控").click()
    expect(phone.get_by_text("记录已写好，等待上传")).to_be_visible()
    expect(phone.locator("[data-queue] .fy-st")).to_have_text("等待上传")
    assert kept(cast) == []

    find_network(phone)
    expect(phone.locator("[data-queue-box]")).to_be_hidden(timeout=45_000)  # at once, or at the next try
    assert kept(cast) == [("submitted", ["photo"], 30, "interview", "入户时没有信号")]


def test_a_connection_that_breaks_between_two_photos_loses_none(scene, hand, live_server):
    cast = scene.cast
    phone = hand(cast.social_worker)
    phone.goto(f"{live_server.url}/{cast.tenant.slug}/services/records/new/?kind=case_session&case={scene.case.pk}")
    posts = []

    def break_second(route):
        if route.request.method == "POST":
            posts.append(route.request)
            if len(posts) == 2:
                route.abort()
                return
        route.continue_()

    phone.route("**/records/new/**", break_second)
    phone.locator("[data-photo-input=photo]").set_input_files([photo("a.jpg"), photo("b.jpg")])
    expect(phone.locator("[data-photos=photo] [data-own]")).to_have_count(2)
    phone.get_by_role("button", name="提交质控").click()
    expect(phone.get_by_text("记录已写好，等待上传")).to_be_visible()
    with scope.tenant(cast.tenant.pk):
        assert (ServiceRecord.objects.get().state, RecordEvidence.objects.count()) == ("draft", 1)

    with phone.expect_response(lambda answer: "done=" in answer.url):
        phone.goto(f"{live_server.url}/{cast.tenant.slug}/services/today/")
    with scope.tenant(cast.tenant.pk):
        assert (ServiceRecord.objects.get().state, RecordEvidence.objects.count()) == ("submitted", 2)


def test_what_is_missing_is_said_at_its_place_and_nothing_typed_is_lost(scene, hand, live_server):
    cast = scene.cast
    phone = hand(cast.social_worker)
    phone.goto(f"{live_server.url}/{cast.tenant.slug}/services/records/new/?kind=event")
    phone.get_by_label("名称").fill("端午包粽子")
    phone.locator("[data-photo-input=photo]").set_input_files(photo())
    expect(phone.locator("[data-photos=photo] [data-own]")).to_have_count(1)
    phone.get_by_role("button", name="提交质控").click()
    expect(phone.locator("[data-errors]")).to_be_focused()
    expect(phone.get_by_text("缺签到表").first).to_be_visible()
    expect(phone.get_by_label("名称")).to_have_value("端午包粽子")
    expect(phone.locator("[data-photos=photo] [data-sent]")).to_have_count(1)
    expect(phone.locator("[data-photos=photo] [data-own]")).to_have_count(0)

    phone.get_by_label("社区（村）").select_option(label="柳林一社区")
    phone.get_by_label("参加人数").fill("36")
    phone.get_by_label("服务人员").fill("3")
    phone.get_by_role("radio", name="主题节日").check()
    phone.locator("[data-photo-input=sign_in_sheet]").set_input_files(photo("sheet.jpg"))
    expect(phone.locator("[data-photos=sign_in_sheet] [data-own]")).to_have_count(1)
    phone.get_by_role("button", name="提交质控").click()
    expect(phone.get_by_text("已提交质控：端午包粽子")).to_be_visible()
    assert kept(cast)[0][:2] == ("submitted", ["photo", "sign_in_sheet"])


def test_a_returned_record_is_mended_on_the_phone(scene, hand, live_server):
    cast = scene.cast
    with scope.tenant(cast.tenant.pk):
        scene.returned(moment="2024-06-03 10:00")
    phone = hand(cast.social_worker)
    phone.goto(f"{live_server.url}/{cast.tenant.slug}/services/today/")
    phone.get_by_role("link", name="补交").click()
    expect(phone.get_by_text("照片看不清人，请补 1 张")).to_be_visible()
    phone.locator("[data-photo-input=photo]").set_input_files(photo())
    expect(phone.locator("[data-photos=photo] [data-own]")).to_have_count(1)
    phone.get_by_role("button", name="提交质控").click()
    expect(phone.get_by_text("已提交质控：白露华　个案介入")).to_be_visible()
    with scope.tenant(cast.tenant.pk):
        record = ServiceRecord.objects.get()
        assert (record.state, record.version, record.evidence.count()) == ("submitted", 2, 2)
        assert records.verify_record(record, by=cast.quality_control, at=clock.now()).state == "verified"


@pytest.mark.parametrize(
    ("path", "role", "width"),
    [
        ("today/", "social_worker", 390),
        ("records/", "social_worker", 390),
        ("records/new/?kind=case_session", "social_worker", 390),
        ("form", "social_worker", 390),
        ("records/waiting/", "quality_control", 1440),
        ("records/", "contract_manager", 1440),
        ("record", "quality_control", 1440),
        ("deliverables", "agency_manager", 1440),
    ],
)
def test_axe_finds_nothing_and_nothing_sticks_out(scene, hand, live_server, path, role, width):
    from axe_playwright_python.sync_playwright import Axe

    cast = scene.cast
    with scope.tenant(cast.tenant.pk):
        record = scene.submitted()
        scene.returned()
    paths = {
        "form": f"records/new/?kind=case_session&case={scene.case.pk}",
        "record": f"records/{record.pk}/",
        "deliverables": f"contracts/{cast.contract.pk}/deliverables/",
    }
    page = hand(cast.members[role], width, 844 if width == 390 else 900)
    page.goto(f"{live_server.url}/{cast.tenant.slug}/services/{paths.get(path, path)}")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
    assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.complaints == []


def test_a_photo_chosen_before_the_script_has_come_is_kept(scene, hand, live_server):
    cast = scene.cast
    phone = hand(cast.social_worker)
    held = []
    phone.route("**/record-form*.js", lambda route: held.append(route))
    address = f"{live_server.url}/{cast.tenant.slug}/services/records/new/?kind=case_session&case={scene.case.pk}"
    phone.goto(address, wait_until="commit")
    phone.locator("[data-photo-input=photo]").set_input_files(photo())
    held[0].continue_()
    expect(phone.locator("[data-photos=photo] [data-own]")).to_have_count(1)
