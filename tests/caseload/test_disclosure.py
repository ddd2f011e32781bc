"""A child's values: masked for everybody who has not the case in hand, opened once on another's approval, all of it kept."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from caseload.actions import disclosure
from caseload.models import DisclosureRequest
from caseload.queries import disclosure as reads
from caseload.rules import disclosure as rules
from services.models import ServiceRecord
from tenancy import scope
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.caseload.conftest import make_case, make_household, set_up_ledger
from tests.caseload.people import id_number
from tests.cast import at

CHILD = {"name": "白小满", "id_number": id_number(birth=date(2014, 5, 6), serial=31), "phone": "13900005678"}
MOTHER = {"name": "白露华", "id_number": id_number(birth=date(1980, 3, 4), serial=30)}
REASON = "学校要核对学籍，须报证件号码"


@pytest.fixture
def child(ledger):
    """A family of a grown-up and a child of ten."""
    persons = [MOTHER, {**CHILD, "relation": "女儿"}]
    household = make_household(ledger, persons=persons, address="柳林一社区 3 号楼")
    return household.people.get(is_head=False)


@pytest.fixture
def outside(cast):
    """The cast and the child with no scope open: for pages, which open their own."""
    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
        household = make_household(cast, persons=[MOTHER, {**CHILD, "relation": "女儿"}], address="柳林一社区 3 号楼")
        return cast, household.people.get(is_head=False)


def ask(cast, child, member="quality_control", field="id_number", moment="2024-06-03 10:00"):
    return disclosure.ask_disclosure(
        child, field, purpose="办理救助申请", reason=REASON, by=cast.members[member], at=at(moment)
    )


def look(cast, child, member="quality_control", moment="2024-06-03 11:00", field="id_number"):
    return disclosure.reveal_person_field(child, field, "办理救助申请", by=cast.members[member], at=at(moment))


def refusal(act):
    with pytest.raises(Refused) as refused, transaction.atomic():
        act()
    return str(refused.value)


def test_a_child_prints_as_nobody(child):
    assert [str(child.name), str(child.id_number), str(child.phone)] == [f"某某（{child.household.number}）", "*" * 16 + CHILD["id_number"][-2:], "****78"]  # fmt: skip


def test_an_approval_opens_one_value_once(ledger, child):
    assert "须先申请" in refusal(lambda: look(ledger, child))
    request = ask(ledger, child)
    assert "正等主管批准" in refusal(lambda: look(ledger, child))
    disclosure.approve_disclosure(request, days=1, by=ledger.supervisor, at=at("2024-06-03 10:30"))
    assert "须先申请" in refusal(lambda: look(ledger, child, field="phone"))
    assert look(ledger, child) == CHILD["id_number"]
    assert "须先申请" in refusal(lambda: look(ledger, child))
    kept = AuditEvent.objects.filter(action__in=["disclosure.asked", "disclosure.approved", "person.revealed"])
    assert list(kept.values_list("action", "account__name")) == [
        ("disclosure.asked", "何木兰"), ("disclosure.approved", "叶归舟"), ("person.revealed", "何木兰"),
    ]  # fmt: skip
    seen = AuditEvent.objects.get(action="person.revealed")
    assert (seen.fields_seen, seen.detail["approval"]) == (["person.id_number"], str(request.pk))
    assert list(DisclosureRequest.objects.get().moves.values_list("verb", "to_state")) == [
        ("ask", "asked"), ("approve", "approved"), ("use", "used"),
    ]  # fmt: skip


def test_an_approval_lapses_at_the_end_of_its_day(ledger, child):
    disclosure.approve_disclosure(ask(ledger, child), days=1, by=ledger.supervisor, at=at("2024-06-03 10:30"))
    assert "须先申请" in refusal(lambda: look(ledger, child, moment="2024-06-04 00:00"))
    assert look(ledger, child, moment="2024-06-03 23:59") == CHILD["id_number"]


def test_the_database_refuses_an_approval_of_ones_own(ledger, child):
    request = ask(ledger, child)
    with pytest.raises(IntegrityError, match="disclosure_not_own"), transaction.atomic():
        DisclosureRequest.objects.filter(pk=request.pk).update(
            state="approved", decided_by=request.asked_by, decided_at=at("2024-06-03 10:30"), valid_until=at("2024-06-03 23:00")
        )  # fmt: skip


@pytest.mark.parametrize(
    ("asker", "decider", "told"),
    [
        ("quality_control", "supervisor", ""),
        ("quality_control", "agency_manager", ""),
        ("supervisor", "supervisor", "不能批准自己的申请"),
        ("quality_control", "section_chief", "只有申请人所在单位的主管可以批准"),
        ("quality_control", "social_worker", "只有申请人所在单位的主管可以批准"),
        ("contract_manager", "section_chief", ""),
        ("subdistrict_officer", "section_chief", ""),
        ("subdistrict_officer", "supervisor", "只有申请人所在单位的主管可以批准"),
    ],
)
def test_a_supervisor_of_the_askers_own_side_decides(ledger, child, asker, decider, told):
    request, by = ask(ledger, child, asker), ledger.members[decider]
    act = lambda: disclosure.approve_disclosure(request, days=1, by=by, at=at("2024-06-03 10:30"))  # noqa: E731 - twice
    assert list(reads.awaiting_disclosure(by)) == ([] if told else [request])
    if told:
        assert refusal(act) == told
    else:
        assert act().state == "approved"


def test_the_worker_of_the_childs_own_case_states_a_purpose_only(ledger, child):
    household = child.household
    case = make_case(ledger, household)
    assert reads.tie_to_case(ledger.social_worker, case) == rules.WORKER
    assert reads.opening_of(ledger.social_worker, child, on=date(2024, 6, 3)).kind == rules.APPROVAL
    type(case).objects.filter(pk=case.pk).update(person=child)
    assert reads.opening_of(ledger.social_worker, child, on=date(2024, 6, 3)).kind == rules.PURPOSE
    assert look(ledger, child, "social_worker") == CHILD["id_number"]
    assert "写明用途即可查看" in refusal(lambda: ask(ledger, child, "social_worker"))
    type(case).objects.filter(pk=case.pk).update(state="withdrawn")
    assert "须先申请" in refusal(lambda: look(ledger, child, "social_worker"))


@pytest.mark.parametrize(
    ("member", "field", "reason", "told"),
    [
        ("section_chief", "id_number", REASON, "你的角色不能查看个人信息"),
        ("quality_control", "photos", REASON, "没有这一项"),
        ("quality_control", "id_number", "看看", "理由至少 6 个字"),
    ],
)
def test_who_may_not_look_may_not_ask(ledger, child, member, field, reason, told):
    said = refusal(
        lambda: disclosure.ask_disclosure(
            child, field, purpose="办理救助申请", reason=reason, by=ledger.members[member], at=at()
        )
    )
    assert told in said


def test_what_is_asked_is_asked_once_and_can_be_taken_back(ledger, child):
    request = ask(ledger, child)
    assert refusal(lambda: ask(ledger, child)) == "这一项已在申请，等主管批准"
    assert (
        refusal(lambda: disclosure.withdraw_disclosure(request, by=ledger.supervisor, at=at())) == "只有申请人可以撤回"
    )
    stale = DisclosureRequest.objects.get(pk=request.pk)
    disclosure.withdraw_disclosure(request, by=ledger.quality_control, at=at())
    with pytest.raises(Conflict):
        disclosure.approve_disclosure(stale, days=1, by=ledger.supervisor, at=at())
    assert "不能批准" in refusal(lambda: disclosure.approve_disclosure(request, days=1, by=ledger.supervisor, at=at()))


def test_a_refusal_needs_its_reason(ledger, child):
    request = ask(ledger, child)
    assert (
        refusal(lambda: disclosure.refuse_disclosure(request, decision=" ", by=ledger.supervisor, at=at()))
        == "写明不予批准的原因"
    )
    assert disclosure.refuse_disclosure(request, decision="用途不明", by=ledger.supervisor, at=at()).state == "refused"


def test_a_family_of_children_alone_keeps_its_address_too(ledger):
    orphan = make_household(ledger, name="白小满", id_number=CHILD["id_number"], address="柳林一社区 3 号楼")
    act = lambda: disclosure.reveal_household_field(orphan, "address", "入户前核对", by=ledger.quality_control, at=at())  # noqa: E731
    assert "须先申请" in refusal(act)
    request = disclosure.ask_disclosure(orphan, "address", purpose="入户前核对", reason=REASON, by=ledger.quality_control, at=at())  # fmt: skip
    disclosure.approve_disclosure(request, days=3, by=ledger.agency_manager, at=at())
    assert act() == "柳林一社区 3 号楼"


def test_nobody_looks_a_ledger_up_value_by_value(ledger, child):
    head = child.household.people.get(is_head=True)
    for _ in range(rules.PER_HOUR):
        disclosure.reveal_person_field(head, "name", "入户前核对", by=ledger.quality_control, at=at("2024-06-03 10:00"))
    assert "到了上限" in refusal(lambda: disclosure.reveal_person_field(head, "name", "入户前核对", by=ledger.quality_control, at=at("2024-06-03 10:59")))  # fmt: skip
    assert disclosure.reveal_person_field(head, "name", "入户前核对", by=ledger.quality_control, at=at("2024-06-03 11:01")) == "白露华"  # fmt: skip


def test_the_pages_show_no_child(outside, sign_in):
    """Every role that may open the family's page or the list reads neither the name nor the numbers in their source."""
    ledger, child = outside
    family = f"/qinghe/caseload/households/{child.household_id}/"
    values = [CHILD["name"], CHILD["id_number"], CHILD["phone"], "2014-05-06", "白小", CHILD["id_number"][-4:]]
    found = []
    roles = ["social_worker", "quality_control", "agency_manager", "contract_manager", "section_chief", "auditor", "subdistrict_officer"]  # fmt: skip
    for role in roles:
        client = sign_in(ledger.members[role])
        for address in (family, "/qinghe/caseload/households/", family + "category/"):
            answer = client.get(address)
            text = answer.content.decode()
            assert answer.status_code == (
                403 if address.endswith("category/") and role not in ("social_worker", "agency_manager") else 200
            )
            found += [(role, address, value) for value in values if value in text]
    assert found == []


