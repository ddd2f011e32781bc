"""The caller's address behind our proxies: what callers wrote themselves is never believed."""

import pytest

from config.proxy import forwarded_address


@pytest.mark.parametrize(
    ("header", "proxies", "address"),
    [
        ("203.0.113.9", 0, None),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1, 203.0.113.9", 1, "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9, 10.0.0.2", 2, "203.0.113.9"),
        ("203.0.113.9", 2, None),
        ("", 1, None),
        ("unknown", 1, None),
        ("2001:DB8::1", 1, "2001:db8::1"),
    ],
)
def test_the_entry_our_outermost_proxy_wrote_counts(header, proxies, address):
    assert forwarded_address(header, proxies) == address


def test_a_request_gets_the_callers_address(client, settings):
    settings.PROXY_COUNT = 1
    answer = client.get("/livez", headers={"x-forwarded-for": "6.6.6.6, 203.0.113.9"})
    assert answer.wsgi_request.META["REMOTE_ADDR"] == "203.0.113.9"


def test_without_a_proxy_the_header_is_ignored(client, settings):
    settings.PROXY_COUNT = 0
    answer = client.get("/livez", headers={"x-forwarded-for": "6.6.6.6"})
    assert answer.wsgi_request.META["REMOTE_ADDR"] == "127.0.0.1"
