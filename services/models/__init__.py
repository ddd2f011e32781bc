"""What was done and what it counts towards: service records, activity kinds, incidents, clocks, papers, indicators, reports."""

from services.models.attendance import Attendance, SignInCode
from services.models.clocks import Clock, ClockMove, ClockPaper
from services.models.duplicates import ClearedDuplicate
from services.models.incidents import Incident, IncidentMove, IncidentPaper
from services.models.indicators import Indicator, Measurement
from services.models.kinds import ActivityKind
from services.models.papers import Answer, Deliverable
from services.models.readings import Confirmation, IndicatorVersion
from services.models.records import OctetLength, RecordEvidence, RecordMove, ServiceRecord
from services.models.reports import MonthlyReport, ReportMove
from services.models.station import RecordForm

__all__ = [
    "ActivityKind",
    "Answer",
    "Attendance",
    "ClearedDuplicate",
    "Clock",
    "ClockMove",
    "ClockPaper",
    "Confirmation",
    "Deliverable",
    "Incident",
    "IncidentMove",
    "IncidentPaper",
    "Indicator",
    "IndicatorVersion",
    "Measurement",
    "MonthlyReport",
    "OctetLength",
    "RecordEvidence",
    "RecordForm",
    "RecordMove",
    "ReportMove",
    "ServiceRecord",
    "SignInCode",
]
