"""The phone's pages: what today asks for, choosing, and the form that keeps what it is sent."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from uuid6 import uuid7

from services.models import Indicator, RecordEvidence, ServiceRecord
from tenancy import scope
from tests.cast import at
from tests.documents.hostile import picture
from tests.services.pages import inside, moment, scene, text, url

__all__ = ["inside", "moment", "scene"]


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
    assert sign_in(scene.cast.social_worker).post(address, form_of(scene, other, act="draft")).status_code == 422


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


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [("23:40", "00:20", 40), ("20:00", "08:00", 720), ("20:00", "08:01", None), ("10:00", "09:30", None)],
)
def test_a_nights_round_ends_on_the_next_day_and_a_mistyped_time_is_told(scene, sign_in, start, end, minutes):
    number = uuid7()
    answer = send(sign_in(scene.cast.social_worker), scene, number, act="draft", start=start, end=end)
    if minutes is None:
        assert (answer.status_code, "结束须晚于开始" in text(answer)) == (422, True)
        return
    with scope.tenant(scene.cast.tenant.pk):
        record = ServiceRecord.objects.get(pk=number)
        assert (record.day, record.minutes) == (date(2024, 6, 3), minutes)


def test_the_kinds_that_the_contract_counts_stand_first(scene, inside, sign_in):
    def promise():
        Indicator.objects.create(
            contract=scene.cast.contract,
            code="I1",
            title="社区活动",
            definition={"of": "record.event", "target": {"ge": 1}},
            sentence="",
        )

    client = sign_in(scene.cast.social_worker)
    page = text(client.get(url(scene, "new_record")))
    assert page.index("其他服务") < page.index("入户调查") < page.index("社区活动")
    inside(promise)
    page = text(client.get(url(scene, "new_record")))
    assert page.index("做了什么") < page.index("社区活动") < page.index("其他服务") < page.index("入户调查")
