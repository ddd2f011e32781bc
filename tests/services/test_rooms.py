"""The books beside the records: what waits in each, who may open them, and statements that don't grow."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts.models import Label
from services.actions import clocks, incidents
from services.models import Indicator
from tests.cast import at
from tests.services.pages import inside, moment, scene, text, url

__all__ = ["inside", "moment", "scene"]

WORDS = [
    ("incident", "food_safety", "食品安全事故"),
    ("incident", "hazard", "安全隐患"),
    ("clock", "first_request", "首接响应"),
    ("clock", "need", "特殊需求响应"),
    ("register", "rescue_point", "街道救助点"),
    ("paper", "screenshot", "截图"),
    ("fact", "level", "等级"),
    ("choice", "serious", "重大"),
]
INDICATORS = [
    ("F1", {"of": "incident.food_safety", "target": {"eq": 0}, "nil": "month"}),
    ("F2", {"of": "incident.hazard", "where": {"level": "serious"}, "gate": {"closed_on": {"given": True}}, "count": "share", "target": {"eq": 100}}),
    ("F3", {"of": "clock.first_request", "gate": {"hours": {"le": 2}, "papers": ["screenshot"]}, "count": "share", "target": {"eq": 100}}),
    ("F4", {"of": "clock.need", "where": {"identity_unknown": True}, "gate": {"on_time": True}, "count": "share", "target": {"eq": 100}}),
    ("F5", {"of": "register.rescue_point", "gate": {"supplies": True, "papers": ["photo"]}, "present": "now", "target": {"ge": 1}}),
]  # fmt: skip


def with_words(cast):
    """The tenant's words and the contract's indicators."""
    for family, code, label in WORDS:
        Label.objects.get_or_create(family=family, code=code, defaults={"label": label})
    for sort, (code, definition) in enumerate(INDICATORS):
        Indicator.objects.create(
            contract=cast.contract, code=code, title=code, definition=definition, sentence=code, unit="起", sort=sort
        )


@pytest.fixture
def book(scene, inside):
    """The scene under a contract that counts incidents, clocks and registers."""
    inside(lambda: with_words(scene.cast))
    return scene


def report(book, kind="food_safety", title="晚餐后两人腹痛", moment="2024-06-03 18:00", by=None, **more):
    return incidents.report_incident(
        book.cast.contract,
        kind=kind,
        title=title,
        happened_at=at(moment),
        by=by or book.cast.social_worker,
        at=at("2024-06-04 09:00"),
        **more,
    )


def start(book, kind="first_request", moment="2024-06-05 06:00", **more):
    return clocks.start_clock(
        book.cast.contract,
        kind=kind,
        started_at=at(moment),
        by=book.cast.social_worker,
        at=at("2024-06-05 08:00"),
        **more,
    )


def of_contract(book, name, **more):
    return url(book, name, pk=book.cast.contract.pk, **more)


def test_the_books_tell_what_waits_in_each(book, inside, sign_in):
    inside(report, book)
    inside(start, book)
    page = text(sign_in(book.cast.contract_manager).get(of_contract(book, "rooms")))
    for told in ("1 起待核实", "缺 5 份", "1 项正在计时，1 项超时", "1 份要计数的名册还空着"):
        assert told in page, told


@pytest.mark.parametrize(
    "role", ["contract_manager", "social_worker", "quality_control", "subdistrict_officer", "auditor"]
)
@pytest.mark.parametrize("name", ["rooms", "incidents", "clocks"])
def test_those_who_read_records_open_the_books(book, sign_in, role, name):
    assert sign_in(book.cast.members[role]).get(of_contract(book, name)).status_code == 200


@pytest.mark.parametrize("name", ["rooms", "incidents", "clocks", "nil_returns", "registers"])
def test_another_agency_does_not_find_them(book, sign_in, name):
    assert sign_in(book.cast.rivals["social_worker"]).get(of_contract(book, name)).status_code == 404


@pytest.mark.parametrize("name", ["rooms", "incidents", "clocks", "nil_returns", "registers"])
def test_statements_do_not_grow_with_rows(book, inside, sign_in, name):
    def arrange(number):
        report(book, title=f"事件 {number}")
        start(book, note=f"R-{number}")
        clocks.stop_clock(
            start(book), stopped_at=at("2024-06-05 07:00"), by=book.cast.social_worker, at=at("2024-06-05 08:00")
        )

    client, counts = sign_in(book.cast.agency_manager), []
    for number in range(3):
        inside(arrange, number)
        if number == 1:
            continue
        client.get(of_contract(book, name))  # the session's first page asks more
        with CaptureQueriesContext(connection) as captured:
            assert client.get(of_contract(book, name)).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_contract_page_leads_to_the_books(book, sign_in):
    address = f"/{book.cast.tenant.slug}/contracts/{book.cast.contract.pk}/overview/"
    assert of_contract(book, "rooms") in text(sign_in(book.cast.contract_manager).get(address))


def test_the_phone_leads_to_the_books_and_shows_what_runs(book, inside, sign_in):
    inside(start, book, note="R-07")
    client = sign_in(book.cast.social_worker)
    page = text(client.get(url(book, "today")))
    assert ("首接响应　R-07" in page, "已 3 小时" in page, of_contract(book, "rooms") in page) == (True, True, True)
    assert of_contract(book, "clocks") in text(client.get(url(book, "new_record")))
