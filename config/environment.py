"""Reads settings from the environment; a URL says where a server is."""

import os
from urllib.parse import parse_qsl, unquote, urlsplit


class Missing(Exception):
    """A variable that has no safe default was not given."""


def text(name, default=None):
    """The variable's text; raises Missing when it is absent and has no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise Missing(f"environment variable {name} is required")
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
        "OPTIONS": query
        | ({"pool": True} if pool else {}),  # libpq's own words: sslmode, sslrootcert, connect_timeout, options…
    }


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
