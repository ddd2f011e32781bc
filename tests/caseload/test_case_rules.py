"""One definition of overdue, read from tables; no database."""

from datetime import date
from types import SimpleNamespace

import pytest

from caseload.rules import cases as rules
from caseload.rules import groups as group_rules
from contracts.rules import add_months
from tenancy.templatetags.fuyue.audit_words import WORDS
from tenancy.workdays import WorkCalendar

# 2024: Labour Day 05-01 to 05-05 with make-up days 04-28 and 05-11; Dragon Boat Festival 06-10.
OFF = [date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 3), date(2024, 6, 10)]
MADE_UP = [date(2024, 4, 28), date(2024, 5, 11)]
CALENDAR = WorkCalendar(
    exceptions=dict.fromkeys(OFF, False) | dict.fromkeys(MADE_UP, True), published=frozenset({2024})
)
LIMITS = {
    "case.first_contact": rules.Limit(10), "case.first_contact_crisis": rules.Limit(2), "case.assessment": rules.Limit(10),
    "case.plan": rules.Limit(5), "case.supervisor_review": rules.Limit(6, "months"), "case.decision": rules.Limit(2),
}  # fmt: skip


def dates(**known):
    blank = dict.fromkeys(
        (
            "first_contact_on",
            "opened_on",
            "assessed_on",
            "planned_on",
            "evaluated_on",
            "closed_on",
            "handed_on",
            "replan_from",
            "crisis_on",
            "crisis_met_on",
            "begun_on",
            "reviewed_on",
            "next_review_on",
        )
    )
    return SimpleNamespace(
        **{**blank, "identified_on": date(2024, 4, 26), "state": "draft", "is_crisis": False, **known}
    )


def due_of(case, step, on):
    return {due.step: due for due in rules.deadlines(case, LIMITS, CALENDAR, on=on)}.get(step)


@pytest.mark.parametrize(
    ("known", "on", "due", "overdue", "elapsed"),
    [
        ({}, date(2024, 5, 6), date(2024, 5, 13), 0, 4),  # 04-28 counts, 05-01 to 05-05 don't
        ({}, date(2024, 5, 13), date(2024, 5, 13), 0, 10),
        ({}, date(2024, 5, 14), date(2024, 5, 13), 1, 11),
        ({}, date(2024, 5, 18), date(2024, 5, 13), 4, 14),
        ({"is_crisis": True}, date(2024, 4, 30), date(2024, 4, 29), 1, 3),
        ({"first_contact_on": date(2024, 5, 13)}, date(2024, 9, 1), date(2024, 5, 13), 0, 10),
        ({"first_contact_on": date(2024, 5, 15)}, date(2024, 9, 1), date(2024, 5, 13), 2, 12),
    ],
)
def test_the_first_contact_is_due_in_ten_working_days_or_two_in_a_crisis(known, on, due, overdue, elapsed):
    found = due_of(dates(**known), "case.first_contact", on)
    assert (found.due, found.overdue, found.elapsed) == (due, overdue, elapsed)


@pytest.mark.parametrize(
    ("step", "known", "due"),
    [
        (
            "case.assessment",
            {"state": "open", "opened_on": date(2024, 5, 28)},
            date(2024, 6, 12),
        ),  # 06-10 is no working day
        (
            "case.plan",
            {"state": "open", "opened_on": date(2024, 5, 28), "assessed_on": date(2024, 6, 5)},
            date(2024, 6, 13),
        ),
        (
            "case.supervisor_review",
            {"state": "open", "assessed_on": date(2024, 8, 1), "planned_on": date(2024, 8, 31)},
            date(2025, 2, 28),
        ),
        ("case.decision", {"state": "intake_submitted", "handed_on": date(2024, 6, 7)}, date(2024, 6, 12)),
    ],
)
def test_each_step_runs_from_the_day_that_its_clause_names(step, known, due):
    assert due_of(dates(**known), step, date(2024, 6, 7)).due == due


def test_a_plan_after_a_refused_closure_runs_from_the_refusal():
    case = dates(state="open", assessed_on=date(2024, 5, 20), replan_from=date(2024, 6, 7))
    assert due_of(case, "case.plan", date(2024, 6, 7)).due == date(2024, 6, 17)


@pytest.mark.parametrize("state", ["refused", "withdrawn", "closed"])
def test_a_case_that_ended_has_no_open_clock(state):
    found = rules.deadlines(
        dates(state=state, first_contact_on=date(2024, 5, 8)), LIMITS, CALENDAR, on=date(2024, 9, 1)
    )
    assert [due.step for due in found] == ["case.first_contact"]


def test_a_step_that_the_contract_does_not_limit_has_no_clock():
    assert rules.deadlines(dates(), {}, CALENDAR, on=date(2024, 5, 6)) == []


@pytest.mark.parametrize(
    ("identified_on", "provisional"),
    [(date(2024, 12, 10), False), (date(2024, 12, 24), True), (date(2025, 3, 3), True)],
)
def test_a_limit_that_reaches_an_unpublished_year_is_provisional(identified_on, provisional):
    assert due_of(dates(identified_on=identified_on), "case.first_contact", identified_on).provisional is provisional


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 7, 29), 6, date(2025, 1, 29)),
        (date(2024, 1, 15), 12, date(2025, 1, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_months_last(day, months, result):
    assert add_months(day, months) == result


def test_the_open_step_that_ends_first_is_next():
    case = dates(state="open", first_contact_on=date(2024, 5, 8), opened_on=date(2024, 5, 15))
    assert rules.next_due(rules.deadlines(case, LIMITS, CALENDAR, on=date(2024, 5, 20))).step == "case.assessment"


@pytest.mark.parametrize(
    ("known", "stage"),
    [
        ({}, "intake"), ({"state": "intake_submitted"}, "intake"), ({"state": "refused"}, "intake"), ({"state": "open"}, "assessment"),
        ({"state": "open", "assessed_on": date(2024, 5, 20)}, "plan"),
        ({"state": "open", "assessed_on": date(2024, 5, 20), "planned_on": date(2024, 5, 22)}, "intervention"),
        ({"state": "open", "assessed_on": date(2024, 5, 20), "planned_on": date(2024, 5, 22), "evaluated_on": date(2024, 7, 1)}, "closure"),
        ({"state": "closure_submitted"}, "closure"),
    ],
)  # fmt: skip
def test_the_stage_follows_from_the_dates(known, stage):
    assert rules.stage_of(dates(**known)) == stage


def test_a_closed_case_has_six_finished_stages():
    assert [state for _, _, state in rules.stage_states(dates(state="closed"))] == ["done"] * 6


def test_every_state_can_be_reached_and_every_verb_has_a_word():
    reached = {goal for _, goal in rules.MOVES.values() if goal}
    assert reached == set(rules.STATE_LABELS)
    assert set(rules.VERBS) == set(rules.MOVES)


def test_every_act_has_its_word_in_the_audit_trail():
    acts = {f"case.{verb}" for verb in rules.MOVES if verb != "start"} | {f"group.{verb}" for verb in group_rules.MOVES}
    assert sorted(acts - set(WORDS)) == []
