"""Kinds of activity, papers handed to the purchaser, and questionnaires."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from caseload.models import Case, CasePaper
from caseload.queries import answers_of
from caseload.rules.forms.satisfaction import DIMENSIONS
from contracts.models import RequiredDocument
from services.actions import answers, deliverables, kinds, records
from services.models import ActivityKind, Answer, Deliverable
from services.queries import deliverables as queries
from tenancy import clock, scope
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.cast import at
from tests.documents.hostile import pdf
from tests.services.scene import make_case, make_household, make_scene

NOW = at("2024-11-20 10:00")


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


# --- kinds --------------------------------------------------------------------------------------------------------------
def test_a_kind_is_saved_and_changed_under_its_code(act):
    kinds.save_kind(code="patrol", label="巡视", by=None, at=NOW)
    kinds.save_kind(code="patrol", label="日常巡视", shows=["workers"], by=None, at=NOW)
    assert list(ActivityKind.objects.values_list("code", "label", "shows")) == [("patrol", "日常巡视", ["workers"])]
    assert list(AuditEvent.objects.filter(action__startswith="kind.").values_list("action", flat=True)) == [
        "kind.add",
        "kind.change",
    ]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"subject": "planet"}, "对象 planet 不认识"),
        ({"shows": ["mood"]}, "通用字段 mood 不认识"),
        ({"fields": [{"name": "a", "label": "甲", "type": "text"}] * 2}, "字段 a 重复"),
        ({"fields": [{"name": "a b", "label": "甲", "type": "text"}]}, "字段 a b 须有代号和名称"),
        ({"fields": [{"name": "a", "label": "甲", "type": "colour"}]}, "字段 a 的类型 colour 不认识"),
        ({"fields": [{"name": "a", "label": "甲", "type": "choice"}]}, "字段 a 没有选项"),
        ({"evidence": [{"kind": "photo", "label": "照片", "min": -1}]}, "材料 photo 须有代号、名称和不小于 0 的份数"),
        ({"modes": [["home"]]}, "方式须成对写：代号和名称"),
    ],
)
def test_a_kind_that_makes_no_sense_is_refused(act, values, told):
    with pytest.raises(Refused) as refusal:
        kinds.save_kind(code="patrol", label="巡视", by=None, at=NOW, **values)
    assert [str(problem) for problem in refusal.value.problems] == [told]


# --- deliverables ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def required(act):
    RequiredDocument.objects.create(
        contract=act.contract, kind="closing_report", title="结项验收报告", quantity=1, is_result=True, sort=1
    )
    RequiredDocument.objects.create(contract=act.contract, kind="exemplar_case", title="典型案例", quantity=2, sort=2)
    return act


def deliver(cast, kind="exemplar_case", title="张家的一年", **known):
    return deliverables.deliver(cast.contract, kind=kind, title=title, by=cast.agency_manager, at=NOW, **known)


def owed(cast):
    return [
        (row.required.kind, row.delivered, row.accepted, row.missing, row.state)
        for row in queries.owed_papers(cast.contract)
    ]


def test_the_contracts_list_is_held_against_what_is_there(required):
    one, two = deliver(required), deliver(required, title="李家的一年")
    deliverables.accept_deliverable(one, by=required.contract_manager, at=NOW)
    deliverables.return_deliverable(two, reason="缺照片", by=required.contract_manager, at=NOW)
    assert owed(required) == [("closing_report", 0, 0, 1, "missing"), ("exemplar_case", 0, 1, 1, "returned")]
    three = deliver(required, title="李家的一年（补）")
    assert owed(required)[1] == ("exemplar_case", 1, 1, 0, "waiting")
    deliverables.accept_deliverable(three, by=required.section_chief, at=NOW)
    assert owed(required)[1] == ("exemplar_case", 0, 2, 0, "met")


def test_a_paper_knows_its_place_and_day(act):
    row = deliver(act, area=act.communities["上岭村"], on=date(2024, 11, 1), papers=["photo", "photo"])
    assert (row.street.name, row.delivered_on, row.papers, row.state) == (
        "云岭镇",
        date(2024, 11, 1),
        ["photo"],
        "delivered",
    )


@pytest.mark.parametrize("role", ["social_worker", "contract_manager", "subdistrict_officer"])
def test_only_the_agencys_report_writers_deliver(act, role):
    with pytest.raises(Refused, match="只有承接本合同的机构"):
        deliverables.deliver(act.contract, kind="x", title="x", by=act.members[role], at=NOW)


@pytest.mark.parametrize(
    ("values", "told"), [({"on": date(2024, 11, 21)}, "不得晚于今天"), ({"title": " "}, "未填名称")]
)
def test_what_cannot_be_delivered(act, values, told):
    with pytest.raises(Refused, match=told):
        deliver(act, **values)


@pytest.mark.parametrize("role", ["agency_manager", "bureau_leader", "bureau_finance", "subdistrict_officer"])
def test_only_the_purchaser_takes_papers(act, role):
    with pytest.raises(Refused, match="只有甲方"):
        deliverables.accept_deliverable(deliver(act), by=act.members[role], at=NOW)


def test_a_decided_paper_stays_decided(act):
    row = deliver(act)
    seen = Deliverable.objects.get(pk=row.pk)
    deliverables.accept_deliverable(row, by=act.contract_manager, at=NOW)
    with pytest.raises(Refused, match="不能退回"):
        deliverables.return_deliverable(row, reason="x", by=act.contract_manager, at=NOW)
    with pytest.raises(Conflict):
        deliverables.return_deliverable(seen, reason="x", by=act.contract_manager, at=NOW)


def test_returning_a_paper_needs_a_reason_in_the_action_and_in_the_database(act):
    row = deliver(act)
    with pytest.raises(Refused, match="写明"):
        deliverables.return_deliverable(row, reason=" ", by=act.contract_manager, at=NOW)
    with pytest.raises(IntegrityError, match="deliverable_returned_reason"), transaction.atomic():
        Deliverable.objects.filter(pk=row.pk).update(state="returned")


def url(cast, name, pk):
    return reverse(f"services:{name}", kwargs={"tenant": cast.tenant.slug, "pk": pk})


def test_the_agency_delivers_on_the_page_and_the_bureau_takes(cast, sign_in):
    with scope.tenant(cast.tenant.pk):
        RequiredDocument.objects.create(contract=cast.contract, kind="closing_report", title="结项验收报告")
    agency = sign_in(cast.agency_manager)
    form = {
        "kind": "closing_report",
        "title": "结项验收报告",
        "on": "2024-11-20",
        "file": SimpleUploadedFile("报告.pdf", pdf(), "application/pdf"),
    }
    assert agency.post(url(cast, "deliver", cast.contract.pk), form).status_code == 302
    with scope.tenant(cast.tenant.pk):
        row = Deliverable.objects.get()
    page = sign_in(cast.contract_manager).get(url(cast, "deliverables", cast.contract.pk)).content.decode()
    assert ("待甲方接收" in page, "接收</button>" in page) == (True, True)
    bureau = sign_in(cast.contract_manager)
    assert b"".join(bureau.get(url(cast, "deliverable_file", row.pk)).streaming_content) == pdf()
    assert bureau.post(url(cast, "accept_deliverable", row.pk)).status_code == 302
    assert "已收齐" in bureau.get(url(cast, "deliverables", cast.contract.pk)).content.decode()
    assert bureau.post(url(cast, "return_deliverable", row.pk), {"reason": "x"}).status_code == 409


def test_a_bad_paper_comes_back_with_its_reason(cast, sign_in):
    with scope.tenant(cast.tenant.pk):
        RequiredDocument.objects.create(contract=cast.contract, kind="closing_report", title="结项验收报告")
    form = {
        "kind": "closing_report",
        "title": "x",
        "on": "2024-11-20",
        "file": SimpleUploadedFile("报告.pdf", b"MZ" * 50, "application/pdf"),
    }
    response = sign_in(cast.agency_manager).post(url(cast, "deliver", cast.contract.pk), form)
    assert (response.status_code, "这里只收" in response.content.decode()) == (422, True)


def test_rivals_and_strangers_find_no_papers(cast, strangers, sign_in):
    with scope.tenant(cast.tenant.pk):
        row = deliver(cast)
    for member in (cast.rivals["agency_manager"], strangers.agency_manager):
        client = sign_in(member)
        assert [
            client.get(url(cast, "deliverables", cast.contract.pk)).status_code,
            client.get(url(cast, "deliverable_file", row.pk)).status_code,
        ] == [404, 404]
    assert sign_in(strangers.contract_manager).post(url(cast, "accept_deliverable", row.pk)).status_code == 404


# --- sessions of a case -----------------------------------------------------------------------------------------------------
def test_a_case_counts_its_verified_sessions_and_the_direct_ones_and_takes_a_returned_one_back(act):
    scene = make_scene(act)
    rows = [
        scene.verified(moment=f"2024-06-0{day} 10:00", mode=mode)
        for day, mode in ((3, "interview"), (4, "resource"), (5, "phone"))
    ]
    scene.submitted(moment="2024-06-06 10:00")
    counts = lambda: Case.objects.values_list("sessions", "direct_sessions").get()  # noqa: E731
    assert counts() == (3, 2)
    records.return_record(rows[0], reason="照片看不清", by=act.quality_control, at=NOW)
    assert counts() == (2, 1)


# --- questionnaires ---------------------------------------------------------------------------------------------------------
def test_an_answer_takes_person_and_place_from_its_case(act):
    case = make_case(act, make_household(act))
    row = answers.record_answer(
        act.contract,
        case=case,
        day=date(2024, 11, 1),
        satisfied=True,
        score=Decimal("96"),
        by=act.social_worker,
        at=NOW,
    )
    assert (row.person, row.street, row.collected_by, row.state) == (
        case.person,
        case.street,
        act.social_worker,
        "valid",
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"satisfied": None}, "未填是否满意，也未填评分"),
        ({"day": date(2024, 11, 21)}, "填写日期不得晚于今天"),
        ({"score": Decimal("101")}, "评分须在 0 到 100 之间"),
    ],
)
def test_what_is_no_answer(act, values, told):
    with pytest.raises(Refused) as refusal:
        answers.record_answer(
            act.contract, **{"day": date(2024, 11, 1), "satisfied": True, **values}, by=act.social_worker, at=NOW
        )
    assert refusal.value.problems == [told]
    assert Answer.objects.count() == 0


def test_another_agency_takes_no_answers_here(act):
    with pytest.raises(Refused, match="只有承接本合同的机构"):
        answers.record_answer(
            act.contract, day=date(2024, 11, 1), satisfied=True, by=act.rivals["social_worker"], at=NOW
        )


def test_the_worker_takes_a_questionnaire_down_on_the_page(cast, sign_in):
    with scope.tenant(cast.tenant.pk):
        case = make_case(cast, make_household(cast))
    client = sign_in(cast.social_worker)
    assert "白露华" in client.get(url(cast, "record_answer", case.pk)).content.decode()
    assert client.post(url(cast, "record_answer", case.pk), {"day": "2024-11-20"}).status_code == 422
    said = dict.fromkeys(DIMENSIONS, "满意") | {
        "on": "2024-11-20", "service": "个案服务", "anonymous": "是", "mode": "电话访问", "overall": "一般", "score": "72", "comments": "想多来几次",
    }  # fmt: skip
    assert client.post(url(cast, "record_answer", case.pk), said | {"score": "101"}).status_code == 422
    assert client.post(url(cast, "record_answer", case.pk), said).status_code == 302
    with scope.tenant(cast.tenant.pk):
        assert list(Answer.objects.values_list("satisfied", "score", "day", "facts")) == [
            (False, Decimal(72), date(2024, 11, 20), {"mode": "电话访问"})
        ]
        paper = CasePaper.objects.get(case=case, kind="satisfaction")
        assert (answers_of(paper)["comments"], "satisfaction" in Case.objects.get(pk=case.pk).papers) == (
            "想多来几次",
            True,
        )
