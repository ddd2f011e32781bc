"""Two people at the same instant, on real connections: one is done, the other is told, nothing happens twice."""

import threading
from functools import partial

import pytest
from django.db import connection

from caseload.actions import cases, households, ledger_import
from caseload.models import Case, CaseMove, Household, LedgerImport
from tenancy import audit, scope
from tenancy.problems import Conflict, Refused
from tests.caseload.conftest import hand_in, make_case, make_household, set_up_ledger, to_closure
from tests.caseload.lists import many, workbook
from tests.cast import at, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    cast = make_cast()
    with scope.tenant(cast.tenant.pk):
        set_up_ledger(cast)
    return cast


def together(cast, *acts):
    """Run the acts at once, each on its own connection in the tenant's scope; returns what each gave or raised."""
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            with scope.tenant(cast.tenant.pk):
                barrier.wait(timeout=10)
                results[place] = act()
        except Exception as error:  # the test looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


@pytest.mark.parametrize("other", ["approve_closure", "return_closure"])
def test_two_officers_decide_at_the_same_instant_and_one_decision_stands(cast, other):
    with scope.tenant(cast.tenant.pk):
        case = to_closure(cast, make_case(cast, make_household(cast)))
    known = {"reason": "核对无误", "by": cast.subdistrict_officer, "at": at("2024-07-04 10:00")}
    # Both have the file on their screens: the two rows are read before either acts.
    with scope.tenant(cast.tenant.pk):
        first, second = Case.objects.get(pk=case.pk), Case.objects.get(pk=case.pk)
    results = together(
        cast, lambda: cases.approve_closure(first, **known), lambda: getattr(cases, other)(second, **known)
    )
    assert sorted(type(result).__name__ for result in results) == ["Case", "Conflict"]
    with scope.tenant(cast.tenant.pk):
        assert CaseMove.objects.filter(case=case, verb__in=["approve_closure", "return_closure"]).count() == 1
        assert audit.broken_links() == []


def test_a_list_that_is_taken_twice_at_once_is_taken_once(cast):
    with scope.tenant(cast.tenant.pk):
        checked = ledger_import.check_list(
            contract=cast.contract, upload=workbook(many(20)), by=cast.social_worker, at=at()
        )
        rows = [LedgerImport.objects.get(pk=checked.pk) for _ in range(2)]
    results = together(cast, *(partial(ledger_import.take_list, row, by=cast.social_worker, at=at()) for row in rows))
    assert sorted(map(str, map(type, results))) == sorted(map(str, [int, Conflict]))
    with scope.tenant(cast.tenant.pk):
        assert Household.objects.count() == 20


def test_families_entered_at_once_get_numbers_of_their_own(cast):
    results = together(
        cast, *(lambda name=name: make_household(cast, name=name) for name in ("何木兰", "江一帆", "叶归舟"))
    )
    assert sorted(household.number for household in results) == ["QH01-H-0001", "QH01-H-0002", "QH01-H-0003"]


def test_a_person_found_twice_at_once_gets_one_case(cast):
    with scope.tenant(cast.tenant.pk):
        household = make_household(cast)
    results = together(cast, *[lambda: make_case(cast, household)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["Case", "Refused"]


def test_the_same_identity_number_entered_twice_at_once_is_kept_once(cast):
    from tests.caseload.people import id_number

    results = together(cast, *[lambda: make_household(cast, id_number=id_number(serial=50))] * 2)
    assert sorted(type(result).__name__ for result in results) == ["Household", "Refused"]
    assert isinstance(next(result for result in results if isinstance(result, Exception)), Refused)


def test_papers_added_at_once_are_all_remembered(cast):
    with scope.tenant(cast.tenant.pk):
        case = make_case(cast, make_household(cast))
    kinds = ["photo", "satisfaction", "list_confirmation"]

    def add(kind):
        known = {"filled_on": at().date(), "data": {"text": "在档"}, "by": cast.social_worker, "at": at()}
        return lambda: cases.add_case_paper(Case.objects.get(pk=case.pk), kind=kind, **known)

    together(cast, *(add(kind) for kind in kinds))
    with scope.tenant(cast.tenant.pk):
        assert Case.objects.get().papers == sorted(kinds)
        assert households.queries.case_papers(case).count() == 3


def test_a_paper_that_came_after_the_page_was_opened_is_not_lost(cast):
    with scope.tenant(cast.tenant.pk):
        case = make_case(cast, make_household(cast))
        seen = Case.objects.get(pk=case.pk)
        cases.add_case_paper(
            case, kind="photo", filled_on=at().date(), data={"text": "在档"}, by=cast.social_worker, at=at()
        )
        hand_in(cast, seen)
        assert Case.objects.get().papers == ["intake", "photo"]
