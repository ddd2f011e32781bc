"""From request to money: each step by its own person, on a check that has not changed."""

from datetime import date
from decimal import Decimal as D
from uuid import uuid4

import pytest

from contracts.models import OpenReading
from documents.models import Snapshot
from payments import queries
from payments.actions import invoices, open_milestones, payment, requests
from payments.models import Approval, LedgerEntry, Milestone, Payment, PaymentRequest, RequestMove
from tenancy import audit
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.payments import arranged

NOON = at("2024-01-04 12:00")


@pytest.fixture
def ready(act, first):
    """The first milestone with everything in order."""
    arranged.invoiced(first, act.agency_finance)
    return first


def test_milestones_come_from_the_terms_and_the_contract_is_booked(act, milestones):
    assert [(milestone.no, milestone.title, milestone.amount) for milestone in milestones] == [
        (1, "首付款 70%", D("70000.00")),
        (2, "尾款 30%", D("30000.00")),
    ]
    assert list(LedgerEntry.objects.values_list("no", "kind", "amount", "balance")) == [
        (1, "commitment", D("100000.00"), D("100000.00"))
    ]


def test_opening_again_changes_nothing_and_an_amendment_is_booked(act, milestones):
    assert open_milestones(act.contract, by=act.contract_manager, at=at()) == milestones
    act.contract.amount = D("110000.00")
    act.contract.save()
    assert [milestone.amount for milestone in open_milestones(act.contract, by=act.contract_manager, at=at())] == [
        D("77000.00"),
        D("33000.00"),
    ]
    assert list(LedgerEntry.objects.values_list("amount", "balance", "note")) == [
        (D("100000.00"), D("100000.00"), "合同签订"),
        (D("10000.00"), D("110000.00"), "合同价款变更"),
    ]


def test_an_amendment_does_not_touch_a_milestone_under_way(act, ready):
    arranged.advanced(act, ready, until="submitted")
    act.contract.amount = D("110000.00")
    act.contract.save()
    with pytest.raises(Refused, match="首付款 70%已有付款申请"):
        open_milestones(act.contract, by=act.contract_manager, at=at())


def test_four_people_bring_a_request_to_money(act, ready):
    paid = arranged.paid(act, arranged.advanced(act, ready))
    request, milestone = PaymentRequest.objects.get(), Milestone.objects.get(pk=ready.pk)
    assert (paid.amount, paid.voucher, request.state, milestone.state) == (D("70000.00"), "银付-0001", "paid", "paid")
    assert list(Approval.objects.values_list("step", "decision", "by__account__name")) == [
        ("check", "approved", "周砚秋"),
        ("review", "approved", "秦望舒"),
        ("approve", "approved", "陆长亭"),
        ("pay", "paid", "顾明灯"),
    ]
    assert list(RequestMove.objects.values_list("verb", "to_state")) == [
        ("submit", "submitted"),
        ("check", "checked"),
        ("review", "reviewed"),
        ("approve", "approved"),
        ("pay", "paid"),
    ]
    assert [(entry.no, entry.amount, entry.balance) for entry in LedgerEntry.objects.all()] == [
        (1, D("100000.00"), D("100000.00")),
        (2, D("-70000.00"), D("30000.00")),
    ]
    assert [event.action for event in audit.history(request)] == [
        "payment.requested",
        "payment.checked",
        "payment.reviewed",
        "payment.approved",
        "payment.paid",
    ]
    assert audit.broken_links() == []


def test_every_step_rests_on_the_same_frozen_check(act, ready):
    arranged.paid(act, arranged.advanced(act, ready))
    digests = {
        *Approval.objects.values_list("digest", flat=True),
        *Snapshot.objects.filter(kind="eligibility").values_list("digest", flat=True),
    }
    assert len(digests) == 1
    frozen = queries.access.get_frozen(ready, digests.pop())
    assert (frozen.data["result"], [row["code"] for row in frozen.data["conditions"]]) == (
        "met",
        ["contract_signed", "invoice", "ceiling"],
    )


def test_the_handler_cannot_send_on_what_is_not_met(act, first):
    request = requests.submit_request(first, by=act.agency_manager, at=NOON)
    with pytest.raises(Refused) as refusal:
        requests.check_request(request, by=act.contract_manager, at=NOON)
    assert refusal.value.message == "有 1 项条件未满足，不能送审"
    assert refusal.value.problems == ["乙方开具等额正式发票：须为 70,000.00 元，购买方为青河区民政局"]
    assert (PaymentRequest.objects.get().state, Approval.objects.count()) == ("submitted", 0)


