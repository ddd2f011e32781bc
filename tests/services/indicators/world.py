"""A contract with rows of every source, made from short descriptions: a row's missing fields are null, its day is
1 February 2024, its state one that counts; `n` repeats it; ids are small numbers."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from caseload.models import Case, Group, Household, Person, RegisterEntry
from contracts.models import Contract, ContractArea, StaffPost
from evaluations.models import Score
from services.models import Answer, Clock, Deliverable, Incident, Indicator, ServiceRecord
from tenancy.clock import SHANGHAI
from tenancy.models import Area
from tests.services.indicators.oracle_rows import STREETS, born_of

FEBRUARY = date(2024, 2, 1)
COUNTING = {
    "record": "verified",
    "case": "open",
    "group": "open",
    "register": "verified",
    "answer": "valid",
    "document": "accepted",
    "incident": "confirmed",
    "clock": "valid",
    "score": "final",
}
# In the order in which rows can be written.
SOURCES = ("register", "case", "group", "record", "staff", "answer", "document", "incident", "clock", "score")
NUMBERS = {
    "household": 1,
    "person": 2,
    "case": 3,
    "group": 4,
    "record": 5,
    "register": 6,
    "staff": 7,
    "answer": 8,
    "document": 9,
    "subject": 10,
    "incident": 11,
    "clock": 12,
    "score": 13,
}
# Where the outline of a test's areas ends up in the cast's real tree: 1 and 2 are served streets, 31 lies outside.
COMMUNITIES = {11: "柳林一社区", 12: "柳林二社区", 21: "石桥社区", 22: "桥西社区", 31: "云岭社区"}


def uid(family, number):
    """The id of a numbered row."""
    return UUID(int=(NUMBERS[family] << 64) + number)


def at(day):
    """Noon of the day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


