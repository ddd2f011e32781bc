"""Rows 2 and 3: a contract's whole indicator table among the records of others; more indicators; the page of it."""

import os
from datetime import date

import pytest
from django.db import connection

from services.indicators.measure import measure_contract
from services.models import Indicator
from tenancy import clock, scope
from tests.bench.slices import alternating, timed, write
from tests.services.indicators import mentougou as m
from tests.services.indicators.world import at

OTHERS = int(os.environ.get("BENCH_OTHERS", "20000"))
ON = date(2024, 11, 20)


def own_records(world):
    """Some 10,000 records of the contract, of which half are of counted kinds."""
    world.add("register", *m.key_households(486)[1])
    for source, rows in (
        *m.cases(128),
        m.groups(),
        *(m.revisits(400, (day,)) for day in ("2024-05-20", "2024-08-20", "2024-11-01")),
    ):
        world.add(source, *rows)
    survey = {"kind": "home_survey", "day": "2024-05-08", "workers": 2, "mode": "home"}
    world.add(
        "record",
        *(
            survey | {"household_id": n % 486 + 1, "team_id": 900 + n % 10, "area_id": m.communities(n)}
            for n in range(2500)
        ),
    )
    world.add(
        "record",
        *(
            {
                "kind": "event",
                "day": "2024-08-01",
                "participants": 25 + n % 30,
                "facts": {"topic": "festival"},
                "area_id": m.communities(n),
            }
            for n in range(500)
        ),
    )
    world.add(
        "record", *({"kind": "supervision", "day": "2024-08-01", "area_id": m.communities(n)} for n in range(4700))
    )


def others_records(world, count):
    """Records of another contract of the same bureau, as many as asked for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO services_servicerecord SELECT (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'contract_id', %s::uuid))).*"
            " FROM services_servicerecord t CROSS JOIN generate_series(1, %s)"
            " WHERE t.id IN (SELECT id FROM services_servicerecord WHERE contract_id = %s AND kind = 'event' LIMIT 500)",
            [str(world.cast.contract.pk), count // 500, world.contract.pk],
        )


def analyse():
    """Statistics as autovacuum would have made them; only the owner may."""
    role = connection.settings_dict["OPTIONS"]["assume_role"]
    with connection.cursor() as cursor:
        cursor.execute(
            "RESET ROLE; ANALYZE services_servicerecord; ANALYZE caseload_registerentry; ANALYZE caseload_case"
        )
        cursor.execute(f'SET ROLE "{role}"')


@pytest.fixture
def world(cast):
    with scope.tenant(cast.tenant.pk):
        made = m.mentougou(cast)
        own_records(made)
        others_records(made, OTHERS)
        analyse()
        yield made


def test_row_2(world):
    table = lambda indicators: lambda: measure_contract(world.contract, on=ON, indicators=indicators)  # noqa: E731
    few = list(world.contract.indicators.all())
    many = [*few]
    for number in range(72):  # variations of what is there: other windows, other limits
        first = few[number % len(few)]
        definition = first.definition | (
            {"within": ["2024-06-01", f"2024-{7 + number % 6:02}-28"]} if "part_of" not in first.definition else {}
        )
        many.append(
            Indicator(
                contract=world.contract,
                code=f"V{number}",
                title="变式",
                definition=definition,
                unit=first.unit,
                force=first.force,
            )
        )
    ours, theirs = alternating(table(many), table(few))
    statements = {measure_contract(world.contract, on=ON, indicators=rows).statements for rows in (few, many)}
    write(
        2,
        "indicators: 28 to 100",
        ours,
        theirs,
        ratio=ours / theirs,
        goal=1.2,
        met=ours / theirs <= 1.2,
        statements=sorted(statements),
    )
    before = sorted(timed(table(few)) for _ in range(15))[7]
    others_records(world, OTHERS * 9)
    analyse()
    after = sorted(timed(table(few)) for _ in range(15))[7]
    write(
        2,
        f"records of others: {OTHERS} to {OTHERS * 10}",
        round(after * 1000, 2),
        round(before * 1000, 2),
        ratio=after / before,
        goal=1.2,
        met=after / before <= 1.2,
    )


def test_row_3(world, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at(ON))
    client.force_login(world.cast.contract_manager.account)
    slug, contract = world.cast.tenant.slug, world.contract
    page = lambda: client.get(f"/{slug}/services/contracts/{contract.pk}/indicators/")  # noqa: E731
    plain = lambda: client.get(f"/{slug}/contracts/")  # noqa: E731
    assert (page().status_code, plain().status_code) == (200, 200)
    ours, theirs = alternating(page, plain, rounds=10)
    write(
        3,
        "indicator fragment of the contract page against the list of contracts",
        ours,
        theirs,
        ratio=theirs / ours,
        goal=0.35,
        met=theirs / ours >= 0.35,
    )
