"""The contract's pages: who sees them, what stands on them, what they never show, and how much they ask of the database."""

from datetime import date

import pytest
from django.test.utils import CaptureQueriesContext

from config.contract_file import load
from contracts import actions
from contracts.models import Contract, OpenReading, ReadGrant, StaffPost
from tenancy import scope
from tenancy.models import Organisation
from tests.cast import at
from tests.contracts.conftest import arrange

PAGES = ("", "overview/", "people/")
SUMS = (
    "554,816.00",
    "388,371.20",
    "166,444.80",
    "30,800.00",
    "伍拾伍万",
    "叁拾捌万",
    "3000 元",
    "2,774.08",
    "50,000.00",
)


@pytest.fixture
def published(mentougou, loaded):
    """The Mentougou contract, made to serve the officer's subdistrict as well, with the rival's grant closed."""
    from contracts.models import ContractArea

    ContractArea.objects.create(contract=loaded, area=mentougou.streets["柳林街道"], sort=9)
    return loaded


def address(contract, tail=""):
    return f"/qinghe/contracts/{contract.pk}/{tail}"


def page(client, contract, tail=""):
    answer = client.get(address(contract, tail))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("tail", PAGES)
@pytest.mark.parametrize(
    "role",
    [
        "contract_manager",
        "section_chief",
        "bureau_leader",
        "bureau_finance",
        "agency_manager",
        "agency_finance",
        "auditor",
    ],
)
def test_parties_and_auditors_see_the_contract_with_its_money(published, mentougou, sign_in, role, tail):
    text = page(sign_in(mentougou.members[role]), published, tail)
    assert '<dt>合同价款</dt><dd class="b">554,816.00 元</dd>' in text


@pytest.mark.parametrize("tail", PAGES)
@pytest.mark.parametrize("role", ["social_worker", "supervisor", "quality_control", "subdistrict_officer"])
def test_those_who_serve_see_the_contract_without_its_money(published, mentougou, sign_in, role, tail):
    text = page(sign_in(mentougou.members[role]), published, tail)
    assert [told for told in SUMS if told in text] == []
    assert ("精准救助服务工作项目（04包）" in text, "payments" in text) == (True, False)


@pytest.mark.parametrize("tail", PAGES)
def test_another_agency_gets_404_until_a_grant_and_after_it_ends(published, mentougou, sign_in, tail):
    client, rival = sign_in(mentougou.rivals["agency_manager"]), mentougou.rival
    assert client.get(address(published, tail)).status_code == 404
    grant = actions.grant_reading(
        published,
        organisation=rival,
        reason="区级中心指导",
        from_day=date(2024, 5, 1),
        by=mentougou.contract_manager,
        at=at(),
    )
    text = page(client, published, tail)
    assert [told for told in SUMS if told in text] == []
    actions.end_grant(grant, on=date(2024, 6, 1), by=mentougou.contract_manager, at=at())
    assert client.get(address(published, tail)).status_code == 404
    assert ReadGrant.objects.get().to_day == date(2024, 5, 31)


@pytest.mark.parametrize("tail", PAGES)
def test_an_expert_sees_the_contract_to_which_it_is_posted(published, mentougou, sign_in, tail):
    client = sign_in(mentougou.expert)
    assert client.get(address(published, tail)).status_code == 404
    actions.add_staff_post(
        published,
        side="purchaser",
        post="expert",
        name="",
        membership=mentougou.expert,
        from_day=date(2024, 6, 1),
        by=mentougou.contract_manager,
        at=at(),
    )
    text = page(client, published, tail)
    assert [told for told in SUMS if told in text] == []


@pytest.mark.parametrize("tail", PAGES)
def test_another_bureau_gets_404(cast, strangers, mtg04, sign_in, tail):
    with scope.tenant(cast.tenant.pk):
        arrange(cast, mtg04)
        contract = load(mtg04, by=cast.contract_manager, at=at()).contract
    client = sign_in(strangers.contract_manager)
    assert client.get(address(contract, tail)).status_code == 404
    assert client.get(f"/baishui/contracts/{contract.pk}/{tail}").status_code == 404


@pytest.mark.parametrize("role", ["system_admin", "audit_admin"])
def test_administrators_see_no_contract(published, mentougou, sign_in, role):
    assert sign_in(mentougou.members[role]).get(address(published)).status_code == 403


def test_a_subdistrict_outside_the_contract_gets_404(mentougou, loaded, sign_in):
    assert sign_in(mentougou.subdistrict_officer).get(address(loaded)).status_code == 404


def test_the_overview_says_what_the_contract_says(published, mentougou, sign_in):
    text = page(sign_in(mentougou.contract_manager), published, "overview/")
    told = [
        "伍拾伍万肆仟捌佰壹拾陆元整",
        "ZCGH-ZB-202403009",
        "竞争性磋商",
        "388,371.20",
        "166,444.80",
        "龙门新区六区社区",
        "新村村",
        "提前 5 日",
        "6 至 12 个月",
        "晚于完成时限",
        "系统默认，合同未约定",
        "第十二条第二款第1项",
    ]
    assert [word for word in told if word not in text] == []
    assert text.count('<td class="nw" data-label="性质">正式成果') == 10


