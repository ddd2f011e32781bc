"""Papers that a contract wants period after period: which are there, which are missing, by area where each area owes its own."""

from dataclasses import dataclass, field

from contracts.queries import contract_areas
from services.indicators.conditions import Scheme
from services.indicators.periods import Period, periods
from services.models import Deliverable
from services.queries.nil_returns import KIND as NIL_RETURN
from services.rules import deliverables as rules
from tenancy import workdays

WORDS = {"week": "每周", "month": "每月", "quarter": "每季", "half": "每半年", "year": "每年", "day": "每日"}
ORDER = {rules.RETURNED: 0, rules.DELIVERED: 1, rules.ACCEPTED: 2}


@dataclass(frozen=True)
class Cell:
    """One period: its state, the paper that covers it, and whether it came after its last day."""

    period: Period
    state: str
    value: str
    paper: Deliverable | None = None
    is_late: bool = False


@dataclass(frozen=True)
class Line:
    """A kind of paper that is owed every period, of one area or of the whole contract."""

    kind: str
    label: str
    every: str
    area: object = None
    cells: list = field(default_factory=list)

    @property
    def missing(self):
        """Periods that are over without a paper that was taken or waits to be taken."""
        return sum(1 for cell in self.cells if cell.state in ("missing", rules.RETURNED))

    @property
    def told(self):
        """The gap in words."""
        return f"缺 {self.missing} 份"


def value_of(scheme, period):
    """A period as a form names it: what it covers and its first day."""
    return f"{scheme.every}:{period.whole_first.isoformat()}"


def choices(schemes, *, on):
    """[(value, title)] of the periods that have begun, the latest first."""
    calendar, made = workdays.calendar(), []
    for scheme in schemes:
        begun = [period for period in periods(scheme, calendar) if period.first <= on]
        made += [(value_of(scheme, period), period.title) for period in reversed(begun)]
    return made


def title_of(paper):
    """The period that a paper covers, in words; "" for a paper that covers none."""
    if not paper.covers or paper.covers_from is None:
        return ""
    first = paper.covers_from
    if paper.covers.endswith("day"):
        return first.isoformat()
    return periods(Scheme(paper.covers, first, first, partial="keep"))[0].title


def lines(contract, questions, *, on):
    """A Line for every kind, period and area that the contract's indicators ask for; two statements."""
    wanted = wanted_of(questions)
    if not wanted:
        return []
    papers = by_place(covering(Deliverable.objects.filter(contract=contract)))
    return lay_out(wanted, papers, contract_areas(contract), workdays.calendar(), on=on)


def wanted_of(questions):
    """What is asked (Wanted) of each kind of paper that is owed period after period."""
    wanted = [questions.of("document", code) for code, _word in questions.counted("document") if code != NIL_RETURN]
    return [one for one in wanted if one.periods]


def lay_out(wanted, papers, areas, calendar, *, on):
    """The Lines of what is wanted, from papers by place (by_place) and the contract's areas; no statement."""
    made = []
    for one in wanted:
        for scheme in one.periods:
            for area in areas if one.by_area else [None]:
                cells = [_cell(one.kind, scheme, period, area, papers, on) for period in _begun(scheme, calendar, on)]
                made.append(Line(one.kind, one.label, WORDS[scheme.every], area, cells))
    return made


def _begun(scheme: Scheme, calendar, on):
    return [period for period in periods(scheme, calendar) if period.first <= on]


def covering(papers):
    """Those of the papers that cover a period, in the order of their coming."""
    return papers.exclude(covers="").order_by("delivered_on", "pk")


def by_place(rows):
    """{(kind, covers, first day, street): the paper that says the most}, and under None for the street whatever the area."""
    found = {}
    for paper in rows:
        for street in {paper.street_id, None}:
            place = (paper.kind, paper.covers, paper.covers_from, street)
            if place not in found or ORDER[paper.state] >= ORDER[found[place].state]:
                found[place] = paper
    return found


def _cell(kind, scheme, period, area, papers, on):
    paper = papers.get((kind, scheme.every, period.whole_first, area.pk if area else None))
    value = value_of(scheme, period)
    if paper is not None:
        late = scheme.due is not None and paper.delivered_on > period.due
        return Cell(period, paper.state, value, paper, late)
    return Cell(period, "missing" if period.is_closed(on) else "open", value)
