"""Each of the 28 Mentougou indicators, just reached and just missed, after the term."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.services.indicators import mentougou as m

GOOD_TEAM = {"social_workers": 1, "volunteers": 1}
# Quarters that the window 2024-05-01 to 2025-02-28 keeps: second 2024 (61 of 91 days) to first 2025 (59 of 90).
FOUR = ["2024-05-02", "2024-07-02", "2024-10-02", "2025-01-02"]
MONTHS = [f"{year}-{month:02}-03" for year, months in ((2024, range(5, 13)), (2025, range(1, 5))) for month in months]
TERM_QUARTERS = ["2024-04-20", "2024-07-02", "2024-10-02", "2025-01-02"]

# code: (rows that just reach it, rows that just miss it, value reached, value missed)
TABLE = {
    "MTG04-01": ([m.files()], [m.files(153)], 154, 153),
    "MTG04-02": ([m.key_households(), m.revisits()], [m.key_households(), m.revisits(485)], 486, 485),
    "MTG04-03": ([m.key_households(243), m.revisits(243, ("2024-05-20", "2024-06-20"))], [m.key_households(243), m.revisits(243, ("2024-05-20",)), m.revisits(242, ("2024-06-20",))], 486, 485),
    "MTG04-04": ([m.key_households(162), m.revisits(162, [day for day in FOUR for _ in range(3)])], [m.key_households(162), m.revisits(162, [day for day in FOUR[1:] for _ in range(3)]), m.revisits(161, [FOUR[0]] * 3)], 100, 75),
    "MTG04-05": ([m.key_households(3), m.revisits(3, TERM_QUARTERS)], [m.key_households(3), m.revisits(3, TERM_QUARTERS[:3]), m.revisits(2, TERM_QUARTERS[3:])], 100, "91.6"),
    "MTG04-06": ([m.key_households(2, "no_request"), m.revisits(2, ["2024-06-30", "2024-12-31", "2025-01-01"])], [m.key_households(2, "no_request"), m.revisits(2, ["2024-06-30", "2025-01-01"])], 100, "50.0"),
    "MTG04-07": ([m.key_households(1, "key"), m.revisits(1, MONTHS)], [m.key_households(1, "case"), m.revisits(1, MONTHS[:-1])], 100, "91.6"),
    "MTG04-08": ([*m.cases()], [*m.cases(153)], 154, 153),
    "MTG04-09": ([*m.cases(154, sessions=5)], [*m.cases(153, sessions=5), *m.cases(1, sessions=4, first=154)], 770, 769),
    "MTG04-10": ([m.papers("exemplar_case", 15)], [m.papers("exemplar_case", 14)], 15, 14),
    "MTG04-11": ([m.groups()], [m.groups((11, 11, 11, 21, 21, 31))], 6, 6),
    "MTG04-12": ([m.events()], [m.events(("festival",) * 11)], 12, 11),
    "MTG04-13": ([m.events(("festival",) * 5)], [m.events(("festival",) * 4)], 5, 4),
    "MTG04-14": ([m.events(("professional",) * 3)], [m.events(("professional",) * 2)], 3, 2),
    "MTG04-15": ([m.events(("culture", "club", "volunteer", "volunteer"))], [m.events(("culture", "club", "volunteer"))], 4, 3),
    "MTG04-16": ([m.events(("club",) * 2)], [m.events(("club",))], 2, 1),
    "MTG04-17": ([m.events(("volunteer",) * 2)], [m.events(("volunteer",))], 2, 1),
    "MTG04-19": ([m.posts("project_lead", 1), m.posts("project_lead", 1, "purchaser")], [m.posts("project_lead", 1)], 100, 50),
    "MTG04-20": ([m.posts("liaison", 1)], [m.posts("liaison", 0)], 1, 0),
    "MTG04-21": ([m.posts("expert", 11)], [m.posts("expert", 10)], 11, 10),
    "MTG04-22": ([m.volunteers(30, training_attended=True, exam_sat=True)], [m.volunteers(29, training_attended=True, exam_sat=True)], 30, 29),
    "MTG04-23": ([m.volunteers(20, selected=True, exam_passed=True)], [m.volunteers(19, selected=True, exam_passed=True)], 20, 19),
    "MTG04-24": ([m.teams("home_visit_team", 10, **GOOD_TEAM)], [m.teams("home_visit_team", 9, **GOOD_TEAM)], 10, 9),
    "MTG04-25": ([m.surveys(5), m.surveys(5, 901)], [m.surveys(5), m.surveys(4, 901)], 5, "4.50"),
    "MTG04-26": ([m.teams("phone_team", 2, social_workers=1)], [m.teams("phone_team", 2, social_workers=0)], 2, 0),
    "MTG04-27": ([m.teams("field_team", 5, **GOOD_TEAM)], [m.teams("field_team", 4, **GOOD_TEAM), m.teams("field_team", 1, social_workers=1)], 5, 4),
    "MTG04-28": ([m.surveys(3, mode="home", workers=2)], [m.surveys(2, mode="home", workers=2), m.surveys(1, mode="home", workers=1)], 100, "66.6"),
}  # fmt: skip


@pytest.mark.parametrize("code", TABLE)
def test_just_reached(act, code):
    reached, _missed, value, _short = TABLE[code]
    row = measured(act, code, reached)
    assert (row.value, row.status, row.is_met, row.completion) == (value, "met", True, 1)


@pytest.mark.parametrize("code", TABLE)
def test_just_missed(act, code):
    _reached, missed, _value, short = TABLE[code]
    row = measured(act, code, missed)
    assert (row.value, row.is_met) == (Decimal(short), False)
    assert row.status in ("missed", "behind")
    assert row.completion < 1


def test_the_satisfaction_survey_only_reports_and_wants_its_questionnaires(act):
    world = m.mentougou(act)
    world.add("answer", {"n": 3, "day": "2024-09-01", "satisfied": True}, {"day": "2024-09-01", "satisfied": False})
    row = world.measure(m.OVER).by_code["MTG04-18"]
    assert (row.value, row.status, row.papers_missing) == (75, "report_only", ["original_questionnaires"])
    world.add("document", {"kind": "original_questionnaires"})
    assert world.measure(m.OVER).by_code["MTG04-18"].papers_missing == []


def measured(cast, code, rows):
    """The indicator after the term, with these rows only."""
    world = m.mentougou(cast)
    for source, described in rows:
        world.add(source, *described)
    return world.measure(m.OVER).by_code[code]


def test_every_indicator_of_the_library_is_tried():
    assert sorted([*TABLE, "MTG04-18"]) == [f"MTG04-{number:02}" for number in range(1, 29)]


def test_the_table_takes_the_same_statements_for_one_record_and_three_hundred(act):
    world = m.mentougou(act)
    world.add("record", {"kind": "event", "day": "2024-08-01", "participants": 40})
    one = count_of(world)
    for source, rows in (m.key_households(100), m.revisits(60), *m.cases(40, first=500), m.groups(), m.events()):
        world.add(source, *rows)
    assert count_of(world) == one
    world.contract.indicators.exclude(
        code__in=["MTG04-01", "MTG04-02", "MTG04-08", "MTG04-10", "MTG04-11", "MTG04-18", "MTG04-20"]
    ).delete()
    assert count_of(world) == one


def count_of(world):
    with CaptureQueriesContext(connection) as caught:
        table = world.measure(date(2024, 11, 20))
    assert table.statements == 7
    return len(caught)
