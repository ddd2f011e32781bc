"""Every indicator of every library contract, with rows that just reach it and rows that just miss it (tests/seeds/reach/)."""

import pytest
from django.db import transaction

from tenancy import scope
from tests.cast import make_cast
from tests.seeds import reaching

LOTS = reaching.lots()


def played(way):
    """(lot, case, outcome) of all files, grouped by lot."""
    return [
        pytest.param(lot, case, outcome, id=f"{case['id']}{'' if number == 0 else f'-{number + 1}'}")
        for lot in LOTS
        for case in reaching.cases_of(lot)["cases"]
        for number, outcome in enumerate(reaching.outcomes(case, way))
    ]


@pytest.fixture(scope="module")
def stages(request, django_db_setup, django_db_blocker):
    """The contracts of the lots that this run plays, each loaded once; a test's own transaction rolls its case back."""
    items = [item for item in request.session.items if item.path == request.path and hasattr(item, "callspec")]
    lots = sorted({item.callspec.params["lot"] for item in items if "case" in item.callspec.params})
    with django_db_blocker.unblock(), transaction.atomic():
        yield {lot: staged(lot) for lot in lots}
        transaction.set_rollback(True)


def staged(lot):
    """The lot's contract in a bureau of its own."""
    cast = make_cast(slug=f"reach-{lot}", name=f"试验民政局{lot}", number=900 + LOTS.index(lot))
    with scope.tenant(cast.tenant.pk):
        return reaching.Stage(cast, lot)


@pytest.mark.parametrize("lot", LOTS)
def test_every_indicator_is_just_reached_and_just_missed_by_some_rows(lot):
    assert reaching.faults(lot) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("lot", "case", "outcome"), played("reach"))
def test_reached(stages, lot, case, outcome):
    stage = stages[lot]
    with scope.tenant(stage.cast.tenant.pk):
        row = stage.play(case, outcome)
        wanted = reaching.expected(outcome)
        assert reaching.found(stage, row, wanted) == wanted
        if "status" not in wanted:
            assert (row.status, row.is_met) == ("met", True)


@pytest.mark.django_db
@pytest.mark.parametrize(("lot", "case", "outcome"), played("miss"))
def test_missed(stages, lot, case, outcome):
    stage = stages[lot]
    with scope.tenant(stage.cast.tenant.pk):
        row = stage.play(case, outcome)
        wanted = reaching.expected(outcome)
        assert reaching.found(stage, row, wanted) == wanted
        if "status" not in wanted:
            assert row.status not in ("met", "over", "on_pace", "report_only", "not_applicable")
            assert not row.is_met
        assert row.status in ("not_applicable", "report_only", "over") or reaching.shows_what_is_short(stage, row)
