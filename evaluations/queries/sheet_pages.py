"""What a scorer's page shows: every item with its facts, the own entry, and of the others only what may be seen by now."""

from dataclasses import dataclass, field
from decimal import Decimal

from evaluations.models import Scorer
from evaluations.queries import sheets as queries
from evaluations.reporting.hiding import for_reader
from evaluations.rules import scoring
from evaluations.rules import sheets as rules


@dataclass(frozen=True)
class Other:
    """One colleague's score on an item; `label` is a number, never a name."""

    label: str
    points: Decimal
    note: str = ""
    photos: tuple = ()


@dataclass(frozen=True)
class Input:
    """One field of an entry as the form shows it: its name, what stands in it, and for a part its title and marks."""

    name: str
    value: str
    title: str = ""
    marks: Decimal | None = None


@dataclass
class Line:
    """One item of a sheet as its scorer sees it. `others` is empty until the scorer has entered an own score.

    `posted`, `problem` and `other` are set on a line whose entry was refused: what was sent, why, what stands there instead.
    """

    item: object
    way: str
    facts: list
    told: str
    # The count that the facts give while none is entered.
    default: str = "—"
    row: object = None
    points: Decimal | None = None
    photos: list = field(default_factory=list)
    others: list = field(default_factory=list)
    apart: object = None
    agreement: object = None
    voices: frozenset = frozenset()
    is_settled: bool = False
    own: Other | None = None
    posted: object = None
    problem: str = ""
    other: str = ""

    @property
    def values(self):
        """{field: text} as the form shows it."""
        kept = fields(self.row)
        return kept if self.posted is None else {name: self.posted.get(name, "") for name in (*kept, *self.names)}

    @property
    def names(self):
        named = {"points": "points", "graded": "level", "deduction": "count", "pass_fail": "passed"}
        if self.way == "composite":
            return [f"part{no}" for no in range(len(self.item.parts))]
        return [named[self.way]] if self.way in named else []

    @property
    def inputs(self):
        values, parts = self.values, self.item.parts if self.way == "composite" else ()
        return [
            Input(name, values.get(name, ""), *((parts[no].title, parts[no].marks) if parts else ()))
            for no, name in enumerate(self.names)
        ]

    @property
    def note(self):
        return self.values.get("note", "")

    @property
    def revision(self):
        return self.row.revision if self.row else 0

    @property
    def told_entry(self):
        """A level, parts or a count in words, for a sheet that is only read."""
        entry = self.row.entry if self.row else {}
        if self.way == "graded" and "level" in entry:
            return self.item.levels[entry["level"]].title
        if self.way == "composite" and "parts" in entry:
            return "；".join(
                f"{part.title} {value}" for part, value in zip(self.item.parts, entry["parts"], strict=True)
            )
        return f"{entry['count']} {self.item.unit}" if self.way == "deduction" and "count" in entry else ""

    @property
    def said(self):
        """The others who wrote something or put a photo beside the item, the agency's own evaluation last."""
        return [other for other in (*self.others, *([self.own] if self.own else [])) if other.note or other.photos]

    @property
    def is_open_difference(self):
        return self.apart is not None and not self.is_settled


def fields(row):
    """The form's fields as a kept row fills them, all as text."""
    if row is None:
        return {"note": ""}
    entry = row.entry
    found = {name: str(entry[name]) for name in ("points", "level", "count") if name in entry}
    found |= {f"part{no}": str(value) for no, value in enumerate(entry.get("parts", []))}
    if "passed" in entry:
        found["passed"] = "1" if entry["passed"] else "0"
    return found | {"note": row.note}


def entered(sheet, code):
    """(item, the way it is entered) of an item of the sheet, or None for a code that it does not have."""
    scheme = queries.scheme_of(sheet.round)
    item = next((one for one in scheme.items_of(sheet.party) if one.code == code), None)
    return None if item is None else (item, _way(scheme, item, queries.facts_of(sheet.round)))


def _way(scheme, item, facts):
    percentage = scoring.completion(item, scoring.fact_of(item, facts)) if item.kind == "indicator" else None
    return rules.way(item, scheme.has_points, percentage)


@dataclass
class Group:
    """A dimension of the sheet with its lines."""

    title: str
    marks: Decimal | None
    lines: list


@dataclass
class Standing:
    """A colleague's sheet beside the own one, on the items that both have scored, and what would follow from each."""

    label: str
    compared: object
    mine: str
    theirs: str

    @property
    def is_other_case(self):
        return self.mine != self.theirs


@dataclass
class Page:
    """The sheet with everything around it."""

    sheet: object
    scheme: object
    party: object
    groups: list
    scored: int
    total: tuple
    standings: list
    band: list
    marks: list
    clauses: list
    needs: list
    closed: str
    peers: int
    has_own: bool

    @property
    def lines(self):
        return [line for group in self.groups for line in group.lines]

    @property
    def may_sign(self):
        return all(need.is_done for need in self.needs)


