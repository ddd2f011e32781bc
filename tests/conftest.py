"""Fixtures that every test may use. Servers and databases: tests/plugin.py; the people: tests/cast.py."""

import pytest

from tests.plugin import django_db_createdb, django_db_setup

__all__ = ["django_db_createdb", "django_db_setup"]


@pytest.fixture
def cast(db):
    """One bureau with everybody in it; open a scope to use it: `with scope.acting(cast.social_worker): …`."""
    from tests.cast import make_cast

    return make_cast()


@pytest.fixture
def strangers(db):
    """Another bureau with everybody in it."""
    from tests.cast import make_cast

    return make_cast(slug="baishui", name="白水市民政局", number=2)


@pytest.fixture
def act(cast):
    """Inside the bureau's scope, as the system: for arranging and asserting."""
    from tenancy import scope

    with scope.tenant(cast.tenant.pk):
        yield cast


@pytest.fixture
def sign_in(client):
    """sign_in(member) → the client, signed in and acting as that member."""

    def signed(member):
        client.force_login(member.account)
        session = client.session
        session["membership"] = str(member.pk)
        session.save()
        return client

    return signed
