"""Envelope encryption: the installation's keys (FIELD_KEYS) wrap each tenant's own keys, which seal its fields.

SM4-GCM (RFC 8998) seals; HMAC-SM3 makes blind indexes. A tenant's index key is its own, so the same identity number
has different indexes in different bureaus.
"""

import base64
import os
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tenancy import scope

NONCE, TAG, KEY = 12, 16, 16


def sm4_seal(key, plaintext, context):
    """nonce | ciphertext | tag; `context` is authenticated and must be given again to open."""
    nonce = os.urandom(NONCE)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(context)
    return nonce + encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag


def sm4_open(key, blob, context):
    """The plaintext; raises cryptography.exceptions.InvalidTag when key, context or blob don't belong together."""
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(blob[:NONCE], blob[-TAG:])).decryptor()
    decryptor.authenticate_additional_data(context)
    return decryptor.update(blob[NONCE:-TAG]) + decryptor.finalize()


@lru_cache(maxsize=4)
def _installation_keys(text):
    keys = {}
    for entry in text.split(","):
        name, _, encoded = entry.strip().partition(":")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise ImproperlyConfigured("FIELD_KEYS must be name:base64[,name:base64…]") from error
        if not name or len(raw) != 32:
            raise ImproperlyConfigured("each key in FIELD_KEYS has a name and 32 bytes in base64")
        keys[name] = raw
    return keys


def wrap_new_keys(tenant_id):
    """(installation key name, wrapped sealing key, wrapped index key) for a new tenant."""
    name, master = next(iter(_installation_keys(settings.FIELD_KEYS).items()))
    context = f"tenant-key|{tenant_id}".encode()
    return name, sm4_seal(master[:KEY], os.urandom(KEY), context), sm4_seal(master[:KEY], os.urandom(32), context)


@lru_cache(maxsize=512)
def _tenant_keys(tenant_id):
    from tenancy.models import TenantKey

    row = TenantKey.objects.order_by("-version").first()
    if row is None:
        raise ImproperlyConfigured(f"tenant {tenant_id} has no keys")
    masters = _installation_keys(settings.FIELD_KEYS)
    if row.wrapped_by not in masters:
        raise ImproperlyConfigured(f"FIELD_KEYS lacks the key {row.wrapped_by!r} that wraps tenant {tenant_id}")
    master, context = masters[row.wrapped_by], f"tenant-key|{tenant_id}".encode()
    return sm4_open(master[:KEY], bytes(row.sealing_key), context), sm4_open(
        master[:KEY], bytes(row.index_key), context
    )


def forget():
    """Drop the keys held in memory (tests, key rotation)."""
    _tenant_keys.cache_clear()


def seal(text, context):
    """Seal a text with the current tenant's key; `context` binds it to its table, column and row."""
    key, _ = _tenant_keys(scope.current().tenant_id)
    return b"\x01" + sm4_seal(key, text.encode(), context.encode())


def unseal(blob, context):
    key, _ = _tenant_keys(scope.current().tenant_id)
    return sm4_open(key, bytes(blob)[1:], context.encode()).decode()


def blind_index(text):
    """A keyed digest by which an exact value can be found again within the current tenant."""
    _, key = _tenant_keys(scope.current().tenant_id)
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(text.encode())
    return mac.finalize().hex()
