"""The pages of money: who sees what, what may be pressed, what a press does, and how many statements it takes."""

from datetime import date
from decimal import Decimal as D
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from payments.actions import open_milestones, requests
from payments.models import Invoice, LedgerEntry, Milestone, Payment, PaymentRequest
from tenancy import clock, scope
from tests.cast import at
from tests.payments import arranged

BUREAU = ("contract_manager", "section_chief", "bureau_leader", "bureau_finance", "auditor")
NO_MONEY = (
    "subdistrict_officer",
    "social_worker",
    "supervisor",
    "quality_control",
    "expert",
    "system_admin",
    "audit_admin",
)


def address(cast, name, pk=None, **more):
    known = {"pk": pk} if pk else {}
    return reverse(f"payments:{name}", kwargs={"tenant": cast.tenant.slug, **known, **more})


@pytest.fixture
def stage(cast):
    """The cast with its two milestones; nothing is open, so that requests open their own scope."""
    with scope.tenant(cast.tenant.pk):
        cast.first, cast.last = arranged.seventy_thirty(cast.contract, cast.contract_manager)
    return cast


def get(stage, sign_in, role, name, pk=None, **query):
    member = stage.members.get(role) or stage.rivals[role]
    return sign_in(member).get(address(stage, name, pk), query)


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("role", [*BUREAU, "agency_manager", "agency_finance"])
def test_those_who_may_see_money_see_every_page(stage, sign_in, role):
    client = sign_in(stage.members[role])
    for name, pk in (
        ("milestones", None),
        ("inbox", None),
        ("milestone", stage.last.pk),
        ("ledger", stage.contract.pk),
        ("contract_chain", stage.contract.pk),
    ):
        assert (name, client.get(address(stage, name, pk)).status_code) == (name, 200)


@pytest.mark.parametrize("role", NO_MONEY)
def test_those_without_money_see_none_of_it(stage, sign_in, role):
    client = sign_in(stage.members[role])
    for name, pk in (
        ("milestones", None),
        ("milestone", stage.last.pk),
        ("ledger", stage.contract.pk),
        ("contract_chain", stage.contract.pk),
    ):
        assert (name, client.get(address(stage, name, pk)).status_code) == (name, 403)


def test_a_rival_finds_nothing_even_with_a_read_grant(stage, sign_in):
    from contracts.models import ReadGrant

    with scope.tenant(stage.tenant.pk):
        ReadGrant.objects.create(
            contract=stage.contract, organisation=stage.rival, reason="督导", from_day=date(2024, 1, 2)
        )
    client = sign_in(stage.rivals["agency_manager"])
    assert "精准救助" not in text(client.get(address(stage, "milestones")))
    for name, pk in (
        ("milestone", stage.last.pk),
        ("check_paper", stage.last.pk),
        ("ledger", stage.contract.pk),
        ("contract_chain", stage.contract.pk),
    ):
        assert (name, client.get(address(stage, name, pk)).status_code) == (name, 404)


def test_strangers_find_nothing(stage, strangers, sign_in):
    client = sign_in(strangers.contract_manager)
    for name, pk in (("milestone", stage.last.pk), ("ledger", stage.contract.pk)):
        assert (
            client.get(reverse(f"payments:{name}", kwargs={"tenant": strangers.tenant.slug, "pk": pk})).status_code
            == 404
        )
    assert client.get(address(stage, "milestones")).status_code == 404


def test_the_check_says_what_one_subdistrict_lacks_and_who_mends_it(stage, sign_in):
    with scope.tenant(stage.tenant.pk):
        arranged.group_indicator(stage.contract)
        arranged.groups(stage, {"柳林街道": 2, "石桥街道": 2, "云岭镇": 1})
        stage.last.term.triggers = ["indicators_complete"]
        stage.last.term.save()
    page = text(get(stage, sign_in, "contract_manager", "milestone", stage.last.pk))
    row = page.split('class="fy-t top cond"')[1].split("专业小组，每街镇 ≥ 2 个")[1].split("</tr>")[0]
    cells = [cell.split(">", 1)[1].split("</td>")[0] for cell in row.split("<td")[1:]]
    assert cells[:4] == ["6 个", "5", "<b>差 1 个，云岭镇</b>", "许星河"]
    assert "许星河 1 项：专业小组 差 1 个，云岭镇" in page


