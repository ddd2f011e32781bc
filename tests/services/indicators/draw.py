"""Random contracts: terms over month and year ends, rows of all sources with nulls in every column, indicators from the
whole grammar. The same seed draws the same contract."""

from datetime import date, timedelta

from tests.services.indicators.oracle_rows import LEVELS

PAPERS = ["photo", "plan", "summary"]
APPROVALS = ["intake_subdistrict", "closure_subdistrict", "leader"]
KINDS = {
    "record": ["visit", "event", "session"],
    "case": ["casework", "complex"],
    "group": ["professional", "open"],
    "register": ["key_household", "volunteer", "point"],
    "staff": ["project"],
    "answer": ["satisfaction", "meal"],
    "document": ["brief", "pack"],
}
STATES = {
    "record": ["verified", "verified", "verified", "submitted", "returned", "draft"], "case": ["open", "open", "closed", "closed", "intake_submitted", "draft", "refused"],
    "group": ["open", "closed", "planned", "withdrawn"], "register": ["verified", "verified", "verified", "submitted"], "staff": ["verified", "verified", "submitted"],
    "answer": ["valid", "valid", "void"], "document": ["accepted", "accepted", "delivered", "returned"],
}  # fmt: skip
PERIODS = ["day", "week", "month", "month", "quarter", "half", "year"]


