"""What people do under a contract, from short descriptions, through the product's own actions: tests/seeds/invented/*.done.yaml.

    as_of: 2025-07-01            the day of the measurement
    people   [{id, at: community, born, sex}]                               households with one person each
    entries  [{id, kind, label | person, at, since, until, facts}]          stays on registers
    staff    [{post, name, since, facts}]                                    people in post, entered by the purchaser
    cases    [{id, person, kind, on}]                                        approved for casework on that day
    groups   [{id, at, kind, on, members}]                                   planned, and opened on that day
    records  [{kind, on, time, minutes, at, person, case, group, entry, left, without, …}]
    papers   [{kind, on, covers, covers_from, facts, papers, left}]          handed in, and accepted
    nil      [{of, month}]                                                   returns that nothing happened, accepted
    answers  [{kind, on, score | satisfied, at}]
    incidents[{kind, on, left: reported | dismissed}]                        reported by the agency, confirmed by the purchaser
    clocks   [{kind, started, stopped | minutes, left: void}]                 running without an end
    scores   [{kind, score, on}]

A record is logged, submitted with the evidence that its kind asks for, and verified; `left: draft | submitted` stops earlier,
`without: [paper]` leaves an asked paper away, which has to be refused. Rows repeat as in tests/seeds/reaching.py.
"""

from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from caseload.actions import cases, groups, households, papers
from contracts.actions import add_staff_post
from documents.actions import files
from evaluations.actions.scores import record_score
from services.actions import answers, clocks, deliverables, incidents, records
from services.models import ActivityKind
from tenancy.clock import SHANGHAI
from tenancy.models import Area
from tests.caseload.filled import required
from tests.documents.hostile import picture
from tests.seeds.reaching import plain, spread

NAMES = ("周砚秋", "许星河", "江一帆", "何木兰", "叶归舟", "沈知夏", "梁上燕", "苗青禾", "麦秋生", "陶然亭")
# Fields of a described record that the product's record has under the same name.
SAME = ("title", "mode", "direct", "participants", "workers", "quantity", "score", "facts")


