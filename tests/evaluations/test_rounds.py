"""Rounds of evaluation through their actions: who moves what, in which state; the facts stay; a line asks for a decision."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.http import Http404

from evaluations.actions import rounds as actions
from evaluations.models import Round, Score, Scorer
from evaluations.queries import facts
from evaluations.queries import rounds as queries
from evaluations.rules import rounds as rules
from evaluations.rules import scoring
from services.indicators.measure import measure_contract
from tenancy import scope
from tenancy.problems import Conflict, Refused
from tests.cast import _member, at
from tests.evaluations import rounds_arranged as arranged
from tests.evaluations.rounds_arranged import CUTOFF, MIDTERM, UNTIL, VOTED, party, scheme

SELF_FIRST = MIDTERM | {"self_evaluation": True}


@pytest.fixture
def midterm(act):
    """The cast's bureau, whose contract asks for a mid-term evaluation by a scheme of two items."""
    arranged.agree(act)
    return act


def refusal(call):
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.problems or [str(caught.value)]


def test_a_round_goes_from_preparation_to_conclusion(midterm):
    round = arranged.to_conclude(midterm, "55", "30")
    assert (round.state, round.statement_until) == ("stated", date(2024, 12, 2))
    round = actions.conclude(round, by=midterm.contract_manager, at=at("2024-11-27 09:00"), opinion="继续履行")
    assert (round.total, round.result, round.concluded_on) == (D("85.00"), "passed", date(2024, 11, 27))
    assert list(round.moves.values_list("verb", "from_state", "to_state")) == [
        ("prepare", "", "prepared"),
        ("assign", "prepared", "prepared"),
        ("score", "prepared", "scoring"),
        ("finish", "scoring", "statement"),
        ("waive", "statement", "stated"),
        ("conclude", "stated", "concluded"),
    ]
    score = Score.objects.get()
    assert (score.kind, score.score, score.facts) == ("midterm", D(85), {"result": "passed", "round": str(round.pk)})


@pytest.mark.parametrize(
    ("score", "limits", "cases"),
    [
        ("80", None, [("80 分及以上", "passed"), ("80 分以下", "failed")]),
        ("79.5", None, [("80 分以下", "failed")]),
        ("70", None, [("80 分以下", "failed"), ("70 分以下", "failed")]),
        ("69", None, [("70 分以下", "failed")]),
        ("80", {"gt": 80}, [("80 分及以上", "failed"), ("80 分以下", "failed"), ("80 分及以上", "passed")]),
        ("85", {"ge": 85}, [("80 分及以上", "passed"), ("80 分及以上", "failed")]),
    ],
)
def test_a_score_means_what_the_contract_says_and_a_line_leaves_a_choice(score, limits, cases):
    said = MIDTERM | ({"pass": limits} if limits else {})
    lines = scoring.lines_hit(D(score), said["consequences"], said.get("pass", {}))
    found = rules.cases(said, D(score), is_on_line=bool(lines), vetoes=(), followed=scoring.followed)
    assert [(case.told, case.result) for case in found] == cases


def test_a_veto_fails_whatever_the_score():
    found = rules.cases(MIDTERM, D(95), is_on_line=False, vetoes=("资金使用",), followed=scoring.followed)
    assert [case.result for case in found] == ["failed"]


def test_a_score_on_a_line_is_never_concluded_without_a_decision(midterm):
    round = arranged.to_conclude(midterm, "40", "30")
    known = {"by": midterm.contract_manager, "at": at("2024-11-27 09:00")}
    assert refusal(lambda: actions.conclude(round, **known)) == [
        "得分恰在合同的分数线上，须选定按哪种情形处理",
        "得分恰在合同的分数线上，须写明决定的理由",
    ]
    assert refusal(lambda: actions.conclude(round, side="below", **known)) == [
        "得分恰在合同的分数线上，须写明决定的理由"
    ]
    done = actions.conclude(round, side="below", decision="“以下”含本数", **known)
    assert (done.total, done.result, done.decision) == (D(70), "failed", "按“70 分以下”处理：“以下”含本数")
    assert (done.worked["lines"], done.worked["asked"]) == (["70"], "69.99")
    assert [row["title"] for row in queries.concluded_case(done).rows] == ["70 分以下"]


