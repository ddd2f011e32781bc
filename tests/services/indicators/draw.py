"""Random indicators from the whole grammar, for a drawn contract."""

from tests.services.indicators.draw_rows import APPROVALS, KINDS, PAPERS, DrawRows
from tests.services.indicators.oracle_rows import STREETS

PERIODS = ["day", "workday", "open_day", "week", "month", "month", "quarter", "half", "year"]

OFTEN = [
    *["record"] * 4, *["case"] * 3, "group", "register", "staff", "answer", *["document"] * 2, *["incident"] * 3, *["clock"] * 3, "score",
]  # fmt: skip
GRIDS = ("record", "case", "group", "answer", "document", "incident", "clock", "score")


class Draw(DrawRows):
    """Draws the definitions of a contract, too."""

    # --- definitions ---------------------------------------------------------------------------------------------

    def definitions(self, count):
        made = []
        for number in range(count):
            made.append(self._definition(f"I{number}", made))
        return made

    def _definition(self, code, before):
        source = self.r.choice(OFTEN)
        kinds = self.r.sample(KINDS[source], self.r.randrange(0, len(KINDS[source])))
        if source == "incident":
            kinds = kinds or [self.r.choice(KINDS[source])]
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
        if source in GRIDS and self.r.random() < 0.4:
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
            "record": ["household", "person", "team", "day", "area", "slot", "point", "org"],
            "case": ["household", "person", "case"],
            "group": ["group"],
            "register": ["person"],
            "staff": ["person"],
            "answer": ["person"],
            "document": [],
            "incident": ["person", "incident"],
            "clock": ["household", "person", "case", "day"],
            "score": ["score", "day"],
        }[source]
        sums = {
            "record": ["quantity", "hours", "participants", "amount"],
            "answer": ["score"],
            "register": ["amount"],
            "clock": ["hours", "minutes", "workdays"],
            "score": ["score"],
            "incident": ["amount"],
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
                [
                    3,
                    "$limit",
                    {"where": self._conditions(source)},
                    {"of": "group"},
                    {"count": "day"},
                    {"gate": self._conditions(source)},
                    {"of": "register.volunteer", "present": self.r.choice(["now", "any"]), "count": "person"},
                ]
            )

    def _grid(self, made, source):
        if made.get("count") == "share":
            made.pop("count"), made.pop("unit")
        if isinstance(made.get("over"), dict):
            made.pop("over")
        if source == "document":
            made["every"] = self.r.choice(["week", "month", "quarter", ["month", "half"]])
            if self.r.random() < 0.2:
                made["each"] = {"field": "kind", "in": ["brief", "pack"]}
            if self.r.random() < 0.7:
                made["due"] = {"months": self.r.choice([0, 1]), "day": self.r.choice([5, 5, 25, 25, 31])}
        else:
            if self.r.random() < 0.7:
                made["every"] = self.r.choice(PERIODS)
            choice = self.r.random()
            if choice < 0.6 and source in ("record", "case", "answer", "clock", "incident"):
                made["each"] = {
                    "register": self.r.choice(KINDS["register"]),
                    "present": self.r.choice(["start", "whole", "any", "any"]),
                }
                if self.r.random() < 0.4:
                    made["each"]["where"] = {"done": True}
            elif choice < 0.75 and self.areas:
                made["each"] = {"area": self.r.choice(["street", "community"])}
            elif choice < 0.8 and source == "record":
                made["each"] = {"field": "slot", "in": ["am", "pm"]}
        if "every" not in made and "each" not in made:
            made["every"] = "month"
        if "every" in made and self.r.random() < 0.4:
            made["partial"] = self.r.choice(["half", "keep", "drop"])
        if (
            "every" in made
            and made["every"] not in ("day", "workday", "open_day")
            and source != "document"
            and self.r.random() < 0.3
        ):
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
            if self.r.random() < 0.2:
                made["areas"]["but"] = {STREETS[self.areas[0]]: 0.5}
            if self.r.random() < 0.3:
                made.pop("target", None)
        named = source == "incident" and "." in made.get("of", "")
        if named and not grid and self.r.random() < 0.6:
            made |= {"target": {"eq": 0}, "nil": "month"}
            for word in ("areas", "count", "over", "unit", "within"):
                made.pop(word, None)
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
            plain = [entry for entry in pool if entry not in (self._has, self._has_of_case, self._listed)]
            made["any"] = [dict([self.r.choice(plain)()]), dict([self.r.choice(plain)()])]
        return made

    def _pool(self, source):
        """Ways to draw one condition on the source, as functions that give (field, condition)."""
        r, common = self.r, [
            lambda: ("done", self.r.random() < 0.7),
            lambda: ("amount", self.r.choice([{"ge": 1}, {"lt": 10}, {"ge": 1, "le": 2.5}, {"eq": 10}, {"ne": 1}])),
            lambda: ("level", self.r.choice(["municipal", ["municipal", "national"], {"ge": "provincial"}, {"given": True}, {"given": False}, {"ne": "district"}])),
        ]  # fmt: skip
        return common + self._own(r)[source]

    def _own(self, r):
        """The same for what only one source has."""
        return {
            "record": [
                lambda: ("participants", r.choice([{"ge": 30}, {"ge": 30, "le": 50}, {"le": "$limit"}, {"gt": 29}, {"lt": 51}])),
                lambda: ("direct", r.random() < 0.6),
                lambda: ("mode", r.choice(["home", ["home", "phone"], {"given": True}])),
                lambda: ("workers", {"ge": 2}),
                lambda: ("plan_on", r.choice([{"before": "day"}, {"given": True}])),
                lambda: ("person.age", r.choice([{"ge": 80}, {"lt": 80}, {"given": True}])),
                lambda: ("approved", r.choice([["done"], ["leader"]])),
                self._some_papers, self._listed,
            ],
            "case": [
                lambda: ("system_no", {"given": True}),
                lambda: ("is_crisis", r.random() < 0.5),
                lambda: ("approved", r.sample(APPROVALS, r.choice([1, 2]))),
                self._some_papers, self._has_of_case, self._has_of_case, self._listed,
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
            "incident": [
                lambda: ("closed_on", r.choice([{"given": True}, {"given": False}])),
                lambda: ("person.age", {"ge": 60}),
                lambda: ("plan_on", {"before": "closed_on"}),
                self._some_papers, self._listed,
            ],
            "clock": [
                lambda: ("hours", r.choice([{"le": 2}, {"le": 1}, {"lt": 24}, {"le": 48}, {"le": "$limit"}, {"ge": 1}])),
                lambda: ("hours", r.choice([{"le": 24}, {"ge": 1, "le": 48}])),
                lambda: ("minutes", r.choice([{"le": 60}, {"lt": 120}, {"le": 5}])),
                lambda: ("workdays", r.choice([{"le": 1}, {"le": 2}, {"lt": 3}, {"le": 5}])),
                lambda: ("on_time", r.random() < 0.8),
                self._some_papers, self._listed,
            ],
            "score": [lambda: ("score", r.choice([{"ge": 60}, {"gt": 90}, {"lt": 80.5}])), self._some_papers],
        }  # fmt: skip

    def _some_papers(self):
        return "papers", self.r.sample(PAPERS, self.r.choice([1, 2]))

    def _listed(self):
        where = {"where": {"done": True}} if self.r.random() < 0.4 else {}
        return "listed", {"register": self.r.choice(KINDS["register"]), **where}

    def _has_of_case(self):
        return self._has("case")

    def _has(self, source="group"):
        if source == "case" and self.r.random() < 0.3:
            rows = {"of": self.r.choice(["answer", "answer.meal"])}
            more = self.r.choice([{}, {"where": {"satisfied": True}}, {"count": {"sum": "score"}}])
        else:
            rows = {"of": self.r.choice(["record", "record.session", "record.visit|event"])}
            more = self.r.choice(
                [{}, {"where": {"direct": True}}, {"count": "day"}, {"count": {"sum": "participants"}}]
            )
        return "has", [rows | more | {self.r.choice(["ge", "ge", "le"]): self.r.choice([1, 2, 3])}]