def test_only_open_conditions_are_shown_on_request(stage, sign_in):
    shown = text(get(stage, sign_in, "contract_manager", "milestone", stage.first.pk, show="open"))
    table = shown.split('class="fy-t top cond"')[1].split("</table>")[0]
    assert ("等额正式发票" in table, "累计付款不超过合同价款" in table) == (True, False)


def test_the_button_is_off_while_a_condition_is_open_and_says_why(stage, sign_in):
    with scope.tenant(stage.tenant.pk):
        requests.submit_request(stage.first, by=stage.agency_manager, at=at("2024-01-04 10:00"))
    page = text(get(stage, sign_in, "contract_manager", "milestone", stage.first.pk))
    assert 'data-dialog="step" disabled aria-describedby="why-not"' in page
    assert "不能送审：有 1 项条件未满足或待确认。" in page
    assert "一、乙方开具等额正式发票：须为 70,000.00 元，购买方为青河区民政局。" in page


def test_a_press_past_the_disabled_button_changes_nothing(stage, sign_in):
    with scope.tenant(stage.tenant.pk):
        request = requests.submit_request(stage.first, by=stage.agency_manager, at=at("2024-01-04 10:00"))
    answer = sign_in(stage.contract_manager).post(address(stage, "check_request", request.pk), follow=True)
    assert "有 1 项条件未满足，不能送审；乙方开具等额正式发票" in text(answer)
    with scope.tenant(stage.tenant.pk):
        assert PaymentRequest.objects.get().state == "submitted"


def press(stage, sign_in, role, name, pk, **data):
    return sign_in(stage.members[role]).post(address(stage, name, pk), data, follow=True)


def invoice_data(stage, **changes):
    values = {
        "number": "24110000000000000001",
        "code": "",
        "amount": "70000.00",
        "issued_on": "2024-01-03",
        "buyer": "青河区民政局",
        "seller": "同心社工服务中心",
    }
    return values | changes


def test_from_invoice_to_money_in_the_browser(stage, sign_in):
    press(stage, sign_in, "agency_finance", "register_invoice", stage.first.pk, **invoice_data(stage))
    press(stage, sign_in, "agency_manager", "submit_request", stage.first.pk)
    with scope.tenant(stage.tenant.pk):
        request = PaymentRequest.objects.get()
    for role, name in (
        ("contract_manager", "check_request"),
        ("section_chief", "review_request"),
        ("bureau_leader", "approve_request"),
    ):
        press(stage, sign_in, role, name, request.pk)
    today, token = f"{clock.today():%Y-%m-%d}", str(uuid4())
    for _ in range(2):
        answer = press(
            stage, sign_in, "bureau_finance", "pay", request.pk, voucher="银付-0001", paid_on=today, token=token
        )
        assert "已登记付款 70,000.00 元，凭证 银付-0001" in text(answer)
    with scope.tenant(stage.tenant.pk):
        assert (Payment.objects.get().amount, Milestone.objects.get(pk=stage.first.pk).state) == (D("70000.00"), "paid")
        assert [entry.balance for entry in LedgerEntry.objects.all()] == [D("100000.00"), D("30000.00")]
    assert "−70,000.00" in text(get(stage, sign_in, "auditor", "ledger", stage.contract.pk))


def test_a_wrong_invoice_comes_back_with_its_faults_and_entries(stage, sign_in):
    answer = press(
        stage,
        sign_in,
        "agency_finance",
        "register_invoice",
        stage.first.pk,
        **invoice_data(stage, number="123", amount="1.00"),
    )
    assert answer.status_code == 400
    assert "发票号码应为 20 位数字，或 8 位数字加发票代码，现为 3 位" in text(answer)
    assert (
        'value="123"' in text(answer),
        'id="register-invoice" aria-labelledby="invoice-title" data-open' in text(answer),
    ) == (True, True)


