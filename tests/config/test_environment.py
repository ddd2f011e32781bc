"""Settings from the environment: what is missing or unsafe stops the start, with the variable's name."""

import base64

import pytest

from config import environment as env

KEY = base64.b64encode(bytes(range(32))).decode()


def test_a_socket_directory_and_libpq_options_are_understood():
    found = env.database("postgresql://fuyue_app:p%40ss@/fuyue?host=/run/pg&sslmode=require")
    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "fuyue",
        "USER": "fuyue_app",
        "PASSWORD": "p@ss",
        "HOST": "/run/pg",
        "PORT": "",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_host_and_port_are_understood_and_a_pool_is_optional():
    found = env.database("postgresql://u:p@db.example:6432/fuyue", pool=True)
    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("db.example", "6432", {"pool": env.POOL})


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("redis+socket:///run/v.sock?virtual_host=3", "unix:///run/v.sock?db=3"),
        ("redis://:pw@valkey:6379/0", "redis://:pw@valkey:6379/0"),
        ("rediss://valkey/1", "rediss://valkey/1"),
    ],
)
def test_the_cache_uses_the_brokers_server(url, location):
    assert env.cache(url)["LOCATION"] == location


def test_object_storage_is_understood():
    options = env.storage("s3://key:s%2Fcret@s3.example:9000/evidence?region=cn-north-1")["OPTIONS"]
    assert options == {
        "access_key": "key",
        "secret_key": "s/cret",
        "endpoint_url": "https://s3.example:9000",
        "bucket_name": "evidence",
        "region_name": "cn-north-1",
        "file_overwrite": False,
    }


def test_an_unknown_storage_is_refused():
    with pytest.raises(env.Missing, match="ftp"):
        env.storage("ftp://files.example/")


def test_a_missing_variable_is_named(monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(env.Missing, match="SECRET_KEY is required"):
        env.secret("SECRET_KEY")


@pytest.mark.parametrize("value", ["", "short", "changeme" * 10, "django-insecure-" + "x" * 60])
def test_a_secret_that_can_be_guessed_is_refused(monkeypatch, value):
    monkeypatch.setenv("SECRET_KEY", value)
    with pytest.raises(env.Unsafe, match="SECRET_KEY"):
        env.secret("SECRET_KEY")


@pytest.mark.parametrize("value", ["", KEY, f":{KEY}", "a:c2hvcnQ=", "a:not base64!", f"a:{KEY},b:"])
def test_broken_field_keys_are_refused(monkeypatch, value):
    monkeypatch.setenv("FIELD_KEYS", value)
    with pytest.raises(env.Unsafe, match="FIELD_KEYS"):
        env.field_keys("FIELD_KEYS")


def test_sound_field_keys_pass_unchanged(monkeypatch):
    monkeypatch.setenv("FIELD_KEYS", f"b:{KEY}, a:{KEY}")
    assert env.field_keys("FIELD_KEYS") == f"b:{KEY}, a:{KEY}"


@pytest.mark.parametrize(("value", "truth"), [("1", True), ("yes", True), ("on", True), ("0", False), ("", False)])
def test_a_flag_is_read(monkeypatch, value, truth):
    monkeypatch.setenv("DEMO", value)
    assert env.flag("DEMO") is truth
