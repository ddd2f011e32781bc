"""Reads of questionnaires: how many of each kind, how they were answered, and the latest."""

from django.db.models import Avg, Count, Q

from contracts.queries import in_sight
from services.models import Answer

LATEST = 50


def visible_answers(member, on):
    """The questionnaires of the contracts that the member may see on the day; a subdistrict sees its own area only."""
    return in_sight(Answer.objects.all(), member, on=on)


def totals(member, contract, kinds, *, on):
    """[{code, label, number, content, judged, mean}] of the kinds, (code, word) each; one statement."""
    rows = visible_answers(member, on).filter(contract=contract).order_by().values("kind")
    rows = rows.annotate(
        number=Count("pk"),
        content=Count("pk", filter=Q(satisfied=True)),
        judged=Count("pk", filter=Q(satisfied__isnull=False)),
        mean=Avg("score"),
    )
    found = {row["kind"]: row for row in rows}
    nothing = {"number": 0, "content": 0, "judged": 0, "mean": None}
    return [{"code": code, "label": label, **nothing, **found.get(code, {})} for code, label in kinds]


def latest(member, contract, words, *, on):
    """The latest questionnaires, each with the word of its kind: [{answer, label}]."""
    rows = visible_answers(member, on).filter(contract=contract).select_related("case", "area", "collected_by__account")
    return [
        {"answer": row, "label": words.get(row.kind, row.kind)}
        for row in rows.order_by("-day", "-created_at", "-pk")[:LATEST]
    ]
