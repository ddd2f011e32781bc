"""The pages of a rescue station: the board, a resident's file, each act's form, the file as PDF; who sees what."""

from datetime import date

import pytest
from django.urls import reverse

from caseload.models import Stay
from tenancy import scope
from tests.caseload import stays
from tests.caseload.stays import NOW, later

FORMS = ["assess", "submit_plan", "note_needs", "move_bed", "trace", "identify", "note_settling", "begin_leaving", "cancel_leaving", "discharge", "settle", "send_home", "add_stay_paper"]


@pytest.fixture
def contract(cast):
    with scope.tenant(cast.tenant.pk):
        return stays.station_contract(cast)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("tenancy.clock.now", lambda: later(hours=30))
    monkeypatch.setattr("tenancy.clock.today", lambda: date(2025, 6, 3))


def url(name, cast, pk=None):
    return reverse(f"services:{name}", kwargs={"tenant": cast.tenant.slug} | ({"pk": pk} if pk else {}))


def test_the_board_tells_who_is_in_and_what_is_late(cast, contract, sign_in):
    with scope.tenant(cast.tenant.pk):
        stays.admit(cast, contract, room=stays.room(cast, contract), bed="1")
    page = sign_in(cast.social_worker).get(url("station", cast)).content.decode()
    print(page)
    for words in ("男一室", "身份不详（男，约 60 岁）", "FCG-Z-0001", "入站至首次沟通评估", "寻亲公告", "第 2 天"):
        assert words in page, words


@pytest.mark.parametrize("name", FORMS)
def test_every_act_has_a_form_that_opens(cast, contract, sign_in, name):
    with scope.tenant(cast.tenant.pk):
        stay = stays.cared(cast, stays.admit(cast, contract), later(hours=2))
    assert sign_in(cast.social_worker).get(url(name, cast, stay.pk)).status_code == 200
