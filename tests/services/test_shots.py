"""What photos tell of when and where they were taken, against what was typed."""

from datetime import date
from types import SimpleNamespace

import pytest

from services.models import RecordEvidence, ServiceRecord
from services.rules import shots
from tenancy import scope
from tests.cast import at
from tests.services.pages import inside, moment, scene, text, url
from tests.services.test_record_entry import send, upload

__all__ = ["inside", "moment", "scene"]
HOME, NEAR, AWAY = (39.90, 116.10), (39.9005, 116.10), (39.95, 116.10)
VISIT = SimpleNamespace(started_at=at("2024-06-03 10:00"), ended_at=at("2024-06-03 10:40"), day=date(2024, 6, 3))


@pytest.mark.parametrize(
    ("told", "known", "doubts"),
    [
        ([(at("2024-06-03 10:20"), HOME)], [NEAR], []),
        ([(at("2024-06-03 11:09"), None)], [], []),
        ([(at("2024-06-03 14:02"), None)], [], ["照片 14:02 拍摄，不在服务时段 10:00—10:40 内"]),
        ([(at("2024-06-02 14:02"), None)], [], []),
        ([(None, HOME), (None, AWAY)], [], ["照片之间相距 5.6 公里"]),
        ([(None, AWAY)], [HOME, NEAR], ["拍摄地点离该户以往照片 5.5 公里"]),
        ([(None, HOME), (None, NEAR)], [HOME], []),
        ([(None, None)], [HOME], []),
    ],
)
def test_what_a_reader_would_stumble_over(told, known, doubts):
    assert shots.doubts(VISIT, told, known) == doubts


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ('{"taken": "2024-06-03T09:41:00+08:00", "place": "39.9,116.1"}', (at("2024-06-03 09:41"), "39.900000,116.100000")),
        ('{"place": "999,1"}', (None, "")),
        ('{"taken": "2024-06-03T09:41:00"}', (None, "")),
        ('{"taken": "2024-99-03T09:41:00+08:00"}', (None, "")),
        ("[1]", (None, "")),
        ("", (None, "")),
    ],
)  # fmt: skip
def test_only_what_can_be_so_is_taken_from_a_phone(sent, told):
    assert shots.told_shot(sent) == told


def test_the_place_is_kept_with_the_photo_and_shown_to_the_agency_only(scene, sign_in):
    number = "01900000-0000-7000-8000-00000000abcd"
    sent = '{"taken": "2024-06-03T09:41:00+08:00", "place": "39.9,116.1"}'
    send(sign_in(scene.cast.social_worker), scene, number, photos=[upload()], photos_shot=[sent], photos_kind=["photo"])
    with scope.tenant(scene.cast.tenant.pk):
        file = RecordEvidence.objects.get().file
        assert (file.taken_told_by, file.taken_place.reveal()) == ("camera", "39.900000,116.100000")
        assert ServiceRecord.objects.get().pk.hex == number.replace("-", "")
    page = url(scene, "record", pk=number)
    assert "39.900000,116.100000" in text(sign_in(scene.cast.quality_control).get(page))
    assert "39.9" not in text(sign_in(scene.cast.contract_manager).get(page))