def test_the_agency_evaluates_itself_first(act):
    arranged.agree(act, SELF_FIRST)
    assert refusal(lambda: arranged.prepared(act)) == ["先自评的，须定自评截止"]
    round = arranged.prepared(act, self_until=date(2024, 11, 22))
    own = Scorer.objects.get(round=round)
    assert (own.party, own.membership, own.to_day) == ("self", act.agency_manager, date(2024, 11, 22))
    arranged.assigned(act, round)
    round = actions.open_round(round, by=act.contract_manager, at=at("2024-11-18 11:00"))
    assert round.state == "self_evaluation"
    early = lambda: actions.begin_scoring(round, by=act.contract_manager, at=at("2024-11-22 23:00"))  # noqa: E731
    assert refusal(early) == ["乙方可以自评到 2024-11-22，过后才能继续"]
    assert arranged.signed(round, "58", "39", party="self").state == "scoring"


def test_the_organiser_goes_on_when_the_agency_lets_its_time_pass(act):
    arranged.agree(act, SELF_FIRST)
    round = arranged.assigned(act, arranged.prepared(act, self_until=date(2024, 11, 22)))
    round = actions.open_round(round, by=act.contract_manager, at=at("2024-11-18 11:00"))
    round = actions.begin_scoring(round, by=act.contract_manager, at=at("2024-11-23 09:00"))
    round = arranged.signed(round, "55", "30", party="panel")
    late = lambda day: actions.pass_over(round, by=act.contract_manager, at=at(f"{day} 09:00"))  # noqa: E731
    assert refusal(lambda: late("2024-12-02")) == ["乙方可以陈述到 2024-12-02，过后才能继续"]
    assert late("2024-12-03").state == "stated"


def test_only_the_handler_organises(midterm):
    round = arranged.prepared(midterm)
    told = ["评估由本合同的经办人组织"]
    for role in ("section_chief", "agency_manager", "evaluator", "auditor"):
        assert [refusal(call) for call in organising(midterm, round, midterm.members[role])] == [told] * 4


def organising(midterm, round, member):
    return [
        lambda: actions.prepare(
            midterm.contract, evaluation="E2", cutoff_on=CUTOFF, scores_until=UNTIL, by=member, at=at()
        ),
        lambda: actions.open_round(round, by=member, at=at()),
        lambda: actions.conclude(round, by=member, at=at()),
        lambda: actions.cancel(round, reason="停", by=member, at=at()),
    ]


def test_only_the_agencys_manager_states(midterm):
    round = arranged.signed(arranged.opened(midterm), "55", "30")
    said = lambda role: actions.state(round, statement="有异议", by=midterm.members[role], at=at())  # noqa: E731
    for role in ("contract_manager", "social_worker", "evaluator"):
        assert refusal(lambda role=role: said(role)) == ["陈述意见由乙方项目主管提交"]


def test_every_act_is_refused_in_a_state_that_it_does_not_fit(midterm):
    round, by = arranged.prepared(midterm), {"by": midterm.contract_manager, "at": at("2024-12-20 09:00")}
    for call in (
        lambda: actions.begin_scoring(round, **by),
        lambda: actions.pass_over(round, **by),
        lambda: actions.conclude(round, **by),
        lambda: actions.state(round, statement="", by=midterm.agency_manager, at=at()),
    ):
        with pytest.raises(Conflict):
            call()
    assert actions.all_signed(round, **by).state == "prepared"
    assert actions.cancel(round, reason="人员调整", **by).state == "cancelled"
    for call in (
        lambda: actions.open_round(round, **by),
        lambda: actions.prolong(round, scores_until=UNTIL, **by),
        lambda: actions.cancel(round, reason="再停", **by),
    ):
        with pytest.raises(Conflict):
            call()


def test_a_round_opens_only_with_enough_scorers_and_not_with_the_organiser_alone(act):
    arranged.agree(act, definition=scheme(party(side="purchaser", least=2)))
    round = arranged.assigned(act, arranged.prepared(act), [act.contract_manager])
    begin = lambda: actions.open_round(round, by=act.contract_manager, at=at("2024-11-18 11:00"))  # noqa: E731
    assert refusal(begin) == ["评估小组还差 1 名评分人", "组织评估的人不能是唯一的评分人"]
    arranged.assigned(act, round, [act.section_chief])
    assert begin().state == "scoring"


