"""Mentougou's acceptance on its checklist: the first round fails, the agency mends what was wanting, the second round passes,
and the condition of the final payment is met."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from config.contract_file import load
from contracts.models import StaffPost
from payments.queries import check_milestone
from tenancy import clock, scope
from tests.cast import _member, at
from tests.contracts.conftest import MTG04, arrange

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WRONG, ANSWER = "抽查的 8 份档案缺 2 份签到表", "两份签到表已补签，原件扫描归档"


@pytest.fixture
def stage(cast):
    """The Mentougou contract in force, with two experts."""
    text = MTG04.read_text(encoding="utf-8")
    with scope.tenant(cast.tenant.pk):
        arrange(cast, text)
        contract = load(text, by=cast.contract_manager, at=at("2024-04-18 16:00")).contract
        type(contract).objects.filter(pk=contract.pk).update(state="active")
        cast.second = _member(cast.expert.organisation, "expert", "林述", "second")
        for member, name in ((cast.expert, "温如玉"), (cast.second, "林述")):
            StaffPost.objects.create(
                contract=contract, membership=member, name=name, post="expert", side="purchaser", from_day=date(2024, 4, 18)
            )  # fmt: skip
        contract.refresh_from_db()
    cast.contract = contract
    return cast


@pytest.fixture
def today(monkeypatch):
    """Sets the moment at which everything happens from now on."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: at(moment))


def path(cast, name, pk):
    return reverse(f"evaluations:{name}", kwargs={"tenant": cast.tenant.slug, "pk": pk})


def request(page, statement, answers=()):
    page.get_by_label("乙方说明").fill(statement)
    for code, words in answers:
        page.get_by_label(f"{code} ", exact=False).first.fill(words)
    page.get_by_role("button", name="申请验收").click()


def call_the_experts(page, url, day):
    page.goto(url)
    page.get_by_role("button", name="安排评审").first.click()
    page.get_by_label("评审日期").fill(day)
    for name in ("温如玉", "林述"):
        page.locator("#schedule").get_by_role("checkbox", name=name).check()
    page.get_by_label("组长").select_option(label="温如玉（衡准评估中心）")
    page.get_by_role("button", name="安排", exact=True).click()
    expect(page.get_by_text("已安排评审")).to_be_visible()
    assert page.complaints == []


def sign(page, url, *, wrong=(), opinion=""):
    """Tick every item of the checklist and sign; `wrong` are the codes that don't fit."""
    page.goto(url)
    groups = page.locator(".acc-item")
    for at_place in range(groups.count()):
        group = groups.nth(at_place)
        code = group.locator("legend").inner_text().split()[0]
        group.get_by_role("radio", name="不符合" if code in wrong else "符合", exact=True).check()
        if code in wrong:
            group.get_by_label("说明").fill(WRONG)
    page.get_by_role("radio", name="不同意" if wrong else "同意通过", exact=True).check()
    page.locator("#id_opinion").fill(opinion)
    page.get_by_role("button", name="签名提交").click()
    expect(page.get_by_text("已签名").first).to_be_visible()
    assert page.complaints == []


def conclude(page, url, result, *, until=""):
    page.goto(url)
    page.get_by_role("button", name="登记结论").first.click()
    page.locator("#conclude").get_by_role("radio", name=result, exact=True).check()
    if until:
        expect(page.locator("#conclude").get_by_label("评审意见")).to_have_value(f"3.1 台账、档案和照片齐全：{WRONG}")
        page.get_by_label("修改期限").fill(until)
    page.locator("#conclude").get_by_role("button", name="登记结论").click()
    expect(page.get_by_text(f"已登记结论：{result}")).to_be_visible()
    assert page.complaints == []


def accepted(cast, on):
    """The verdict of the final payment's condition of acceptance, on a day."""
    with scope.tenant(cast.tenant.pk):
        check = check_milestone(cast.contract.milestones.order_by("-term__no").first(), on=on)
        return next(row.verdict for row in check.conditions if row.code == "acceptance")


def test_a_failed_round_is_mended_and_the_second_one_opens_the_final_payment(stage, hand, live_server, today):
    cast, root = stage, live_server.url
    asking = root + path(cast, "request_acceptance", cast.contract.pk)
    today("2024-12-02 09:00")
    agency = hand(cast.agency_manager, 1440, 900)
    agency.goto(asking)
    request(agency, "指标正在收尾，其余成果已交")
    first = agency.url
    call_the_experts(hand(cast.contract_manager, 1440, 900), first, "2024-12-03")
    today("2024-12-03 10:00")
    sign(hand(cast.expert), first, wrong=("3.1",), opinion="档案不全")
    sign(hand(cast.second), first)
    conclude(hand(cast.contract_manager, 1440, 900), first, "未通过", until="2024-12-16")
    assert accepted(cast, date(2024, 12, 3)) == "unmet"

    today("2024-12-12 09:00")
    agency = hand(cast.agency_manager, 1440, 900)
    agency.goto(asking)
    expect(agency.get_by_text(f"温如玉：{WRONG}")).to_be_visible()
    request(agency, "已修改", [("3.1", ANSWER)])
    second = agency.url
    call_the_experts(hand(cast.contract_manager, 1440, 900), second, "2024-12-13")
    today("2024-12-13 10:00")
    for member in (cast.expert, cast.second):
        expert = hand(member)
        expect_compared(expert, second)
        sign(expert, second)
    bureau = hand(cast.contract_manager, 1440, 900)
    conclude(bureau, second, "通过")
    assert accepted(cast, date(2024, 12, 13)) == "met"


def expect_compared(page, url):
    """What was wrong and what was done stand side by side."""
    page.goto(url)
    row = page.locator("tr", has_text="3.1 台账、档案和照片齐全").first
    expect(row).to_contain_text(WRONG)
    expect(row).to_contain_text(ANSWER)
