"""Goals and scales of a case as its acts keep them: structured, counted as facts, offered again."""

from datetime import date

import pytest

from caseload import queries
from caseload.actions import cases, papers
from caseload.forms import CaseForm
from caseload.models import Case, CasePaper
from caseload.queries.outcomes import scales_of
from caseload.views.sheets import known_answers
from tenancy.problems import Refused
from tests.caseload.conftest import GOALS, filed, opened
from tests.caseload.filled import required
from tests.caseload.paper_case import scores
from tests.cast import at

MOMENT = "2024-07-01 10:00"


@pytest.fixture
def measured(ledger, case):
    """A case with a first score of two scales, one more in a session, and a plan."""
    case = filed(
        ledger,
        opened(ledger, case),
        "complete_assessment",
        date(2024, 5, 28),
        MOMENT,
        says={"scales": scores("62", "55")},
    )
    case = filed(ledger, case, "sign_plan", date(2024, 6, 3), MOMENT, goals=GOALS)
    session = required("process", scales=scores("50", "55")[:1])
    papers.file_form(case, "process", answers=session, on=date(2024, 6, 10), by=ledger.social_worker, at=at(MOMENT))
    return case


def test_scores_of_several_forms_make_one_course_and_facts_that_indicators_may_count(ledger, measured):
    assert Case.objects.get(pk=measured.pk).facts == {"goals": 1, "goals_met": 0, "pre_score": 62.0, "post_score": 50.0, "fall_percent": 19.4}  # fmt: skip
    goals = [GOALS[0] | {"now": "2 次", "degree": "部分实现"}]
    case = filed(
        ledger,
        measured,
        "complete_evaluation",
        date(2024, 6, 30),
        MOMENT,
        goals=goals,
        says={"scales": scores("40", "80")},
    )
    known = {"goals": 1, "goals_met": 1, "pre_score": 62.0, "post_score": 40.0, "fall_percent": 35.5}
    assert (case.facts, Case.objects.get(pk=case.pk).facts) == (known, known)
    assert [[score for _, score in one.scores] for one in scales_of(case)] == [[62, 50, 40], [55, 80]]
    assert case.goals == [
        {"title": "每周外出", "before": "0 次", "now": "2 次", "target": "2 次", "degree": "部分实现"}
    ]


def test_a_filed_form_keeps_the_goals_of_its_day(ledger, measured):
    cases.set_goals(measured, goals=[GOALS[0] | {"now": "1 次"}], by=ledger.social_worker, at=at(MOMENT))
    plan = queries.answers_of(CasePaper.objects.get(case=measured, kind="plan"))
    assert [(goal["title"], goal["now"]) for goal in plan["goals"]] == [("每周外出", "")]


def test_a_wrong_score_is_refused_with_everything_else_and_nothing_is_filed(ledger, case):
    case = opened(ledger, case)
    bad = [{"name": "自编量表", "score": "31", "full": "30", "direction": "低分为好"}]
    with pytest.raises(Refused) as refused:
        papers.file_stage(case, "complete_assessment", answers={"assessment": {"scales": bad}}, on=date(2024, 5, 28), by=ledger.social_worker, at=at(MOMENT))  # fmt: skip
    assert refused.value.problems[-1] == "自编量表：得分须在 0 到 30 之间"
    assert (Case.objects.get(pk=case.pk).facts, case.assessed_on) == ({}, None)


def test_scales_that_were_measured_are_offered_again_and_may_stay_without_a_score(ledger, measured):
    known = known_answers(measured, "evaluation")
    assert [(row["name"], row["score"]) for row in known["scales"]] == [("抑郁自评量表（SDS）", ""), ("日常生活能力量表（Barthel）", "")]  # fmt: skip
    sent = {"on": "2024-06-30", **required("evaluation")} | {
        "scales-0-name": "抑郁自评量表（SDS）", "scales-0-score": "41", "scales-1-name": "日常生活能力量表（Barthel）", "scales-1-score": "",
    }  # fmt: skip
    form = CaseForm(sent, kinds=["evaluation"], initial=known)
    assert (form.is_valid(), form.cleaned_data["scales"]) == (True, scores("41", "0")[:1])
    unknown = CaseForm(sent | {"scales-1-name": "自编量表"}, kinds=["evaluation"], initial=known)
    assert unknown.errors["scales"] == ["自编量表没有写得分"]
