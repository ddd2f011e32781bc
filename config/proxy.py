"""Behind our own reverse proxies the connection comes from the proxy; this puts the caller's address back."""

import ipaddress

from django.conf import settings


class ClientAddress:
    """REMOTE_ADDR becomes the entry of X-Forwarded-For that our outermost proxy wrote; what callers wrote is ignored."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        address = forwarded_address(request.META.get("HTTP_X_FORWARDED_FOR", ""), settings.PROXY_COUNT)
        if address:
            request.META["REMOTE_ADDR"] = address
        return self.get_response(request)


def forwarded_address(header, proxies):
    """The address that `proxies` trusted proxies vouch for, counted from the right; None when there is none."""
    entries = [entry.strip() for entry in header.split(",") if entry.strip()]
    if proxies < 1 or len(entries) < proxies:
        return None
    try:
        return str(ipaddress.ip_address(entries[-proxies]))
    except ValueError:
        return None
