"""Every write of an answer: by somebody's own phone, entered from paper or an interview, and made void.

One mark (`once`) answers once: the database refuses the second, and what was sent twice is the same answer. The mark of a
slip is a digest that leads from the secret to the answer and not back: nothing stored ties a person to what they said.
"""

import json

from django.db import IntegrityError, transaction
from django.db.models import Q

from documents.actions import files
from evaluations.models import Survey, SurveyResponse, SurveySlip, SurveyVoid
from evaluations.queries import surveys as queries
from evaluations.rules import questionnaires as forms
from evaluations.rules import surveys as rules
from services.actions.answers import keep_response, void_response
from tenancy import audit, keys
from tenancy.clock import day_of
from tenancy.problems import Conflict, Refused


def slip_mark(slip):
    """The mark of a slip's answer."""
    return keys.blind_index(f"answered|{slip.survey_id}|{slip.secret.reveal()}")


def phone_mark(survey, nonce):
    """The mark of a phone's answer in one survey: the same phone has another mark in every other survey."""
    return keys.blind_index(f"phone|{survey.pk}|{nonce}")


def paper_mark(survey, batch, serial):
    """The mark of a numbered sheet of paper."""
    return keys.blind_index(f"paper|{survey.pk}|{batch}|{serial}")


@transaction.atomic
def answer(survey, *, given, at, slip=None, nonce="", street=None):
    """Somebody answers on a phone: with their slip, or through the open link as the phone with this mark.

    Returns True when the answer is new, False when this slip or phone had answered: a second sending changes nothing.
    Raises Refused with what is missing, or when the survey takes no answers.
    """
    shut = rules.why_shut(survey.state, survey.from_day, survey.to_day, day_of(at))
    if shut:
        raise Refused(shut)
    if slip is None and rules.LINK not in survey.ways:
        raise Refused(rules.UNKNOWN)
    once = slip_mark(slip) if slip else phone_mark(survey, nonce)
    if queries.has_answered(survey, once):
        return False
    if slip is None and survey.responses.filter(way=rules.LINK).count() >= rules.MOST_BY_LINK:
        raise Refused("公开链接收到的答卷已到上限，请向发问卷的单位要纸质问卷")
    stratum = {"street_id": slip.street_id, "category": slip.category} if slip else {"street": street}
    way = rules.SLIP if slip else rules.LINK
    return _keep(survey, slip, given=given, whole=True, at=at, way=way, once=once, **stratum) is not None


@transaction.atomic
def enter_response(survey, *, way, given, by, at, slip=None, batch="", serial="", street=None, scan=None):
    """Enter a sheet of paper or an interview; returns the SurveyResponse.

    Paper is known by batch and number, each once in a survey, and may have gaps; an interview by the drawn person's slip or
    by none. Raises Refused with everything that is missing at once.
    """
    if not queries.may_enter(by, survey):
        raise Refused("只有调查方的人员可以录入")
    if survey.state != rules.OPEN:
        raise Refused(rules.NOT_YET if survey.state == rules.DRAFT else "调查已经结束，不再录入")
    batch, serial = batch.strip(), serial.strip()
    problems = [] if way in rules.ENTERED and way in survey.ways else ["这份调查没有这种方式"]
    if way == rules.PAPER and not (batch and serial):
        problems.append("写上批次和卷号")
    if slip is not None and (slip.survey_id != survey.pk or slip.state == rules.ANSWERED):
        problems.append("这个编号已经答过，或不在这份调查里")
    if problems:
        raise Refused("没有录入", problems)
    stratum = {"street_id": slip.street_id, "category": slip.category} if slip else {"street": street}
    once = slip_mark(slip) if slip else paper_mark(survey, batch, serial) if way == rules.PAPER else keys.blind_index(f"talk|{survey.pk}|{by.pk}|{at.isoformat()}")  # fmt: skip
    stored = files.store(scan, allow={"image", "paper"}, by=by, at=at) if scan else None
    paper = {"batch": batch, "serial": serial} if way == rules.PAPER else {}
    made = _keep(
        survey, slip, given=given, whole=way != rules.PAPER, at=at, way=way, once=once, entered_by=by, scan=stored, **stratum, **paper
    )  # fmt: skip
    if made is None:
        raise Refused("没有录入", [f"第 {batch} 批 {serial} 号已经录过" if way == rules.PAPER else "这个编号已经答过"])
    return made


def _keep(survey, slip, *, given, whole, at, way, entered_by=None, **values):
    """The kept answer, or None when its mark is there already. The trail names the survey alone, never the slip."""
    questionnaire = queries.read_questionnaire(survey)
    answers, words, problems = forms.read(questionnaire, given, whole=whole)
    if not answers and not problems:
        raise Refused("没有保存", ["一道题也没有答"])
    if problems:
        raise Refused("没有提交", [_told(questionnaire, code, told) for code, told in problems.items()])
    satisfied, score = forms.judged(questionnaire, answers)
    is_valid = forms.is_valid(questionnaire, satisfied, score)
    try:
        with transaction.atomic():
            made = SurveyResponse(
                survey=survey, way=way, answers=answers, words=json.dumps(words, ensure_ascii=False) if words else "", satisfied=satisfied,
                score=score, is_valid=is_valid, entered_by=entered_by, at=at, **values,
            )  # fmt: skip
            if is_valid and survey.counts:
                made.answer = _counted(survey, questionnaire, made, at=at)
            made.save(force_insert=True)
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name == "surveyresponse_open":
            raise Refused(rules.OVER) from error
        if name != "surveyresponse_once":
            raise
        return None
    if slip is not None:
        SurveySlip.objects.filter(pk=slip.pk).update(state=rules.ANSWERED)
    audit.record("survey.answer", by=entered_by, at=at, target=survey, way=way, valid=is_valid)
    return made


def _told(questionnaire, code, told):
    number = [one.code for one in questionnaire.questions].index(code) + 1
    return f"第 {number} 题{told}"


def _counted(survey, questionnaire, response, *, at):
    """The answer of the contract's indicators; it carries how, for whom and on how many dimensions it was asked."""
    facts = {"survey": str(survey.pk), "mode": response.way, "collector": survey.side}
    dimensions = forms.dimensions_of(questionnaire, response.answers)
    if dimensions:
        facts["dimensions"] = len(dimensions)
    papers = (questionnaire.papers or {}).get(response.way)
    if papers:
        facts["papers"] = sorted(papers)
    return keep_response(
        survey.contract, kind=survey.kind, day=day_of(at), street=response.street, satisfied=response.satisfied, score=response.score, facts=facts, at=at
    )  # fmt: skip


@transaction.atomic
def void_answer(response, *, reason, by, at):
    """Make an original answer void: it stays, with the reason, and doesn't count any more."""
    survey = Survey.objects.select_for_update(of=("self",)).select_related("contract").get(pk=response.survey_id)
    if not queries.may_manage(by, survey):
        raise Refused("只有调查方可以作废答卷")
    if not reason.strip():
        raise Refused("作废须写明原因")
    if SurveyVoid.objects.filter(Q(response=response)).exists():
        raise Conflict("这份答卷已经作废")
    void = SurveyVoid.objects.create(response=response, reason=reason.strip(), by=by, at=at)
    if response.answer_id:
        void_response(response.answer)
    audit.record("survey.void", by=by, at=at, target=survey, reason=reason.strip(), response=str(response.pk))
    return void
