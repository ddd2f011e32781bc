"""Fixtures of the pages of service records: a scene at a fixed moment, and how to arrange inside it."""

import pytest
from django.urls import reverse

from tenancy import clock, scope
from tests.cast import at
from tests.services.scene import make_scene

NOW = at("2024-06-05 09:00")


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene(cast):
    with scope.tenant(cast.tenant.pk):
        return make_scene(cast)


@pytest.fixture
def inside(scene):
    """Arrange inside the bureau's scope: inside(scene.verified) …"""

    def run(make, *args, **kwargs):
        with scope.tenant(scene.cast.tenant.pk):
            return make(*args, **kwargs)

    return run


def url(scene, name, **kwargs):
    return reverse(f"services:{name}", kwargs={"tenant": scene.cast.tenant.slug, **kwargs})


def text(response):
    return response.content.decode()
