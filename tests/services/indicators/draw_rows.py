"""Random contracts: terms over month and year ends, rows of all sources with nulls in every column. The same seed draws the same."""

from datetime import date, datetime, time, timedelta

from tenancy.clock import SHANGHAI
from tests.services.indicators.oracle_calendar import months_on
from tests.services.indicators.oracle_rows import LEVELS

PAPERS = ["photo", "plan", "summary"]
APPROVALS = ["intake_subdistrict", "closure_subdistrict", "leader"]
KINDS = {
    "record": ["visit", "event", "session"],
    "case": ["casework", "complex"],
    "group": ["professional", "open"],
    "register": ["key_household", "volunteer", "point"],
    "staff": ["project", "organisation"],
    "answer": ["satisfaction", "meal"],
    "document": ["brief", "pack"],
    "incident": ["accident", "complaint"],
    "clock": ["need", "tracing"],
    "score": ["mid_term", "final"],
}
STATES = {
    "record": ["verified", "verified", "verified", "submitted", "returned", "draft"], "case": ["open", "open", "closed", "closed", "intake_submitted", "draft", "refused"],
    "group": ["open", "closed", "planned", "withdrawn"], "register": [*["verified"] * 6, "submitted"], "staff": ["verified", "verified", "submitted"],
    "answer": ["valid", "valid", "void"], "document": ["accepted", "accepted", "delivered", "returned"],
    "incident": ["confirmed", "confirmed", "reported", "dismissed"], "clock": ["valid", "valid", "valid", "void"], "score": ["final", "final", "void"],
}  # fmt: skip


