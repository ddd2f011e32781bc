"""Where rows come from. Every source has the same columns, so that the compiler has one path through all of them.

Column expressions speak of the table as `t`; {on}, {now} and {workdays} stand for the day of measurement, its first instant
and the running working days, which the compiler binds. Only what stands here can get into a statement's text.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Source:
    """One table's contract with the compiler.

    `counting` are the states that count, `pending` those that wait for a decision, `unseen` those of rows that nobody has
    handed in yet, which are in no number and no list; `keys` can be counted, `fields`
    compared or added (name → expression and type). `subjects` says which column is the subject of a register of
    households, of persons, or of labelled things (teams, points). `hangs_on` names the sources whose rows this one's can
    hang on, with the column that says so. A source without a column of papers or approvals keeps them in its facts.
    """

    name: str
    table: str
    day: str
    kind: str = "t.kind"
    area: str = "t.area_id"
    street: str = "t.street_id"
    state: str = "t.state"
    counting: tuple = ("verified",)
    pending: tuple = ()
    unseen: tuple = ()
    papers: str = ""
    approvals: str = ""
    facts: str = "t.facts"
    keys: dict = field(default_factory=dict)
    fields: dict = field(default_factory=dict)
    subjects: dict = field(default_factory=dict)
    starts: str = ""
    ends: str = ""
    hangs_on: dict = field(default_factory=dict)

    @property
    def is_stock(self):
        """Whether a row is a stay, an interval of days."""
        return bool(self.starts)


def _blank(column):
    return f"NULLIF({column}, '')"


# A record names the entry of its team, point or organisation; bits.py joins that entry for its subject.
TEAM_SUBJECT = "{team}.subject"
RECORD = Source(
    name="record",
    table="services_servicerecord",
    day="t.day",
    pending=("submitted",),
    unseen=("draft",),
    papers="t.papers::text[]",
    keys={
        "record": "t.id",
        "household": "t.household_id",
        "person": "t.person_id",
        "case": "t.case_id",
        "group": "t.group_id",
        "team": "t.team_id",
        # Named by the entry of a register, or written among the facts of the kind.
        "org": f"COALESCE({TEAM_SUBJECT}::text, NULLIF(t.facts->>'org', ''))",
        "point": f"COALESCE({TEAM_SUBJECT}::text, NULLIF(t.facts->>'point', ''))",
    },
    fields={
        "direct": ("t.direct", "boolean"),
        "mode": (_blank("t.mode"), "text"),
        "minutes": ("t.minutes", "number"),
        "hours": ("(t.minutes / 60.0)", "number"),
        "participants": ("t.participants", "number"),
        "quantity": ("t.quantity", "number"),
        "score": ("t.score", "number"),
        "workers": ("t.workers", "number"),
    },
    subjects={"household": "t.household_id", "person": "t.person_id", "label": TEAM_SUBJECT},
    hangs_on={"case": "case_id", "group": "group_id"},
)
CASE = Source(
    name="case",
    table="caseload_case",
    # A case that is not approved yet has no opening day: it is placed, and listed as not counting, by when it was found.
    day="COALESCE(t.opened_on, t.identified_on)",
    counting=("open", "closure_submitted", "closed"),
    pending=("intake_submitted",),
    unseen=("draft",),
    papers="t.papers::text[]",
    approvals="t.approvals::text[]",
    keys={"case": "t.id", "household": "t.household_id", "person": "t.person_id"},
    fields={
        "closed_on": ("t.closed_on", "date"),
        "first_contact_on": ("t.first_contact_on", "date"),
        "assessed_on": ("t.assessed_on", "date"),
        "planned_on": ("t.planned_on", "date"),
        "system_no": (_blank("t.system_no"), "text"),
        "is_crisis": ("t.is_crisis", "boolean"),
    },
    subjects={"household": "t.household_id", "person": "t.person_id"},
)
GROUP = Source(
    name="group",
    table="caseload_group",
    day="t.first_session_on",
    counting=("open", "closed"),
    pending=("planned",),
    papers="t.papers::text[]",
    keys={"group": "t.id"},
    fields={
        "members": ("t.members", "number"),
        "purpose": (_blank("t.purpose"), "text"),
        "closed_on": ("t.closed_on", "date"),
    },
)
REGISTER = Source(
    name="register",
    table="caseload_registerentry",
    day="t.from_day",
    pending=("submitted",),
    papers="t.papers::text[]",
    keys={
        "subject": "t.subject",
        "household": "t.household_id",
        "person": "t.subject",
        "point": "t.subject",
        "org": "t.subject",
    },
    subjects=dict.fromkeys(("household", "person", "label"), "t.subject"),
    starts="t.from_day",
    ends="t.to_day",
)
STAFF = Source(
    name="staff",
    table="contracts_staffpost",
    day="t.from_day",
    state="CASE WHEN t.is_verified THEN 'verified' ELSE 'submitted' END",
    pending=("submitted",),
    papers="t.papers::text[]",
    approvals="t.approvals::text[]",
    keys={"person": "COALESCE(t.membership_id, t.id)"},
    fields={
        "post": (_blank("t.post"), "text"),
        "side": (_blank("t.side"), "text"),
        "born_on": ("t.born_on", "date"),
    },
    starts="t.from_day",
    ends="t.to_day",
)
ANSWER = Source(
    name="answer",
    table="services_answer",
    day="t.day",
    counting=("valid",),
    keys={"person": "t.person_id", "case": "t.case_id"},
    fields={"score": ("t.score", "number"), "satisfied": ("t.satisfied", "boolean")},
    subjects={"person": "t.person_id"},
    hangs_on={"case": "case_id"},
)
DOCUMENT = Source(
    name="document",
    table="services_deliverable",
    day="t.delivered_on",
    counting=("accepted",),
    pending=("delivered",),
    papers="t.papers::text[]",
    fields={"covers": (_blank("t.covers"), "text"), "covers_from": ("t.covers_from", "date")},
)
INCIDENT = Source(
    name="incident",
    table="services_incident",
    day="t.day",
    counting=("confirmed",),
    pending=("reported",),
    papers="t.papers::text[]",
    keys={"incident": "t.id", "person": "t.person_id"},
    fields={"closed_on": ("t.closed_on", "date")},
    subjects={"person": "t.person_id"},
)
# As of a day a clock that stopped later still runs; what it has run by then is known up to the day's first instant.
_RUN = "EXTRACT(EPOCH FROM CASE WHEN t.stopped_on <= {on} THEN t.stopped_at ELSE {now} END - t.started_at)"
_ENDED = "CASE WHEN t.stopped_on <= {on} THEN t.stopped_on ELSE {on} END"
CLOCK = Source(
    name="clock",
    table="services_clock",
    day="t.day",
    counting=("valid",),
    papers="t.papers::text[]",
    keys={"clock": "t.id", "person": "t.person_id", "household": "t.household_id", "case": "t.case_id"},
    fields={
        "minutes": (f"({_RUN} / 60)", "number"),
        "hours": (f"({_RUN} / 3600)", "number"),
        "workdays": (f"(width_bucket({_ENDED}, {{workdays}}) - width_bucket(t.day, {{workdays}}))", "number"),
        "on_time": ("t.on_time", "boolean"),
    },
    subjects={"household": "t.household_id", "person": "t.person_id"},
)
# How long a clock may run: what can be lost while it still runs.
LIMITS = ("minutes", "hours", "workdays")
SOURCES = {source.name: source for source in (RECORD, CASE, GROUP, REGISTER, STAFF, ANSWER, DOCUMENT, INCIDENT, CLOCK)}


def register(source):
    """Make a table of an app to our left a source; the app calls it where its models are loaded."""
    SOURCES[source.name] = source


# Keys that every source has, beside its own and any choice in its facts.
PLACES = ("day", "area", "street")


def key_expression(source, name):
    """The column of a key: the source's own, its day or place, or a choice among its facts."""
    common = {"day": source.day, "area": source.area, "street": source.street, "kind": source.kind}
    return source.keys.get(name) or common.get(name) or f"NULLIF({source.facts}->>'{name}', '')"


def number_expression(source, name):
    """The column of a number that can be added."""
    if name == "hours":
        return f"({source.fields['minutes'][0]})::numeric"
    if name in source.fields:
        return f"({source.fields[name][0]})::numeric"
    return fact_number(source, name)


def fact_number(source, name):
    """A number among the facts; anything that is no number is not recorded."""
    return f"CASE WHEN jsonb_typeof({source.facts}->'{name}') = 'number' THEN ({source.facts}->>'{name}')::numeric END"
