"""Sign-in: who came, by roll call, by hand and by code; the grid of a group; the sheet that proves it."""

import re
from datetime import date, timedelta
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload.actions import members
from services.actions import attendance as actions
from services.actions import records
from services.models import Answer, Attendance, RecordEvidence, ServiceRecord, SignInCode
from services.rules import attendance as rules
from tenancy import scope
from tenancy.models import AuditEvent
from tenancy.problems import Refused
from tests.cast import at, make_contract
from tests.services.pages import NOW, inside, moment, scene, text, url
from tests.services.scene import make_household

__all__ = ["inside", "moment", "scene"]
TODAY = "2024-06-05 08:30"
ONE, TWO, THREE = date(2024, 6, 3), date(2024, 6, 10), date(2024, 6, 17)


# --- rules ------------------------------------------------------------------------------------------------------------
def who(pk, joined_on=ONE, left_on=None):
    return SimpleNamespace(pk=pk, joined_on=joined_on, left_on=left_on)


@pytest.mark.parametrize(
    ("member", "attended", "marks", "came", "due"),
    [
        (who(1), {(1, 1), (2, 1), (3, 1)}, ["came", "came", "came"], 3, 3),
        (who(1), {(1, 1)}, ["came", "missed", "missed"], 1, 3),
        (who(1, joined_on=TWO), {(2, 1)}, ["not_yet", "came", "missed"], 1, 2),
        (who(1, left_on=ONE), {(1, 1)}, ["came", "later", "later"], 1, 1),
        (who(1, joined_on=THREE), {(1, 1)}, ["came", "not_yet", "missed"], 1, 2),
    ],
)
def test_what_a_member_s_row_says(member, attended, marks, came, due):
    line = rules.grid([(1, ONE), (2, TWO), (3, THREE)], [member], attended, {}).lines[0]
    assert (line.marks, line.came, line.due) == (marks, came, due)


def test_the_rate_of_a_group_is_what_was_attended_over_what_was_due_and_open_before_the_first_session():
    found = rules.grid([(1, ONE), (2, TWO)], [who(1), who(2, joined_on=TWO)], {(1, 1), (2, 1)}, {2: 3})
    assert (found.rate, found.came, found.guests) == (Fraction(2, 3), [1, 1], [0, 3])
    assert rules.grid([], [who(1)], set(), {}).rate is None


@pytest.mark.parametrize(
    ("name", "phone", "found"),
    [("白露华", "", "a"), ("白露华", "13800001111", "a"), ("白露华", "13999999999", None), ("青禾", "", None), ("青禾", "22", "c"), ("陌生人", "", None)],
)  # fmt: skip
def test_a_member_is_recognised_by_name_and_number(name, phone, found):
    known = [("a", "白露华", "13800001111"), ("b", "青禾", "11"), ("c", "青禾", "22")]
    assert rules.member_for(known, name, phone) == found


@pytest.mark.parametrize(
    ("text", "kept"),
    [("138 0000-1234", "13800001234"), ("+86 13800001234", "13800001234"), ("", ""), ("６１２３４５", "６１２３４５")],
)
def test_numbers_are_compared_by_their_digits(text, kept):
    assert rules.normal_phone(text) == kept


def test_a_code_closes_after_four_hours_and_never_later_than_the_day():
    assert rules.closing(at("2024-06-05 08:00")) == at("2024-06-05 12:00")
    assert rules.closing(at("2024-06-05 22:00")).astimezone(at().tzinfo).date() == date(2024, 6, 5)


# --- on the spot --------------------------------------------------------------------------------------------------------
@pytest.fixture
def session(scene, inside):
    """A group of three and the draft of its session of today."""
    cast = scene.cast
    people = [
        inside(members.add_member, scene.group, name=name, joined_on=date(2024, 6, 1), by=cast.social_worker, at=NOW)
        for name in ("青禾", "远山", "知秋")
    ]
    record = inside(scene.start, "group_session", moment=TODAY, minutes=20, participants=None)
    return SimpleNamespace(record=record, people=people, by=cast.social_worker)


def came(record):
    record.refresh_from_db()
    return Attendance.objects.filter(record=record).count(), record.participants


def test_a_roll_call_sets_who_came_and_counts_them_once_however_often_it_is_sent(session, inside):
    present = [row.pk for row in session.people[:2]]
    for _ in range(2):
        inside(actions.call_roll, session.record, present=present, by=session.by, at=NOW)
    assert inside(came, session.record) == (2, 2)
    inside(actions.call_roll, session.record, present=present[:1], by=session.by, at=NOW)
    assert inside(came, session.record) == (1, 1)
    with scope.tenant(session.record.tenant_id):
        events = AuditEvent.objects.filter(action="attendance.called").order_by("seq")
        assert [event.detail["struck"] for event in events] == [0, 0, 1]


