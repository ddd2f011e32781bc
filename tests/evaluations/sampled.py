"""A round to draw a sample for: a scheme, its evaluator, verified records of two kinds."""

from datetime import date, timedelta

from documents.actions.snapshots import freeze
from evaluations.models import Round, RoundMove, Scheme, SchemeVersion, Scorer
from services.models import ActivityKind, Indicator, ServiceRecord
from tests.cast import at
from tests.populated_evaluations import SCHEME

DAY = date(2024, 11, 15)
FACT = {
    "code": "I1", "title": "专业督导", "clause": "二（一）2", "unit": "场次", "required": "≥ 8 场次", "actual": "5 场次", "value": "5", "numerator": "5", "denominator": "1",
    "completion": "62.5", "pace": "125", "status": "on_pace", "status_told": "正常", "told": "已计 5 场次，应达 4", "missing": "差 3 场次", "pending": 0, "not_counting": 1,
}  # fmt: skip
FACTS = {"cutoff": "2024-11-15", "items": {"I1": FACT}, "reports": {"late": 1, "told": "应交 6 份：按时 5、迟交 1"}}


def scheme():
    """The populated scheme, whose first item shows a fact."""
    first, second = SCHEME["dimensions"]
    return SCHEME | {"dimensions": [first | {"items": [first["items"][0] | {"facts": ["I1"]}]}, second]}


def add_record(cast, kind, *, day=date(2024, 6, 3), decided="2024-06-05 09:00", state="verified", **known):
    """A record; verified ones by quality control at `decided`."""
    by = {"decided_by": cast.quality_control, "decided_at": at(decided)} if state == "verified" else {}
    row = {
        "contract": cast.contract,
        "kind": kind,
        "street": cast.streets["柳林街道"],
        "day": day,
        "started_at": at(f"{day:%Y-%m-%d} 10:00"),
    }
    return ServiceRecord.objects.create(
        **row, state=state, created_by=cast.social_worker, created_at=at(), **by, **known
    )


def arranged(cast, records=3):
    """The cast with `round` (in preparation), `scorer` (the evaluator, declared) and so many records of each of two kinds."""
    for code, label in (("training", "培训"), ("visit", "走访")):
        ActivityKind.objects.create(code=code, label=label)
    for number in range(1, records + 1):
        add_record(cast, "training", day=date(2024, 6, number), title=f"第 {number} 期")
        add_record(cast, "visit", day=date(2024, 7, number))
    Indicator.objects.create(
        contract=cast.contract, code="I1", title="专业督导", definition={"of": "record.training"}, sentence=""
    )
    own = Scheme.objects.create(contract=cast.contract, evaluation="E1", code="s", title="两项评分", created_at=at())
    version = SchemeVersion.objects.create(
        scheme=own, no=1, definition=scheme(), state="adopted", digest="d" * 64, made_at=at(), adopted_at=at()
    )
    cast.round = Round.objects.create(
        contract=cast.contract, evaluation="E1", stage="midterm", title="中期评估", version=version, state="prepared", cutoff_on=DAY,
        scores_until=DAY + timedelta(days=30), prepared_by=cast.contract_manager, prepared_at=at(), facts=freeze("round", FACTS, by=cast.contract_manager, at=at()),
    )  # fmt: skip
    RoundMove.objects.create(round=cast.round, verb="prepare", to_state="prepared", by=cast.contract_manager, at=at())
    cast.scorer = Scorer.objects.create(
        round=cast.round, party="panel", membership=cast.evaluator, from_day=DAY, to_day=DAY + timedelta(days=30), state="declared", declared_at=at(),
        assigned_by=cast.contract_manager, assigned_at=at(),
    )  # fmt: skip
    return cast
