"""A ledger to work with: categories, a family, and the limits of the contract's clauses."""

from datetime import date

import pytest

from caseload.actions import cases, households
from contracts.models import Deadline
from tests.caseload.people import id_number
from tests.cast import at

LIMITS = [
    ("case.first_contact", 10),
    ("case.first_contact_crisis", 2),
    ("case.assessment", 10),
    ("case.plan", 5),
    ("case.decision", 2),
]


def set_up_ledger(cast):
    """Categories and limits, as a loaded contract has them."""
    households.load_default_categories(by=None, at=at())
    Deadline.objects.bulk_create(
        Deadline(contract=cast.contract, code=f"D{no:02d}", step=step, title=step, start="起算", within=within)
        for no, (step, within) in enumerate(LIMITS, 1)
    )


def make_household(cast, community="柳林一社区", name="许星河", moment="2024-05-06 09:00", **known):
    number = known.pop("id_number", id_number(birth=date(1962, 3, 4), serial=len(name) * 7 + ord(name[-1]) % 90))
    known.setdefault("categories", ["urban_dibao"])
    persons = known.pop("persons", [{"name": name, "id_number": number, "phone": "13800000001"}])
    return households.add_household(
        contract=cast.contract,
        area=cast.communities[community],
        persons=persons,
        by=cast.social_worker,
        at=at(moment),
        **known,
    )


@pytest.fixture
def ledger(act):
    """The cast with categories and limits, inside the bureau's scope."""
    set_up_ledger(act)
    return act


@pytest.fixture
def family(ledger):
    return make_household(ledger)


def make_case(cast, household, moment="2024-05-06 10:00", **known):
    return cases.start_case(
        person=household.people.get(is_head=True),
        worker=cast.social_worker,
        identified_on=at(moment).date(),
        by=cast.social_worker,
        at=at(moment),
        **known,
    )


INTAKE = {"problems": "失业在家，无人照料", "opinion": "建议接案"}
GOALS = [{"title": "每周外出", "before": "0 次", "target": "2 次"}]


def hand_in(cast, case, moment="2024-05-13 10:00"):
    """First contact and intake handed to the subdistrict."""
    case = cases.note_first_contact(case, on=at(moment).date(), by=cast.social_worker, at=at(moment))
    return cases.submit_intake(case, form=INTAKE, community_opinion="同意", by=cast.social_worker, at=at(moment))


def carry_out(cast, case, moment="2024-07-01 10:00"):
    """From an approved intake to the day before closure is asked for."""
    worker = {"by": cast.social_worker, "at": at(moment)}
    case = cases.complete_assessment(case, on=date(2024, 5, 28), form={"needs": "就业"}, **worker)
    case = cases.sign_plan(
        case, on=date(2024, 6, 3), plan={"aim": "就业"}, agreement={"signed": "本人签名"}, goals=GOALS, **worker
    )
    for kind in ("process", "satisfaction", "photo"):
        cases.add_case_paper(case, kind=kind, filled_on=date(2024, 6, 28), data={"text": "在档"}, **worker)
    return cases.complete_evaluation(case, on=date(2024, 6, 30), form={"result": "达成"}, **worker)


def to_closure(cast, case, moment="2024-07-02 10:00"):
    """Everything up to the closure on the subdistrict's desk."""
    case = carry_out(
        cast, cases.approve_intake(hand_in(cast, case), by=cast.subdistrict_officer, at=at("2024-05-15 10:00"))
    )
    return cases.submit_closure(
        case, reason="goals_met", summary="目标达成，商定结案", by=cast.social_worker, at=at(moment)
    )


@pytest.fixture
def case(ledger, family):
    return make_case(ledger, family)


@pytest.fixture
def file(cast):
    """One of everything in 柳林街道 (tests/caseload/everything.py); open a scope to look at it."""
    from tests.caseload.everything import make_everything

    return make_everything(cast)
