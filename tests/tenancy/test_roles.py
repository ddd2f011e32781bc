"""The permission table is complete and the documentation says what it says."""

import re

import pytest
from django.conf import settings

from caseload.rules import cases, station
from evaluations.rules import breaches, inquiries, leads
from services.rules import care, deliverables, incidents, records
from tenancy.management.commands import roles
from tenancy.permissions import ROLES, SEPARATE_ROLES, Permission, roles_with
from tenancy.routes import tenant_routes
from tenancy.templatetags.fuyue.audit_words import WORDS


@pytest.mark.parametrize("route", tenant_routes(), ids=lambda route: route.name)
def test_every_route_of_a_tenant_asks_for_a_permission(route):
    assert (route.permission in Permission, bool(route.methods)) == (True, True)


def test_route_names_are_unique():
    names = [route.name for route in tenant_routes()]
    assert sorted(names) == sorted(set(names))


# Asked for inside a page that another permission opens: the same page exports with masks, too; a score sheet is its scorer's,
# of whatever side; originals of a survey are also read by whoever runs it.
BESIDE = {Permission.LEDGER_EXPORT_OPEN, Permission.EVALUATION_SCORE, Permission.SURVEY_ORIGINALS}


def test_every_permission_is_held_by_a_role_and_asked_for_somewhere():
    asked = {route.permission for route in tenant_routes()}
    assert [permission.name for permission in Permission if not roles_with(permission)] == []
    assert [permission.name for permission in Permission if permission not in asked | BESIDE] == []


def test_watching_administrators_see_no_business():
    business = {
        Permission.CONTRACT_VIEW,
        Permission.CASE_VIEW,
        Permission.RECORD_VIEW,
        Permission.LEDGER_VIEW,
        Permission.MONEY_VIEW,
    }
    assert [role for role in SEPARATE_ROLES if ROLES[role].permissions & business] == []


def test_the_four_steps_of_a_payment_belong_to_different_roles():
    steps = [
        Permission.PAYMENT_CHECK,
        Permission.PAYMENT_REVIEW,
        Permission.PAYMENT_APPROVE,
        Permission.PAYMENT_PAY,
        Permission.PAYMENT_REQUEST,
    ]
    assert [role for role, definition in ROLES.items() if len(definition.permissions & set(steps)) > 1] == []


def test_the_page_about_roles_is_true():
    assert (settings.BASE_DIR / "docs" / "roles.md").read_text(encoding="utf-8") == roles.text(), "run manage.py roles"


NOUNS = ("person", "household")
# Codes that end in a verb of a state table, or begin with what they are about.
MOVED = {
    "record.{verb}": records.MOVES, "deliverable.{verb}": deliverables.MOVES, "incident.{verb}": incidents.MOVES,
    "clock.{verb}": ("stop", "void"), "care.{verb}": care.MOVES,
    "breach.{verb}": breaches.MOVES, "inquiry.{verb}": inquiries.MOVES, "lead_change.{verb}": leads.MOVES,
    "stay.{verb}": station.MOVES, "case.{verb}": cases.MOVES.keys() - {"start"}, "{noun}.merged": NOUNS, "{noun}.unmerged": NOUNS, "{noun}.told_apart": NOUNS,
}  # fmt: skip


def test_every_act_in_the_audit_trail_has_a_chinese_word():
    apps = ("tenancy", "documents", "contracts", "caseload", "services", "evaluations", "payments", "config")
    sources = [path.read_text(encoding="utf-8") for app in apps for path in (settings.BASE_DIR / app).rglob("*.py")]
    codes = {code for text in sources for code in re.findall(r"audit\.record\(\s*f?\"([a-z_.{}]+)\"", text)}
    codes = {
        told
        for code in codes
        for told in ([re.sub(r"{\w+}", word, code) for word in MOVED[code]] if code in MOVED else [code])
    }
    assert sorted(code for code in codes if code not in WORDS) == []
