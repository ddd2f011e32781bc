#!/usr/bin/env python
"""Django's command line for Fuyue."""

import os
import sys

# What changes tables runs as their owner; everything else as the restricted role (docs/decisions/database-roles.md).
OWNER_COMMANDS = {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "dbshell"}


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if "DATABASE_URL" not in os.environ:
        from config import local_server

        local_server.adopt()
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS and os.environ.get("MIGRATION_DATABASE_URL"):
        os.environ["DATABASE_URL"] = os.environ["MIGRATION_DATABASE_URL"]
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