def photo():
    made = BytesIO()
    Image.new("RGB", (60, 40), "white").save(made, "JPEG")
    return SimpleUploadedFile("发票.jpg", made.getvalue(), "image/jpeg")


def test_the_invoices_file_is_seen_by_both_sides_and_by_nobody_else(stage, sign_in):
    press(stage, sign_in, "agency_finance", "register_invoice", stage.first.pk, **invoice_data(stage, upload=photo()))
    with scope.tenant(stage.tenant.pk):
        invoice = Invoice.objects.get()
    codes = []
    for member in (stage.bureau_finance, stage.agency_manager, stage.rivals["agency_manager"], stage.social_worker):
        answer = sign_in(member).get(address(stage, "invoice_file", invoice.pk))
        codes.append(answer.status_code)
        if answer.streaming:
            assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"
    assert codes == [200, 200, 404, 403]


def test_a_return_without_a_reason_keeps_the_page_and_the_date(stage, sign_in):
    with scope.tenant(stage.tenant.pk):
        request = requests.submit_request(stage.first, by=stage.agency_manager, at=at("2024-01-04 10:00"))
    answer = press(
        stage, sign_in, "contract_manager", "return_from_check", request.pk, reason="", correct_by="2099-01-11"
    )
    assert (answer.status_code, 'value="2099-01-11"' in text(answer)) == (400, True)
    answer = press(
        stage,
        sign_in,
        "contract_manager",
        "return_from_check",
        request.pk,
        reason="一、缺发票。",
        correct_by="2099-01-11",
    )
    assert "已退回乙方，补正期限 01-11" in text(answer)
    assert "付款申请" not in text(get(stage, sign_in, "contract_manager", "inbox"))
    assert "首付款 70%申请补正" in text(get(stage, sign_in, "agency_manager", "inbox"))


@pytest.mark.parametrize(
    ("role", "state"),
    [
        ("contract_manager", "submitted"),
        ("section_chief", "checked"),
        ("bureau_leader", "reviewed"),
        ("bureau_finance", "approved"),
    ],
)
def test_each_inbox_holds_what_waits_for_its_role(stage, sign_in, role, state):
    with scope.tenant(stage.tenant.pk):
        arranged.invoiced(stage.first, stage.agency_finance)
        arranged.advanced(stage, stage.first, until=state)
    holding = {
        other
        for other in ("contract_manager", "section_chief", "bureau_leader", "bureau_finance")
        if "首付款 70%申请" in text(get(stage, sign_in, other, "inbox"))
    }
    assert holding == {role}


def test_one_who_has_decided_is_told_who_may_go_on(stage, sign_in):
    from tests.payments.test_flow import in_another_role

    with scope.tenant(stage.tenant.pk):
        arranged.invoiced(stage.first, stage.agency_finance)
        arranged.advanced(stage, stage.first, until="checked")
        stage.members["double"] = in_another_role(stage, stage.contract_manager, "section_chief")
    page = text(get(stage, sign_in, "double", "milestone", stage.first.pk))
    assert "你不能审核这笔付款。" in page
    assert "核验人是你，审核须由另一人办理" in page
    assert 'data-dialog="step"' not in page


def test_the_paper_of_the_check_reads_like_the_screen(stage, sign_in):
    answer = get(stage, sign_in, "auditor", "check_paper", stage.first.pk)
    paper = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert answer["Content-Type"] == "application/pdf"
    for words in ("付款条件核对表", "▼ 未满足", "● 满足", "70,000.00 元", "核验人：", "批准人："):
        assert words in paper


