"""Incidents: reported by either side, decided and closed by the purchaser, never by who reported them."""

from datetime import date, timedelta

import pytest

from contracts.models import Label
from services.actions.incidents import (
    add_incident_paper,
    close_incident,
    confirm_incident,
    dismiss_incident,
    report_incident,
)
from tenancy.problems import Conflict, Refused
from tests.cast import at


@pytest.fixture
def incident(act):
    return report(act, by=act.social_worker)


def report(cast, *, by, **changes):
    values = {"kind": "complaint", "title": "来电投诉", "happened_at": at(), "by": by, "at": at()}
    return report_incident(cast.contract, **values | changes)


def problems(refused):
    return [str(problem) for problem in refused.value.problems] or [str(refused.value)]


def test_a_report_waits_for_the_purchaser(act, incident):
    assert (incident.state, incident.day, [move.verb for move in incident.moves.all()]) == (
        "reported",
        at().date(),
        ["report"],
    )


def test_what_a_report_lacks_is_told_at_once(act):
    Label.objects.create(family="incident", code="complaint", label="投诉")
    with pytest.raises(Refused) as refused:
        report(act, by=act.social_worker, kind="party", title=" ", happened_at=at() + timedelta(hours=1))
    assert problems(refused) == ["选择事件类型", "未填事由", "发生时间不得晚于现在"]


def test_a_member_of_no_party_reports_nothing(act):
    for member in (act.rivals["social_worker"], act.subdistrict_officer, act.bureau_finance):
        with pytest.raises(Refused):
            report(act, by=member)


def test_the_purchaser_confirms_and_closes(act, incident):
    confirmed = confirm_incident(incident, by=act.contract_manager, at=at())
    closed = close_incident(confirmed, closed_on=at().date(), outcome="已登门道歉", by=act.section_chief, at=at())
    assert (closed.state, closed.closed_on, closed.outcome.reveal()) == ("confirmed", at().date(), "已登门道歉")
    assert [move.verb for move in closed.moves.all()] == ["report", "confirm", "close"]


def test_the_agency_decides_nothing(act, incident):
    for verb in (
        lambda member: confirm_incident(incident, by=member, at=at()),
        lambda member: dismiss_incident(incident, reason="没有这回事", by=member, at=at()),
        lambda member: close_incident(incident, closed_on=at().date(), outcome="无", by=member, at=at()),
    ):
        with pytest.raises(Refused, match="只有甲方"):
            verb(act.quality_control)


def test_nobody_decides_what_they_reported(act):
    own = report(act, by=act.contract_manager)
    with pytest.raises(Refused, match="自己登记"):
        confirm_incident(own, by=act.contract_manager, at=at())
    assert confirm_incident(own, by=act.section_chief, at=at()).state == "confirmed"


def test_a_dismissal_has_a_reason_and_is_final(act, incident):
    with pytest.raises(Refused, match="写明理由"):
        dismiss_incident(incident, reason=" ", by=act.contract_manager, at=at())
    dismissed = dismiss_incident(incident, reason="经查无此事", by=act.contract_manager, at=at())
    assert (dismissed.state, dismissed.dismiss_reason) == ("dismissed", "经查无此事")
    with pytest.raises(Refused, match="“不属实”，不能核实"):
        confirm_incident(dismissed, by=act.contract_manager, at=at())


def test_only_a_confirmed_incident_is_closed_and_only_once(act, incident):
    close = {"outcome": "已整改", "by": act.contract_manager, "at": at()}
    with pytest.raises(Refused, match="不能办结"):
        close_incident(incident, closed_on=at().date(), **close)
    confirmed = confirm_incident(incident, by=act.contract_manager, at=at())
    with pytest.raises(Refused) as refused:
        close_incident(confirmed, closed_on=date(2020, 1, 1), **close | {"outcome": ""})
    assert problems(refused) == ["办结日期不得早于发生日期", "未填处理结果"]
    closed = close_incident(confirmed, closed_on=at().date(), **close)
    with pytest.raises(Refused) as refused:
        close_incident(closed, closed_on=at().date(), **close)
    assert problems(refused) == ["这起事件已办结"]


def test_whoever_looks_at_an_old_state_changes_nothing(act, incident):
    confirm_incident(incident, by=act.contract_manager, at=at())
    with pytest.raises((Refused, Conflict)):
        dismiss_incident(incident, reason="经查无此事", by=act.section_chief, at=at())
    incident.refresh_from_db()
    assert incident.state == "confirmed"


def test_its_papers_are_the_kinds_of_its_files(act, incident):
    from documents.actions.files import store
    from tests.populated import picture

    file = store(picture(), allow={"image"}, by=act.social_worker, at=at())
    first = add_incident_paper(incident, file=file, kind="photo", by=act.social_worker, at=at())
    assert add_incident_paper(incident, file=file, kind="photo", by=act.social_worker, at=at()) == first
    incident.refresh_from_db()
    assert incident.papers == ["photo"]
