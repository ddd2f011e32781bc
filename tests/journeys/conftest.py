"""A real browser: the system's Chromium where there is one, else Playwright's own."""

import os
import shutil

import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session", autouse=True)
def _queries_beside_playwright():
    # Playwright's synchronous interface keeps an event loop running in this thread, where Django would refuse every query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    return browser_type_launch_args | ({"executable_path": found} if found else {})


@pytest.fixture(scope="session")
def base_url():
    """Pages are opened by live_server's address; pytest-base-url's own fixture warns under pytest 9."""