def test_a_reading_that_nobody_decided_stops_the_last_payment(act, milestones):
    first, last = milestones
    arranged.first_paid(act, first)
    arranged.delivered(act.contract, act.agency_manager, act.contract_manager)
    arranged.accepted(act, act.contract)
    arranged.invoiced(last, act.agency_finance, number="24110000000000000002", moment="2024-12-09 09:00")
    reading = OpenReading.objects.create(
        contract=act.contract,
        code="A-01",
        title="完成时限不一致",
        about=["payment_terms"],
        problem="两处不同",
        treatment="由甲方选定",
        choices={"deadline": "以 2024-11-30 为准", "phases": "以附件2 为准"},
    )
    on = date(2024, 12, 9)
    assert queries.check_milestone(last, on=on).result == "unknown"
    OpenReading.objects.filter(pk=reading.pk).update(
        decision="deadline", reason="付款条款写明", decided_by=act.contract_manager, decided_at=at("2024-12-09 10:00")
    )
    check = queries.check_milestone(last, on=on)
    assert check.result == "met"
    assert {row.code: row.actual for row in check.conditions}[
        "reading.A-01"
    ] == "以 2024-11-30 为准（周砚秋 2024-12-09）"


@pytest.mark.parametrize(
    ("step", "state", "roles"),
    [
        ("check_request", "submitted", {"contract_manager", "station_staff"}),
        ("review_request", "checked", {"section_chief"}),
        ("approve_request", "reviewed", {"bureau_leader", "station_head"}),
    ],
)
def test_only_the_steps_own_role_takes_it(act, ready, step, state, roles):
    request = arranged.advanced(act, ready, until=state)
    for role, member in act.members.items():
        if role not in roles:
            with pytest.raises(Refused, match="不能办理"):
                getattr(requests, step)(request, by=member, at=NOON)
    assert PaymentRequest.objects.get().state == state


def test_only_finance_pays(act, ready):
    request = arranged.advanced(act, ready)
    for role, member in act.members.items():
        if role != "bureau_finance":
            with pytest.raises(Refused, match="不能办理：登记付款"):
                arranged.paid(act, request, by=member)
    assert Payment.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "member"), [("contract_manager", None), ("bureau_finance", None), ("agency_manager", "rival")]
)
def test_only_the_contracts_own_agency_requests(act, ready, role, member):
    by = act.rivals[role] if member else act.members[role]
    with pytest.raises(Refused):
        requests.submit_request(ready, by=by, at=NOON)
    assert PaymentRequest.objects.count() == 0


def in_another_role(act, member, role):
    """The same account with a further role in the bureau."""
    from tenancy import actions
    from tenancy.models import Membership

    made = actions.add_membership(
        account=member.account, organisation=act.contract.purchaser, role=role, by=None, at=at()
    )
    return Membership.objects.select_related("account", "organisation", "tenant").get(pk=made.pk)


@pytest.mark.parametrize(
    ("who", "role", "state", "act_on", "words"),
    [
        ("contract_manager", "section_chief", "checked", requests.review_request, "核验人是你，审核须由另一人办理"),
        ("section_chief", "bureau_leader", "reviewed", requests.approve_request, "审核人是你，批准须由另一人办理"),
        (
            "agency_manager",
            "contract_manager",
            "submitted",
            requests.check_request,
            "申请是你提交的，核验须由另一人办理",
        ),
    ],
)
def test_one_person_in_two_roles_decides_once(act, ready, who, role, state, act_on, words):
    request = arranged.advanced(act, ready, until=state)
    with pytest.raises(Refused, match=words):
        act_on(request, by=in_another_role(act, act.members[who], role), at=NOON)


def test_the_leader_cannot_pay_as_finance(act, ready):
    request = arranged.advanced(act, ready)
    with pytest.raises(Refused, match="批准人是你，付款须由另一人办理"):
        arranged.paid(act, request, by=in_another_role(act, act.bureau_leader, "bureau_finance"))


def test_a_return_needs_reason_and_limit_and_the_next_request_is_a_new_round(act, first):
    request = requests.submit_request(first, by=act.agency_manager, at=NOON)
    with pytest.raises(Refused) as refusal:
        requests.return_request(request, reason=" ", correct_by=None, by=act.contract_manager, at=NOON)
    assert refusal.value.problems == ["退回须写明原因", "退回须写明补正期限"]
    requests.return_request(
        request, reason="一、缺发票。", correct_by=date(2024, 1, 11), by=act.contract_manager, at=NOON
    )
    arranged.invoiced(first, act.agency_finance)
    again = arranged.advanced(act, first, moment="2024-01-08 10:00")
    assert (again.round, again.state, PaymentRequest.objects.get(round=1).state) == (2, "approved", "returned")


@pytest.mark.parametrize("state", ["submitted", "checked", "reviewed", "approved"])
def test_the_holder_of_any_step_can_return(act, ready, state):
    request = arranged.advanced(act, ready, until=state)
    holder = {
        "submitted": act.contract_manager,
        "checked": act.section_chief,
        "reviewed": act.bureau_leader,
        "approved": act.bureau_finance,
    }[state]
    returned = requests.return_request(request, reason="凭证不清", correct_by=date(2024, 1, 11), by=holder, at=NOON)
    assert (returned.state, Approval.objects.latest("at").decision) == ("returned", "returned")


