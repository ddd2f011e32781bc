"""Clocks: started and stopped by the agency, made void by its quality control, measured again after each step."""

from datetime import timedelta

import pytest

from contracts.models import Label
from services.actions.clocks import add_clock_paper, start_clock, stop_clock, void_clock
from tenancy.problems import Refused
from tests.cast import at

HOUR = timedelta(hours=1)


@pytest.fixture
def clock(act):
    return start(act)


def start(cast, **changes):
    values = {"kind": "first_request", "started_at": at(), "by": cast.social_worker, "at": at()}
    return start_clock(cast.contract, **values | changes)


def test_a_clock_runs_until_it_is_stopped(act, clock):
    assert (clock.stopped_at, clock.stopped_on, clock.day) == (None, None, at().date())
    stopped = stop_clock(clock, stopped_at=at() + HOUR, by=act.social_worker, at=at() + 2 * HOUR, on_time=True)
    assert (stopped.stopped_at, stopped.stopped_on, stopped.on_time) == (at() + HOUR, at().date(), True)
    assert [move.verb for move in stopped.moves.all()] == ["start", "stop"]


def test_a_start_is_no_later_than_now_and_of_a_known_kind(act):
    Label.objects.create(family="clock", code="first_request", label="首接响应")
    with pytest.raises(Refused) as refused:
        start(act, kind="party", started_at=at() + HOUR)
    assert [str(problem) for problem in refused.value.problems] == ["选择计时事项", "开始时间不得晚于现在"]


@pytest.mark.parametrize(("stopped", "told"), [(-HOUR, "完成时间不得早于开始时间"), (3 * HOUR, "完成时间不得晚于现在")])
def test_an_end_lies_between_the_start_and_now(act, clock, stopped, told):
    with pytest.raises(Refused) as refused:
        stop_clock(clock, stopped_at=at() + stopped, by=act.social_worker, at=at() + 2 * HOUR)
    assert [str(problem) for problem in refused.value.problems] == [told]


def test_a_clock_is_stopped_once(act, clock):
    stop_clock(clock, stopped_at=at(), by=act.social_worker, at=at())
    with pytest.raises(Refused) as refused:
        stop_clock(clock, stopped_at=at(), by=act.social_worker, at=at())
    assert [str(problem) for problem in refused.value.problems] == ["这条计时已登记完成"]


def test_only_the_agency_of_the_contract_keeps_time(act, clock):
    for member in (act.rivals["social_worker"], act.contract_manager, act.agency_finance):
        with pytest.raises(Refused):
            start(act, by=member)
        with pytest.raises(Refused):
            stop_clock(clock, stopped_at=at(), by=member, at=at())


def test_quality_control_voids_with_a_reason(act, clock):
    with pytest.raises(Refused, match="只有本机构的质控"):
        void_clock(clock, reason="误登", by=act.social_worker, at=at())
    with pytest.raises(Refused) as refused:
        void_clock(clock, reason=" ", by=act.quality_control, at=at())
    assert [str(problem) for problem in refused.value.problems] == ["作废须写明原因"]
    void = void_clock(clock, reason="误登", by=act.quality_control, at=at())
    assert (void.state, void.void_reason) == ("void", "误登")
    with pytest.raises(Refused):
        stop_clock(void, stopped_at=at(), by=act.social_worker, at=at())


def test_its_papers_are_the_kinds_of_its_files(act, clock):
    from documents.actions.files import store
    from tests.populated import picture

    file = store(picture(), allow={"image"}, by=act.social_worker, at=at())
    add_clock_paper(clock, file=file, kind="assessment_form", by=act.social_worker, at=at())
    clock.refresh_from_db()
    assert clock.papers == ["assessment_form"]
