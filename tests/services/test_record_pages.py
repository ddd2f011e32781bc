"""The pages of service records: who sees what, what is shown, how much it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.actions import records
from services.models import RecordEvidence
from tenancy import scope
from tenancy.models import AuditEvent
from tests.cast import at
from tests.services.pages import NOW, inside, moment, scene, text, url
from tests.services.scene import make_case, make_household

__all__ = ["inside", "moment", "scene"]


# --- who sees what ------------------------------------------------------------------------------------------------------
SEES = {
    "social_worker": (True, True), "agency_manager": (False, True), "quality_control": (False, True), "supervisor": (False, True), "contract_manager": (False, True),
    "section_chief": (False, True), "bureau_leader": (False, True), "subdistrict_officer": (False, True), "auditor": (False, True),
}  # fmt: skip


@pytest.mark.parametrize(("role", "draft_seen", "other_seen"), [(role, *seen) for role, seen in SEES.items()])
def test_who_sees_drafts_and_who_sees_records(scene, inside, sign_in, role, draft_seen, other_seen):
    draft, submitted = inside(scene.complete), inside(scene.submitted)
    client = sign_in(scene.cast.members[role])
    seen = [client.get(url(scene, "record", pk=row.pk)).status_code == 200 for row in (draft, submitted)]
    assert seen == [draft_seen, other_seen]


@pytest.mark.parametrize("role", ["bureau_finance", "agency_finance", "expert", "system_admin", "audit_admin"])
def test_roles_without_business_with_records_are_forbidden(scene, inside, sign_in, role):
    record = inside(scene.submitted)
    assert sign_in(scene.cast.members[role]).get(url(scene, "record", pk=record.pk)).status_code == 403


def test_a_subdistrict_sees_its_own_area_only(scene, inside, sign_in):
    home, away = inside(scene.submitted), inside(scene.submitted, "group_session")
    client = sign_in(scene.cast.subdistrict_officer)
    assert [client.get(url(scene, "record", pk=row.pk)).status_code for row in (home, away)] == [200, 404]


def test_rivals_and_strangers_find_nothing(scene, inside, sign_in, strangers):
    record = inside(scene.submitted)
    with scope.tenant(scene.cast.tenant.pk):
        paper = RecordEvidence.objects.get(record=record)
    addresses = [
        url(scene, "record", pk=record.pk),
        url(scene, "evidence", pk=record.pk, evidence=paper.pk),
        url(scene, "evidence_small", pk=record.pk, evidence=paper.pk),
        url(scene, "case_sessions", pk=scene.case.pk),
    ]
    for member in (scene.cast.rivals["social_worker"], strangers.social_worker):
        client = sign_in(member)
        assert [client.get(address).status_code for address in addresses] == [404] * 4
    for verb in ("verify_record", "return_record"):
        assert (
            sign_in(scene.cast.rivals["quality_control"])
            .post(url(scene, verb, pk=record.pk), {"reason": "x"})
            .status_code
            == 404
        )
    assert (
        sign_in(scene.cast.rivals["social_worker"]).post(url(scene, "edit_record", pk=record.pk), {}).status_code == 404
    )


def test_evidence_of_one_record_is_not_served_under_another(scene, inside, sign_in):
    one, other = inside(scene.submitted), inside(scene.submitted)
    with scope.tenant(scene.cast.tenant.pk):
        paper = RecordEvidence.objects.get(record=one)
    client = sign_in(scene.cast.contract_manager)
    served = client.get(url(scene, "evidence", pk=one.pk, evidence=paper.pk))
    assert (served.status_code, served["Content-Type"], b"".join(served.streaming_content)[:3]) == (
        200,
        "image/jpeg",
        b"\xff\xd8\xff",
    )
    assert client.get(url(scene, "evidence", pk=other.pk, evidence=paper.pk)).status_code == 404


# --- names and text -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("social_worker", "白露华"),
        ("agency_manager", "白露华"),
        ("subdistrict_officer", "白露华"),
        ("quality_control", "白露华"),
        ("contract_manager", "白**"),
        ("auditor", "白**"),
    ],
)
def test_a_name_is_shown_in_full_only_to_those_who_serve_or_decide(scene, inside, sign_in, role, shown):
    record = inside(scene.verified)
    page = text(sign_in(scene.cast.members[role]).get(url(scene, "record", pk=record.pk)))
    assert f"<h1>{shown}　" in page
    assert ("白露华" in page) == (shown == "白露华")


def test_the_text_is_hidden_from_the_bureau_until_a_purpose_is_stated(scene, inside, sign_in):
    record = inside(scene.verified, narrative="谈近两周睡眠")
    client = sign_in(scene.cast.contract_manager)
    assert "谈近两周睡眠" not in text(client.get(url(scene, "record", pk=record.pk)))
    refused = client.post(url(scene, "reveal_narrative", pk=record.pk), {"purpose": ""})
    assert (refused.status_code, "写明用途" in text(refused)) == (422, True)
    shown = client.post(url(scene, "reveal_narrative", pk=record.pk), {"purpose": "核对第二季度个案"})
    assert "谈近两周睡眠" in text(shown)
    with scope.tenant(scene.cast.tenant.pk):
        assert (
            AuditEvent.objects.filter(action="record.reveal", account=scene.cast.contract_manager.account).count() == 1
        )


def test_quality_control_reads_the_text(scene, inside, sign_in):
    record = inside(scene.submitted, narrative="谈近两周睡眠")
    assert "谈近两周睡眠" in text(sign_in(scene.cast.quality_control).get(url(scene, "record", pk=record.pk)))


# --- the list -------------------------------------------------------------------------------------------------------------
def listed(response):
    return [line["record"].pk for line in response.context["rows"]]


def test_the_list_is_newest_first_and_narrows(scene, inside, sign_in):
    old = inside(scene.verified, moment="2024-05-20 10:00")
    event = inside(scene.submitted, "event", moment="2024-06-02 10:00")
    new = inside(scene.returned, moment="2024-06-03 10:00")
    client = sign_in(scene.cast.contract_manager)
    get = lambda **query: listed(client.get(url(scene, "records"), query))  # noqa: E731
    assert get() == [new.pk, event.pk, old.pk]
    assert get(state="verified") == [old.pk]
    assert get(kind="event") == [event.pk]
    assert get(month="2024-06") == [new.pk, event.pk]
    assert get(case=scene.case.pk) == [new.pk, old.pk]
    assert get(street=scene.cast.streets["石桥街道"].pk) == []
    assert get(worker=scene.cast.social_worker.pk) == [new.pk, event.pk, old.pk]
    assert get(month="2024-13", state="nonsense", case="nonsense") == [new.pk, event.pk, old.pk]


def test_the_list_goes_on_where_the_page_ended(scene, inside, sign_in, monkeypatch):
    monkeypatch.setattr("services.queries.records.PAGE", 2)
    rows = [inside(scene.submitted, moment=f"2024-06-03 {hour}:00").pk for hour in (10, 11, 12)]
    client = sign_in(scene.cast.contract_manager)
    first = client.get(url(scene, "records"))
    assert listed(first) == rows[:0:-1]
    assert listed(client.get(url(scene, "records"), {"after": first.context["next_page"]})) == rows[:1]
    assert client.get(url(scene, "records"), {"after": "nonsense"}).status_code == 404


def statements(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize(
    ("name", "role", "arrange"),
    [
        ("records", "contract_manager", "verified"),
        ("verification", "quality_control", "submitted"),
        ("today", "social_worker", "returned"),
        ("case_sessions", "social_worker", "verified"),
    ],
)
def test_a_page_costs_the_same_with_one_row_and_with_three(scene, inside, sign_in, name, role, arrange):
    known = {"pk": scene.case.pk} if name == "case_sessions" else {}
    client, address = sign_in(scene.cast.members[role]), url(scene, name, **known)
    inside(getattr(scene, arrange))
    one = statements(client, address)
    for number in (2, 3):
        household = inside(make_household, scene.cast, number=f"QH01-H-000{number}", name=f"谷雨{number}")
        case = (
            scene.case
            if name == "case_sessions"
            else inside(make_case, scene.cast, household, number=f"QH01-GA-000{number}")
        )
        inside(getattr(scene, arrange), case=case)
    assert statements(client, address) == one


def test_an_empty_list_says_what_to_do(scene, sign_in):
    client = sign_in(scene.cast.social_worker)
    assert "还没有服务记录" in text(client.get(url(scene, "records")))
    assert "没有符合条件的记录" in text(client.get(url(scene, "records"), {"state": "verified"}))


# --- quality control --------------------------------------------------------------------------------------------------------
def test_the_inbox_is_in_order_of_waiting_and_tells_the_age(scene, inside, sign_in):
    young, old = inside(scene.submitted, moment="2024-06-03 10:00"), inside(scene.submitted, moment="2024-05-31 10:00")
    response = sign_in(scene.cast.quality_control).get(url(scene, "verification"))
    assert [(line["record"].pk, line["age"]) for line in response.context["rows"]] == [(old.pk, 3), (young.pk, 2)]
    assert "第 3 个工作日" in text(response)


def test_an_empty_inbox_says_that_all_is_done(scene, sign_in):
    assert "没有等你核验的记录" in text(sign_in(scene.cast.quality_control).get(url(scene, "verification")))


def test_verifying_goes_on_to_the_next_record(scene, inside, sign_in):
    first, second = inside(scene.submitted, moment="2024-05-31 10:00"), inside(scene.submitted)
    client = sign_in(scene.cast.quality_control)
    assert client.post(url(scene, "verify_record", pk=first.pk)).url == url(scene, "record", pk=second.pk)
    assert client.post(url(scene, "verify_record", pk=second.pk)).url == url(scene, "verification")


def test_a_decision_on_an_old_page_is_told_beside_the_record(scene, inside, sign_in):
    record = inside(scene.verified)
    response = sign_in(scene.cast.supervisor).post(url(scene, "verify_record", pk=record.pk))
    assert (response.status_code, "现在不能核验" in text(response)) == (409, True)


def test_returning_without_a_reason_opens_the_dialog_again(scene, inside, sign_in):
    record = inside(scene.submitted)
    response = sign_in(scene.cast.quality_control).post(url(scene, "return_record", pk=record.pk), {"reason": " "})
    assert (response.status_code, "写明要补什么" in text(response), "data-open" in text(response)) == (422, True, True)


def test_reasons_are_drafted_from_what_a_reader_would_stumble_over(scene, inside, sign_in):
    other = inside(scene.submitted)
    record = inside(scene.start, minutes=3, narrative="", moment="2024-06-03 14:00")
    with scope.tenant(scene.cast.tenant.pk):
        photo = RecordEvidence.objects.get(record=other).file
        photo.taken_at = at("2024-06-01 10:00")
        photo.save()
        records.add_evidence(record, file=photo, kind="photo", by=scene.cast.social_worker, at=NOW)
        records.submit_record(record, by=scene.cast.social_worker, at=NOW)
    response = sign_in(scene.cast.quality_control).get(url(scene, "record", pk=record.pk))
    told = [
        "照片拍摄于 06-01，与服务日期 06-03 不同",
        "有 1 张照片也用在别的记录里",
        "同一对象同日另有 1 条同类记录",
        "只有 3 分钟",
        "没有写内容",
        "没有附《个案工作过程记录表》",
    ]
    assert response.context["doubts"] == told
    assert response.context["return_form"].initial["reason"] == "；".join(told)


@pytest.mark.parametrize("role", ["social_worker", "agency_manager", "contract_manager"])
def test_the_inbox_is_for_quality_control(scene, sign_in, role):
    assert sign_in(scene.cast.members[role]).get(url(scene, "verification")).status_code == 403
