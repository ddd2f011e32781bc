"""The oracle's first half: definitions as they are written, rows, and whether a condition holds for a row."""

from datetime import date, datetime, time, timedelta
from fractions import Fraction

from tenancy.clock import SHANGHAI
from tests.services.indicators.oracle_calendar import is_workday

COUNTING = {
    "record": {"verified"}, "case": {"open", "closure_submitted", "closed"}, "group": {"open", "closed"}, "register": {"verified"},
    "staff": {"verified"}, "answer": {"valid"}, "document": {"accepted"},
    "incident": {"confirmed"}, "clock": {"valid"}, "score": {"final"},
}  # fmt: skip
PENDING = {
    "record": "submitted",
    "case": "intake_submitted",
    "group": "planned",
    "register": "submitted",
    "staff": "submitted",
    "document": "delivered",
    "incident": "reported",
}
# The streets 1 and 2 are served, 3 lies outside.
STREETS = {1: "柳林街道", 2: "石桥街道", 3: "云岭镇"}
STREET = {None: None, 1: 1, 2: 2, 3: 3, 11: 1, 12: 1, 21: 2, 22: 2, 31: 3}
LEVELS = ["district", "municipal", "provincial", "national"]
OPS = {
    "ge": lambda a, b: a >= b, "gt": lambda a, b: a > b, "le": lambda a, b: a <= b, "lt": lambda a, b: a < b, "eq": lambda a, b: a == b, "ne": lambda a, b: a != b,
}  # fmt: skip


