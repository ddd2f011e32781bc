"""Decisions about the care journal: which shift runs, what is asked, what a tick comes to. No database."""

from datetime import date, datetime, time

import pytest

from services.rules import care as rules
from services.rules import care_people as people
from tenancy.clock import SHANGHAI

MORNING, NOON, EVENING, NIGHT = rules.DAY_ROUND
KINDS = frozenset({"reminder", "routine_check", "basic_care", "linen_change"})


@pytest.mark.parametrize(
    ("hour", "slot", "day"),
    [
        (6, "morning", 4),
        (10, "morning", 4),
        (11, "noon", 4),
        (17, "evening", 4),
        (22, "night", 4),
        (2, "night", 3),
        (5, "night", 3),
    ],
)
def test_a_night_belongs_to_the_evening_on_which_it_begins(hour, slot, day):
    running = rules.slot_at(rules.DAY_ROUND, hour)
    moment = datetime.combine(date(2024, 6, 4), time(hour, 30), tzinfo=SHANGHAI)
    assert (running.code, rules.shift_day(running, moment)) == (slot, date(2024, 6, day))


def test_a_contract_names_its_own_slots():
    own = rules.slots_of([["morning", "早"], ["siesta", "午休"]])
    assert [(slot.code, slot.label, slot.begins) for slot in own] == [("morning", "早班", 6), ("siesta", "午休", 0)]
    assert rules.slots_of([]) == rules.DAY_ROUND


@pytest.mark.parametrize(
    ("slot", "dose", "usual"),
    [
        (MORNING, False, ["meal", "wash"]),
        (MORNING, True, ["meal", "medicine", "wash"]),
        (NOON, False, ["meal"]),
        (EVENING, False, ["meal", "routine"]),
        (NIGHT, True, ["medicine", "routine"]),
    ],
)
def test_what_a_shift_expects(slot, dose, usual):
    asked = rules.marks_for(slot, KINDS, dose)
    assert [mark.code for mark, expected in asked if expected] == usual
    assert ("medicine" in {mark.code for mark, _ in asked}) == dose


def test_a_kind_that_the_tenant_does_not_have_is_not_asked():
    assert [mark.code for mark, _ in rules.marks_for(MORNING, {"linen_change"})] == ["linen"]


ASKED = rules.marks_for(MORNING, KINDS, True)
ALL = ("meal", "medicine", "wash")


@pytest.mark.parametrize(
    ("presence", "given", "said", "faults"),
    [
        ("normal", {"ticked": ALL}, ("normal", {"meal": True, "medicine": True, "wash": True}), []),
        ("normal", {"ticked": ("meal", "wash")}, ("notable", {"meal": True, "medicine": False, "wash": True}), []),
        ("normal", {"ticked": ALL, "mood": "low"}, ("notable", {"meal": True, "medicine": True, "wash": True, "mood": "low"}), []),
        ("notable", {"ticked": ALL}, ("notable", {"meal": True, "medicine": True, "wash": True}), ["异常须写明情况"]),
        ("notable", {"ticked": ALL, "note": "发热 38.4℃"}, ("notable", {"meal": True, "medicine": True, "wash": True}), []),
        ("absent", {"ticked": ALL}, ("absent", {}), ["选择不在的原因"]),
        ("absent", {"ticked": ALL, "away": "hospital"}, ("absent", {"away": "hospital"}), []),
        ("absent", {"ticked": (), "away": "unknown"}, ("absent", {"away": "unknown"}), ["去向不明须写明最后见到的时间和地点"]),
        ("asleep", {"ticked": ALL}, ("normal", {}), ["选择正常、异常或不在"]),
    ],
)  # fmt: skip
def test_what_is_ticked_is_what_is_said(presence, given, said, faults):
    found, wrong = rules.read(presence, asked=ASKED, **given)
    assert ((found.presence, found.marks), wrong) == (said, faults)


def test_a_line_leaves_one_record_for_each_thing_that_counts():
    said = rules.Said(
        "notable", {"meal": False, "medicine": True, "routine": True, "wash": True, "nails": True, "linen": True}
    )
    assert rules.records_of(said, KINDS) == {
        "meal": ("reminder", {"reminded_of": "meal", "done": False}),
        "medicine": ("reminder", {"reminded_of": "medicine", "done": True}),
        "routine": ("routine_check", {"complied": True}),
        "care": ("basic_care", {"washed": True, "nails": True}),
        "linen": ("linen_change", {}),
    }
    assert rules.records_of(rules.Said("absent", {"away": "leave"}), KINDS) == {}
    assert rules.missed(said) == ["漏餐"]
    assert rules.told(said) == ["服药", "按时作息", "洗漱", "修剪指甲", "换洗", "未就餐"]


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({}, []),
        ({"slot": "brunch"}, ["选择班次"]),
        ({"ended_at": datetime(2024, 6, 4, 8, tzinfo=SHANGHAI)}, ["结束须晚于开始"]),
        ({"ended_at": datetime(2024, 6, 4, 20, 1, tzinfo=SHANGHAI)}, ["一班不超过 12 小时", "时间还没有到"]),
        ({"day": date(2025, 1, 1)}, ["日期不在服务期内"]),
        ({"starts_on": None}, ["日期不在服务期内"]),
        ({"lines": 0}, ["还没有登记任何人"]),
    ],
)
def test_what_stands_between_a_shift_and_its_hand_in(change, faults):
    known = {
        "day": date(2024, 6, 4), "slot": "morning", "slots": rules.DAY_ROUND, "started_at": datetime(2024, 6, 4, 8, tzinfo=SHANGHAI),
        "ended_at": datetime(2024, 6, 4, 9, tzinfo=SHANGHAI), "starts_on": date(2024, 1, 2), "ends_on": date(2024, 12, 31),
        "at": datetime(2024, 6, 4, 9, 30, tzinfo=SHANGHAI), "lines": 1,
    } | change  # fmt: skip
    assert [str(fault) for fault in rules.shift_faults(**known)] == faults


@pytest.mark.parametrize(
    ("typed", "times"),
    [
        ("8:00 20:00", ["08:00", "20:00"]),
        ("20：00，08:00、08:00", ["08:00", "20:00"]),
        ("  ", []),
        ("25:00", ["25:00"]),
    ],
)
def test_times_of_a_medicine_as_they_are_typed(typed, times):
    assert people.read_times(typed) == times


def test_a_medicine_lacks_everything_at_once():
    problems = people.medicine_problems(
        medicine="",
        dose=" ",
        times=["25:00"],
        prescribed_by="",
        from_day=date(2024, 5, 1),
        entered_on=date(2024, 6, 1),
        left_on=None,
    )
    assert problems == [
        "未填药名",
        "未填每次用量",
        "未填开方医疗机构",
        "服药时间 25:00 不是 24 小时制，如 08:00",
        "起始日不在此人在站期间",
    ]


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"result": "stable"}, []),
        ({"result": "notable", "note": "走失半日"}, []),
        ({"result": "notable"}, ["有情况须写明"]),
        ({"result": "maybe"}, ["选择通话结果"]),
        ({"result": "stable", "told": True}, ["反馈辖区民政部门，先勾选发现反复流浪"]),
    ],
)
def test_what_a_call_lacks(given, problems):
    assert people.call_problems(**({"again": False, "told": False, "note": ""} | given)) == problems
