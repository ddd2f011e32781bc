"""Every route, found in the resolver, answers 404 to strangers: members of another bureau, and of another agency.

Nobody tells this test about a route. It finds the object that a route is about by trying the objects of a populated
bureau as a member who may open it; then the strangers try the very same address. Three times: with both walls, with
the database's row-level security alone, and with the Python scope alone (a role that bypasses row-level security).
"""

import functools
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tenancy import scope
from tenancy.models import TenantModel
from tenancy.permissions import ROLES, allows
from tenancy.routes import tenant_routes
from tests.populated import populate

pytestmark = pytest.mark.django_db
WITH_OBJECT = [route for route in tenant_routes() if len(route.parameters) > 1]
REFUSED = {404}
# What an address needs behind its question mark, beside the object.
ASKED = {
    "payments:punctuality": "?from=2024-01-02&to=2024-07-01",
    "services:indicator_rows": "?after=2024-06-30_00000000-0000-7000-8000-000000000000",
}


@pytest.fixture(scope="module")
def bureaus(django_db_setup, django_db_blocker):
    """Two populated bureaus, made once for the module and rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = populate("qinghe", "青河区民政局", 1), populate("baishui", "白水市民政局", 2)
        for cast in made:
            for member in [*cast.members.values(), *cast.rivals.values()]:
                client_of(member)  # the session must outlive the single test
        yield made
        transaction.set_rollback(True)


@contextmanager
def both_walls():
    yield


@contextmanager
def database_alone():
    token = scope.filtering.set(False)
    try:
        yield
    finally:
        scope.filtering.reset(token)


@contextmanager
def scope_alone():
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE fuyue_bypass")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE fuyue_app")


@functools.cache
def candidates(cast):
    """Every row of the bureau, by model, a few of each: the objects that a route may be about."""
    with scope.tenant(cast.tenant.pk):
        models = [model for model in apps.get_models() if issubclass(model, TenantModel)]
        return {model._meta.label: [row.pk for row in model.objects.order_by("pk")[:4]] for model in models}


@functools.cache
def client_of(member):
    """A signed-in client for each member; its session is laid once, outside the savepoints that undo the requests."""
    client = Client(raise_request_exception=False)
    client.force_login(member.account)
    session = client.session
    session["membership"] = str(member.pk)
    session.save()
    return client


def ask(route, slug, values, member):
    """The status of one request, and nothing of what it did stays."""
    client, address = (
        client_of(member),
        reverse(route.name, kwargs={"tenant": slug, **values}) + ASKED.get(route.name, ""),
    )
    with transaction.atomic():
        answer = client.generic("GET" if "GET" in route.methods else "POST", address)
        if answer.streaming:
            b"".join(answer.streaming_content)  # to the end, which closes the file
        transaction.set_rollback(True)
    return answer.status_code


def holders(cast, route):
    return [member for member in cast.members.values() if allows(member, route.permission)]


def one_of_each_side(members):
    """The first member of each side: enough where only one of the walls is tried, since roles don't matter to it."""
    return list({ROLES[member.role].side: member for member in reversed(members)}.values())


@functools.cache
def owner_opens(cast, route):
    """The parameter values with which a member of the bureau opens the route, or None when no object was found."""
    app = route.name.partition(":")[0]
    found = candidates(cast)
    names = [name for name in route.parameters if name != "tenant"]
    segment = (
        route.pattern.partition("<uuid:pk>")[0].strip("/").rpartition("/")[2].replace("-", "").removesuffix("s")[:5]
    )
    likely = lambda label: label.lower().partition(".")[2].find(segment) % 99  # noqa: E731 - "cases" leads to Case: saves time, no more
    ordered = sorted(found, key=lambda label: (likely(label), not label.startswith(app), len(label), label))
    for label in ordered:
        for pk in found[label]:
            values = dict(cast.values.get(route.name, {})) | {names[0]: pk}
            if set(values) == set(names) and any(
                ask(route, cast.tenant.slug, values, member) not in REFUSED for member in holders(cast, route)
            ):
                return values
    return None


@pytest.mark.parametrize("route", WITH_OBJECT, ids=lambda route: route.name)
def test_a_stranger_gets_404_on_every_object(route, bureaus):
    own, other = bureaus
    values = owner_opens(own, route)
    assert values is not None, f"no object of tests/populated.py opens {route.name}: add one there"
    tries = []
    for walls in (both_walls, database_alone, scope_alone):
        with walls():
            others = holders(other, route)
            some = one_of_each_side(others)
            # Another bureau's address is shut before anybody asks what the stranger may do at home.
            tries += [
                (walls.__name__, member.role, "their address", ask(route, own.tenant.slug, values, member))
                for member in some
            ]
            tries += [
                (walls.__name__, member.role, "own address", ask(route, other.tenant.slug, values, member))
                for member in (others if walls is both_walls else some)
            ]
            for member in own.rivals.values():
                if allows(member, route.permission) and route.name not in own.open_to_rivals:
                    tries.append(
                        (
                            walls.__name__,
                            f"rival {member.role}",
                            "same bureau",
                            ask(route, own.tenant.slug, values, member),
                        )
                    )
    assert [attempt for attempt in tries if attempt[3] not in REFUSED] == []


def test_the_test_would_notice_a_missing_wall(bureaus, monkeypatch):
    """With neither wall, the same questions do leak: otherwise the test above would prove nothing."""
    from contracts.models import Contract

    own, other = bureaus
    with scope_alone(), database_alone(), scope.tenant(other.tenant.pk):
        assert Contract.objects.filter(tenant_id=own.tenant.pk).exists() is True