def test_facts_of_a_day_that_is_not_over_are_not_frozen(midterm):
    round = arranged.assigned(midterm, arranged.prepared(midterm, cutoff_on=date(2024, 11, 20)))
    begin = lambda: actions.open_round(round, by=midterm.contract_manager, at=at("2024-11-18 11:00"))  # noqa: E731
    assert refusal(begin) == ["事实截至 2024-11-20，当天起才能开始"]


def test_a_party_is_scored_for_by_its_own_side(midterm):
    round = arranged.prepared(midterm)
    told = lambda role: refusal(lambda: arranged.assigned(midterm, round, [midterm.members[role]]))  # noqa: E731
    assert [told(role) for role in ("agency_manager", "section_chief", "auditor")] == [
        ["乙方人员不能代表评估小组评分"],
        ["此人不能代表评估小组评分"],
        ["此人不能代表评估小组评分"],
    ]


def test_whoever_has_not_signed_is_released_with_a_reason_and_the_round_goes_on(midterm):
    second = arranged.evaluators(midterm, 1)[0]
    round = arranged.opened(midterm, [midterm.evaluator, second])
    first, other = Scorer.objects.filter(round=round).order_by("assigned_at", "pk")
    known = {"by": midterm.contract_manager, "at": at("2024-11-26 09:00")}
    assert refusal(lambda: actions.release(first, reason=" ", **known)) == ["解除须写明原因"]
    Scorer.objects.filter(pk=other.pk).update(state="declared")
    signing = Scorer.objects.filter(pk=first.pk)
    signing.update(state="signed", declared_at=at(), signed_at=at(), digest="s" * 64)
    assert actions.release(other, reason="出差", **known).state == "statement"
    first.refresh_from_db()
    assert refusal(lambda: actions.release(first, reason="换人", **known)) == ["评分已结束，不能再调整"]


def test_a_scorer_does_not_conclude(act):
    arranged.agree(act, definition=scheme(party(side="purchaser")))
    colleague = _member(act.contract_manager.organisation, "contract_manager", "楚云深", "second")
    round = arranged.opened(act, [colleague])
    round = arranged.stated(act, arranged.signed(round, "55", "30"))
    ended = lambda by: actions.conclude(round, by=by, at=at("2024-11-27 09:00"))  # noqa: E731
    assert refusal(lambda: ended(colleague)) == ["评分人不能出结论"]
    assert ended(act.contract_manager).result == "passed"


def test_votes_are_confirmed_or_departed_from_with_a_reason(act):
    arranged.agree(act, VOTED, scheme(scoring="pass_fail"))
    round = arranged.to_conclude(act, "1", "0")
    known = {"by": act.contract_manager, "at": at("2024-11-27 09:00")}
    assert refusal(lambda: actions.conclude(round, result="passed", **known)) == [
        "结论与评分结果不同，须在意见里写明理由"
    ]
    done = actions.conclude(round, result="passed", opinion="缺的材料已补齐", **known)
    assert (done.total, done.result, done.worked["voted"]) == (None, "passed", "failed")
    assert Score.objects.get().facts["result"] == "passed"


def test_after_a_failed_round_another_follows_and_after_a_passed_one_none(midterm):
    first = arranged.to_conclude(midterm, "50", "29")
    assert refusal(lambda: arranged.prepared(midterm)) == ["这项评估已有一轮在办"]
    actions.conclude(first, by=midterm.contract_manager, at=at("2024-11-27 09:00"))
    again = arranged.prepared(midterm, on="2024-12-02 09:00")
    assert (again.no, str(again)) == (2, "行业评估（中期）（第 2 轮）")
    arranged.assigned(midterm, again)
    again = actions.open_round(again, by=midterm.contract_manager, at=at("2024-12-02 10:00"))
    again = arranged.stated(midterm, arranged.signed(again, "55", "30", on="2024-12-03 09:00"), on="2024-12-03 10:00")
    actions.conclude(again, by=midterm.contract_manager, at=at("2024-12-04 09:00"))
    assert refusal(lambda: arranged.prepared(midterm, on="2024-12-05 09:00")) == ["这项评估已合格，不用再评"]


