"""The explained check: a milestone's terms and the facts in, a list of conditions out. Nothing is paid but through it."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from documents import canonical

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"
ZERO = Decimal(0)
# Codes of an indicator's status for which no answer exists yet.
UNDECIDED = {"missing_parameter", "unconfirmed"}
INVOICE_ORDERS = ("before", "with")


@dataclass(frozen=True)
class Link:
    """Where the evidence of a condition is: the words of the link and the page that it opens."""

    label: str = ""
    route: str = ""
    pk: str = ""


@dataclass(frozen=True)
class Condition:
    """One condition of a payment: what the clause asks, what is, what is missing, and who can mend it."""

    code: str
    group: str
    title: str
    clause: str
    required: str
    actual: str
    verdict: str
    missing: str = ""
    mender: str = ""
    note: str = ""
    evidence: Link = Link()

    @property
    def short(self):
        """The title without what stands behind a comma: 专业小组，每街镇 ≥ 2 个 → 专业小组."""
        return self.title.split("，")[0]

    def frozen(self):
        """What a decision rests on: the condition without links and passing remarks."""
        names = ("code", "group", "title", "clause", "required", "actual", "verdict", "missing", "mender")
        return {name: getattr(self, name) for name in names}

    def stored(self):
        """Everything, as JSON for the last stored check."""
        return self.frozen() | {"note": self.note, "evidence": vars(self.evidence)}


def restored(row):
    """The Condition that was stored as JSON."""
    return Condition(**{**row, "evidence": Link(**row["evidence"])})


def thawed(data):
    """The Check that was frozen in a snapshot's data."""
    return Check(data["contract"], data["milestone"], Decimal(data["amount"]), tuple(Condition(**row) for row in data["conditions"]))


@dataclass(frozen=True)
class Check:
    """A milestone's whole check. `result` is met only when every condition is; unknown never pays."""

    contract: str
    milestone: str
    amount: Decimal
    conditions: tuple

    def _having(self, verdict):
        return [condition for condition in self.conditions if condition.verdict == verdict]

    @property
    def met(self):
        return self._having(MET)

    @property
    def unmet(self):
        return self._having(UNMET)

    @property
    def unknown(self):
        return self._having(UNKNOWN)

    @property
    def open(self):
        """Conditions that stand in the way, in the contract's order."""
        return [condition for condition in self.conditions if condition.verdict != MET]

    @property
    def result(self):
        return UNMET if self.unmet else UNKNOWN if self.unknown else MET

    @property
    def told(self):
        """11 项：满足 5，未满足 5，待确认 1"""
        counts = (("满足", self.met), ("未满足", self.unmet), ("待确认", self.unknown))
        return f"{len(self.conditions)} 项：{'，'.join(f'{word} {len(rows)}' for word, rows in counts if rows)}"

    @property
    def gaps(self):
        """What is missing, one sentence a condition."""
        return [gap(condition) for condition in self.open]

    def by_mender(self):
        """Who can mend what: {name: open conditions}, in the contract's order."""
        menders = {}
        for condition in self.open:
            menders.setdefault(condition.mender, []).append(condition)
        return menders

    def groups(self):
        """(title, conditions) in the contract's order."""
        titles = dict.fromkeys(condition.group for condition in self.conditions)
        return [(title, [condition for condition in self.conditions if condition.group == title]) for title in titles]

    def frozen(self):
        """What is frozen at a decision. No moment is in it: the same facts have the same digest on any day."""
        return {
            "contract": self.contract,
            "milestone": self.milestone,
            "amount": self.amount,
            "result": self.result,
            "conditions": [condition.frozen() for condition in self.conditions],
        }

    @property
    def digest(self):
        return canonical.digest(self.frozen())


def gap(condition):
    """One open condition as a sentence: 专业小组：差 1 个，军庄镇."""
    return f"{condition.title}：{condition.missing or condition.actual}"


def changes(before, after):
    """What differs between two lists of frozen conditions, one sentence each."""
    old, new = ({row["code"]: row for row in rows} for rows in (before, after))
    told = [f"{new[code]['title']}：新增条件" for code in new if code not in old]
    told += [f"{old[code]['title']}：不再是条件" for code in old if code not in new]
    for code in new:
        if code in old and new[code] != old[code]:
            was, now = old[code]["actual"], new[code]["actual"]
            told.append(f"{new[code]['title']}：{'依据有变化' if was == now else f'{was} → {now}'}")
    return told


# --- facts ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class IndicatorFact:
    """A hard indicator as measured: `missing` is already a sentence, empty when it is met."""

    code: str
    title: str
    clause: str
    required: str
    actual: str
    status: str
    is_met: bool
    missing: str = ""
    note: str = ""
    evidence: Link = Link()
    waits_for_check: bool = False


@dataclass(frozen=True)
class PaperFact:
    """A formal result: how many are asked for, how many were accepted, how many wait or came back."""

    kind: str
    title: str
    clause: str
    required: int
    accepted: int
    delivered: int = 0
    returned: int = 0


@dataclass(frozen=True)
class AcceptanceFact:
    """Where acceptance stands: none, requested, scheduled, passed, failed; with the sentence of its days."""

    state: str
    told: str = ""
    unsigned: tuple = ()
    pk: str = ""


@dataclass(frozen=True)
class InvoiceFact:
    number: str
    amount: Decimal
    seller: str
    buyer: str


@dataclass(frozen=True)
class ReadingFact:
    """A clause that can be read in two ways and bears on payment; `decided` is the recorded choice with its author."""

    code: str
    title: str
    problem: str
    clause: str
    choices: tuple
    decided: str = ""


