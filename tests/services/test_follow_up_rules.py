"""The plan's rules: what is asked for, who makes it, on which days, what is done; tables and properties without a database."""

from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.conditions import Scheme
from services.indicators.periods import periods
from services.rules import follow_ups as rules
from tenancy.workdays import WorkCalendar

FIRST, LAST = date(2024, 4, 1), date(2024, 12, 31)
CALENDAR = WorkCalendar(
    {date(2024, 5, 1) + timedelta(days=step): False for step in range(5)} | {date(2024, 5, 11): True}, frozenset({2024})
)


def line(code, every, times=1, present="start"):
    made = tuple(periods(Scheme(every, FIRST, LAST)))
    return rules.Line(code, code, ("revisit",), made, present, {period.first: times for period in made})


def slot(household, first=FIRST, last=date(2024, 6, 30), turn=1, code="Q"):
    return rules.Slot(household, code, ("revisit",), first, last, "二季度", turn)


# --- what is asked for --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("every", "times", "stay", "firsts"),
    [
        ("quarter", 1, (FIRST, None), [(4, 1), (7, 1), (10, 1)]),
        ("half", 1, (FIRST, None), [(4, 1), (7, 1)]),
        ("quarter", 2, (date(2024, 7, 1), None), [(7, 1), (7, 1), (10, 1), (10, 1)]),
        ("quarter", 1, (date(2024, 4, 2), None), [(7, 1), (10, 1)]),
        ("quarter", 1, (FIRST, date(2024, 7, 1)), [(4, 1), (7, 1)]),
        ("month", 1, (FIRST, date(2024, 5, 31)), [(4, 1), (5, 1)]),
        ("quarter", 0, (FIRST, None), []),
    ],
)
def test_a_household_is_visited_in_every_period_on_whose_first_day_it_is_on_the_register(every, times, stay, firsts):
    found = rules.slots(line("Q", every, times), [rules.Stay("H", *stay)])
    assert [(row.first.month, row.first.day) for row in found] == firsts


@pytest.mark.parametrize(("present", "months"), [("start", [7, 10]), ("whole", [7]), ("any", [4, 7, 10])])
def test_the_indicator_says_when_a_stay_counts(present, months):
    stay = rules.Stay("H", date(2024, 5, 2), date(2024, 12, 30))
    assert [row.first.month for row in rules.slots(line("Q", "quarter", present=present), [stay])] == months


def test_a_visit_of_the_month_keeps_the_quarter_too():
    asked = rules.wanted(
        [
            (line("Q", "quarter"), [rules.Stay("H", FIRST, date(2024, 7, 31)), rules.Stay("I", FIRST)]),
            (line("M", "month"), [rules.Stay("H", date(2024, 8, 1))]),
        ]
    )
    assert [(row.indicator, row.first.month) for row in asked if row.household == "H"] == [
        ("Q", 4), ("M", 8), ("M", 9), ("M", 10), ("M", 11), ("M", 12)
    ]  # fmt: skip
    assert [(row.indicator, row.first.month) for row in asked if row.household == "I"] == [
        ("Q", 4),
        ("Q", 7),
        ("Q", 10),
    ]


def test_two_promises_of_the_same_period_ask_for_one_visit():
    stays = [rules.Stay("H", FIRST)]
    asked = rules.wanted([(line("A", "quarter"), stays), (line("B", "quarter"), stays)])
    assert [(row.indicator, row.first.month) for row in asked] == [("A", 4), ("A", 7), ("A", 10)]


# --- done ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("turn", "visits", "on", "told"),
    [
        (1, [], date(2024, 5, 1), ("open", None)),
        (1, [], date(2024, 6, 30), ("open", None)),
        (1, [], date(2024, 7, 1), ("missed", None)),
        (1, [(date(2024, 6, 30), "revisit", 7)], date(2024, 5, 1), ("done", 7)),
        (1, [(date(2024, 3, 31), "revisit", 7), (date(2024, 7, 1), "revisit", 8)], date(2024, 5, 1), ("open", None)),
        (1, [(date(2024, 5, 5), "home_survey", 7)], date(2024, 5, 9), ("open", None)),
        (2, [(date(2024, 5, 5), "revisit", 7)], date(2024, 5, 9), ("open", None)),
        (2, [(date(2024, 5, 5), "revisit", 7), (date(2024, 5, 6), "revisit", 9)], date(2024, 5, 9), ("done", 9)),
    ],
)
def test_the_nth_record_of_the_period_does_the_nth_visit(turn, visits, on, told):
    row = SimpleNamespace(first=FIRST, last=date(2024, 6, 30), kinds=["revisit"], turn=turn)
    assert rules.standing(row, visits, on) == told