def test_the_request_goes_through_its_pages(outside, sign_in):
    ledger, child = outside
    person = f"/qinghe/caseload/people/{child.pk}/"
    client = sign_in(ledger.quality_control)
    assert (
        f"{person}ask/?field=id_number"
        in client.get(f"/qinghe/caseload/households/{child.household_id}/").content.decode()
    )
    assert "申请查看未成年人信息" in client.get(f"{person}ask/?field=id_number").content.decode()
    data = {"field": "id_number", "purpose": "办理救助申请", "reason": REASON}
    assert client.post(f"{person}ask/", data | {"reason": "看"}).status_code == 422
    assert client.post(f"{person}ask/", data)["Location"] == "/qinghe/caseload/disclosures/"
    assert REASON in client.get("/qinghe/caseload/disclosures/").content.decode()
    with scope.tenant(ledger.tenant.pk):
        request = DisclosureRequest.objects.get()
    client = sign_in(ledger.supervisor)
    assert REASON in client.get("/qinghe/caseload/disclosures/inbox/").content.decode()
    assert client.post(f"/qinghe/caseload/disclosures/{request.pk}/refuse/", {"reason": ""}).status_code == 422
    assert (
        client.post(f"/qinghe/caseload/disclosures/{request.pk}/approve/", {"days": "1"})["Location"]
        == "/qinghe/caseload/disclosures/inbox/"
    )
    assert client.post(f"/qinghe/caseload/disclosures/{request.pk}/approve/", {"days": "1"}).status_code == 409
    client = sign_in(ledger.quality_control)
    shown = client.post(f"{person}reveal/", {"field": "id_number", "purpose": "办理救助申请"}).content.decode()
    assert (CHILD["id_number"] in shown, "何木兰" in shown) == (True, True)
    again = client.post(f"{person}reveal/", {"field": "id_number", "purpose": "办理救助申请"})
    assert (again.status_code, CHILD["id_number"] in again.content.decode()) == (422, False)


