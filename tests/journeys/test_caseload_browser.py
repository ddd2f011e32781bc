"""The subdistrict decides from its inbox, at a desk and in the hand; a worker looks one number up; nothing for axe to find."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import expect

from caseload.actions import cases, groups, households, ledger_import, papers
from caseload.models import Case
from contracts.models import Label
from tenancy import clock, scope
from tenancy.models import AuditEvent
from tests.caseload.conftest import GOALS, INTAKE, collect, make_case, make_household, set_up_ledger
from tests.caseload.filled import required
from tests.caseload.lists import many, row, workbook
from tests.cast import make_cast

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
REGISTERS = [("household_file", "家庭档案"), ("key_household", "重点回访对象"), ("social_assistance", "社会救助对象"), ("home_visit_team", "入户小组"), ("volunteer", "志愿者"), ("phone_team", "电话回访组"), ("field_team", "实地回访组")]  # fmt: skip
DETAILS = {"employment": "无业", "education": "初中", "benefits": "低保金", "needs": "就业"}


def moment(days_ago):
    return (clock.now() - timedelta(days=days_ago)).astimezone(clock.SHANGHAI)


def closing(cast, household, days_ago):
    """A case whose closure came to the subdistrict's desk so many days ago."""
    worker, day = {"by": cast.social_worker, "at": moment(days_ago)}, clock.day_of(moment(days_ago))
    case = make_case(cast, household, f"{moment(days_ago + 60):%Y-%m-%d 10:00}", problem="失业在家，独自照顾老人")
    case = cases.note_first_contact(case, on=case.identified_on, by=cast.social_worker, at=moment(days_ago + 55))
    case = handed_in(cast, case, moment(days_ago + 50))
    case = cases.approve_intake(case, by=cast.subdistrict_officer, at=moment(days_ago + 49))
    assessed, planned = clock.day_of(moment(days_ago + 30)), clock.day_of(moment(days_ago + 28))
    case = papers.file_stage(
        case, "complete_assessment", answers={"assessment": required("assessment")}, on=assessed, **worker
    )
    both = {kind: required(kind) for kind in ("plan", "agreement")}
    case = papers.file_stage(case, "sign_plan", answers=both, on=planned, goals=GOALS, **worker)
    collect(cast, case, day, f"{moment(days_ago):%Y-%m-%d %H:%M}")
    goals = [
        {"title": "办理护理补贴", "before": "未享受", "now": "已享受", "target": "已享受"},
        {"title": "每周外出", "before": "0 次", "now": "3 次", "target": "≥2 次"},
    ]
    case = papers.file_stage(
        case, "complete_evaluation", answers={"evaluation": required("evaluation")}, on=day, goals=goals, **worker
    )
    summary = "三项目标均已达成，本人情绪稳定，社区志愿者接续探访。与本人商定结案，转入半年回访。"
    answers = {"closure": required("closure", summary=summary)}
    return papers.file_stage(case, "submit_closure", answers=answers, on=day, **worker)


def handed_in(cast, case, when):
    """The intake on the subdistrict's desk."""
    answers = {"intake": INTAKE}
    return papers.file_stage(
        case, "submit_intake", answers=answers, on=clock.day_of(when), by=cast.social_worker, at=when
    )


@pytest.fixture
def cast(transactional_db):
    """Two cases that wait for 柳林街道, and one of everything else."""
    cast = make_cast()
    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
        Label.objects.bulk_create(Label(family="register", code=code, label=label) for code, label in REGISTERS)
        old = f"{moment(90):%Y-%m-%d 09:00}"
        family = make_household(cast, name="寒露生", moment=old, address="柳林一社区 3 号楼", details=DETAILS)
        households.add_person(family, name="寒小满", relation="女儿", by=cast.social_worker, at=moment(80))
        closing(cast, family, 6)
        second = make_case(
            cast,
            make_household(cast, "柳林二社区", "秋分平", moment=old, categories=["elder_alone", "low_income"]),
            f"{moment(9):%Y-%m-%d 10:00}",
            problem="新申低保，独居",
        )
        second = cases.note_first_contact(second, on=second.identified_on, by=cast.social_worker, at=moment(8))
        handed_in(cast, second, moment(0))
        make_case(
            cast,
            make_household(cast, "柳林二社区", "冬至康", moment=old),
            f"{moment(20):%Y-%m-%d 10:00}",
            is_crisis=True,
        )
        groups.plan_group(
            contract=cast.contract,
            title="邻里互助小组",
            purpose="互助",
            area=cast.communities["柳林一社区"],
            leader=cast.social_worker,
            members=8,
            by=cast.social_worker,
            at=moment(3),
        )
        households.put_on_register(contract=cast.contract, kind="home_visit_team", label="柳林一组", area=cast.streets["柳林街道"], facts={"social_workers": 1, "volunteers": 1}, from_day=clock.day_of(moment(50)), by=cast.agency_manager, at=moment(50))  # fmt: skip
        ledger_import.check_list(
            contract=cast.contract,
            upload=workbook([row(phone="12", name="何木兰"), row(identity="1"), row(name="=1+1"), *many(12)[2:]]),
            by=cast.social_worker,
            at=moment(1),
        )
    return cast