def page(sheet, *, on):
    """The whole page of a sheet; the number of statements does not grow with items or scorers."""
    round, scheme, facts = sheet.round, queries.scheme_of(sheet.round), queries.facts_of(sheet.round)
    peers = queries.peers(round, sheet.party)
    own = _own(round) if sheet.party != rules.SELF else None
    everybody = [*peers, *([own] if own else [])]
    kept, pictures = queries.item_rows(everybody), queries.photos(everybody)
    scored = {row.pk: queries.points(scheme, row.party, kept[row.pk], facts) for row in everybody}
    party = {row.pk: scored[row.pk] for row in peers}
    agreed = {row.item: (row, voices) for row, voices in queries.agreements(round, sheet.party)}
    shown = _Shown(sheet, scheme, facts, peers, own, kept, pictures, scored, party, agreed)
    groups = [
        Group(dimension.title, dimension.marks, [shown.line(item) for item in dimension.items])
        for dimension in scheme.sheet(sheet.party)
    ]
    settled = {line.item.code for group in groups for line in group.lines if line.is_settled}
    said = queries.said_of(round)
    rows = said.get("consequences", [])
    standings = shown.standings(rows)
    return Page(
        sheet=sheet,
        scheme=scheme,
        party=scheme.party(sheet.party),
        groups=groups,
        scored=len(party[sheet.pk]) if sheet.pk in party else 0,
        total=shown.total(),
        standings=standings,
        band=_band(scheme, rows),
        marks=_marks(scheme, shown.total()[2], standings),
        clauses=_clauses(said),
        needs=queries.needed(sheet, scheme=scheme, scored=party, settled=settled, on=on),
        closed=queries.closed(sheet, on=on),
        peers=len(peers),
        has_own=own is not None,
    )  # fmt: skip


def _own(round):
    """The agency's signed self-evaluation, or None."""
    return (
        Scorer.objects.filter(round=round, party=rules.SELF, state=rules.SIGNED)
        .select_related("membership__account")
        .first()
    )


@dataclass
class _Shown:
    """What a page is made from, read once."""

    sheet: object
    scheme: object
    facts: dict
    peers: list
    own: object
    kept: dict
    pictures: dict
    scored: dict
    party: dict
    agreed: dict

    def __post_init__(self):
        self.names = rules.numbered([row.pk for row in self.peers], self.sheet.pk)
        # What the agency writes of itself may name the people it serves.
        notes = [row.note for row in self.kept[self.own.pk].values()] if self.own else []
        self.hide = for_reader(self.sheet.membership, self.sheet.round.contract, notes)
        self.mine = self.party.get(self.sheet.pk, {})
        self.colleagues = {pk: sheet for pk, sheet in self.party.items() if pk != self.sheet.pk}
        self.apart = {one.item.code: one for one in scoring.disagreements(self.scheme, self.sheet.party, self.party)}

    def line(self, item):
        code = item.code
        others = rules.may_see(code, self.mine, self.colleagues)
        agreement, voices = self.agreed.get(code, (None, frozenset()))
        is_seen = code in self.mine
        return Line(
            item=item,
            way=_way(self.scheme, item, self.facts),
            facts=rules.shown_facts(item, self.facts),
            default=str((scoring.fact_of(item, self.facts) or {}).get("count", "—")) if item.source else "—",
            told=self.facts.get("reports", {}).get("told", "") if item.source else "",
            row=self.kept[self.sheet.pk].get(code) if self.sheet.pk in self.kept else None,
            points=self.mine.get(code),
            photos=self.pictures.get(self.sheet.pk, {}).get(code, []),
            others=[self._other(pk, code, self.names[pk]) for pk in others],
            apart=self.apart.get(code) if is_seen else None,
            agreement=agreement if is_seen else None,
            voices=frozenset(voices) if is_seen else frozenset(),
            is_settled=agreement is not None and rules.stands(voices, [row.pk for row in self.peers]),
            own=self._other(self.own.pk, code, "乙方自评")
            if self.own and is_seen and code in self.scored[self.own.pk]
            else None,
        )

    def _other(self, pk, code, label):
        row = self.kept[pk].get(code)
        photos = self.pictures.get(pk, {}).get(code, [])
        is_agency = self.own is not None and pk == self.own.pk
        note = row.note if row else ""
        return Other(label, self.scored[pk][code], self.hide(note) if is_agency else note, tuple(photos))

    def total(self):
        """(own points, marks scored so far, the points on full marks that this would come to)."""
        points, marks, _own_scale = scoring.so_far(self.scheme, self.sheet.party, self.mine)
        full = self.scheme.full_marks
        return points, marks, rules.scaled(points, marks, full) if full else None

    def standings(self, rows):
        if not self.scheme.has_points:
            return []
        marks = {item.code: item.marks for item in self.scheme.items_of(self.sheet.party)}
        found = []
        for pk, sheet in self.colleagues.items():
            both = rules.compared(marks, self.scheme.full_marks, self.mine, sheet)
            if both.mine is not None:
                told = [rules.told_effects(scoring.followed(rows, score=score)) for score in (both.mine, both.other)]
                found.append(Standing(self.names[pk], both, *told))
        return found


def _clauses(said):
    """[(the contract's words on a score, the article)], each once."""
    rows = [row for row in said.get("consequences", []) if row.get("score") and row.get("clause_text")]
    return list(dict.fromkeys((row["clause_text"], row.get("clause") or said.get("clause", "")) for row in rows))


def _band(scheme, rows):
    """The contract's lines on the scale of the scheme, or nothing where it has none."""
    if not scheme.has_points or not any(row.get("score") for row in rows):
        return []
    limits = [limit for row in rows for limit in (row.get("score") or {}).values()]
    return rules.stretches(scheme.full_marks, limits, lambda score: scoring.followed(rows, score=score))


def _marks(scheme, mine, standings):
    """Where the own sheet and the others stand on the scale, in percent: (place, class)."""
    if not scheme.has_points:
        return []
    found = [(row.compared.other * 100 / scheme.full_marks, "other") for row in standings]
    return found + ([(mine * 100 / scheme.full_marks, "mine")] if mine is not None else [])
