"""Consents are recorded with who gave them, hold until they are taken back, and open nothing without it."""

from datetime import date

import pytest
from django.db import transaction

from caseload.actions import consents
from caseload.models import CasePaper
from caseload.queries import consents as reads
from caseload.queries import samples as sample_reads
from caseload.rules import consents as rules
from documents.actions.files import store
from services.models import RecordEvidence, ServiceRecord
from tenancy import scope
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.caseload.test_samples import draw, make_child_case
from tests.cast import at
from tests.populated import picture

DAY = date(2024, 6, 3)


def agree(cast, household, kind="photo", moment="2024-06-03 10:00", **known):
    known = {"giver": "guardian", "giver_name": "欧阳露华", "given_on": at(moment).date()} | known
    return consents.record_consent(household, kind=kind, by=cast.social_worker, at=at(moment), **known)


@pytest.mark.parametrize(
    ("giver", "name", "age", "given", "told"),
    [
        ("self", "白小满", 13, DAY, ["不满 14 周岁的，须由监护人同意"]),
        ("guardian", "欧阳露华", 13, DAY, []),
        ("self", "白小满", 14, DAY, []),
        ("self", "白露华", None, DAY, []),
        ("self", " ", None, date(2024, 6, 4), ["写明同意人姓名", "同意日期不得晚于今天"]),
    ],
)
def test_a_child_agrees_through_its_guardian(giver, name, age, given, told):
    assert rules.faults(giver, name, age=age, given_on=given, on=DAY) == told


def test_a_consent_holds_from_its_day_until_it_is_taken_back(ledger):
    household = make_child_case(ledger).household
    child = household.people.get(is_head=False)
    consent = agree(ledger, household, person=child)
    held = lambda day: reads.agrees(household, ["photo"], on=date.fromisoformat(day), person=child)  # noqa: E731
    assert [held(day) for day in ("2024-06-02", "2024-06-03")] == [False, True]
    with pytest.raises(Refused, match="这一项已登记同意"), transaction.atomic():
        agree(ledger, household, person=child)
    with pytest.raises(Refused, match="撤回日期须在"), transaction.atomic():
        consents.withdraw_consent(consent, on=date(2024, 6, 2), by=ledger.social_worker, at=at("2024-07-01 10:00"))
    consents.withdraw_consent(consent, on=date(2024, 7, 1), by=ledger.social_worker, at=at("2024-07-01 10:00"))
    assert [held(day) for day in ("2024-06-30", "2024-07-01")] == [True, False]
    with pytest.raises(Conflict):
        consents.withdraw_consent(consent, on=date(2024, 7, 1), by=ledger.social_worker, at=at("2024-07-01 10:00"))
    kept = AuditEvent.objects.filter(action__startswith="consent.").values_list("action", "detail__kind")
    assert list(kept) == [("consent.recorded", "photo"), ("consent.withdrawn", "photo")]


def test_only_the_agency_that_serves_records_a_consent(ledger):
    household = make_child_case(ledger).household
    for member in (ledger.contract_manager, ledger.rivals["social_worker"]):
        with pytest.raises(Refused, match="只有承接本合同的机构"), transaction.atomic():
            consents.record_consent(household, kind="photo", giver="guardian", giver_name="欧阳露华", given_on=DAY, by=member, at=at())  # fmt: skip


def test_an_evaluator_sees_faces_only_with_both_consents(ledger):
    case = make_child_case(ledger)
    photo = store(picture(), allow={"image"}, by=ledger.social_worker, at=at())
    CasePaper.objects.create(case=case, kind="photo", version=9, file=photo, filled_on=DAY, created_at=at())
    draw(ledger)
    sample = sample_reads.SampledCase.objects.get()
    seen = lambda: sample_reads.case_photos(sample.case, on=DAY).count()  # noqa: E731
    first = seen()
    agree(ledger, case.household, "photo")
    second = seen()
    agree(ledger, case.household, "evaluation", person=case.person)
    assert [first, second, seen()] == [0, 0, 1]


def test_a_report_shows_no_photo_that_was_taken_back_and_no_child_without_its_guardian(ledger):
    household = make_child_case(ledger).household
    photo = store(picture(), allow={"image"}, by=ledger.social_worker, at=at())
    for person in (household.people.get(is_head=True), household.people.get(is_head=False)):
        record = ServiceRecord.objects.create(contract=ledger.contract, kind="revisit", household=household, person=person, day=DAY, started_at=at(), created_by=ledger.social_worker, created_at=at())  # fmt: skip
        RecordEvidence.objects.create(record=record, file=photo, kind="photo", consent=True, added_at=at())
    shown = lambda: RecordEvidence.objects.filter(reads.photo_may_be_shown("record", on=date(2024, 6, 30))).count()  # noqa: E731
    first = shown()
    consent = agree(ledger, household)
    second = shown()
    consents.withdraw_consent(consent, on=date(2024, 6, 20), by=ledger.social_worker, at=at("2024-07-01 10:00"))
    assert [first, second, shown()] == [1, 2, 0]


def test_a_consent_is_recorded_and_taken_back_on_its_pages(cast, sign_in):
    from tests.caseload.conftest import make_household, set_up_ledger

    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
        household = make_household(cast)
    client, place = sign_in(cast.social_worker), f"/qinghe/caseload/households/{household.pk}/consents/"
    data = {"kind": "photo", "giver": "self", "giver_name": "许星河", "given_on": "2024-06-03", "file": picture()}
    assert client.post(f"{place}new/", data | {"giver_name": "", "file": ""}).status_code == 422
    assert client.post(f"{place}new/", data).status_code == 302
    assert "有签字件" in client.get(place).content.decode()
    with scope.tenant(cast.tenant.pk):
        consent = reads.Consent.objects.get()
    paper = client.get(f"/qinghe/caseload/consents/{consent.pk}/file/")
    assert (paper.status_code, b"".join(paper.streaming_content)[:2]) == (200, b"\xff\xd8")
    assert "拍照和使用照片" in client.get(f"/qinghe/caseload/households/{household.pk}/").content.decode()
    assert client.post(f"/qinghe/caseload/consents/{consent.pk}/withdraw/").status_code == 302
    assert "已撤回" in client.get(place).content.decode()