@pytest.fixture
def visit(new_context, live_server, cast):
    """visit(member, path, width, height) → the page, signed in; at the end nothing may have been said on the console."""
    said, pages = [], []

    def opened(member, path, width=1440, height=900):
        client = Client()
        client.force_login(member.account)
        session = client.session
        session["membership"] = str(member.pk)
        session.save()
        context = new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        pages.append(page)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{live_server.url}/{cast.tenant.slug}/caseload/{path}")
        return page

    opened.said = said
    yield opened
    for page in pages:  # a fragment that is still loading would ask a database that is gone
        page.wait_for_load_state("networkidle")
    assert said == []


def state_of(cast, name_index):
    with scope.tenant(cast.tenant.pk):
        return list(Case.objects.order_by("number").values_list("state", flat=True))[name_index]


def test_an_officer_approves_a_closure_from_the_desk_with_the_keyboard(visit, cast):
    page = visit(cast.subdistrict_officer, "approvals/")
    expect(page.get_by_role("heading", name="结案审批　寒露生")).to_be_visible()
    page.locator("body").press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="接案审批　秋分平")).to_be_visible()
    expect(page.locator(".inbox > li.on")).to_contain_text("秋分平")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="结案审批　寒露生")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("#messages")).to_contain_text("已批准结案：寒露生")
    expect(page.get_by_role("heading", name="接案审批　秋分平")).to_be_visible()
    assert state_of(cast, 0) == "closed"


def test_sending_back_asks_for_the_reason_first(visit, cast):
    page = visit(cast.subdistrict_officer, "approvals/")
    page.keyboard.press("r")
    expect(page.get_by_label("审批意见")).to_be_focused()
    page.get_by_role("button", name="缺本人签名").click()
    expect(page.get_by_label("审批意见")).to_have_value("缺本人签名")
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("已退回结案：寒露生")
    assert state_of(cast, 0) == "open"


def test_an_officer_approves_in_the_hand(visit, cast):
    page = visit(cast.subdistrict_officer, "approvals/", 390, 844)
    page.get_by_role("link", name="寒露生").click()
    expect(page.get_by_role("heading", name="结案　寒露生")).to_be_visible()
    page.get_by_role("button", name="批准结案").click()
    expect(page.locator("#messages")).to_contain_text("已批准结案：寒露生")
    assert state_of(cast, 0) == "closed"


def test_one_number_is_shown_with_a_purpose_and_goes_with_the_page(visit, cast):
    page = visit(cast.social_worker, "households/")
    page.get_by_role("link", name="QH01-H-0001").click()
    row = page.get_by_role("row").filter(has_text="户主").last
    expect(row).to_contain_text("138****0001")
    page.wait_for_load_state()  # the row is there before the script that opens the dialog
    row.get_by_role("button", name=re.compile("查看.*电话")).click()
    page.get_by_role("dialog").get_by_label("联系本人或家属").check()
    page.get_by_role("dialog").get_by_role("button", name="查看", exact=True).click()
    expect(row).to_contain_text("13800000001")
    page.reload()
    expect(row).not_to_contain_text("13800000001")
    with scope.tenant(cast.tenant.pk):
        event = AuditEvent.objects.get(action="person.revealed")
        assert (event.fields_seen, event.detail["purpose"]) == (["person.phone"], "联系本人或家属")


def pages(cast):
    """(member, path) of every page of the caseload."""
    with scope.tenant(cast.tenant.pk):
        case, waiting, crisis = Case.objects.order_by("number")
        home = f"households/{case.household_id}/"
        checked, group = ledger_import.LedgerImport.objects.get().pk, case.contract.groups.get().pk
        paper = case.case_papers.filter(kind="evaluation").get().pk
    worker = [
        "households/",
        "households/new/",
        home,
        f"{home}ledger/",
        f"{home}category/",
        f"{home}register/",
        f"{home}paper/",
        f"{home}case/",
        "import/",
        f"import/{checked}/",
        f"import/{checked}/columns/",
        "cases/",
        f"cases/{case.pk}/",
    ]
    worker += [
        f"cases/{crisis.pk}/",
        f"cases/{crisis.pk}/first-contact/",
        f"cases/{case.pk}/plan/",
        f"cases/{case.pk}/form/?kind=process",
        f"cases/{case.pk}/closure/",
        f"cases/{case.pk}/paper/",
        f"case-papers/{paper}/",
    ]
    worker += [
        "groups/",
        "groups/new/",
        f"groups/{group}/",
        f"groups/{group}/paper/",
    ]
    office = [
        "approvals/",
        f"approvals/{case.pk}/",
        f"approvals/{waiting.pk}/",
        "approvals/decided/",
        f"cases/{case.pk}/",
        home,
    ]
    return [(cast.social_worker, path) for path in worker] + [(cast.subdistrict_officer, path) for path in office]


# At 1280 the page is the desk's, only narrower: what axe finds there it finds at 1440.
SIZES = ((1440, 900, True), (1280, 768, False), (390, 844, True))


def test_axe_finds_nothing_and_nothing_runs_off_the_side(visit, cast):
    page = visit(cast.social_worker, "households/", 1440, 900)
    address = page.url.removesuffix("households/")
    who = cast.social_worker
    for member, path in pages(cast):
        if member != who:
            page, who = visit(member, path, 1440, 900), member
        else:
            page.goto(address + path)
        for width, height, is_searched in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            violations = Axe().run(page, options=WCAG).response["violations"] if is_searched else []
            found = [(path, width, one["id"], [node["target"] for node in one["nodes"]]) for one in violations]
            assert found == []
            assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, width)
