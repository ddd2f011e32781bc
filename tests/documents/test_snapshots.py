"""Frozen figures keep their digest and can't be changed."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction

from documents import canonical
from documents.actions import snapshots
from documents.models import Snapshot
from tenancy import audit, scope
from tests.cast import at

FIGURES = {
    "sum": Decimal("554816.00"),
    "on": date(2024, 10, 31),
    "rows": [{"名称": "社区活动", "number": 9}],
    "big": 2**60,
    "text": 'é\u2028"\\',
}


@pytest.fixture
def snapshot(act):
    made = snapshots.freeze("monthly_report", FIGURES, by=act.agency_manager, at=at())
    return Snapshot.objects.get(pk=made.pk)


def test_a_snapshot_keeps_canonical_figures_and_their_digest(snapshot, act):
    assert snapshot.data == canonical.plain(FIGURES)
    assert snapshot.digest == canonical.digest(FIGURES)
    assert (snapshot.kind, snapshot.frozen_at, snapshot.frozen_by) == ("monthly_report", at(), act.agency_manager)
    assert snapshots.verify(snapshot)


def test_freezing_is_audited_with_the_digest(snapshot):
    event = audit.history(snapshot).get()
    assert (event.action, event.detail) == ("snapshot.frozen", {"kind": "monthly_report", "digest": snapshot.digest})


def test_a_figure_that_was_changed_is_found(snapshot):
    snapshot.data["sum"] = "554816.01"
    assert not snapshots.verify(snapshot)


def test_a_float_is_refused_and_nothing_is_kept(act):
    with pytest.raises(TypeError, match="float"):
        snapshots.freeze("monthly_report", {"rate": 0.5}, by=act.agency_manager, at=at())
    assert not Snapshot.objects.exists()


@pytest.mark.parametrize(
    "sql",
    ["UPDATE documents_snapshot SET data = '{}'", "DELETE FROM documents_snapshot", "TRUNCATE documents_snapshot"],
)
def test_the_web_role_cannot_change_a_snapshot(snapshot, sql):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_another_bureau_does_not_see_it(cast, strangers):
    with scope.tenant(cast.tenant.pk):
        snapshots.freeze("monthly_report", FIGURES, by=cast.agency_manager, at=at())
    with scope.tenant(strangers.tenant.pk):
        assert not Snapshot.objects.exists()
