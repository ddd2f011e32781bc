"""Files are kept for their years, and then destroyed by two people: the values go, what was counted stays."""

import json
from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from caseload.actions import erasing, households, retention
from caseload.models import Case, CaseMove, CasePaper, Erasure, Household, Person
from caseload.queries import retention as reads
from caseload.rules import retention as rules
from contracts.models import Contract
from documents.actions.files import store
from documents.models import StoredFile
from services.indicators.measure import measure_contract
from services.models import Indicator, RecordEvidence, ServiceRecord
from tenancy import scope
from tenancy.fields import SealedTextField
from tenancy.models import AuditEvent, Membership
from tenancy.problems import Conflict, Refused
from tests.caseload.conftest import make_case, make_household, set_up_ledger, to_closed
from tests.cast import at
from tests.populated import picture

END = date(2024, 12, 31)
# Ten years after the contract's end, which is later than the case's closure.
DUE = "2035-01-05 10:00"
SECRETS = [
    "白露华",
    "柳巷深处九号",
    "13800001234",
    "困境里的秘密",
    "记录里的秘密",
    "退回时写的秘密",
    "意见里的秘密",
    "照片说明的秘密",
]


@pytest.fixture
def old_file(ledger):
    """A family with a closed case, a record with a photo, and words everywhere, under a contract that has ended."""
    household = make_household(ledger, name="白露华", address="柳巷深处九号", details={"needs": "台账里的秘密"})
    Person.objects.filter(household=household).update(is_head=True)
    case = to_closed(ledger, make_case(ledger, household, problem="困境里的秘密"))
    Case.objects.filter(pk=case.pk).update(community_opinion="意见里的秘密")
    CaseMove.objects.create(case=case, verb="return_intake", from_state="intake_submitted", to_state="draft", by=ledger.subdistrict_officer, at=at(), reason="退回时写的秘密")  # fmt: skip
    photo = store(picture("#123456"), allow={"image"}, by=ledger.social_worker, at=at())
    record = ServiceRecord.objects.create(
        contract=ledger.contract, kind="revisit", household=household, person=household.people.get(), case=case, area=household.area, street=household.street, day=date(2024, 6, 3),
        started_at=at(), created_by=ledger.social_worker, created_at=at(), narrative="记录里的秘密", state="verified", decided_by=ledger.quality_control, decided_at=at(),
    )  # fmt: skip
    RecordEvidence.objects.create(record=record, file=photo, kind="photo", caption="照片说明的秘密", added_at=at())
    CasePaper.objects.create(case=case, kind="photo", file=photo, version=9, data=json.dumps({"text": "材料里的秘密"}), filled_on=date(2024, 6, 3), created_at=at())  # fmt: skip
    Contract.objects.filter(pk=ledger.contract.pk).update(state="closed")
    ledger.photo = photo
    return Household.objects.get(pk=household.pk)


def refusal(act):
    with pytest.raises(Refused) as refused, transaction.atomic():
        act()
    return str(refused.value)


def propose(cast, household, moment=DUE):
    return retention.propose_erasure(household, reason="保存期满", by=cast.contract_manager, at=at(moment))


def destroy(cast, household):
    return retention.approve_erasure(propose(cast, household), by=cast.section_chief, at=at("2035-01-06 10:00"))


@pytest.mark.parametrize(
    ("start", "has_case", "due"),
    [
        (None, True, None),
        (date(2024, 12, 31), True, date(2034, 12, 31)),
        (date(2024, 12, 31), False, date(2029, 12, 31)),
        (date(2024, 2, 29), False, date(2029, 2, 28)),
    ],
)
def test_the_years_run_by_the_class_of_the_file(start, has_case, due):
    assert rules.due_on(start, has_case, {code: years for code, (years, _) in rules.DEFAULTS.items()}) == due


def test_what_stands_in_the_way_is_told_at_once():
    told = rules.faults(date(2034, 12, 31), on=date(2034, 12, 30), held="诉讼未结", contract_runs=True, open_cases=2)
    assert told == ["合同还在履行", "还有 2 份未结个案", "保存期到 2034-12-31 才满", "已暂缓销毁：诉讼未结"]
    assert rules.faults(date(2034, 12, 31), on=date(2034, 12, 31), held="", contract_runs=False, open_cases=0) == []


