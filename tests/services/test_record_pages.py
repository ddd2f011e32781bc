"""The pages of service records: who sees what, what is shown, how much it costs."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from uuid6 import uuid7

from services.actions import records
from services.models import RecordEvidence, ServiceRecord
from tenancy import clock, scope
from tenancy.models import AuditEvent
from tests.cast import at
from tests.documents.hostile import picture
from tests.services.scene import make_case, make_household, make_scene

NOW = at("2024-06-05 09:00")


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene(cast):
    with scope.tenant(cast.tenant.pk):
        return make_scene(cast)


@pytest.fixture
def inside(scene):
    """Arrange inside the bureau's scope: inside(scene.verified) …"""

    def run(make, *args, **kwargs):
        with scope.tenant(scene.cast.tenant.pk):
            return make(*args, **kwargs)

    return run


def url(scene, name, **kwargs):
    return reverse(f"services:{name}", kwargs={"tenant": scene.cast.tenant.slug, **kwargs})


def text(response):
    return response.content.decode()


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


# --- the phone --------------------------------------------------------------------------------------------------------------
def test_today_tells_what_was_returned_what_is_unfinished_and_what_is_in_hand(scene, inside, sign_in):
    inside(scene.returned, reason="照片看不清人，请补 1 张")
    inside(scene.complete)
    inside(scene.verified)
    page = text(sign_in(scene.cast.social_worker).get(url(scene, "today")))
    for told in (
        "6月5日",
        f"质控 {scene.cast.quality_control.account.name}：照片看不清人，请补 1 张",
        "草稿",
        "已介入 1 次，直接 1 次",
        "1 条，已核 1",
    ):
        assert told in page


def test_logging_asks_for_kind_then_subject_then_shows_the_form_under_an_id_of_its_own(scene, sign_in):
    client = sign_in(scene.cast.social_worker)
    address = url(scene, "new_record")
    assert "入户调查" in text(client.get(address))
    assert "白露华" in text(client.get(address, {"kind": "case_session"}))
    answer = client.get(address, {"kind": "case_session", "case": scene.case.pk})
    assert answer.status_code == 302
    assert "&id=0" in answer.url
    page = text(client.get(answer.url))
    assert (page.count("面谈"), "计为直接服务" in page, "白露华" in page) == (1, True, True)
    with scope.tenant(scene.cast.tenant.pk):
        assert ServiceRecord.objects.count() == 0


@pytest.mark.parametrize(
    ("q", "found"),
    [("QH01-GA-0001", True), ("0001", True), ("白露华", True), ("白", True), ("露华", False), ("9999", False)],
)
def test_a_subject_is_found_by_number_full_name_or_surname(scene, sign_in, q, found):
    page = text(sign_in(scene.cast.social_worker).get(url(scene, "new_record"), {"kind": "case_session", "q": q}))
    assert (str(scene.case.pk) in page, "没有找到" in page) == (found, not found)


def form_of(scene, number, act="submit", **more):
    return {
        "id": str(number),
        "version": "1",
        "mode": "interview",
        "day": "2024-06-03",
        "start": "09:32",
        "end": "10:00",
        "workers": "1",
        "narrative": "谈近两周睡眠",
        "act": act,
        **more,
    }


def send(client, scene, number, **more):
    address = f"{url(scene, 'new_record')}?kind=case_session&case={scene.case.pk}&id={number}"
    return client.post(address, form_of(scene, number, **more))


def upload(colour=(9, 9, 9)):
    return SimpleUploadedFile("0193.jpg", picture(80, 60, colour=colour), "image/jpeg")


def test_one_request_logs_a_visit_with_its_photo(scene, sign_in):
    number = uuid7()
    response = send(
        sign_in(scene.cast.social_worker),
        scene,
        number,
        photos=[upload()],
        photos_taken_at=["2024-06-03T01:41:00.000Z"],
        photos_kind=["photo"],
        consent="on",
    )
    assert response.url == f"{url(scene, 'today')}?done={number}"
    with scope.tenant(scene.cast.tenant.pk):
        record, paper = ServiceRecord.objects.get(pk=number), RecordEvidence.objects.get()
        assert (record.state, record.minutes, record.direct, record.case, record.narrative.reveal()) == (
            "submitted",
            28,
            True,
            scene.case,
            "谈近两周睡眠",
        )
        assert (paper.kind, paper.consent, paper.file.taken_at) == ("photo", True, at("2024-06-03 09:41"))


def test_a_photo_that_comes_by_itself_makes_the_draft_and_coming_twice_changes_nothing(scene, sign_in):
    number, client = uuid7(), sign_in(scene.cast.social_worker)
    for _ in range(2):
        assert send(client, scene, number, act="photo", photos=[upload()], photos_kind=["photo"]).status_code == 204
    assert send(client, scene, number).status_code == 302
    assert send(client, scene, number, narrative="晚到的旧稿").status_code == 302
    with scope.tenant(scene.cast.tenant.pk):
        record = ServiceRecord.objects.get()
        assert (record.state, record.evidence.count(), record.narrative.reveal()) == ("submitted", 1, "谈近两周睡眠")


def test_a_submission_with_faults_keeps_the_draft_and_shows_each_fault_at_its_place(scene, sign_in):
    number = uuid7()
    response = send(sign_in(scene.cast.social_worker), scene, number, workers="", mode="", narrative="写了一半")
    page = text(response)
    assert (
        response.status_code,
        "未选方式" in page,
        "未填服务人员" in page,
        "照片还差 1 张，至少 1 张" in page,
        "写了一半" in page,
    ) == (422, True, True, True, True)
    with scope.tenant(scene.cast.tenant.pk):
        assert ServiceRecord.objects.get(pk=number).state == "draft"