class Draw:
    """Draws one contract with `random`."""

    def __init__(self, random):
        self.r = random
        first = date(2023, 12, 1) + timedelta(days=random.randrange(150))
        self.term = (first, first + timedelta(days=random.choice([20, 45, 100, 180, 365, 400])))
        self.on = self.term[0] + timedelta(days=random.randrange(-5, (self.term[1] - self.term[0]).days + 40))
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
            "staff": [],
            "answer": [],
            "document": [],
        }
        for number in range(1, self.r.randrange(4, 12)):
            made["case"].append(self._case(number))
        for number in range(1, self.r.randrange(3, 7)):
            made["group"].append(self._group(number))
        points = [row["id"] for row in made["register"] if row["kind"] == "point"]
        for number in range(1, self.r.randrange(20, 70)):
            made["record"].append(self._record(number, made, points))
        made["staff"] = [self._staff(number) for number in range(1, self.r.randrange(3, 8))]
        made["answer"] = [self._answer(number) for number in range(1, self.r.randrange(3, 15))]
        made["document"] = [self._document(number) for number in range(1, self.r.randrange(3, 20))]
        return made

    def _place(self, always=False):
        return self.r.choice([1, 11, 11, 12, 21, 22, 31] if always else [None, None, 1, 11, 11, 12, 21, 22, 31])

    def _register(self):
        made, number = [], 0
        for kind, what in (("key_household", "household_id"), ("volunteer", "person_id"), ("point", "subject")):
            for subject in range(1, self.r.randrange(3, 7)):
                day = self.day() - timedelta(days=self.r.choice([0, 0, 100]))
                for _ in range(self.r.choice([1, 1, 2])):
                    number += 1
                    ends = self.maybe(day + timedelta(days=self.r.randrange(60)), 0.4)
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
                            "born": None,
                        }
                    )
                    if ends is None:
                        break
                    day = ends + timedelta(days=self.r.randrange(1, 30))
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
            "closed_on": day if state == "closed" else None, "born": None,
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
            "papers": self.papers(), "facts": self.facts(), "born": None,
        }  # fmt: skip

    def _staff(self, number):
        day = self.day()
        facts = self.facts() | (
            {"born_on": (date(1969, 1, 1) + timedelta(days=self.r.randrange(3000))).isoformat()}
            if self.r.random() < 0.7
            else {}
        )
        return {
            "id": number,
            "kind": "project",
            "post": self.r.choice(["lead", "liaison", "expert"]),
            "side": self.r.choice(["purchaser", "provider"]),
            "from_day": day,
            "to_day": self.maybe(day + timedelta(days=self.r.randrange(120)), 0.4),
            "state": self.r.choice(STATES["staff"]),
            "facts": facts,
            "approvals": self.r.choice([[], ["leader"]]),
            "papers": self.papers(),
        }

    def _answer(self, number):
        return {
            "id": number,
            "kind": self.r.choice(KINDS["answer"]),
            "day": self.day(),
            "state": self.r.choice(STATES["answer"]),
            "area_id": self._place(),
            "person_id": self.maybe(self.r.randrange(1, 7)),
            "case_id": None,
            "score": self.maybe(self.r.choice([1, 3, 4, 5])),
            "satisfied": self.maybe(self.r.random() < 0.7),
            "facts": self.facts(),
            "born": None,
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
            if self.r.random() < 0.7:  # about when it is due
                day = begins + timedelta(
                    days={"week": 7, "month": 28, "quarter": 88, "half": 178, "year": 362}[covers]
                    + self.r.randrange(-4, 12)
                )
        return {
            "id": number, "kind": self.r.choice(KINDS["document"]), "day": day, "state": self.r.choice(STATES["document"]), "area_id": self._place(), "covers": covers or "",
            "covers_from": begins, "papers": self.papers(), "facts": self.facts(),
        }  # fmt: skip

    # --- definitions ---------------------------------------------------------------------------------------------

    def definitions(self, count):
        made = []
        for number in range(count):
            made.append(self._definition(f"I{number}", made))
        return made

    def _definition(self, code, before):
        source = self.r.choice(
            ["record", "record", "record", "case", "case", "group", "register", "staff", "answer", "document"]
        )
        kinds = self.r.sample(KINDS[source], self.r.randrange(0, len(KINDS[source])))
        made = {"id": code, "of": source + ("." + "|".join(kinds) if kinds else "")}
        parents = [other for other in before if "of" in other and "every" not in other and "each" not in other]
        if parents and self.r.random() < 0.15:
            parent = self.r.choice(parents)
            source = parent["of"].partition(".")[0]
            made = {"id": code, "part_of": parent["id"]}
        elif source in ("register", "staff") and self.r.random() < 0.7:
            made["present"] = self.r.choice(["opened", "now", "any"])
        for word, chance in (("where", 0.4), ("gate", 0.7)):
            if self.r.random() < chance:
                made[word] = self._conditions(source)
        if self.r.random() < 0.3:
            days = sorted([self.day(), self.day()])
            made["within"] = days
        self._counting(made, source)
        if (
            source in ("record", "case", "group", "answer", "document")
            and "part_of" not in made
            and self.r.random() < 0.4
        ):
            self._grid(made, source)
        elif source == "staff" and self.r.random() < 0.3:
            made |= {"each": {"field": "post", "in": ["lead", "liaison"]}, "reach": self._limits([1, 2])}
            made.pop("over", None)
            if made.get("count") == "share":
                made.pop("count")
        self._targets(made, source, before)
        return made

    def _counting(self, made, source):
        keys = {
            "record": ["household", "person", "team", "day", "area", "slot"],
            "case": ["household", "person", "case"],
            "group": ["group"],
            "register": ["person"],
            "staff": ["person"],
            "answer": ["person"],
            "document": [],
        }[source]
        sums = {
            "record": ["quantity", "hours", "participants", "amount"],
            "answer": ["score"],
            "register": ["amount"],
        }.get(source, [])
        draw = self.r.random()
        if draw < 0.25 and keys:
            made["count"] = self.r.choice(keys) if self.r.random() < 0.6 else self.r.sample(keys, min(2, len(keys)))
        elif draw < 0.4 and sums:
            made["count"] = {self.r.choice(["sum", "mean"]): self.r.choice(sums)}
        elif draw < 0.6 and made.get("gate"):
            made["count"], made["unit"] = "share", "%"
        if self.r.random() < 0.15:
            made["over"] = self.r.choice(
                [3, "$limit", {"where": self._conditions(source)}, {"of": "group"}, {"count": "day"}]
            )

    def _grid(self, made, source):
        if made.get("count") == "share":
            made.pop("count"), made.pop("unit")
        if isinstance(made.get("over"), dict):
            made.pop("over")
        if source == "document":
            made["every"] = self.r.choice(["week", "month", "quarter", ["month", "half"]])
            if self.r.random() < 0.5:
                made["due"] = {"months": self.r.choice([0, 1]), "day": self.r.choice([5, 25, 31])}
        else:
            if self.r.random() < 0.7:
                made["every"] = self.r.choice(PERIODS)
            choice = self.r.random()
            if choice < 0.6 and source in ("record", "case", "answer"):
                made["each"] = {
                    "register": self.r.choice(KINDS["register"]),
                    "present": self.r.choice(["start", "whole", "any", "any"]),
                }
                if self.r.random() < 0.4:
                    made["each"]["where"] = {"done": True}
            elif choice < 0.7 and self.areas:
                made["each"] = {"area": "street"}
            elif choice < 0.8 and source == "record":
                made["each"] = {"field": "slot", "in": ["am", "pm"]}
        if "every" not in made and "each" not in made:
            made["every"] = "month"
        if "every" in made and self.r.random() < 0.4:
            made["partial"] = self.r.choice(["half", "keep", "drop"])
        if "every" in made and made["every"] != "day" and source != "document" and self.r.random() < 0.3:
            made["anchor"] = "start"
        made["reach"] = (
            self._limits([1, 1, 2]) if self.r.random() < 0.85 else [{"ge": 1}, {"since": self.day(), "ge": 2}]
        )

    def _targets(self, made, source, before):
        grid = "every" in made or "each" in made
        if grid:
            if self.r.random() < 0.4:
                made["target"] = {"ge": self.r.choice([30, 50, 100])}
        elif self.r.random() < 0.1:
            made["target"] = "none"
        else:
            made["target"] = (
                self._limits([0, 1, 2, 3, 5, 10])
                if self.r.random() < 0.8
                else [{"ge": 5}, {"since": self.day(), "ge": 2}]
            )
        if self.areas and made.get("target") != "none" and self.r.random() < 0.4:
            made["areas"] = {"ge": self.r.choice([1, 2, 50])}
            if self.r.random() < 0.3:
                made.pop("target", None)
        same = [
            other["id"]
            for other in before
            if "of" in other
            and other["of"].partition(".")[0] == source
            and "every" not in other
            and "each" not in other
        ]
        if same and self.r.random() < 0.15:
            made["apart"] = [self.r.choice(same)]
        if self.r.random() < 0.1:
            made["papers"] = [self.r.choice(KINDS["document"])]

    def _limits(self, numbers):
        op = self.r.choice(["ge", "ge", "ge", "gt", "le", "eq", "lt"])
        return {op: self.r.choice(numbers)}

    def _conditions(self, source):
        pool = self._pool(source)
        made = {}
        for _ in range(self.r.choice([1, 1, 2, 3])):
            name, value = self.r.choice(pool)()
            made[name] = value
        if self.r.random() < 0.15:
            plain = [entry for entry in pool if entry not in self._nested]
            made["any"] = [dict([self.r.choice(plain)()]), dict([self.r.choice(plain)()])]
        return made

    def _pool(self, source):
        """Ways to draw one condition on the source, as functions that give (field, condition)."""
        r, common = self.r, [
            lambda: ("done", self.r.random() < 0.7),
            lambda: ("amount", self.r.choice([{"ge": 1}, {"lt": 10}, {"ge": 1, "le": 2.5}, {"eq": 10}, {"ne": 1}])),
            lambda: ("level", self.r.choice(["municipal", ["municipal", "national"], {"ge": "provincial"}, {"given": True}, {"given": False}, {"ne": "district"}])),
        ]  # fmt: skip
        self._nested = [self._has, self._listed]
        own = {
            "record": [
                lambda: ("participants", r.choice([{"ge": 30}, {"ge": 30, "le": 50}, {"le": "$limit"}, {"gt": 29}, {"lt": 51}])),
                lambda: ("direct", r.random() < 0.6),
                lambda: ("mode", r.choice(["home", ["home", "phone"], {"given": True}])),
                lambda: ("workers", {"ge": 2}),
                lambda: ("plan_on", r.choice([{"before": "day"}, {"given": True}])),
                self._some_papers, self._listed,
            ],
            "case": [
                lambda: ("system_no", {"given": True}),
                lambda: ("is_crisis", r.random() < 0.5),
                lambda: ("approved", r.sample(APPROVALS, r.choice([1, 2]))),
                self._some_papers, self._has, self._has, self._listed,
            ],
            "group": [lambda: ("members", {"le": 10}), self._some_papers, self._has, self._has],
            "register": [self._some_papers],
            "staff": [
                lambda: ("post", r.choice(["lead", ["lead", "expert"]])),
                lambda: ("side", "provider"),
                lambda: ("age", {"le": 55}),
                lambda: ("approved", ["leader"]),
            ],
            "answer": [lambda: ("satisfied", True), lambda: ("score", {"ge": 4})],
            "document": [self._some_papers],
        }[source]  # fmt: skip
        return common + own

    def _some_papers(self):
        return "papers", self.r.sample(PAPERS, self.r.choice([1, 2]))

    def _listed(self):
        where = {"where": {"done": True}} if self.r.random() < 0.4 else {}
        return "listed", {"register": self.r.choice(KINDS["register"]), **where}

    def _has(self):
        rows = {"of": self.r.choice(["record", "record.session", "record.visit|event"])}
        more = self.r.choice([{}, {"where": {"direct": True}}, {"count": "day"}])
        return "has", [rows | more | {self.r.choice(["ge", "ge", "le"]): self.r.choice([1, 2, 3])}]
