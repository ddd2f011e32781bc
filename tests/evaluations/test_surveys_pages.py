"""Pages of surveys: what each shows and to whom, and the public door."""

import io
from datetime import date

import openpyxl
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contracts.models import StaffPost
from evaluations.actions import answering
from evaluations.actions import surveys as actions
from evaluations.models import Questionnaire, Survey, SurveyResponse
from tenancy import clock, scope
from tenancy.models import AuditEvent
from tests.cast import at, make_cast
from tests.evaluations.surveying import ANSWERS, counting_satisfaction, drafted, opened, people

NOW = at("2024-06-05 09:00")


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """A bureau with a sampled survey of its agency, an open one of its own, and a draft; made once, rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        with scope.tenant(cast.tenant.pk):
            counting_satisfaction(cast.contract)
            cast.names = people(cast, 9)
            cast.sampled = opened(cast, by=cast.agency_manager)
            cast.open = opened(cast, by=cast.contract_manager, ways=["link"])
            cast.draft = drafted(cast, by=cast.agency_manager)
        yield cast
        transaction.set_rollback(True)


@pytest.fixture
def cast(house, db, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: NOW.date())
    return house


def inside(cast):
    return scope.tenant(cast.tenant.pk)


def path(cast, name, row=None):
    values = {"tenant": cast.tenant.slug} | ({"pk": row.pk} if row is not None else {})
    return reverse(f"evaluations:{name}", kwargs=values)


def door(cast, row):
    with inside(cast):
        secret = (row.link_secret if isinstance(row, Survey) else row.secret).reveal()
    return f"/dc/{cast.tenant.pk}-{secret}/"


def slip_of(cast):
    with inside(cast):
        slip = cast.sampled.slips.filter(state="waiting").first()
        slip.secret.reveal()
        return slip


# --- the desk -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_survey_shows_its_rate_with_both_numbers_and_what_is_missing(cast, sign_in):
    with inside(cast):
        for slip in cast.sampled.slips.all()[:2]:
            answering.answer(cast.sampled, slip=slip, given=ANSWERS, at=NOW)
    shown = sign_in(cast.agency_manager).get(path(cast, "survey", cast.sampled)).content.decode()
    assert "满意 2 / 有效 2 = 100.0%" in shown
    assert "33.3%（2 / 6）" in shown
    assert "项目服务满意度达到90%" in shown
    assert "没有意见" in shown


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "row"), [("surveys", None), ("slips", "sampled"), ("originals", "sampled"), ("survey", "sampled")]
)
def test_statements_do_not_grow_with_rows(cast, sign_in, name, row):
    client, address = sign_in(cast.agency_manager), path(cast, name, getattr(cast, row) if row else None)
    counts = []
    client.get(address)  # what a session looks up once
    for _ in range(2):
        with inside(cast):
            slip = cast.sampled.slips.filter(state="waiting").first()
            answering.answer(cast.sampled, slip=slip, given=ANSWERS, at=NOW)
            opened(cast, by=cast.agency_manager, ways=["link"], counts=False)
        with CaptureQueriesContext(connection) as statements:
            assert client.get(address).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_a_draft_is_made_drawn_and_opened_from_its_pages(cast, sign_in):
    client = sign_in(cast.agency_manager)
    given = {
        "kind": "satisfaction", "title": "下半年调查", "questionnaire": "library:casework", "ways": ["slip", "phone"], "from_day": "2024-06-01",
        "to_day": "2024-06-30", "target": "4", "population": "records", "served_from": "2024-01-02", "served_to": "2024-05-31", "counts": "on",
    }  # fmt: skip
    wrong = client.post(path(cast, "new_survey", cast.contract), given | {"to_day": "2024-05-30"})
    assert (wrong.status_code, "不得早于开始的日期" in wrong.content.decode()) == (422, True)
    made = client.post(path(cast, "new_survey", cast.contract), given)
    with inside(cast):
        survey = Survey.objects.get(title="下半年调查")
    assert made["Location"] == path(cast, "survey", survey)
    refused = client.post(path(cast, "open_survey", survey))
    assert (refused.status_code, "专用码须先抽样" in refused.content.decode()) == (422, True)
    assert client.post(path(cast, "draw_survey", survey), {"seed": "77"}).status_code == 302
    assert client.post(path(cast, "open_survey", survey)).status_code == 302
    with inside(cast):
        survey.refresh_from_db()
        assert (survey.state, survey.seed, survey.slips.count()) == ("open", "77", 4)


@pytest.mark.django_db
def test_the_questions_of_a_draft_are_changed_on_screen_as_another_version(cast, sign_in):
    client = sign_in(cast.agency_manager)
    page = client.get(path(cast, "edit_questionnaire", cast.draft))
    given = {name: value for name, value in page.context["form"].initial.items() if value not in (None, False)}
    assert (
        client.post(
            path(cast, "edit_questionnaire", cast.draft), given | {"text_7": "愿意再来吗", "kind_7": "yes_no"}
        ).status_code
        == 302
    )
    with inside(cast):
        version = Questionnaire.objects.get(surveys=cast.draft)
        assert (version.no, version.definition["questions"][-1]) == (
            2,
            {"code": "q7", "text": "愿意再来吗", "kind": "yes_no"},
        )
    wrong = client.post(path(cast, "edit_questionnaire", cast.draft), given | {"decides": "", "score": ""})
    assert (wrong.status_code, "须指明哪道题判定是否满意" in wrong.content.decode()) == (422, True)


@pytest.mark.django_db
def test_paper_is_entered_one_after_another(cast, sign_in):
    client, address = sign_in(cast.social_worker), path(cast, "enter_response", cast.sampled)
    first = client.post(address, {"way": "paper", "batch": "1", "serial": "007", "q5": "5"})
    again = client.post(address, {"way": "paper", "batch": "1", "serial": "007", "q5": "1"})
    assert first["Location"] == f"{address}?way=paper&batch=1"
    assert (again.status_code, "第 1 批 007 号已经录过" in again.content.decode()) == (422, True)


@pytest.mark.django_db
def test_the_originals_tell_the_void_from_the_valid(cast, sign_in):
    with inside(cast):
        for slip in cast.sampled.slips.all()[:2]:
            answering.answer(cast.sampled, slip=slip, given=ANSWERS, at=NOW)
        wrong = cast.sampled.responses.first()
    client = sign_in(cast.agency_manager)
    unexplained = client.post(path(cast, "void_answer", wrong))
    assert (unexplained.status_code, "作废须写明原因" in unexplained.content.decode()) == (422, True)
    assert client.post(path(cast, "void_answer", wrong), {"reason": "测试时填的"}).status_code == 302
    shown = client.get(path(cast, "originals", cast.sampled)).content.decode()
    assert (shown.count("作废</span>"), shown.count("有效</span>")) == (1, 1)
    assert "测试时填的" in client.get(path(cast, "original", wrong)).content.decode()


@pytest.mark.django_db
def test_originals_are_taken_out_without_persons_and_with_a_trace(cast, sign_in):
    with inside(cast):
        answering.answer(cast.sampled, slip=cast.sampled.slips.first(), given=ANSWERS, at=NOW)
    answer = sign_in(cast.contract_manager).post(path(cast, "export_survey", cast.sampled))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    ]
    assert book.sheetnames == ["结果", "原始答卷"]
    assert [name for name in cast.names if any(name in cell for cell in cells)] == []
    assert "没有意见" in cells
    with inside(cast):
        assert AuditEvent.objects.filter(action="survey.export", membership=cast.contract_manager).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "method"), [("survey_report", "get"), ("blank_questionnaire", "get"), ("print_slips", "post")]
)
def test_papers_are_made(cast, sign_in, name, method):
    answer = getattr(sign_in(cast.agency_manager), method)(path(cast, name, cast.sampled))
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")


@pytest.mark.django_db
def test_an_evaluator_gets_no_name_of_a_served_person(cast, sign_in):
    """The evaluator's own survey: its list, its originals, its workbook."""
    with inside(cast):
        StaffPost.objects.create(contract=cast.contract, membership=cast.evaluator, name="程衡准", post="evaluator", side="purchaser", from_day=date(2024, 1, 2))  # fmt: skip
        survey = opened(cast, by=cast.evaluator)
        told = ANSWERS | {"q6": f"{cast.names[0]}说住在柳林路 12 号，电话13800001234"}
        answering.enter_response(survey, way="face", given=told, by=cast.evaluator, at=NOW)
        response = survey.responses.get()
    client = sign_in(cast.evaluator)
    pages = [client.get(path(cast, name, row)) for name, row in (("slips", survey), ("survey", survey), ("originals", survey), ("original", response), ("enter_response", survey))]  # fmt: skip
    assert [page.status_code for page in pages] == [200] * 5
    shown = "".join(page.content.decode() for page in pages)
    assert [name for name in [*cast.names, "白**", "QH01-H-", "13800001234", "柳林路 12 号"] if name in shown] == []


