"""Surveys end to end against the database: drawing, opening, answering once, entering, closing, and who sees what."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from caseload.models import Person
from evaluations.actions import answering
from evaluations.actions import surveys as actions
from evaluations.models import Survey, SurveyQuota, SurveyResponse, SurveySlip
from evaluations.queries import surveys as queries
from evaluations.rules import surveys as rules
from services.indicators.measure import measure_contract
from services.models import Answer, Indicator
from tenancy import scope
from tenancy.problems import Conflict, Refused
from tests.cast import at, make_cast
from tests.evaluations.surveying import ANSWERS, counting_satisfaction, drafted, opened, people

pytestmark = pytest.mark.django_db
ON = date(2024, 6, 3)


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """A bureau whose contract counts satisfaction, with nine people served, made once and rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        with scope.tenant(cast.tenant.pk):
            counting_satisfaction(cast.contract)
            cast.names = people(cast, 9)
            cast.agency_survey = opened(cast, by=cast.agency_manager)
        yield cast
        transaction.set_rollback(True)


@pytest.fixture
def act(house, db):
    """Inside the bureau's scope."""
    with scope.tenant(house.tenant.pk):
        yield house


@pytest.fixture
def contract(act):
    return act.contract


@pytest.fixture
def agency(act):
    """The agency's open survey with a sample of six."""
    return Survey.objects.select_related("contract", "questionnaire", "created_by").get(pk=act.agency_survey.pk)


# --- the draft ----------------------------------------------------------------------------------------------------
def test_the_collector_is_the_organisation_of_whoever_makes_it(act, contract):
    survey = drafted(act, by=act.contract_manager)
    assert (survey.collector, survey.side, survey.state) == (act.contract_manager.organisation, "purchaser", "draft")


def test_only_a_measure_that_the_contract_counts_can_be_asked(act, contract):
    with pytest.raises(Refused, match="本合同的指标没有数这一类满意度"):
        drafted(act, by=act.agency_manager, kind="meal")


@pytest.mark.parametrize("rival", ["social_worker", "agency_manager"])
def test_another_agency_runs_no_survey_here(act, contract, rival):
    with pytest.raises(Refused, match="只有合同双方"):
        drafted(act, by=act.rivals[rival])


def test_another_wording_is_another_version_and_the_same_is_none(act, contract):
    first = actions.save_questionnaire(contract, queries.library()["service"], by=act.agency_manager, at=at())
    same = actions.save_questionnaire(contract, queries.library()["service"], by=act.agency_manager, at=at())
    other = actions.save_questionnaire(
        contract, queries.library()["service"] | {"intro": "不记名"}, by=act.agency_manager, at=at()
    )
    assert (first.pk == same.pk, first.no, other.no) == (True, 1, 2)


def test_the_same_seed_draws_the_same_sample(act, contract):
    drawn = []
    for _ in range(2):
        survey = actions.draw_sample(drafted(act, by=act.agency_manager), seed="2024", by=act.agency_manager, at=at())
        drawn.append(list(survey.slips.values_list("number", "person")))
    assert drawn[0] == drawn[1]
    again = actions.draw_sample(survey, seed="2025", by=act.agency_manager, at=at())
    assert list(again.slips.values_list("number", "person")) != drawn[0]
    assert sum(again.quotas.values_list("people", flat=True)) == 9
    assert sum(len(row["people"]) for row in again.frame.data["strata"]) == 9


def test_whoever_was_not_served_is_not_drawn(act, contract):
    people(act, 2, day=date(2023, 1, 5))
    survey = actions.draw_sample(drafted(act, by=act.agency_manager, target=60), by=act.agency_manager, at=at())
    assert survey.slips.count() == 9


def test_a_changed_frame_forgets_the_sample(act, contract):
    survey = actions.draw_sample(drafted(act, by=act.agency_manager), by=act.agency_manager, at=at())
    values = {name: getattr(survey, name) for name in ("kind", "title", "ways", "from_day", "to_day", "target", "population", "served_from", "served_to", "by_category", "counts")}  # fmt: skip
    kept = actions.change_survey(
        survey, questionnaire=survey.questionnaire, by=act.agency_manager, at=at(), **values | {"title": "改名"}
    )
    assert kept.slips.count() == 6
    forgotten = actions.change_survey(
        survey, questionnaire=survey.questionnaire, by=act.agency_manager, at=at(), **values | {"target": 2}
    )
    assert (forgotten.slips.count(), forgotten.seed, forgotten.frame) == (0, "", None)


