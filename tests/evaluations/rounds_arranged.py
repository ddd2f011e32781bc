"""Rounds of evaluation as tests want them: a contract with a mid-term in three bands, its scheme, people who score."""

from datetime import date, timedelta
from decimal import Decimal

from contracts.models import Contract
from evaluations.actions import rounds as actions
from evaluations.models import ItemScore, Scheme, SchemeVersion, Scorer
from evaluations.rules import rounds as rules
from tests.cast import _member, at

CUTOFF, UNTIL = date(2024, 11, 15), date(2024, 12, 6)
LINES = "中期评估80分以下的，责令限期整改并延长一个月服务期，70分以下的取消继续服务资格，终止合同。"
MIDTERM = {
    "code": "E2", "title": "行业评估（中期）", "stage": "midterm", "scheme": "score", "organiser": "purchaser", "full_marks": 100,
    "consequences": [
        {"title": "80 分及以上", "score": {"ge": 80}, "effects": ["continue"]},
        {"title": "80 分以下", "score": {"ge": 70, "lt": 80}, "effects": ["rectify", "extend"], "months": 1, "clause_text": "80分以下的，责令限期整改并延长一个月服务期"},
        {"title": "70 分以下", "score": {"lt": 70}, "effects": ["terminate"], "clause_text": "70分以下的取消继续服务资格，终止合同"},
    ],
    "clause": "二（一）4", "clause_text": LINES,
}  # fmt: skip
VOTED = {
    "code": "E1", "title": "中期考核", "stage": "midterm", "scheme": "pass_fail", "organiser": "purchaser", "after_months": 3,
    "consequences": [
        {"title": "中期考核合格", "result": "passed", "effects": ["pay"]},
        {"title": "中期考核不合格", "result": "failed", "effects": ["hold_payment", "rectify"], "clause_text": "若中期考核不合格，有权停止拨付经费，并要求限期整改"},
    ],
    "clause": "四（三）", "clause_text": "若中期考核不合格，有权停止拨付经费，并要求承接机构限期整改。", "rechecked_by": "purchaser",
}  # fmt: skip


def party(code="panel", title="评估小组", side="evaluator", weight="1", **known):
    return {"code": code, "title": title, "side": side, "weight": weight, "aggregate": "mean", "least": 1} | known


def scheme(*parties, scoring="score"):
    """A scheme of two items, 60 and 40 points, or of two that are passed or failed."""
    kind = "points" if scoring == "score" else "pass_fail"
    items = [("1.1", "专业督导", "专业服务", 60), ("2.1", "服务满意度", "服务成效", 40)]
    made = {
        "code": "two-items", "title": "两项评分", "scoring": scoring,
        "parties": list(parties) or [party()],
        "dimensions": [
            {"title": group, "items": [{"code": code, "title": title, "kind": kind}]} for code, title, group, _ in items
        ],
    }  # fmt: skip
    if scoring == "score":
        made |= {"full_marks": 100, "decimals": 2}
        for dimension, (*_, marks) in zip(made["dimensions"], items, strict=True):
            dimension["marks"] = dimension["items"][0]["marks"] = marks
    return made


def agree(cast, said=MIDTERM, definition=None, *, contract=None):
    """The contract asks for the evaluation, and a scheme of it is adopted. Returns the adopted version."""
    contract = contract or cast.contract
    Contract.objects.filter(pk=contract.pk).update(terms=contract.terms | {"evaluations": [said]})
    contract.refresh_from_db()
    by = {"contract": contract, "evaluation": said["code"], "created_by": cast.contract_manager, "created_at": at()}
    made = Scheme.objects.create(code="two-items", title="两项评分", **by)
    return SchemeVersion.objects.create(
        scheme=made, no=1, definition=definition or scheme(), state="adopted", digest="d" * 64, made_at=at(), adopted_at=at()
    )  # fmt: skip


def prepared(cast, *, on="2024-11-18 09:00", **changes):
    days = {"cutoff_on": CUTOFF, "scores_until": UNTIL} | changes
    code = cast.contract.terms["evaluations"][0]["code"]
    return actions.prepare(cast.contract, evaluation=code, by=cast.contract_manager, at=at(on), **days)


def assigned(cast, round, people=None, party="panel", **changes):
    known = {"from_day": CUTOFF, "to_day": UNTIL, "by": cast.contract_manager, "at": at("2024-11-18 10:00")} | changes
    return actions.assign(round, party=party, people=people or [cast.evaluator], **known)


def opened(cast, people=None, **changes):
    """A round that is being scored."""
    round = assigned(cast, prepared(cast, **changes), people)
    return actions.open_round(round, by=cast.contract_manager, at=at("2024-11-18 11:00"))


def evaluators(cast, count):
    """So many more evaluators of the evaluators' organisation."""
    names = ("柏舟", "南乔", "白鹭", "苏木", "云起")[:count]
    return [_member(cast.evaluator.organisation, "evaluator", name, f"more{no}") for no, name in enumerate(names)]


def signed(round, *points, on="2024-11-25 09:00", party=None):
    """All sheets signed with the same points ("60", "40") or votes, and the round moved on as a signature does."""
    rows = Scorer.objects.filter(round=round, state__in=rules.TAKING_PART)
    for scorer in rows.filter(party=party) if party else rows:
        if scorer.state == rules.SIGNED:
            continue
        for code, value in zip(("1.1", "2.1"), points, strict=True):
            ItemScore.objects.create(
                scorer=scorer, item=code, entry={"points": value}, points=Decimal(value), note=f"{code} 的依据", changed_at=at(on)
            )  # fmt: skip
        changes = {"declared_at": at(on), "signed_at": at(on), "digest": "s" * 64, "total": sum(map(Decimal, points))}
        Scorer.objects.filter(pk=scorer.pk).update(state=rules.SIGNED, **changes)
    return actions.all_signed(round, by=scorer.membership, at=at(on))


def stated(cast, round, words="", on="2024-11-26 09:00"):
    return actions.state(round, statement=words, by=cast.agency_manager, at=at(on))


def to_conclude(cast, *points, **changes):
    """A round that waits for its conclusion, by one scorer with these points."""
    return stated(cast, signed(opened(cast, **changes), *points))


def later(days):
    return UNTIL + timedelta(days=days)
