"""A second evaluator of the vocabulary that walks rows in plain Python and knows no SQL, no Promise, no compiler.

It reads definitions as they are written. Rows are the short descriptions of world.py with every field filled.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tests.services.indicators.oracle_calendar import months_on, pieces
from tests.services.indicators.oracle_rows import COUNTING, OPS, PENDING, STREET, Rows, listed_of, subject_of
from tests.services.indicators.oracle_status import status


@dataclass
class Truth:
    """What the oracle knows of one indicator."""

    missing: bool = False
    value: tuple = ()
    cells: tuple | None = None
    areas: dict = field(default_factory=dict)
    area_cells: dict = field(default_factory=dict)
    pending: int = 0
    counting: int = 0
    not_counting: int = 0
    papers: list = field(default_factory=list)
    returns: list = field(default_factory=list)
    status: str = ""
    rows: dict = field(default_factory=dict)


class Oracle(Rows):
    """Evaluates the definitions of one contract over its rows as of a day."""

    def cuts(self, own):
        anchor, partial = own.get("anchor", "calendar"), own.get("partial", "half")
        return [
            (every, self.pieces(every, *self.window(own), anchor, partial)) for every in listed_of(own.get("every", []))
        ]

    def pieces(self, *how):
        """The pieces of a window, found once."""
        if how not in self.found:
            self.found[how] = pieces(*how, self.holidays)
        return self.found[how]

    def place(self, own, row, every, spans):
        """The number of the period that the row falls into, or None."""
        if own["of"].startswith("document"):
            if row["covers"] != every or row["covers_from"] is None:
                return None
            return next((n for n, span in enumerate(spans) if span[2] <= row["covers_from"] <= span[3]), None)
        return next((n for n, span in enumerate(spans) if span[0] <= row["day"] <= span[1]), None)

    def placed(self, own, row):
        source, (first, last) = self.of(own)[0], self.window(own)
        if source in ("register", "staff"):
            how, until = own.get("present", "now" if source == "staff" else "opened"), min(self.on, last)
            if how == "opened":
                return first <= row["from_day"] <= last
            since = until if how == "now" else first
            return row["from_day"] <= until and (row["to_day"] is None or row["to_day"] >= since)
        if own.get("every"):
            return any(self.place(own, row, every, spans) is not None for every, spans in self.cuts(own))
        return first <= row["day"] <= last

    def spoken(self, own, row):
        source = self.of(own)[0]
        if source == "clock" and not self.judged(own, row):
            return False
        return self.placed(own, row) and self.all_hold(source, row, own["all_where"])

    def told_of(self, own, row):
        each = own.get("each") or {}
        return self.spoken(own, row) and ("register" not in each or self.listed(self.of(own)[0], row, each))

    def unit(self, row):
        return STREET[row.get("area_id")] if STREET[row.get("area_id")] in self.areas else None

    def admitted(self, source, row):
        inside = not self.areas or row.get("area_id") is None or self.unit(row) is not None
        return [("state", row["state"] in COUNTING[source]), ("area", inside)]

    def needs(self, own, row):
        source, count = self.of(own)[0], own.get("count", "rows")
        if isinstance(count, dict):
            name = next(iter(count.values()))
            return [("value", self.amount(own, row, name) is not None)]
        return (
            []
            if count in ("rows", "share")
            else [("key", self.key(source, row, name) is not None) for name in listed_of(count)]
        )

    def key(self, source, row, name):
        if name == source:
            return row["id"]
        if name in ("person", "subject") and source == "register":
            return subject_of(row)
        if name == "person" and source == "staff":
            return row["id"]
        if name in ("org", "point") and source == "record":
            return subject_of(self.entries[row["team_id"]]) if row.get("team_id") else row["facts"].get(name)
        if name == "day":
            return self.day(source, row)
        if name == "street":
            return STREET[row.get("area_id")]
        if name == "area":
            return row.get("area_id")
        return row.get(f"{name}_id", row["facts"].get(name))

    def amount(self, own, row, name):
        if self.of(own)[0] == "clock" and name in ("hours", "minutes", "workdays"):
            return self.took(row, "minutes" if name == "hours" else name)
        if name == "hours":
            rule = self.hours.get(row["kind"])
            if rule is None:
                return row["minutes"]
            base = {
                "row": 60,
                "minutes": row["minutes"],
                "participants": None if row["participants"] is None else row["participants"] * 60,
            }[rule["per"]]
            return None if base is None else base * Fraction(str(rule.get("hours", 1)))
        value = row[name] if name in row else row["facts"].get(name)
        return None if value is None else Fraction(str(value))

    def on_time(self, own, row):
        if "due" not in own or not own["of"].startswith("document"):
            return []
        for every, spans in self.cuts(own):
            number = self.place(own, row, every, spans)
            if number is not None and row["day"] <= self.due(own, spans[number]):
                return [("late", True)]
        return [("late", False)]

    @staticmethod
    def due(own, span):
        if "due" not in own:
            return span[1]
        month = months_on(span[3].replace(day=1), own["due"]["months"])
        return month.replace(day=min(own["due"]["day"], monthrange(month.year, month.month)[1]))

    def gates(self, own, row):
        source = self.of(own)[0]
        asked = self.bits(source, row, own["count_gate"])
        return [*self.admitted(source, row), *asked, *self.needs(own, row), *self.on_time(own, row)]

    def taken(self, own, row):
        """Whether the row counts for one that this stands apart from."""
        source = self.of(own)[0]
        for code in own.get("apart", []):
            other = self.full(code)
            if self.of(other)[1] is not None and row["kind"] not in self.of(other)[1]:
                continue
            bits = [*self.admitted(source, row), *self.bits(source, row, other["count_gate"])]
            if self.spoken(other, row) and all(ok for _, ok in bits):
                return True
        return False

    def counts(self, own, row):
        return self.spoken(own, row) and all(ok for _, ok in self.gates(own, row)) and not self.taken(own, row)

    def total(self, own, rows):
        """(number, divisor) of counting rows by the way of counting."""
        count, source = own.get("count", "rows"), self.of(own)[0]
        if isinstance(count, dict):
            how, name = next(iter(count.items()))
            amounts = [self.amount(own, row, name) for row in rows]
            whole = sum(map(Fraction, amounts), Fraction(0)) / (60 if name == "hours" else 1)
            return whole, Fraction(1 if how == "sum" else len(amounts))
        if count in ("rows", "share"):
            return Fraction(len(rows)), Fraction(1)
        return Fraction(
            len({tuple(self.key(source, row, name) for name in listed_of(count)) for row in rows})
        ), Fraction(1)

    def quotient(self, own, area):
        inside = lambda row: area is None or self.unit(row) == area  # noqa: E731
        source = self.of(own)[0]
        rows = [row for row in self.seen(own) if inside(row) and self.counts(own, row)]
        number, divisor = self.total(own, rows)
        if own.get("count") == "share":
            divisor = Fraction(
                sum(
                    1
                    for row in self.seen(own)
                    if inside(row)
                    and self.spoken(own, row)
                    and not self.taken(own, row)
                    and all(ok for _, ok in self.admitted(source, row))
                )
            )
        over = own.get("over")
        if isinstance(over, dict):
            top, bottom = self.quotient(self.over_of(own), area)
            return number * (bottom or 1), divisor * top
        return number, divisor * (self.number(over) if over is not None else 1)

    def over_of(self, own):
        over = dict(own["over"])
        over.setdefault("of", own["of"])
        over |= {
            "within": own.get("within"),
            "all_where": list((over.get("where") or {}).items()),
            "count_gate": list((over.get("gate") or {}).items()),
        }
        return over

    def limits(self, requirement, day):
        entries = requirement if isinstance(requirement, list) else [requirement]
        force = [entry for entry in entries if entry.get("since") is None or entry["since"] <= day]
        chosen = max(force, key=lambda entry: entry.get("since") or date.min) if force else {}
        return {op: self.number(limit) for op, limit in chosen.items() if op in OPS}

    def reaches(self, own, rows, per, day):
        count = own.get("count", "rows")
        if isinstance(count, dict) and "mean" in count and not rows:
            return False
        number, divisor = self.total(own, rows)
        limits = self.limits(own["reach"], day)
        return bool(limits) and all(OPS[op](number, limit * divisor * per) for op, limit in limits.items())

    def grid(self, own, area):
        """(met, judged, all) cells."""
        each, source = own.get("each") or {}, self.of(own)[0]
        per = self.number(own["over"]) if own.get("over") is not None else Fraction(1)
        first, last = self.window(own)
        cuts = self.cuts(own) or [("", [(first, last, first, last)])]
        rows = [row for row in self.seen(own) if self.counts(own, row)]
        marks = []
        for every, spans in cuts:
            for number, span in enumerate(spans):
                closed = not every or self.due(own, span) < self.on
                here = [row for row in rows if (self.place(own, row, every, spans) == number if every else True)]
                if "register" in each:
                    for subject, unit in self.due_subjects(each, span).items():
                        if area in (None, unit):
                            own_rows = [
                                row
                                for row in here
                                if self.subject(source, row, each["register"]) == subject
                                and (every or first <= row["day"] <= last)
                            ]
                            met = self.reaches(own, own_rows, per, span[0])
                            marks.append((met, closed or met))
                    continue
                for cell in self.cell_values(each, area):
                    mine = [
                        row
                        for row in here
                        if (area is None or self.unit(row) == area)
                        and (cell is None or self.cell_of(source, row, each) == cell)
                    ]
                    met = self.reaches(own, mine, per, span[0] if every else self.on)
                    marks.append((met, closed or met))
        return sum(met for met, _ in marks), sum(judged for _, judged in marks), len(marks)

    def cell_values(self, each, area):
        if "field" in each:
            return each["in"]
        if "area" in each:
            streets = [street for street in self.areas if area in (None, street)]
            if each["area"] == "street":
                return streets
            return [place for place, street in STREET.items() if place != street and street in streets]
        return [None]

    def cell_of(self, source, row, each):
        if each.get("area") == "community":
            return row.get("area_id")
        return STREET[row.get("area_id")] if "area" in each else self.value(source, row, each["field"])

    def due_subjects(self, each, span):
        """{subject: area} of those who must be served in the period."""
        found = {}
        for stay in sorted(self.stays(each["register"], each.get("where")), key=lambda row: row["from_day"]):
            ends, how = stay["to_day"] or date.max, each.get("present", "start")
            meets = {
                "start": stay["from_day"] <= span[0] <= ends, "whole": stay["from_day"] <= span[0] and ends >= span[1], "any": stay["from_day"] <= span[1] and ends >= span[0],
            }[how]  # fmt: skip
            if meets and (not self.areas or stay["area_id"] is None or self.unit(stay) is not None):
                found.setdefault(subject_of(stay), self.unit(stay))
        return found

    def truth(self, code):
        own = self.full(code)
        if self.lacks(code):
            return Truth(missing=True, status="missing_parameter")
        grid = bool(own.get("each") or own.get("every"))
        truth = Truth()
        for row in self.seen(own):
            if self.told_of(own, row):
                self._list(own, row, truth)
        truth.papers = [
            kind
            for kind in own.get("papers", [])
            if not any(
                row["kind"] == kind and row["state"] == "accepted" and row["day"] <= self.on
                for row in self.rows["document"]
            )
        ]
        truth.returns = self.returns(own)
        truth.cells = self.grid(own, None) if grid else None
        truth.value = (
            (Fraction(truth.cells[0] * 100), Fraction(truth.cells[1]))
            if grid
            else self.scaled(own, self.quotient(own, None))
        )
        for area in self.areas:
            truth.area_cells[area] = self.grid(own, area) if grid else None
            truth.areas[area] = (
                (Fraction(truth.area_cells[area][0] * 100), Fraction(truth.area_cells[area][1]))
                if grid
                else self.scaled(own, self.quotient(own, area))
            )
        truth.status = status(self, own, truth)
        return truth

    def returns(self, own):
        """[(kind, first day of the month)]: months that are over, in which nothing counted and nobody said that nothing happened."""
        if "nil" not in own:
            return []
        first, last = self.window(own)
        months = pieces("month", first, last, own.get("anchor", "calendar"), own.get("partial", "half"), self.holidays)
        happened = [row["day"] for row in self.seen(own) if self.counts(own, row)]
        made = []
        for span in months:
            if span[1] >= self.on or any(span[0] <= day <= span[1] for day in happened):
                continue
            said = [
                row["facts"].get("of")
                for row in self.rows["document"]
                if row["kind"] == "nil_return" and row["covers"] == "month" and row["covers_from"] is not None
                and span[2] <= row["covers_from"] <= span[3] and row["state"] == "accepted" and row["day"] <= self.on
            ]  # fmt: skip
            made += [(kind, span[2]) for kind in self.of(own)[1] if kind not in said]
        return made

    def _list(self, own, row, truth):
        failed = [code for code, ok in self.gates(own, row) if not ok] + (["apart"] if self.taken(own, row) else [])
        truth.rows[row["id"]] = failed
        truth.counting += not failed
        truth.not_counting += bool(failed)
        truth.pending += row["state"] == PENDING.get(self.of(own)[0])

    def scaled(self, own, value):
        percent = own.get("unit") == "%" and (own.get("count") == "share" or own.get("over") is not None)
        return (value[0] * (100 if percent else 1), value[1])