class DrawRows:
    """Draws a contract and its rows with `random`."""

    def __init__(self, random):
        self.r = random
        first = date(2023, 12, 1) + timedelta(days=random.randrange(150))
        self.term = (first, first + timedelta(days=random.choice([20, 45, 100, 180, 365, 400])))
        self.on = self.term[0] + timedelta(days=random.randrange(-5, (self.term[1] - self.term[0]).days + 40))
        self.holidays = {self.day(): random.random() < 0.3 for _ in range(6)}
        self.areas = random.choice([[], [1, 2], [1, 2], [2]])
        self.parameters = {"limit": random.choice([None, 2, 3])}
        self.hours = random.choice(
            [{}, {}, {"visit": {"per": "row", "hours": 2}, "event": {"per": "participants", "hours": 0.5}}]
        )

    def maybe(self, value, chance=0.75):
        return value if self.r.random() < chance else None

    def day(self):
        """A day around the term; its ends more often than chance would."""
        first, last = self.term
        if self.r.random() < 0.15:
            return self.r.choice([first, last, first - timedelta(days=1), last + timedelta(days=1), self.on])
        return first + timedelta(days=self.r.randrange(-20, (last - first).days + 20))

    def papers(self):
        return [paper for paper in PAPERS if self.r.random() < 0.6]

    def facts(self):
        found = {
            "done": self.maybe(self.r.random() < 0.7), "amount": self.maybe(self.r.choice([0, 1, 2.5, 10])), "level": self.maybe(self.r.choice(LEVELS)),
            "plan_on": self.maybe(self.day().isoformat()), "slot": self.maybe(self.r.choice(["am", "pm"])),
        }  # fmt: skip
        return {name: value for name, value in found.items() if value is not None}

    # --- rows ----------------------------------------------------------------------------------------------------

    def rows(self):
        """Rows of every source, every field filled."""
        made = {
            "register": self._register(),
            "case": [],
            "group": [],
            "record": [],
        }
        for number in range(1, self.r.randrange(4, 12)):
            made["case"].append(self._case(number))
        for number in range(1, self.r.randrange(3, 7)):
            made["group"].append(self._group(number))
        points = [row["id"] for row in made["register"] if row["kind"] == "point"]
        for number in range(1, self.r.randrange(20, 70)):
            made["record"].append(self._record(number, made, points))
        made["staff"] = [self._staff(number) for number in range(1, self.r.randrange(3, 8))]
        made["answer"] = [self._answer(number, made) for number in range(1, self.r.randrange(3, 15))]
        made["document"] = [self._document(number) for number in range(1, self.r.randrange(3, 20))]
        made["document"] += self._nil_returns(len(made["document"]))
        made["incident"] = [self._incident(number) for number in range(1, self.r.randrange(1, 9))]
        made["clock"] = [self._clock(number, made) for number in range(1, self.r.randrange(4, 20))]
        made["score"] = [self._score(number) for number in range(1, self.r.randrange(1, 6))]
        return made

    def _place(self, always=False):
        return self.r.choice([1, 11, 11, 12, 21, 22, 31] if always else [None, None, 1, 11, 11, 12, 21, 22, 31])

    def _register(self):
        made, number = [], 0
        for kind, what in (("key_household", "household_id"), ("volunteer", "person_id"), ("point", "subject")):
            for subject in range(1, self.r.randrange(3, 7)):
                # Subjects who come back, soon and in another area: each of their periods is one cell.
                day = self.r.choice([self.day(), self.term[0] - timedelta(days=self.r.randrange(-5, 30))])
                for _ in range(self.r.choice([1, 2, 3, 4])):
                    number += 1
                    ends = self.maybe(day + timedelta(days=self.r.randrange(25)), 0.8)
                    row = {
                        "id": number,
                        "kind": kind,
                        "household_id": None,
                        "person_id": None,
                        "subject": None,
                        "from_day": day,
                        "to_day": ends,
                    }
                    made.append(
                        row
                        | {
                            what: subject,
                            "area_id": self._place(),
                            "state": self.r.choice(STATES["register"]),
                            "facts": self.facts(),
                            "papers": self.papers(),
                        }
                    )
                    if ends is None:
                        break
                    day = ends + timedelta(days=self.r.choice([1, 1, 1, 2, 8]))
        return made

    def _case(self, number):
        state, day = self.r.choice(STATES["case"]), self.day()
        approvals = [approval for approval in APPROVALS if self.r.random() < 0.4]
        needed = {"open": ["intake_subdistrict"], "closed": ["intake_subdistrict", "closure_subdistrict"]}.get(
            state, []
        )
        return {
            "id": number, "kind": self.r.choice(KINDS["case"]), "household_id": self.r.randrange(1, 6), "person_id": 200 + number, "day": day, "state": state, "area_id": self._place(always=True),
            "is_crisis": self.r.random() < 0.5, "system_no": self.maybe(f"S{number}", 0.6) or "", "papers": self.papers(), "approvals": sorted({*approvals, *needed}), "facts": self.facts(),
            "closed_on": day if state == "closed" else None,
        }  # fmt: skip

    def _group(self, number):
        return {
            "id": number,
            "kind": self.r.choice(KINDS["group"]),
            "day": self.day(),
            "state": self.r.choice(STATES["group"]),
            "area_id": self._place(always=True),
            "members": self.r.randrange(5, 14),
            "papers": self.papers(),
            "facts": self.facts(),
        }

    def _record(self, number, made, points):
        return {
            "id": number, "kind": self.r.choice(KINDS["record"]), "day": self.day(), "state": self.r.choice(STATES["record"]), "area_id": self._place(), "household_id": self.maybe(self.r.randrange(1, 7)),
            "person_id": self.maybe(self.r.randrange(1, 7), 0.5), "case_id": self.maybe(self.r.choice(made["case"])["id"], 0.5), "group_id": self.maybe(self.r.choice(made["group"])["id"], 0.4),
            "team_id": self.maybe(self.r.choice(points), 0.5), "direct": self.maybe(self.r.random() < 0.6), "mode": self.maybe(self.r.choice(["home", "phone"])) or "", "minutes": self.maybe(self.r.choice([10, 20, 60, 90])),
            "participants": self.maybe(self.r.choice([29, 30, 50, 51])), "workers": self.maybe(self.r.choice([1, 2])), "quantity": self.maybe(self.r.choice([1, 2, 3])), "score": self.maybe(self.r.choice([3, 4, 5])),
            "papers": self.papers(), "facts": self.facts(),
        }  # fmt: skip

    def _staff(self, number):
        day = self.day()
        return {
            "id": number,
            "kind": self.r.choice(["project", "project", "organisation"]),
            "post": self.r.choice(["lead", "liaison", "expert"]),
            "side": self.r.choice(["purchaser", "provider"]),
            "from_day": day,
            "to_day": self.maybe(day + timedelta(days=self.r.randrange(120)), 0.4),
            "born_on": self.maybe(date(1969, 1, 1) + timedelta(days=self.r.randrange(3000))),
            "state": self.r.choice(STATES["staff"]),
            "area_id": self._place(),
            "facts": self.facts(),
            "approvals": self.r.choice([[], ["leader"]]),
            "papers": self.papers(),
        }

    def _incident(self, number):
        day, state = self.day(), self.r.choice(STATES["incident"])
        closed = self.maybe(day + timedelta(days=self.r.randrange(30)), 0.5) if state == "confirmed" else None
        return {
            "id": number,
            "kind": self.r.choice(KINDS["incident"]),
            "day": day,
            "state": state,
            "area_id": self._place(),
            "person_id": self.maybe(self.r.randrange(1, 7)),
            "closed_on": closed,
            "papers": self.papers(),
            "facts": self.facts(),
        }

    def _clock(self, number, made):
        """A clock of some minutes to some days, stopped or running; those that start shortly before the day more often."""
        day = self.day() if self.r.random() < 0.6 else self.on - timedelta(days=self.r.randrange(4))
        minute = self.r.choice([0, 1, 540, 720, 1410, 1439])
        started = datetime.combine(day, time(minute // 60, minute % 60), SHANGHAI)
        took = timedelta(minutes=self.r.choice([0, 5, 59, 60, 61, 119, 120, 121, 1440, 2880, 2881, 10080]))
        case = self.maybe(self.r.choice(made["case"])["id"], 0.3)
        return {
            "id": number, "kind": self.r.choice(KINDS["clock"]), "started_at": started, "day": day, "stopped_at": self.maybe(started + took), "state": self.r.choice(STATES["clock"]), "area_id": self._place(),
            "household_id": self.maybe(self.r.randrange(1, 7)), "person_id": self.maybe(self.r.randrange(1, 7), 0.5), "case_id": case, "on_time": self.maybe(self.r.random() < 0.6, 0.6),
            "papers": self.papers(), "facts": self.facts(),
        }  # fmt: skip

    def _score(self, number):
        return {
            "id": number,
            "kind": self.r.choice(KINDS["score"]),
            "day": self.day(),
            "state": self.r.choice(STATES["score"]),
            "area_id": self._place(),
            "score": self.r.choice([59.5, 60, 80, 90, 90.5]),
            "papers": self.papers(),
            "facts": self.facts(),
        }

    def _nil_returns(self, last):
        """Words that nothing happened, for some months of the term, mostly accepted."""
        first, made = self.term[0].replace(day=1), []
        for month in range(14):
            begins = date(first.year + (first.month - 1 + month) // 12, (first.month - 1 + month) % 12 + 1, 1)
            for kind in KINDS["incident"]:
                if begins > self.term[1] or self.r.random() < 0.15:
                    continue
                last += 1
                made.append(
                    {
                        "id": last, "kind": "nil_return", "day": begins + timedelta(days=self.r.choice([28, 33, 40, 70])), "state": self.r.choice(["accepted", "accepted", "accepted", "delivered"]),
                        "area_id": None, "covers": self.r.choice(["month", "month", "month", "month", "quarter"]), "covers_from": begins, "papers": [], "facts": {"of": kind},
                    }
                )  # fmt: skip
        return made

    def _answer(self, number, made):
        return {
            "id": number,
            "kind": self.r.choice(KINDS["answer"]),
            "day": self.day(),
            "state": self.r.choice(STATES["answer"]),
            "area_id": self._place(),
            "person_id": self.maybe(self.r.randrange(1, 7)),
            "case_id": self.maybe(self.r.choice(made["case"])["id"], 0.6),
            "score": self.maybe(self.r.choice([1, 3, 4, 5])),
            "satisfied": self.maybe(self.r.random() < 0.7),
            "facts": self.facts(),
        }

    def _document(self, number):
        covers, begins, day = self.maybe(self.r.choice(["week", "month", "quarter", "half", "year"])), None, self.day()
        if covers is not None:
            months = {
                "month": day.month,
                "quarter": (day.month - 1) // 3 * 3 + 1,
                "half": 1 if day.month < 7 else 7,
                "year": 1,
            }
            begins = day - timedelta(days=day.weekday()) if covers == "week" else date(day.year, months[covers], 1)
            if covers != "week" and self.r.random() < 0.8:  # about when it is due
                length = {"month": 1, "quarter": 3, "half": 6, "year": 12}[covers]
                due = months_on(begins, length - self.r.choice([0, 1])).replace(day=self.r.choice([5, 25]))
                day = due + timedelta(days=self.r.randrange(-2, 4))
        return {
            "id": number, "kind": self.r.choice(KINDS["document"]), "day": day, "state": self.r.choice(STATES["document"]), "area_id": self._place(), "covers": covers or "",
            "covers_from": begins, "papers": self.papers(), "facts": self.facts(),
        }  # fmt: skip