# --- who ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("posts", "found"),
    [
        ([], {"城子": (1, 2, 3), "军庄": (1, 2, 3)}),
        ([(1, "城子"), (2, "军庄"), (3, None)], {"城子": (1,), "军庄": (2,)}),
        ([(1, "城子"), (2, None), (3, None)], {"城子": (1,), "军庄": (2, 3)}),
        ([(1, "城子"), (2, "城子"), (3, "城子")], {"城子": (1, 2, 3), "军庄": (1, 2, 3)}),
    ],
)
def test_who_is_posted_to_a_street_visits_there(posts, found):
    assert rules.serving(["城子", "军庄"], posts, [1, 2, 3]) == found


@pytest.mark.parametrize(
    ("loads", "total", "found"),
    [
        ({1: 0, 2: 0}, 10, {1: 5, 2: 5}),
        ({1: 4, 2: 0}, 10, {1: 3, 2: 7}),
        ({1: 9, 2: 0, 3: 1}, 5, {1: 0, 2: 3, 3: 2}),
        ({1: 0, 2: 0}, 0, {1: 0, 2: 0}),
    ],
)
def test_what_is_new_fills_up_whoever_has_least(loads, total, found):
    assert rules.levelled(loads, total) == found


@given(weights=st.lists(st.integers(1, 12), max_size=80), loads=st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_loads_stay_within_a_household_of_the_level(weights, loads):
    loads = dict(enumerate(loads))
    found = rules.shared(list(enumerate(weights)), list(loads), loads)
    after = Counter(loads)
    for household, weight in enumerate(weights):
        after[found[household]] += weight
    quotas = rules.levelled(loads, sum(weights))
    assert set(found) == set(range(len(weights)))
    assert all(abs(after[who] - loads[who] - quotas[who]) <= max(weights, default=0) for who in loads)


@given(number=st.integers(0, 200), workers=st.integers(1, 7))
def test_equal_households_are_shared_to_within_one_in_blocks(number, workers):
    found = rules.shared([(row, 4) for row in range(number)], list(range(workers)), {})
    counts = Counter(dict.fromkeys(range(workers), 0)) + Counter()
    counts = {who: list(found.values()).count(who) for who in range(workers)}
    assert max(counts.values()) - min(counts.values()) <= 1
    assert list(found.values()) == sorted(found.values())


# --- when ---------------------------------------------------------------------------------------------------------------
@given(number=st.integers(1, 150), on=st.dates(FIRST, date(2024, 6, 20)))
def test_a_workers_visits_are_even_over_days_and_weeks_and_never_on_a_day_off(number, on):
    asked = [slot(place) for place in range(number)]
    days = rules.spread(asked, CALENDAR, on)
    dates = [days[row.key] for row in asked]
    assert len(dates) == number
    assert dates == sorted(dates)
    assert all(CALENDAR.is_workday(day) and max(on, FIRST) <= day <= date(2024, 6, 30) for day in dates)
    open_days = rules.workdays_of(max(on, FIRST), date(2024, 6, 30), CALENDAR)
    per_day = Counter(dates)
    assert max(per_day.values()) - min(per_day[day] for day in open_days) <= 1
    fives = [sum(per_day[day] for day in open_days[start : start + 5]) for start in range(0, len(open_days) - 4, 5)]
    assert not fives or max(fives) - min(fives) <= 1


def test_a_period_without_a_working_day_left_gives_no_day():
    assert rules.spread([slot("H", last=date(2024, 5, 5))], CALENDAR, date(2024, 5, 1)) == {}
    assert rules.fit_in(slot("H", last=date(2024, 5, 5)), "A", Counter(), set(), CALENDAR, date(2024, 5, 1)) is None


def test_several_visits_of_a_period_lie_far_apart():
    asked = rules.by_turns([slot(who, turn=turn) for who in "HI" for turn in (1, 2)])
    days = rules.spread(asked, CALENDAR, FIRST)
    apart = [days[slot(who, turn=2).key] - days[slot(who, turn=1).key] for who in "HI"]
    assert min(apart) > timedelta(days=30)


def test_one_more_visit_goes_where_the_worker_is_or_has_least():
    monday, tuesday, wednesday = date(2024, 6, 3), date(2024, 6, 4), date(2024, 6, 5)
    taken, places = Counter({monday: 1, tuesday: 1, wednesday: 1}), {(tuesday, "A")}
    wanted = slot("H", first=monday, last=wednesday)
    assert rules.fit_in(wanted, "A", taken, places, CALENDAR, monday) == tuesday
    assert rules.fit_in(wanted, "A", taken, places, CALENDAR, monday) == monday
    assert taken == Counter({monday: 2, tuesday: 2, wednesday: 1})


def test_ways_of_visiting_are_mixed_as_their_weights_say():
    made = [rules.mode_at(place, {"home": 5, "phone": 2}) for place in range(14)]
    assert Counter(made) == {"home": 10, "phone": 4}
    assert "phone" in made[:4]
    assert rules.mode_at(3, {}) == ""


# --- in step, and handed over -------------------------------------------------------------------------------------------
def test_only_what_is_ahead_and_open_changes():
    on = date(2024, 7, 10)
    past, running, done, later = (
        (("H", "Q", first, 1), last, is_done)
        for first, last, is_done in [
            (FIRST, date(2024, 6, 30), False),
            (date(2024, 7, 1), date(2024, 9, 30), False),
            (date(2024, 7, 2), date(2024, 9, 30), True),
            (date(2024, 10, 1), date(2024, 12, 31), False),
        ]
    )
    new = slot("I", first=date(2024, 7, 1), last=date(2024, 9, 30))
    over = slot("I")
    found = rules.changes([past, running, done, later], [new, over], on, {"I"})
    assert found.drop == [(running[0], "已不在重点对象名册"), (later[0], "已不在重点对象名册")]
    assert found.add == [new]
    kept = rules.changes([later], [], on, {"H"})
    assert kept.drop == [(later[0], "分级或口径已变")]


def test_what_a_worker_gives_away_goes_to_those_who_serve_there():
    households = [("H1", "城子", 3), ("H2", "城子", 3), ("H3", "军庄", 3), ("H4", "军庄", 3)]
    found = rules.handed(households, {"城子": (1,), "军庄": (1, 2)}, {1: 0, 2: 0})
    assert found == {"H1": 1, "H2": 1, "H3": 2, "H4": 2}


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), max_size=60))
def test_the_fullest_are_relieved_never_below_the_level(rows):
    households = [(number, "S", weight, worker) for number, (weight, worker) in enumerate(rows)]
    loads = {worker: sum(weight for weight, who in rows if who == worker) for worker in range(4)}
    given_away, left = rules.evened(households, loads)
    level = sum(loads.values()) / 4
    assert sum(loads.values()) == sum(left.values()) + sum(weight for _who, _street, weight in given_away)
    heaviest = max((weight for weight, _worker in rows), default=0)
    assert all(left[who] >= min(loads[who], level) for who in loads)
    assert all(left[who] < level + heaviest or left[who] <= level for who in loads)


@pytest.mark.parametrize(
    ("day", "is_open", "faults"),
    [
        (date(2024, 6, 4), True, []),
        (date(2024, 6, 8), True, ["06-08 不上班，另选一天"]),
        (date(2024, 5, 30), True, ["不得早于今天"]),
        (date(2024, 7, 1), True, ["须在二季度内（2024-04-01 至 2024-06-30）"]),
        (date(2024, 6, 4), False, ["这次回访已完成或已过期，不能改期"]),
    ],
)
def test_the_days_to_which_a_visit_may_be_put_off(day, is_open, faults):
    assert rules.day_faults(slot("H"), day, date(2024, 6, 3), CALENDAR, is_open=is_open) == faults
