"""The books of a contract in a real browser: a resident's need timed from tap to tap, an incident from report to end, a month without any."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from contracts.models import Label
from services.actions import registers
from services.models import Clock, Deliverable, Incident
from tenancy import clock, scope
from tests.cast import at
from tests.services.scene import make_scene
from tests.services.test_periodic_papers import PACK
from tests.services.test_rooms import report, start, with_words

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at("2024-06-05 09:00")


@pytest.fixture
def book(cast, monkeypatch):
    """A contract that counts incidents, clocks, registers and monthly packs, on a morning in June."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with scope.tenant(cast.tenant.pk):
        made = make_scene(cast)
        with_words(cast)
        Label.objects.create(family="document", code="monthly_pack", label="月报五件")
        cast.contract.indicators.create(
            tenant=cast.tenant,
            code="P1",
            title="月报",
            definition={**PACK, "areas": {"eq": 100}},
            sentence="月报",
            sort=9,
        )
        registers.enter_register(
            cast.contract,
            kind="rescue_point",
            label="柳林街道救助点",
            from_day=date(2024, 1, 2),
            facts={"supplies": True},
            by=cast.social_worker,
            at=at(),
        )
    return made


def address(live_server, book, rest):
    return f"{live_server.url}/{book.cast.tenant.slug}/services/{rest}"


def test_a_need_is_timed_with_two_taps_on_the_phone(book, hand, live_server, monkeypatch):
    page = hand(book.cast.social_worker)
    page.goto(address(live_server, book, f"contracts/{book.cast.contract.pk}/clocks/"))
    page.get_by_role("button", name="现在开始：首接响应").click()
    expect(page.get_by_text("还剩 2 小时")).to_be_visible()
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=25))
    page.get_by_role("button", name="完成", exact=True).click()
    expect(page.get_by_text("25 分钟", exact=True)).to_be_visible()
    expect(page.get_by_text("在时限内")).to_be_visible()
    with scope.tenant(book.cast.tenant.pk):
        assert Clock.objects.get().stopped_at == NOW + timedelta(minutes=25)


def test_an_incident_goes_from_the_phone_to_the_bureau_and_is_closed(book, hand, live_server):
    phone = hand(book.cast.social_worker)
    phone.goto(address(live_server, book, f"contracts/{book.cast.contract.pk}/incidents/new/"))
    phone.get_by_role("link", name="安全隐患").click()
    phone.get_by_label("事由").fill("楼道堆物")
    phone.get_by_label("等级").select_option("serious")
    phone.get_by_role("button", name="报告").click()
    expect(phone.get_by_text("待核实").first).to_be_visible()
    with scope.tenant(book.cast.tenant.pk):
        incident = Incident.objects.get()
    desk = hand(book.cast.contract_manager, width=1440, height=900)
    desk.goto(address(live_server, book, f"incidents/{incident.pk}/"))
    desk.get_by_role("button", name="属实", exact=True).click()
    desk.get_by_role("button", name="办结", exact=True).click()
    desk.get_by_label("处理结果").fill("当日清空")
    desk.locator("#close").get_by_role("button", name="办结").click()
    expect(desk.get_by_text("当日清空")).to_be_visible()
    with scope.tenant(book.cast.tenant.pk):
        assert (Incident.objects.get().state, Incident.objects.get().closed_on) == ("confirmed", date(2024, 6, 5))


def test_a_month_without_any_is_filed_and_taken_with_one_tap_each(book, hand, live_server):
    rest = f"contracts/{book.cast.contract.pk}/nil-returns/"
    agency = hand(book.cast.agency_manager, width=1440, height=900)
    agency.goto(address(live_server, book, rest))
    agency.get_by_role("button", name="零报告 2024年5月 食品安全事故").click()
    expect(agency.get_by_text("已报送《2024年5月食品安全事故零报告》")).to_be_visible()
    bureau = hand(book.cast.contract_manager, width=1440, height=900)
    bureau.goto(address(live_server, book, rest))
    bureau.get_by_role("button", name="接收 2024年5月 食品安全事故").click()
    expect(bureau.get_by_text("已接收", exact=True)).to_be_visible()
    with scope.tenant(book.cast.tenant.pk):
        assert Deliverable.objects.get().state == "accepted"


CONTRACT_PAGES = (
    "rooms/", "incidents/", "incidents/new/", "incidents/new/?kind=hazard", "nil-returns/", "clocks/", "clocks/new/?kind=need",
    "questionnaires/", "registers/", "registers/rescue_point/", "registers/rescue_point/new/", "deliverables/", "deliverables/new/?kind=monthly_pack",
)  # fmt: skip


@pytest.mark.parametrize(("role", "width"), [("social_worker", 390), ("agency_manager", 1440), ("agency_manager", 390)])
def test_axe_finds_nothing_in_the_books_and_nothing_sticks_out(book, hand, live_server, role, width):
    from axe_playwright_python.sync_playwright import Axe

    cast = book.cast
    with scope.tenant(cast.tenant.pk):
        incident, running = report(book), start(book, note="R-0007")
    pages = [f"contracts/{cast.contract.pk}/{rest}" for rest in CONTRACT_PAGES]
    pages += [f"incidents/{incident.pk}/", f"clocks/{running.pk}/"]
    page, found = hand(cast.members[role], width, 844 if width == 390 else 900), {}
    for rest in pages:
        page.goto(address(live_server, book, rest))
        broken = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
        told = [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in broken]
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            told.append("sticks out")
        if told:
            found[rest] = told
    assert found == {}
    # A page that a role may not open answers 403, which the console of the browser tells.
    assert [text for text in page.complaints if "403" not in text] == []