def test_guests_are_written_once_and_members_are_known_by_their_name(session, inside):
    for name, phone in (("客人甲", ""), ("客人甲", ""), ("客人甲", "13800001234"), ("青禾", "")):
        inside(actions.add_guest, session.record, name=name, phone=phone, by=session.by, at=NOW)
    with scope.tenant(session.record.tenant_id):
        rows = Attendance.objects.filter(record=session.record).order_by("came_at", "id")
        assert [row.member_id for row in rows] == [None, None, session.people[0].pk]
    assert inside(came, session.record) == (3, 3)


def test_nothing_is_signed_after_the_record_was_handed_in_or_by_somebody_else(scene, inside):
    done = inside(scene.submitted, "group_session", moment=TODAY, minutes=20)
    with pytest.raises(Refused):
        inside(actions.add_guest, done, name="客人甲", by=scene.cast.social_worker, at=NOW)
    draft = inside(scene.start, "group_session", moment=TODAY, minutes=20)
    with pytest.raises(Refused):
        inside(actions.add_guest, draft, name="客人甲", by=scene.cast.agency_manager, at=NOW)


def test_a_group_s_number_follows_its_list_and_nobody_is_on_it_twice(scene, session, inside):
    with scope.tenant(scene.cast.tenant.pk):
        scene.group.refresh_from_db()
        assert scene.group.members == 3
        with pytest.raises(Refused):
            members.add_member(scene.group, name="青禾", joined_on=date(2024, 6, 1), by=session.by, at=NOW)
        members.leave_group(session.people[0], on=date(2024, 6, 5), by=session.by, at=NOW)
        scene.group.refresh_from_db()
        assert scene.group.members == 2
        members.add_member(scene.group, name="青禾", joined_on=date(2024, 6, 5), by=session.by, at=NOW)
        with pytest.raises(Refused):
            members.leave_group(session.people[0], on=date(2024, 6, 5), by=session.by, at=NOW)


def test_somebody_is_linked_to_the_ledger_only_under_the_same_contract(scene, session, inside):
    row = inside(actions.add_guest, session.record, name="白露华", by=session.by, at=NOW)
    with scope.tenant(scene.cast.tenant.pk):
        person = scene.household.people.get(is_head=True)
        actions.recognise(row, person, by=session.by, at=NOW)
        assert Attendance.objects.get(pk=row.pk).person_id == person.pk
        cast = scene.cast
        second = make_contract(cast.contract.purchaser, cast.provider, cast.streets.values(), cast.expert, code="QH02")
        other = make_household(cast, number="QH02-H-0001", name="白露华", contract=second)
        with pytest.raises(Refused):
            actions.recognise(row, other.people.get(), by=session.by, at=NOW)


def test_the_printed_sheet_is_the_paper_that_the_kind_asks_for_and_comes_again_in_place_of_itself(session, inside):
    with pytest.raises(Refused):
        inside(actions.file_sheet, session.record, by=session.by, at=NOW)
    inside(actions.call_roll, session.record, present=[session.people[0].pk], by=session.by, at=NOW)
    inside(actions.file_sheet, session.record, by=session.by, at=NOW)
    inside(actions.add_guest, session.record, name="客人甲", by=session.by, at=NOW)
    inside(actions.file_sheet, session.record, by=session.by, at=NOW)
    with scope.tenant(session.record.tenant_id):
        assert RecordEvidence.objects.filter(record=session.record, kind="sign_in_sheet").count() == 1
        assert ServiceRecord.objects.get(pk=session.record.pk).papers == ["sign_in_sheet"]


# --- by code ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def code(session, inside):
    return inside(actions.open_code, session.record, by=session.by, at=NOW)


def address(code):
    with scope.tenant(code.tenant_id):
        return reverse("scanned", args=[f"{code.tenant_id}-{code.secret.reveal()}"])


def test_whoever_scans_signs_in_without_an_account_and_twice_is_once(session, code, inside):
    phone = Client()
    assert "活动签到" in text(phone.get(address(code)))
    for _ in range(2):
        assert phone.post(address(code), {"name": "远山", "phone": "13800001234"}).status_code == 200
    with scope.tenant(code.tenant_id):
        row = Attendance.objects.get(record=session.record)
        assert (row.member_id, row.way) == (session.people[1].pk, "code")


def test_the_page_behind_a_code_tells_nobody_s_name(session, code, inside):
    inside(actions.call_roll, session.record, present=[row.pk for row in session.people], by=session.by, at=NOW)
    phone = Client()
    shown = text(phone.get(address(code))) + text(phone.post(address(code), {"name": "青禾"}))
    assert re.findall("远山|知秋", shown) == []


