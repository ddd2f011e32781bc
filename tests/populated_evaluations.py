"""The evaluations of the populated bureau (tests.populated): one of everything that a route of them may be about."""

from datetime import date, timedelta

from documents.actions.snapshots import freeze
from evaluations.models import (
    Agreement,
    AgreementVoice,
    Consequence,
    ConsequenceMove,
    ItemScore,
    Rectification,
    RectificationMove,
    RectificationPaper,
    Reminder,
    Round,
    RoundMove,
    Scheme,
    SchemeVersion,
    ScorePhoto,
    Scorer,
)
from tests.cast import at
from tests.populated_checks import checks
from tests.populated_consequences import consequences
from tests.populated_ratings import ratings
from tests.populated_samples import samples
from tests.populated_surveys import surveys

DAY = date(2024, 11, 15)
SCHEME = {
    "code": "two-items",
    "title": "两项评分",
    "scoring": "score",
    "full_marks": 100,
    "decimals": 2,
    "parties": [
        {"code": "panel", "title": "评估小组", "side": "evaluator", "weight": "1", "aggregate": "mean", "least": 1},
        {"code": "self", "title": "自评", "side": "provider", "weight": "0", "aggregate": "mean", "least": 1},
    ],
    "dimensions": [
        {"title": "专业服务", "marks": 60, "items": [{"code": "1.1", "title": "专业督导", "kind": "points", "marks": 60}]},
        {"title": "服务成效", "marks": 40, "items": [{"code": "2.1", "title": "满意度", "kind": "points", "marks": 40}]},
    ],
    "grades": [],
}  # fmt: skip


def evaluations(cast):
    """A scheme, a round that is being scored, and what could follow from it."""
    by, stamp = {"by": cast.contract_manager, "at": at()}, {"proposed_by": cast.contract_manager, "proposed_at": at()}
    cast.scheme = Scheme.objects.create(
        contract=cast.contract, evaluation="E1", code="two-items", title="两项评分", created_by=cast.contract_manager, created_at=at()
    )  # fmt: skip
    cast.version = SchemeVersion.objects.create(
        scheme=cast.scheme, no=1, definition=SCHEME, state="adopted", digest="d" * 64, made_at=at(), adopted_at=at()
    )
    SchemeVersion.objects.create(scheme=cast.scheme, no=2, definition=SCHEME, made_at=at())
    cast.round = Round.objects.create(
        contract=cast.contract, evaluation="E1", stage="midterm", title="中期评估", version=cast.version, state="scoring", cutoff_on=DAY,
        facts=freeze("round", {"items": {}}, by=cast.contract_manager, at=at()), scores_until=DAY + timedelta(days=30),
        prepared_by=cast.contract_manager, prepared_at=at(),
    )  # fmt: skip
    RoundMove.objects.create(round=cast.round, verb="prepare", to_state="prepared", **by)
    cast.scorer = Scorer.objects.create(
        round=cast.round, party="panel", membership=cast.evaluator, from_day=DAY - timedelta(days=400), to_day=DAY + timedelta(days=4000), state="declared",
        declared_at=at(), assigned_by=cast.contract_manager, assigned_at=at(),
    )  # fmt: skip
    ItemScore.objects.create(scorer=cast.scorer, item="1.1", entry={"points": "50"}, points=50, changed_at=at())
    ScorePhoto.objects.create(scorer=cast.scorer, item="1.1", file=cast.photo, added_at=at())
    agreement = Agreement.objects.create(
        round=cast.round, party="panel", item="1.1", points=50, reason="合议", proposed_by=cast.scorer, proposed_at=at()
    )
    AgreementVoice.objects.create(agreement=agreement, scorer=cast.scorer, at=at())
    cast.order = Rectification.objects.create(
        contract=cast.contract, no=1, round=cast.round, issue="档案不全", demand="补齐", due_on=DAY, ordered_by=cast.contract_manager, ordered_at=at()
    )  # fmt: skip
    RectificationMove.objects.create(rectification=cast.order, verb="order", to_state="ordered", **by)
    RectificationPaper.objects.create(
        rectification=cast.order, file=cast.photo, title="整改材料", added_by=cast.agency_manager, added_at=at()
    )
    Reminder.objects.create(rectification=cast.order, no=1, words="请抓紧整改", **by)
    consequence = Consequence.objects.create(
        contract=cast.contract, round=cast.round, effect="rectify", title="80 分以下", **stamp
    )
    ConsequenceMove.objects.create(consequence=consequence, verb="propose", to_state="proposed", **by)
    cast.contract.terms |= {"acceptance": {"scheme": "pass_fail", "organiser": "purchaser"}}
    cast.contract.save(update_fields=["terms"])
    cast.values["evaluations:start_scheme"] = {"evaluation": "acceptance"}
    cast.values["evaluations:assign_scorers"] = {"party": "panel"}
    checks(cast)
    ratings(cast)
    samples(cast)
    consequences(cast)
    surveys(cast)
