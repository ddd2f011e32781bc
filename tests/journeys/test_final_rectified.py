"""Fangchenggang's final evaluation in a real browser: 78 stops the payment and is put right, 84 lets the third instalment go on."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from config.contract_file import load
from contracts.models import Contract
from evaluations.actions import rounds, sheets
from evaluations.models import Scorer
from payments.actions import open_milestones
from tenancy import clock, scope
from tenancy.models import Membership, Organisation, Tenant
from tests.cast import at
from tests.seeds.reaching import text_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
CLAUSE = "评估分数低于80分需进行整改，整改后再次组织评估，整改通过后方支付后续资金。"
DEMAND, REPLY = "补齐 2025 年入站人员的救助档案", "救助档案已逐人补齐"
# What the third party gives by its sheet; taking part in publicity (1.2) is worth what was recorded: nothing.
FULL = {
    **{code: {"points": "10"} for code in ("1.1", "1.3", "1.4", "2.1", "2.2")},
    **{code: {"count": 0} for code in ("2.3", "3.3")},
    "3.1": {"parts": ["5", "5"]}, "3.2": {"level": 0}, "4.1": {"level": 0},
}  # fmt: skip
AT_78 = FULL | {"1.4": {"points": "6"}, "3.1": {"parts": ["2", "0"]}}
AT_84 = FULL | {"1.4": {"points": "8"}, "2.1": {"points": "7"}, "3.1": {"parts": ["5", "4"]}}


@pytest.fixture
def today(monkeypatch):
    """today("2026-05-12 09:00") makes that the present."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: at(moment))


@pytest.fixture
def station(cast):
    """The library's contract of a rescue station, 590,000 yuan, whose year is over; its head decides, its staff handles."""
    Tenant.objects.filter(pk=cast.tenant.pk).update(kind="station")
    with scope.tenant(cast.tenant.pk):
        Organisation.objects.filter(kind="purchaser").update(name="防城港市救助管理站", short_name="市救助站")
        contract = load(text_of("fcg"), by=cast.station_staff, at=at("2025-04-01 09:00")).contract
        Contract.objects.filter(pk=contract.pk).update(
            state="active", provider=cast.provider, amount=Decimal("590000.00"), signed_on=date(2025, 5, 1),
            starts_on=date(2025, 5, 1), ends_on=date(2026, 4, 30),
        )  # fmt: skip
        cast.contract = Contract.objects.get(pk=contract.pk)
        cast.values["third"] = open_milestones(cast.contract, by=cast.station_staff, at=at("2025-05-01 09:00"))[2]
        # A station has neither handlers nor a section of its own.
        Membership.objects.filter(role__in=("contract_manager", "section_chief", "bureau_leader")).update(
            is_active=False
        )
    return cast


def scored(cast, entries, *, month):
    """A round of the final evaluation in that month of 2026 that waits for its conclusion."""
    day, staff = lambda text: at(f"2026-{month}-{text} 09:00"), cast.station_staff
    with scope.tenant(cast.tenant.pk):
        until = date(2026, int(month), 20)
        known = {"by": staff, "at": day("02")}
        round = rounds.prepare(
            cast.contract, evaluation="FCG-E2", cutoff_on=date(2026, 4, 30), scores_until=until, **known
        )
        rounds.assign(
            round,
            party="third_party",
            people=[cast.evaluator],
            from_day=date(2026, int(month), 2),
            to_day=until,
            **known,
        )
        rounds.open_round(round, **known)
        scorer = Scorer.objects.select_related("membership").get(round=round)
        judge = {"by": cast.evaluator, "at": day("04")}
        sheets.declare(scorer, **judge)
        for code, entry in entries.items():
            sheets.save_item(scorer, code, entry=entry, note="见记录", revision=0, **judge)
        sheets.sign(scorer, opinion="", **judge)
        return rounds.state(round, statement="", by=cast.agency_manager, at=day("05"))


def path(cast, name, pk=None):
    known = {"tenant": cast.tenant.slug} | ({"pk": pk} if pk else {})
    return reverse(name, kwargs=known)


def conclude(page, url, total, opinion=""):
    page.goto(url)
    page.get_by_role("link", name="复核，出结论").click()
    expect(page.locator(".total .big")).to_have_text(total)
    page.get_by_label("复核意见").fill(opinion)
    page.get_by_role("button", name="登记结论").click()