def test_a_code_that_is_wrong_closed_over_or_of_another_bureau_opens_nothing(session, code, inside, monkeypatch):
    phone, known = Client(), address(code)
    wrong = [reverse("scanned", args=[token]) for token in ("x", "1-", f"{code.tenant_id}-wrong", f"{code.tenant_id + 1}-{known[-25:-1]}")]  # fmt: skip
    assert [phone.get(one).status_code for one in wrong] == [404] * 4
    monkeypatch.setattr("tenancy.clock.now", lambda: NOW + timedelta(hours=5))
    assert phone.post(known, {"name": "远山"}).status_code == 404
    monkeypatch.setattr("tenancy.clock.now", lambda: NOW)
    inside(actions.close_code, code, by=session.by, at=NOW)
    assert phone.post(known, {"name": "远山"}).status_code == 404
    with scope.tenant(code.tenant_id):
        assert Attendance.objects.count() == 0


def test_a_code_for_another_day_is_refused_and_an_open_one_is_not_opened_twice(scene, session, code, inside):
    assert inside(actions.open_code, session.record, by=session.by, at=NOW + timedelta(minutes=1)).pk == code.pk
    with pytest.raises(Refused):
        inside(actions.open_code, session.record, by=session.by, at=NOW + timedelta(days=1))


def test_feedback_is_anonymous_and_never_more_than_people_who_came(session, code, inside):
    asked = inside(actions.open_code, session.record, by=session.by, at=NOW, use="feedback")
    with pytest.raises(Refused):
        inside(actions.give_feedback, asked, score=5, at=NOW)
    inside(actions.add_guest, session.record, name="客人甲", by=session.by, at=NOW)
    phone = Client()
    assert phone.post(address(asked), {"score": "5", "comment": "很有收获"}).status_code == 200
    assert "已经评价过" in text(phone.get(address(asked)))
    assert Client().post(address(asked), {"score": "1"}).status_code == 422
    with scope.tenant(code.tenant_id):
        answer = Answer.objects.get()
        assert (answer.score, answer.satisfied, answer.person_id, answer.comment.reveal()) == (
            5,
            True,
            None,
            "很有收获",
        )


# --- pages --------------------------------------------------------------------------------------------------------------
def test_the_worker_s_list_and_the_group_s_grid(scene, session, inside, sign_in):
    worker = sign_in(scene.cast.social_worker)
    page = url(scene, "attendance", pk=session.record.pk)
    worker.post(url(scene, "call_roll", pk=session.record.pk), {"present": [str(session.people[0].pk)]})
    worker.post(url(scene, "add_guest", pk=session.record.pk), {"name": "白露华"})
    shown = text(worker.get(page))
    assert re.findall(r"青禾|就是台账上的 QH01-H-0001|已到 2 人", shown)[:1] == ["已到 2 人"]
    assert "就是台账上的 QH01-H-0001" in shown
    with scope.tenant(scene.cast.tenant.pk):
        ServiceRecord.objects.filter(pk=session.record.pk).update(state="submitted")
    grid = text(worker.get(reverse("services:group_attendance", kwargs={"tenant": scene.cast.tenant.slug, "pk": scene.group.pk})))  # fmt: skip
    assert re.findall(r"\d/\d|\d+%", grid) == ["1/1", "0/1", "0/1", "33%"]
    office = sign_in(scene.cast.contract_manager)
    masked = text(office.get(page))
    assert "青*" in masked
    assert "青禾" not in masked


def test_the_list_costs_the_same_with_one_and_with_many(scene, session, inside, sign_in):
    worker, page = sign_in(scene.cast.social_worker), url(scene, "attendance", pk=session.record.pk)
    worker.get(page)  # the first visit notes when the session was seen
    costs = []
    for number in (1, 6):
        for count in range(number):
            inside(actions.add_guest, session.record, name=f"客人{number}{count}", by=session.by, at=NOW)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            worker.get(page)
        costs.append(len(caught))
    assert costs[0] == costs[1]


def test_the_code_is_shown_to_whoever_opened_it_only(scene, code, sign_in):
    page = url(scene, "sign_in_code", pk=code.pk)
    assert "<svg" in text(sign_in(scene.cast.social_worker).get(page))
    assert sign_in(scene.cast.agency_manager).get(page).status_code == 404
    assert SignInCode.Use.SIGN_IN == "sign_in"


def test_what_was_handed_in_stays_as_it_was_signed(scene, inside, session):
    inside(actions.call_roll, session.record, present=[session.people[0].pk], by=session.by, at=NOW)
    with scope.tenant(scene.cast.tenant.pk):
        records.add_evidence(session.record, file=scene.photo(moment=TODAY), kind="photo", by=session.by, at=NOW)
        actions.file_sheet(session.record, by=session.by, at=NOW)
        records.submit_record(ServiceRecord.objects.get(pk=session.record.pk), by=session.by, at=NOW)
        with pytest.raises(Refused):
            actions.strike(Attendance.objects.select_related("record").get(), by=session.by, at=NOW)
        assert Attendance.objects.count() == 1
