"""The life of a service record: logged, sent twice, completed, submitted, decided on by somebody else, corrected."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from uuid6 import uuid7

from services.actions import kinds, records
from services.models import RecordEvidence, RecordMove, ServiceRecord
from services.rules import records as rules
from tenancy import scope
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.services.scene import make_scene

LATER = at("2024-06-03 18:00")


@pytest.fixture
def scene(act):
    return make_scene(act)


def verbs(record):
    return list(RecordMove.objects.filter(record=record).values_list("verb", flat=True))


# --- writing ----------------------------------------------------------------------------------------------------------
def test_a_record_takes_day_minutes_place_and_direct_from_what_is_known(scene):
    record = scene.start(moment="2024-06-03 23:30", minutes=45)
    assert (record.day.isoformat(), record.minutes, record.area, record.street.name) == (
        "2024-06-03",
        45,
        scene.case.area,
        "柳林街道",
    )
    assert (record.household, record.person, record.direct, record.title) == (
        scene.household,
        scene.case.person,
        True,
        "个案介入 QH01-GA-0001",
    )
    assert (record.state, record.version, verbs(record)) == ("draft", 1, ["start"])


@pytest.mark.parametrize(("mode", "direct"), [("interview", True), ("phone", True), ("resource", False)])
def test_the_mode_tells_direct_from_indirect(scene, mode, direct):
    assert scene.start(mode=mode).direct == direct


def test_a_kind_that_does_not_ask_leaves_direct_open(scene):
    assert scene.start("revisit").direct is None


def test_a_kind_may_say_itself_which_mode_is_direct(scene):
    kinds.save_kind(
        code="chat",
        label="探访",
        subject="none",
        shows=["mode", "direct"],
        modes=[["x", "甲", False], ["resource", "乙", True]],
        by=None,
        at=at(),
    )

    def draft(mode):
        return records.start_record(
            contract=scene.cast.contract, kind="chat", mode=mode, by=scene.cast.social_worker, at=LATER
        )

    assert (draft("x").direct, draft("resource").direct) == (False, True)


def test_an_event_lies_where_it_was_held(scene):
    record = scene.start("event", area=scene.cast.streets["云岭镇"])
    assert (record.area.name, record.street.name, record.title) == ("云岭镇", "云岭镇", "端午包粽子")


def test_the_narrative_is_sealed_and_the_record_names_nobody(scene):
    record = scene.start(narrative="谈近两周睡眠，比上次好转")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM services_servicerecord r WHERE id = %s", [record.pk])
        stored = cursor.fetchone()[0]
    assert ("睡眠" in stored, "白露华" in stored) == (False, False)
    assert ServiceRecord.objects.get(pk=record.pk).narrative.reveal() == "谈近两周睡眠，比上次好转"


def test_the_same_id_again_is_the_same_record_unchanged(scene):
    number = uuid7()
    first = scene.start(id=number, narrative="第一次")
    again = scene.start(id=number, narrative="第二次")
    assert (again.pk, again.narrative.reveal(), ServiceRecord.objects.count(), verbs(first)) == (
        number,
        "第一次",
        1,
        ["start"],
    )


def test_somebody_elses_id_is_refused(scene):
    number = uuid7()
    scene.start(id=number)
    with pytest.raises(Refused, match="已被别人使用"):
        scene.start(id=number, by=scene.cast.agency_manager)


def test_an_id_that_another_bureau_uses_is_refused_without_telling_more(cast, strangers):
    number = uuid7()
    with scope.tenant(cast.tenant.pk):
        make_scene(cast).start(id=number)
    with scope.tenant(strangers.tenant.pk), pytest.raises(Refused, match="已被别人使用"):
        make_scene(strangers).start(id=number)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"facts": {"system_no": "x" * 61}}, "系统录入号：不超过 60 个字"),
        ({"facts": {"change_found": "maybe"}}, "情况有变化：须是或否"),
        ({"facts": {"name": "白露华"}}, "多出的字段 name"),
        ({"ended_at": at("2024-06-03 09:00")}, "结束须晚于开始"),
        ({"workers": -1}, "大于或等于0"),
        ({"mode": "x" * 21}, "20"),
    ],
)
def test_a_draft_may_be_incomplete_but_not_misshapen(scene, values, told):
    with pytest.raises(Refused) as refusal:
        scene.start("revisit", **values)
    assert told in str(refusal.value)
    assert ServiceRecord.objects.count() == 0


def test_a_draft_needs_nothing_but_its_kind(scene):
    record = records.start_record(contract=scene.cast.contract, kind="event", by=scene.cast.social_worker, at=LATER)
    assert (record.started_at, record.ended_at, record.minutes, record.street) == (LATER, None, None, None)


def test_saving_a_draft_keeps_what_was_typed(scene):
    record = records.save_draft(
        scene.start(), by=scene.cast.social_worker, at=LATER, mode="resource", narrative="联系区残联"
    )
    kept = ServiceRecord.objects.get(pk=record.pk)
    assert (kept.mode, kept.direct, kept.narrative.reveal(), kept.state) == ("resource", False, "联系区残联", "draft")


def test_nobody_saves_somebody_elses_draft(scene):
    with pytest.raises(Refused, match="只能改自己登记的记录"):
        records.save_draft(scene.start(), by=scene.cast.agency_manager, at=LATER, mode="phone")


@pytest.mark.parametrize(
    "role", ["quality_control", "supervisor", "contract_manager", "subdistrict_officer", "agency_finance"]
)
def test_only_the_agencys_field_workers_log_services(scene, role):
    with pytest.raises(Refused, match="只有承接本合同的机构"):
        scene.start(by=scene.cast.members[role])


def test_another_agency_logs_nothing_here(scene):
    with pytest.raises(Refused, match="只有承接本合同的机构"):
        scene.start(by=scene.cast.rivals["social_worker"])


def test_nothing_is_logged_under_a_contract_that_is_over(scene):
    scene.cast.contract.state = "closed"
    scene.cast.contract.save()
    with pytest.raises(Refused, match="不在履行中"):
        scene.start()


def test_a_kind_that_is_not_in_use_is_refused(scene):
    kinds.save_kind(code="revisit", label="回访", subject="household", is_active=False, by=None, at=at())
    with pytest.raises(Refused, match="没有登记"):
        scene.start("revisit")


# --- evidence ---------------------------------------------------------------------------------------------------------
def test_papers_are_the_kinds_of_the_evidence(scene):
    record = scene.start("revisit")
    by = {"by": scene.cast.social_worker, "at": LATER}
    sheet = records.add_evidence(record, file=scene.photo(), kind="revisit_form", **by)
    records.add_evidence(record, file=scene.photo(), kind="photo", **by)
    records.add_evidence(record, file=scene.photo(), kind="photo", **by)
    record.refresh_from_db()
    assert record.papers == ["photo", "revisit_form"]
    records.remove_evidence(sheet, **by)
    record.refresh_from_db()
    assert record.papers == ["photo"]


def test_the_same_photo_again_changes_nothing(scene):
    record, photo = scene.start(), scene.photo()
    for _ in range(2):
        records.add_evidence(
            record, file=photo, kind="photo", by=scene.cast.social_worker, at=LATER, caption="门口", consent=True
        )
    assert list(RecordEvidence.objects.values_list("caption", "consent")) == [("门口", True)]


def test_a_paper_that_the_kind_does_not_know_is_refused(scene):
    with pytest.raises(Refused, match="可附：照片、《个案工作过程记录表》"):
        records.add_evidence(
            scene.start(), file=scene.photo(), kind="sign_in_sheet", by=scene.cast.social_worker, at=LATER
        )


def test_a_record_carries_at_most_forty_papers(scene, monkeypatch):
    monkeypatch.setattr(rules, "EVIDENCE_MOST", 1)
    record = scene.complete()
    with pytest.raises(Refused, match="最多附 1 份"):
        records.add_evidence(record, file=scene.photo(), kind="photo", by=scene.cast.social_worker, at=LATER)


def test_evidence_of_a_submitted_record_stays(scene):
    record = scene.submitted()
    with pytest.raises(Refused, match="材料不能再改"):
        records.remove_evidence(RecordEvidence.objects.get(record=record), by=scene.cast.social_worker, at=LATER)


# --- deciding ---------------------------------------------------------------------------------------------------------
def test_quality_control_verifies_and_the_history_says_who(scene):
    record = scene.verified()
    assert (record.state, record.decided_by, record.decided_at) == (
        "verified",
        scene.cast.quality_control,
        at("2024-06-04 10:40"),
    )
    assert verbs(record) == ["start", "submit", "verify"]
    assert list(AuditEvent.objects.filter(object_id=record.pk).values_list("action", flat=True)) == [
        "record.start",
        "record.add_evidence",
        "record.submit",
        "record.verify",
    ]


def test_a_record_goes_back_with_a_reason_and_comes_again_as_the_next_version(scene):
    record = scene.returned(reason="照片看不清人，请补 1 张")
    assert (record.state, record.return_reason, record.version) == ("returned", "照片看不清人，请补 1 张", 1)

    worker = {"by": scene.cast.social_worker, "at": at("2024-06-05 09:00")}
    record = records.correct_record(record, narrative="补充", **worker)
    assert (record.state, record.version, record.decided_by, record.narrative.reveal()) == ("draft", 2, None, "补充")
    records.add_evidence(record, file=scene.photo(), kind="photo", **worker)
    record = records.verify_record(
        records.submit_record(record, **worker), by=scene.cast.quality_control, at=at("2024-06-06 09:00")
    )
    assert (record.state, record.return_reason) == ("verified", "")
    assert verbs(record) == ["start", "submit", "return", "correct", "submit", "verify"]


def test_returning_needs_a_reason(scene):
    with pytest.raises(Refused, match="写明"):
        records.return_record(scene.submitted(), reason="  ", by=scene.cast.quality_control, at=LATER)


def test_a_verified_record_can_still_be_returned(scene):
    record = records.return_record(scene.verified(), reason="抽查发现未入户", by=scene.cast.quality_control, at=LATER)
    assert record.state == "returned"


def test_ones_own_record_can_be_withdrawn_before_it_is_decided(scene):
    record = records.withdraw_record(scene.submitted(), by=scene.cast.social_worker, at=LATER)
    assert (record.state, record.submitted_at) == ("draft", None)


@pytest.mark.parametrize(
    "role", ["social_worker", "agency_manager", "contract_manager", "subdistrict_officer", "auditor"]
)
def test_who_is_not_quality_control_decides_nothing(scene, role):
    record = scene.submitted()
    for decide in (
        lambda: records.verify_record(record, by=scene.cast.members[role], at=LATER),
        lambda: records.return_record(record, reason="x", by=scene.cast.members[role], at=LATER),
    ):
        with pytest.raises(Refused, match="只有本机构的质控"):
            decide()


def test_another_agencys_quality_control_decides_nothing(scene):
    with pytest.raises(Refused, match="只有本机构的质控"):
        records.verify_record(scene.submitted(), by=scene.cast.rivals["quality_control"], at=LATER)


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        (state, verb)
        for state in ("complete", "submitted", "verified", "returned")
        for verb in ("submit", "withdraw", "verify", "return", "correct")
    ],
)
def test_the_table_of_moves_is_the_whole_truth(scene, state, verb):
    record, worker, control = getattr(scene, state)(), scene.cast.social_worker, scene.cast.quality_control
    acts = {
        "submit": lambda: records.submit_record(record, by=worker, at=LATER),
        "withdraw": lambda: records.withdraw_record(record, by=worker, at=LATER),
        "verify": lambda: records.verify_record(record, by=control, at=LATER),
        "return": lambda: records.return_record(record, reason="缺照片", by=control, at=LATER),
        "correct": lambda: records.correct_record(record, by=worker, at=LATER),
    }
    if rules.allowed(verb, record.state):
        assert acts[verb]().state == rules.MOVES[verb][1]
    else:
        with pytest.raises(Refused, match="现在不能"):
            acts[verb]()


def test_who_looks_at_an_old_page_is_told_so(scene):
    record = scene.submitted()
    seen = ServiceRecord.objects.get(pk=record.pk)
    records.verify_record(record, by=scene.cast.quality_control, at=LATER)
    with pytest.raises(Conflict):
        records.return_record(seen, reason="缺照片", by=scene.cast.supervisor, at=LATER)


def test_a_change_that_counts_asks_for_a_new_measurement_after_the_commit(
    scene, monkeypatch, django_capture_on_commit_callbacks
):
    asked = []
    monkeypatch.setattr("services.actions.measuring._wake", asked.append)
    with django_capture_on_commit_callbacks(execute=True):
        record = scene.start()
    assert asked == []
    with django_capture_on_commit_callbacks(execute=True):
        records.add_evidence(record, file=scene.photo(), kind="photo", by=scene.cast.social_worker, at=LATER)
        records.submit_record(record, by=scene.cast.social_worker, at=LATER)
    assert asked == [{"tenant_id": scene.cast.tenant.pk, "contract_id": str(scene.cast.contract.pk)}]


# --- what a phone sends -------------------------------------------------------------------------------------------------
def receive(scene, number, version=1, **values):
    begin = at("2024-06-03 10:00")
    values = {
        "case": scene.case,
        "mode": "interview",
        "workers": 1,
        "started_at": begin,
        "ended_at": begin + timedelta(minutes=30),
        **values,
    }
    return records.receive_record(
        id=number,
        version=version,
        contract=scene.cast.contract,
        kind="case_session",
        values=values,
        by=scene.cast.social_worker,
        at=LATER,
    )


def test_a_record_sent_again_after_it_was_submitted_is_left_alone(scene):
    number = uuid7()
    record, is_open = receive(scene, number, narrative="一")
    records.add_evidence(record, file=scene.photo(), kind="photo", by=scene.cast.social_worker, at=LATER)
    records.submit_record(record, by=scene.cast.social_worker, at=LATER)
    again, still_open = receive(scene, number, narrative="二")
    assert (is_open, still_open, again.state, again.narrative.reveal()) == (True, False, "submitted", "一")


def test_an_old_copy_does_not_undo_a_return_but_a_correction_does(scene):
    record = scene.returned()
    stale, is_open = receive(scene, record.pk, version=1)
    assert (stale.state, is_open) == ("returned", False)
    fresh, is_open = receive(scene, record.pk, version=2, mode="phone")
    assert (fresh.state, fresh.version, fresh.mode, is_open) == ("draft", 2, "phone", True)


@pytest.mark.django_db(transaction=True)
def test_two_threads_sending_one_record_make_one(cast):
    number, results, failures = uuid7(), [], []
    with scope.tenant(cast.tenant.pk):
        scene = make_scene(cast)
        photo = scene.photo()
    start = threading.Barrier(4)

    def send():
        try:
            start.wait()
            with scope.acting(cast.social_worker):
                record, is_open = receive(scene, number)
                if is_open:
                    records.add_evidence(record, file=photo, kind="photo", by=cast.social_worker, at=LATER)
                    records.submit_record(record, by=cast.social_worker, at=LATER)
                results.append(is_open)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scope.tenant(cast.tenant.pk):
        kept = ServiceRecord.objects.get()
        assert (failures, sorted(results)) == ([], [False, False, False, True])
        assert (kept.pk, kept.state, kept.papers, verbs(kept)) == (number, "submitted", ["photo"], ["start", "submit"])


# --- the text -----------------------------------------------------------------------------------------------------------
def test_the_text_is_shown_for_a_purpose_and_the_trail_keeps_it(scene):
    record = scene.verified(narrative="谈近况")
    assert records.reveal_narrative(record, purpose="核对台账", by=scene.cast.contract_manager, at=LATER) == "谈近况"
    event = AuditEvent.objects.get(action="record.reveal")
    assert (event.fields_seen, event.detail) == (["narrative"], {"purpose": "核对台账"})


@pytest.mark.parametrize(
    ("role", "purpose"), [("section_chief", "核对台账"), ("contract_manager", "看"), ("contract_manager", "")]
)
def test_no_text_without_right_and_purpose(scene, role, purpose):
    with pytest.raises(Refused):
        records.reveal_narrative(scene.verified(), purpose=purpose, by=scene.cast.members[role], at=LATER)
    assert not AuditEvent.objects.filter(action="record.reveal").exists()
