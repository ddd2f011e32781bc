"""The embedded servers, really started in a place of their own, as each kind of user that this process may play."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "config" / "local_server.py"
ROOTS_WAYS = [{}, {"FUYUE_NO_USERNS": "1"}] if os.getuid() == 0 else [{}]


class Place:
    """One .local directory and the command line that serves it."""

    def __init__(self, directory, variables):
        self.local = directory
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.environment = {**keep, **variables, "FUYUE_LOCAL": str(directory)}

    def call(self, act, status=0):
        done = subprocess.run(
            [sys.executable, SCRIPT, act],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout

    def exports(self):
        lines = self.call("env").splitlines()
        return dict(line.removeprefix("export ").replace("'", "").split("=", 1) for line in lines)

    def ask(self, statement, role="MIGRATION_DATABASE_URL"):
        with psycopg.connect(self.exports()[role], autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else None

    def postmaster(self):
        data = self.call("status").split("data: ")[1].split("  ")[0]
        return int((Path(data) / "postmaster.pid").read_text().split("\n", 1)[0])


@pytest.fixture(params=ROOTS_WAYS, ids=lambda way: "nobody" if way else "this user")
def place(request, tmp_path):
    made = Place(tmp_path / "local", request.param)
    yield made
    made.call("erase")
    assert not made.local.exists()


def test_the_servers_start_stop_survive_a_crash_and_keep_their_data(place):
    place.call("up")
    place.call("up")
    assert place.call("status").startswith("PostgreSQL: running\nValkey: running\n")
    place.ask("CREATE TABLE kept (x int)")
    os.kill(place.postmaster(), signal.SIGKILL)
    place.call("up")
    place.call("down")
    assert place.call("status", status=1).startswith("PostgreSQL: stopped\nValkey: stopped\n")
    place.call("up")
    assert place.ask("SELECT count(*) FROM kept") == [(0,)]


def test_the_roles_are_as_weak_as_production_demands(place):
    place.call("up")
    rights = "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname ~ '^fuyue' ORDER BY 1"
    assert place.ask(rights) == [
        ("fuyue_app", False, False, False, False),
        ("fuyue_bypass", False, True, False, False),
        ("fuyue_owner", False, False, True, False),
    ]
    owner = "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = 'fuyue'"
    assert place.ask(owner) == [("fuyue_owner", "UTF8", "C.UTF-8")]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        place.ask("CREATE TABLE mine (x int)", role="DATABASE_URL")


def test_secrets_are_random_private_and_lasting(place):
    place.call("up")
    first = place.exports()
    assert first == place.exports()
    assert len(first["SECRET_KEY"]) > 60
    assert stat.S_IMODE((place.local / "secrets.env").stat().st_mode) == 0o600
    assert stat.S_IMODE(place.local.stat().st_mode) == 0o700


def test_nothing_listens_on_the_network(place):
    place.call("up")
    assert place.ask("SHOW listen_addresses") == [("",)]
    assert place.ask("SHOW port") == [("5432",)]


def test_a_path_too_long_for_a_socket_gets_a_short_private_directory(tmp_path):
    place = Place(tmp_path / ("deep" * 25) / "local", {})
    try:
        place.call("up")
        directory = Path(place.exports()["DATABASE_URL"].split("host=")[1])
        assert len(str(directory)) < 60
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        assert place.ask("SELECT 1") == [(1,)]
    finally:
        place.call("erase")
    assert not directory.exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root has two ways")
def test_data_made_in_one_of_roots_ways_are_served_in_the_other(tmp_path):
    one, other = (Place(tmp_path / "local", way) for way in ROOTS_WAYS)
    try:
        one.call("up")
        one.ask("CREATE TABLE kept (x int)")
        one.call("down")
        other.call("up")
        assert other.ask("SELECT count(*) FROM kept") == [(0,)]
        other.call("down")
        one.call("up")
        assert one.ask("SELECT count(*) FROM kept") == [(0,)]
    finally:
        one.call("erase")
