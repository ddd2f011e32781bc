"""docker-compose.yml, Dockerfile and proxy, held against what the settings read. There is no engine here to run them."""

import ast
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "fuyue"}
SECRETS = {"POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD", "REDIS_PASSWORD", "SECRET_KEY", "FIELD_KEYS"}


def settings_variables():
    """{name: has a default} of every variable that the settings read."""
    found = {}
    for node in ast.walk(ast.parse((ROOT / "config" / "settings.py").read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            name = node.args[0]
            from_env = isinstance(node.func.value, ast.Name) and node.func.value.id == "env"
            if from_env and isinstance(name, ast.Constant) and str(name.value).isupper():
                optional = node.func.attr in {"flag", "words"} or len(node.args) > 1
                found[name.value] = found.get(name.value, False) or optional
    return found


def test_the_reader_of_settings_sees_them():
    names = settings_variables()
    assert {name for name, optional in names.items() if not optional} == {
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "FIELD_KEYS",
    }
    assert {"HTTPS", "ALLOWED_HOSTS", "MIGRATION_DATABASE_URL", "PROXY_COUNT"} <= set(names)


def test_the_processes_are_there():
    assert set(OURS) == {"migrate", "web", "worker", "measurer", "beat"}
    assert set(SERVICES) - set(OURS) == {"postgres", "valkey", "proxy"}
    assert SERVICES["postgres"]["image"].startswith("postgres:17")


@pytest.mark.parametrize("name", OURS)
def test_every_variable_given_is_one_that_the_settings_read(name):
    assert set(OURS[name]["environment"]) - set(settings_variables()) == set()


@pytest.mark.parametrize("name", OURS)
def test_every_variable_that_the_settings_require_is_given(name):
    required = {variable for variable, optional in settings_variables().items() if not optional}
    assert required - set(OURS[name]["environment"]) == set()


@pytest.mark.parametrize("name", OURS)
def test_our_processes_run_without_rights(name):
    service = OURS[name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


def test_only_the_migration_job_knows_the_owner_of_the_tables():
    for name, service in OURS.items():
        assert "//fuyue_app:" in service["environment"]["DATABASE_URL"]
        assert ("OWNER_PASSWORD" in str(service)) is (name == "migrate")


def test_every_secret_is_required_and_none_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text()
    used = re.findall(r"\$\{(\w+)(:?[?-]?)", text)
    assert {name for name, _ in used} == SECRETS | {"SITE_ADDRESS", "STORAGE_URL", "LOG_LEVEL"}
    assert {name for name, how in used if how == ":?"} == SECRETS | {"SITE_ADDRESS"}


def test_the_generated_environment_has_exactly_what_is_required(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["new_env.py", "fuyue.example"])
    exec((ROOT / "deploy" / "new_env.py").read_text(), {})
    values = dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())
    assert set(values) == SECRETS | {"SITE_ADDRESS"}
    from config import environment as env

    for name, read in (("SECRET_KEY", env.secret), ("FIELD_KEYS", env.field_keys)):
        monkeypatch.setenv(name, values[name])
        assert read(name) == values[name]
    # The passwords stand inside URLs.
    assert all(re.fullmatch(r"[0-9a-f]{48}", values[name]) for name in SECRETS if name.endswith("_PASSWORD"))


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_has_a_health_check_and_restarts(name):
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_migrations_are_applied_before_anything_serves():
    for name in ("web", "worker", "beat"):
        assert OURS[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert OURS["migrate"]["restart"] == "no"
    assert OURS["migrate"]["command"] == ["python", "manage.py", "migrate", "--noinput"]


def test_only_the_proxy_is_reachable_and_database_and_broker_have_no_way_out():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert {name: SERVICES[name]["networks"] for name in ("postgres", "valkey")} == {
        "postgres": ["inside"],
        "valkey": ["inside"],
    }


def test_the_restricted_role_is_made_restricted():
    roles = (ROOT / "deploy" / "postgres" / "roles.sh").read_text()
    for role in ("fuyue_app", "fuyue_owner"):
        assert f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD" in roles


def test_the_image_has_no_secret_and_ends_as_an_ordinary_user():
    lines = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"^(?:ENV|ARG).*(?:SECRET_KEY|FIELD_KEYS|PASSWORD)", lines, re.MULTILINE) == []
    assert re.findall(r"^USER (\w+)", lines, re.MULTILINE)[-1] == "fuyue"
    assert "--require-hashes -r /tmp/requirements.lock" in lines


def test_the_proxy_lets_the_largest_upload_reach_the_program_which_then_explains():
    from django.conf import settings

    caddy = (ROOT / "deploy" / "caddy" / "Caddyfile").read_text()
    limit = int(re.search(r"max_size (\d+)MB", caddy).group(1))
    assert limit * 1_000_000 > 2 * settings.UPLOAD_LIMIT
    assert "reverse_proxy web:8000" in caddy
