"""Orders to put something right: replied to, verified by somebody else, sent back, reminded, failed; both sides see one clock."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from evaluations.actions import rectification as actions
from evaluations.models import Rectification
from evaluations.queries import rectification as queries
from evaluations.rules import rectification as rules
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.evaluations.concluding import MIDTERM, SPOT_CHECK, agreed, concluded, decided, effects

DUE = date(2024, 6, 14)


@pytest.fixture
def contract(act):
    agreed(act.contract, SPOT_CHECK, MIDTERM)
    return act.contract


def ordered(act, **changes):
    values = {"issue": "回访记录缺照片", "demand": "补齐照片", "due_on": DUE, "clause": "二（一）4"} | changes
    return actions.order(act.contract, by=act.contract_manager, at=at("2024-06-03 10:00"), **values)


def replied(act, order, moment="2024-06-10 10:00"):
    return actions.reply(order, reply="已补齐 12 张", by=act.agency_manager, at=at(moment))


def judged(act, order, verb, moment="2024-06-11 10:00", **changes):
    values = {"verdict": "", "due_on": None} | changes
    return actions.verify(order, verb=verb, by=act.section_chief, at=at(moment), **values)


def test_from_order_to_verification(act, contract):
    order = ordered(act)
    assert (queries.number_of(order), str(order)) == ("QH01整〔2024〕1 号", "整改通知 1")
    replied(act, order)
    done = judged(act, order, "verify")
    assert (done.state, done.verified_by, done.replied_by) == ("verified", act.section_chief, act.agency_manager)
    assert [move.verb for move in order.moves.all()] == ["order", "reply", "verify"]
    assert ordered(act).no == 2


def test_it_goes_back_with_a_reason_and_a_new_day_as_often_as_needed(act, contract):
    order = ordered(act)
    replied(act, order)
    with pytest.raises(Refused, match="写明原因；整改须定期限"):
        judged(act, order, "return")
    judged(act, order, "return", verdict="还缺 3 张", due_on=date(2024, 6, 21))
    order.refresh_from_db()
    assert (order.state, order.due_on, queries.first_due(order)) == ("returned", date(2024, 6, 21), DUE)
    replied(act, order, "2024-06-20 10:00")
    assert judged(act, order, "verify", "2024-06-21 10:00").state == "verified"


def test_only_the_purchasers_people_order_verify_and_remind(act, contract):
    order = replied(act, ordered(act))
    for role in ("agency_manager", "bureau_finance", "subdistrict_officer", "expert"):
        by = act.members[role]
        with pytest.raises(Refused, match="甲方下达"):
            actions.order(act.contract, issue="问题", demand="要求", due_on=DUE, by=by, at=at())
        with pytest.raises(Refused, match="甲方核验"):
            actions.verify(order, verb="verify", verdict="", by=by, at=at("2024-06-11 10:00"))
        with pytest.raises(Refused, match="甲方发出"):
            actions.remind(order, words="快办", by=by, at=at("2024-06-11 10:00"))


def test_only_the_contracts_own_agency_replies_and_nobody_verifies_the_own_reply(act, contract):
    order = ordered(act)
    for person in (act.rivals["agency_manager"], act.contract_manager, act.social_worker):
        with pytest.raises(Refused):
            actions.reply(order, reply="好了", by=person, at=at("2024-06-10 10:00"))
    replied(act, order)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rectification.objects.filter(pk=order.pk).update(
            state="verified", verified_by=act.agency_manager, verified_at=at()
        )


def test_evidence_comes_with_the_reply(act, contract):
    order = ordered(act)
    with pytest.raises(Refused):
        actions.reply(
            order, reply="见附件", uploads=[SimpleUploadedFile("a.exe", b"MZ")], by=act.agency_manager, at=at()
        )
    order.refresh_from_db()
    assert (order.state, order.order_papers.count()) == ("ordered", 0)


@pytest.mark.parametrize(
    ("state", "today", "problems"),
    [
        ("ordered", date(2024, 6, 13), ["期限 2024-06-14 未到，还不能提醒整改不到位"]),
        ("ordered", date(2024, 6, 14), []),
        ("returned", date(2024, 6, 13), []),
        ("replied", date(2024, 6, 20), ["乙方已答复，先核验"]),
        ("verified", date(2024, 6, 20), ["这份整改已办结"]),
    ],
)
def test_a_reminder_is_for_what_is_late_or_came_back(state, today, problems):
    assert rules.remind_problems(state=state, due_on=DUE, today=today, words="快办") == problems


def test_the_third_reminder_of_the_contract_proposes_its_end_and_no_more(act, contract):
    first, second = ordered(act), ordered(act)
    for count, (order, moment) in enumerate([(first, "06-17"), (second, "06-18"), (first, "06-19")], 1):
        actions.remind(order, words="仍未补齐", by=act.contract_manager, at=at(f"2024-{moment} 10:00"))
        assert queries.reminders(contract).told == f"{count} / 3 次"
        assert effects(contract) == (["terminate"] if count == 3 else [])
    contract.refresh_from_db()
    assert contract.state == "active"
    assert [row.no for row in first.reminders.all()] == [1, 2]
    decided(contract, "terminate", by=act.section_chief, moment="2024-06-20 10:00", adopts=False)
    actions.remind(second, words="还是没有", by=act.contract_manager, at=at("2024-06-21 10:00"))
    assert effects(contract) == ["terminate"]


def test_reminders_of_a_withdrawn_order_count_no_more(act, contract):
    order = ordered(act)
    actions.remind(order, words="快办", by=act.contract_manager, at=at("2024-06-17 10:00"))
    actions.withdraw(order, reason="误发", by=act.contract_manager, at=at("2024-06-18 10:00"))
    assert queries.reminders(contract).given == 0
    with pytest.raises(Conflict):
        replied(act, order, "2024-06-19 10:00")


def test_silence_past_the_day_may_be_failed_and_not_before(act, contract):
    order = ordered(act)
    with pytest.raises(Refused, match="还可以答复"):
        judged(act, order, "fail", "2024-06-14 10:00", verdict="没有答复")
    assert judged(act, order, "fail", "2024-06-15 10:00", verdict="没有答复").state == "failed"


def test_adopting_a_rectification_orders_it_in_the_same_act(act, contract):
    round = concluded(contract, "E1", by=act.contract_manager, moment="2024-06-03 10:00", total="79.5", result="failed")
    row = contract.consequences.get(effect="rectify")
    with pytest.raises(Refused, match="整改须写明要求；整改须定期限"):
        decided(contract, "rectify", by=act.bureau_leader, moment="2024-06-04 10:00")
    decided(contract, "rectify", by=act.bureau_leader, moment="2024-06-04 10:00", demand="补档案", due_on=DUE)
    order = contract.rectifications.get()
    row.refresh_from_db()
    assert (order.round, order.ordered_by, row.rectification) == (round, act.bureau_leader, order)
    assert order.clause_text == "80分以下的，责令限期整改并延长一个月服务期"


def test_both_sides_see_the_same_clock(act, contract):
    order = Rectification.objects.select_related("contract__provider").get(pk=ordered(act).pk)
    now = queries.clock_of(order, on=date(2024, 6, 5))
    assert (now.role, now.elapsed, now.limit, now.due_on, now.is_late) == ("乙方", 2, 8, DUE, False)
    assert queries.clock_of(order, on=date(2024, 6, 17)).is_late
    order = queries.get_order(act.agency_manager, replied(act, order).pk, on=date(2024, 6, 11))
    then = queries.clock_of(order, on=date(2024, 6, 11))
    assert (then.role, then.name, then.elapsed, then.limit) == ("甲方", str(act.contract_manager), 1, 5)


def test_the_pages_of_both_sides_and_the_notice(act, contract, sign_in):
    order = ordered(act)
    address = f"/{act.tenant.slug}/evaluations/rectification/{order.pk}/"
    agency = sign_in(act.agency_manager)
    assert "答复整改" in agency.get(address).content.decode()
    assert agency.post(f"{address}reply/", {"reply": "已补齐"}).status_code == 302
    bureau = sign_in(act.contract_manager)
    assert bureau.post(f"{address}verify/", {"verb": "return", "verdict": ""}).status_code == 422
    assert bureau.post(f"{address}verify/", {"verb": "verify", "verdict": "齐全"}).status_code == 302
    notice = bureau.get(f"{address}notice/")
    assert (notice.status_code, notice.content[:4]) == (200, b"%PDF")
    assert sign_in(act.rivals["agency_manager"]).get(address).status_code == 404


def test_the_list_does_not_ask_more_for_more_orders(act, contract, sign_in):
    client, counts = sign_in(act.contract_manager), []
    for more in (0, 1, 2):
        for _ in range(more):
            ordered(act)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/{act.tenant.slug}/evaluations/consequences/").status_code == 200
        counts.append(len(asked))
    # The first visit also lays the session.
    assert counts[1] == counts[2]
