"""Three evaluators score by themselves, disagree on one item, agree and sign; one of them on a phone that loses its network."""

import pytest
from playwright.sync_api import expect

from evaluations.models import Round, Scorer
from evaluations.queries import rounds as queries
from tenancy import clock, scope
from tests.evaluations import sheets_arranged as arranged
from tests.journeys.conftest import find_network, lose_network


@pytest.fixture
def sheets(cast, monkeypatch):
    """Two colleagues have scored everything, 13 and 12 of 15 on satisfaction; the third lacks two items."""
    monkeypatch.setattr(clock, "now", lambda: arranged.NOW)
    with scope.tenant(cast.tenant.pk):
        mine, second, third = arranged.arrange(cast, 3)
        arranged.fill(second), arranged.fill(third, _2_1={"points": "12"})
        for item in ("1.1", "1.2", "1.3", "3.3"):
            arranged.save(mine, item, arranged.ENTRIES[item], note="记录完整")
        return mine, second, third


def signs(page):
    page.get_by_role("button", name="签名提交").click()
    page.get_by_role("button", name="签名", exact=True).click()
    expect(page.get_by_text("已签名，不能再改")).to_be_visible()


def agreed(root, sheets, hand, client):
    """The colleagues say yes to the proposal, each on a desk of their own; returns the pages."""
    pages = []
    for sheet in sheets:
        client.cookies.clear()  # a session of its own: the others go on
        pages.append(hand(sheet.membership, 1440, 900))
        pages[-1].goto(f"{root}/{sheet.pk}/differences/")
        pages[-1].get_by_role("button", name="同意 10.5").click()
        expect(pages[-1].get_by_text("已同意合议得分")).to_be_visible()
    return pages


def test_three_evaluators_disagree_agree_and_sign(cast, sheets, hand, live_server, client):
    mine, second, third = sheets
    root = f"{live_server.url}/{cast.tenant.slug}/evaluations/sheets"
    phone = hand(cast.evaluator, 390, 844)
    phone.goto(f"{root}/{mine.pk}/")
    other_tab = phone.context.new_page()
    other_tab.goto(f"{root}/{mine.pk}/")
    files, satisfaction = "3.2 一项目一档案", "2.1 服务满意度"
    state = phone.locator("[data-save-state]")
    expect(phone.locator("#item-2\\.1 [data-others]")).to_have_text("评后可见")
    # Typed without a network: kept on the phone, and there again after the page was closed.
    lose_network(phone)
    phone.get_by_label(f"{files} 得分").fill("18")
    phone.get_by_label(f"{files} 得分").blur()
    expect(state).to_contain_text("1 项还没存上")
    find_network(phone)
    expect(state).to_have_text("已存 10:21")
    phone.get_by_label(f"{satisfaction} 得分").fill("8")
    phone.get_by_label(f"{satisfaction} 得分").blur()
    expect(phone.locator("#item-2\\.1 [data-difference]")).to_contain_text("相差 5 分")
    expect(phone.locator("#item-2\\.1 [data-others]")).to_contain_text("13")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth") is True
    # The same sheet in another tab, opened before: both entries are there to choose from.
    other_tab.get_by_label(f"{satisfaction} 得分").fill("7")
    other_tab.get_by_label(f"{satisfaction} 得分").blur()
    expect(other_tab.get_by_text("10:21 存的是：8 分")).to_be_visible()
    other_tab.get_by_role("button", name="用那一份").click()
    expect(other_tab.get_by_label(f"{satisfaction} 得分")).to_have_value("8")
    expect(other_tab.locator("[data-save-state]")).to_have_text("已存 10:21")
    other_tab.close()
    phone.goto(f"{root}/{mine.pk}/differences/")
    phone.get_by_label("合议得分").fill("10.5")
    phone.get_by_label("合议意见").fill("样本偏少，折中")
    phone.get_by_role("button", name="提出").click()
    expect(phone.get_by_text("1 / 3 人同意")).to_be_visible()
    pages = agreed(root, (second, third), hand, client)
    for sheet, page in zip((third, second, mine), (*pages[::-1], phone), strict=True):
        page.goto(f"{root}/{sheet.pk}/")
        signs(page)
        assert [told for told in page.complaints if "INTERNET_DISCONNECTED" not in told] == []
    with scope.tenant(cast.tenant.pk):
        round = Round.objects.get()
        totals = sorted(Scorer.objects.values_list("total", flat=True))
        assert (round.state, [str(total) for total in totals]) == ("statement", ["80.00", "84.00", "85.00"])
        # 85, 84 and 80 have 13, 12 and 8 of satisfaction in them; agreed it is 10.5 for all.
        assert str(queries.outcome(round).total.points) == "82.50"
