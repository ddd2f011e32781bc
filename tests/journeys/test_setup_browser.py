"""A contract from a library file to its first amendment, in a real browser: both sides confirm, then 12 becomes 8."""

import pytest
from playwright.sync_api import expect

from contracts.models import Amendment, Contract
from services.actions.kinds import save_kind
from services.models import Confirmation
from tenancy import scope
from tests.cast import at, make_cast
from tests.setup.conftest import EVENT_KIND

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db):
    return make_cast()


def test_a_contract_is_set_up_confirmed_performed_and_amended(cast, hand, live_server):
    with scope.acting(cast.contract_manager):
        save_kind(**EVENT_KIND, sort=0, by=cast.contract_manager, at=at())
    root = f"{live_server.url}/{cast.tenant.slug}/contracts/"
    opened = []

    def as_member(member, width=1440):
        """One at a time: the hand signs in with one client, so that a second signs the first out."""
        opened.append(hand(member, width=width, height=900))
        return opened[-1]

    bureau = as_member(cast.contract_manager)
    contract = begun(cast, bureau, root)
    reading_written(bureau, root, contract)
    both_confirm(cast, as_member, root, contract)
    amended(cast, as_member, root, contract)
    # A form that comes back with faults is a 422, which a browser notes.
    assert [text for page in opened for text in page.complaints if "422" not in text] == []


def begun(cast, page, root):
    """From scratch: the head, the areas, the payment."""
    page.goto(root)
    page.click("a:has-text('登记合同')")
    page.click("a:has-text('从头登记')")
    for name, value in {
        "code": "QH09",
        "title": "社区活动服务",
        "short_title": "社区活动",
        "starts_on": "2024-01-02",
        "ends_on": "2024-12-31",
        "signed_on": "2024-01-02",
    }.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=provider]", label=str(cast.provider))
    page.click("button:has-text('登记为草稿')")
    page.click("a:text-is('服务地区')")
    page.click("label:has-text('柳林街道')")
    page.click("button:has-text('保存')")
    page.click("a:text-is('基本信息')")
    page.fill("[name=amount]", "36,000")
    page.click("button:has-text('保存')")
    page.click("a:text-is('付款约定')")
    for name, value in {"no": "1", "title": "全款", "share": "0.9", "due_within": "10"}.items():
        page.fill(f"[name=row-0-{name}]", value)
    page.click("label:has-text('指标全部达标')")
    page.click("label:has-text('服务期满')")
    page.select_option("[name=row-0-due_from]", "term_over")
    page.click("button:has-text('保存')")
    expect(page.locator("main")).to_contain_text("各期比例合计 90.00%，应为 100%")
    page.fill("[name=row-0-share]", "1")
    page.click("button:has-text('保存')")
    expect(page.locator("h1")).to_contain_text("登记与确认")
    with scope.tenant(cast.tenant.pk):
        return Contract.objects.get(code="QH09")


def reading_written(page, root, contract):
    """The form, with sentence and trial count beside it."""
    page.goto(f"{root}{contract.pk}/setup/")
    page.click("text=新增指标")
    page.fill("[name=zh]", "社区活动")
    page.fill("[name=unit]", "场")
    page.fill("[name=target]", "12")
    page.click("label:has-text('社区活动'):has(.chip)")
    page.select_option("[name=cond-0-field]", "participants")
    page.fill("[name=cond-0-value]", "三十")
    expect(page.locator("#trial")).to_contain_text("还读不出来")
    page.fill("[name=cond-0-value]", "30")
    expect(page.locator("#trial")).to_contain_text("不少于12场；每条记录须参加人数不少于30人方可计入")
    page.click("text=保存口径")
    expect(page.locator("#indicators")).to_contain_text("社区活动不少于12场")
    page.click("text=启用合同")
    expect(page.locator("main")).to_contain_text("指标“社区活动”甲方未确认，乙方未确认")


def both_confirm(cast, as_member, root, contract):
    for member, width in ((cast.contract_manager, 1440), (cast.agency_manager, 390)):
        page = as_member(member, width)
        page.goto(f"{root}{contract.pk}/setup/")
        page.click("text=看第一项")
        page.click("text=确认口径")
        expect(page.locator("h1")).to_contain_text("登记与确认")
    bureau = as_member(cast.contract_manager)
    bureau.goto(f"{root}{contract.pk}/setup/")
    bureau.click("text=启用合同")
    expect(bureau.locator("#indicators")).to_contain_text("社区活动")
    with scope.tenant(cast.tenant.pk):
        contract.refresh_from_db()
        assert (contract.state, Confirmation.objects.count(), contract.milestones.count()) == ("active", 2, 1)


def amended(cast, as_member, root, contract):
    bureau = as_member(cast.contract_manager)
    bureau.goto(f"{root}{contract.pk}/amendments/")
    bureau.check("[name=code]")
    bureau.locator("text=下一步").first.click()
    for name, value in {
        "title": "场次调整",
        "number": "补充协议一",
        "reason": "服务期缩短",
        "effective_on": "2024-09-01",
        "c-QH09-01-target": "8",
    }.items():
        bureau.fill(f"[name='{name}']", value)
    expect(bureau.locator("#what-if")).to_contain_text("0 / 8 场")
    bureau.locator("#proposal button:has-text('提出变更')").click()
    expect(bureau.locator("main")).to_contain_text("待对方确认")
    agency = as_member(cast.agency_manager)
    agency.goto(bureau.url)
    agency.click("text=确认变更")
    expect(agency.locator("main")).to_contain_text("自2024年9月1日起不少于8场")
    with scope.tenant(cast.tenant.pk):
        assert (Amendment.objects.get().state, contract.indicators.get().version) == ("in_force", 2)
