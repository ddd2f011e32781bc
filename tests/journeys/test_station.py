"""A resident from admission to discharge: the worker on a phone of 390 px, the station at its desk."""

import pytest
from playwright.sync_api import expect

from caseload.models import Stay
from services.models import ServiceRecord
from tenancy import clock, scope
from tenancy.models import Tenant
from tests.caseload import stays
from tests.caseload.people import id_number
from tests.cast import at

UNKNOWN = "身份不详（男，约 60 岁）"
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def when(monkeypatch):
    """when("2025-06-02 09:00") makes that the present."""

    def moved(text):
        monkeypatch.setattr(clock, "now", lambda: at(text))
        monkeypatch.setattr(clock, "today", lambda: at(text).date())

    moved("2025-06-02 09:00")
    return moved


@pytest.fixture
def station(cast, when):
    Tenant.objects.filter(pk=cast.tenant.pk).update(kind="station")
    with scope.tenant(cast.tenant.pk):
        contract = stays.station_contract(cast)
        stays.room(cast, contract)
    return cast


def admitted(phone):
    """Nobody knows him: without looks he can't be admitted, with them he can."""
    phone.get_by_role("link", name="登记入站").first.click()
    phone.get_by_role("radio", name="公安护送").check()
    phone.get_by_role("radio", name="男", exact=True).check()
    phone.get_by_label("估计年龄").fill("60")
    phone.get_by_role("radio", name="走失").check()
    phone.get_by_label("健康和精神状态").fill("清醒，轻度脱水")
    phone.get_by_role("button", name="登记入站").click()
    expect(phone.get_by_text("身份未查明的，写明体貌特征").first).to_be_visible()
    phone.get_by_label("体貌特征").fill("左手缺小指，讲方言")
    phone.get_by_label("宿舍").select_option(label="男一室")
    phone.get_by_label("床位").fill("1")
    phone.get_by_role("button", name="登记入站").click()
    expect(phone.get_by_role("heading", name=UNKNOWN)).to_be_visible()


def assessed_and_planned(phone):
    phone.get_by_role("link", name="首次沟通评估", exact=True).click()
    phone.get_by_label("开始").fill("2025-06-02T09:02")
    for word in ("患病", "失去联系", "方言"):
        phone.get_by_role("radio", name=word, exact=True).check()
    phone.get_by_label("身体状况").fill("左膝旧伤")
    phone.get_by_label("需要社工介入").check()
    phone.get_by_role("button", name="提交").click()
    phone.get_by_role("link", name="提交照料方案").click()
    for label, text in (
        ("需求", "寻亲、就医"),
        ("生活照料", "软食"),
        ("安全和风险防范", "床栏"),
        ("完成时限", "至离站"),
    ):
        phone.get_by_label(label, exact=True).fill(text)
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("方案待确认").first).to_be_visible()


def named(phone):
    phone.get_by_role("link", name=UNKNOWN).click()
    phone.get_by_role("link", name="登记身份").click()
    phone.get_by_label("姓名").fill("石敢当")
    phone.get_by_label("身份证号").fill(id_number(serial=3))
    phone.get_by_label("依据").fill("公安人像比对，其兄电话确认")
    phone.get_by_role("button", name="登记身份").click()
    expect(phone.get_by_role("heading", name="石敢当")).to_be_visible()
    phone.get_by_role("link", name="提出离站").click()
    phone.get_by_role("radio", name="亲属接领").check()
    phone.get_by_role("button", name="登记").click()
    expect(phone.get_by_text("缺交接单")).to_be_visible()


def collected(phone):
    phone.get_by_role("link", name="交接单", exact=True).click()
    phone.get_by_role("radio", name="亲属").check()
    phone.get_by_label("接收人").fill("其兄")
    phone.get_by_role("radio", name="是", exact=True).check()
    phone.get_by_label("交接时的身体状况").fill("平稳")
    phone.get_by_role("button", name="提交").click()
    phone.get_by_role("link", name="服务反馈").first.click()
    phone.get_by_role("radio", name="满意", exact=True).check()
    phone.get_by_role("button", name="提交").click()
    phone.get_by_role("link", name="离站", exact=True).click()
    phone.get_by_label("食宿").check()
    phone.get_by_label("去向").fill("返回户籍地")
    phone.get_by_role("radio", name="不需要").check()
    phone.get_by_role("radio", name="是", exact=True).check()
    phone.get_by_label("离站时的身体状况").fill("平稳")
    phone.get_by_role("button", name="办结离站").click()
    expect(phone.get_by_text("已离站").first).to_be_visible()


def test_an_unknown_man_is_admitted_named_cared_for_and_collected(station, when, hand, live_server):
    cast, home = station, f"{live_server.url}/{station.tenant.slug}/services/station/"
    phone = hand(cast.social_worker)
    phone.goto(home)
    admitted(phone)
    when("2025-06-02 09:20")
    assessed_and_planned(phone)

    desk = hand(cast.station_staff, 1440, 900)
    desk.goto(home)
    desk.get_by_role("link", name=UNKNOWN).click()
    desk.get_by_role("button", name="与需求匹配，确认方案").click()
    expect(desk.get_by_text("照料中").first).to_be_visible()

    complaints = [*phone.complaints, *desk.complaints]
    phone = hand(cast.social_worker)
    phone.goto(home)
    named(phone)
    when("2025-06-02 09:40")
    collected(phone)
    assert [text for text in [*complaints, *phone.complaints] if "422" not in text] == []
    with scope.tenant(cast.tenant.pk):
        left = Stay.objects.get()
        kinds = sorted(ServiceRecord.objects.values_list("kind", "state"))
    assert (left.state, left.way, left.is_identified) == ("discharged", "collected", True)
    assert kinds == [
        ("care_plan_review", "verified"),
        ("discharge_entry", "submitted"),
        ("first_assessment", "submitted"),
        ("handover", "submitted"),
    ]
