"""The main job, from clause to payment, on the Mentougou contract: the missing group is logged on a phone, verified, counts;
the final payment, refused before, becomes payable; three people approve, finance pays; ledger, audit trail and PDF agree."""

import io
import re
from datetime import date
from decimal import Decimal

import pytest
from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfReader

from caseload.actions import groups
from config.demo import mentougou, money, story
from config.demo.stage import moment
from payments.models import LedgerEntry, Payment
from services.indicators.measure import measure_contract
from tenancy import audit, clock, scope
from tenancy.models import AuditEvent, Membership

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
TITLE = mentougou.MISSING_GROUP
SUM = Decimal("166444.80")


@pytest.fixture
def story_clock(monkeypatch):
    """Sets the moment at which everything happens from now on."""
    return lambda day, time="10:00": monkeypatch.setattr(clock, "now", lambda: moment(day, time))


@pytest.fixture
def stage(monkeypatch):
    """The contract year until the acceptance, but for one group in 军庄镇 that met and was never logged."""
    monkeypatch.setattr(mentougou, "GROUPS", tuple(plan for plan in mentougou.GROUPS if plan.title != TITLE))
    played = story.play(until=date(2024, 12, 12))
    with scope.tenant(played.world.tenant.pk):
        area = played.community("杨坨社区")
        worker = played.worker_for(area)
        group = groups.plan_group(
            contract=played.contract,
            title=TITLE,
            area=area,
            leader=worker,
            members=9,
            purpose="互助",
            by=worker,
            at=moment(date(2024, 12, 2)),
        )
        groups.open_group(group, first_session_on=date(2024, 12, 10), by=worker, at=moment(date(2024, 12, 10)))
        for kind in ("plan", "summary", "satisfaction"):
            file = played.shelf.form("小组材料", [("名称", TITLE)], by=worker, at=moment(date(2024, 12, 12)), seed=kind)
            groups.add_group_paper(group, kind=kind, file=file, by=worker, at=moment(date(2024, 12, 12)))
    played.group, played.worker = group, worker
    return played


def picture(name):
    shot = io.BytesIO()
    Image.effect_noise((1600, 1200), 40).convert("RGB").save(shot, "JPEG", quality=90)
    return {"name": name, "mimeType": "image/jpeg", "buffer": shot.getvalue()}


def member(stage, person):
    """The member as sign-in finds it."""
    with scope.tenant(stage.world.tenant.pk):
        return Membership.objects.select_related("account", "organisation", "tenant").get(pk=person.pk)


def log_session(stage, hand, base):
    """On a phone: the group's session with photos and the sign-in sheet."""
    phone = hand(member(stage, stage.worker))
    phone.goto(f"{base}/services/records/new/?kind=group_session&group={stage.group.pk}")
    expect(phone.get_by_role("heading", name=re.compile("小组活动"))).to_be_visible()
    phone.get_by_label("参加人数").fill("9")
    phone.get_by_label("服务人员").fill("2")
    phone.locator("[data-photo-input=photo]").set_input_files([picture("a.jpg"), picture("b.jpg")])
    phone.locator("[data-photo-input=sign_in_sheet]").set_input_files([picture("签到表.jpg")])
    expect(phone.locator("[data-photos=photo] [data-own]")).to_have_count(2)
    phone.get_by_label("内容").fill("主题讨论与分享，组员互相介绍近况。")
    phone.get_by_role("button", name="提交质控").click()
    expect(phone.get_by_text("已提交质控")).to_be_visible(timeout=15000)
    return phone


def verify_session(stage, hand, base):
    """At the desk: quality control opens the waiting record and verifies it."""
    desk = hand(member(stage, stage.quality), 1440, 900)
    desk.goto(f"{base}/services/records/waiting/")
    desk.get_by_role("link", name=re.compile(re.escape(TITLE))).first.click()
    desk.get_by_role("button", name="核验", exact=True).first.click()
    desk.wait_for_load_state()
    return desk


def group_indicator(stage, on):
    with scope.tenant(stage.world.tenant.pk):
        row = measure_contract(stage.contract, on=on).by_code["MTG04-11"]
        return row.value, {area.area.name: area.value for area in row.areas}, row.is_met


def step(stage, hand, base, person, opens, confirms):
    """One of the bureau's people opens the milestone, acts, confirms in the dialog."""
    page = hand(member(stage, person), 1440, 900)
    page.goto(f"{base}/payments/milestones/{money_pk(stage)}/")
    page.get_by_role("button", name=opens).first.click()
    page.locator("dialog[open]").get_by_role("button", name=confirms).click()
    page.wait_for_load_state()
    return page


