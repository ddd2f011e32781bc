"""Files are handed over when a contract ends; from the day after the receipt the agency sees none of its people."""

from datetime import date

import pytest
from django.db import transaction

from caseload import queries
from caseload.actions import cases, transfer
from caseload.models import FileTransfer
from caseload.queries import transfer as reads
from caseload.rules import transfer as rules
from contracts.models import Contract
from services.models import ServiceRecord
from services.queries.records import visible_records
from tenancy import scope
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.caseload.conftest import make_case, make_household, set_up_ledger
from tests.cast import at

AFTER = "2025-01-06 10:00"


def refusal(act):
    with pytest.raises(Refused) as refused, transaction.atomic():
        act()
    return str(refused.value)


def hand(cast, moment=AFTER, by=None, receiver=None):
    receiver = receiver or cast.contract_manager.organisation
    return transfer.hand_over(cast.contract, receiver=receiver, by=by or cast.agency_manager, at=at(moment))


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ({"runs": False, "open_cases": 0, "households": 3}, []),
        ({"runs": True, "open_cases": 2, "households": 0}, ["合同还在服务期内，结束后再移交", "还有 2 份未结个案，先结案或转介", "合同下没有家庭档案"]),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_is_told_at_once(state, told):
    assert rules.faults(**state) == told


def test_the_agency_sees_nobody_from_the_day_after_the_receipt(ledger):
    household = make_household(ledger, name="白露华")
    case = make_case(ledger, household)
    ServiceRecord.objects.create(contract=ledger.contract, kind="revisit", household=household, area=household.area, street=household.street, day=date(2024, 6, 3), started_at=at(), created_by=ledger.social_worker, created_at=at())  # fmt: skip
    assert "还在服务期内" in refusal(lambda: hand(ledger, "2024-12-31 10:00"))
    assert "还有 1 份未结个案" in refusal(lambda: hand(ledger))
    cases.withdraw_case(case, reason="搬离", by=ledger.social_worker, at=at("2024-12-30 10:00"))
    made = hand(ledger)
    assert (made.households, made.cases, [line.household.number for line in reads.lines_of(made)]) == (
        1,
        1,
        [household.number],
    )

    def seen(member, day):
        on = date.fromisoformat(day)
        return [
            queries.visible_households(member, on).count(),
            queries.visible_cases(member, on).count(),
            visible_records(member, on).count(),
        ]

    assert seen(ledger.social_worker, "2025-01-09") == [1, 1, 1]
    transfer.receive_files(made, by=ledger.contract_manager, at=at("2025-01-08 10:00"))
    assert [seen(ledger.social_worker, day) for day in ("2025-01-08", "2025-01-09")] == [[1, 1, 1], [0, 0, 0]]
    assert seen(ledger.contract_manager, "2025-01-09")[:2] == [1, 1]
    assert Contract.objects.get(pk=ledger.contract.pk).files_handed_on == date(2025, 1, 8)
    kept = AuditEvent.objects.filter(action__startswith="files.").values_list("action", "account__name")
    assert list(kept) == [("files.handed", "许星河"), ("files.received", "周砚秋")]


def test_each_side_signs_for_itself(ledger):
    make_household(ledger)
    assert refusal(lambda: hand(ledger, by=ledger.social_worker)) == "只有承接本合同的机构可以移交"
    assert refusal(lambda: hand(ledger, by=ledger.rivals["agency_manager"])) == "只有承接本合同的机构可以移交"
    assert "只能移交给甲方或接续的服务机构" in refusal(lambda: hand(ledger, receiver=ledger.provider))
    made = hand(ledger, receiver=ledger.rival)
    assert (
        refusal(lambda: transfer.receive_files(made, by=ledger.contract_manager, at=at(AFTER)))
        == "只有接收单位可以办理接收"
    )
    assert (
        refusal(lambda: transfer.return_files(made, reason=" ", by=ledger.rivals["agency_manager"], at=at(AFTER)))
        == "写明退回的原因"
    )
    stale = FileTransfer.objects.get(pk=made.pk)
    transfer.return_files(made, reason="缺协议", by=ledger.rivals["agency_manager"], at=at(AFTER))
    with pytest.raises(Conflict), transaction.atomic():
        transfer.receive_files(stale, by=ledger.rivals["agency_manager"], at=at(AFTER))
    assert Contract.objects.get(pk=ledger.contract.pk).files_handed_on is None
    hand(ledger)
    assert "本合同的档案已移交" in refusal(lambda: hand(ledger))


def test_the_hand_over_goes_through_its_pages(cast, sign_in):
    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
        household = make_household(cast)
    client = sign_in(cast.agency_manager)
    assert "精准救助" in client.get("/qinghe/caseload/transfers/").content.decode()
    place = f"/qinghe/caseload/contracts/{cast.contract.pk}/hand-over/"
    assert household.number in client.get(place).content.decode()
    assert client.post(place, {"receiver": ""}).status_code == 422
    made = client.post(place, {"receiver": cast.contract_manager.organisation_id, "note": "纸质档案一并移交"})
    assert made.status_code == 302
    manager = sign_in(cast.contract_manager)
    assert household.number in manager.get(made["Location"]).content.decode()
    assert manager.post(made["Location"], {"verdict": "return", "reason": ""}).status_code == 422
    assert manager.post(made["Location"], {"verdict": "receive"}).status_code == 302
    assert "已接收" in manager.get("/qinghe/caseload/transfers/").content.decode()
