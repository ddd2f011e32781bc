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


@pytest.fixture
def hand(browser, live_server, client):
    """hand(member) → a phone on which the member is signed in."""
    contexts = []

    def opened(member, width=390, height=844):
        client.force_login(member.account)
        session = client.session
        session["membership"] = str(member.pk)
        for mark in ("started_at", "seen_at"):  # a new sign-in, also when the story's clock has jumped
            session.pop(mark, None)
        session.save()
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        context.add_cookies([{"name": "fuyue", "value": client.cookies["fuyue"].value, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
        return page

    yield opened
    for context in contexts:
        context.close()


def lose_network(page):
    """Nothing goes out any more. A machine that has no network anyway sends no event of its own, so it is sent here."""
    page.context.set_offline(True)
    page.evaluate("dispatchEvent(new Event('offline'))")


def find_network(page):
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