def money_pk(stage):
    with scope.tenant(stage.world.tenant.pk):
        return money.milestone(stage, 2).pk


def test_from_a_missing_group_to_the_final_payment(stage, story_clock, hand, live_server, client):
    base = f"{live_server.url}/{stage.world.tenant.slug}"
    assert group_indicator(stage, date(2024, 12, 12)) == (
        Decimal(5),
        {"城子街道": 2, "大台街道": 2, "军庄镇": 1},
        False,
    )

    story_clock(date(2024, 12, 13), "15:40")
    phone = log_session(stage, hand, base)
    assert group_indicator(stage, date(2024, 12, 13))[2] is False, "a submitted session doesn't count"
    verify_session(stage, hand, base)
    assert group_indicator(stage, date(2024, 12, 13)) == (Decimal(6), {"城子街道": 2, "大台街道": 2, "军庄镇": 2}, True)
    assert phone.complaints == []

    story_clock(date(2024, 12, 13), "16:30")
    bill(stage, hand, base)

    # The bureau's handler sees why the first request was sent back, and that it now is payable.
    story_clock(date(2024, 12, 16), "09:30")
    asked = hand(member(stage, stage.manager), 1440, 900)
    asked.goto(f"{base}/payments/milestones/{money_pk(stage)}/")
    asked.get_by_role("button", name="申请付款").first.click()
    asked.locator("dialog[open]").get_by_role("button", name="申请付款").click()
    asked.wait_for_load_state()
    handler = hand(member(stage, stage.handler), 1440, 900)
    handler.goto(f"{base}/payments/milestones/{money_pk(stage)}/")
    expect(handler.get_by_text(re.compile("军庄镇")).first).to_be_attached()
    expect(handler.locator("main")).to_contain_text("可以支付")

    story_clock(date(2024, 12, 17), "10:00")
    step(stage, hand, base, stage.handler, "送科室负责人", "核验")
    story_clock(date(2024, 12, 18), "10:00")
    step(stage, hand, base, stage.chief, "审核，送批准", "审核")
    story_clock(date(2024, 12, 19), "10:00")
    step(stage, hand, base, stage.leader, "批准付款", "批准付款")
    story_clock(date(2024, 12, 20), "10:00")
    pay_and_check(stage, hand, base)


def bill(stage, hand, base):
    """The agency's finance registers the invoice of equal amount."""
    page = hand(member(stage, stage.finance), 1440, 900)
    page.goto(f"{base}/payments/milestones/{money_pk(stage)}/")
    page.get_by_role("button", name="登记发票").first.click()
    page.locator("dialog[open]").get_by_label("发票号码").fill("24110000000000099917")
    page.locator("dialog[open]").get_by_role("button", name="登记发票").click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("24110000000000099917")


def pay_and_check(stage, hand, base):
    finance = hand(member(stage, stage.payer), 1440, 900)
    finance.goto(f"{base}/payments/milestones/{money_pk(stage)}/")
    finance.get_by_role("button", name="登记付款").first.click()
    finance.locator("dialog[open]").get_by_label("凭证号").fill("银付-2024-1220")
    finance.locator("dialog[open]").get_by_role("button", name=re.compile("登记付款")).click()
    finance.wait_for_load_state()
    expect(finance.locator("main")).to_contain_text("已付")

    finance.goto(f"{base}/payments/contracts/{stage.contract.pk}/ledger/")
    expect(finance.locator("main")).to_contain_text("166,444.80")
    paper = finance.context.request.get(f"{base}/payments/milestones/{money_pk(stage)}/check.pdf")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.body())).pages)
    with scope.tenant(stage.world.tenant.pk):
        payment = Payment.objects.get(milestone_id=money_pk(stage))
        entry = LedgerEntry.objects.get(payment=payment)
        events = set(AuditEvent.objects.filter(at__date__gte=date(2024, 12, 13)).values_list("action", flat=True))
        assert (payment.amount, payment.voucher, entry.amount, entry.balance) == (
            SUM,
            "银付-2024-1220",
            -SUM,
            Decimal("0.00"),
        )
        assert {"record.submit", "record.verify"} <= events
        assert any(event.startswith(("payment", "request")) for event in events)
        assert audit.broken_links() == []
    assert "166,444.80" in text
    assert "专业小组" in text