def test_nobody_else_returns(act, ready):
    request = arranged.advanced(act, ready, until="checked")
    for member in (act.contract_manager, act.bureau_leader, act.bureau_finance, act.agency_manager):
        with pytest.raises(Refused, match="不能办理"):
            requests.return_request(request, reason="不", correct_by=date(2024, 1, 11), by=member, at=NOON)


def test_the_agency_withdraws_only_what_nobody_has_checked(act, ready):
    request = arranged.advanced(act, ready, until="submitted")
    assert requests.withdraw_request(request, by=act.agency_finance, at=NOON).state == "withdrawn"
    checked = arranged.advanced(act, ready, until="checked")
    with pytest.raises(Conflict, match="甲方已在办理，不能撤回"):
        requests.withdraw_request(checked, by=act.agency_manager, at=NOON)


@pytest.mark.parametrize("state", ["checked", "reviewed"])
def test_changed_conditions_void_the_approvals_and_say_why(act, ready, state):
    request = arranged.advanced(act, ready, until=state)
    invoices.void_invoice(ready.invoices.get(), reason="开错", by=act.agency_finance, at=NOON)
    act_on, holder = {
        "checked": (requests.review_request, act.section_chief),
        "reviewed": (requests.approve_request, act.bureau_leader),
    }[state]
    back = act_on(request, by=holder, at=NOON)
    assert (back.state, back.run, RequestMove.objects.latest("at", "id").verb) == ("submitted", 2, "void")
    assert (
        back.moves.latest("at", "id").reason
        == "核验之后条件有变化：乙方开具等额正式发票：70,000.00（24110000000000000001） → 未登记"
    )
    arranged.invoiced(ready, act.agency_finance, number="24110000000000000002")
    for role, step in arranged.STEPS:
        back = step(back, by=act.members[role], at=NOON)
    assert arranged.paid(act, back).amount == D("70000.00")


def test_changed_conditions_stop_the_payment_itself(act, ready):
    request = arranged.advanced(act, ready)
    invoices.void_invoice(ready.invoices.get(), reason="开错", by=act.agency_finance, at=NOON)
    assert arranged.paid(act, request) is None
    assert (PaymentRequest.objects.get().state, Payment.objects.count()) == ("submitted", 0)


@pytest.mark.parametrize(
    ("voucher", "day", "problem"),
    [
        (" ", "2024-01-05", "凭证号未填"),
        ("1", "2024-01-06", "付款日期不得晚于今天"),
        ("1", "2024-01-03", "付款日期不得早于批准日期 2024-01-04"),
    ],
)
def test_a_payment_needs_a_voucher_and_a_day_that_can_be(act, ready, voucher, day, problem):
    request = arranged.advanced(act, ready)
    with pytest.raises(Refused) as refusal:
        payment.pay(
            request,
            voucher=voucher,
            paid_on=date.fromisoformat(day),
            token=uuid4(),
            by=act.bureau_finance,
            at=at("2024-01-05 10:00"),
        )
    assert refusal.value.problems == [problem]


def test_the_same_form_sent_twice_pays_once_and_answers_twice(act, ready):
    request, token = arranged.advanced(act, ready), uuid4()
    once = arranged.paid(act, request, token=token)
    assert arranged.paid(act, request, token=token) == once
    assert (Payment.objects.count(), LedgerEntry.objects.filter(kind="payment").count()) == (1, 1)


def test_the_same_form_with_other_contents_is_refused(act, ready):
    request, token = arranged.advanced(act, ready), uuid4()
    arranged.paid(act, request, token=token)
    with pytest.raises(Conflict, match="这张付款单已用过，内容不同"):
        arranged.paid(act, request, token=token, voucher="银付-0002")


def test_a_second_form_finds_the_request_paid(act, ready):
    request = arranged.advanced(act, ready)
    arranged.paid(act, request)
    with pytest.raises(Conflict, match="这笔申请不在等付款"):
        arranged.paid(act, request, voucher="银付-0002")


def test_a_voucher_number_serves_once(act, milestones):
    first, last = milestones
    arranged.first_paid(act, first)
    arranged.delivered(act.contract, act.agency_manager, act.contract_manager)
    arranged.accepted(act, act.contract)
    arranged.invoiced(last, act.agency_finance, number="24110000000000000002", moment="2024-12-09 09:00")
    request = arranged.advanced(act, last, moment="2024-12-10 10:00")
    with pytest.raises(Refused, match="这个凭证号已登记"):
        arranged.paid(act, request, moment="2024-12-11 10:00")
    assert arranged.paid(act, request, voucher="银付-0002", moment="2024-12-11 10:00").amount == D("30000.00")
    assert LedgerEntry.objects.latest("no").balance == 0
