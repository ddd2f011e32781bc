"""The 28 indicators of the Mentougou contract with records that reach every one of them exactly."""

from datetime import date, timedelta
from pathlib import Path

from config import contract_file
from contracts.models import Label
from contracts.rules import add_months
from services import contract_section
from tests.services.indicators.world import World, at

TERM = (date(2024, 4, 18), date(2025, 4, 17))
OVER = date(2025, 4, 18)
FORMS = ["intake", "assessment", "plan", "agreement", "process", "evaluation", "closure", "satisfaction", "photo"]
GROUP_PAPERS = ["plan", "session_record", "photo", "summary", "satisfaction"]
LIBRARY = Path("contracts/library/mtg04.yaml")


def mentougou(cast):
    """The world of the contract, its words, kinds and indicators loaded from the library file, without any record."""
    world = World(cast, term=TERM, areas=[1, 2, 3])
    data = contract_file.checked(LIBRARY.read_text()).data
    Label.objects.bulk_create(
        Label(family=family, code=code, label=label)
        for family, codes in data["labels"].items()
        for code, label in codes.items()
    )
    contract_section.load(world.contract, data, by=cast.contract_manager, at=at(TERM[0]))
    return world


def communities(number):
    """A community for the n-th row: the three subdistricts in turn."""
    return (11, 21, 31)[number % 3]


# --- what reaches each indicator, exactly ------------------------------------------------------------------------
def files(count=154, **facts):
    """Household files opened in the term; household numbers from 1."""
    good = {"home_survey_done": True, "ledger_complete": True, "system_no": "HF-1"} | facts
    return (
        "register",
        [
            {
                "kind": "household_file",
                "household_id": n,
                "from_day": "2024-05-10",
                "papers": ["needs_survey", "assistance_plan"],
                "facts": good,
                "area_id": communities(n),
            }
            for n in range(1, count + 1)
        ],
    )


def key_households(count=486, tier="general"):
    """The bureau's list of key households, on it from before the term, each with a file."""
    return ("register", [row for n in range(1, count + 1) for row in (
        {"kind": "key_household", "household_id": n, "from_day": "2024-04-01", "facts": {"tier": tier}, "area_id": communities(n)},
        {"kind": "household_file", "household_id": n, "from_day": "2023-01-01", "area_id": communities(n)},
    )])  # fmt: skip


def revisits(households=486, days=("2024-05-20",), **more):
    row = {"kind": "revisit", "papers": ["revisit_form"], "facts": {"system_no": "HF-2"}} | more
    return (
        "record",
        [
            {**row, "household_id": n, "day": day, "area_id": communities(n)}
            for n in range(1, households + 1)
            for day in days
        ],
    )


def cases(count=154, sessions=5, direct=3, first=1, papers=tuple(FORMS), state="closed"):
    """Cases of households on assistance, closed, with all forms and enough sessions."""
    rows = range(first, first + count)
    return [
        ("register", [{"kind": "social_assistance", "household_id": n, "from_day": "2024-01-01", "facts": {"category": "tekun"}, "area_id": communities(n)} for n in rows]),
        ("case", [{"id": n, "household_id": n, "person_id": 5000 + n, "day": "2024-05-06", "state": state, "papers": list(papers), "system_no": f"GA-{n}", "area_id": communities(n)} for n in rows]),
        ("record", [{"kind": "case_session", "case_id": n, "day": "2024-06-03", "direct": number < direct, "area_id": communities(n)} for n in rows for number in range(sessions)]),
    ]  # fmt: skip


def groups(places=(11, 11, 21, 21, 31, 31), members=10, papers=tuple(GROUP_PAPERS)):
    return (
        "group",
        [{"day": "2024-07-01", "members": members, "papers": list(papers), "area_id": place} for place in places],
    )


def events(topics=("festival",) * 5 + ("professional",) * 3 + ("club",) * 2 + ("volunteer",) * 2, participants=40):
    return (
        "record",
        [
            {
                "kind": "event",
                "day": "2024-08-01",
                "participants": participants,
                "facts": {"topic": topic},
                "area_id": communities(n),
            }
            for n, topic in enumerate(topics)
        ],
    )


def papers(kind, count):
    return ("document", [{"kind": kind, "day": "2024-10-01"} for _ in range(count)])


def posts(post, count, side="provider"):
    return ("staff", [{"post": post, "side": side, "from_day": "2024-04-20"} for _ in range(count)])


def volunteers(count, **facts):
    return (
        "register",
        [{"kind": "volunteer", "person_id": 7000 + n, "from_day": "2024-05-01", "facts": facts} for n in range(count)],
    )


def teams(kind, count, **facts):
    return ("register", [{"kind": kind, "from_day": "2024-05-01", "facts": facts} for _ in range(count)])


def surveys(households, team=900, day="2024-05-08", **more):
    return (
        "record",
        [
            {"kind": "home_survey", "household_id": 3000 + n, "team_id": team, "day": day, **more}
            for n in range(households)
        ],
    )


def quarters(count):
    """The first day of each calendar quarter that the window of the quarterly average keeps."""
    return [add_months(date(2024, 7, 1), 3 * n) for n in range(count)]


def after(day, count):
    return day + timedelta(days=count)