# --- opening ------------------------------------------------------------------------------------------------------
def test_slips_need_a_sample(act, contract):
    with pytest.raises(Refused, match="专用码须先抽样"):
        actions.open_survey(drafted(act, by=act.agency_manager), by=act.agency_manager, at=at())


def test_what_is_asked_stays_once_it_is_open(agency):
    for change in ({"title": "改"}, {"to_day": date(2024, 12, 1)}, {"state": "draft"}, {"counts": False}):
        with pytest.raises(IntegrityError, match="survey"), transaction.atomic():
            Survey.objects.filter(pk=agency.pk).update(**change)
    with pytest.raises(Refused, match="不能再改"):
        actions.draw_sample(agency, by=agency.created_by, at=at())


# --- answering ----------------------------------------------------------------------------------------------------
def test_a_slip_answers_once_and_leads_nowhere(agency):
    slip = agency.slips.first()
    assert answering.answer(agency, slip=slip, given=ANSWERS, at=at("2024-06-04 09:00")) is True
    assert answering.answer(agency, slip=slip, given=ANSWERS | {"q5": "1"}, at=at("2024-06-04 09:01")) is False
    kept = agency.responses.get()
    assert (kept.way, kept.satisfied, kept.score, kept.street_id, kept.words.reveal()) == (
        "slip",
        True,
        D(4),
        slip.street_id,
        '{"q6": "没有意见"}',
    )
    slip.refresh_from_db()
    assert slip.state == "answered"
    stored = {str(value) for value in SurveyResponse.objects.values_list().get()}
    assert stored & {str(slip.pk), str(slip.person_id), slip.secret_index, slip.secret.reveal()} == set()


def test_an_answer_counts_for_the_indicator_with_its_mode_and_collector(act, agency):
    answering.answer(agency, slip=agency.slips.first(), given=ANSWERS, at=at())
    row = Answer.objects.get()
    assert (row.kind, row.satisfied, row.score, row.day, row.person, row.collected_by) == (
        "satisfaction",
        True,
        D(4),
        ON,
        None,
        None,
    )
    assert row.facts == {"survey": str(agency.pk), "mode": "slip", "collector": "provider", "dimensions": 4}


def test_a_survey_beside_the_indicator_counts_nothing(act, contract):
    survey = opened(act, by=act.contract_manager, counts=False, ways=["link"])
    answering.answer(survey, nonce="一部手机", given=ANSWERS, at=at())
    assert (survey.responses.count(), Answer.objects.count()) == (1, 0)


def test_a_phone_answers_the_open_link_once(act, contract):
    survey = opened(act, by=act.contract_manager, ways=["link"])
    told = [answering.answer(survey, nonce=nonce, given=ANSWERS, at=at()) for nonce in ("甲机", "乙机", "甲机")]
    assert (told, survey.responses.count()) == ([True, True, False], 2)


@pytest.mark.parametrize(("moment", "told"), [("2024-05-31 23:59", "还没有开始"), ("2024-07-01 00:00", "已经结束")])
def test_outside_its_days_nobody_answers(act, contract, moment, told):
    survey = opened(act, by=act.contract_manager, ways=["link"])
    with pytest.raises(Refused, match=told):
        answering.answer(survey, nonce="甲机", given=ANSWERS, at=at(moment))


def test_a_closed_survey_takes_no_answer_even_from_the_database(act, agency):
    actions.close_survey(agency, by=act.agency_manager, at=at())
    stale = Survey.objects.get(pk=agency.pk)
    stale.state = "open"  # as somebody saw it a moment before it was closed
    with pytest.raises(Refused, match="已经结束"):
        answering.answer(stale, slip=agency.slips.first(), given=ANSWERS, at=at())
    assert (agency.responses.count(), Answer.objects.count()) == (0, 0)


def test_an_original_is_never_changed(act, agency):
    answering.answer(agency, slip=agency.slips.first(), given=ANSWERS, at=at())
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        SurveyResponse.objects.update(satisfied=False)


