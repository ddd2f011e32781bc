"""A signature and a save at the same instant, on two connections: what was saved is signed, or it is told that it was not saved."""

import pytest
from django.db import IntegrityError, connection, transaction

from evaluations.models import ItemScore
from evaluations.queries import sheets as queries
from tenancy import scope
from tests.caseload.test_concurrency import together
from tests.cast import make_cast
from tests.evaluations.sheets_arranged import again, arrange, fill, save, sign

pytestmark = pytest.mark.django_db(transaction=True)


def raw(sheet):
    """A line written past every action, as a slip in some later code would."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE evaluations_itemscore SET points = 15 WHERE scorer_id = %s AND item = '3.2'", [sheet.pk])


def test_signing_while_another_tab_saves_loses_nothing():
    cast = make_cast()
    with scope.tenant(cast.tenant.pk):
        mine, other, third = arrange(cast, 3)
        for sheet in (mine, other, third):
            fill(sheet)
    done = together(
        cast,
        lambda: sign(mine),
        lambda: save(mine, "1.1", {"points": "8"}, "后来改的", revision=1),
        lambda: sign(other),
        lambda: raw(third),
        lambda: sign(third),
    )
    signed, saved, _other, written, _third = done
    with scope.tenant(cast.tenant.pk):
        kept = ItemScore.objects.get(scorer=mine, item="1.1")
        # Either order is right; in both the total is that of what is on the sheet.
        assert (kept.points, again(mine).total) in [(10, 85), (8, 83)]
        assert (signed.state, str(saved) if kept.points == 10 else saved.note) in [
            ("signed", "已签名，不能再改"),
            ("signed", "后来改的"),
        ]
        files = ItemScore.objects.get(scorer=third, item="3.2")
        assert (isinstance(written, IntegrityError), files.points, again(third).total) in [
            (True, 18, 85),
            (False, 15, 82),
        ]
        assert [queries.is_as_signed(again(sheet)) for sheet in (mine, other, third)] == [True, True, True]
        # The last of three signatures at once has seen the other two.
        assert again(mine).round.state == "statement"