def decide(page, effect, reason, **form):
    """Open a proposal that the page lists, read its clause, adopt it."""
    page.get_by_role("link", name=effect, exact=True).first.click()
    expect(page.locator("main")).to_contain_text(CLAUSE)
    page.get_by_role("radio", name="采取", exact=True).check()
    for label, text in form.items():
        page.get_by_label(label).fill(text)
    page.get_by_label("理由").fill(reason)
    page.get_by_role("button", name="决定", exact=True).click()
    expect(page.get_by_text("已决定：采取")).to_be_visible()


def deciding(page, cast, root):
    """From the list of evaluations to what waits for a decision."""
    page.goto(root + path(cast, "evaluations:acceptances"))
    page.get_by_role("link", name="后果与整改").click()


def condition(page, title):
    """The row of a condition on a milestone's page."""
    return page.locator(".cond tr", has_text=title)


def told(row, *words):
    for word in words:
        expect(row).to_contain_text(word)


def answer(page, url):
    """The agency reads what is wanted and tells what it has done."""
    page.goto(url)
    expect(page.get_by_text(DEMAND)).to_be_visible()
    page.get_by_role("link", name="答复整改").click()
    page.get_by_label("整改情况").fill(REPLY)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已提交整改情况")).to_be_visible()


def verify(page, url):
    page.goto(url)
    expect(page.get_by_text(REPLY).first).to_be_visible()
    page.get_by_role("link", name="核验").click()
    page.get_by_role("radio", name="整改合格").check()
    page.get_by_label("核验意见").fill("逐人核对，档案齐全")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("已登记核验结果")).to_be_visible()


def test_a_final_at_78_stops_the_payment_until_it_is_mended_and_evaluated_at_84(station, hand, live_server, today):
    cast, root = station, live_server.url
    third = root + path(cast, "payments:milestone", cast.values["third"].pk)
    first = scored(cast, AT_78, month="05")
    today("2026-05-12 09:00")
    staff = hand(cast.station_staff, 1440, 900)
    conclude(staff, root + path(cast, "evaluations:round", first.pk), "78", "档案不全")
    expect(staff.get_by_text(CLAUSE).first).to_be_visible()
    staff.get_by_role("link", name="暂停付款").click()
    expect(staff.get_by_text("登记结论的人不能决定")).to_be_visible()

    today("2026-05-13 09:00")
    head = hand(cast.station_head, 1440, 900)
    deciding(head, cast, root)
    decide(head, "暂停付款", "站务会决定")
    decide(head, "重新评估", "站务会决定")
    decide(head, "限期整改", "站务会决定", 整改要求=DEMAND, 整改期限="2026-06-01")
    head.goto(third)
    waits = "低于 80 分：整改合格、重新评估合格后，由甲方决定恢复付款"
    told(condition(head, "不暂停付款"), "三（3）", "2026-05-13 起暂停付款", waits, CLAUSE, "许星河")
    told(condition(head, "末期考核评估"), "2026-05-12 78 分", "未满足")
    told(condition(head, "甲方组织验收并通过"), "五（五）3")  # this contract's own clause

    with scope.tenant(cast.tenant.pk):
        order = root + path(cast, "evaluations:order", cast.contract.rectifications.get().pk)
    today("2026-05-25 09:00")
    agency = hand(cast.agency_manager)
    answer(agency, order)
    today("2026-05-26 09:00")
    verify(hand(cast.station_staff, 1440, 900), order)

    second = scored(cast, AT_84, month="06")
    today("2026-06-08 09:00")
    staff = hand(cast.station_staff, 1440, 900)
    conclude(staff, root + path(cast, "evaluations:round", second.pk), "84")
    staff.goto(third)
    # A station has no section chief: its head decides.
    told(condition(staff, "不暂停付款"), "低于 80 分：由甲方决定恢复付款", "岑远志")
    today("2026-06-09 09:00")
    head = hand(cast.station_head, 1440, 900)
    deciding(head, cast, root)
    decide(head, "恢复付款", "再次评估合格")
    head.goto(third)
    expect(condition(head, "不暂停付款")).to_have_count(0)
    expect(condition(head, "末期考核评估").locator("td").first).to_have_text("满足")
    told(condition(head, "末期考核评估"), "2026-06-08 84 分")
    # 合格 -> 项目资金全额拨付: the rest of the whole, never the whole again.
    told(head.locator("aside"), "合同价款 × 20%", "118,000.00")
    assert [page.complaints for page in (staff, head, agency)] == [[], [], []]
