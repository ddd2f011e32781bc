"""A ledger to work with: categories, a family, and the limits of the contract's clauses."""

from datetime import date

import pytest

from caseload.actions import cases, households, papers
from caseload.rules import forms
from contracts.models import Deadline
from tests.caseload.filled import required
from tests.caseload.people import id_number
from tests.cast import at

LIMITS = [
    ("case.first_contact", 10),
    ("case.first_contact_crisis", 2),
    ("case.assessment", 10),
    ("case.plan", 5),
    ("case.decision", 2),
    ("case.supervisor_review", 6),
]


def set_up_ledger(cast):
    """Categories and limits, as a loaded contract has them."""
    households.load_default_categories(by=None, at=at())
    Deadline.objects.bulk_create(
        Deadline(
            contract=cast.contract,
            code=f"D{no:02d}",
            step=step,
            title=step,
            start="起算",
            within=within,
            unit="months" if step == "case.supervisor_review" else "working_days",
        )
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


INTAKE = required("intake", problems="失业在家，无人照料", community_opinion="同意")
GOALS = [{"title": "每周外出", "before": "0 次", "target": "2 次"}]


def filed(cast, case, verb, on, moment, **known):
    """A stage filed with whole forms; `known` are goals, or answers of its first form as {question: answer} in `says`."""
    says = known.pop("says", {})
    kinds = forms.STAGES[verb]
    answers = {kind: required(kind, **(says if kind == kinds[0] else {})) for kind in kinds}
    return papers.file_stage(case, verb, answers=answers, on=on, by=cast.social_worker, at=at(moment), **known)


def hand_in(cast, case, moment="2024-05-13 10:00"):
    """First contact and intake handed to the subdistrict."""
    case = cases.note_first_contact(case, on=at(moment).date(), by=cast.social_worker, at=at(moment))
    answers = {"intake": INTAKE}
    return papers.file_stage(
        case, "submit_intake", answers=answers, on=at(moment).date(), by=cast.social_worker, at=at(moment)
    )


def opened(cast, case):
    """A case that the subdistrict has taken into casework."""
    return cases.approve_intake(hand_in(cast, case), by=cast.subdistrict_officer, at=at("2024-05-15 10:00"))


def carry_out(cast, case, moment="2024-07-01 10:00"):
    """From an approved intake to the day before closure is asked for."""
    case = filed(cast, case, "complete_assessment", date(2024, 5, 28), moment)
    case = filed(cast, case, "sign_plan", date(2024, 6, 3), moment, goals=GOALS, says={"aim": "就业"})
    collect(cast, case, date(2024, 6, 28), moment)
    return filed(cast, case, "complete_evaluation", date(2024, 6, 30), moment)


def collect(cast, case, on, moment):
    """The papers that come as they are collected, and one session's form."""
    worker = {"by": cast.social_worker, "at": at(moment)}
    papers.file_form(case, "process", answers=required("process"), on=on, **worker)
    for kind in ("satisfaction", "photo"):
        cases.add_case_paper(case, kind=kind, filled_on=on, data={"text": "在档"}, **worker)


def to_closure(cast, case, moment="2024-07-02 10:00"):
    """Everything up to the closure on the subdistrict's desk."""
    case = carry_out(cast, opened(cast, case))
    says = {"summary": "目标达成，商定结案"}
    return filed(cast, case, "submit_closure", at(moment).date(), moment, says=says)


def to_closed(cast, case, moment="2024-07-04 10:00"):
    """A closed case."""
    return cases.approve_closure(to_closure(cast, case), by=cast.subdistrict_officer, at=at(moment))


@pytest.fixture
def case(ledger, family):
    return make_case(ledger, family)


@pytest.fixture
def file(cast):
    """One of everything in 柳林街道 (tests/caseload/everything.py); open a scope to look at it."""
    from tests.caseload.everything import make_everything

    return make_everything(cast)
