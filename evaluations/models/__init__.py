"""How well: acceptance, evaluation rounds and their scores, and what follows from them."""

from evaluations.models.acceptance import Acceptance, AcceptanceExpert, AcceptanceMove, AcceptancePaper
from evaluations.models.scores import Score, ScoreMove

__all__ = [
    "Acceptance",
    "AcceptanceExpert",
    "AcceptanceMove",
    "AcceptancePaper",
    "Score",
    "ScoreMove",
]
