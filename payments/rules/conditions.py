"""The rule of payment: a milestone's terms and the facts in, a list of conditions out. Nothing is paid but through it."""

from dataclasses import replace
from decimal import Decimal

from contracts.rules import term_end
from payments.rules.check import MET, UNKNOWN, UNMET, Check, Condition
from payments.rules.facts import Link

ZERO = Decimal(0)
# Codes of an indicator's status for which no answer exists yet.
UNDECIDED = {"missing_parameter", "unconfirmed"}
INVOICE_ORDERS = ("before", "with")
SIGNED, WORK, RESULTS, ACCEPTANCE, OTHER = "合同签订", "全部工作完成", "正式成果", "验收", "发票与其他"
SERVICE, EVALUATION = "服务期", "考核评估"
STOPS = "暂停、终止"
STAGES = {"midterm": "中期评估合格", "annual": "年度评估合格", "final": "末期评估合格"}


def _signed(facts):
    signed = bool(facts.signed) and facts.is_active
    yield Condition(
        "contract_signed", SIGNED, "合同已签订并在履行", facts.clause, "已签订", f"{facts.signed} 签订" if facts.signed else "未签订",
        MET if signed else UNMET, "" if signed else "合同未签订或不在履行中", "" if signed else facts.people.handler,
    )  # fmt: skip


def _work(facts):
    if not facts.indicators:
        yield Condition(
            "work",
            WORK,
            "合同指标",
            facts.clause,
            "已登记",
            "未登记",
            UNKNOWN,
            "合同还没有登记影响付款的指标",
            facts.people.handler,
        )
    for fact in facts.indicators:
        verdict = UNKNOWN if fact.status in UNDECIDED else MET if fact.is_met else UNMET
        mender = (
            facts.people.handler
            if verdict == UNKNOWN
            else facts.people.quality_control
            if fact.waits_for_check
            else facts.people.agency_manager
        )
        yield Condition(
            f"indicator.{fact.code}", WORK, fact.title, fact.clause, fact.required, fact.actual, verdict,
            "" if verdict == MET else fact.missing, "" if verdict == MET else mender, fact.note, fact.evidence,
        )  # fmt: skip


def _papers(facts):
    if not facts.papers:
        yield Condition(
            "paper",
            RESULTS,
            "正式成果",
            facts.clause,
            "已列明",
            "未列明",
            UNKNOWN,
            "合同还没有列明正式成果",
            facts.people.handler,
        )
    for paper in facts.papers:
        lacking = paper.required - paper.accepted
        waiting = min(lacking, paper.delivered) if lacking > 0 else 0
        missing = f"差 {lacking} 份" if lacking > 0 else ""
        note = "；".join(
            part
            for part in (
                f"{waiting} 份已提交，待甲方接收" if waiting else "",
                f"{paper.returned} 份被退回" if lacking > 0 and paper.returned else "",
            )
            if part
        )
        mender = "" if lacking <= 0 else facts.people.handler if waiting == lacking else facts.people.agency_manager
        yield Condition(
            f"paper.{paper.kind}", RESULTS, paper.title, paper.clause, f"{paper.required} 份", f"{paper.accepted}",
            UNMET if lacking > 0 else MET, missing, mender, note, Link("成果清单", "services:deliverables", "contract"),
        )  # fmt: skip


_ACCEPTANCE = {
    "none": ("未申请", "须全部工作完成、成果提交后由乙方申请"),
    "requested": ("已申请", "甲方安排评审日期和专家"),
    "scheduled": ("待评审", "专家签名后登记结论"),
    "failed": ("未通过", "修改后重新申请"),
}


