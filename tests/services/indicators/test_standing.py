"""Tables that are kept while nothing changes, and plans that the server keeps: always what measuring now would say."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from caseload.models import RegisterEntry
from services.actions.indicators import store_measurement
from services.indicators import asking, preparing, standing
from services.indicators.asking import COUNTED, asks_only_what_is_counted
from services.indicators.measure import measure_contract
from services.models import Indicator, ServiceRecord
from tenancy import scope
from tests.cast import at, make_cast
from tests.services.indicators.world import World

ON = date(2024, 6, 5)
EVENTS = {"id": "E", "zh": "活动", "of": "record.event", "target": {"ge": 12}, "unit": "场"}


@pytest.fixture
def world(transactional_db):
    """A contract with one event, committed, and measured once as every night."""
    standing.forget()
    cast = make_cast()
    with scope.tenant(cast.tenant.pk):
        made = World(cast, areas=[1, 2]).define(EVENTS)
        made.add("record", {"kind": "event", "day": "2024-06-01"})
    with scope.tenant(cast.tenant.pk):
        store_measurement(made.contract, on=ON, at=at("2024-06-05 09:00"))
    yield made
    standing.forget()


def inside(world, act):
    with scope.tenant(world.cast.tenant.pk):
        return act()


def kept(world, on=ON):
    """(value of the first indicator, how many statements it took)"""
    with CaptureQueriesContext(connection) as caught:
        table = inside(world, lambda: standing.table_of(world.contract, on=on))
    return table.rows[0].value, len(caught)


def test_the_second_look_asks_for_the_number_of_changes_alone(world):
    first, again = kept(world), kept(world)
    assert (first[0], again[0], first[1] > again[1]) == (1, 1, True)
    assert inside(world, lambda: standing.table_of(world.contract, on=ON)) == inside(
        world, lambda: standing.table_of(world.contract, on=ON)
    )


@pytest.mark.parametrize(
    ("change", "value"),
    [
        (lambda world: world.add("record", {"kind": "event", "day": "2024-06-02"}), 2),
        (lambda world: ServiceRecord.objects.filter(contract=world.contract).update(state="submitted"), 0),
        (lambda world: Indicator.objects.filter(contract=world.contract).update(unit="次"), 1),
        (lambda world: Indicator.objects.filter(contract=world.contract).update(definition={"of": "record.visit"}), 0),
    ],
    ids=["another record", "a record's state", "the unit", "the definition"],
)
def test_after_any_change_that_counts_it_is_measured_again(world, change, value):
    assert kept(world)[0] == 1
    inside(world, lambda: change(world))
    assert kept(world)[0] == value


def test_another_day_is_another_table(world):
    inside(world, lambda: world.add("record", {"kind": "event", "day": "2024-06-04"}))
    assert (kept(world)[0], kept(world, date(2024, 6, 3))[0]) == (2, 1)


def test_what_a_transaction_has_written_itself_is_seen(world):
    kept(world)

    def write_and_look():
        world.add("record", {"kind": "event", "day": "2024-06-02"})
        with transaction.atomic():
            return standing.table_of(world.contract, on=ON).rows[0].value

    assert inside(world, write_and_look) == 2


def test_another_term_of_the_contract_is_another_table(world):
    kept(world)
    world.contract.starts_on = date(2024, 6, 2)
    assert kept(world)[0] == 0


@pytest.mark.parametrize(
    ("more", "is_lasting"),
    [
        ({}, True),
        ({"where": {"person.age": {"ge": 60}}}, False),
        ({"every": "workday", "reach": {"ge": 1}, "target": {"ge": 100}, "unit": "%"}, False),
    ],
    ids=["rows that are counted", "a person's age", "working days"],
)
def test_what_hangs_on_more_than_counted_rows_is_not_kept(act, more, is_lasting):
    world = World(act, areas=[1, 2]).define({**EVENTS, **more})
    assert measure_contract(world.contract, on=ON).is_lasting is is_lasting


def test_the_tables_named_here_are_those_that_the_database_counts(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%%\\_marks'", [])
        assert {name for (name,) in cursor.fetchall()} == COUNTED


def test_a_statement_that_reads_an_uncounted_table_is_told(db):
    plain = preparing.Statement("SELECT FROM services_answer t JOIN caseload_person p", {}, [])
    assert not asks_only_what_is_counted(plain)


# --- plans that the server keeps ----------------------------------------------------------------------------------------
@pytest.fixture
def pooled(monkeypatch):
    """As with our own pool: names live as long as the connection."""
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "pool", True)
    monkeypatch.setattr(asking, "KEPT", 2)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    asking._known.clear()


def test_a_kept_plan_says_what_a_new_one_would(act, pooled):
    world = World(act, areas=[1, 2]).define(EVENTS, {"id": "F", "of": "register.file", "target": {"ge": 2}})
    for number in range(6):
        world.add("record", {"kind": "event"})
        world.add("register", {"household_id": number + 1})
        values = [row.value for row in world.measure().rows]
        assert values == [number + 1, number + 1]
    assert RegisterEntry.objects.count() == 6
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'indicators\\_%'")
        assert cursor.fetchone() == (2,)


def test_the_plan_asked_longest_ago_makes_room(act, pooled):
    world = World(act, areas=[1]).define(EVENTS)
    for day in range(1, 5):
        for _ in range(4):
            world.measure(on=date(2024, 3, day))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'indicators\\_%'")
        assert cursor.fetchone() == (2,)