class Rows:
    """Reads definitions and decides conditions, for one contract as of a day."""

    def __init__(self, definitions, rows, *, term, areas, parameters, hours, on, holidays=None):
        self.holidays, self.found = holidays or {}, {}
        self.definitions = {definition["id"]: definition for definition in definitions}
        self.rows, self.term, self.areas, self.parameters, self.hours, self.on = (
            rows,
            term,
            areas,
            parameters,
            hours,
            on,
        )
        self.entries = {row["id"]: row for row in rows["register"]}

    def full(self, code):
        """A definition with what it inherits."""
        own = dict(self.definitions[code])
        own["count_gate"] = list((own.get("gate") or {}).items())
        own["all_where"] = list((own.get("where") or {}).items())
        if "part_of" in own:
            parent = self.full(own["part_of"])
            own.setdefault("of", parent["of"])
            own.setdefault("within", parent.get("within"))
            if "present" in parent:
                own.setdefault("present", parent["present"])
            own["all_where"] = merged(parent["all_where"], own["all_where"])
            own["count_gate"] = merged(parent["count_gate"], own["count_gate"])
        return own

    def window(self, own):
        return tuple(own["within"]) if own.get("within") else self.term

    def number(self, value):
        if isinstance(value, str):
            value = self.parameters[value[1:]]
        return Fraction(str(value))

    def lacks(self, code, seen=()):
        """Whether a parameter is missing here, or in what this is a part of or stands apart from."""
        if code in seen:
            return False
        own = self.definitions[code]
        near = [*own.get("apart", []), *([own["part_of"]] if "part_of" in own else [])]
        here = "$limit" in repr(own) and self.parameters["limit"] is None
        return here or any(self.lacks(other, (*seen, code)) for other in near)

    def of(self, own):
        source, _, kinds = own["of"].partition(".")
        if source == "staff" and not kinds:
            return source, ["project"]
        return source, kinds.split("|") if kinds else None

    def seen(self, own):
        source, kinds = self.of(own)
        for row in self.rows[source]:
            named = kinds is None or row["kind"] in kinds
            handed_in = source not in ("record", "case") or row["state"] != "draft"
            if named and handed_in and self.day(source, row) <= self.on:
                yield row

    @staticmethod
    def day(source, row):
        return row["from_day"] if source in ("register", "staff") else row["day"]

    def subject(self, source, row, register):
        """Which of the row's keys can stand on the register."""
        what = {"key_household": "household", "volunteer": "person", "point": "label"}[register]
        if source == "register":
            return subject_of(row)
        if what == "label":
            return subject_of(self.entries[row["team_id"]]) if row.get("team_id") else None
        key = row.get(f"{what}_id")
        return (what, key) if key else None

    def stays(self, register, where):
        for row in self.rows["register"]:
            if (
                row["kind"] == register
                and row["state"] == "verified"
                and row["from_day"] <= self.on
                and self.all_hold("register", row, list((where or {}).items()))
            ):
                yield row

    def listed(self, source, row, wanted):
        subject, day = self.subject(source, row, wanted["register"]), self.day(source, row)
        return subject is not None and any(
            subject_of(stay) == subject
            and stay["from_day"] <= day
            and (stay["to_day"] is None or stay["to_day"] >= day)
            for stay in self.stays(wanted["register"], wanted.get("where"))
        )

    def value(self, source, row, name):
        if source == "clock" and name in ("minutes", "hours", "workdays"):
            return self.took(row, name)
        if name == "person.age" or name == "age":
            born = row["born_on"] if source == "staff" else self.born(source, row)
            if born is None:
                return None
            day = self.on if source == "staff" else self.day(source, row)
            return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        if name == "day":
            return self.day(source, row)
        if name in row and name not in ("papers", "facts", "approvals"):
            return None if row[name] == "" else row[name]
        return row["facts"].get(name)

    def born(self, source, row):
        """The birthday of the row's person; persons are numbered, and so are their birthdays."""
        number = row.get("person_id")
        return born_of(number) if number else None

    def took(self, row, name):
        """How long a clock has run: to its end, or, if that lies after the day, up to the day."""
        ended = row["stopped_at"] is not None and row["stopped_at"].date() <= self.on
        if name == "workdays":
            last = row["stopped_at"].date() if ended else self.on
            return sum(
                is_workday(row["day"] + timedelta(days=n), self.holidays)
                for n in range(1, (last - row["day"]).days + 1)
            )
        end = row["stopped_at"] if ended else datetime.combine(self.on, time.min, SHANGHAI)
        seconds = Fraction((end - row["started_at"]) // timedelta(seconds=1))
        return seconds / (60 if name == "minutes" else 3600)

    def judged(self, own, row):
        """Whether a clock has stopped, or has run past one of its limits."""
        if row["stopped_at"] is not None and row["stopped_at"].date() <= self.on:
            return True
        return any(self.lost(row, name, wanted) for name, wanted in own["count_gate"])

    def lost(self, row, name, wanted):
        if name == "on_time":
            return wanted is True and row["on_time"] is False
        if name == "any":
            return all(any(self.lost(row, *pair) for pair in group.items()) for group in wanted)
        if name not in ("minutes", "hours", "workdays"):
            return False
        return any(
            op in ("le", "lt") and not OPS[op](self.took(row, name), self.number(limit)) for op, limit in wanted.items()
        )

    def all_hold(self, source, row, conditions):
        return all(ok for _code, ok in self.bits(source, row, conditions))

    def bits(self, source, row, conditions):
        """[(code, holds)] for every single condition, in order; one that is asked twice is told once."""
        made, asked = [], set()
        for name, wanted in conditions:
            if name in ("papers", "approved"):
                have = row.get("papers" if name == "papers" else "approvals", [])
                ticked = [fact for fact, value in row["facts"].items() if value is True and "approvals" not in row]
                have = [*have, *(ticked if name == "approved" else [])]
                made += [(name, one in have) for one in listed_of(wanted) if (name, one) not in asked]
                asked |= {(name, one) for one in listed_of(wanted)}
            elif name == "listed":
                made.append(("listed", self.listed(source, row, wanted)))
            elif name == "has":
                made += [
                    ("has", OPS[op](self.hanging(source, row, entry), self.number(limit)))
                    for entry in wanted
                    for op, limit in entry.items()
                    if op in OPS
                ]
            elif name == "any":
                made.append(("any", any(self.all_hold(source, row, list(group.items())) for group in wanted)))
            else:
                for one in singles(wanted):
                    if (name, repr(one)) not in asked:
                        made += [(name, ok) for ok in self.field(source, row, name, one)]
                    asked.add((name, repr(one)))
        return made

    def field(self, source, row, name, wanted):
        have = self.value(source, row, name)
        if not isinstance(wanted, dict | list):
            yield have is not None and have == (
                self.number(wanted) if isinstance(wanted, str) and wanted.startswith("$") else wanted
            )
        elif isinstance(wanted, list):
            yield have in wanted
        else:
            for op, limit in (
                sorted(wanted.items(), key=lambda pair: list(OPS).index(pair[0]) if pair[0] in OPS else 9)
                if set(wanted) <= set(OPS)
                else wanted.items()
            ):
                if op == "given":
                    yield (have is not None) == limit
                elif op == "before":
                    than = self.value(source, row, limit)
                    yield have is not None and than is not None and as_day(have) < as_day(than)
                elif limit in LEVELS:
                    yield have in LEVELS and OPS[op](LEVELS.index(have), LEVELS.index(limit))
                else:
                    yield have is not None and OPS[op](Fraction(str(have)), self.number(limit))

    def hanging(self, source, row, entry):
        child = {"of": entry["of"]}
        kin, kinds = self.of(child)
        rows = [
            one for one in self.rows[kin]
            if one.get(f"{source}_id") == row["id"] and (kinds is None or one["kind"] in kinds) and one["day"] <= self.on and one["state"] in COUNTING[kin]
            and self.all_hold(kin, one, list((entry.get("where") or {}).items()))
        ]  # fmt: skip
        count = entry.get("count", "rows")
        if isinstance(count, dict):
            return sum((Fraction(str(one[count["sum"]])) for one in rows if one[count["sum"]] is not None), Fraction(0))
        return len(rows) if count == "rows" else len({one[count] for one in rows if one[count] is not None})


def as_day(value):
    return value if isinstance(value, date) else date.fromisoformat(value)


def born_of(number):
    """The birthday of a numbered person."""
    return date(1940, 1, 1) + timedelta(days=number * 1009 % 20000) if number % 3 else None


def singles(wanted):
    """The comparisons of a field one by one: what a parent and its part both ask is told once."""
    return [{op: limit} for op, limit in wanted.items()] if isinstance(wanted, dict) else [wanted]


def merged(first, second):
    """Conditions of a parent and its part; what both say is asked once."""
    return [*first, *(pair for pair in second if pair not in first)]


def listed_of(value):
    return value if isinstance(value, list) else [value]


def subject_of(row):
    if row.get("person_id"):
        return ("person", row["person_id"])
    return ("household", row["household_id"]) if row.get("household_id") else ("label", row["subject"])
