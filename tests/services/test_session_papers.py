"""A verified session is a paper of the file that it belongs to, and its photos are that file's photos: nothing twice."""

import pytest

from caseload.models import Case, Group, GroupPaper, Household, Person
from documents.actions.files import store
from services.actions.records import return_record, verify_record
from services.models import ActivityKind, RecordEvidence, ServiceRecord
from tests.cast import at
from tests.populated import picture


@pytest.fixture
def group(act):
    place = {"area": act.communities["柳林一社区"], "street": act.streets["柳林街道"]}
    ActivityKind.objects.create(code="group_session", label="小组活动", subject="group", proves="session_record")
    return Group.objects.create(
        contract=act.contract,
        title="同心圆",
        leader=act.social_worker,
        members=8,
        state="open",
        first_session_on=at().date(),
        created_at=at(),
        **place,
    )


def session(act, subject, kind="group_session", papers=("photo",)):
    name = "group" if isinstance(subject, Group) else "case"
    return ServiceRecord.objects.create(
        contract=act.contract,
        kind=kind,
        day=at().date(),
        started_at=at(),
        created_by=act.social_worker,
        created_at=at(),
        state="submitted",
        papers=list(papers),
        **{name: subject},
    )


def test_verifying_a_session_fills_the_group_s_file(act, group):
    verify_record(session(act, group), by=act.quality_control, at=at())
    group.refresh_from_db()
    assert group.papers == ["photo", "session_record"]


def test_a_submitted_session_proves_nothing_yet(act, group):
    session(act, group)
    group.refresh_from_db()
    assert group.papers == []


def test_returning_the_only_session_takes_its_papers_back_but_not_those_added_by_hand(act, group):
    photo = store(picture(), allow={"image"}, by=act.social_worker, at=at())
    GroupPaper.objects.create(group=group, kind="photo", file=photo, created_at=at())
    Group.objects.filter(pk=group.pk).update(papers=["photo"])
    record = verify_record(session(act, group), by=act.quality_control, at=at())
    return_record(record, reason="照片不清", by=act.quality_control, at=at())
    group.refresh_from_db()
    assert group.papers == ["photo"]


def test_a_case_gets_its_process_record(act):
    ActivityKind.objects.create(code="case_session", label="个案介入", subject="case", proves="process")
    place = {"area": act.communities["柳林一社区"], "street": act.streets["柳林街道"]}
    household = Household.objects.create(contract=act.contract, number="H1", created_at=at(), **place)
    person = Person.objects.create(household=household, name="白露华", created_at=at())
    case = Case.objects.create(
        contract=act.contract,
        number="GA1",
        household=household,
        person=person,
        worker=act.social_worker,
        identified_on=at().date(),
        papers=["intake"],
        created_at=at(),
        **place,
    )
    verify_record(session(act, case, "case_session", ()), by=act.quality_control, at=at())
    case.refresh_from_db()
    assert (case.papers, RecordEvidence.objects.count()) == (["intake", "process"], 0)
