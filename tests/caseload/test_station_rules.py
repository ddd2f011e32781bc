"""What a stay needs, decided without a database: gaps of leaving by its way, the file's parts, completeness, what is due."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest

from caseload.rules import station as rules
from caseload.rules.cases import Limit
from tenancy.clock import SHANGHAI

IN = datetime(2025, 1, 31, 9, 0, tzinfo=SHANGHAI)


def stay(**known):
    base = {"leaving_at": IN, "way": "own", "state": "cared", "assessed_at": IN, "is_identified": True}
    return SimpleNamespace(**base | known)


@pytest.mark.parametrize(
    ("known", "papers", "gaps"),
    [
        ({"way": "own", "state": "admitted", "assessed_at": None}, {"own_leave", "feedback"}, []),
        ({"way": "own"}, set(), ["缺自行离站声明书", "缺服务反馈"]),
        ({"way": "ended"}, set(), ["缺终止救助通知书（由救助站出具）"]),
        ({"way": "collected", "is_identified": False}, {"handover_form", "feedback"}, ["身份未查明，不能由亲属接领"]),
        ({"way": "escorted", "state": "planned"}, {"feedback"}, ["照料方案未经救助站确认", "缺交接单"]),
        ({"way": "transferred", "state": "admitted", "assessed_at": None}, {"handover_form", "feedback"}, ["未完成首次沟通评估"]),
        ({"way": "", "leaving_at": None}, {"feedback"}, ["未登记提出离站的时间和方式"]),
    ],
)  # fmt: skip
def test_everything_that_leaving_lacks_is_told_at_once(known, papers, gaps):
    assert rules.leaving_gaps(stay(**known), papers) == gaps


def test_a_ticket_that_was_arranged_needs_its_copy_and_open_questions_are_named():
    found = rules.leaving_gaps(stay(), {"own_leave", "feedback"}, form_gaps=["去向"], has_ticket=True)
    assert found == ["缺车票凭证", "在站服务及离站登记表未填：去向"]


def test_settling_waits_for_the_limit_the_dna_and_the_stations_decision():
    unknown, due = stay(is_identified=False), date(2025, 4, 30)
    assert rules.settling_gaps(unknown, set(), due=due, on=date(2025, 4, 29), channels={"face"}) == [
        "入站未满期限，2025-04-30 满", "未做 DNA 比对", "缺落户安置决定（由救助站出具）", "缺交接单", "缺服务反馈",
    ]  # fmt: skip
    papers = {"settlement_decision", "handover_form", "feedback"}
    assert rules.settling_gaps(unknown, papers, due=due, on=due, channels={"dna"}) == []
    assert rules.settling_gaps(stay(), papers, due=None, on=due, channels={"dna"}) == ["身份已查明，不办落户安置"]


def test_three_months_end_on_the_same_day_or_the_months_last():
    assert rules.settlement_day(IN.date(), Limit(3, "months")) == date(2025, 4, 30)
    assert rules.settlement_day(IN.date(), Limit(90, "calendar_days")) == date(2025, 5, 1)
    assert rules.settlement_day(IN.date(), None) is None


def test_the_notice_is_due_in_a_day_and_the_dna_in_a_month():
    found = rules.tracing_marks(
        IN, [SimpleNamespace(channel="media", started_at=IN, published_at=IN + timedelta(hours=25))]
    )
    assert [(mark.label, mark.due, mark.state(IN + timedelta(days=2))) for mark in found] == [
        ("寻亲公告", IN + timedelta(hours=24), "bad"),
        ("DNA 比对", datetime(2025, 2, 28, 9, 0, tzinfo=SHANGHAI), "warn"),
    ]


def test_the_first_talk_is_as_complete_as_its_seven_questions():
    assert rules.filled({"health": "良好", "risk": "低", "physical": "好"}) == (2, 7)


def test_looks_and_age_stand_in_for_a_name_and_a_number():
    unknown = SimpleNamespace(is_identified=False, birth_date=None, estimated_age=60, sex="male")
    assert rules.basic_gaps(unknown, id_number=False, name=False, features=True) == []
    known = SimpleNamespace(is_identified=True, birth_date=None, estimated_age=None, sex="")
    assert rules.basic_gaps(known, id_number=False, name=True, features=False) == ["身份证号", "出生日期", "性别"]


def test_every_verb_has_its_word_and_leads_somewhere_legal():
    assert set(rules.MOVES) == set(rules.VERBS)
    assert {goal for _, goal in rules.MOVES.values() if goal} <= set(rules.STATE_LABELS)
    assert {state for states, _ in rules.MOVES.values() for state in states} <= set(rules.STATE_LABELS)


def test_every_form_belongs_to_a_part_of_the_file():
    laid = {kind for _, kinds in rules.PARTS.values() for kind in kinds}
    assert set(rules.FORMS) - laid == set()
