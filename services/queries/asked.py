"""What forms have to ask under a contract, in the tenant's words: read from the contract's indicators, in three statements."""

from dataclasses import dataclass, field

from services.indicators.measure import reading_of
from services.indicators.promise import Unset
from services.queries.indicators import labels
from services.rules import asked as rules

FACT_WORDS = {True: "是", False: "否"}
# Kinds of a source that has only one are not named by indicators.
WORD_FAMILIES = {"register": "register", "document": "document", "incident": "incident", "clock": "clock"}


@dataclass(frozen=True)
class Wanted:
    """What is asked of one kind of rows: `fields` like those of an activity kind, papers and approvals as (code, word)."""

    kind: str
    label: str
    fields: list = field(default_factory=list)
    papers: list = field(default_factory=list)
    approvals: list = field(default_factory=list)
    periods: list = field(default_factory=list)
    limits: list = field(default_factory=list)
    keys: frozenset = frozenset()
    own: frozenset = frozenset()
    by_area: bool = False

    def told(self, facts):
        """[(word, value in words)] of the facts of a row, in the order of the form; unknown ones as they are."""
        known = {row["name"]: row for row in self.fields}
        return [
            (known.get(name, {}).get("label", name), told_value(known.get(name), value))
            for name, value in facts.items()
        ]


def told_value(described, value):
    """A fact's value in words."""
    if isinstance(value, bool):
        return FACT_WORDS[value]
    choices = dict(map(tuple, described.get("choices", ()))) if described else {}
    return choices.get(value, value)


class Questions:
    """A contract's indicators and the tenant's words, read once for a page; `words` are those read already for other contracts."""

    def __init__(self, contract, words=None):
        self.contract, self.words = contract, words or labels()
        self.promises = reading_of(contract, list(contract.indicators.all())).promises

    def kinds(self, source):
        """[(code, word)] of the kinds of a source: those that the contract counts first, then the tenant's others."""
        counted = rules.kinds_of(self.promises, source)
        family = WORD_FAMILIES[source]
        others = [code for known, code in self.words.words if known == family and code not in counted]
        return [(code, self.words.of(family, code)) for code in [*counted, *others]]

    def counted(self, source):
        """[(code, word)] of the kinds of a source that the contract counts."""
        family = WORD_FAMILIES.get(source, "kind")
        return [(code, self.words.of(family, code)) for code in rules.kinds_of(self.promises, source)]

    def nil_kinds(self):
        """[(code, word)] of the incidents whose months want a nil return."""
        return [(code, self.words.of("incident", code)) for code in rules.nil_kinds(self.promises)]

    def of(self, source, kind):
        """What is asked of rows of one kind (Wanted)."""
        found = rules.asked(self.promises, source, kind)
        words = self.words
        return Wanted(
            kind=kind,
            label=words.of(WORD_FAMILIES.get(source, "kind"), kind),
            fields=[self._field(name, *described) for name, described in found.fields.items()],
            papers=[(code, words.of("paper", code)) for code in found.papers],
            approvals=[(code, words.of("approval", code)) for code in found.approvals],
            periods=found.periods,
            limits=[limit for limit in found.limits if not isinstance(limit[2], Unset)],
            keys=frozenset(found.keys),
            own=frozenset(found.own),
            by_area=found.by_area,
        )

    def _field(self, name, kind, choices):
        described = {"name": name, "label": self.words.field(name), "type": kind}
        if kind == "choice":
            known = [code for field_name, code in self.words.choices if field_name == name]
            codes = dict.fromkeys([*known, *choices])
            described["choices"] = [[code, self.words.choice(name, code)] for code in codes]
        return described
