"""Starts the embedded servers before Django reads its settings, and gives every test process its own database, broker
number and file directory. Loaded early, through `-p tests.plugin` in pyproject.toml.

The test database is made and migrated as the owner; the tests then run as the restricted role, as production does.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
_servers = contextlib.ExitStack()
# Sequences of acts against the database (state machines): a few in the suite, many in `make test-machines`.
_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile(
    "machine", max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=_QUIET
)
settings.register_profile("deep", max_examples=300, stateful_step_count=40, deadline=None, suppress_health_check=_QUIET)
# What a state machine's test class takes as its settings.
MACHINE = settings.get_profile("deep" if os.environ.get("MACHINES") == "deep" else "machine")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests():
    if "DATABASE_URL" not in os.environ:
        from config import local_server

        try:
            _servers.enter_context(local_server.running())
        except local_server.Unavailable as problem:
            raise pytest.UsageError(str(problem)) from None
        os.environ.update({name: value for name, value in local_server.environment().items() if name not in os.environ})
        os.environ["FUYUE_EMBEDDED"] = "1"
    os.environ.pop("DEMO", None)
    os.environ["DATABASE_POOL"] = "0"
    # Owner first: it creates and migrates. django_db_setup below changes to the restricted role.
    owner = os.environ.get("MIGRATION_DATABASE_URL") or os.environ["DATABASE_URL"]
    separator = "&" if "?" in owner else "?"
    if "synchronous_commit" not in owner:
        owner += f"{separator}options=-csynchronous_commit%3Doff"
    os.environ["DATABASE_URL"] = owner
    return (yield)


def pytest_configure(config):
    from django.conf import settings

    files = tempfile.mkdtemp(prefix="fuyue-files-")
    config.add_cleanup(lambda: shutil.rmtree(files, ignore_errors=True))
    settings.STORAGE_URL = f"file://{files}"
    settings.STORAGES["default"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": files, "base_url": None},
    }
    settings.WHITENOISE_AUTOREFRESH = True  # static files straight from their folders; none are collected
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if os.environ.get("FUYUE_EMBEDDED"):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        number = 16 + zlib.crc32(f"{os.environ.get('TEST_DB', 'main')}{worker}".encode()) % 1000
        settings.REDIS_URL = settings.CELERY_BROKER_URL = settings.REDIS_URL.replace(
            "virtual_host=0", f"virtual_host={number}"
        )
        settings.CACHES["default"]["LOCATION"] = settings.CACHES["default"]["LOCATION"].replace("db=0", f"db={number}")


def pytest_unconfigure():
    _servers.close()


# --- the database ---------------------------------------------------------------------------------------------------


def _schema_digest():
    """Changes whenever a migration, or what a migration calls, changes."""
    digest = hashlib.sha256()
    for path in sorted(
        [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/seal.py"), ROOT / "config/management/commands/migrate.py"]
    ):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


@pytest.fixture(scope="session")
def django_db_createdb(django_db_createdb, django_db_modify_db_settings):
    """Make the database anew when asked to (--create-db), or when it was made from other migrations."""
    from django.conf import settings

    name = settings.DATABASES["default"]["TEST"]["NAME"]
    stamp = ROOT / ".local" / "tests" / f"{name}.digest"
    stale = not stamp.exists() or stamp.read_text() != _schema_digest()
    return django_db_createdb or stale


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_setup, django_db_blocker):
    """After the owner has made the database, everything runs as the restricted role."""
    from django.conf import settings
    from django.core.cache import cache
    from django.db import connection
    from django.test import TransactionTestCase

    name = settings.DATABASES["default"]["TEST"]["NAME"]
    if connection.settings_dict["NAME"] != name:
        # Nobody asked for a database with a mark, so none was made: never touch the one that people use.
        raise pytest.UsageError("a fixture opens the database, but no test of this run is marked with django_db")
    stamp = ROOT / ".local" / "tests" / f"{name}.digest"
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(_schema_digest())
    with django_db_blocker.unblock():
        _keep_what_migrations_inserted(connection)
        connection.settings_dict["OPTIONS"]["assume_role"] = settings.APP_DATABASE_ROLE
        connection.close()
        empty_database(connection)
        cache.clear()
    inherited, TransactionTestCase._fixture_teardown = TransactionTestCase._fixture_teardown, _flush
    yield
    TransactionTestCase._fixture_teardown = inherited
    with django_db_blocker.unblock():
        del connection.settings_dict["OPTIONS"]["assume_role"]
        connection.close()


def _flush(test_case):
    """Django's flush needs TRUNCATE, which the restricted role rightly lacks."""
    from django.db import connection

    empty_database(connection)


def _keep_what_migrations_inserted(connection):
    """Copy every non-empty table into the schema `pristine`, once for each newly made database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('pristine')")
        if cursor.fetchone()[0]:
            return
        cursor.execute("CREATE SCHEMA pristine")
        for table in _written_tables(cursor):
            cursor.execute(f'CREATE TABLE pristine."{table}" AS TABLE public."{table}"')


def _written_tables(cursor):
    # The file's size, not a count of rows: row-level security hides rows even from the owner.
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND relname <> 'django_migrations' AND pg_relation_size(oid) > 0 ORDER BY relname"
    )
    return [name for (name,) in cursor.fetchall()]


def empty_database(connection):
    """Back to the state right after the migrations, as the owner; then the restricted role again."""
    role = connection.settings_dict["OPTIONS"]["assume_role"]
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; SET lock_timeout = '20s'")
        try:
            written = _written_tables(cursor)
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'pristine'::regnamespace AND relkind = 'r'"
            )
            kept = [name for (name,) in cursor.fetchall()]
            statements = ["BEGIN", "SET CONSTRAINTS ALL DEFERRED"]
            if written:
                statements.append("TRUNCATE " + ", ".join(f'public."{name}"' for name in written) + " CASCADE")
            statements += [
                f'INSERT INTO public."{name}" OVERRIDING SYSTEM VALUE SELECT * FROM pristine."{name}"' for name in kept
            ]
            cursor.execute("; ".join([*statements, "COMMIT"]))
        finally:
            cursor.execute(f'RESET lock_timeout; SET ROLE "{role}"')