# --- entering -----------------------------------------------------------------------------------------------------
def test_a_numbered_sheet_is_entered_once(act, agency):
    entered = answering.enter_response(
        agency, way="paper", batch="1", serial="007", given={"q5": "2"}, by=act.social_worker, at=at()
    )
    assert (entered.satisfied, entered.is_valid, entered.entered_by) == (False, True, act.social_worker)
    with pytest.raises(Refused, match="第 1 批 007 号已经录过"):
        answering.enter_response(
            agency, way="paper", batch="1", serial="007", given=ANSWERS, by=act.social_worker, at=at()
        )


def test_a_sheet_without_the_deciding_answer_is_not_valid_and_not_counted(act, agency):
    entered = answering.enter_response(
        agency, way="paper", batch="1", serial="1", given={"q1": "5"}, by=act.social_worker, at=at()
    )
    assert (entered.is_valid, entered.satisfied, entered.answer, queries.results(agency).whole.told) == (
        False,
        None,
        None,
        "",
    )


def test_an_interview_marks_its_mode_and_uses_the_slip_up(act, agency):
    slip = agency.slips.first()
    entered = answering.enter_response(agency, way="phone", slip=slip, given=ANSWERS, by=act.social_worker, at=at())
    assert (entered.way, entered.street_id) == ("phone", slip.street_id)
    assert answering.answer(agency, slip=slip, given=ANSWERS, at=at()) is False


def test_whoever_runs_it_not_enters_nothing(act, agency):
    for member in (act.contract_manager, act.rivals["social_worker"], act.quality_control):
        with pytest.raises(Refused, match="只有调查方的人员可以录入"):
            answering.enter_response(agency, way="face", given=ANSWERS, by=member, at=at())


def test_a_void_answer_stays_and_counts_no_more(act, agency):
    answering.answer(agency, slip=agency.slips.first(), given=ANSWERS, at=at())
    response = agency.responses.get()
    answering.void_answer(response, reason="本人要求撤回", by=act.agency_manager, at=at())
    assert (agency.responses.count(), queries.results(agency).whole.came, Answer.objects.get().state) == (1, 0, "void")
    with pytest.raises(Conflict):
        answering.void_answer(response, reason="再作废", by=act.agency_manager, at=at())


def test_the_next_of_the_seed_stands_in_for_who_refused(act, agency):
    refused = agency.slips.first()
    actions.note_slip(refused, state="refused", by=act.social_worker, at=at())
    assert actions.draw_more(agency, by=act.agency_manager, at=at()) == 1
    added = agency.slips.order_by("-number").first()
    frame = queries.frozen_frame(agency)[(str(refused.street_id), "")]
    order = rules.ordered(agency.seed, frame)
    wanted = SurveyQuota.objects.get(survey=agency, street=refused.street_id).wanted
    assert str(added.person_id) == str(order[wanted])


# --- who sees what ------------------------------------------------------------------------------------------------
def test_an_agency_sees_the_results_of_others_after_the_end(act, contract):
    survey = opened(act, by=act.contract_manager, ways=["link"])
    answering.answer(survey, nonce="甲机", given=ANSWERS, at=at())
    shown = [_listed(act.agency_manager, survey)]
    actions.close_survey(survey, by=act.contract_manager, at=at())
    shown.append(_listed(act.agency_manager, survey).told)
    assert shown == [None, "满意 1 / 有效 1 = 100.0%"]
    assert queries.reads_originals(act.agency_manager, survey) is False


def _listed(member, survey):
    return next(tally for row, _, tally in queries.listed(member, on=ON) if row.pk == survey.pk)


def test_drafts_are_their_own_organisations(act, contract):
    draft = drafted(act, by=act.contract_manager)
    assert queries.get_survey(act.contract_manager, draft.pk, on=ON) == draft
    for member in (act.agency_manager, act.evaluator, act.rivals["agency_manager"]):
        with pytest.raises(Http404):
            queries.get_survey(member, draft.pk, on=ON)