def test_the_contract_page_asks_other_apps_for_their_parts(published, mentougou, sign_in):
    text = page(sign_in(mentougou.contract_manager), published)
    parts = [
        f"/qinghe/services/contracts/{published.pk}/indicators/",
        f"/qinghe/services/contracts/{published.pk}/value/",
        f"/qinghe/payments/contracts/{published.pk}/chain/",
    ]
    assert [part for part in parts if f'hx-get="{part}"' not in text] == []
    assert ("3 个街镇" in text or "4 个街镇" in text, "2,774.08" in text, "累计超过 5 次或超过 10 日" in text) == (
        True,
        True,
        True,
    )


def test_the_parts_that_the_page_asks_for_answer(published, mentougou, sign_in):
    client = sign_in(mentougou.contract_manager)
    for part in (
        f"services/contracts/{published.pk}/indicators/",
        f"services/contracts/{published.pk}/value/",
        f"payments/contracts/{published.pk}/chain/",
    ):
        assert (part, client.get(f"/qinghe/{part}").status_code) == (part, 200)


def statements(client, path):
    from django.db import connection

    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_the_list_asks_the_same_with_one_contract_and_with_three(published, mentougou, sign_in):
    client = sign_in(mentougou.contract_manager)
    Contract.objects.exclude(pk=published.pk).delete()
    client.get("/qinghe/contracts/")
    one = statements(client, "/qinghe/contracts/")
    for number in (2, 3):
        Contract.objects.create(
            code=f"X{number}", title="社工站运营", short_title="社工站", purchaser=published.purchaser
        )
    assert statements(client, "/qinghe/contracts/") == one


@pytest.mark.parametrize("tail", PAGES)
def test_a_contract_page_asks_the_same_with_one_row_and_with_three(published, mentougou, sign_in, tail):
    client = sign_in(mentougou.contract_manager)
    for post in ("expert", "liaison"):
        StaffPost.objects.create(contract=published, name="程远", post=post, side="provider", from_day=date(2024, 5, 1))
    client.get(address(published, tail))
    before = statements(client, address(published, tail))
    for number in range(6):
        StaffPost.objects.create(
            contract=published,
            name=f"志愿者{number}",
            post="volunteer",
            side="provider",
            from_day=date(2024, 5, 1),
            is_verified=number > 2,
        )
        OpenReading.objects.create(
            contract=published, code=f"B-{number}", title="口径", problem="问题", treatment="处理", sort=99
        )
        organisation = Organisation.objects.create(name=f"机构{number}", short_name=f"机构{number}", kind="provider")
        ReadGrant.objects.create(
            contract=published, organisation=organisation, reason="指导", from_day=date(2024, 5, 1)
        )
    assert statements(client, address(published, tail)) == before


def test_the_list_says_when_the_next_deadline_is(published, mentougou, sign_in):
    from contracts import queries

    row = next(
        row
        for row in queries.listed(mentougou.contract_manager, on=date(2024, 11, 20))
        if row.contract.pk == published.pk
    )
    assert (row.deadline, row.days_left, row.shows_money) == (date(2024, 11, 30), 7, True)
    assert next(
        row.deadline
        for row in queries.listed(mentougou.contract_manager, on=date(2024, 12, 2))
        if row.contract.pk == published.pk
    ) == date(2025, 4, 17)


def test_an_empty_list_says_so(mentougou, sign_in):
    with scope.tenant(mentougou.tenant.pk):
        StaffPost.objects.all().delete()
    assert "还没有合同" in sign_in(mentougou.expert).get("/qinghe/contracts/").content.decode()


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        (
            "contract_manager",
            ["概况", "指标", "服务记录", "个案", "台账与登记", "报告", "检查与评估", "支付", "人员", "文件"],
        ),
        ("social_worker", ["概况", "指标", "服务记录", "个案", "台账与登记", "报告", "检查与评估", "人员", "文件"]),
        ("bureau_finance", ["概况", "指标", "检查与评估", "支付", "人员"]),
        ("agency_finance", ["概况", "指标", "支付", "人员"]),
    ],
)
def test_tabs_lead_to_what_the_member_may_open(published, mentougou, sign_in, role, labels):
    client = sign_in(mentougou.members[role])
    tabs = client.get(address(published)).context["tabs"]
    assert [label for label, _, _ in tabs] == labels
    assert [(label, client.get(where).status_code) for label, where, _ in tabs] == [(label, 200) for label in labels]


@pytest.mark.parametrize("tail", PAGES)
def test_a_contract_that_says_little_is_shown_too(act, sign_in, tail):
    text = f"format: 1\ncontract: {{code: X1, title: 社工站运营, short_title: 社工站}}\nparties: {{purchaser: {{name: {act.contract.purchaser.name}}}}}\nacceptance: {{scheme: pass_fail, organiser: purchaser}}\n"
    client = sign_in(act.contract_manager)
    assert "未定" in page(client, load(text, by=act.contract_manager, at=at()).contract, tail)
    assert page(client, act.contract, tail)
