"""The pages of acceptance: who sees what, what each may do, and what a wrong form says."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from contracts.models import RequiredDocument, StaffPost
from evaluations.actions import acceptance as actions
from evaluations.models import Acceptance, AcceptanceExpert
from tenancy import clock, scope
from tests.cast import _member, at


def address(cast, name, pk=None):
    return reverse(f"evaluations:{name}", kwargs={"tenant": cast.tenant.slug, **({"pk": pk} if pk else {})})


def text(response):
    return response.content.decode()


@pytest.fixture
def stage(cast):
    with scope.tenant(cast.tenant.pk):
        RequiredDocument.objects.create(
            contract=cast.contract, kind="closing_report", title="结项报告", clause="附件2", is_result=True
        )
        cast.values["round"] = actions.request_acceptance(
            cast.contract, statement="报告随后补交", by=cast.agency_manager, at=at("2024-12-02 09:00")
        )
    return cast


@pytest.fixture
def scheduled(stage):
    with scope.tenant(stage.tenant.pk):
        actions.schedule(
            stage.values["round"], held_on=date(2024, 12, 6), place="三楼", experts=[stage.expert], lead=stage.expert,
            by=stage.contract_manager, at=at("2024-12-03 09:00"),
        )  # fmt: skip
    return stage


def press(cast, sign_in, member, name, **data):
    return sign_in(member).post(address(cast, name, cast.values["round"].pk), data, follow=True)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("contract_manager", 200),
        ("bureau_leader", 200),
        ("auditor", 200),
        ("agency_manager", 200),
        ("social_worker", 200),
        ("expert", 200),
        ("subdistrict_officer", 403),
        ("system_admin", 403),
    ],
)
def test_who_opens_a_round(scheduled, sign_in, role, status):
    client = sign_in(scheduled.members[role])
    codes = [
        client.get(url).status_code
        for url in (address(scheduled, "acceptances"), address(scheduled, "acceptance", scheduled.values["round"].pk))
    ]
    assert codes == [status, status]


def test_rivals_strangers_and_experts_of_other_groups_find_nothing(scheduled, sign_in):
    with scope.tenant(scheduled.tenant.pk):
        other = _member(scheduled.expert.organisation, "expert", "白鹭", "other")
        StaffPost.objects.create(
            contract=scheduled.contract,
            membership=other,
            name="白鹭",
            post="expert",
            side="purchaser",
            from_day=date(2024, 1, 2),
        )
    url = address(scheduled, "acceptance", scheduled.values["round"].pk)
    for member in (scheduled.rivals["agency_manager"], other):
        client = sign_in(member)
        assert client.get(url).status_code == 404
        assert "精准救助" not in text(client.get(address(scheduled, "acceptances")))


def test_the_agency_asks_with_a_statement_on_what_is_open(cast, sign_in):
    with scope.tenant(cast.tenant.pk):
        RequiredDocument.objects.create(contract=cast.contract, kind="closing_report", title="结项报告", is_result=True)
    url = address(cast, "request_acceptance", cast.contract.pk)
    client = sign_in(cast.agency_manager)
    assert "还有 1 项没有完成" in text(client.get(url))
    refused = client.post(url, {"statement": ""})
    assert (refused.status_code, "须在说明里写明原因和补齐办法" in text(refused)) == (400, True)
    assert "已申请第 1 轮验收" in text(client.post(url, {"statement": "随后补交"}, follow=True))
    with scope.tenant(cast.tenant.pk):
        assert Acceptance.objects.get().statement == "随后补交"


def test_nobody_asks_for_anothers_contract(cast, sign_in):
    url = address(cast, "request_acceptance", cast.contract.pk)
    assert [
        sign_in(member).get(url).status_code for member in (cast.rivals["agency_manager"], cast.contract_manager)
    ] == [404, 403]


def test_the_bureau_calls_the_posted_experts(stage, sign_in):
    day = clock.today() + timedelta(days=7)
    page = text(sign_in(stage.contract_manager).get(address(stage, "acceptance", stage.values["round"].pk)))
    assert "温如玉（衡准评估中心）" in page
    answer = press(
        stage, sign_in, stage.contract_manager, "schedule", held_on=day, experts=[stage.expert.pk], lead=stage.expert.pk
    )
    assert f"已安排评审 {day:%m-%d}" in text(answer)
    wrong = press(
        stage,
        sign_in,
        stage.contract_manager,
        "schedule",
        held_on="2024-01-01",
        experts=[stage.expert.pk],
        lead=stage.expert.pk,
    )
    assert (wrong.status_code, "评审日期不得早于今天" in text(wrong)) == (400, True)


def test_an_expert_signs_once_and_the_bureau_concludes(scheduled, sign_in):
    assert "1 轮等你签名" in text(sign_in(scheduled.expert).get(address(scheduled, "acceptances")))
    early = press(scheduled, sign_in, scheduled.contract_manager, "conclude", result="passed")
    assert (early.status_code, "还差 1 人签名：温如玉" in text(early)) == (400, True)
    assert "已签名" in text(press(scheduled, sign_in, scheduled.expert, "sign", agrees="1", opinion="同意"))
    again = press(scheduled, sign_in, scheduled.expert, "sign", agrees="0", opinion="改")
    assert (again.status_code, "你已签名，签名后不能改" in text(again)) == (400, True)
    done = press(scheduled, sign_in, scheduled.contract_manager, "conclude", result="passed", opinion="成果完整")
    assert "已登记结论：通过" in text(done)
    assert "结论时还没完成的 1 项：结项报告：差 1 份" in text(done)


def test_only_the_expert_signs_and_only_the_handler_concludes(scheduled, sign_in):
    codes = [
        press(scheduled, sign_in, member, "sign", agrees="1").status_code
        for member in (scheduled.contract_manager, scheduled.agency_manager)
    ]
    assert codes == [403, 403]
    assert press(scheduled, sign_in, scheduled.section_chief, "conclude", result="passed").status_code == 403
    with scope.tenant(scheduled.tenant.pk):
        assert AcceptanceExpert.objects.get().signed_at is None


def test_an_auditor_looks_and_adds_nothing(scheduled, sign_in):
    page = text(sign_in(scheduled.auditor).get(address(scheduled, "acceptance", scheduled.values["round"].pk)))
    assert [name for name in ("add-paper", "conclude", "schedule") if f'data-dialog="{name}"' in page] == []
    assert (
        sign_in(scheduled.auditor).post(address(scheduled, "add_paper", scheduled.values["round"].pk)).status_code
        == 403
    )


def test_the_list_takes_as_many_statements_for_many_rounds_as_for_one(scheduled, sign_in, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.payments.arranged import another_contract

    client, url = sign_in(scheduled.contract_manager), address(scheduled, "acceptances")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    with scope.tenant(scheduled.tenant.pk):
        for code in ("QH02", "QH03"):
            contract = another_contract(scheduled, code)
            actions.request_acceptance(contract, statement="", by=scheduled.agency_manager, at=at("2024-12-02 09:00"))
    with django_assert_num_queries(len(one)):
        client.get(url)