def test_a_file_is_due_when_its_years_are_over_and_nothing_holds_it(ledger, old_file):
    due = lambda day: [row.household.number for row in reads.due_files(ledger.contract_manager, on=day)]  # noqa: E731
    assert [due(date(2034, 12, 30)), due(date(2034, 12, 31))] == [[], [old_file.number]]
    retention.set_years("case_file", years=12, basis="档案规定第三条", by=ledger.contract_manager, at=at(DUE))
    assert [due(date(2036, 12, 30)), due(date(2036, 12, 31))] == [[], [old_file.number]]
    retention.set_hold(old_file, reason="审计未结", by=ledger.contract_manager, at=at(DUE))
    assert due(date(2040, 1, 1)) == []
    retention.lift_hold(old_file, by=ledger.contract_manager, at=at(DUE))
    propose(ledger, old_file, "2040-01-01 10:00")
    assert due(date(2040, 1, 1)) == []


def test_nothing_is_destroyed_before_its_date_or_while_it_is_held(ledger, old_file):
    assert "保存期到 2034-12-31 才满" in refusal(lambda: propose(ledger, old_file, "2034-12-30 23:00"))
    erasure = propose(ledger, old_file)
    retention.set_hold(old_file, reason="审计未结", by=ledger.contract_manager, at=at(DUE))
    assert "已暂缓销毁：审计未结" in refusal(
        lambda: retention.approve_erasure(erasure, by=ledger.section_chief, at=at(DUE))
    )
    assert Person.objects.get(household=old_file).name.reveal() == "白露华"


def test_one_proposes_and_another_decides(ledger, old_file):
    erasure = propose(ledger, old_file)
    assert "不能办理" in refusal(lambda: retention.approve_erasure(erasure, by=ledger.contract_manager, at=at(DUE)))
    second = Membership.objects.create(account=ledger.contract_manager.account, organisation=ledger.contract_manager.organisation, role="section_chief")  # fmt: skip
    assert refusal(lambda: retention.approve_erasure(erasure, by=second, at=at(DUE))) == "不能批准自己提出的销毁"
    assert "已申请销毁" in refusal(lambda: propose(ledger, old_file))
    stale = Erasure.objects.get(pk=erasure.pk)
    retention.withdraw_erasure(erasure, by=ledger.contract_manager, at=at(DUE))
    with pytest.raises(Conflict):
        retention.refuse_erasure(stale, decision="再留一年", by=ledger.section_chief, at=at(DUE))
    again = propose(ledger, old_file)
    assert refusal(lambda: retention.refuse_erasure(again, decision=" ", by=ledger.section_chief, at=at(DUE))) == "写明不予销毁的原因"  # fmt: skip


def measured(contract):
    return [(row.indicator.code, row.value, row.status) for row in measure_contract(contract, on=END).rows]


def test_the_values_and_the_files_go_and_every_indicator_stays(ledger, old_file, django_capture_on_commit_callbacks):
    for code, of in (("I1", "record.revisit"), ("I2", "case.casework"), ("I3", "register.household_file")):
        definition = {"of": of, "target": {"ge": 1}}
        Indicator.objects.create(contract=ledger.contract, code=code, title=code, definition=definition, sentence=code, unit="次")  # fmt: skip
    before, content = measured(ledger.contract), ledger.photo.path
    assert {value for _, value, _ in before} != {0}
    assert default_storage.exists(content)
    with django_capture_on_commit_callbacks(execute=True):
        erasure = destroy(ledger, old_file)
    assert measured(Contract.objects.get(pk=ledger.contract.pk)) == before
    assert default_storage.exists(content) is False
    photo = StoredFile.objects.get(pk=ledger.photo.pk)
    assert (photo.name, photo.path, photo.sha256) == ("已销毁", "", "")
    person, case = Person.objects.get(household=old_file), Case.objects.get(household=old_file)
    assert [person.name.reveal(), person.id_number.reveal(), person.name_index, person.id_number_index] == [
        "",
        "",
        "",
        "",
    ]
    assert (case.problem.reveal(), case.state, case.closed_on, {goal["title"] for goal in case.goals}) == ("", "closed", date(2024, 7, 4), {"已销毁"})  # fmt: skip
    assert set(CaseMove.objects.filter(case=case).exclude(reason="").values_list("reason", flat=True)) == {"已销毁"}
    assert ServiceRecord.objects.get().narrative.reveal() == ""
    assert (erasure.state, erasure.counts["files"], erasure.counts["rows"]["caseload.case"]) == ("done", 1, 1)
    event = AuditEvent.objects.get(action="erasure.done")
    assert (event.account, event.object_label) == (ledger.section_chief.account, old_file.number)
    for waiting in reads.files_to_remove():
        retention.remove_files(waiting, at=at(DUE))
    assert (Erasure.objects.get().files_removed_at, list(reads.files_to_remove())) == (at(DUE), [])