def _acceptance(facts):
    stand = facts.acceptance
    link = Link("验收", "evaluations:acceptance", stand.pk) if stand.pk else Link()
    clause = stand.clause or facts.clause
    if stand.state == "passed":
        yield Condition("acceptance", ACCEPTANCE, "甲方组织验收并通过", clause, "通过", stand.told, MET, evidence=link)
        return
    actual, missing = _ACCEPTANCE[stand.state]
    note = "；".join(
        part for part in (stand.told, f"未签名：{'、'.join(stand.unsigned)}" if stand.unsigned else "") if part
    )
    mender = facts.people.agency_manager if stand.state in ("none", "failed") else facts.people.handler
    yield Condition(
        "acceptance", ACCEPTANCE, "甲方组织验收并通过", clause, "通过", actual, UNMET, missing, mender, note, link
    )


def _evaluated(stage):
    def conditions(facts):
        known = facts.evaluations.get(stage)
        if known is None:
            yield Condition(
                f"evaluation.{stage}", EVALUATION, STAGES[stage], facts.clause, "通过", "未约定", UNKNOWN, "合同没有登记这项评估", facts.people.handler,
            )  # fmt: skip
            return
        verdict = MET if known.is_passed else UNMET
        missing = "" if known.is_passed else "整改后重新评估" if known.is_passed is False else "甲方组织评估并登记结论"
        link = Link("看评估", "evaluations:round", known.round) if known.round else Link()
        mender = (
            "" if known.is_passed else facts.people.agency_manager if known.is_passed is False else facts.people.handler
        )
        yield Condition(
            f"evaluation.{stage}", EVALUATION, known.title, known.clause, known.required, known.told or "未评估", verdict, missing, mender, evidence=link,
        )  # fmt: skip

    return conditions


def _served(months):
    def conditions(facts):
        last = term_end(facts.starts_on, months) if facts.starts_on else None
        yield _past(f"served.{months}", f"服务满 {months} 个月", last, facts)

    return conditions


def _term_over(facts):
    yield _past("term", "服务期满", facts.ends_on, facts)


def _past(code, title, last, facts):
    """A stretch of the term that has to lie behind: `last` is its last day, None when the term isn't known."""
    if last is None:
        return Condition(
            code,
            SERVICE,
            title,
            facts.clause,
            "已满",
            "服务期未定",
            UNKNOWN,
            "合同的服务期还没有登记",
            facts.people.handler,
        )
    is_over = facts.on is not None and facts.on > last
    return Condition(
        code, SERVICE, title, facts.clause, f"{last:%Y-%m-%d} 满", "已满" if is_over else "未满",
        MET if is_over else UNMET, "" if is_over else f"{last:%Y-%m-%d} 后", "" if is_over else facts.people.handler,
    )  # fmt: skip


# What a payment term may ask for; a name that isn't here is never taken as fulfilled.
TRIGGERS = {
    "contract_signed": _signed,
    "indicators_complete": _work,
    "documents_delivered": _papers,
    "acceptance_passed": _acceptance,
    "midterm_passed": _evaluated("midterm"),
    "annual_passed": _evaluated("annual"),
    "final_passed": _evaluated("final"),
    "served_3_months": _served(3),
    "served_6_months": _served(6),
    "term_over": _term_over,
}


def _unheard_of(name, facts):
    yield Condition(
        f"trigger.{name}",
        OTHER,
        "合同另定的条件",
        facts.clause,
        "具备",
        "系统不能核对",
        UNKNOWN,
        "这一条件要在合同里写成系统能核对的条件",
        facts.people.handler,
    )


def _readings(facts):
    for reading in facts.readings:
        decided = bool(reading.decided)
        yield Condition(
            f"reading.{reading.code}", OTHER, reading.title, reading.clause or facts.clause, "口径已选定", reading.decided or "未选定",
            MET if decided else UNKNOWN, "" if decided else f"请甲方选定：{'；或'.join(reading.choices)}",
            "" if decided else facts.people.handler, "" if decided else reading.problem, Link(f"口径 {reading.code}", "contracts:contract", "contract"),
        )  # fmt: skip


def invoice_faults(invoice, *, amount, buyer, seller):
    """What keeps an invoice from being 等额正式发票 of this milestone; amounts in yuan."""
    faults = []
    if invoice.amount != amount:
        faults.append(f"价税合计 {invoice.amount:,} 元，应为 {amount:,} 元")
    if invoice.buyer.strip() != buyer:
        faults.append(f"购买方写作“{invoice.buyer.strip()}”，应为“{buyer}”")
    if invoice.seller.strip() != seller:
        faults.append(f"销售方写作“{invoice.seller.strip()}”，应为“{seller}”")
    return faults


