"""A contract that counts satisfaction, people who were served under it, and surveys of them."""

from datetime import date

from caseload.actions.households import add_household
from evaluations.actions import surveys as actions
from evaluations.queries.surveys import library
from services.models import Indicator, ServiceRecord
from tests.cast import at

ANSWERS = {"q1": "5", "q2": "4", "q3": "4", "q4": "3", "q5": "4", "q6": "没有意见"}
NAMES = [
    "白露华",
    "秋水生",
    "石敢当",
    "云出岫",
    "江上青",
    "叶知秋",
    "林间月",
    "柳依依",
    "麦田香",
    "苏小舟",
    "唐晚晴",
    "夏听蝉",
]
COMMUNITIES = ["柳林一社区", "石桥社区", "云岭社区"]


def counting_satisfaction(contract, kind="satisfaction", code="QH01-18"):
    """The contract, with an indicator that counts the measure."""
    Indicator.objects.create(
        contract=contract, code=code, title="项目服务满意度", sentence="满意度达到 90%", clause="二（一）5", clause_text="项目服务满意度达到90%",
        definition={"of": f"answer.{kind}", "gate": {"satisfied": True}, "count": "share", "target": {"ge": 90}}, unit="%",
    )  # fmt: skip
    return contract


def people(cast, number, day=date(2024, 3, 5)):
    """So many heads of households, each visited on the day, in three streets; returns their names."""
    names = []
    for place in range(number):
        name = NAMES[place % len(NAMES)]
        household = add_household(
            contract=cast.contract, area=cast.communities[COMMUNITIES[place % 3]], persons=[{"name": name, "birth_date": date(1960, 1, 1)}],
            by=cast.social_worker, at=at("2024-01-05 09:00"),
        )  # fmt: skip
        names.append(name)
        ServiceRecord.objects.create(
            contract=cast.contract, kind="revisit", household=household, area=household.area, street=household.street, day=day,
            started_at=at(f"{day} 09:00"), state="verified", created_by=cast.social_worker, created_at=at(), decided_by=cast.quality_control, decided_at=at(),
        )  # fmt: skip
    return names


def drafted(cast, *, by, pattern="service", **known):
    """A draft of the member's organisation: June 2024, six people."""
    values = {
        "kind": "satisfaction", "title": "服务满意度调查", "ways": ["slip", "paper", "phone", "face"], "from_day": date(2024, 6, 1), "to_day": date(2024, 6, 30),
        "target": 6, "population": "records", "served_from": date(2024, 1, 2), "served_to": date(2024, 5, 31), "by_category": False, "counts": True,
    }  # fmt: skip
    asked = actions.save_questionnaire(cast.contract, library()[pattern], by=by, at=at())
    return actions.create_survey(cast.contract, questionnaire=asked, by=by, at=at(), **values | known)


def opened(cast, *, by, **known):
    """An open survey, with a sample where it has slips."""
    survey = drafted(cast, by=by, **known)
    if "slip" in survey.ways:
        survey = actions.draw_sample(survey, seed="2024", by=by, at=at())
    return actions.open_survey(survey, by=by, at=at())
