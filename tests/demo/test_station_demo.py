"""The station of the demonstration on the day of loading: full rooms, unknown names, clocks that run, files in every state."""

from collections import Counter
from datetime import date, timedelta

import pytest

from caseload.models import Stay
from config.demo import station
from config.demo.agenda import moment
from services.indicators.measure import measure_contract
from services.models import Clock, ServiceRecord
from services.queries import station as queries
from tenancy import scope

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def test_the_station_is_full_and_alive(db):
    stage = station.play(today=TODAY)
    with scope.tenant(stage.world.tenant.pk):
        states = Counter(Stay.objects.values_list("state", flat=True))
        assert states == {"admitted": 2, "assessed": 2, "planned": 1, "cared": 9, "discharged": 2}
        now = moment(TODAY, "08:00")
        lines = queries.board(stage.world["鲁行舟"], stage.contract, now=now)
        assert len(lines) == 14
        assert sum(1 for line in lines if not line.stay.is_identified) == 6
        assert sum(1 for line in lines if line.is_late) == 2
        oldest = max(lines, key=lambda line: line.days)
        assert (oldest.days, oldest.is_due) == (89, False)
        assert oldest.settle_on - TODAY < timedelta(days=7)
        assert Clock.objects.filter(kind="discharge", stopped_at=None).count() == 2
        assert set(ServiceRecord.objects.values_list("state", flat=True)) == {"submitted", "verified"}
        again = Stay.objects.filter(
            id_number_index=next(line for line in lines if line.name == "卓云帆").stay.id_number_index
        )
        assert again.count() == 2
        measured = measure_contract(stage.contract, on=TODAY).by_code
        assert measured["FCG-11"].value is not None
