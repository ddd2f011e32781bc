"""/livez and /readyz: each thing the program needs, taken away once."""

import pytest
from django.core.cache import cache
from django.db import connection

from config import health

GOOD = dict.fromkeys(["database", "role", "row_level_security", "migrations", "cache", "storage"], "ok")


@pytest.fixture
def as_owner(transactional_db):
    """The owner's role instead of the restricted one, and what the block changed put back."""
    undo = []
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        yield lambda statement, reverse: (cursor.execute(statement), undo.append(reverse))
        for reverse in undo:
            cursor.execute(reverse)
        cursor.execute("SET ROLE fuyue_app")


def as_restricted_role():
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE fuyue_app")


@pytest.fixture(autouse=True)
def forget_storage_answer():
    cache.delete("readyz-storage")


def test_livez_needs_nothing(client):
    answer = client.get("/livez")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_names_every_check(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "checks": GOOD})
    assert "no-store" in answer["Cache-Control"]


def failed(client):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    return [name for name, found in answer.json()["checks"].items() if found != "ok"]


def test_the_owner_of_the_tables_is_too_strong_to_serve(client, as_owner):
    assert failed(client) == ["role"]


def test_a_table_without_forced_row_level_security_is_found(client, as_owner):
    as_owner(
        "ALTER TABLE caseload_household NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE caseload_household FORCE ROW LEVEL SECURITY",
    )
    as_restricted_role()
    found = failed(client)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert found == ["row_level_security"]


def test_a_migration_that_was_not_applied_is_found(client, as_owner):
    as_owner(
        "UPDATE django_migrations SET name = 'x' || name WHERE app = 'tenancy' AND name = '0002_seal'",
        "UPDATE django_migrations SET name = '0002_seal' WHERE app = 'tenancy' AND name = 'x0002_seal'",
    )
    as_restricted_role()
    found = failed(client)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert found == ["migrations"]


@pytest.mark.django_db
def test_storage_that_can_not_be_written_is_found(client, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr(health.default_storage, "save", full)
    assert failed(client) == ["storage"]


@pytest.mark.django_db
def test_a_cache_that_forgets_is_found(client, monkeypatch):
    monkeypatch.setattr(health.cache, "get", lambda *args: None)
    assert failed(client) == ["cache"]
