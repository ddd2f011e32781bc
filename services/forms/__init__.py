"""Shapes of input, split by noun."""

from services.forms.attendance import FeedbackForm, GuestForm, ScannedForm
from services.forms.papers import DeliverForm
from services.forms.questionnaires import KindForm, QuestionnaireForm
from services.forms.records import PurposeForm, RecordFilter, RecordForm, ReturnForm, initial_at, initial_of
from services.forms.reports import ReportFilter, ReturnReportForm
from services.forms.rooms import (
    ClockForm,
    CloseForm,
    DismissForm,
    EntryFactsForm,
    EntryForm,
    IncidentFilter,
    IncidentForm,
    LeaveForm,
    StopForm,
    VoidForm,
)
from services.forms.staff import StaffForm

__all__ = [
    "ClockForm",
    "CloseForm",
    "DeliverForm",
    "DismissForm",
    "EntryFactsForm",
    "EntryForm",
    "FeedbackForm",
    "GuestForm",
    "IncidentFilter",
    "IncidentForm",
    "KindForm",
    "LeaveForm",
    "PurposeForm",
    "QuestionnaireForm",
    "RecordFilter",
    "RecordForm",
    "ReportFilter",
    "ReturnForm",
    "ReturnReportForm",
    "ScannedForm",
    "StaffForm",
    "StopForm",
    "VoidForm",
    "initial_at",
    "initial_of",
]
