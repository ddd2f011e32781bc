import time
from datetime import date
import pytest
from config.demo import story, people, running
from tenancy import scope
from services.indicators.measure import measure_contract
from tests.demo.test_demo import show

@pytest.mark.django_db(transaction=True)
def test_running():
    t=time.time(); c=time.process_time()
    today=date(2026,11,24)
    w=story.open_yunxi()
    print(time.time()-t)
    stages=story.play_running(w, story.YUNXI_RUNNING, today=today)
    print(time.time()-t)
    stages+=story.play_running(story.open_chengjiang(today=today), story.CHENGJIANG_RUNNING, today=today)
    print(time.time()-t)
    for s in stages:
        print(s.contract, s.contract.amount)
        show(s, today)
