"""A served person answers on their own phone: no account, no name, the network gone once, and only one answer."""

import pytest
from playwright.sync_api import expect

from evaluations.models import SurveyResponse
from tenancy import clock, scope
from tests.cast import at
from tests.evaluations.surveying import counting_satisfaction, opened, people
from tests.journeys.conftest import find_network, lose_network

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_somebody_answers_in_a_minute_though_the_network_is_gone_once(cast, browser, live_server, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at("2024-06-05 09:00"))
    monkeypatch.setattr(clock, "today", lambda: at("2024-06-05 09:00").date())
    with scope.tenant(cast.tenant.pk):
        counting_satisfaction(cast.contract)
        people(cast, 3)
        survey = opened(cast, by=cast.agency_manager, target=3)
        address = f"{live_server.url}/dc/{cast.tenant.pk}-{survey.slips.first().secret.reveal()}/"
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai")
    phone = context.new_page()
    phone.goto(address)
    for question in phone.locator("fieldset").all():
        question.get_by_text("满意", exact=True).click()
    phone.get_by_label("还有什么想说的").fill("多来坐坐")
    lose_network(phone)
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("没有网络，答案还在这一页")).to_be_visible()
    expect(phone.get_by_label("还有什么想说的")).to_have_value("多来坐坐")
    find_network(phone)
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("你的答卷已经收到")).to_be_visible()
    phone.goto(address)
    expect(phone.get_by_text("你的答卷已经收到")).to_be_visible()
    context.close()
    with scope.tenant(cast.tenant.pk):
        kept = SurveyResponse.objects.get()
        assert (kept.satisfied, kept.words.reveal(), kept.way) == (True, '{"q6": "多来坐坐"}', "slip")
