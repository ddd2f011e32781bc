"""What was agreed: procurement, contract, price lines, term, areas, payment terms, deadlines, damages, papers due."""

from contracts.models.agreement import Clause, Contract, ContractFile, ContractPart, Procurement
from contracts.models.amendments import Amendment, AmendmentMove
from contracts.models.ends import Debarment, TermChange, Termination
from contracts.models.labels import Label
from contracts.models.people import ReadGrant, StaffPost
from contracts.models.terms import (
    ContractArea,
    Deadline,
    OpenReading,
    PaymentTerm,
    PenaltyRule,
    Phase,
    PriceLine,
    RequiredDocument,
)

__all__ = [
    "Amendment",
    "AmendmentMove",
    "Clause",
    "Contract",
    "ContractArea",
    "ContractFile",
    "ContractPart",
    "Deadline",
    "Debarment",
    "Label",
    "OpenReading",
    "PaymentTerm",
    "PenaltyRule",
    "Phase",
    "PriceLine",
    "Procurement",
    "ReadGrant",
    "RequiredDocument",
    "StaffPost",
    "TermChange",
    "Termination",
]