def moment(day, time="10:00"):
    """An aware moment; a description that names one whole says it as "2025-03-05 23:00"."""
    if isinstance(day, str):
        return datetime.strptime(day, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
    return datetime.combine(day, time_of_day.fromisoformat(time), tzinfo=SHANGHAI)


class Doing:
    """The two agencies' work under one contract."""

    def __init__(self, cast, contract):
        self.cast, self.contract = cast, contract
        self.people, self.entries, self.cases, self.groups = {}, {}, {}, {}
        self.places = {area.name: area for area in Area.objects.select_related("street")}
        self.kinds = {kind.code: kind for kind in ActivityKind.objects.all()}
        upload = SimpleUploadedFile("1.jpg", picture(80, 60, colour=(10, 70, 90)))
        self.photo = files.store(upload, allow={"image"}, by=cast.social_worker, at=moment(contract.starts_on))

    def all(self, done):
        """Do everything that a file says, in the order in which one thing needs another."""
        for what in (
            "people",
            "entries",
            "staff",
            "cases",
            "groups",
            "records",
            "papers",
            "nil",
            "answers",
            "incidents",
            "clocks",
            "scores",
        ):
            for row in (one for described in done.get(what, []) for one in spread(described)):
                getattr(self, f"_{what}")(row)
        return self

    # --- whom it is about

    def _people(self, row):
        known = {"birth_date": row.get("born"), "sex": row.get("sex", "")}
        household = households.add_household(
            contract=self.contract, area=self.places[row["at"]], persons=[{"name": NAMES[row["id"] % len(NAMES)]} | known],
            by=self.cast.social_worker, at=moment(self.contract.starts_on),
        )  # fmt: skip
        self.people[row["id"]] = household.people.get()

    def _entries(self, row):
        who = {"person": self.people[row["person"]]} if "person" in row else {"label": row["label"]}
        entry = households.put_on_register(
            contract=self.contract, kind=row["kind"], from_day=row["since"], facts=plain(row.get("facts", {})), area=self.places.get(row.get("at")),
            by=self.cast.social_worker, at=moment(row["since"]), **who,
        )  # fmt: skip
        if "until" in row:
            households.leave_register(entry, to_day=row["until"], by=self.cast.social_worker, at=moment(row["until"]))
        self.entries[row.get("id")] = entry

    def _staff(self, row):
        add_staff_post(
            self.contract, side="provider", post=row["post"], name=row["name"], from_day=row["since"], facts=row.get("facts", {}),
            by=self.cast.contract_manager, at=moment(row["since"]),
        )  # fmt: skip

    def _cases(self, row):
        on, worker = row["on"], self.cast.social_worker
        known = {"by": worker, "at": moment(on)}
        case = cases.start_case(
            person=self.people[row["person"]], worker=worker, identified_on=on, kind=row["kind"], **known
        )
        case = cases.note_first_contact(case, on=on, **known)
        case = papers.file_stage(case, "submit_intake", answers={"intake": required("intake")}, on=on, **known)
        self.cases[row["id"]] = cases.approve_intake(case, by=self.cast.subdistrict_officer, at=moment(on, "15:00"))

    def _groups(self, row):
        on, known = row["on"], {"by": self.cast.social_worker, "at": moment(row["on"])}
        group = groups.plan_group(
            contract=self.contract, title=f"小组{row['id']}", area=self.places[row["at"]], leader=self.cast.social_worker,
            members=row["members"], kind=row["kind"], **known,
        )  # fmt: skip
        self.groups[row["id"]] = groups.open_group(group, first_session_on=on, **known)

    # --- what is done

    def _records(self, row):
        kind, worker = self.kinds[row["kind"]], self.cast.social_worker
        begin = moment(row["on"], row.get("time", "10:00"))
        end = begin + timedelta(minutes=row.get("minutes", 60))
        values = {name: row[name] for name in SAME if name in row}
        values["facts"] = plain(values.get("facts", {}))
        subjects = {"person": self.people, "case": self.cases, "group": self.groups, "entry": self.entries}
        for name, known in subjects.items():
            if name in row:
                values["team" if name == "entry" else name] = known[row[name]]
        if "at" in row:
            values["area"] = self.places[row["at"]]
        if kind.subject == "none":
            values.setdefault("title", f"{kind.label}{row['on']:%m%d}")
        known = {"by": worker, "at": end + timedelta(minutes=5)}
        record = records.start_record(
            contract=self.contract,
            kind=kind.code,
            started_at=begin,
            ended_at=end,
            narrative="按计划进行",
            **values,
            **known,
        )
        for paper in kind.evidence:
            if paper["min"] and paper["kind"] not in row.get("without", ()):
                record = records.add_evidence(record, file=self.photo, kind=paper["kind"], **known).record
        if row.get("left") != "draft":
            record = records.submit_record(record, **known)
            if row.get("left") != "submitted":
                records.verify_record(record, by=self.cast.quality_control, at=end + timedelta(hours=20))

    def _papers(self, row):
        on, known = row["on"], {name: row[name] for name in ("facts", "papers", "covers") if name in row}
        paper = deliverables.deliver(
            self.contract, kind=row["kind"], title=row.get("title", row["kind"]), on=on, covers_from=row.get("covers_from"),
            by=self.cast.agency_manager, at=moment(on), **known,
        )  # fmt: skip
        if row.get("left") != "delivered":
            deliverables.accept_deliverable(paper, by=self.cast.contract_manager, at=moment(on, "16:00"))

    def _nil(self, row):
        after = date(row["month"].year + row["month"].month // 12, row["month"].month % 12 + 1, 2)
        paper = deliverables.file_nil_return(
            self.contract, kind=row["of"], month=row["month"], by=self.cast.agency_manager, at=moment(after)
        )
        deliverables.accept_deliverable(paper, by=self.cast.contract_manager, at=moment(after, "16:00"))

    def _answers(self, row):
        score = Decimal(str(row["score"])) if "score" in row else None
        answers.record_answer(
            self.contract, day=row["on"], kind=row["kind"], satisfied=row.get("satisfied"), score=score, area=self.places.get(row.get("at")),
            by=self.cast.social_worker, at=moment(row["on"], "18:00"),
        )  # fmt: skip

    def _incidents(self, row):
        made = incidents.report_incident(
            self.contract,
            kind=row["kind"],
            title="发现一起",
            happened_at=moment(row["on"]),
            by=self.cast.social_worker,
            at=moment(row["on"], "12:00"),
        )
        known = {"by": self.cast.contract_manager, "at": moment(row["on"], "17:00")}
        if row.get("left") == "dismissed":
            incidents.dismiss_incident(made, reason="查无此事", **known)
        elif row.get("left") != "reported":
            incidents.confirm_incident(made, **known)

    def _clocks(self, row):
        begin, known = moment(row["started"]), {"by": self.cast.social_worker}
        clock = clocks.start_clock(
            self.contract, kind=row["kind"], started_at=begin, facts=row.get("facts", {}), at=begin, **known
        )
        end = (
            moment(row["stopped"])
            if "stopped" in row
            else begin + timedelta(minutes=row["minutes"])
            if "minutes" in row
            else None
        )
        if end is not None:
            clock = clocks.stop_clock(clock, stopped_at=end, at=end, **known)
        if row.get("left") == "void":
            clocks.void_clock(
                clock, reason="重复登记", by=self.cast.quality_control, at=(end or begin) + timedelta(hours=1)
            )

    def _scores(self, row):
        record_score(
            self.contract, kind=row["kind"], score=Decimal(str(row["score"])), concluded_on=row["on"], by=self.cast.contract_manager, at=moment(row["on"], "18:00"),
        )  # fmt: skip


def told(row, wanted):
    """What a measurement comes to, as shown: value and status, and of cells, areas and pay what the file of deeds speaks of."""
    found = {"value": None if row.value is None else str(row.value), "status": row.status}
    if row.cells is not None:
        found["cells"] = list(row.cells)
    if row.pay is not None:
        found["pay"] = str(row.pay.payable)
    if "areas" in wanted:
        found["areas"] = {area.area.name: str(area.value) for area in row.areas}
    return found
