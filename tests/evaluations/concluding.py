"""Rounds that are concluded at a score or by a result, without the sheets behind them."""

from decimal import Decimal as D

from documents.actions.snapshots import freeze
from evaluations.actions.consequences import decide, propose_for_round
from evaluations.actions.scores import record_score
from evaluations.models import Round, Scheme, SchemeVersion
from tests.cast import at
from tests.populated_evaluations import SCHEME

MIDTERM = {
    "code": "E1",
    "title": "中期评估",
    "stage": "midterm",
    "scheme": "score",
    "full_marks": 100,
    "clause": "二（一）4",
    "clause_text": "评估结束后由购买服务方得出评估结论。",
    "consequences": [
        {"title": "80 分及以上", "score": {"ge": 80}, "effects": ["continue"]},
        {
            "title": "80 分以下",
            "score": {"ge": 70, "lt": 80},
            "effects": ["rectify", "extend"],
            "months": 1,
            "clause_text": "80分以下的，责令限期整改并延长一个月服务期",
        },
        {"title": "70 分以下", "score": {"lt": 70}, "effects": ["terminate"], "clause_text": "70分以下的，终止合同"},
    ],
}
SPOT_CHECK = {
    "code": "E0",
    "title": "平时考核",
    "stage": "spot_check",
    "scheme": "none",
    "consequences": [
        {
            "title": "3 次以上提醒整改不到位",
            "reminders": {"ge": 3},
            "effects": ["terminate"],
            "clause_text": "3 次以上提醒整改不到位的，有权终止项目实施。",
        }
    ],
}


def agreed(contract, *said):
    """Let the contract's file say these evaluations."""
    contract.terms = contract.terms | {"evaluations": list(said)}
    contract.save(update_fields=["terms"])


def concluded(contract, code, *, by, moment, total=None, result="", asked=None):
    """A concluded round of an agreed evaluation with its score recorded and its consequences proposed."""
    said = next(row for row in contract.terms["evaluations"] if row["code"] == code)
    version = SchemeVersion.objects.filter(scheme__contract=contract, scheme__evaluation=code).first() or _version(
        contract, code
    )
    no = contract.rounds.filter(evaluation=code).count() + 1
    round = Round.objects.create(
        contract=contract, evaluation=code, stage=said["stage"], title=said["title"], no=no, version=version, state="concluded",
        cutoff_on=at(moment).date(), scores_until=at(moment).date(), facts=freeze("evaluation_facts", {"items": {}}, by=by, at=at(moment)),
        total=None if total is None else D(total), worked={} if asked is None else {"asked": asked}, result=result, opinion="档案不全",
        concluded_on=at(moment).date(), concluded_by=by, prepared_by=by, prepared_at=at(moment),
    )  # fmt: skip
    record_score(
        contract, kind=said["stage"], score=round.total if total is not None else D(0), concluded_on=round.concluded_on,
        facts={"result": result, "round": str(round.pk)}, by=by, at=at(moment),
    )  # fmt: skip
    propose_for_round(round, by=by, at=at(moment))
    return round


def _version(contract, code):
    scheme = Scheme.objects.create(contract=contract, evaluation=code, code=code, title=code, created_at=at())
    return SchemeVersion.objects.create(
        scheme=scheme, no=1, definition=SCHEME, state="adopted", digest="d" * 64, made_at=at(), adopted_at=at()
    )


def effects(contract, state="proposed"):
    """The effects of the contract's consequences in a state, in alphabetical order."""
    return sorted(contract.consequences.filter(state=state).values_list("effect", flat=True))


def decided(contract, effect, *, by, moment, adopts=True, **form):
    """Decide the proposal of an effect."""
    row = contract.consequences.get(effect=effect, state="proposed")
    return decide(row, adopts=adopts, reason="局长办公会决定", by=by, at=at(moment), **form)
