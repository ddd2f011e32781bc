"""Papers handed to the purchaser: delivered by the agency, accepted or returned by the bureau."""

from django.db import transaction

from contracts.models import Contract
from services.actions.measuring import measure_again
from services.models import Deliverable
from services.queries import nil_returns
from services.queries.asked import Questions
from services.rules import deliverables as rules
from tenancy import audit
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused


@transaction.atomic
def deliver(
    contract, *, kind, title, by, at, on=None, file=None, area=None, covers="", covers_from=None, papers=(), facts=None
):
    """Hand a paper of a kind to the purchaser; returns the Deliverable. `on` is the day it was handed over (default: today)."""
    if contract.provider_id != by.organisation_id or not allows(by, Permission.REPORT_WRITE):
        raise Refused("只有承接本合同的机构可以提交成果")
    on = on or day_of(at)
    if on > day_of(at):
        raise Refused("提交日期不得晚于今天")
    if not title.strip():
        raise Refused("未填名称")
    row = Deliverable.objects.create(
        contract=contract, kind=kind, title=title.strip()[:120], area=area, street_id=(area.street_id or area.pk) if area else None,
        covers=covers, covers_from=covers_from, delivered_on=on, file=file, papers=sorted(set(papers)), facts=facts or {}, delivered_by=by, created_at=at,
    )  # fmt: skip
    audit.record("deliverable.deliver", by=by, at=at, target=row, kind=kind)
    measure_again(contract.pk)
    return row


@transaction.atomic
def accept_deliverable(deliverable, *, by, at):
    """The purchaser takes the paper: from now on it counts."""
    return _move(deliverable, "accept", by=by, at=at, return_reason="")


@transaction.atomic
def return_deliverable(deliverable, *, reason, by, at):
    """The purchaser sends the paper back with what must be put right; the agency delivers anew."""
    if not reason.strip():
        raise Refused("退回须写明要补什么")
    return _move(deliverable, "return", by=by, at=at, return_reason=reason.strip()[:400])


def _move(deliverable, verb, *, by, at, **values):
    if deliverable.contract.purchaser_id != by.organisation_id or not allows(by, Permission.REPORT_REVIEW):
        raise Refused("只有甲方经办人和科室负责人可以接收或退回成果")
    seen = deliverable.state
    sources, goal = rules.MOVES[verb]
    if seen not in sources:
        raise Refused(rules.refusal(verb, seen))
    if not Deliverable.objects.filter(pk=deliverable.pk, state=seen).update(
        state=goal, decided_by=by, decided_at=at, **values
    ):
        raise Conflict("这份材料刚被别人处理过。刷新后再看一次")
    deliverable.refresh_from_db()
    audit.record(
        f"deliverable.{verb}",
        by=by,
        at=at,
        target=deliverable,
        from_state=seen,
        to_state=goal,
        reason=values["return_reason"],
    )
    measure_again(deliverable.contract_id)
    return deliverable


@transaction.atomic
def file_nil_return(contract, *, kind, month, by, at):
    """Say that no incident of a kind happened in a month (零报告): a paper for the purchaser; returns the Deliverable.

    `month` is its first day. Raises Refused when the month isn't over, lies outside the term, has an incident that was not
    dismissed, or was returned already, and for kinds of which the contract asks no return.
    """
    contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    period = next((period for period in nil_returns.months_of(contract) if period.whole_first == month), None)
    filed = Deliverable.objects.filter(
        contract=contract, kind=nil_returns.KIND, covers=nil_returns.COVERS, covers_from=month, facts__of=kind
    )
    words = dict(Questions(contract).nil_kinds())
    problems = rules.nil_problems(
        kind=kind,
        known_kinds=words,
        in_term=period is not None,
        is_over=period is not None and period.last < day_of(at),
        incidents=nil_returns.incidents_in(contract, kind, month),
        is_filed=filed.exclude(state=rules.RETURNED).exists(),
    )
    if problems:
        raise Refused("没有报送", problems)
    title = f"{month.year}年{month.month}月{words[kind]}零报告"
    return deliver(
        contract, kind=nil_returns.KIND, title=title, covers=nil_returns.COVERS, covers_from=month, facts={"of": kind}, by=by, at=at,
    )  # fmt: skip