@pytest.mark.parametrize("member", ["quality_control", "agency_manager", "section_chief"])
def test_one_sees_only_what_ones_own_side_decides(outside, sign_in, member):
    ledger, child = outside
    with scope.tenant(ledger.tenant.pk):
        request = ask(ledger, child)
    status = sign_in(ledger.members[member]).get(f"/qinghe/caseload/disclosures/{request.pk}/").status_code
    assert status == {"quality_control": 403, "agency_manager": 200, "section_chief": 404}[member]


@pytest.mark.parametrize(
    ("role", "knows"),
    [("social_worker", True), ("quality_control", True), ("resource_officer", False), ("contract_manager", False), ("section_chief", False)],
)  # fmt: skip
def test_the_words_of_a_childs_record_are_for_those_who_have_it_in_hand(outside, sign_in, role, knows):
    ledger, child = outside
    with scope.tenant(ledger.tenant.pk):
        household = child.household
        record = ServiceRecord.objects.create(contract=ledger.contract, kind="revisit", household=household, person=child, area=household.area, street=household.street, day=at().date(), started_at=at(), created_by=ledger.social_worker, created_at=at(), narrative="记录里的秘密", state="submitted", submitted_at=at())  # fmt: skip
    client, place = sign_in(ledger.members[role]), f"/qinghe/services/records/{record.pk}/"
    text = client.get(place).content.decode()
    assert ("记录里的秘密" in text, CHILD["name"] in text) == (knows, False)
    if role == "contract_manager":
        asked = client.post(f"{place}text/", {"purpose": "核对服务情况"})
        assert (asked.status_code, "记录里的秘密" in asked.content.decode()) == (403, False)
