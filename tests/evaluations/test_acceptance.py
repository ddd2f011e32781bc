"""A round of acceptance from request to conclusion, by the right people, once."""

from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.http import Http404

from contracts.models import RequiredDocument, StaffPost
from evaluations.actions import acceptance as actions
from evaluations.models import Acceptance, AcceptanceExpert, AcceptanceMove
from evaluations.queries import acceptance as queries
from tenancy import audit
from tenancy.problems import Conflict, Refused
from tests.cast import _member, at

DAY = date(2024, 12, 6)
ON_DAY = at("2024-12-06 10:00")


@pytest.fixture
def second(act):
    """A second expert, posted to the contract."""
    member = _member(act.expert.organisation, "expert", "林述", "second")
    StaffPost.objects.create(
        contract=act.contract,
        membership=member,
        name="林述",
        post="expert",
        side="purchaser",
        from_day=date(2024, 1, 2),
    )
    return member


@pytest.fixture
def requested(act):
    return actions.request_acceptance(act.contract, statement="", by=act.agency_manager, at=at("2024-12-02 09:00"))


@pytest.fixture
def scheduled(act, requested, second):
    return actions.schedule(
        requested,
        held_on=DAY,
        place="三楼会议室",
        experts=[act.expert, second],
        lead=act.expert,
        by=act.contract_manager,
        at=at("2024-12-03 09:00"),
    )


def both_sign(act, scheduled, second):
    for member in (act.expert, second):
        actions.sign(scheduled, agrees=True, opinion="同意", by=member, at=ON_DAY)


def conclude(act, acceptance, result="passed", opinion="", until=None, when=ON_DAY):
    return actions.conclude(
        acceptance, result=result, opinion=opinion, rework_until=until, by=act.contract_manager, at=when
    )


def test_a_round_passes_with_every_signature_and_is_audited(act, scheduled, second):
    both_sign(act, scheduled, second)
    done = conclude(act, scheduled, opinion="成果完整")
    assert (done.state, done.result, done.concluded_on, done.concluded_by) == (
        "concluded",
        "passed",
        DAY,
        act.contract_manager,
    )
    assert list(AcceptanceMove.objects.values_list("verb", "from_state", "to_state")) == [
        ("request", "", "requested"),
        ("schedule", "requested", "scheduled"),
        ("pass", "scheduled", "concluded"),
    ]
    assert [event.action for event in audit.history(done)] == [
        "acceptance.requested",
        "acceptance.scheduled",
        "acceptance.signed",
        "acceptance.signed",
        "acceptance.concluded",
    ]


def test_what_is_open_must_be_explained_and_is_kept(act):
    RequiredDocument.objects.create(contract=act.contract, kind="closing_report", title="结项报告", is_result=True)
    with pytest.raises(Refused, match="还有 1 项工作或成果未完成"):
        actions.request_acceptance(act.contract, statement=" ", by=act.agency_manager, at=ON_DAY)
    made = actions.request_acceptance(act.contract, statement="报告 12-20 前补交", by=act.agency_manager, at=ON_DAY)
    assert made.moves.get().detail == {"gaps": ["结项报告：差 1 份"]}


def test_a_second_request_waits_for_the_first(act, requested):
    with pytest.raises(Refused, match="已有一轮验收未出结论"):
        actions.request_acceptance(act.contract, statement="", by=act.agency_manager, at=ON_DAY)


def test_an_expert_cannot_sign_twice(act, scheduled):
    actions.sign(scheduled, agrees=True, opinion="", by=act.expert, at=ON_DAY)
    with pytest.raises(Refused, match="你已签名，签名后不能改"):
        actions.sign(scheduled, agrees=False, opinion="改主意", by=act.expert, at=ON_DAY)


def test_the_database_keeps_a_signature_as_it_was_given(act, scheduled):
    actions.sign(scheduled, agrees=True, opinion="", by=act.expert, at=ON_DAY)
    place = AcceptanceExpert.objects.get(membership=act.expert)
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        AcceptanceExpert.objects.filter(pk=place.pk).update(agrees=False)
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        place.delete()


def test_nobody_signs_for_another(act, scheduled, second):
    stranger = _member(act.expert.organisation, "expert", "白鹭", "third")
    with pytest.raises(Refused, match="你不在这一轮的评审组里"):
        actions.sign(scheduled, agrees=True, opinion="", by=stranger, at=ON_DAY)
    assert AcceptanceExpert.objects.filter(signed_at__isnull=False).count() == 0


