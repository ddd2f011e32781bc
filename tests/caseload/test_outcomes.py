"""How far goals were attained and what scales say, as rules."""

from datetime import date
from decimal import Decimal

import pytest

from caseload.rules import outcomes

LOW, HIGH = outcomes.DIRECTIONS


def goal(before, now, target, degree=""):
    found = outcomes.attained({"title": "目标", "before": before, "now": now, "target": target, "degree": degree})
    return found.percent, found.told


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (("0 次", "3 次", "4 次"), (75, "75%")),
        (("4 小时", "6.5 小时", "7 小时"), (83, "83%")),
        (("8 分", "5 分", "4 分"), (75, "75%")),
        (("每周 0 次", "每周 2 次", "每周 4 次"), (50, "50%")),
        (("0 次", "6 次", "4 次"), (100, "150%（超出目标）")),
        (("3 次", "1 次", "4 次"), (0, "0%")),
        (("2 次", "2 次", "2 次"), (100, "100%")),
        (("0 次", "3 天", "4 次", "基本实现"), (80, "基本实现")),
        (("未享受", "已享受", "已享受"), (100, "完全实现")),
        (("不来往", "偶尔", "经常", "部分实现"), (50, "部分实现")),
        (("不来往", "偶尔", "经常"), (None, "未评定")),
        (("4 小时", "", "7 小时"), (None, "未评定")),
    ],
)
def test_a_goal_is_judged_by_its_numbers_else_by_the_worker(known, told):
    assert goal(*known) == told


def test_lines_without_a_score_are_left_out_and_a_common_scale_needs_only_its_score():
    rows = outcomes.cleaned([{"name": "抑郁自评量表（SDS）", "score": " 62 "}, {"name": "焦虑自评量表（SAS）"}, {}])
    assert rows == [{"name": "抑郁自评量表（SDS）", "score": "62", "full": "100", "direction": LOW}]
    assert (outcomes.faults(rows), outcomes.told(rows)) == ([], "抑郁自评量表（SDS）：62 分（满分 100，低分为好）")


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        ({"name": "自编量表", "score": "3"}, ["自编量表：选低分为好或高分为好", "自编量表：满分须是大于 0 的数"]),
        ({"name": "自编量表", "score": "11", "full": "10", "direction": HIGH}, ["自编量表：得分须在 0 到 10 之间"]),
        ({"name": "自编量表", "score": "NaN", "full": "10", "direction": HIGH}, ["自编量表：得分须在 0 到 10 之间"]),
        ({"score": "3", "full": "10", "direction": LOW}, ["写明量表名称"]),
    ],
)
def test_what_is_no_score(row, faults):
    assert outcomes.faults(outcomes.cleaned([row])) == faults


def test_a_scale_is_told_from_its_first_to_its_last_score():
    def scale(score, name="情绪量表", direction=LOW):
        return [{"name": name, "score": score, "full": "50", "direction": direction}]

    measured = [(date(2024, 9, 1), scale("20")), (date(2024, 5, 1), scale("40")), (date(2024, 7, 1), scale("30"))]
    [course] = outcomes.courses(measured)
    assert (course.pre, course.post, course.fall) == ((date(2024, 5, 1), 40), (date(2024, 9, 1), 20), Decimal("50.0"))
    assert [score for _, score in course.scores] == [40, 30, 20]
    told = [
        outcomes.courses([(date(2024, 5, 1), scale(before, direction=way)), (date(2024, 9, 1), scale(after, direction=way))])[0].told
        for before, after, way in (("40", "20", LOW), ("20", "30", LOW), ("20", "30", HIGH), ("0", "5", HIGH), ("9", "9", LOW))
    ]  # fmt: skip
    assert told == ["由 40 分降至 20 分，下降 50.0%，好转", "由 20 分升至 30 分，上升 50.0%，变差", "由 20 分升至 30 分，上升 50.0%，好转", "由 0 分升至 5 分，好转", "前后都是 9 分，没有变化"]  # fmt: skip
    assert outcomes.courses(measured[:1])[0].told == "20 分（2024-09-01），尚未复测"


def test_what_indicators_count_of_goals_and_scales():
    low = {"name": "情绪量表", "full": "50", "direction": LOW}
    found = outcomes.courses([(date(2024, 5, 1), [low | {"score": "40"}]), (date(2024, 9, 1), [low | {"score": "26"}])])
    goals = [{"title": "外出", "before": "0 次", "now": "4 次", "target": "4 次"}, {"title": "来往", "now": "偶尔"}]
    assert outcomes.counted(goals, found) == {"goals": 2, "goals_met": 1, "pre_score": 40.0, "post_score": 26.0, "fall_percent": 35.0}  # fmt: skip
    assert set(outcomes.counted([], []).values()) == {None}
