"""What was done and what it counts towards: service records, activity kinds, incidents, clocks, papers, indicators, reports."""

from services.models.attendance import Attendance, SignInCode
from services.models.care import (
    CareLine,
    CareLineMove,
    CareShift,
    KeyPerson,
    Medication,
    SeizedItem,
    SeizedItemMove,
)
from services.models.clocks import Clock, ClockMove, ClockPaper
from services.models.duplicates import ClearedDuplicate
from services.models.follow_ups import FollowUp, FollowUpMove
from services.models.incidents import Incident, IncidentMove, IncidentPaper
from services.models.indicators import Indicator, Measurement
from services.models.kinds import ActivityKind
from services.models.notices import Notice, NoticePreference
from services.models.papers import Answer, Deliverable
from services.models.readings import Confirmation, IndicatorVersion
from services.models.records import OctetLength, RecordEvidence, RecordMove, ServiceRecord
from services.models.reports import MonthlyReport, ReportMove
from services.models.station import RecordForm

__all__ = [
    "ActivityKind",
    "Answer",
    "Attendance",
    "CareLine",
    "CareLineMove",
    "CareShift",
    "ClearedDuplicate",
    "Clock",
    "ClockMove",
    "ClockPaper",
    "Confirmation",
    "Deliverable",
    "FollowUp",
    "FollowUpMove",
    "Incident",
    "IncidentMove",
    "IncidentPaper",
    "Indicator",
    "IndicatorVersion",
    "KeyPerson",
    "Measurement",
    "Medication",
    "MonthlyReport",
    "Notice",
    "NoticePreference",
    "OctetLength",
    "RecordEvidence",
    "RecordForm",
    "RecordMove",
    "ReportMove",
    "SeizedItem",
    "SeizedItemMove",
    "ServiceRecord",
    "SignInCode",
]
