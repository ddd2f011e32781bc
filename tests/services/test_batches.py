"""Many records in one act leave what each alone would have left, and are refused as a whole."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.actions import batches, measuring, records
from services.actions.batches import Entry
from services.models import ActivityKind, RecordEvidence, RecordMove, ServiceRecord
from tenancy.audit import broken_links
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.services.scene import make_scene

LATER = at("2024-06-03 18:00")
BEGIN = at("2024-06-03 10:00")


@pytest.fixture
def scene(act):
    return make_scene(act)


def session(scene, photo, minutes=40, **changes):
    values = {
        "case": scene.case,
        "mode": "interview",
        "workers": 1,
        "started_at": BEGIN,
        "ended_at": BEGIN + timedelta(minutes=minutes),
        "narrative": "谈近况",
    }
    return Entry("case_session", values | changes, (("photo", photo),))


def log(scene, entries, by=None):
    return batches.log_records(entries, contract=scene.cast.contract, by=by or scene.cast.social_worker, at=LATER)


def left_by(record):
    """What a record's way has left: the row, its evidence, its moves, its trail."""
    row = ServiceRecord.objects.get(pk=record.pk)
    names = (
        "kind",
        "title",
        "area",
        "street",
        "household",
        "person",
        "day",
        "minutes",
        "direct",
        "papers",
        "state",
        "version",
        "created_by",
        "submitted_at",
        "decided_by",
    )
    return (
        [getattr(row, name) for name in names],
        row.narrative.reveal(),
        list(RecordEvidence.objects.filter(record=row).values_list("kind", "file", "consent")),
        list(RecordMove.objects.filter(record=row).values_list("verb", "from_state", "to_state", "by", "at")),
        list(AuditEvent.objects.filter(object_id=row.pk).values_list("action", "detail", "actor", "object_label")),
    )


def test_a_batch_leaves_what_one_by_one_leaves(scene):
    photo, worker, checker = scene.photo(), scene.cast.social_worker, scene.cast.quality_control
    alone = records.start_record(
        contract=scene.cast.contract, kind="case_session", by=worker, at=LATER, **session(scene, photo).values
    )
    records.add_evidence(alone, file=photo, kind="photo", consent=True, by=worker, at=LATER)
    alone.refresh_from_db()
    alone = records.verify_record(records.submit_record(alone, by=worker, at=LATER), by=checker, at=LATER)
    batched = log(scene, [session(scene, photo)])
    assert batches.verify_records(batched, by=checker, at=LATER) == 1
    assert left_by(batched[0]) == left_by(alone)
    assert broken_links() == []


def test_a_batch_tells_the_files_of_cases_and_groups_what_it_proves(scene):
    for code, paper in (("case_session", "process"), ("group_session", "session_record")):
        ActivityKind.objects.filter(code=code).update(proves=paper)
    sheet = scene.photo()
    meeting = Entry(
        "group_session", {"group": scene.group, "participants": 8, "workers": 1, "started_at": BEGIN, "ended_at": BEGIN + timedelta(minutes=60), "narrative": "分享"},
        (("photo", scene.photo()), ("sign_in_sheet", sheet)),
    )  # fmt: skip
    logged = log(scene, [session(scene, scene.photo()), meeting])
    assert [scene.case.papers, scene.group.papers] == [[], []]
    batches.verify_records(logged, by=scene.cast.quality_control, at=LATER)
    scene.case.refresh_from_db()
    scene.group.refresh_from_db()
    assert (scene.case.papers, scene.group.papers) == (["photo", "process"], ["photo", "session_record"])


def test_every_entry_is_told_with_its_number_and_nothing_is_kept(scene):
    good, late = session(scene, scene.photo()), session(scene, scene.photo(), minutes=-5)
    bare = Entry("case_session", session(scene, None).values | {"workers": None})
    strange = Entry("case_session", good.values, (("photo", scene.photo()), ("passport", scene.photo())))
    with pytest.raises(Refused) as refused:
        log(scene, [good, late, bare, strange, Entry("dance", {})])
    assert [str(problem) for problem in refused.value.problems] == [
        "第 2 条：结束须晚于开始", "第 3 条：未填服务人员", "第 3 条：照片还差 1 张，至少 1 张", "第 4 条：这类记录不收这种材料：passport", "第 5 条：没有登记“dance”这类活动",
    ]  # fmt: skip
    assert not ServiceRecord.objects.exists()


def test_only_the_contracts_own_agency_logs(scene):
    with pytest.raises(Refused, match="只有承接本合同的机构"):
        log(scene, [session(scene, scene.photo())], by=scene.cast.rivals["social_worker"])


def test_what_was_received_before_is_not_taken_again(scene):
    known = log(scene, [session(scene, scene.photo())])[0]
    again = session(scene, scene.photo())
    with pytest.raises(Refused, match="已登记过"):
        log(scene, [Entry(again.kind, again.values, again.papers, id=known.pk)])
    assert ServiceRecord.objects.count() == 1


def test_one_record_that_somebody_else_decided_stops_the_whole_batch(scene):
    first, second = log(scene, [session(scene, scene.photo()), session(scene, scene.photo())])
    records.return_record(
        ServiceRecord.objects.get(pk=second.pk), reason="照片看不清", by=scene.cast.quality_control, at=LATER
    )
    with pytest.raises(Conflict):
        batches.verify_records([first, second], by=scene.cast.quality_control, at=LATER)
    assert sorted(ServiceRecord.objects.values_list("state", flat=True)) == ["returned", "submitted"]


def test_nobody_verifies_their_own_and_nothing_twice(scene):
    logged = log(scene, [session(scene, scene.photo())])
    with pytest.raises(Refused, match="只有本机构的质控"):
        batches.verify_records(logged, by=scene.cast.social_worker, at=LATER)
    batches.verify_records(logged, by=scene.cast.quality_control, at=LATER)
    with pytest.raises(Refused, match="已核"):
        batches.verify_records(list(ServiceRecord.objects.all()), by=scene.cast.quality_control, at=LATER)


def test_statements_do_not_grow_with_the_batch(scene):
    photo, counts = scene.photo(), []
    for number in (1, 1, 3):  # the first also notes the photo in the case's file
        with CaptureQueriesContext(connection) as asked:
            batches.verify_records(
                log(scene, [session(scene, photo) for _ in range(number)]), by=scene.cast.quality_control, at=LATER
            )
        counts.append(len(asked))
    assert counts[1] == counts[2]


def test_one_commit_wakes_the_measurement_once(scene, monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr(measuring, "_wake", asked.append)
    with django_capture_on_commit_callbacks(execute=True):
        batches.verify_records(log(scene, [session(scene, scene.photo())]), by=scene.cast.quality_control, at=LATER)
    assert asked == [{"tenant_id": scene.cast.tenant.pk, "contract_id": str(scene.cast.contract.pk)}]


def test_a_load_that_measures_at_its_end_wakes_nothing(scene, monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr(measuring, "_wake", asked.append)
    with django_capture_on_commit_callbacks(execute=True):
        with measuring.asleep():
            log(scene, [session(scene, scene.photo())])
        assert asked == []
        measuring.measure_again(scene.cast.contract.pk)
    assert len(asked) == 1
