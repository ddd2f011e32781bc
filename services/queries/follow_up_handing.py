"""What handing visits and cases over would bring: who gets what, and everybody's load before and after. Nothing is written."""

import hashlib
from dataclasses import dataclass

from caseload.queries import case_list
from caseload.rules import cases as case_rules
from services.queries import follow_ups as queries
from services.rules import follow_ups as rules
from tenancy.models import Membership


@dataclass(frozen=True)
class Given:
    """A household's open visits that go from one worker to another."""

    holding: queries.Holding
    giver: str
    to: object


@dataclass(frozen=True)
class GivenCase:
    """A case in hand that goes to another worker."""

    case: object
    to: object


@dataclass(frozen=True)
class Share:
    """One worker's open visits before and after."""

    worker: object
    name: str
    before: int
    after: int


@dataclass(frozen=True)
class Proposal:
    """Who gets what. `digest` names exactly this proposal, so that what is confirmed is what was seen."""

    given: list
    cases: list
    shares: list
    digest: str

    @property
    def visits(self):
        """How many visits go over."""
        return sum(row.holding.weight for row in self.given)


def proposal(contract, *, giver, takers, with_cases, on):
    """What goes over when a worker gives everything away (`giver`), or when the fullest are relieved (giver None).

    `takers` are the memberships that may get something; `with_cases` takes the giver's cases in hand along.
    """
    held = queries.holdings(contract, on=on)
    members = {member.pk: member for member in takers}
    before = queries.loads(held, takers)
    if giver is None:
        before = {worker: load for worker, load in before.items() if worker in members}
        given, left = rules.evened(
            [(row, row.street, row.weight, row.worker) for row in held if row.worker in members], before
        )
    else:
        given = [(row, row.street, row.weight) for row in held if row.worker == giver.pk]
        left = {worker: load for worker, load in before.items() if worker != giver.pk and worker in members}
        before = {worker: load for worker, load in before.items() if worker in {giver.pk, *members}}
    serving = rules.serving({street for _row, street, _weight in given}, queries.posts(contract, on=on), list(members))
    found = rules.handed(given, serving, left) if members else {}
    names = _names(before)
    going = [
        Given(row, names.get(row.worker, ""), members[found[row]]) for row, _street, _weight in given if row in found
    ]
    going = [row for row in going if row.to.pk != row.holding.worker]
    cases = _cases(contract, giver, members, found) if giver is not None and with_cases and members else []
    return Proposal(going, cases, _shares(before, going, names), _digest(going, cases))


def _cases(contract, giver, members, found):
    """The giver's cases in hand: to whoever gets the household's visits, else to whoever has fewest cases."""
    to_of = {row.household.pk: worker for row, worker in found.items()}
    rows = case_list(contract.cases.filter(worker=giver, state__in=case_rules.GOING).order_by("number"))
    counts = {pk: contract.cases.filter(worker=pk, state__in=case_rules.GOING).count() for pk in members}
    made = []
    for case in rows:
        worker = to_of.get(case.household_id) or min(counts, key=lambda pk: (counts[pk], str(pk)))
        counts[worker] += 1
        made.append(GivenCase(case, members[worker]))
    return made


def _shares(before, going, names):
    after = dict(before)
    for row in going:
        after[row.holding.worker] -= row.holding.weight
        after[row.to.pk] += row.holding.weight
    order = sorted(after, key=lambda worker: (-before[worker], -after[worker], names.get(worker, "")))
    return [Share(worker, names.get(worker, ""), before[worker], after[worker]) for worker in order]


def _names(workers):
    return dict(Membership.objects.filter(pk__in=list(workers)).values_list("pk", "account__name"))


def _digest(going, cases):
    told = [f"{visit.pk}>{row.to.pk}" for row in going for visit in row.holding.rows]
    told += [f"{row.case.pk}>{row.to.pk}" for row in cases]
    return hashlib.sha256("\n".join(sorted(told)).encode()).hexdigest()


def givers(contract, *, on):
    """[(membership, open visits, cases in hand, is in post)] of everybody who has something to give away, those gone first."""
    held = queries.holdings(contract, on=on)
    here = {member.pk for member in queries.workers(contract, on=on)}
    loads = queries.loads(held, [])
    cases = {}
    for worker in contract.cases.filter(state__in=case_rules.GOING).values_list("worker", flat=True):
        cases[worker] = cases.get(worker, 0) + 1
    rows = Membership.objects.filter(pk__in={*loads, *cases, *here}).select_related("account", "organisation")
    found = [(row, loads.get(row.pk, 0), cases.get(row.pk, 0), row.pk in here) for row in rows]
    return sorted(found, key=lambda row: (row[3], -row[1], -row[2], row[0].account.name))
