"""How well: acceptance, evaluation rounds and their scores, and what follows from them."""

from evaluations.models.acceptance import (
    Acceptance,
    AcceptanceAppeal,
    AcceptanceExpert,
    AcceptanceMove,
    AcceptancePaper,
)
from evaluations.models.consequences import (
    Consequence,
    ConsequenceMove,
    Rectification,
    RectificationMove,
    RectificationPaper,
    Reminder,
)
from evaluations.models.ratings import PurchaserRating, PurchaserRatingMove
from evaluations.models.rounds import Agreement, AgreementVoice, ItemScore, Round, RoundMove, ScorePhoto, Scorer
from evaluations.models.samples import RoundSample, SampledFile, SampleReading
from evaluations.models.schemes import Scheme, SchemeVersion
from evaluations.models.scores import Score, ScoreMove

__all__ = [
    "Acceptance",
    "AcceptanceAppeal",
    "AcceptanceExpert",
    "AcceptanceMove",
    "AcceptancePaper",
    "Agreement",
    "AgreementVoice",
    "Consequence",
    "ConsequenceMove",
    "ItemScore",
    "PurchaserRating",
    "PurchaserRatingMove",
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
]
