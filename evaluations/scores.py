"""Makes the scores of concluded evaluations a source of indicators; evaluations/models.py says so when it is loaded."""

from services.indicators import presenting, sources

SCORE = sources.Source(
    name="score",
    table="evaluations_score",
    day="t.concluded_on",
    counting=("final",),
    papers="t.papers::text[]",
    keys={"score": "t.id"},
    fields={"score": ("t.score", "number")},
)


def register(model):
    """Let indicators count the rows of the model."""
    sources.register(SCORE)
    presenting.register("score", lambda: model.objects.select_related("area", "street", "recorded_by__account"), _told)


def _told(score, row, labels):
    return {
        "title": str(score) if score.title else labels.of("score", score.kind),
        "note": f"{score.score.normalize():f} 分",
        "who": score.recorded_by.account.name,
        "figure": score.score,
    }