def moment(value):
    """A moment of the day in Shanghai, from its text, or None."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=SHANGHAI)


def day_of(value):
    return value if isinstance(value, date) else date.fromisoformat(value)


def _day_or_none(value):
    return day_of(value) if value else None


class World:
    """One contract; `add` writes rows, `define` stores indicators, `measure` measures them."""

    def __init__(self, cast, *, term=(date(2024, 1, 1), date(2024, 12, 31)), areas=None, parameters=None, hours=None):
        self.cast, self.worker, self.checker = cast, cast.social_worker, cast.quality_control
        self.contract = Contract.objects.create(
            code="T01", title="试验合同", short_title="试验合同", purchaser=cast.contract.purchaser, provider=cast.provider, amount=Decimal(1000),
            signed_on=term[0], starts_on=term[0], ends_on=term[1], state="active", parameters=parameters or {}, terms={"hours": [{"kind": kind, **rule} for kind, rule in hours.items()]} if hours else {},
        )  # fmt: skip
        ContractArea.objects.bulk_create(
            ContractArea(contract=self.contract, area=cast.streets[STREETS[number]], sort=number)
            for number in areas or ()
        )
        self.households, self.people, self.cases, self.groups, self.entries, self.next = (
            set(),
            set(),
            set(),
            set(),
            set(),
            1000,
        )

    # --- rows ----------------------------------------------------------------------------------------------------

    def add(self, source, *rows):
        """Write rows of a source."""
        made = [self._made(source, dict(row)) for row in rows for _ in range(row.get("n", 1))]
        if made:
            type(made[0]).objects.bulk_create(made)
        return made

    def add_all(self, rows):
        """Write drawn rows of every source, their households and people first, in a few statements."""
        everything = [row for source in SOURCES for row in rows[source]]
        people = sorted({row["person_id"] for row in everything if row.get("person_id")} - self.people)
        houses = {row["household_id"] for row in everything if row.get("household_id")} | {100000 + n for n in people}
        area = self.cast.communities[COMMUNITIES[11]]
        place = {"contract": self.contract, "area": area, "street": area.street, "created_at": at(FEBRUARY)}
        Household.objects.bulk_create(
            Household(pk=uid("household", number), number=f"户{number}", **place)
            for number in sorted(houses - self.households)
        )
        Person.objects.bulk_create(
            Person(
                pk=uid("person", number),
                household_id=uid("household", 100000 + number),
                birth_date=born_of(number),
                created_at=at(FEBRUARY),
            )
            for number in people
        )
        self.households |= houses
        self.people |= set(people)
        for source in SOURCES:
            self.add(source, *rows[source])

    def _made(self, source, row):
        row.pop("n", None)
        number = row.pop("id", None)
        if number is None:
            self.next += 1
            number = self.next
        return getattr(self, f"_{source}")(number, row)

    def _place(self, row):
        number = row.pop("area_id", None)
        area = (
            self.cast.communities[COMMUNITIES[number]]
            if number in COMMUNITIES
            else self.cast.streets[STREETS[number]]
            if number in STREETS
            else None
        )
        return {
            "area": area,
            "street": area.street if area is not None and area.level == Area.Level.COMMUNITY else area,
        }

    def household(self, number):
        """The id of a household, written when it is first named."""
        if number is not None and number not in self.households:
            self.households.add(number)
            area = self.cast.communities[COMMUNITIES[11]]
            Household.objects.create(
                pk=uid("household", number),
                contract=self.contract,
                number=f"户{number}",
                area=area,
                street=area.street,
                created_at=at(FEBRUARY),
            )
        return number and uid("household", number)

    def person(self, number, born=None, sex=""):
        """The id of a person, written when it is first named."""
        if number is not None and number not in self.people:
            self.people.add(number)
            Person.objects.create(
                pk=uid("person", number),
                household_id=self.household(100000 + number),
                birth_date=born or born_of(number),
                sex=sex,
                created_at=at(FEBRUARY),
            )
        return number and uid("person", number)

    def case(self, number):
        if number is not None and number not in self.cases:
            self.add("case", {"id": number, "household_id": 50000 + number, "kind": "other"})
        return number and uid("case", number)

    def group(self, number):
        if number is not None and number not in self.groups:
            self.add("group", {"id": number, "kind": "other"})
        return number and uid("group", number)

    def team(self, number):
        """A team is an entry of a register without any other meaning here."""
        if number is not None and number not in self.entries:
            self.add("register", {"id": number, "kind": "team", "from_day": "2020-01-01"})
        return number and uid("register", number)

    def _record(self, number, row):
        state, day = row.pop("state", COUNTING["record"]), day_of(row.pop("day", FEBRUARY))
        decided = {"decided_by": self.checker, "decided_at": at(day)} if state in ("verified", "returned") else {}
        if state == "returned":
            decided["return_reason"] = "补照片"
        links = {
            "household_id": self.household(row.pop("household_id", None)),
            "person_id": self.person(row.pop("person_id", None)),
        }
        links |= {
            "case_id": self.case(row.pop("case_id", None)),
            "group_id": self.group(row.pop("group_id", None)),
            "team_id": self.team(row.pop("team_id", None)),
        }
        return ServiceRecord(
            pk=uid("record", number), contract=self.contract, kind=row.pop("kind", "visit"), day=day, started_at=at(day), state=state, created_by=self.worker, created_at=at(day), **decided, **links, **self._place(row), **row
        )  # fmt: skip

    def _case(self, number, row):
        self.cases.add(number)
        state, day = row.pop("state", COUNTING["case"]), day_of(row.pop("day", FEBRUARY))
        household = self.household(row.pop("household_id", 60000 + number))
        person = self.person(row.pop("person_id", 60000 + number))
        opened = state in ("open", "closure_submitted", "closed")
        approvals = list(row.pop("approvals", []))
        if opened and "intake_subdistrict" not in approvals:
            approvals.append("intake_subdistrict")
        if state == "closed" and "closure_subdistrict" not in approvals:
            approvals.append("closure_subdistrict")
        closed_on = row.pop("closed_on", day if state == "closed" else None)
        place = {
            name: value or self.cast.communities[COMMUNITIES[11]].street for name, value in self._place(row).items()
        }
        return Case(
            pk=uid("case", number), contract=self.contract, kind=row.pop("kind", "casework"), number=f"案{number}", household_id=household, person_id=person, worker=self.worker, state=state,
            identified_on=day, first_contact_on=day, handed_on=day, opened_on=day if opened else None, closed_on=closed_on, closure_reason="goals" if "clos" in state else "",
            approvals=approvals, created_at=at(day), **place, **row,
        )  # fmt: skip

    def _group(self, number, row):
        self.groups.add(number)
        day, place = day_of(row.pop("day", FEBRUARY)), self._place(row)
        place = {name: value or self.cast.streets[STREETS[1]] for name, value in place.items()}
        return Group(
            pk=uid("group", number), contract=self.contract, kind=row.pop("kind", "professional"), title=f"小组{number}", leader=self.worker, state=row.pop("state", "open"),
            members=row.pop("members", 8), first_session_on=day, created_at=at(day), **place, **row,
        )  # fmt: skip

    def _register(self, number, row):
        self.entries.add(number)
        household, person = self.household(row.pop("household_id", None)), self.person(row.pop("person_id", None))
        subject = person or household or uid("subject", row.get("subject") or number)
        row.pop("subject", None)
        return RegisterEntry(
            pk=uid("register", number), contract=self.contract, kind=row.pop("kind", "file"), household_id=household, person_id=person, subject=subject, label=f"{number}",
            from_day=day_of(row.pop("from_day", FEBRUARY)), to_day=day_of(row["to_day"]) if row.get("to_day") else None,
            created_at=at(FEBRUARY), **self._place(row), **{name: value for name, value in row.items() if name != "to_day"},
        )  # fmt: skip

    def _staff(self, number, row):
        return StaffPost(
            pk=uid("staff", number), contract=self.contract, name=f"人员{number}", post=row.pop("post", "worker"), side=row.pop("side", "provider"),
            from_day=day_of(row.pop("from_day", FEBRUARY)), to_day=_day_or_none(row.pop("to_day", None)),
            is_verified=row.pop("state", "verified") == "verified", **self._place(row), **row,
        )  # fmt: skip

    def _answer(self, number, row):
        day = day_of(row.pop("day", FEBRUARY))
        return Answer(
            pk=uid("answer", number), contract=self.contract, kind=row.pop("kind", "satisfaction"), day=day, person_id=self.person(row.pop("person_id", None)),
            case_id=self.case(row.pop("case_id", None)), created_at=at(day), **self._place(row), **row,
        )  # fmt: skip

    def _document(self, number, row):
        day, state = day_of(row.pop("day", FEBRUARY)), row.pop("state", "accepted")
        covers_from = row.pop("covers_from", None)
        return Deliverable(
            pk=uid("document", number), contract=self.contract, kind=row.pop("kind", "report"), title=f"材料{number}", delivered_on=day, state=state, covers_from=covers_from and day_of(covers_from),
            return_reason="补" if state == "returned" else "", created_at=at(day), **self._place(row), **row,
        )  # fmt: skip

    def _incident(self, number, row):
        day, state = day_of(row.pop("day", FEBRUARY)), row.pop("state", "confirmed")
        decided = {} if state == "reported" else {"decided_by": self.cast.contract_manager, "decided_at": at(day)}
        return Incident(
            pk=uid("incident", number), contract=self.contract, kind=row.pop("kind", "accident"), title=f"事件{number}", happened_at=at(day), day=day, state=state,
            person_id=self.person(row.pop("person_id", None)), dismiss_reason="查无此事" if state == "dismissed" else "", reported_by=self.worker, created_at=at(day), **decided, **self._place(row), **row,
        )  # fmt: skip

    def _clock(self, number, row):
        started, stopped = moment(row.pop("started_at", "2024-02-01 12:00")), moment(row.pop("stopped_at", None))
        state, _day = row.pop("state", "valid"), row.pop("day", None)
        links = {
            "household_id": self.household(row.pop("household_id", None)),
            "person_id": self.person(row.pop("person_id", None)),
            "case_id": self.case(row.pop("case_id", None)),
        }
        return Clock(
            pk=uid("clock", number), contract=self.contract, kind=row.pop("kind", "need"), started_at=started, day=started.date(), stopped_at=stopped, stopped_on=stopped and stopped.date(),
            state=state, void_reason="误登" if state == "void" else "", recorded_by=self.worker, created_at=started, **links, **self._place(row), **row,
        )  # fmt: skip

    def _score(self, number, row):
        day, state = day_of(row.pop("day", FEBRUARY)), row.pop("state", "final")
        return Score(
            pk=uid("score", number), contract=self.contract, kind=row.pop("kind", "final"), score=row.pop("score", 90), concluded_on=day, state=state,
            void_reason="误登" if state == "void" else "", recorded_by=self.cast.contract_manager, recorded_at=at(day), **self._place(row), **row,
        )  # fmt: skip

    # --- indicators ----------------------------------------------------------------------------------------------

    def define(self, *definitions):
        """Store indicators without checking them."""
        columns = {"id": "code", "zh": "title", "unit": "unit", "force": "force"}
        rows = []
        for number, definition in enumerate(definitions):
            known = {column: definition[word] for word, column in columns.items() if word in definition}
            known.setdefault("title", definition["id"])
            rest = {word: _plain(value) for word, value in definition.items() if word not in columns}
            rows.append(Indicator(contract=self.contract, definition=rest, sentence="", sort=number, **known))
        Indicator.objects.bulk_create(rows)
        return self

    def measure(self, on=date(2025, 1, 1)):
        """The table as of the day; the term of 2024 is over by default."""
        from services.indicators.measure import measure_contract

        self.contract.refresh_from_db()
        return measure_contract(self.contract, on=on)


def _plain(value):
    """Dates as JSON has them."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def days(first, count):
    """`count` days from the first."""
    return [first + timedelta(days=number) for number in range(count)]
