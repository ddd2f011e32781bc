"""A contract's stage: its world, workers, papers, calendar and agenda, shared by everything that the story tells of it."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from config.demo.agenda import Agenda, moment
from config.demo.papers import Shelf
from config.demo.people import World
from contracts.models import Contract
from tenancy import workdays

__all__ = ["Stage", "moment"]


@dataclass
class Stage:
    """One contract being played. `scale` makes households, cases and visits fewer; promises stay as the contract has them."""

    world: World
    contract: Contract
    agenda: Agenda
    scale: float = 1.0
    seed: str = ""
    shelf: Shelf = field(default_factory=Shelf)
    # What is still in the hands of people: households by number, a day's records by worker, a day's verification.
    households: dict = field(default_factory=dict)
    logs: dict = field(default_factory=dict)
    inbox: dict = field(default_factory=dict)
    teams: list = field(default_factory=list)
    unfinished: dict = field(default_factory=dict)

    def __post_init__(self):
        self.dice = random.Random(self.seed or self.contract.code)
        self.calendar = workdays.calendar()
        staff = lambda role: self.world.staff_of(self.contract.provider, role)  # noqa: E731
        self.workers, self.manager, self.quality, self.finance = (
            staff("social_worker"),
            staff("agency_manager")[0],
            staff("quality_control")[0],
            staff("agency_finance")[0],
        )
        bureau = lambda role: self.world.staff_of(self.contract.purchaser, role)[0]  # noqa: E731
        self.handler, self.chief, self.leader, self.payer = (
            bureau("contract_manager"),
            bureau("section_chief"),
            bureau("bureau_leader"),
            bureau("bureau_finance"),
        )

    def many(self, number):
        """So many at this scale, at least one."""
        return max(1, round(number * self.scale))

    def after(self, day, working_days):
        """The working day so many working days after the day."""
        return self.calendar.add(day, working_days)

    def before(self, day, working_days):
        """The working day so many working days before the day."""
        while working_days:
            day -= timedelta(days=1)
            working_days -= self.calendar.is_workday(day)
        return day

    def workday(self, day):
        """The day itself, or the next working day."""
        while not self.calendar.is_workday(day):
            day += timedelta(days=1)
        return day

    def worker_for(self, area):
        """The social worker who serves a community: always the same one."""
        return self.workers[area.sort % len(self.workers)] if len(self.workers) < 3 else self._of_street(area)

    def _of_street(self, area):
        streets = [row.area_id for row in self._streets()]
        share = max(1, len(self.workers) // len(streets))
        first = streets.index(area.street_id) * share
        return self.workers[(first + area.sort % share) % len(self.workers)]

    def _streets(self):
        if not hasattr(self, "_served"):
            self._served = list(self.contract.contractareas.select_related("area"))
        return self._served

    @property
    def streets(self):
        """The names of the contract's subdistricts."""
        return [row.area.name for row in self._streets()]

    def community(self, name):
        """One of the contract's communities by its name."""
        return next(area for street in self.streets for area in self.world.communities[street] if area.name == name)

    def officer(self, area):
        """The subdistrict's officer for a community."""
        return self.world.officer_of(area.street_id)

    def later(self, act, day, time, **values):
        """Put an act on the agenda."""
        self.agenda.add(moment(day, time), act, **values)


def spread(first, last, number):
    """So many days between two days, evenly, both included."""
    length = (last - first).days
    return [first + timedelta(days=round(length * place / max(1, number - 1))) for place in range(number)]


def days_between(first: date, last: date):
    """Every day from the first to the last."""
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]
