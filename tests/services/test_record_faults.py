"""What keeps a record from being submitted, all at once; and what the database itself refuses."""

import pytest
from django.db import IntegrityError, connection, transaction

from services.actions import records
from services.models import RecordEvidence, ServiceRecord
from tenancy import scope
from tenancy.problems import Refused
from tests.cast import at, make_contract
from tests.services.scene import make_case, make_household, make_scene, make_team

LATER = at("2024-06-03 18:00")


@pytest.fixture
def scene(act):
    return make_scene(act)


# --- submitting: everything that is wrong, at once ----------------------------------------------------------------------
def faults(record, at_=None):
    with pytest.raises(Refused) as refusal:
        records.submit_record(record, by=record.created_by, at=at_ or at("2024-12-31 20:00"))
    assert refusal.value.message == "还不能提交"
    return [str(problem) for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("kind", "values", "told"),
    [
        ("case_session", {"case": None}, ["未选服务对象（个案）"]),
        ("case_session", {"ended_at": None}, ["未填结束时间"]),
        ("case_session", {"minutes": 0}, ["结束须晚于开始"]),
        ("case_session", {"minutes": 1441}, ["一次服务不超过 24 小时"]),
        ("case_session", {"moment": "2023-12-31 10:00"}, ["日期不在服务期内（2024-01-02 至 2024-12-31）"]),
        ("case_session", {"mode": ""}, ["未选方式"]),
        ("case_session", {"mode": "telepathy"}, ["未选方式"]),
        ("case_session", {"workers": None}, ["未填服务人员"]),
        ("case_session", {"workers": 0}, ["服务人员须大于 0"]),
        ("event", {"facts": {}}, ["未填类型"]),
        ("event", {"participants": None, "workers": None}, ["未填参加人数", "未填服务人员"]),
        ("event", {"title": "", "area": None}, ["未选社区（村）", "未填名称"]),
        ("event", {"title": " "}, ["未填名称"]),
        ("home_survey", {}, []),
        ("revisit", {}, []),
        ("group_session", {}, []),
    ],
)  # fmt: skip
def test_what_keeps_a_record_from_being_submitted(scene, kind, values, told):
    record = scene.complete(kind, **values)
    if told:
        assert faults(record) == told
    else:
        assert records.submit_record(record, by=record.created_by, at=LATER).state == "submitted"


def test_a_service_that_has_not_happened_yet_is_refused(scene):
    assert faults(scene.complete(moment="2024-06-03 10:00", minutes=40), at("2024-06-03 10:20")) == ["服务时间还没有到"]


def test_missing_evidence_is_told_with_its_number(scene):
    assert faults(scene.start("event")) == ["照片还差 1 张，至少 1 张", "缺签到表"]


def test_all_faults_come_at_once_each_beside_its_field(scene):
    record = records.start_record(contract=scene.cast.contract, kind="event", by=scene.cast.social_worker, at=LATER)
    with pytest.raises(Refused) as refusal:
        records.submit_record(record, by=scene.cast.social_worker, at=LATER)
    assert [problem.field for problem in refusal.value.problems] == [
        "area",
        "title",
        "end",
        "participants",
        "workers",
        "topic",
        "evidence_photo",
        "evidence_sign_in_sheet",
    ]


def test_a_household_of_another_contract_is_refused(scene):
    other = make_contract(
        scene.cast.contract.purchaser, scene.cast.provider, scene.cast.streets.values(), scene.cast.expert, code="QH02"
    )
    foreign = make_household(scene.cast, number="QH02-H-0001", contract=other)
    assert faults(scene.complete("revisit", household=foreign)) == ["服务对象不在本合同的台账中"]


def test_a_place_outside_the_contracts_areas_is_refused(scene):
    scene.cast.contract.contractareas.filter(area=scene.cast.streets["云岭镇"]).delete()
    assert faults(scene.complete("event", area=scene.cast.communities["上岭村"])) == ["上岭村不在本合同的服务地区内"]


def test_a_case_that_was_not_taken_gets_no_sessions(scene):
    refused = make_case(
        scene.cast,
        make_household(scene.cast, number="QH01-H-0002", name="谷雨生"),
        number="QH01-GA-0002",
        state="refused",
    )
    assert faults(scene.complete(case=refused)) == ["个案未接案，不能登记服务"]


def test_a_team_may_stay_open(scene):
    assert scene.submitted("home_survey", team=make_team(scene.cast)).state == "submitted"


# --- the database is the last judge ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "returned", "return_reason": ""}, "record_returned_reason"),
        ({"state": "verified", "decided_at": None}, "record_verified_by"),
        ({"state": "verified", "decided_by": "own", "decided_at": LATER}, "record_not_own"),
        ({"ended_at": at("2024-06-03 09:59")}, "record_interval"),
        ({"facts": {"x": "字" * 400}}, "record_facts_size"),
    ],
)
def test_the_database_refuses_what_must_never_be(scene, values, constraint):
    record = scene.submitted()
    values = {name: scene.cast.social_worker if value == "own" else value for name, value in values.items()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ServiceRecord.objects.filter(pk=record.pk).update(**values)


def test_a_photo_hangs_on_a_record_once(scene):
    record = scene.complete()
    row = RecordEvidence.objects.get(record=record)
    with pytest.raises(IntegrityError, match="recordevidence_once"), transaction.atomic():
        RecordEvidence.objects.create(record=record, file=row.file, kind=row.kind, added_at=LATER)


def test_a_record_cannot_point_into_another_bureau(cast, strangers):
    with scope.tenant(strangers.tenant.pk):
        foreign = make_household(strangers)
    with scope.tenant(cast.tenant.pk):
        record = make_scene(cast).start()
        with pytest.raises(IntegrityError, match="household_id_t"), transaction.atomic():
            ServiceRecord.objects.filter(pk=record.pk).update(household=foreign.pk)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
