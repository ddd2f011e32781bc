"""Stored measurements know whether they are still those of now: whatever counts marks them, whoever writes it."""

from datetime import timedelta

import pytest
from django.db import connection

from config.celery import app
from config.home import portfolio
from services import tasks
from services.actions import indicators
from services.actions.indicators import note_failed_measurement, store_measurement
from services.models import Indicator, Measurement, ServiceRecord
from services.queries.indicators import changed_contracts
from tenancy import clock, scope
from tests.cast import at
from tests.services.indicators.world import World

ON = at("2024-06-05 09:58")


def settle():
    """Let the triggers that wait for the commit run now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SELECT set_config('app.marked', '', true)")  # as if another transaction began


@pytest.fixture
def world(act):
    made = World(act, areas=[1, 2])
    made.define({"id": "E", "of": "record.event", "target": {"ge": 12}, "unit": "场"})
    settle()
    return made


@pytest.fixture
def measurement(world):
    store_measurement(world.contract, on=ON.date(), at=ON)
    return Measurement.objects.get(contract=world.contract)


@pytest.mark.parametrize(
    ("source", "row"),
    [
        ("record", {"kind": "event"}),
        ("case", {"household_id": 1, "person_id": 1}),
        ("group", {}),
        ("register", {"household_id": 2}),
        ("staff", {}),
        ("answer", {"score": 5}),
        ("document", {}),
    ],
)
def test_whatever_counts_marks_the_measurement(world, measurement, source, row):
    world.add(source, row)
    settle()
    measurement.refresh_from_db()
    assert (measurement.is_stale(ON.date()), list(changed_contracts())) == (True, [world.contract.pk])


def test_changes_and_removals_mark_it_too(world, measurement):
    world.add("record", {"kind": "event"})
    settle()
    store_measurement(world.contract, on=ON.date(), at=ON)
    assert list(changed_contracts()) == []
    ServiceRecord.objects.filter(contract=world.contract).update(participants=40)
    settle()
    assert list(changed_contracts()) == [world.contract.pk]
    store_measurement(world.contract, on=ON.date(), at=ON)
    Indicator.objects.filter(contract=world.contract).delete()
    settle()
    assert list(changed_contracts()) == [world.contract.pk]


def test_many_rows_of_one_transaction_mark_it_once(world, measurement):
    before = measurement.changes
    world.add("record", {"kind": "event", "n": 50})
    settle()
    measurement.refresh_from_db()
    assert measurement.changes == before + 1


def test_another_contract_is_left_alone(act, world, measurement):
    store_measurement(act.contract, on=ON.date(), at=ON)
    world.add("record", {"kind": "event"})
    settle()
    assert list(changed_contracts()) == [world.contract.pk]


def test_a_measurement_of_yesterday_is_old(measurement):
    assert (measurement.is_stale(ON.date()), measurement.is_stale(ON.date() + timedelta(days=1))) == (False, True)


def test_what_changes_while_it_is_measured_leaves_it_marked(world, measurement, monkeypatch):
    measure = indicators.measure_contract

    def measured(contract, **how):
        table = measure(contract, **how)
        world.add("record", {"kind": "event"})
        settle()
        return table

    monkeypatch.setattr(indicators, "measure_contract", measured)
    store_measurement(world.contract, on=ON.date(), at=ON)
    assert list(changed_contracts()) == [world.contract.pk]


def test_a_failed_measurement_is_marked_until_one_succeeds(world, measurement):
    note_failed_measurement(world.contract, at=ON)
    measurement.refresh_from_db()
    assert portfolio.age_of(measurement, ON.date()) == "06-05 重算未成功"
    store_measurement(world.contract, on=ON.date(), at=ON)
    measurement.refresh_from_db()
    assert portfolio.age_of(measurement, ON.date()) == ""


def test_the_task_marks_its_failure_and_reports_it(world, measurement, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: ON)
    Indicator.objects.filter(contract=world.contract).update(definition={"of": "nonsense"})
    with pytest.raises(Exception, match=r"nonsense|of"):
        tasks.remeasure(tenant_id=world.cast.tenant.pk, contract_id=str(world.contract.pk))
    measurement.refresh_from_db()
    assert measurement.failed_at == ON


def test_the_minute_s_sweep_measures_what_changed_and_nothing_else(act, world, measurement, monkeypatch):
    store_measurement(act.contract, on=ON.date(), at=ON)
    world.add("record", {"kind": "event"})
    settle()
    asked = []
    monkeypatch.setattr(tasks.remeasure, "delay", lambda **ids: asked.append(ids))
    tasks.measure_changed_contracts()
    assert asked == [{"tenant_id": act.tenant.pk, "contract_id": str(world.contract.pk)}]


def test_measurements_do_not_wait_behind_reports():
    routed = app.amqp.router.route({}, "services.tasks.remeasure")["queue"].name
    assert (routed, app.amqp.router.route({}, "documents.tasks.run_job")["queue"].name) == ("measuring", "celery")


def test_the_desk_says_when_it_was_measured_and_that_it_is_old(world, measurement, sign_in, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: ON)
    page = sign_in(world.cast.contract_manager).get(f"/{world.cast.tenant.slug}/").content.decode()
    assert ("统计于 09:58" in page, "待重算" in page) == (True, False)
    with scope.tenant(world.cast.tenant.pk):
        world.add("record", {"kind": "event"})
        settle()
    page = sign_in(world.cast.contract_manager).get(f"/{world.cast.tenant.slug}/").content.decode()
    assert "之后有变动，待重算" in page


def test_the_same_records_give_the_same_digest(world, measurement):
    again = store_measurement(world.contract, on=ON.date(), at=ON)
    assert (again.digest, again.data) == (measurement.digest, measurement.data)


def test_a_contract_that_is_over_is_not_called_old(world, measurement, sign_in, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at("2024-06-06 09:00"))
    address = f"/{world.cast.tenant.slug}/"
    assert "截至 06-05" in sign_in(world.cast.contract_manager).get(address).content.decode()
    with scope.tenant(world.cast.tenant.pk):
        type(world.contract).objects.filter(pk=world.contract.pk).update(state="closed")
    assert "截至 06-05" not in sign_in(world.cast.contract_manager).get(address).content.decode()
