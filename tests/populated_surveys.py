"""The surveys of the populated bureau (tests.populated): a draft and an open one of the agency, with a slip and an original."""

from datetime import date, timedelta

from caseload.models import Person
from evaluations.models import (
    Questionnaire,
    Survey,
    SurveyMove,
    SurveyQuota,
    SurveyResponse,
    SurveySlip,
    SurveyVoid,
)
from evaluations.queries.surveys import library
from tenancy import keys
from tests.cast import at

DAY = date(2024, 6, 3)


def surveys(cast):
    """One of everything that a route of surveys may be about."""
    person = Person.objects.order_by("pk").first()
    asked = Questionnaire.objects.create(
        contract=cast.contract, code="service", no=1, definition=library()["service"], digest="e" * 64, made_by=cast.agency_manager, made_at=at()
    )  # fmt: skip
    known = {
        "contract": cast.contract, "kind": "satisfaction", "questionnaire": asked, "collector": cast.provider, "side": "provider",
        "ways": ["slip", "paper", "phone", "face"], "from_day": DAY, "to_day": DAY + timedelta(days=4000), "target": 30, "served_from": DAY,
        "served_to": DAY, "created_by": cast.agency_manager, "created_at": at(),
    }  # fmt: skip
    cast.survey = Survey.objects.create(title="服务满意度调查", **known)
    SurveyMove.objects.create(survey=cast.survey, verb="create", by=cast.agency_manager, at=at())
    SurveyQuota.objects.create(survey=cast.survey, street=person.household.street, people=3, wanted=1)
    SurveySlip.objects.create(
        survey=cast.survey, number=1, person=person, street=person.household.street, secret="纸条", secret_index=keys.blind_index(f"{cast.tenant.slug}-slip"),
    )  # fmt: skip
    cast.survey.link_secret, cast.survey.link_index = "链接", keys.blind_index(f"{cast.tenant.slug}-link")
    cast.survey.state, cast.survey.opened_at = "open", at()
    cast.survey.save()
    scanned = SurveyResponse.objects.create(
        survey=cast.survey, way="paper", once="a" * 64, batch="1", serial="1", answers={"q5": "4"}, satisfied=True, score=4, is_valid=True,
        scan=cast.photo, entered_by=cast.social_worker, at=at(),
    )  # fmt: skip
    voided = SurveyResponse.objects.create(
        survey=cast.survey, way="link", once="b" * 64, answers={}, is_valid=False, at=at()
    )
    SurveyVoid.objects.create(response=voided, reason="测试答卷", by=cast.agency_manager, at=at())
    cast.survey_draft = Survey.objects.create(title="又一份满意度调查", **known)
    cast.survey_response = scanned
