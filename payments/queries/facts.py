"""The facts of a check, gathered from all that stands to the left of money; payments.rules.conditions decides."""

from django.db.models import Q, Sum

from contracts.models import StaffPost
from evaluations.queries.acceptance import acceptance_result
from evaluations.queries.consequences import payment_stops, resumed_after
from evaluations.queries.outstanding import missing_of, paper_words, result_papers
from evaluations.rules.scores import evaluation_passed
from evaluations.rules.words import plain_number, told_limits
from payments.rules import conditions, facts
from services.indicators.measure import measure_contract
from tenancy import clock
from tenancy.models import Membership

EVALUATED = {"midterm_passed", "annual_passed", "final_passed"}
ROLES = (
    "contract_manager",
    "section_chief",
    "bureau_leader",
    "bureau_finance",
    "agency_manager",
    "agency_finance",
    "quality_control",
    "station_head",
    "station_staff",
)
# Who does a bureau's work where the purchaser is a rescue station.
AT_STATION = {"contract_manager": "station_staff", "bureau_leader": "station_head"}


def measured(contract, milestones, *, on):
    """The contract's indicator table if one of the milestones asks for it, else None."""
    return (
        measure_contract(contract, on=on)
        if any("indicators_complete" in milestone.term.triggers for milestone in milestones)
        else None
    )


def check_milestone(milestone, *, on, table=None):
    """The explained check of a milestone as of a day; `table` is a measurement of the contract on that day, if there is one."""
    contract, term = milestone.contract, milestone.term
    table = table or measured(contract, [milestone], on=on)
    invoice = milestone.invoices.filter(voided_at=None, issued_on__lte=on).first()
    known = facts.Facts(
        contract=str(contract.pk),
        milestone=str(milestone.pk),
        clause=term.clause,
        amount=milestone.amount,
        contract_amount=contract.amount,
        paid_before=contract.payments.filter(paid_on__lte=on)
        .exclude(milestone=milestone)
        .aggregate(total=Sum("amount"))["total"]
        or conditions.ZERO,
        triggers=tuple(term.triggers),
        invoice_order=term.invoice,
        buyer=contract.purchaser.name,
        seller=contract.provider.name if contract.provider else "",
        signed=f"{contract.signed_on:%Y-%m-%d}" if contract.signed_on and contract.signed_on <= on else "",
        price_clause=_price_clause(contract),
        is_active=contract.state in ("active", "closed"),
        indicators=tuple(_indicators(table)) if "indicators_complete" in term.triggers else (),
        papers=tuple(_paper(row) for row in result_papers(contract, on=on))
        if "documents_delivered" in term.triggers
        else (),
        evaluations=dict(_evaluations(contract, on)) if EVALUATED & set(term.triggers) else {},
        on=on,
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        acceptance=_acceptance(contract, on) if "acceptance_passed" in term.triggers else facts.AcceptanceFact("none"),
        invoice=facts.InvoiceFact(invoice.number, invoice.amount, invoice.seller, invoice.buyer) if invoice else None,
        readings=tuple(_readings(contract))
        if {"indicators_complete", "documents_delivered"} & set(term.triggers)
        else (),
        stops=tuple(_stop(row) for row in payment_stops(contract, on=on)),
        unpaid_before=tuple(_unpaid_before(milestone, on)),
        people=_people(contract, on),
    )
    return conditions.linked(conditions.check(known), contract.pk)


def _indicators(table):
    """The hard indicators of a measured table; their papers by name."""
    words = paper_words()
    return [_indicator(row, words) for row in table.hard]


def _indicator(row, words):
    unit = "%" if row.is_percent else row.unit
    floors = {area.required for area in row.areas if area.required is not None}
    title = row.indicator.title + (f"，每街镇 ≥ {plain_number(min(floors))} {unit}" if len(floors) == 1 else "")
    waits = bool(row.shortfall) and row.pending >= row.shortfall
    return facts.IndicatorFact(
        code=row.code,
        title=title,
        clause=row.indicator.clause,
        required=f"{row.target_text} {'' if row.is_percent else unit}".strip(),
        actual="—" if row.value is None else f"{plain_number(row.value)}{'%' if row.is_percent else ''}",
        status=row.status,
        is_met=row.is_met,
        missing=missing_of(row, words),
        note="" if row.is_met else _note(row),
        evidence=facts.Link(
            f"{row.not_counting} 条不计入" if row.not_counting and not row.is_met else "看明细",
            "services:indicator",
            str(row.indicator.pk),
        ),
        waits_for_check=waits,
    )


def _note(row):
    """What is on its way and where pace leads; shown beside the condition, never frozen with it."""
    told = [f"{row.pending} 条待审核"] if row.pending else []
    if row.status in ("behind", "watch") and row.forecast is not None:
        told.append(f"按现在进度期末到 {plain_number(row.forecast)}")
    return "，".join(told)


def _paper(row):
    return facts.PaperFact(row.kind, row.title, row.clause, row.required, row.accepted, row.delivered, row.returned)


