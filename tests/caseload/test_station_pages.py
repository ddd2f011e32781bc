"""The pages of a rescue station: the board, a resident's file, each act's form, the file as PDF; who sees what."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload.models import Stay
from services.actions import station
from tenancy import scope
from tenancy.models import AuditEvent
from tests.caseload import stays
from tests.caseload.people import id_number
from tests.caseload.stays import later

FORMS = ["assess", "submit_plan", "note_needs", "move_bed", "trace", "identify", "note_settling", "begin_leaving", "cancel_leaving", "discharge", "settle", "send_home", "add_stay_paper"]  # fmt: skip
NAMED = {"name": "石敢当", "id_number": id_number(serial=3), "sex": "male", "phone": "10012345678"}


@pytest.fixture
def contract(cast, monkeypatch):
    monkeypatch.setattr("tenancy.clock.now", lambda: later(hours=30))
    monkeypatch.setattr("tenancy.clock.today", lambda: later(hours=30).date())
    with scope.tenant(cast.tenant.pk):
        return stays.station_contract(cast)


def made(cast, contract, **known):
    with scope.tenant(cast.tenant.pk):
        return stays.admit(cast, contract, **known)


def url(name, cast, pk=None):
    return reverse(f"services:{name}", kwargs={"tenant": cast.tenant.slug} | ({"pk": pk} if pk else {}))


def text(client, address):
    return client.get(address).content.decode()


def test_the_board_tells_who_is_in_and_what_is_late(cast, contract, sign_in):
    with scope.tenant(cast.tenant.pk):
        stays.admit(cast, contract, room=stays.room(cast, contract), bed="1")
    page = text(sign_in(cast.social_worker), url("station", cast))
    wanted = ("男一室", "身份不详（男，约 60 岁）", "FCG-Z-0001", "入站至首次沟通评估", "寻亲公告", "第 2 天")
    assert [words for words in wanted if words not in page] == []


def test_names_are_full_for_those_who_handle_and_numbers_masked_until_a_purpose_is_given(cast, contract, sign_in):
    stay = made(cast, contract, person=NAMED)
    client = sign_in(cast.station_staff)
    page = text(client, url("stay", cast, stay.pk))
    assert ("石敢当" in page, NAMED["id_number"] in page, NAMED["phone"] in page) == (True, False, False)
    refused = client.post(url("reveal_stay", cast, stay.pk), {"field": "id_number"})
    shown = client.post(url("reveal_stay", cast, stay.pk), {"field": "id_number", "purpose": "寻亲比对"})
    assert (refused.status_code, NAMED["id_number"] in shown.content.decode()) == (422, True)
    with scope.tenant(cast.tenant.pk):
        assert AuditEvent.objects.filter(action="stay.reveal").count() == 1


def test_nobody_else_may_look_and_a_rivals_worker_finds_nothing(cast, contract, sign_in):
    stay = made(cast, contract)
    roles = ["contract_manager", "subdistrict_officer", "auditor", "expert", "agency_finance"]
    seen = {role: sign_in(cast.members[role]).get(url("stay", cast, stay.pk)).status_code for role in roles}
    assert seen == dict.fromkeys(roles, 403)
    assert sign_in(cast.rivals["social_worker"]).get(url("stay", cast, stay.pk)).status_code == 404


def test_every_act_has_a_form_that_opens_and_the_station_only_decides(cast, contract, sign_in):
    stay = made(cast, contract)
    client = sign_in(cast.social_worker)
    assert {name: client.get(url(name, cast, stay.pk)).status_code for name in FORMS} == dict.fromkeys(FORMS, 200)
    assert client.get(url("return_plan", cast, stay.pk)).status_code == 403
    assert sign_in(cast.station_staff).get(url("assess", cast, stay.pk)).status_code == 403


def test_the_station_refuses_somebody_on_its_own_form(cast, contract, sign_in):
    answer = sign_in(cast.station_staff).post(url("refuse_stay", cast, contract.pk), {
        "arrival": "self", "asked_at": "2025-06-03T13:00", "sex": "male", "estimated_age": "40", "features": "高个",
        "ground": "自身有能力解决食宿", "reason": "有住处和收入",
    })  # fmt: skip
    assert answer.status_code == 302
    with scope.tenant(cast.tenant.pk):
        stay = Stay.objects.get()
        assert (stay.number, stay.state, stay.entry) == ("FCG-B-0001", "refused", None)


def test_earlier_stays_of_the_same_number_are_told(cast, contract, sign_in):
    with scope.tenant(cast.tenant.pk):
        worker, first = cast.social_worker, stays.admit(cast, contract, person=NAMED)
        first = station.begin_leaving(first, way="own", asked_at=later(hours=1), by=worker, at=later(hours=1))
        for kind, form in (("own_leave", {"statement": "返乡", "capable": "是", "signed": "按手印"}), ("feedback", stays.FEEDBACK)):  # fmt: skip
            first = station.file_form(first, kind, form=form, on=later().date(), by=worker, at=later(hours=1))
        station.discharge(first, form=stays.DISCHARGE, left_at=later(hours=2), by=worker, at=later(hours=2))
        again = stays.admit(cast, contract, person=NAMED, moment=later(hours=9))
    page = text(sign_in(cast.social_worker), url("stay", cast, again.pk))
    assert ("反复流浪" in page, "FCG-Z-0001" in page) == (True, True)


def test_the_board_takes_as_many_statements_for_three_as_for_one(cast, contract, sign_in):
    client = sign_in(cast.social_worker)
    counted = []
    for several in (1, 2):
        for _ in range(several):
            made(cast, contract)
        client.get(url("station", cast))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(url("station", cast))
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_the_whole_file_is_printed_and_remembered(cast, contract, sign_in):
    with scope.tenant(cast.tenant.pk):
        stay = stays.cared(cast, stays.admit(cast, contract), later(hours=2))
    answer = sign_in(cast.station_staff).post(url("print_stay", cast, stay.pk))
    assert (answer["Content-Type"], answer.content[:4]) == ("application/pdf", b"%PDF")
    with scope.tenant(cast.tenant.pk):
        event = AuditEvent.objects.get(action="stay.file_printed")
        assert event.fields_seen == ["admission", "assessment", "care_plan"]
