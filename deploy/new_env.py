"""Prints a .env for docker-compose.yml with new random secrets:  python3 deploy/new_env.py fuyue.example.cn > .env

Keep the file safe and readable by root only. Without FIELD_KEYS the sealed personal data can't be read again.
"""

import base64
import datetime
import secrets
import sys

if len(sys.argv) != 2:
    sys.exit(__doc__)
year = datetime.datetime.now(datetime.UTC).year
print(f"SITE_ADDRESS={sys.argv[1]}")
for name in ("POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD", "REDIS_PASSWORD"):
    print(f"{name}={secrets.token_hex(24)}")
print(f"SECRET_KEY={secrets.token_urlsafe(64)}")
print(f"FIELD_KEYS={year}a:{base64.b64encode(secrets.token_bytes(32)).decode()}")
