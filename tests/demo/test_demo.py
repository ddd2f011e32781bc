import time
from datetime import date

import pytest

from config.demo import money, story
from payments import queries
from services.indicators.measure import measure_contract
from tenancy import scope


def show(stage, on):
    with scope.tenant(stage.world.tenant.pk):
        for row in measure_contract(stage.contract, on=on).rows:
            print(on, row.code, row.indicator.title, row.value, row.target_text, row.status, row.is_met, row.shortfall, row.not_counting, row.pending, [(a.area.name, str(a.value)) for a in row.areas])
        check = queries.check_milestone(money.milestone(stage, 2), on=on)
        print(check.result); print("\n".join(check.gaps))

@pytest.mark.django_db(transaction=True)
def test_full():
    t=time.time(); c=time.process_time()
    stage = story.play(until=date(2024,11,20))
    print("time", time.time()-t, time.process_time()-c)
    show(stage, date(2024,11,20))
    from services.indicators.rows import listed
    with scope.tenant(stage.world.tenant.pk):
        ind = stage.contract.indicators.get(code="MTG04-01")
        for r in listed(stage.contract, ind, on=date(2024,11,20), counts=False, labels=__import__("services.queries.indicators",fromlist=["labels"]).labels()): print(r.title, r.day, r.reasons)
    t=time.time(); c=time.process_time()
    stage.agenda.play()
    print("time", time.time()-t, time.process_time()-c)
    show(stage, date(2024,12,20))
