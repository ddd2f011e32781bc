"""Shapes of input, split by noun."""

from services.forms.papers import AnswerForm, DeliverForm
from services.forms.records import PurposeForm, RecordFilter, RecordForm, ReturnForm, initial_at, initial_of
from services.forms.reports import ReportFilter, ReturnReportForm

__all__ = [
    "AnswerForm",
    "DeliverForm",
    "PurposeForm",
    "RecordFilter",
    "RecordForm",
    "ReportFilter",
    "ReturnForm",
    "ReturnReportForm",
    "initial_at",
    "initial_of",
]
