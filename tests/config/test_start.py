"""The real programs, started on a role that could look past row-level security: each refuses, and says why."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
WEB = ["-c", "import config.wsgi"]
WORKER = ["-m", "celery", "-A", "config", "worker", "--pool", "solo", "--loglevel", "ERROR"]


def start(arguments, *, role):
    place = connection.settings_dict
    given = {
        "DATABASE_URL": f"postgresql://{role}@/{place['NAME']}?host={quote(place['HOST'])}",
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("program", [WEB, WORKER], ids=["web", "worker"])
@pytest.mark.parametrize(
    ("role", "reason"),
    [
        ("fuyue_owner", "role fuyue_owner owns or may truncate"),
        ("fuyue_bypass", "role fuyue_bypass bypasses row-level security"),
    ],
)
def test_a_strong_role_is_refused(program, role, reason):
    done = start(program, role=role)
    assert done.returncode != 0
    assert reason in done.stderr


@pytest.mark.django_db
def test_the_web_server_starts_on_the_restricted_role():
    done = start(WEB, role="fuyue_app")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("missing", ["DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS"])
def test_a_missing_variable_stops_the_start_and_is_named(missing):
    environment = {name: value for name, value in os.environ.items() if name != missing}
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"environment variable {missing} is required" in done.stderr


def _server_environment():
    """This process's environment without what the browser journeys need in it (tests/journeys/conftest.py)."""
    return {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}


def test_djangos_own_checks_for_a_public_server_are_content():
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=_server_environment() | {"HTTPS": "1", "DEBUG": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_debug_is_never_served_over_https():
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=ROOT,
        env={**os.environ, "HTTPS": "1", "DEBUG": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "DEBUG shows the program's inside" in done.stderr


def test_every_task_that_beat_starts_exists():
    from config.celery import app

    app.loader.import_default_modules()
    wanted = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert wanted - set(app.tasks) == set()
