"""What happens when: acts in the order of their moments, each day in one transaction of its tenant."""

import heapq
from contextlib import nullcontext
from datetime import date, datetime
from itertools import count

from tenancy import scope
from tenancy.clock import SHANGHAI, day_of


def moment(day, time="10:00"):
    """An aware moment in Asia/Shanghai."""
    hour, minute = time.split(":")
    return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=SHANGHAI)


class Agenda:
    """Acts waiting for their moment; an act may put further ones on the agenda, never before itself."""

    def __init__(self, tenant_id):
        self.tenant_id = tenant_id
        self._waiting, self._order = [], count()

    def add(self, at, act, *, signed_by=None, **values):
        """Call act(at=at, **values) at the moment; `signed_by` opens that member's own scope, as decisions on money ask for."""
        heapq.heappush(self._waiting, (at, next(self._order), act, signed_by, values))

    def play(self, until=date.max):
        """Do everything up to and including the day `until`; returns the number of acts."""
        done = 0
        while self._waiting and day_of(self._waiting[0][0]) <= until:
            today = day_of(self._waiting[0][0])
            with scope.tenant(self.tenant_id):
                while self._waiting and day_of(self._waiting[0][0]) == today:
                    at, _, act, signed_by, values = heapq.heappop(self._waiting)
                    with scope.acting(signed_by) if signed_by else nullcontext():
                        act(at=at, **values)
                    done += 1
        return done
