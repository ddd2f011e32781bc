"""Two hundred phones answer at the same time, some of them twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.signing import get_cookie_signer
from django.db import connection
from django.test import Client

from evaluations.models import Survey, SurveyResponse
from evaluations.queries import surveys as queries
from evaluations.views.answering import COOKIE, SALT
from services.models import Answer
from tenancy import clock, scope
from tenancy.models import AuditEvent
from tests.cast import at
from tests.evaluations.surveying import ANSWERS, counting_satisfaction, opened, people

NOW = at("2024-06-05 09:00")


def door(survey, secret):
    return f"/dc/{survey.tenant_id}-{secret.reveal()}/"


@pytest.mark.django_db(transaction=True)
def test_two_hundred_phones_at_once_lose_nothing_and_count_nobody_twice(cast, monkeypatch):
    """160 phones by the open link, 40 slips; a quarter of them send twice, and some slips are tried by a second phone."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: NOW.date())
    with scope.tenant(cast.tenant.pk):
        counting_satisfaction(cast.contract)
        people(cast, 40)
        link = opened(cast, by=cast.contract_manager, ways=["link"], target=160)
        sampled = opened(cast, by=cast.agency_manager, target=40, counts=False)
        slips = [(door(sampled, slip.secret)) for slip in sampled.slips.all()]
        addresses = [door(link, link.link_secret)] * 160 + slips
    barrier = threading.Barrier(16)

    def phone(number):
        if number < 16:
            barrier.wait()
        client, given = Client(), ANSWERS | {"q5": str(5 if number % 4 else 2)}
        client.cookies[COOKIE] = marks[number]
        sent = [client.post(addresses[number], given).status_code for _ in range(2 if number % 4 == 0 else 1)]
        if number >= 160 and number % 5 == 0:
            sent.append(Client().post(addresses[number], given).status_code)
        connection.close()
        return sent

    # As the page gives them: one mark a phone.
    marks = [get_cookie_signer(salt=COOKIE + SALT).sign(f"phone-{number}") for number in range(200)]
    with ThreadPoolExecutor(16) as pool:
        statuses = [status for sent in pool.map(phone, range(200)) for status in sent]
    assert set(statuses) <= {200, 302}
    with scope.tenant(cast.tenant.pk):
        found, theirs = (
            queries.results(Survey.objects.get(pk=link.pk)),
            queries.results(Survey.objects.get(pk=sampled.pk)),
        )
        assert (found.whole.told, theirs.whole.told) == ("满意 120 / 有效 160 = 75.0%", "满意 30 / 有效 40 = 75.0%")
        assert (SurveyResponse.objects.count(), Answer.objects.count()) == (200, 160)
        assert AuditEvent.objects.filter(action="survey.answer").count() == 200
