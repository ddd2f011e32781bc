"""Limits of a session, and what a browser may keep."""

from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from tenancy import clock


class SessionLimits:
    """Ends a session that was idle too long, or lived too long; moves its idle limit at most once a minute."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            now = clock.now()
            started = parse_datetime(request.session.get("started_at", "")) or now
            seen = parse_datetime(request.session.get("seen_at", "")) or now
            idle = now - seen > timedelta(minutes=settings.SESSION_IDLE_MINUTES)
            old = now - started > timedelta(hours=settings.SESSION_ABSOLUTE_HOURS)
            if idle or old:
                logout(request)
                return redirect(
                    f"{reverse(settings.LOGIN_URL)}?{urlencode({'ended': 'idle' if idle else 'old', 'next': request.path if request.method == 'GET' else '/'})}"
                )
            if "started_at" not in request.session or now - seen > timedelta(minutes=1):
                request.session.setdefault("started_at", started.isoformat())
                request.session["seen_at"] = now.isoformat()
        return self.get_response(request)


class NoStore:
    """Pages hold personal data: no cache keeps them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response