def test_no_row_of_any_table_still_tells_of_the_family(ledger, old_file):
    number = Person.objects.get(household=old_file).id_number.reveal()
    destroy(ledger, old_file)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'django_migrations'")  # fmt: skip
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            text = "".join(row for (row,) in cursor.fetchall())
            found += [(table, value) for value in [*SECRETS, number] if value in text]
    assert found == []
    sealed = [
        (model._meta.label, field.name)
        for model, ids in erasing.reach(old_file).items()
        for field in model._meta.local_fields
        if isinstance(field, SealedTextField)
        and model._base_manager.filter(pk__in=ids, **{f"{field.name}__isnull": False}).exists()
    ]
    assert sealed == []


def test_a_picture_that_stands_in_another_familys_file_stays(ledger, old_file):
    other = make_household(ledger, "石桥社区", "何木兰")
    households.add_household_paper(other, kind="photo", filled_on=date(2024, 6, 3), file=ledger.photo, by=ledger.social_worker, at=at())  # fmt: skip
    destroy(ledger, old_file)
    assert StoredFile.objects.get(pk=ledger.photo.pk).path == ledger.photo.path
    assert Person.objects.get(household=other).name.reveal() == "何木兰"


def test_append_only_rows_can_be_blanked_by_no_other_way(ledger, old_file):
    move = CaseMove.objects.filter(reason="退回时写的秘密").get()
    erasure = propose(ledger, old_file)
    with (
        pytest.raises(DatabaseError, match="no erasure is being carried out"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT caseload_blank(%s, 'caseload_casemove', %s::uuid[], '{}', '{reason}')", [erasure.pk, [str(move.pk)]]
        )
    done = retention.approve_erasure(erasure, by=ledger.section_chief, at=at(DUE))
    with (
        pytest.raises(DatabaseError, match="no erasure is being carried out"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT caseload_blank(%s, 'caseload_casemove', %s::uuid[], '{}', '{reason}')", [done.pk, [str(move.pk)]]
        )


@pytest.mark.parametrize(("years", "told"), [(14, "采购文件至少保存 15 年"), (0, "写明保存年数"), (15, "")])
def test_procurement_files_stay_for_fifteen_years(ledger, years, told):
    def act():
        return retention.set_years("procurement", years=years, basis="政府采购法", by=ledger.contract_manager, at=at())

    if told:
        assert told in refusal(act)
    else:
        act()
        assert reads.years()["procurement"] == 15


def test_two_people_destroy_a_file_through_their_pages(cast, sign_in):
    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
        household = make_household(cast, name="白露华")
        Contract.objects.filter(pk=cast.contract.pk).update(state="closed")
    client, place = sign_in(cast.contract_manager), f"/qinghe/caseload/households/{household.pk}/keeping/"
    early = client.post(place, {"act": "propose", "reason": "整理"})
    assert (early.status_code, "保存期到 2029-12-31 才满" in early.content.decode()) == (422, True)
    with scope.tenant(cast.tenant.pk):
        Contract.objects.filter(pk=cast.contract.pk).update(starts_on=date(2014, 1, 2), ends_on=date(2014, 12, 31))
    assert household.number in client.get("/qinghe/caseload/retention/").content.decode()
    assert (
        client.post("/qinghe/caseload/retention/", {"code": "household", "years": "3", "basis": "档案规定"}).status_code
        == 302
    )
    assert client.post(place, {"act": "propose", "reason": ""}).status_code == 422
    assert client.post(place, {"act": "propose", "reason": "保存期满"}).status_code == 302
    with scope.tenant(cast.tenant.pk):
        erasure = Erasure.objects.get()
    client, place = sign_in(cast.section_chief), f"/qinghe/caseload/erasures/{erasure.pk}/"
    assert household.number in client.get("/qinghe/caseload/erasures/").content.decode()
    assert "销毁后不能恢复" in client.get(place).content.decode()
    assert client.post(place, {"verdict": "refuse", "decision": ""}).status_code == 422
    assert client.post(place, {"verdict": "approve"}).status_code == 302
    assert client.post(place, {"verdict": "approve"}).status_code == 422
    assert "已销毁" in sign_in(cast.contract_manager).get("/qinghe/caseload/retention/").content.decode()
    with scope.tenant(cast.tenant.pk):
        assert Person.objects.get(household=household).name.reveal() == ""
