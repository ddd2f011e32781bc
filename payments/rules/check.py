"""The explained check as a value: conditions with what is missing and who mends it, frozen with one digest."""

from dataclasses import dataclass
from decimal import Decimal

from documents import canonical
from payments.rules.facts import NO_LINK, Link

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"


@dataclass(frozen=True)
class Condition:
    """One condition of a payment: what the clause asks, what is, what is missing, and who can mend it."""

    code: str
    group: str
    title: str
    clause: str
    required: str
    actual: str
    verdict: str
    missing: str = ""
    mender: str = ""
    note: str = ""
    evidence: Link = NO_LINK

    @property
    def short(self):
        """The title without what stands behind a comma: 专业小组，每街镇 ≥ 2 个 → 专业小组."""
        return self.title.split("，")[0]

    def frozen(self):
        """What a decision rests on: the condition without links and passing remarks."""
        names = ("code", "group", "title", "clause", "required", "actual", "verdict", "missing", "mender")
        return {name: getattr(self, name) for name in names}

    def stored(self):
        """Everything, as JSON for the last stored check."""
        return self.frozen() | {"note": self.note, "evidence": vars(self.evidence)}


def restored(row):
    """The Condition that was stored as JSON."""
    return Condition(**{**row, "evidence": Link(**row["evidence"])})


def thawed(data):
    """The Check that was frozen in a snapshot's data."""
    return Check(
        data["contract"],
        data["milestone"],
        Decimal(data["amount"]),
        tuple(Condition(**row) for row in data["conditions"]),
    )


@dataclass(frozen=True)
class Check:
    """A milestone's whole check. `result` is met only when every condition is; unknown never pays."""

    contract: str
    milestone: str
    amount: Decimal
    conditions: tuple

    def _having(self, verdict):
        return [condition for condition in self.conditions if condition.verdict == verdict]

    @property
    def met(self):
        return self._having(MET)

    @property
    def unmet(self):
        return self._having(UNMET)

    @property
    def unknown(self):
        return self._having(UNKNOWN)

    @property
    def open(self):
        """Conditions that stand in the way, in the contract's order."""
        return [condition for condition in self.conditions if condition.verdict != MET]

    @property
    def result(self):
        return UNMET if self.unmet else UNKNOWN if self.unknown else MET

    @property
    def told(self):
        """11 项：满足 5，未满足 5，待确认 1"""
        counts = (("满足", self.met), ("未满足", self.unmet), ("待确认", self.unknown))
        return f"{len(self.conditions)} 项：{'，'.join(f'{word} {len(rows)}' for word, rows in counts if rows)}"

    @property
    def gaps(self):
        """What is missing, one sentence a condition."""
        return [gap(condition) for condition in self.open]

    def by_mender(self):
        """Who can mend what: {name: open conditions}, in the contract's order."""
        menders = {}
        for condition in self.open:
            menders.setdefault(condition.mender, []).append(condition)
        return menders

    def groups(self):
        """(title, conditions) in the contract's order."""
        titles = dict.fromkeys(condition.group for condition in self.conditions)
        return [(title, [condition for condition in self.conditions if condition.group == title]) for title in titles]

    def frozen(self):
        """What is frozen at a decision. No moment is in it: the same facts have the same digest on any day."""
        return {
            "contract": self.contract,
            "milestone": self.milestone,
            "amount": self.amount,
            "result": self.result,
            "conditions": [condition.frozen() for condition in self.conditions],
        }

    @property
    def digest(self):
        return canonical.digest(self.frozen())


def gap(condition):
    """One open condition as a sentence: 专业小组：差 1 个，军庄镇."""
    return f"{condition.title}：{condition.missing or condition.actual}"


def changes(before, after):
    """What differs between two lists of frozen conditions, one sentence each."""
    old, new = ({row["code"]: row for row in rows} for rows in (before, after))
    told = [f"{new[code]['title']}：新增条件" for code in new if code not in old]
    told += [f"{old[code]['title']}：不再是条件" for code in old if code not in new]
    for code in new:
        if code in old and new[code] != old[code]:
            was, now = old[code]["actual"], new[code]["actual"]
            told.append(f"{new[code]['title']}：{'依据有变化' if was == now else f'{was} → {now}'}")
    return told