@dataclass(frozen=True)
class People:
    """Who can mend what, by name where known, else by role."""

    handler: str = "经办人"
    agency_manager: str = "项目主管"
    agency_finance: str = "机构财务"
    quality_control: str = "质控"
    bureau_finance: str = "财务"


@dataclass(frozen=True)
class Facts:
    """Everything that a check of one milestone needs, gathered by queries."""

    contract: str
    milestone: str
    clause: str
    amount: Decimal
    contract_amount: Decimal
    paid_before: Decimal
    triggers: tuple
    invoice_order: str
    buyer: str
    seller: str
    signed: str = ""
    is_active: bool = True
    indicators: tuple = ()
    papers: tuple = ()
    acceptance: AcceptanceFact = AcceptanceFact("none")
    invoice: InvoiceFact | None = None
    readings: tuple = ()
    unpaid_before: tuple = ()
    people: People = field(default_factory=People)


# --- groups of conditions ---------------------------------------------------------------------------------------------
SIGNED, WORK, RESULTS, ACCEPTANCE, OTHER = "合同签订", "全部工作完成", "正式成果", "验收", "发票与其他"


def _signed(facts):
    signed = bool(facts.signed) and facts.is_active
    yield Condition(
        "contract_signed", SIGNED, "合同已签订并在履行", facts.clause, "已签订", f"{facts.signed} 签订" if facts.signed else "未签订",
        MET if signed else UNMET, "" if signed else "合同未签订或不在履行中", "" if signed else facts.people.handler,
    )  # fmt: skip


def _work(facts):
    if not facts.indicators:
        yield Condition("work", WORK, "合同指标", facts.clause, "已登记", "未登记", UNKNOWN, "合同还没有登记影响付款的指标", facts.people.handler)
    for fact in facts.indicators:
        verdict = UNKNOWN if fact.status in UNDECIDED else MET if fact.is_met else UNMET
        mender = facts.people.handler if verdict == UNKNOWN else facts.people.quality_control if fact.waits_for_check else facts.people.agency_manager
        yield Condition(
            f"indicator.{fact.code}", WORK, fact.title, fact.clause, fact.required, fact.actual, verdict,
            "" if verdict == MET else fact.missing, "" if verdict == MET else mender, fact.note, fact.evidence,
        )  # fmt: skip


def _papers(facts):
    if not facts.papers:
        yield Condition("paper", RESULTS, "正式成果", facts.clause, "已列明", "未列明", UNKNOWN, "合同还没有列明正式成果", facts.people.handler)
    for paper in facts.papers:
        lacking = paper.required - paper.accepted
        waiting = min(lacking, paper.delivered) if lacking > 0 else 0
        missing = f"差 {lacking} 份" if lacking > 0 else ""
        note = "；".join(
            part for part in (f"{waiting} 份已提交，待甲方接收" if waiting else "", f"{paper.returned} 份被退回" if lacking > 0 and paper.returned else "") if part
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
    if stand.state == "passed":
        yield Condition("acceptance", ACCEPTANCE, "甲方组织验收并通过", "第九条", "通过", stand.told, MET, evidence=link)
        return
    actual, missing = _ACCEPTANCE[stand.state]
    note = "；".join(part for part in (stand.told, f"未签名：{'、'.join(stand.unsigned)}" if stand.unsigned else "") if part)
    mender = facts.people.agency_manager if stand.state in ("none", "failed") else facts.people.handler
    yield Condition("acceptance", ACCEPTANCE, "甲方组织验收并通过", "第九条", "通过", actual, UNMET, missing, mender, note, link)


# What a payment term may ask for; a name that isn't here is never taken as fulfilled.
TRIGGERS = {
    "contract_signed": _signed,
    "indicators_complete": _work,
    "documents_delivered": _papers,
    "acceptance_passed": _acceptance,
}


def _unheard_of(name, facts):
    yield Condition(f"trigger.{name}", OTHER, "合同另定的条件", facts.clause, "具备", "系统不能核对", UNKNOWN, "这一条件要在合同里写成系统能核对的条件", facts.people.handler)


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
        yield Condition("invoice", OTHER, "乙方开具等额正式发票", facts.clause, required, "未登记", UNMET, f"须为 {facts.amount:,} 元，购买方为{facts.buyer}", mender)
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
        "ceiling", OTHER, "累计付款不超过合同价款", "第五条第一款", f"≤ {facts.contract_amount:,}", f"{after:,}",
        UNMET if over > ZERO else MET, f"超出 {over:,} 元" if over > ZERO else "", facts.people.handler if over > ZERO else "",
    )  # fmt: skip


def _order(facts):
    if facts.unpaid_before:
        yield Condition("previous", OTHER, "前期款项已付", facts.clause, "已付", "未付", UNMET, f"{'、'.join(facts.unpaid_before)}未付", facts.people.bureau_finance)


def check(facts):
    """The Check of one milestone: its triggers in the contract's order, then clauses to be read, invoice, ceiling, order."""
    conditions = []
    for name in facts.triggers:
        conditions += TRIGGERS[name](facts) if name in TRIGGERS else _unheard_of(name, facts)
    for group in (_readings, _invoice, _ceiling, _order):
        conditions += group(facts)
    return Check(facts.contract, facts.milestone, facts.amount, tuple(conditions))


def linked(check, contract_pk):
    """The check with links to the contract's own pages filled in."""
    pk = str(contract_pk)
    return replace(
        check,
        conditions=tuple(
            replace(condition, evidence=replace(condition.evidence, pk=pk)) if condition.evidence.pk == "contract" else condition for condition in check.conditions
        ),
    )