# --- the door -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_somebody_without_an_account_answers_their_slip_once(cast, client):
    slip = slip_of(cast)
    asked = client.get(door(cast, slip)).content.decode()
    assert "不记姓名" in asked
    assert "同心社工服务中心（乙方）收集" in asked
    missing = client.post(door(cast, slip), ANSWERS | {"q5": ""})
    assert (missing.status_code, "还没有选" in missing.content.decode(), "没有意见" in missing.content.decode()) == (
        422,
        True,
        True,
    )
    for _ in range(2):  # the second time as after a lost answer of ours
        assert client.post(door(cast, slip), ANSWERS, follow=True).content.decode().count("你的答卷已经收到") == 1
    with inside(cast):
        assert SurveyResponse.objects.filter(survey=cast.sampled, way="slip").count() == 1
        assert AuditEvent.objects.filter(action="survey.answer").values_list("object_id", "actor").get() == (
            cast.sampled.pk,
            "系统",
        )


@pytest.mark.django_db
def test_a_phone_that_keeps_no_mark_is_asked_to_send_again(cast):
    phone = Client()
    first = phone.post(door(cast, cast.open), ANSWERS)
    assert (first.status_code, "再点一次" in first.content.decode()) == (422, True)
    assert "你的答卷已经收到" in phone.post(door(cast, cast.open), ANSWERS, follow=True).content.decode()


@pytest.mark.django_db
def test_a_closed_survey_and_a_wrong_code_say_so(cast, client):
    with inside(cast):
        survey = opened(cast, by=cast.contract_manager, ways=["link"])
        actions.close_survey(survey, by=cast.contract_manager, at=NOW)
    shut = client.get(door(cast, survey))
    assert (shut.status_code, "调查已经结束" in shut.content.decode()) == (200, True)
    for wrong in (f"/dc/{cast.tenant.pk}-nix/", "/dc/999999-nix/", "/dc/nix/"):
        answer = client.get(wrong)
        assert (answer.status_code, "二维码或链接无效" in answer.content.decode()) == (404, True)
