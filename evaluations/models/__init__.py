"""How well: acceptance, evaluation rounds and their scores, and what follows from them."""

from evaluations.models.acceptance import (
    Acceptance,
    AcceptanceAppeal,
    AcceptanceExpert,
    AcceptanceMove,
    AcceptancePaper,
)
from evaluations.models.breaches import Breach, BreachMove, BreachPaper
from evaluations.models.checks import SpotCheck, SpotCheckLine, SpotCheckMove
from evaluations.models.consequences import (
    Consequence,
    ConsequenceMove,
    Rectification,
    RectificationMove,
    RectificationPaper,
    Reminder,
)
from evaluations.models.inquiries import Inquiry, InquiryMove, InquiryPaper
from evaluations.models.leads import LeadChange, LeadChangeMove
from evaluations.models.ratings import PurchaserRating, PurchaserRatingMove
from evaluations.models.rounds import Agreement, AgreementVoice, ItemScore, Round, RoundMove, ScorePhoto, Scorer
from evaluations.models.samples import RoundSample, SampledFile, SampleReading
from evaluations.models.schemes import Scheme, SchemeVersion
from evaluations.models.scores import Score, ScoreMove
from evaluations.models.surveys import (
    Questionnaire,
    Survey,
    SurveyMove,
    SurveyQuota,
    SurveyResponse,
    SurveySlip,
    SurveyVoid,
)

__all__ = [
    "Acceptance",
    "AcceptanceAppeal",
    "AcceptanceExpert",
    "AcceptanceMove",
    "AcceptancePaper",
    "Agreement",
    "AgreementVoice",
    "Breach",
    "BreachMove",
    "BreachPaper",
    "Consequence",
    "ConsequenceMove",
    "Inquiry",
    "InquiryMove",
    "InquiryPaper",
    "ItemScore",
    "LeadChange",
    "LeadChangeMove",
    "PurchaserRating",
    "PurchaserRatingMove",
    "Questionnaire",
    "Rectification",
    "RectificationMove",
    "RectificationPaper",
    "Reminder",
    "Round",
    "RoundMove",
    "RoundSample",
    "SampleReading",
    "SampledFile",
    "Scheme",
    "SchemeVersion",
    "Score",
    "ScoreMove",
    "ScorePhoto",
    "Scorer",
    "SpotCheck",
    "SpotCheckLine",
    "SpotCheckMove",
    "Survey",
    "SurveyMove",
    "SurveyQuota",
    "SurveyResponse",
    "SurveySlip",
    "SurveyVoid",
]
