"""Decisions about stays at a rescue station: which act is allowed when, what the file must hold, what leaving needs.

Clause: FCG 二（一）1 寻亲、二（一）2 站内照料、二（一）3 救助档案; 民发〔2014〕132号 for the forms. Limits are the contract's.
"""

from caseload.rules.station.file import PARTS, basic_gaps, paper_label, part_of, parts_there
from caseload.rules.station.forms import FORMS, NEEDS, STATION_FORMS, filled, gaps, kept, told
from caseload.rules.station.leaving import NEEDS_RECEIVER, leaving_gaps, settling_gaps
from caseload.rules.station.moves import (
    ENDED,
    MOVES,
    NEEDS_REASON,
    PRESENT,
    STATE_KINDS,
    STATE_LABELS,
    VERBS,
    allowed,
    goal_state,
    next_acts,
    refusal,
)
from caseload.rules.station.tracing import Mark, settlement_day, tracing_marks

__all__ = [
    "ENDED",
    "FORMS",
    "MOVES",
    "NEEDS",
    "NEEDS_REASON",
    "NEEDS_RECEIVER",
    "PARTS",
    "PRESENT",
    "STATE_KINDS",
    "STATE_LABELS",
    "STATION_FORMS",
    "VERBS",
    "Mark",
    "allowed",
    "basic_gaps",
    "filled",
    "gaps",
    "goal_state",
    "kept",
    "leaving_gaps",
    "next_acts",
    "paper_label",
    "part_of",
    "parts_there",
    "refusal",
    "settlement_day",
    "settling_gaps",
    "told",
    "tracing_marks",
]
