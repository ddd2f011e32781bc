"""A dormitory of twelve on a phone: everybody as usual in one tap, one who isn't, a lost connection, and one shift in the end."""

import pytest

from services.models import CareLine, CareShift
from tenancy import clock, scope
from tests.cast import at
from tests.journeys.conftest import find_network, lose_network
from tests.services.dormitory import make_dormitory

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def kept(cast):
    with scope.tenant(cast.tenant.pk):
        lines = CareLine.objects.exclude(presence="normal").values_list("presence", "marks")
        return CareShift.objects.count(), CareLine.objects.count(), list(lines)


def test_a_shift_survives_a_closed_page_a_refusal_and_a_lost_connection(cast, hand, live_server, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at("2024-06-04 08:40"))
    with scope.tenant(cast.tenant.pk):
        make_dormitory(cast, 12)
    page = hand(cast.social_worker)
    page.goto(f"{live_server.url}/{cast.tenant.slug}/services/contracts/{cast.contract.pk}/care/journal/")
    page.click("text=全部正常")
    page.click(".care-cell >> nth=2")
    page.check('input[value="absent"]:visible', force=True)
    page.keyboard.press("Escape")
    page.wait_for_selector('[data-save-state]:has-text("已存")')
    page.reload()
    page.click("text=提交 12 人")
    page.wait_for_selector("text=1 人没有写全")
    page.click(".care-cell.is-fault")
    page.select_option('select[name^="away_"]:visible', "hospital")
    page.keyboard.press("Escape")
    lose_network(page)
    page.click("text=提交 12 人")
    page.wait_for_selector("text=本班已登记，等待上传")
    assert kept(cast) == (0, 0, [])
    find_network(page)
    for _ in range(60):
        if kept(cast)[0]:
            break
        page.wait_for_timeout(200)
    assert kept(cast) == (1, 12, [("absent", {"away": "hospital"})])


def test_axe_finds_nothing_in_the_care_of_a_dormitory(cast, hand, live_server, monkeypatch):
    from axe_playwright_python.sync_playwright import Axe

    with scope.tenant(cast.tenant.pk):
        make_dormitory(cast, 3)
    found, place = {}, f"{live_server.url}/{cast.tenant.slug}/services/contracts/{cast.contract.pk}/care/"
    for moment, rest in (("08:40", ""), ("23:10", "journal/")):
        monkeypatch.setattr(clock, "now", lambda moment=moment: at(f"2024-06-04 {moment}"))
        page = hand(cast.social_worker)
        page.goto(place + rest)
        if rest == "journal/":
            page.click(".care-cell >> nth=1")
        broken = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
        told = [(rule["id"], [node["html"][:160] for node in rule["nodes"]][:3]) for rule in broken]
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if told or wide:
            found[f"{moment} {rest}"] = (told, wide)
    assert found == {}
