"""Records that may be one: shown as a sign, told apart once, never refused."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.actions import duplicates as actions
from services.actions import records
from services.actions.indicators import save_indicators
from services.models import ClearedDuplicate, ServiceRecord
from services.queries import duplicates
from services.queries.indicators import labels
from tenancy.models import AuditEvent
from tenancy.problems import Conflict, Refused
from tests.services.pages import NOW, inside, moment, scene, text, url
from tests.services.scene import make_household

__all__ = ["inside", "moment", "scene"]
PLACES = ("柳林一社区", "石桥社区")


def event(scene, moment, place=0, *, by=None, minutes=60, title="包粽子"):
    """A verified event of the worker at a place."""
    return scene.verified(
        "event", moment=moment, minutes=minutes, by=by, area=scene.cast.communities[PLACES[place]], title=title
    )


def put(row, **values):
    ServiceRecord.objects.filter(pk=row.pk).update(**values)


def cleared():
    return ClearedDuplicate.objects.select_related("by").get(), AuditEvent.objects.get(action="duplicate.clear")


def again(rows):
    return list(ServiceRecord.objects.filter(pk__in=[row.pk for row in rows]).select_related("contract").order_by("pk"))


def signs(scene, **how):
    return [pair.sign for pair in duplicates.pairs([scene.cast.contract.pk], **how)]


# --- the three signs ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moment", "place", "found"),
    [
        ("2024-06-03 10:30", 1, ["worker"]),  # begins while the other lasts, elsewhere
        ("2024-06-03 10:59", 1, ["worker"]),  # the last minute is common
        ("2024-06-03 11:00", 1, []),  # begins when the other ends
        ("2024-06-03 09:00", 1, []),  # ends when the other begins
        ("2024-06-03 10:30", 0, []),  # at the same place
        ("2024-06-04 10:30", 1, []),  # on another day
    ],
)
def test_one_worker_can_not_be_in_two_places(scene, inside, moment, place, found):
    inside(event, scene, "2024-06-03 10:00")
    inside(event, scene, moment, place)
    assert inside(signs, scene) == found


def test_past_midnight_counts_too(scene, inside):
    inside(event, scene, "2024-06-02 23:30")
    inside(event, scene, "2024-06-03 00:15", 1)
    assert inside(signs, scene) == ["worker"]


def test_two_workers_can_be_in_two_places(scene, inside):
    inside(event, scene, "2024-06-03 10:00")
    there = inside(event, scene, "2024-06-03 10:30", 1)
    inside(put, there, created_by=scene.cast.supervisor)
    assert inside(signs, scene) == []


def test_what_is_done_by_telephone_is_done_nowhere(scene, inside):
    inside(event, scene, "2024-06-03 10:00")
    there = inside(event, scene, "2024-06-03 10:30", 1)
    inside(put, there, mode="phone")
    assert inside(signs, scene) == []


def test_the_same_photo_on_two_records_is_a_sign(scene, inside):
    photo = inside(scene.photo)
    for day in ("2024-06-03 10:00", "2024-06-04 10:00"):
        record = inside(scene.start, "case_session", moment=day)
        inside(
            records.add_evidence, record, file=photo, kind="photo", by=scene.cast.social_worker, at=record.created_at
        )
        inside(records.submit_record, record, by=scene.cast.social_worker, at=record.ended_at)
    assert inside(signs, scene) == ["photo"]


def test_one_subject_twice_at_the_same_time_is_a_sign(scene, inside):
    inside(scene.verified, "case_session", moment="2024-06-03 10:00", minutes=40)
    inside(scene.verified, "case_session", moment="2024-06-03 10:39", minutes=40)
    inside(scene.verified, "case_session", moment="2024-06-03 11:19", minutes=40)
    assert inside(signs, scene) == ["subject"]


def test_two_families_at_the_same_time_are_no_sign(scene, inside):
    other = inside(make_household, scene.cast, number="QH01-H-0002", name="江白")
    inside(scene.verified, "revisit", moment="2024-06-03 10:00")
    inside(scene.verified, "revisit", moment="2024-06-03 10:10", household=other)
    assert inside(signs, scene) == []


def test_drafts_and_returned_records_are_no_sign(scene, inside):
    inside(scene.verified, "case_session", moment="2024-06-03 10:00")
    inside(scene.complete, "case_session", moment="2024-06-03 10:10")
    inside(scene.returned, "case_session", moment="2024-06-03 10:20")
    assert inside(signs, scene) == []


def test_only_the_pairs_of_some_records_may_be_asked_for(scene, inside):
    first = inside(scene.verified, "case_session", moment="2024-06-03 10:00")
    inside(scene.verified, "case_session", moment="2024-06-03 10:10")
    lone = inside(scene.verified, "case_session", moment="2024-06-04 10:10")
    assert (inside(signs, scene, only=[first.pk]), inside(signs, scene, only=[lone.pk])) == (["subject"], [])


# --- telling them apart ---------------------------------------------------------------------------------------------
@pytest.fixture
def pair(scene, inside):
    """Two sessions of one case at the same time, in the order of their ids."""
    rows = [inside(scene.verified, "case_session", moment=f"2024-06-03 10:{minute}") for minute in ("00", "10")]
    return sorted(rows, key=lambda row: row.pk)


def test_a_pair_that_was_told_apart_does_not_return(scene, inside, pair):
    by = scene.cast.quality_control
    inside(actions.clear_duplicate, *pair, sign="subject", reason=" 两名社工各谈一人 ", by=by, at=NOW)
    row, event = inside(cleared)
    assert (inside(signs, scene), row.reason, row.by) == ([], "两名社工各谈一人", by)
    assert (event.object_id, event.detail["other"], event.detail["sign"]) == (pair[0].pk, str(pair[1].pk), "subject")


def test_another_sign_of_the_same_pair_stays(scene, inside, pair):
    inside(actions.clear_duplicate, *pair, sign="photo", reason="合影", by=scene.cast.quality_control, at=NOW)
    assert inside(signs, scene) == ["subject"]


def test_no_reason_no_decision(scene, inside, pair):
    with pytest.raises(Refused, match="没有保存"):
        inside(actions.clear_duplicate, *pair, sign="subject", reason="  ", by=scene.cast.quality_control, at=NOW)


def test_nobody_decides_on_what_he_wrote_himself(scene, inside, pair):
    inside(put, pair[0], created_by=scene.cast.quality_control, decided_by=scene.cast.supervisor)
    rows = inside(again, pair)
    with pytest.raises(Refused, match="不能判断自己"):
        inside(actions.clear_duplicate, *rows, sign="subject", reason="x", by=scene.cast.quality_control, at=NOW)


def test_a_rival_s_quality_control_decides_nothing(scene, inside, pair):
    with pytest.raises(Refused, match="由本机构质控判断"):
        inside(
            actions.clear_duplicate, *pair, sign="subject", reason="x", by=scene.cast.rivals["quality_control"], at=NOW
        )


def test_it_is_decided_once(scene, inside, pair):
    decide = {"sign": "subject", "reason": "合影", "by": scene.cast.quality_control, "at": NOW}
    inside(actions.clear_duplicate, *pair, **decide)
    with pytest.raises(Conflict):
        inside(actions.clear_duplicate, *pair, **decide)


# --- pages ----------------------------------------------------------------------------------------------------------
def post(client, scene, pair, **more):
    values = {"sign": "subject", "first": pair[0].pk, "second": pair[1].pk, "reason": "两人分别谈", **more}
    return client.post(url(scene, "clear_duplicate", pk=scene.cast.contract.pk), values)


def test_quality_control_clears_a_pair_on_the_page(scene, pair, sign_in):
    client = sign_in(scene.cast.quality_control)
    address = url(scene, "duplicates", pk=scene.cast.contract.pk)
    assert "不是重复</button>" in text(client.get(address))
    assert post(client, scene, pair).status_code == 302
    after = text(client.get(address))
    assert ("没有可能重复的记录" in after, "两人分别谈" in after) == (True, True)


def test_without_a_reason_the_page_comes_back_with_the_pair(scene, pair, sign_in):
    answer = post(sign_in(scene.cast.quality_control), scene, pair, reason="")
    assert (answer.status_code, "写明理由" in text(answer)) == (422, True)


def test_a_pair_that_does_not_stand_is_not_found(scene, inside, pair, sign_in):
    lone = inside(scene.verified, "case_session", moment="2024-06-04 10:00")
    client = sign_in(scene.cast.quality_control)
    assert post(client, scene, (pair[0], lone)).status_code == 404
    assert post(client, scene, pair, sign="photo").status_code == 404


def test_the_bureau_sees_but_does_not_decide(scene, pair, sign_in):
    client = sign_in(scene.cast.contract_manager)
    page = text(client.get(url(scene, "duplicates", pk=scene.cast.contract.pk)))
    assert ("同一对象同时两次" in page, "不是重复</button>" in page) == (True, False)
    assert post(client, scene, pair).status_code == 403


def test_the_inbox_warns_beside_the_record_and_refuses_nothing(scene, inside, sign_in):
    one, _other = [inside(scene.submitted, "case_session", moment=f"2024-06-03 10:{minute}") for minute in ("00", "10")]
    client = sign_in(scene.cast.quality_control)
    assert text(client.get(url(scene, "verification"))).count("可能重复：同一对象同时两次") == 2
    assert client.post(url(scene, "verify_record", pk=one.pk)).status_code == 302


def test_an_indicator_shows_the_pairs_that_it_counts_twice(scene, inside, pair, sign_in):
    contract = scene.cast.contract
    definitions = [
        {"id": "S", "zh": "个案服务", "of": "record.case_session", "target": {"ge": 10}, "unit": "次"},
        {"id": "D", "zh": "面谈", "of": "record.case_session", "where": {"mode": "phone"}, "target": {"ge": 10}, "unit": "次"},
    ]  # fmt: skip
    rows = inside(save_indicators, contract, definitions, by=scene.cast.contract_manager, at=NOW)
    client = sign_in(scene.cast.contract_manager)
    shown = [
        len(re.findall("同一对象同时两次", text(client.get(url(scene, "indicator_duplicates", pk=row.pk)))))
        for row in rows
    ]
    assert shown == [1, 0]
    assert len(inside(duplicates.counting_pairs, contract, rows[0], on=NOW.date(), labels=inside(labels))) == 1


@pytest.mark.parametrize("name", ["duplicates", "verification"])
def test_pages_take_the_same_statements_for_one_pair_and_for_many(scene, inside, sign_in, name):
    client, counts = sign_in(scene.cast.quality_control), []
    address = url(scene, name, **({"pk": scene.cast.contract.pk} if name == "duplicates" else {}))
    for day, number in ((3, 1), (4, 3)):
        for hour in range(number):
            for minute in ("00", "10"):
                inside(scene.submitted, "case_session", moment=f"2024-06-0{day} {10 + hour}:{minute}")
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        counts.append(len(caught))
    assert counts[0] == counts[1]