def _acceptance(contract, on):
    stand = acceptance_result(contract, on=on)
    told = {
        "requested": f"第 {stand.round} 轮",
        "scheduled": f"{stand.held_on:%Y-%m-%d} 评审" if stand.held_on else "",
        "passed": f"{stand.concluded_on:%Y-%m-%d} 通过" if stand.concluded_on else "",
        "failed": f"第 {stand.round} 轮未通过，修改期限 {stand.rework_until:%Y-%m-%d}" if stand.rework_until else "",
    }.get(stand.state, "")
    clause = contract.terms.get("acceptance", {}).get("clause", "")
    return facts.AcceptanceFact(stand.state, told, stand.unsigned, str(stand.pk or ""), clause)


def _price_clause(contract):
    """Where the contract says its price, or at least its budget; "" when the file tells neither."""
    said = next((row for row in contract.terms.get("other_terms", []) if row["title"] == "合同价款"), None)
    return (said or contract.terms.get("budget", {})).get("clause", "")


def _stop(row):
    since = f"{row.since:%Y-%m-%d}" if row.since else ""
    return facts.StopFact(
        row.kind, row.title, row.clause, row.clause_text, since, row.waits_for, str(row.pk) if row.pk else ""
    )


def _evaluations(contract, on):
    """(stage, fact) of the evaluations that the contract file tells, with the last conclusion of each up to the day."""
    last = {
        row.kind: row
        for row in contract.scores.filter(state="final", concluded_on__lte=on).order_by("concluded_on", "id")
    }
    for said in contract.terms.get("evaluations", []):
        row, limits = last.get(said["stage"]), tuple(said.get("pass", {}).items())
        required = told_limits(limits) if limits else "合格"
        if row is None:
            yield said["stage"], facts.EvaluationFact(said["title"], said.get("clause", ""), required)
            continue
        is_passed = evaluation_passed(said["scheme"], limits, row.score, row.facts.get("result"))
        told = f"{plain_number(row.score)} 分" if said["scheme"] == "score" else "合格" if is_passed else "不合格"
        if not is_passed and row.facts.get("round"):
            mended_on = resumed_after(contract, row.facts["round"], on=on)
            is_passed = mended_on is not None
            told += f"，整改合格，{mended_on:%Y-%m-%d} 恢复付款" if mended_on else ""
        yield (
            said["stage"],
            facts.EvaluationFact(
                said["title"],
                said.get("clause", ""),
                required,
                is_passed,
                f"{row.concluded_on:%Y-%m-%d} {told}",
                row.facts.get("round", ""),
            ),
        )


def _readings(contract):
    """The clauses that bear on payment and leave a choice, with what was decided and by whom."""
    for row in contract.openreadings.select_related("decided_by__account"):
        if "payment_terms" in row.about and row.choices:
            decided = (
                f"{row.choices.get(row.decision, row.decision)}（{row.decided_by} {clock.day_of(row.decided_at):%Y-%m-%d}）"
                if row.decision
                else ""
            )
            yield facts.ReadingFact(row.code, row.title, row.problem, "", tuple(row.choices.values()), decided)


def _unpaid_before(milestone, on):
    earlier = milestone.contract.milestones.filter(no__lt=milestone.no)
    return earlier.filter(Q(payment__isnull=True) | Q(payment__paid_on__gt=on)).values_list("title", flat=True)


def holders_of(contracts, *, on):
    """{contract id: {role: names}} of those who act in the contracts: their posts first, else all in that role of the two parties."""
    posts = StaffPost.objects.filter(contract__in=contracts, membership__isnull=False, from_day__lte=on).filter(
        Q(to_day__isnull=True) | Q(to_day__gte=on)
    )
    posted = set(posts.values_list("contract_id", "membership_id"))
    parties = {pk for contract in contracts for pk in (contract.purchaser_id, contract.provider_id)}
    members = list(
        Membership.objects.filter(is_active=True, role__in=ROLES, organisation__in=parties).select_related("account")
    )
    found = {}
    for contract in contracts:
        names = found.setdefault(contract.pk, {})
        for role in ROLES:
            holding = [
                member
                for member in members
                if member.role == role and member.organisation_id in (contract.purchaser_id, contract.provider_id)
            ]
            chosen = [member for member in holding if (contract.pk, member.pk) in posted] or holding
            if chosen:
                names[role] = "、".join(dict.fromkeys(member.account.name for member in chosen))
        names |= {role: names[own] for role, own in AT_STATION.items() if role not in names and own in names}
    return found


def _people(contract, on):
    found = holders_of([contract], on=on)[contract.pk]
    if "section_chief" not in found and "bureau_leader" in found:
        found["section_chief"] = found["bureau_leader"]
    known = {
        "contract_manager": "handler",
        "agency_manager": "agency_manager",
        "agency_finance": "agency_finance",
        "quality_control": "quality_control",
        "bureau_finance": "bureau_finance",
        "section_chief": "decider",
    }
    return facts.People(**{name: found[role] for role, name in known.items() if role in found})
