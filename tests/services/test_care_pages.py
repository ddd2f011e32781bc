"""The care of a dormitory on screen: a shift posted once however often it is sent, refused beside the resident, verified at the desk."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from services.models import CareLine, CareShift, Incident, KeyPerson, Medication, SeizedItem, ServiceRecord
from tenancy import clock, scope
from tests.cast import at
from tests.documents.hostile import picture
from tests.services.dormitory import make_dormitory

NOW = at("2024-06-04 08:40")


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def house(cast):
    with scope.tenant(cast.tenant.pk):
        return make_dormitory(cast)


def address(house, name, pk=None, **query):
    path = reverse(f"services:{name}", kwargs={"tenant": house.cast.tenant.slug, "pk": pk or house.contract.pk})
    return path + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def inside(house, read):
    with scope.tenant(house.cast.tenant.pk):
        return read()


def answers(house, *, times=("08:10", "08:40"), **lines):
    """What the form sends: of each resident (first, second, third) a dict of its inputs."""
    sent = {"start": times[0], "end": times[1]}
    for stay, line in zip(house.stays, lines.values(), strict=False):
        for name, value in line.items():
            sent[f"{name}_{stay.pk.hex}"] = value
    return sent


WELL = {"p": "normal", "m": ["meal", "wash"]}


def journal(house, number, **query):
    return address(house, "care_journal", id=number, **query)


def hand_in(client, house, number=None, **changes):
    number = number or uuid4()
    lines = {"first": WELL, "second": WELL, "third": WELL} | changes
    return client.post(journal(house, number), {"id": str(number), **answers(house, **lines)})


def test_the_first_address_names_the_shift_that_runs_and_gets_an_id(house, sign_in):
    answer = sign_in(house.cast.social_worker).get(address(house, "care_journal"))
    assert answer.url.startswith(address(house, "care_journal") + "?day=2024-06-04&slot=morning&id=")


def test_a_shift_is_posted_once_however_often_it_is_sent(house, sign_in):
    client, number = sign_in(house.cast.social_worker), uuid4()
    first, again = hand_in(client, house, number), hand_in(client, house, number)
    assert [first.status_code, again.status_code, first.url == again.url] == [302, 302, True]
    assert client.get(journal(house, number)).url == first.url
    assert inside(
        house, lambda: (CareShift.objects.count(), CareLine.objects.count(), ServiceRecord.objects.count())
    ) == (1, 3, 6)
    page = client.get(first.url).content.decode()
    assert ("无名 001" in page, "大暑" in page, "就餐、洗漱" in page) == (True, True, True)


def test_what_is_not_whole_is_told_beside_the_resident_and_nothing_is_lost(house, sign_in):
    answer = hand_in(
        sign_in(house.cast.social_worker),
        house,
        second={"p": "absent", "note": "凌晨离开"},
        third={"p": "notable", "m": ["meal", "wash"]},
    )
    page = answer.content.decode()
    assert (answer.status_code, page.count("2 人没有写全") > 0) == (422, True)
    assert ("选择不在的原因" in page, "异常须写明情况" in page, "凌晨离开" in page) == (True, True, True)
    assert inside(house, CareShift.objects.count) == 0


def test_residents_who_are_told_of_already_are_not_asked_again(house, sign_in):
    client = sign_in(house.cast.social_worker)
    hand_in(client, house, third={})
    page = client.get(journal(house, uuid4())).content.decode()
    assert (page.count("正常，已登记"), page.count(f'name="p_{house.stays[2].pk.hex}"')) == (2, 3)
    hand_in(client, house)
    assert inside(house, CareLine.objects.count) == 3


def test_a_night_after_midnight_belongs_to_the_evening_before(house, sign_in, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at("2024-06-05 02:10"))
    client, number = sign_in(house.cast.social_worker), uuid4()
    assert "day=2024-06-04&slot=night" in client.get(address(house, "care_journal")).url
    line = {"p": "normal", "m": ["routine"], "seen": ["turned"]}
    sent = {"id": str(number), **answers(house, times=("23:40", "02:05"), first=line)}
    assert client.post(journal(house, number, day="2024-06-04", slot="night"), sent).status_code == 302
    shift = inside(house, CareShift.objects.get)
    assert (shift.day, shift.started_at, shift.ended_at) == (
        date(2024, 6, 4),
        at("2024-06-04 23:40"),
        at("2024-06-05 02:05"),
    )


def test_who_may_open_what(house, sign_in):
    opened = {}
    for name in ("social_worker", "quality_control", "station_staff", "expert"):
        client = sign_in(getattr(house.cast, name))
        opened[name] = (
            client.get(address(house, "care")).status_code,
            client.get(address(house, "care_journal")).status_code,
        )
    rival = sign_in(house.cast.rivals["social_worker"])
    opened["rival"] = (
        rival.get(address(house, "care")).status_code,
        rival.get(address(house, "care_journal")).status_code,
    )
    assert opened == {
        "social_worker": (200, 302), "quality_control": (200, 403), "station_staff": (200, 403), "expert": (403, 403), "rival": (404, 404),
    }  # fmt: skip


def test_pages_cost_the_same_for_three_and_for_fifteen(cast, sign_in):
    with scope.tenant(cast.tenant.pk):
        small = make_dormitory(cast, 3)
    client, counts = sign_in(cast.social_worker), []
    number = uuid4()
    for more in (False, True):
        if more:
            with scope.tenant(cast.tenant.pk):
                for stay in small.stays:
                    make_more(cast, small, stay)
        client.get(journal(small, number))
        with CaptureQueriesContext(connection) as asked:
            client.get(journal(small, number))
            client.get(address(small, "care"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def make_more(cast, house, like):
    from caseload.models import Stay
    from tests.services.dormitory import enter

    for letter in "ABCD":
        label = f"{like.number}{letter}"
        Stay.objects.create(
            contract=house.contract, number=label, entry=enter(cast, "resident", label), state="admitted", sex="male", name="立秋", arrival="self",
            asked_at=NOW, admitted_at=NOW, room=like.room, bed="", created_by=cast.social_worker, created_at=NOW,
        )  # fmt: skip


def test_quality_control_verifies_sends_back_and_the_worker_puts_right(house, sign_in):
    client = sign_in(house.cast.social_worker)
    place = hand_in(client, house, second={"p": "normal", "m": ["wash"], "note": "没胃口"}).url
    line = inside(house, lambda: CareLine.objects.get(presence="notable"))
    client.post(address(house, "report_care_missed", line.pk))
    assert inside(house, lambda: Incident.objects.get().title) == "QH01-Z-0002 漏餐"
    client = sign_in(house.cast.quality_control)
    inbox = client.get(reverse("services:verification", kwargs={"tenant": house.cast.tenant.slug})).content.decode()
    assert ("3 人待核" in inbox, "没有等你核验的记录" in inbox) == (True, True)
    assert "核验 3 人" in client.get(place).content.decode()
    client.post(address(house, "verify_care_shift", line.shift_id))
    assert client.post(address(house, "return_care_line", line.pk), {"reason": ""}).status_code == 422
    client.post(address(house, "return_care_line", line.pk), {"reason": "补写原因"})
    client = sign_in(house.cast.social_worker)
    assert "补写原因" in client.get(address(house, "care")).content.decode()
    assert "被退回" not in client.get(
        reverse("services:today", kwargs={"tenant": house.cast.tenant.slug})
    ).content.decode().replace(">被退回</div>", "")
    key = house.stays[1].pk.hex
    assert client.get(address(house, "correct_care_line", line.pk)).status_code == 200
    wrong = client.post(address(house, "correct_care_line", line.pk), {"start": "08:10", "end": "08:40"})
    assert wrong.status_code == 422
    client.post(
        address(house, "correct_care_line", line.pk),
        {"start": "08:10", "end": "08:40", f"p_{key}": "notable", f"m_{key}": ["wash"], f"note_{key}": "发热，已送医"},
    )
    line = inside(house, lambda: CareLine.objects.get(pk=line.pk))
    assert (line.state, line.version, inside(house, line.note.reveal)) == ("submitted", 2, "发热，已送医")


def test_a_round_and_the_rooms_are_logged_in_a_tap_each(house, sign_in):
    client, number = sign_in(house.cast.social_worker), uuid4()
    sent = {
        "id": str(number),
        "slot": "morning",
        "day": "2024-06-04",
        "start": "08:20",
        "end": "08:35",
        "workers": "2",
        "hazards": "插座松动\n",
    }
    place = address(house, "care_round", id=number)
    assert [client.post(place, sent).status_code, client.post(place, sent).status_code] == [302, 302]
    rooms = {"id": str(uuid4()), "rooms": [str(room.pk) for room in house.rooms]}
    client.post(address(house, "care_cleaning"), rooms)
    client.post(address(house, "care_cleaning"), {"id": "x"})
    kinds = inside(house, lambda: sorted(ServiceRecord.objects.values_list("kind", flat=True)))
    assert (kinds, inside(house, Incident.objects.count)) == (["cleaning", "safety_round"], 1)
    page = client.get(address(house, "care")).content.decode()
    assert ("巡查 08:20" in page, "今天 1 间都已登记" in page) == (True, True)


def test_medicines_and_seized_things_have_their_pages(house, sign_in):
    client, entry = sign_in(house.cast.social_worker), house.stays[1].entry_id
    sent = {
        "resident": str(entry),
        "medicine": "钙片",
        "dose": "1 片",
        "times": "8:00 20:00",
        "prescribed_by": "市三院",
        "from_day": "2024-06-04",
    }
    assert client.post(address(house, "new_medication"), sent | {"times": "晚上"}).status_code == 422
    assert client.post(address(house, "new_medication"), sent).status_code == 302
    made = inside(house, Medication.objects.get)
    assert "钙片 1 片" in client.get(address(house, "medications")).content.decode()
    client.post(address(house, "stop_medication", made.pk), {"to_day": "2024-06-04", "reason": "医嘱"})
    assert inside(house, lambda: Medication.objects.get().stop_reason) == "医嘱"
    sheet = lambda: SimpleUploadedFile("1.jpg", picture(80, 60, colour=(9, 9, 9)), "image/jpeg")  # noqa: E731
    sent = {
        "id": str(uuid4()), "resident": str(entry), "kind_of_thing": "knife", "item": "水果刀", "quantity": "1", "place": "值班室",
        "keeper": str(house.cast.station_staff.pk),
    }  # fmt: skip
    assert "缺危险物品登记" in client.post(address(house, "new_seized_item"), sent).content.decode()
    assert client.post(address(house, "new_seized_item"), sent | {"file": sheet()}).status_code == 302
    item = inside(house, SeizedItem.objects.get)
    client = sign_in(house.cast.station_staff)
    assert "水果刀" in client.get(address(house, "seized_items")).content.decode()
    assert (
        client.post(address(house, "settle_seized_item", item.pk), {"verb": "destroy", "file": sheet()}).status_code
        == 302
    )
    assert inside(house, lambda: SeizedItem.objects.get().state) == "destroyed"
    paper = client.get(address(house, "seized_item_signature", item.pk))
    assert b"".join(paper.streaming_content)[:2] == b"\xff\xd8"


def test_people_who_are_called_every_week(house, sign_in):
    client = sign_in(house.cast.social_worker)
    sent = {
        "kind": "key_person",
        "reason": "dementia",
        "name": "周砚秋",
        "guardian": "沈知夏",
        "phone": "13900001234",
        "from_day": "2024-05-01",
    }
    assert client.post(address(house, "new_key_person"), sent | {"phone": "无"}).status_code == 422
    assert client.post(address(house, "new_key_person"), sent).status_code == 302
    person = inside(house, KeyPerson.objects.get)
    page = client.get(address(house, "key_people")).content.decode()
    assert ("周砚秋" in page, "13900001234" in page, "还有 1 人未通话" in page) == (True, False, True)
    shown = client.post(address(house, "reveal_key_person", person.pk), {"field": "phone", "purpose": "联系本人或家属"})
    assert "13900001234" in shown.content.decode()
    assert (
        client.post(address(house, "call_key_person", person.pk), {"id": str(uuid4()), "result": "notable"}).status_code
        == 422
    )
    assert (
        client.post(address(house, "call_key_person", person.pk), {"id": str(uuid4()), "result": "stable"}).status_code
        == 302
    )
    assert "还有 0 人未通话" in client.get(address(house, "key_people")).content.decode()


def test_the_first_page_and_the_books_lead_to_the_care(house, sign_in):
    client = sign_in(house.cast.social_worker)
    for page in (reverse("services:today", kwargs={"tenant": house.cast.tenant.slug}), address(house, "rooms")):
        assert address(house, "care") in client.get(page).content.decode()
