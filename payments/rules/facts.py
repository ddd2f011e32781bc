"""What a check looks at: the facts of a milestone as plain values, gathered by payments/queries/facts.py."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Link:
    """Where the evidence of a condition is: the words of the link and the page that it opens."""

    label: str = ""
    route: str = ""
    pk: str = ""


NO_LINK = Link()


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
    evidence: Link = NO_LINK
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
    clause: str = ""


NO_ACCEPTANCE = AcceptanceFact("none")


@dataclass(frozen=True)
class EvaluationFact:
    """An evaluation that the contract asks for: `is_passed` is None while nothing was concluded, `told` the conclusion in words.

    `round` is the round that concluded it, if there is one.
    """

    title: str
    clause: str
    required: str
    is_passed: bool | None = None
    told: str = ""
    round: str = ""


@dataclass(frozen=True)
class StopFact:
    """What stops every payment of the contract: `kind` is hold, cancel or terminated; the clause in the contract's own words."""

    kind: str
    title: str
    clause: str
    clause_text: str = ""
    since: str = ""
    waits_for: str = ""
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
    decider: str = "甲方负责人"


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
    # Where the contract says what it costs.
    price_clause: str = ""
    is_active: bool = True
    indicators: tuple = ()
    papers: tuple = ()
    acceptance: AcceptanceFact = NO_ACCEPTANCE
    # By stage of the contract's evaluations: midterm, annual, final.
    evaluations: dict = field(default_factory=dict)
    on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    invoice: InvoiceFact | None = None
    readings: tuple = ()
    stops: tuple = ()
    unpaid_before: tuple = ()
    people: People = field(default_factory=People)
