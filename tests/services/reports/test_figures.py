"""The numbers come from the records as they were at the end of the month."""

from datetime import date
from decimal import Decimal

from services.actions import reports as actions
from services.indicators.measure import measure_contract
from services.reporting.figures import collect
from tests.services.reports.arranged import JUNE, TOLD_AT, by_code, inside


def test_the_numbers_are_those_of_the_indicators_at_the_end_of_the_month(cast, scene, report):
    with inside(cast):
        scene.verified("event", moment="2024-07-01 09:00", title="七月的")
        figures, live = collect(report), measure_contract(cast.contract, on=date(2024, 6, 30)).by_code
        rows = by_code(figures)
        assert {code: (row["value"], row["month"], row["rate"]) for code, row in rows.items()} == {
            "EV": ("3", "2", "75.0"),
            "RV": ("1", "1", "8.3"),
            "SH": ("100.0", None, "200.0"),
        }
        assert {code: row["status"] for code, row in rows.items()} == {code: row.status for code, row in live.items()}
        assert (rows["RV"]["pending"], rows["EV"]["not_counting"]) == (1, 1)


def test_the_month_adds_to_what_was_there_before(cast, report):
    with inside(cast):
        table = {
            month: measure_contract(cast.contract, on=date(2024, month, day)).by_code
            for month, day in ((5, 31), (6, 30))
        }
        row = by_code(collect(report))["EV"]
        assert Decimal(row["month"]) == table[6]["EV"].value - table[5]["EV"].value == 2


def test_each_area_stands_beside_its_minimum_and_the_whole(cast, report):
    with inside(cast):
        areas = collect(report)["areas"]
    assert [column["code"] for column in areas["columns"]] == ["EV", "RV"]
    assert {row["name"]: [(cell["value"], cell["short"]) for cell in row["cells"]] for row in areas["rows"]} == {
        "柳林街道": [("2", None), ("1", None)],
        "石桥街道": [("1", None), ("0", None)],
        "云岭镇": [("0", "1"), ("0", None)],
    }
    assert areas["totals"] == ["3", "1"]


def test_what_was_done_in_the_month_is_told_by_kind(cast, report):
    with inside(cast):
        told = {
            row["label"]: (row["number"], row["reached"], row["participants"]) for row in collect(report)["activities"]
        }
    assert told == {"回访": (1, 1, None), "社区活动": (3, 0, 88)}


def test_a_kinds_own_fields_are_told_choice_by_choice_and_in_sums_and_means(cast, scene, report):
    with inside(cast):
        for day, cost in (("06-04", 100), ("06-05", 50.5), ("06-06", 49.5), ("07-01", 999), ("05-31", 999)):
            facts = {"topic": "professional", "cost": cost}
            scene.verified("event", moment=f"2024-{day} 09:00", title=f"课堂{day}", facts=facts)
        told = [tuple(row.values()) for row in collect(report)["own_fields"]]
    assert told == [
        ("社区活动", "类型", "主题节日", 3, None, None),
        ("社区活动", "类型", "专业日常", 3, None, None),
        ("社区活动", "费用", "", 3, "200.0", "66.66"),
    ]


def test_direct_and_indirect_services_are_counted_month_by_month(cast, scene, report):
    with inside(cast):
        for day, mode in (
            ("05-12", "interview"),
            ("06-03", "interview"),
            ("06-04", "interview"),
            ("06-05", "resource"),
            ("07-01", "interview"),
        ):
            scene.verified("case_session", moment=f"2024-{day} 14:00", mode=mode)
        sessions = collect(report)["sessions"]
    assert sessions == {
        "label": "个案介入",
        "rows": [
            {"month": "2024-05-01", "direct": 1, "indirect": 0},
            {"month": "2024-06-01", "direct": 2, "indirect": 1},
        ],
    }


def test_what_does_not_count_is_listed_with_its_reason_and_what_only_waits_is_not(cast, report):
    with inside(cast):
        listed = collect(report)["not_counting"]
    assert [(part["title"], [(row["title"], row["reasons"]) for row in part["rows"]]) for part in listed] == [
        ("社区活动", [("读书会", ["参加人数仅 12 人，少于 30 人"])])
    ]


def test_only_photos_that_people_agreed_to_are_shown_and_nobody_is_named(cast, report, scene):
    with inside(cast):
        photos = collect(report)["photos"]
        shown = scene.event.evidence.get(kind="photo")
    assert [(photo["file"], photo["caption"]) for photo in photos] == [
        (str(shown.file_id), "端午包粽子，柳林街道柳林一社区，06-10 09:00，36 人")
    ]


def test_the_last_month_ends_with_the_term(cast, scene):
    with inside(cast):
        type(cast.contract).objects.update(ends_on=date(2024, 6, 22))
        cast.contract.refresh_from_db()
        made = actions.draft_report(cast.contract, JUNE, by=None, at=TOLD_AT)
        figures = collect(made)
    assert (figures["period"]["last"], by_code(figures)["EV"]["value"]) == ("2024-06-22", "3")
    assert sum(row["number"] for row in figures["activities"]) == 3
