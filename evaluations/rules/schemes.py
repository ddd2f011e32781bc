"""A scheme of evaluation as values: who scores, on which items, and what the most is. docs/algorithms/scoring.md tells the form."""

import hashlib
import json
from dataclasses import dataclass, replace
from decimal import Decimal

from evaluations.rules.scheme_faults import SELF, SIDES, Fault, faults, misfits, number
from evaluations.rules.words import plain_number

__all__ = [
    "SELF",
    "SIDES",
    "Band",
    "Dimension",
    "Fault",
    "Grade",
    "Item",
    "Part",
    "Party",
    "Scheme",
    "digest",
    "faults",
    "misfits",
    "number",
    "parse",
    "stored",
]


@dataclass(frozen=True)
class Part:
    """A level of a graded item or a part of a composite one, and its marks."""

    title: str
    marks: Decimal


@dataclass(frozen=True)
class Band:
    """From this completion on (percent), this share of the item's marks."""

    ge: Decimal
    share: Decimal


@dataclass(frozen=True)
class Item:
    """One line of a sheet. `marks` is the most it gives; in a scheme without points 1, so that passed is 1 and failed 0."""

    code: str
    title: str
    kind: str
    marks: Decimal
    standard: str = ""
    by: tuple = ()
    facts: tuple = ()
    veto: bool = False
    levels: tuple = ()
    parts: tuple = ()
    indicator: str = ""
    basis: str = "target"
    bands: tuple = ()
    each: Decimal | None = None
    unit: str = "次"
    source: str = ""


@dataclass(frozen=True)
class Dimension:
    """A group of items; `marks` is None in a scheme without points."""

    title: str
    marks: Decimal | None
    items: tuple


@dataclass(frozen=True)
class Party:
    """One party that scores: its weight (0 to 1), how its scorers become one score, and how far apart they may be.

    `apart_share` is a share of an item's marks, `apart_points` points; a party has one of them or none.
    """

    code: str
    title: str
    side: str
    weight: Decimal
    aggregate: str = "mean"
    trim_from: int = 4
    apart_share: Decimal | None = None
    apart_points: Decimal | None = None
    least: int = 1
    veto: bool = False

    @property
    def counts(self):
        """Whether its items can decide: by weight, or by a veto without weight."""
        return bool(self.weight) or self.veto

    def allowed(self, item):
        """How far apart its scorers may be on an item before they have to agree, in points; None: as far as they like."""
        return self.apart_points if self.apart_share is None else self.apart_share * item.marks


OWN = Party(SELF, "乙方自评", "provider", Decimal(0))


@dataclass(frozen=True)
class Grade:
    """From so many points on, this grade."""

    title: str
    ge: Decimal


@dataclass(frozen=True)
class Scheme:
    """A whole scheme; `full_marks` is None where it has no points."""

    code: str
    title: str
    scoring: str
    full_marks: Decimal | None
    decimals: int
    parties: tuple
    dimensions: tuple
    grades: tuple = ()
    opinions: tuple = ()

    @property
    def items(self):
        """All items in order."""
        return tuple(item for dimension in self.dimensions for item in dimension.items)

    @property
    def weighted(self):
        """The parties whose scores make the total."""
        return tuple(party for party in self.parties if party.weight)

    @property
    def has_points(self):
        return self.scoring == "score"

    def item(self, code):
        """The item of a code; KeyError when there is none."""
        return {item.code: item for item in self.items}[code]

    def party(self, code):
        """The party of a code; `self` exists in every scheme. KeyError when there is none."""
        known = {party.code: party for party in (OWN, *self.parties)}
        return known[code]

    def scores(self, party, item):
        """Whether a party (code) scores an item: named, or nobody is named and it has weight or is the agency itself."""
        return party in item.by if item.by else bool(self.party(party).weight) or party == SELF

    def sheet(self, party):
        """What a party (code) scores: the dimensions that have items for it, with just these and their marks."""
        dimensions = []
        for dimension in self.dimensions:
            own = tuple(item for item in dimension.items if self.scores(party, item))
            if own:
                marks = sum((item.marks for item in own), Decimal(0)) if self.has_points else None
                dimensions.append(replace(dimension, items=own, marks=marks))
        return tuple(dimensions)

    def items_of(self, party):
        """The items of a party's sheet, in order."""
        return tuple(item for dimension in self.sheet(party) for item in dimension.items)

    def marks_of(self, party):
        """The most that a party's sheet gives."""
        return sum((item.marks for item in self.items_of(party)), Decimal(0))


def parse(definition):
    """The scheme of a definition in which faults() finds nothing; ValueError with the first fault otherwise."""
    wrong = faults(definition)
    if wrong:
        raise ValueError(str(wrong[0]))
    has_points = definition["scoring"] == "score"
    return Scheme(
        code=definition["code"],
        title=definition["title"],
        scoring=definition["scoring"],
        full_marks=number(definition["full_marks"]) if has_points else None,
        decimals=definition.get("decimals", 2) if has_points else 0,
        parties=tuple(_party(party) for party in definition["parties"]),
        dimensions=tuple(_dimension(dimension) for dimension in definition["dimensions"]),
        grades=tuple(Grade(grade["title"], number(grade["ge"])) for grade in definition.get("grades", [])),
        opinions=tuple(definition.get("opinions", [])),
    )


def _party(party):
    apart = party.get("apart") or {}
    return Party(
        code=party["code"],
        title=party["title"],
        side=party["side"],
        weight=number(party["weight"]),
        aggregate=party.get("aggregate", "mean"),
        trim_from=party.get("trim_from", 4),
        apart_share=number(apart.get("share")),
        apart_points=number(apart.get("points")),
        least=party.get("least", 1),
        veto=party.get("veto", False),
    )


def _dimension(dimension):
    return Dimension(
        dimension["title"], number(dimension.get("marks")), tuple(_item(item) for item in dimension["items"])
    )


def _item(item):
    return Item(
        code=item["code"],
        title=item["title"],
        kind=item["kind"],
        marks=number(item.get("marks", 1)),
        standard=item.get("standard", ""),
        by=tuple(item.get("by", ())),
        facts=tuple(item.get("facts", ())),
        veto=item.get("veto", False),
        levels=tuple(Part(level["title"], number(level["marks"])) for level in item.get("levels", ())),
        parts=tuple(Part(part["title"], number(part["marks"])) for part in item.get("parts", ())),
        indicator=item.get("indicator", ""),
        basis=item.get("basis", "target"),
        bands=tuple(Band(number(band["ge"]), number(band["share"])) for band in item.get("bands", ())),
        each=number(item.get("each")),
        unit=item.get("unit") or "次",
        source=item.get("source", ""),
    )


def stored(definition):
    """The definition as JSON keeps it: every Decimal as plain text ("8.50" becomes "8.5"), the rest as it is."""
    if isinstance(definition, dict):
        return {str(name): stored(value) for name, value in definition.items()}
    if isinstance(definition, list | tuple):
        return [stored(value) for value in definition]
    return plain_number(definition) if isinstance(definition, Decimal) else definition


def digest(definition):
    """SHA-256 of what a sound definition says: "8", 8 and "8.0", an absent word and its default are the same."""
    return hashlib.sha256(
        json.dumps(_plain(parse(definition)), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def _plain(value):
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return plain_number(value) if isinstance(value, Decimal) else value