def test_a_frozen_check_comes_out_again(stage, sign_in):
    with scope.tenant(stage.tenant.pk):
        arranged.first_paid(stage, stage.first)
        digest = PaymentRequest.objects.get().snapshot.digest
    url = reverse("payments:frozen_paper", kwargs={"tenant": stage.tenant.slug, "pk": stage.first.pk, "digest": digest})
    client = sign_in(stage.auditor)
    assert client.get(url).content == client.get(url).content
    assert client.get(url.replace(digest, "0" * 64)).status_code == 404


def test_the_chain_shows_what_is_done_and_whose_hand_the_next_is_in(stage, sign_in):
    with scope.tenant(stage.tenant.pk):
        arranged.first_paid(stage, stage.first)
        requests.submit_request(stage.last, by=stage.agency_manager, at=at("2024-12-02 10:00"))
    fragment = text(get(stage, sign_in, "contract_manager", "contract_chain", stage.contract.pk))
    links = [
        (
            part.split('"')[0],
            part.split("<b>")[1]
            .split("</b>")[0]
            .split(">")[-2 if "</a>" in part.split("</b>")[0] else -1]
            .removesuffix("</a"),
        )
        for part in fragment.split('<li class="')[1:]
    ]
    assert links == [
        ("done", "签订合同"),
        ("done", "首付款 70%"),
        ("now", "提交正式成果"),
        ("", "验收"),
        ("", "尾款 30%"),
        ("done", "服务期满"),
    ]
    assert "现在在：经办人 周砚秋（你）" in fragment
    assert "去核验" in fragment


def more_contracts(stage, number):
    with scope.tenant(stage.tenant.pk):
        for place in range(number):
            contract = arranged.another_contract(stage, f"QH{place + 10}")
            for milestone in arranged.seventy_thirty(contract, stage.contract_manager):
                requests.submit_request(milestone, by=stage.agency_manager, at=at("2024-01-04 10:00"))


@pytest.mark.parametrize("name", ["milestones", "inbox"])
def test_lists_take_as_many_statements_for_many_rows_as_for_few(stage, sign_in, name, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    more_contracts(stage, 1)
    client = sign_in(stage.contract_manager)
    client.get(address(stage, name))
    with CaptureQueriesContext(connection) as few:
        client.get(address(stage, name))
    with scope.tenant(stage.tenant.pk):
        for place in range(3):
            contract = arranged.another_contract(stage, f"QH{place + 50}")
            for milestone in arranged.seventy_thirty(contract, stage.contract_manager):
                requests.submit_request(milestone, by=stage.agency_manager, at=at("2024-01-04 10:00"))
    with django_assert_num_queries(len(few)):
        client.get(address(stage, name))


def test_a_check_can_be_asked_for_and_is_kept_for_lists(stage, sign_in):
    assert "未核对" in text(get(stage, sign_in, "contract_manager", "milestones"))
    assert "已核对，还差 1 项" in text(press(stage, sign_in, "contract_manager", "store_check", stage.first.pk))
    assert "尚不能支付" in text(get(stage, sign_in, "contract_manager", "milestones"))


def test_the_nightly_task_checks_every_open_milestone_of_every_bureau(stage, strangers):
    from payments import tasks

    with scope.tenant(strangers.tenant.pk):
        theirs = arranged.seventy_thirty(strangers.contract, strangers.contract_manager)
    with scope.tenant(stage.tenant.pk):
        arranged.first_paid(stage, stage.first)
        assert open_milestones(stage.contract, by=None, at=at())[1] == stage.last
    assert tasks.check_all_milestones() == 2
    assert [
        tasks.check_milestones(tenant_id=bureau.tenant.pk, contract_id=str(bureau.contract.pk))
        for bureau in (stage, strangers)
    ] == [1, 2]
    for tenant, rows in ((stage.tenant, [stage.last]), (strangers.tenant, theirs)):
        with scope.tenant(tenant.pk):
            assert [Milestone.objects.get(pk=row.pk).last_check.result for row in rows] == ["unmet"] * len(rows)
