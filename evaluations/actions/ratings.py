"""Every write on the agency's rating of the purchaser: kept as a draft, submitted once, corrected for seven days."""

from django.db import transaction

from contracts.models import Contract
from evaluations.models import PurchaserRating, PurchaserRatingMove
from evaluations.queries import ratings as queries
from evaluations.rules import ratings as rules
from tenancy import audit, clock
from tenancy.problems import Conflict, Refused


@transaction.atomic
def save_rating(contract, period, *, answers, comment, by, at):
    """Keep a draft of the rating of a period (its code); nobody of the other side sees it."""
    rating = _opened(contract, period, by, at)
    _move(rating, "save", answers, comment, by=by, at=at)
    audit.record("rating.saved", by=by, at=at, target=rating, period=period)
    return rating


@transaction.atomic
def submit_rating(contract, period, *, answers, comment, by, at):
    """Submit the rating of a period: the purchaser sees it from now on. Refused while a question is open."""
    problems = rules.submit_problems(answers)
    if problems:
        raise Refused("没有提交", problems)
    rating = _opened(contract, period, by, at)
    _move(rating, "submit", answers, comment, by=by, at=at, submitted_at=at)
    audit.record("rating.submitted", by=by, at=at, target=rating, period=period, **answers)
    return rating


@transaction.atomic
def correct_rating(contract, period, *, answers, comment, by, at):
    """Change a submitted rating within seven days; what it said before stays in its history."""
    problems = rules.submit_problems(answers)
    if problems:
        raise Refused("没有更正", problems)
    rating = _opened(contract, period, by, at)
    problem = rules.edit_problem(rating.submitted_at, at)
    if problem:
        raise Refused(problem)
    _move(rating, "correct", answers, comment, by=by, at=at)
    audit.record("rating.corrected", by=by, at=at, target=rating, period=period, **answers)
    return rating


def _opened(contract, code, by, at):
    """The rating of the period, made as a draft when there is none; the contract's lock lets two people wait for each other."""
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    if not queries.may_rate(by, contract):
        raise Refused("评价由乙方项目主管填写")
    period = next((row for row in rules.periods(contract.starts_on, contract.ends_on) if row.code == code), None)
    if period is None or not rules.is_open(period, on=clock.day_of(at), is_over=contract.state in queries.OVER):
        raise Refused("这一期还没有结束，结束后再评价")
    rating, _made = PurchaserRating.objects.get_or_create(
        contract=contract,
        period=code,
        defaults={"from_day": period.from_day, "to_day": period.to_day, "made_by": by, "changed_at": at},
    )
    return rating


def _move(rating, verb, answers, comment, *, by, at, **changes):
    """The one door: compare, set, and leave a history row with what the rating said before."""
    sources, goal = rules.MOVES[verb]
    old, before = rating.state, {name: getattr(rating, name) for name in (*rules.QUESTIONS, "comment")}
    changes = {**answers, "comment": comment.strip(), "changed_at": at, "state": goal, **changes}
    if old not in sources or not PurchaserRating.objects.filter(pk=rating.pk, state=old).update(**changes):
        raise Conflict("这一期已提交" if old == rules.SUBMITTED else "这一期还没有提交")
    for name, value in changes.items():
        setattr(rating, name, value)
    PurchaserRatingMove.objects.create(
        rating=rating, verb=verb, from_state=old, to_state=goal, by=by, at=at, before=before
    )
