"""Which months of a contract have a nil return (零报告), which had an incident, and which still want one."""

from dataclasses import dataclass, field
from datetime import date

from services.indicators.conditions import Scheme
from services.indicators.periods import periods
from services.models import Deliverable, Incident
from services.rules import deliverables as papers
from services.rules import incidents as rules

KIND, COVERS = "nil_return", "month"


@dataclass(frozen=True)
class Cell:
    """One month of one kind of incident: its state, and the paper or the number of incidents behind it."""

    month: date
    state: str
    paper: Deliverable | None = None
    incidents: int = 0

    @property
    def told(self):
        """What happened, in words."""
        return f"登记 {self.incidents} 起"


@dataclass(frozen=True)
class Line:
    """A kind of incident with its months, and how many of them still want a return."""

    kind: str
    label: str
    cells: list = field(default_factory=list)

    @property
    def missing(self):
        """Months that are over and have neither a return on its way nor an incident."""
        return sum(1 for cell in self.cells if cell.state in ("missing", "returned"))

    @property
    def told(self):
        """The gap in words."""
        return f"缺 {self.missing} 份"

    @property
    def waiting(self):
        """Returns that the purchaser has not decided on."""
        return sum(1 for cell in self.cells if cell.state == papers.DELIVERED)


def months_of(contract):
    """The calendar months that a contract's term asks returns for, as Periods; none before the term is set."""
    if contract.starts_on is None or contract.ends_on is None:
        return []
    return periods(Scheme("month", contract.starts_on, contract.ends_on))


def grid(contract, kinds, *, on):
    """One Line for each (code, word) of the kinds, up to the day's month; two statements, however many months."""
    returns = by_month(Deliverable.objects.filter(contract=contract, kind=KIND, covers=COVERS))
    return lay_out(contract, kinds, returns, _happened(contract), on=on)


def lay_out(contract, kinds, returns, happened, *, on):
    """The Lines from returns (by_month) and {(kind, month): number of incidents}; no statement."""
    months = [period for period in months_of(contract) if period.whole_first <= on]
    lines = []
    for code, label in kinds:
        cells = [_cell(code, period, returns, happened, on) for period in months]
        lines.append(Line(code, label, cells))
    return lines


def by_month(rows):
    """{(incident kind, month): the paper that says the most}: accepted before delivered before returned."""
    order = {papers.RETURNED: 0, papers.DELIVERED: 1, papers.ACCEPTED: 2}
    found = {}
    for paper in rows:
        place = (paper.facts.get("of"), paper.covers_from)
        if place not in found or order[paper.state] >= order[found[place].state]:
            found[place] = paper
    return found


def _happened(contract):
    rows = Incident.objects.filter(contract=contract).exclude(state=rules.DISMISSED).order_by()
    return happened_in(rows.values_list("kind", "day"))


def happened_in(rows):
    """{(kind, month): number} of incidents that were not dismissed, from (kind, day)."""
    found = {}
    for kind, day in rows:
        place = (kind, day.replace(day=1))
        found[place] = found.get(place, 0) + 1
    return found


def _cell(code, period, returns, happened, on):
    month = period.whole_first
    paper, number = returns.get((code, month)), happened.get((code, month), 0)
    if number:
        return Cell(month, "happened", paper, number)
    if paper is not None:
        return Cell(month, paper.state, paper)
    return Cell(month, "missing" if period.last < on else "open")


def incidents_in(contract, kind, month):
    """How many incidents of a kind were reported for a month and not dismissed."""
    return _happened(contract).get((kind, month), 0)
