"""Reads settings from the environment; a URL says where a server is."""

import base64
import os
from urllib.parse import parse_qsl, unquote, urlsplit

# One process never needs more connections than it has threads.
POOL = {"min_size": 1, "max_size": 8, "timeout": 10}
SHORTEST_SECRET = 32


class Missing(Exception):
    """A variable that has no safe default was not given."""


class Unsafe(Exception):
    """A variable was given a value that must not serve."""


def text(name, default=None):
    """The variable's text; raises Missing when it is absent and has no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise Missing(f"environment variable {name} is required")
    return value


def secret(name):
    """A text that nobody can guess: required, at least 32 characters, and no placeholder."""
    value = text(name)
    if len(value) < SHORTEST_SECRET or value.lower().startswith(("changeme", "change-me", "django-insecure")):
        raise Unsafe(f"environment variable {name} must be random and at least {SHORTEST_SECRET} characters long")
    return value


def field_keys(name):
    """name:base64[,name:base64…], newest first, each key 32 bytes: checked here so that a bad one stops the start."""
    value = text(name)
    for entry in value.split(","):
        key, _, encoded = entry.strip().partition(":")
        try:
            sound = bool(key) and len(base64.b64decode(encoded, validate=True)) == 32
        except ValueError:
            sound = False
        if not sound:
            raise Unsafe(f"environment variable {name} must be name:base64[,name:base64…] with 32 bytes each")
    return value


def flag(name, default=False):
    """1, true, yes and on mean true."""
    return text(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def number(name, default):
    return int(text(name, str(default)))


def words(name, default=""):
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(url, *, pool=False):
    """postgresql://user:password@host:port/name?host=/socket/dir&sslmode=verify-full as a Django database."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        # What is left are libpq's own words: sslmode, sslrootcert, connect_timeout, options…
        "OPTIONS": query | ({"pool": POOL} if pool else {}),
    }


def cache(url):
    """redis://, rediss:// or the broker's redis+socket:///path?virtual_host=0 as a Django cache."""
    location = url.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": location, "KEY_PREFIX": "fuyue"}


def storage(url):
    """file:///dir, or s3://key:secret@host/bucket?region=… for any S3-compatible server, as a Django storage."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": parts.path, "base_url": None},
        }
    if parts.scheme in {"s3", "s3+http"}:
        query = dict(parse_qsl(parts.query))
        protocol = "http" if parts.scheme == "s3+http" else "https"
        port = f":{parts.port}" if parts.port else ""
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "access_key": unquote(parts.username or ""),
                "secret_key": unquote(parts.password or ""),
                "endpoint_url": f"{protocol}://{parts.hostname}{port}",
                "bucket_name": parts.path.lstrip("/"),
                "region_name": query.get("region"),
                "file_overwrite": False,
            },
        }
    raise Missing(f"STORAGE_URL scheme {parts.scheme!r} is not supported: use file:// or s3://")


def mail(url):
    """smtp://user:password@host:587?tls=1 (or ssl=1) as Django's settings of outgoing mail; without a URL nothing is sent."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": query.get("tls") == "1",
        "EMAIL_USE_SSL": query.get("ssl") == "1",
        "EMAIL_TIMEOUT": 20,
    }
