"""A stay is played through its acts, and the station's indicators count from them: FCG-04, 11 to 14, 46 to 49, 51 to 53."""

from datetime import date, timedelta

import pytest

from services.actions import records, station
from services.indicators.measure import measure_contract
from services.models import Clock, ServiceRecord
from tests.caseload import stays
from tests.caseload.people import id_number
from tests.caseload.stays import later
from tests.documents.hostile import picture

COUNTED = [4, 11, 12, 13, 14, 46, 47, 48, 49, 51, 52, 53]


@pytest.fixture
def contract(act):
    return stays.station_contract(act)


def photo(cast, colour=(10, 70, 90)):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from documents.actions import files

    return files.store(
        SimpleUploadedFile("1.jpg", picture(80, 60, colour=colour)), allow={"image"}, by=cast.social_worker, at=stays.NOW
    )  # fmt: skip


def verified(cast, moment):
    """Quality control confirms everything that was handed in."""
    for record in ServiceRecord.objects.select_related("contract").filter(state="submitted"):
        records.verify_record(record, by=cast.quality_control, at=moment)


def values(contract, on):
    rows = measure_contract(contract, on=on).by_code
    return {number: str(rows[f"FCG-{number:02}"].value) for number in COUNTED}


def test_a_whole_stay_reaches_every_indicator_that_its_acts_feed(act, contract):
    cast, worker = act, act.social_worker
    stay = stays.admit(cast, contract, proof=photo(cast))
    stay = station.trace(
        stay, channel="face", started_at=later(hours=3), minutes=20, result="waiting", form=stays.TRACE, by=worker, at=later(hours=4)
    )  # fmt: skip
    stay = stays.cared(cast, stay, later(hours=5))
    records.submit_record(
        records.add_evidence(
            records.start_record(
                contract=contract, kind="intervention", team=stay.entry, started_at=later(hours=10), ended_at=later(hours=11),
                facts={"service": "casework"}, by=worker, at=later(hours=11),
            ),
            file=photo(cast), kind="process_record", by=worker, at=later(hours=11),
        ).record,
        by=worker, at=later(hours=11),
    )  # fmt: skip
    stay = station.identify(
        stay, person={"name": "石敢当", "id_number": id_number(birth=date(1965, 3, 7), serial=3)}, found_at=later(days=1), form=stays.IDENTITY, by=worker, at=later(days=1)
    )  # fmt: skip
    stay = station.begin_leaving(stay, way="collected", asked_at=later(days=2), by=worker, at=later(days=2))
    for kind, form in (("handover_form", stays.HANDOVER), ("feedback", stays.FEEDBACK)):
        stay = station.file_form(stay, kind, form=form, on=date(2025, 6, 4), by=worker, at=later(days=2, hours=1))
    stay = station.discharge(
        stay, form=stays.DISCHARGE | {"ticket": "已落实", "ticket_detail": "D101"}, left_at=later(days=2, hours=3), ticket=photo(cast),
        by=worker, at=later(days=2, hours=3),
    )  # fmt: skip
    verified(cast, later(days=2, hours=4))
    assert values(contract, date(2025, 6, 5)) == dict.fromkeys(COUNTED, "100.0")
    assert stay.entry.papers == [
        "application",
        "basic_information",
        "feedback",
        "physical_assessment",
        "process_record",
    ]
    assert list(Clock.objects.filter(state="valid", stopped_at=None)) == []


def test_what_was_late_or_left_open_is_missing_in_the_numbers(act, contract):
    cast, worker = act, act.social_worker
    late = stays.admit(cast, contract)
    late = stays.assess(cast, late, later(hours=25), risk="", medication="")
    late = station.submit_plan(late, form=stays.PLAN, by=worker, at=later(hours=50))
    late = station.return_plan(late, reason="未写就医安排", is_unfit=True, by=cast.station_staff, at=later(hours=51))
    late = station.submit_plan(late, form=stays.PLAN, by=worker, at=later(hours=52))
    station.confirm_plan(late, by=cast.station_staff, at=later(hours=53))
    verified(cast, later(hours=54))
    found = values(contract, date(2025, 6, 6))
    assert {number: found[number] for number in (4, 11, 12, 13, 14, 51)} == {4: "0.0", 11: "0.0", 12: "71.4", 13: "50.0", 14: "50.0", 51: "0.0"}  # fmt: skip


def test_whoever_leaves_in_time_leaves_no_clock_behind_and_whoever_was_late_does(act, contract):
    cast, worker = act, act.social_worker
    for number, hours in enumerate((6, 30)):
        stay = stays.admit(cast, contract)
        stay = station.begin_leaving(stay, way="own", asked_at=later(hours=hours), by=worker, at=later(hours=hours))
        for kind, form in (
            ("own_leave", {"statement": "自行返乡", "capable": "是", "signed": "按手印"}),
            ("feedback", stays.FEEDBACK),
        ):
            stay = station.file_form(stay, kind, form=form, on=stays.NOW.date(), by=worker, at=later(hours=hours))
        gone = later(hours=hours, minutes=30)
        stay = station.discharge(stay, form=stays.DISCHARGE, left_at=gone, by=worker, at=gone)
        states = dict(Clock.objects.filter(entry=stay.entry, kind="first_assessment").values_list("state", "papers"))
        assert (number, states) == (number, {"void": []} if hours == 6 else {"valid": []})


def test_a_plan_that_is_late_counts_late_though_it_is_returned_and_begun_anew(act, contract):
    stay = stays.assess(act, stays.admit(act, contract), later(hours=5))
    stay = station.submit_plan(stay, form=stays.PLAN, by=act.social_worker, at=later(hours=40))
    station.return_plan(stay, reason="写明夜间照看", is_unfit=False, by=act.station_staff, at=later(hours=41))
    spans = [
        clock.stopped_at and clock.stopped_at - clock.started_at
        for clock in Clock.objects.filter(kind="care_plan").order_by("started_at")
    ]
    assert spans == [timedelta(hours=35), None]
    assert ServiceRecord.objects.filter(kind="care_plan_review").count() == 0
