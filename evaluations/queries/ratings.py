"""Reads of the agency's ratings of the purchaser, who may see them, and the facts that the system knows beside them."""

from dataclasses import dataclass

from django.db.models import Count, Sum
from django.http import Http404

from contracts.queries import visible_contracts
from evaluations.models import AcceptanceAppeal, AcceptanceMove, PurchaserRating, RectificationMove, RoundMove
from evaluations.rules import ratings as rules
from services.models import Deliverable, ReportMove
from tenancy import clock, workdays
from tenancy.permissions import ROLES, Permission, allows

OVER = ("closed", "terminated")


def rated_contracts(member, *, on):
    """The contracts of which the member may see the ratings: both sides and auditors, nobody of another agency, no evaluator."""
    side = ROLES[member.role].side
    rows = visible_contracts(member, on=on).exclude(state="draft")
    if side == "provider":
        return rows.filter(provider_id=member.organisation_id)
    return rows.none() if side == "evaluator" or not allows(member, Permission.EVALUATION_VIEW) else rows


def get_contract(member, pk, *, on):
    """A contract whose ratings the member may see, or 404."""
    contract = rated_contracts(member, on=on).select_related("provider", "purchaser").filter(pk=pk).first()
    if contract is None:
        raise Http404
    return contract


def visible_ratings(member, *, on):
    """The ratings that the member may see: what is submitted; a draft is seen by whoever rates for the agency."""
    rows = PurchaserRating.objects.filter(contract__in=rated_contracts(member, on=on))
    return rows if allows(member, Permission.PURCHASER_RATE) else rows.filter(state=rules.SUBMITTED)


def may_rate(member, contract):
    """Whether the member rates the purchaser of the contract."""
    return allows(member, Permission.PURCHASER_RATE) and member.organisation_id == contract.provider_id


@dataclass(frozen=True)
class Line:
    """One period of a contract: its rating if the member may see one, whether it can be rated or changed now."""

    period: rules.Period
    rating: PurchaserRating | None
    is_open: bool
    may_rate: bool
    prompts: list


def lines(member, contract, *, at):
    """The contract's periods that have begun, the newest first, with ratings and facts. Eight statements."""
    on = clock.day_of(at)
    rows = visible_ratings(member, on=on).filter(contract=contract).select_related("made_by__account")
    ratings = {rating.period: rating for rating in rows}
    asked, calendar = asked_of(contract), workdays.calendar()
    found = []
    for period in reversed(rules.periods(contract.starts_on, contract.ends_on)):
        if period.from_day > on and period.code not in ratings:
            continue
        rating = ratings.get(period.code)
        is_open = rules.is_open(period, on=on, is_over=contract.state in OVER)
        can = is_open and not rules.edit_problem(rating.submitted_at if rating else None, at)
        found.append(
            Line(
                period, rating, is_open, can and may_rate(member, contract), prompts_in(asked, period, calendar, on=on)
            )
        )
    return found


def get_line(member, contract, code, *, at):
    """A period of the contract that the member may rate now, or 404."""
    line = next((row for row in lines(member, contract, at=at) if row.period.code == code), None)
    if line is None or not line.is_open or not may_rate(member, contract):
        raise Http404
    return line


def asked_of(contract):
    """What the agency asked or handed in under the contract, with the purchaser's answers. Five statements."""
    reports = ReportMove.objects.filter(report__contract=contract).order_by("at", "pk")
    found = _pairs("月报审阅", reports.values_list("report", "to_state", "at"), "submitted")
    acceptances = AcceptanceMove.objects.filter(acceptance__contract=contract).order_by("at", "pk")
    found += _pairs("验收申请", acceptances.values_list("acceptance", "to_state", "at"), "requested")
    rounds = RoundMove.objects.filter(round__contract=contract).order_by("at", "pk")
    found += _pairs("评估陈述", rounds.values_list("round", "to_state", "at"), "stated")
    orders = RectificationMove.objects.filter(rectification__contract=contract).order_by("at", "pk")
    found += _pairs("整改核验", orders.values_list("rectification", "to_state", "at"), "replied")
    papers = Deliverable.objects.filter(contract=contract).order_by("delivered_on", "pk")
    found += [
        rules.Asked("成果接收", delivered, _day(decided))
        for delivered, decided in papers.values_list("delivered_on", "decided_at")
    ]
    appeals = AcceptanceAppeal.objects.filter(acceptance__contract=contract).order_by("made_at")
    found += [
        rules.Asked("申述答复", _day(made), _day(replied))
        for made, replied in appeals.values_list("made_at", "replied_at")
    ]
    return found


def _pairs(kind, moves, waits):
    """An Asked for each move into the state `waits`, answered by the next move of the same row."""
    found, open_ = [], {}
    for row, state, moment in moves:
        if row in open_:
            found.append(rules.Asked(kind, open_.pop(row), _day(moment)))
        if state == waits:
            open_[row] = _day(moment)
    return found + [rules.Asked(kind, day, None) for day in open_.values()]


def _day(moment):
    return clock.day_of(moment) if moment else None


def prompts_in(asked, period, calendar, *, on):
    """How promptly what was asked in the period was answered, seen from the day."""
    return rules.promptness(
        [row for row in asked if period.from_day <= row.asked_on <= min(period.to_day, on)], calendar, on=on
    )


def averages(ratings):
    """An Average for each question over submitted ratings; one statement."""
    rows = ratings.filter(state=rules.SUBMITTED).order_by()
    sums = rows.aggregate(number=Count("pk"), **{name: Sum(name) for name in rules.QUESTIONS})
    return [rules.Average(label, sums[name] or 0, sums["number"]) for name, label in rules.QUESTIONS.items()]


def due(member, *, on):
    """[(contract, period)] that the member's agency can rate and has not: for its inbox; two statements."""
    contracts = [row for row in rated_contracts(member, on=on) if row.starts_on and row.ends_on]
    done = set(
        PurchaserRating.objects.filter(contract__in=contracts, state=rules.SUBMITTED).values_list("contract", "period")
    )
    return [
        (contract, period)
        for contract in contracts
        for period in rules.periods(contract.starts_on, contract.ends_on)
        if rules.is_open(period, on=on, is_over=contract.state in OVER) and (contract.pk, period.code) not in done
    ]


def section(member, contract, on):
    """The ratings of the contract for its page of evaluations, or None for whoever may not see them."""
    if not rated_contracts(member, on=on).filter(pk=contract.pk).exists():
        return None
    rows = visible_ratings(member, on=on).filter(contract=contract)
    return {"ratings": list(rows), "averages": averages(rows)}