def test_originals_are_for_the_purchaser_and_for_who_runs_it(act, agency):
    readers = [name for name, member in act.members.items() if queries.reads_originals(member, agency)]
    assert readers == [
        "contract_manager", "section_chief", "bureau_leader", "station_head", "station_staff", "agency_manager", "evaluator", "auditor",
    ]  # fmt: skip


def test_nobody_is_named_who_has_answered_and_nobody_to_an_evaluator(act, agency):
    first, second = agency.slips.all()[:2]
    answering.answer(agency, slip=first, given=ANSWERS, at=at())
    lines = {slip.pk: (household, name) for slip, household, name in queries.slip_lines(agency, act.social_worker)}
    assert lines[first.pk] == (None, "")
    assert lines[second.pk][1] == str(Person.objects.get(pk=second.person_id).name)
    assert {(household, name) for _, household, name in queries.slip_lines(agency, act.evaluator)} == {(None, "")}


def test_an_evaluator_reads_words_without_names_and_numbers(act, contract):
    survey = opened(act, by=act.contract_manager, ways=["link"])
    said = f"{act.names[0]}家的低保停了，打13800001234找我"
    answering.answer(survey, nonce="甲机", given=ANSWERS | {"q6": said}, at=at())
    (_, told), (_, scrubbed) = (
        queries.words_of(survey, act.contract_manager)[0],
        queries.words_of(survey, act.evaluator)[0],
    )
    assert (told, scrubbed) == ([said], ["【他人】家的低保停了，打【电话】找我"])


def test_surveys_of_one_measure_stand_side_by_side(act, contract):
    ours, theirs = opened(act, by=act.contract_manager, ways=["link"], counts=False), act.agency_survey
    answering.answer(ours, nonce="甲机", given=ANSWERS | {"q5": "2"}, at=at())
    answering.answer(theirs, slip=theirs.slips.first(), given=ANSWERS, at=at())
    beside = [(row.pk, tally.told) for row, tally in queries.beside(ours, act.contract_manager, on=ON)]
    assert beside == [(theirs.pk, "满意 1 / 有效 1 = 100.0%")]
    assert queries.results(ours).whole.told == "满意 0 / 有效 1 = 0.0%"


def test_a_secret_opens_its_own_door_alone(act, agency):
    slip = agency.slips.first()
    assert queries.find_door(slip.secret.reveal()) == (agency, slip)
    assert queries.find_door("别的") == (None, None)


def test_a_slip_is_for_one_person(act, agency):
    slip = agency.slips.first()
    with pytest.raises(IntegrityError, match="surveyslip_person"), transaction.atomic():
        SurveySlip.objects.create(survey=agency, number=99, person_id=slip.person_id, secret="x", secret_index="z")


def test_the_contract_measures_what_the_survey_collected(act, agency):
    for slip, overall in zip(agency.slips.all(), ("5", "4", "2"), strict=False):
        answering.answer(agency, slip=slip, given=ANSWERS | {"q5": overall}, at=at())
    measured = measure_contract(act.contract, on=ON).by_code["QH01-18"]
    assert (measured.number / 100, measured.divisor) == (2, 3)  # a share is in percent


def test_an_interview_at_the_station_counts_with_four_dimensions_and_its_record(act, contract):
    Indicator.objects.create(
        contract=contract, code="FCG-54", title="受助对象满意度", sentence="满意度 95% 以上", unit="%",
        definition={"of": "answer.client", "where": {"dimensions": {"ge": 4}, "papers": ["interview_record"]}, "gate": {"satisfied": True}, "count": "share", "target": {"ge": 95}},
    )  # fmt: skip
    survey = opened(act, by=act.agency_manager, kind="client", pattern="rescue", ways=["face", "paper"])
    answering.enter_response(survey, way="face", given=ANSWERS, by=act.social_worker, at=at())
    answering.enter_response(survey, way="paper", batch="1", serial="1", given=ANSWERS, by=act.social_worker, at=at())
    assert list(Answer.objects.order_by("pk").values_list("kind", "facts__papers", "facts__dimensions")) == [
        ("client", ["interview_record"], 4),
        ("client", None, 4),
    ]
    table = measure_contract(contract, on=ON).by_code
    assert [(table[code].number / 100, table[code].divisor) for code in ("FCG-54", "QH01-18")] == [(1, 1), (0, 0)]