def test_nothing_is_prepared_without_an_adopted_scheme(midterm):
    assert refusal(
        lambda: actions.prepare(midterm.contract, evaluation="E9", cutoff_on=CUTOFF, scores_until=UNTIL, by=midterm.contract_manager, at=at())
    ) == ["合同没有约定这项评估"]  # fmt: skip
    midterm.contract.terms["evaluations"].append(MIDTERM | {"code": "E3", "stage": "final"})
    midterm.contract.save()
    assert refusal(
        lambda: actions.prepare(midterm.contract, evaluation="E3", cutoff_on=CUTOFF, scores_until=UNTIL, by=midterm.contract_manager, at=at("2024-11-18 09:00"))
    ) == ["这项评估还没有采用的评分方案，先编制并采用"]  # fmt: skip


def test_only_one_of_two_conclusions_counts(midterm):
    round = arranged.to_conclude(midterm, "55", "30")
    seen = Round.objects.get(pk=round.pk)
    actions.conclude(round, by=midterm.contract_manager, at=at("2024-11-27 09:00"))
    with pytest.raises(Conflict):
        actions.conclude(seen, by=midterm.contract_manager, at=at("2024-11-27 09:00"))
    assert Score.objects.count() == 1


# --- who sees ---------------------------------------------------------------------------------------------------------
def test_an_evaluator_sees_a_round_only_by_its_own_place_and_within_its_days(midterm):
    other = arranged.evaluators(midterm, 1)[0]
    round = arranged.opened(midterm)
    own = Scorer.objects.get(round=round)
    seen = lambda member, on: queries.visible_rounds(member, on=on).count()  # noqa: E731
    days = (CUTOFF - timedelta(days=1), CUTOFF, UNTIL, UNTIL + timedelta(days=1))
    assert [seen(midterm.evaluator, on) for on in days] == [0, 1, 1, 0]
    assert [seen(member, CUTOFF) for member in (other, midterm.expert, midterm.subdistrict_officer)] == [0, 0, 0]
    for state in ("recused", "released"):
        Scorer.objects.filter(pk=own.pk).update(state=state, interest="亲属在该机构任职")
        assert seen(midterm.evaluator, CUTOFF) == 0
    with pytest.raises(Http404):
        queries.get_round(midterm.evaluator, round.pk, on=CUTOFF)


def test_parties_of_the_contract_see_its_rounds_and_a_rival_does_not(midterm):
    arranged.prepared(midterm)
    roles = ("contract_manager", "section_chief", "auditor", "agency_manager")
    assert [queries.visible_rounds(midterm.members[role], on=CUTOFF).count() for role in roles] == [1, 1, 1, 1]
    assert queries.visible_rounds(midterm.rivals["agency_manager"], on=CUTOFF).count() == 0


# --- frozen facts -----------------------------------------------------------------------------------------------------
def test_frozen_facts_are_the_measured_figures_and_stay(act):
    from tests.payments.arranged import group_indicator, groups

    arranged.agree(act)
    group_indicator(act.contract)
    groups(act, {"柳林街道": 2, "石桥街道": 1})
    round = arranged.opened(act)
    row = measure_contract(act.contract, on=CUTOFF).by_code["QH-11"]
    kept = round.facts.data["items"]["QH-11"]
    assert {name: kept[name] for name in ("value", "status", "status_told", "numerator", "denominator", "missing")} == {
        "value": str(row.value), "status": row.status, "status_told": "落后", "numerator": "3", "denominator": "1",
        "missing": "差 3 个：石桥街道 1、云岭镇 2",
    }  # fmt: skip
    groups(act, {"云岭镇": 2})
    assert facts.collect(act.contract, on=CUTOFF)["items"]["QH-11"]["value"] == "5"
    round.facts.refresh_from_db()
    assert round.facts.data["items"]["QH-11"] == kept


def test_a_strangers_round_is_not_found(cast, strangers):
    with scope.tenant(cast.tenant.pk):
        arranged.agree(cast)
        round = arranged.prepared(cast)
    with scope.tenant(strangers.tenant.pk), pytest.raises(Http404):
        queries.get_round(strangers.contract_manager, round.pk, on=CUTOFF)
