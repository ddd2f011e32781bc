"""What a contract still misses before acceptance: indicators that are not met, results that are not accepted."""

from dataclasses import dataclass

from contracts.queries import labels
from evaluations.rules.acceptance import Gap
from evaluations.rules.words import missing_words
from services.indicators import telling
from services.indicators.measure import measure_contract
from services.models import Deliverable
from tenancy import clock


@dataclass(frozen=True)
class ResultPaper:
    """A result that the contract asks for, and how many of it were delivered and accepted by a day."""

    kind: str
    title: str
    clause: str
    required: int
    delivered: int
    accepted: int
    returned: int

    @property
    def missing(self):
        return max(0, self.required - self.accepted)


def result_papers(contract, *, on):
    """The contract's formal results (正式成果) with what was delivered and accepted on the day, in the contract's order."""
    had = Deliverable.objects.filter(contract=contract, delivered_on__lte=on).values("kind", "state", "decided_at")
    counts = {}
    for row in had:
        decided = row["decided_at"] is not None and clock.day_of(row["decided_at"]) <= on
        state = row["state"] if decided else Deliverable.State.DELIVERED
        counts[row["kind"], state] = counts.get((row["kind"], state), 0) + 1
    return [
        ResultPaper(
            paper.kind, paper.title, paper.clause, paper.quantity,
            delivered=counts.get((paper.kind, "delivered"), 0), accepted=counts.get((paper.kind, "accepted"), 0), returned=counts.get((paper.kind, "returned"), 0),
        )
        for paper in contract.requireddocuments.filter(is_result=True)
    ]  # fmt: skip


def paper_words():
    """{code: word} of papers and documents, for missing_of; two statements."""
    return labels("document") | labels("paper")


def missing_of(measured, words=None):
    """What a measured indicator still misses, in one phrase; "" when it is met. `words` name its papers (paper_words)."""
    if measured.is_met:
        return ""
    if measured.status == "unconfirmed":
        return telling.returns_told(measured)
    areas = [(str(row.area), row.shortfall) for row in measured.area_shortfalls if row.shortfall]
    # What a grid misses is cells, whatever its target is measured in.
    unit = measured.unit or "项" if measured.cells is not None else "%" if measured.is_percent else measured.unit
    return missing_words(
        status=measured.status,
        shortfall=measured.shortfall,
        unit=unit,
        areas=areas,
        papers=[(words or {}).get(code, code) for code in measured.papers_missing],
        parameters=measured.missing,
    )


def outstanding_work(contract, *, on, table=None):
    """What the contract still misses before acceptance: hard indicators that are not met, results that are not accepted.

    `table` is a measurement of the contract on that day, if there is one.
    """
    table = table or measure_contract(contract, on=on)
    words = paper_words()
    gaps = [
        Gap(row.indicator.title, missing_of(row, words), row.indicator.clause) for row in table.hard if not row.is_met
    ]
    return gaps + [
        Gap(paper.title, f"差 {paper.missing} 份", paper.clause)
        for paper in result_papers(contract, on=on)
        if paper.missing
    ]