def test_only_experts_posted_to_the_contract_are_called(act, requested):
    stranger = _member(act.expert.organisation, "expert", "白鹭", "third")
    with pytest.raises(Refused, match="所选专家在评审日期不是这份合同的专家"):
        actions.schedule(
            requested,
            held_on=DAY,
            place="",
            experts=[act.expert, stranger],
            lead=act.expert,
            by=act.contract_manager,
            at=at("2024-12-03 09:00"),
        )


def test_the_group_stays_once_somebody_has_signed(act, scheduled, second):
    actions.sign(scheduled, agrees=True, opinion="", by=act.expert, at=ON_DAY)
    with pytest.raises(Refused, match="已有专家签名，不能再改评审组"):
        actions.schedule(
            scheduled, held_on=DAY, place="", experts=[second], lead=second, by=act.contract_manager, at=ON_DAY
        )


def test_the_review_can_be_moved_before_anybody_signs(act, scheduled, second):
    moved = actions.schedule(
        scheduled,
        held_on=date(2024, 12, 9),
        place="线上",
        experts=[second],
        lead=second,
        by=act.contract_manager,
        at=ON_DAY,
    )
    assert (moved.held_on, [str(expert.membership) for expert in queries.experts_of(moved)]) == (
        date(2024, 12, 9),
        ["林述"],
    )


def test_passing_without_all_signatures_is_refused(act, scheduled):
    actions.sign(scheduled, agrees=True, opinion="", by=act.expert, at=ON_DAY)
    with pytest.raises(Refused, match="还差 1 人签名：林述"):
        conclude(act, scheduled)


def test_the_database_refuses_passing_without_signatures(act, scheduled):
    with pytest.raises(IntegrityError, match="signatures"), transaction.atomic():
        Acceptance.objects.filter(pk=scheduled.pk).update(state="concluded", result="passed", concluded_on=DAY)


def test_a_conclusion_stands(act, scheduled, second):
    both_sign(act, scheduled, second)
    conclude(act, scheduled)
    with pytest.raises(Conflict, match="这一轮已出结论"):
        conclude(act, scheduled, result="failed", opinion="改", until=date(2025, 1, 6))
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        Acceptance.objects.filter(pk=scheduled.pk).update(result="failed")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        AcceptanceMove.objects.update(verb="fail")


def test_a_failed_round_sets_a_limit_and_the_next_may_pass(act, scheduled, second):
    failed = conclude(act, scheduled, result="failed", opinion="补齐云岭镇小组", until=date(2024, 12, 20))
    assert queries.acceptance_result(act.contract, on=DAY) == queries.AcceptanceResult(
        "failed", 1, DAY, DAY, date(2024, 12, 20), (), failed.pk
    )
    again = actions.request_acceptance(act.contract, statement="已补", by=act.agency_manager, at=at("2024-12-18 09:00"))
    assert again.round == 2
    actions.schedule(
        again,
        held_on=date(2024, 12, 19),
        place="",
        experts=[act.expert],
        lead=act.expert,
        by=act.contract_manager,
        at=at("2024-12-18 10:00"),
    )
    actions.sign(again, agrees=True, opinion="", by=act.expert, at=at("2024-12-19 10:00"))
    conclude(act, again, when=at("2024-12-19 11:00"))
    assert queries.acceptance_result(act.contract, on=date(2024, 12, 19)).state == "passed"


def test_the_result_is_what_was_known_on_the_day(act, scheduled, second):
    both_sign(act, scheduled, second)
    conclude(act, scheduled)
    known = {day: queries.acceptance_result(act.contract, on=date(2024, 12, day)) for day in (1, 5, 6)}
    assert [result.state for result in known.values()] == ["none", "scheduled", "passed"]
    assert known[5].unsigned == ("温如玉", "林述")
    assert known[6].concluded_on == DAY


def test_who_sees_a_round(act, scheduled, second):
    outsider = _member(act.expert.organisation, "expert", "白鹭", "third")
    StaffPost.objects.create(
        contract=act.contract,
        membership=outsider,
        name="白鹭",
        post="expert",
        side="purchaser",
        from_day=date(2024, 1, 2),
    )
    for member in (act.contract_manager, act.agency_manager, act.expert, act.auditor):
        assert queries.get_acceptance(member, scheduled.pk, on=DAY) == scheduled
    for member in (act.rivals["agency_manager"], outsider):
        with pytest.raises(Http404):
            queries.get_acceptance(member, scheduled.pk, on=DAY)
    assert [place.acceptance for place in queries.waiting_signatures(second, on=DAY)] == [scheduled]
    assert list(queries.waiting_signatures(outsider, on=DAY)) == []