def _invoice(facts):
    if facts.invoice_order not in INVOICE_ORDERS:
        return
    required, mender = "等额正式发票", facts.people.agency_finance
    if facts.invoice is None:
        yield Condition(
            "invoice",
            OTHER,
            "乙方开具等额正式发票",
            facts.clause,
            required,
            "未登记",
            UNMET,
            f"须为 {facts.amount:,} 元，购买方为{facts.buyer}",
            mender,
        )
        return
    faults = invoice_faults(facts.invoice, amount=facts.amount, buyer=facts.buyer, seller=facts.seller)
    yield Condition(
        "invoice", OTHER, "乙方开具等额正式发票", facts.clause, required, f"{facts.invoice.amount:,}（{facts.invoice.number}）",
        UNMET if faults else MET, "；".join(faults), mender if faults else "",
    )  # fmt: skip


def _ceiling(facts):
    after = facts.paid_before + facts.amount
    over = after - facts.contract_amount
    yield Condition(
        "ceiling", OTHER, "累计付款不超过合同价款", facts.price_clause or facts.clause, f"≤ {facts.contract_amount:,}", f"{after:,}",
        UNMET if over > ZERO else MET, f"超出 {over:,} 元" if over > ZERO else "", facts.people.handler if over > ZERO else "",
    )  # fmt: skip


def _order(facts):
    if facts.unpaid_before:
        yield Condition(
            "previous",
            OTHER,
            "前期款项已付",
            facts.clause,
            "已付",
            "未付",
            UNMET,
            f"{'、'.join(facts.unpaid_before)}未付",
            facts.people.bureau_finance,
        )


_STOPPED = {
    "hold": ("不暂停付款", "未暂停", "暂停付款"),
    "cancel": ("款项仍应支付", "应付", "不再付款"),
    "terminated": ("合同没有解除", "未解除", "已解除"),
}


def _stops(facts):
    """A condition for each decision that stops payments; contracts without one have none, so that old checks keep their digest."""
    for place, stop in enumerate(facts.stops, 1):
        title, required, actual = _STOPPED[stop.kind]
        missing = {
            "hold": f"{stop.title}：{f'{stop.waits_for}后，' if stop.waits_for else ''}由甲方决定恢复付款",
            "cancel": f"{stop.title}：剩余款项不再支付",
            "terminated": "合同已解除，剩余款项不再支付",
        }[stop.kind]
        link = Link("看决定", "evaluations:consequence", stop.pk) if stop.pk else Link()
        mender = facts.people.agency_manager if stop.waits_for else facts.people.decider
        yield Condition(
            f"stop.{stop.kind}.{place}", STOPS, title, stop.clause or facts.clause, required, f"{stop.since} 起{actual}".strip(), UNMET, missing,
            mender if stop.kind == "hold" else facts.people.decider, f"“{stop.clause_text}”" if stop.clause_text else "", link,
        )  # fmt: skip


def check(facts):
    """The Check of one milestone: its triggers in the contract's order, then what stops payments, clauses to be read, invoice, ceiling, order."""
    conditions = []
    for name in facts.triggers:
        conditions += TRIGGERS[name](facts) if name in TRIGGERS else _unheard_of(name, facts)
    for group in (_stops, _readings, _invoice, _ceiling, _order):
        conditions += group(facts)
    return Check(facts.contract, facts.milestone, facts.amount, tuple(conditions))


def linked(check, contract_pk):
    """The check with links to the contract's own pages filled in."""
    pk = str(contract_pk)
    return replace(
        check,
        conditions=tuple(
            replace(condition, evidence=replace(condition.evidence, pk=pk))
            if condition.evidence.pk == "contract"
            else condition
            for condition in check.conditions
        ),
    )
