"""manage.py roles: write docs/roles.md from the permission table, so that it can't be wrong."""

from django.conf import settings
from django.core.management.base import BaseCommand

from tenancy.models import Organisation
from tenancy.permissions import ROLES, Permission, roles_with
from tenancy.routes import tenant_routes


def text():
    """The page as it must be now."""
    lines = [
        "# Roles and permissions",
        "",
        "Written by `manage.py roles` from tenancy/permissions.py and the routes; a test holds it against them.",
        "",
    ]
    lines += ["## Roles", "", "| code | role | held in | who | permissions |", "|---|---|---|---|---|"]
    for code, role in ROLES.items():
        held = ", ".join(permission.name for permission in Permission if permission in role.permissions)
        lines.append(f"| {code} | {role.label} | {Organisation.Kind(role.side).label} | {role.holder} | {held} |")
    lines += ["", "## Permissions", "", "| permission | meaning | roles |", "|---|---|---|"]
    lines += [
        f"| {permission.name} | {permission.value} | {', '.join(roles_with(permission))} |" for permission in Permission
    ]
    lines += ["", "## Routes", "", "| route | address | methods | permission |", "|---|---|---|---|"]
    for route in tenant_routes():
        lines.append(
            f"| {route.name} | `/{route.pattern}` | {' '.join(route.methods)} | {route.permission.name if route.permission else '—'} |"
        )
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "Write docs/roles.md."

    def handle(self, **options):
        (settings.BASE_DIR / "docs" / "roles.md").write_text(text(), encoding="utf-8")