def test_a_file_that_is_no_photo_is_refused_and_nothing_is_submitted(scene, sign_in):
    number = uuid7()
    response = send(
        sign_in(scene.cast.social_worker),
        scene,
        number,
        photos=[SimpleUploadedFile("a.jpg", b"MZ" + b"\0" * 99, "image/jpeg")],
        photos_kind=["photo"],
    )
    assert (response.status_code, "这里只收 JPG、PNG 照片" in text(response)) == (422, True)
    with scope.tenant(scene.cast.tenant.pk):
        assert (ServiceRecord.objects.get().state, RecordEvidence.objects.count()) == ("draft", 0)


def test_misshapen_input_keeps_nothing_and_says_where(scene, sign_in):
    response = send(sign_in(scene.cast.social_worker), scene, uuid7(), day="31 June", end="09:00")
    assert response.status_code == 422
    with scope.tenant(scene.cast.tenant.pk):
        assert ServiceRecord.objects.count() == 0


def test_the_id_in_the_form_must_be_the_one_in_the_address(scene, sign_in):
    number, other = uuid7(), uuid7()
    address = f"{url(scene, 'new_record')}?kind=case_session&case={scene.case.pk}&id={number}"
    assert sign_in(scene.cast.social_worker).post(address, form_of(scene, other)).status_code == 422


def test_a_returned_record_is_put_right_on_the_same_form(scene, inside, sign_in):
    record, client = inside(scene.returned), sign_in(scene.cast.social_worker)
    page = client.get(url(scene, "edit_record", pk=record.pk))
    assert (
        "照片看不清人，请补 1 张" in text(page),
        page.context["form"]["version"].value(),
        page.context["form"]["narrative"].value(),
    ) == (True, 2, "谈近况")
    answer = client.post(
        url(scene, "edit_record", pk=record.pk),
        form_of(scene, record.pk, version="2", photos=[upload()], photos_kind=["photo"]),
    )
    assert answer.status_code == 302
    with scope.tenant(scene.cast.tenant.pk):
        kept = ServiceRecord.objects.get(pk=record.pk)
        assert (kept.state, kept.version, kept.evidence.count()) == ("submitted", 2, 2)


def test_a_photo_can_be_taken_off_a_draft(scene, inside, sign_in):
    record = inside(scene.complete)
    with scope.tenant(scene.cast.tenant.pk):
        paper = RecordEvidence.objects.select_related("file").get(record=record)
    client = sign_in(scene.cast.social_worker)
    assert f'data-sent="{paper.file.name}"' in text(client.get(url(scene, "edit_record", pk=record.pk)))
    client.post(url(scene, "remove_evidence", pk=record.pk, evidence=paper.pk))
    with scope.tenant(scene.cast.tenant.pk):
        assert RecordEvidence.objects.count() == 0


def test_an_event_is_logged_with_its_own_fields(scene, sign_in):
    number = uuid7()
    address = f"{url(scene, 'new_record')}?kind=event&id={number}"
    values = {
        "id": str(number),
        "version": "1",
        "title": "端午包粽子",
        "area": str(scene.cast.communities["上岭村"].pk),
        "day": "2024-06-03",
        "start": "09:00",
        "end": "11:00",
        "participants": "36",
        "workers": "3",
        "fact_topic": "festival",
        "fact_cost": "860.5",
        "act": "draft",
    }
    assert sign_in(scene.cast.social_worker).post(address, values).status_code == 302
    with scope.tenant(scene.cast.tenant.pk):
        record = ServiceRecord.objects.get()
        assert (record.title, record.street.name, record.participants, record.facts, record.day) == (
            "端午包粽子",
            "云岭镇",
            36,
            {"topic": "festival", "cost": 860.5},
            date(2024, 6, 3),
        )


def test_strange_addresses_are_not_found(scene, sign_in):
    client = sign_in(scene.cast.social_worker)
    for query in (
        {"kind": "case_session", "case": "nonsense"},
        {"kind": "case_session", "case": uuid7()},
        {"kind": "event", "id": "nonsense"},
    ):
        assert client.get(url(scene, "new_record"), query).status_code == 404


def test_somebody_elses_record_cannot_be_edited(scene, inside, sign_in):
    record = inside(scene.submitted)
    assert sign_in(scene.cast.agency_manager).get(url(scene, "edit_record", pk=record.pk)).status_code == 404


def test_withdrawing_leads_back_to_the_form(scene, inside, sign_in):
    record = inside(scene.submitted)
    client = sign_in(scene.cast.social_worker)
    assert client.post(url(scene, "withdraw_record", pk=record.pk)).url == url(scene, "edit_record", pk=record.pk)
    assert client.post(url(scene, "withdraw_record", pk=record.pk)).status_code == 409


def test_a_case_tells_its_interventions(scene, inside, sign_in):
    inside(scene.verified, moment="2024-05-20 10:00")
    inside(scene.submitted, moment="2024-05-27 10:00", mode="resource")
    inside(scene.complete, moment="2024-06-03 10:00")
    page = text(sign_in(scene.cast.social_worker).get(url(scene, "case_sessions", pk=scene.case.pk)))
    assert "2 次，其中直接 1 次，已核 1 次" in page
    assert page.count("<tr>") == 4
