"""Reads of the plan of household revisits: what the contract asks for, what is planned, done, open and missed, and by whom."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Prefetch, Q

from caseload.models import Person, RegisterEntry
from caseload.queries import one_of
from contracts.models import Contract, StaffPost
from contracts.queries import contract_areas, in_sight
from services.indicators.bits import Conditions
from services.indicators.measure import reading_of, setting_of
from services.indicators.periods import periods
from services.indicators.promise import lower
from services.indicators.requests import schemes
from services.indicators.setting import Binder
from services.indicators.sources import SOURCES
from services.models import FollowUp, ServiceRecord
from services.rules import follow_ups as rules
from services.rules import records as record_rules
from tenancy.models import Membership
from tenancy.permissions import ROLES, Permission

PERIODS = ("week", "month", "quarter", "half", "year")
DOES = (record_rules.SUBMITTED, record_rules.VERIFIED)
VISITING_ROLES = [
    code for code, role in ROLES.items() if Permission.CASE_WORK in role.permissions and role.home == "field"
]
MODES = "follow_up_modes"


# --- what the contract asks for -----------------------------------------------------------------------------------------
def lines(contract, *, on):
    """[(Line, [Stay])] of every frequency that the contract promises over a register: one statement each, and three."""
    indicators = list(contract.indicators.all())
    promises = reading_of(contract, indicators).promises
    asking = [(row, promises[row.code]) for row in indicators if _plans(promises.get(row.code))]
    setting = setting_of(contract, {row.code: promise for row, promise in asking}, on, contract_areas(contract))
    found = []
    for row, promise in asking:
        stays = _stays(promise, setting)
        found += [(_line(row, promise, scheme), stays) for scheme in schemes(promise) if scheme.every in PERIODS]
    return found


def _plans(promise):
    return (
        promise is not None
        and not promise.missing
        and promise.source == "record"
        and bool(promise.kinds)
        and promise.each is not None
        and bool(promise.each.register)
        and promise.count.how == "rows"
    )


def _line(row, promise, scheme):
    made = tuple(periods(scheme))
    times = {period.first: int(lower(promise.reach.on(period.first)) or 0) for period in made}
    return rules.Line(
        row.code, row.title, promise.kinds, made, promise.each.present, times, row.clause, row.clause_text
    )


def _stays(promise, setting):
    """The stays of households on the promise's register, as the indicator itself reads it."""
    bind = Binder()
    conditions = Conditions(SOURCES["record"], setting, bind)
    stays = conditions.register(promise.each.register, promise.each.where, "t.household_id, t.from_day, t.to_day")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT household_id, from_day, to_day FROM {stays} r WHERE household_id IS NOT NULL ORDER BY 1, 2",
            bind.values,
        )
        return [rules.Stay(*row) for row in cursor.fetchall()]


def registered(contract, *, on):
    """The households that stand on any register of the contract on the day."""
    rows = RegisterEntry.objects.filter(contract=contract, household__isnull=False, from_day__lte=on)
    return set(rows.filter(Q(to_day=None) | Q(to_day__gte=on)).values_list("household", flat=True))


def modes(contract):
    """{mode: weight} of how visits are made, as the contract's teams stand to each other (follow_up_modes), or {}."""
    return dict(contract.parameters.get(MODES) or {})


# --- who visits ---------------------------------------------------------------------------------------------------------
def workers(contract, *, on):
    """The members who visit under the contract on the day: its social workers in post, or the agency's where no post names one."""
    rows = Membership.objects.filter(
        organisation_id=contract.provider_id, role__in=VISITING_ROLES, is_active=True, account__is_active=True
    ).select_related("account", "organisation")
    posted = {worker for worker, _street in posts(contract, on=on)}
    rows = list(rows.order_by("account__name", "id"))
    return [row for row in rows if row.pk in posted] or ([] if posted else rows)


def posts(contract, *, on):
    """[(worker, street or None)] of the agency's visiting members in post on the day."""
    rows = StaffPost.objects.filter(
        contract=contract, side="provider", from_day__lte=on, membership__role__in=VISITING_ROLES
    )
    rows = rows.filter(Q(to_day=None) | Q(to_day__gte=on)).values_list("membership", "street", "area__street")
    return [(worker, street or of_area) for worker, street, of_area in rows]


# --- what is planned ----------------------------------------------------------------------------------------------------
def visible_follow_ups(member, *, on):
    """The planned visits that the member may see: its contracts', a subdistrict's own only."""
    return in_sight(FollowUp.objects.all(), member, on=on)


def get_follow_up(member, pk, *, on):
    """A planned visit that the member may see, or 404."""
    return one_of(with_names(visible_follow_ups(member, on=on)), pk)


def with_names(rows):
    """Planned visits with what a list shows of them."""
    heads = Prefetch("household__people", Person.objects.filter(is_head=True), to_attr="heads")
    return rows.select_related("contract", "household", "area", "street", "worker__account").prefetch_related(heads)


def planned(contract):
    """The planned visits of a contract in the order of their days."""
    return FollowUp.objects.filter(contract=contract, state=FollowUp.State.PLANNED)


def has_plan(contract):
    """Whether the contract's revisits were planned."""
    return planned(contract).exists()


def visits(contracts, first, last, households=None):
    """{household id: [(day, kind, record id)]} of records that were handed in or verified between two days; one statement."""
    rows = ServiceRecord.objects.filter(
        contract__in=contracts, day__gte=first, day__lte=last, state__in=DOES, household__isnull=False
    )
    if households is not None:
        rows = rows.filter(household__in=households)
    found = {}
    for household, *visit in rows.order_by("day", "id").values_list("household", "day", "kind", "pk"):
        found.setdefault(household, []).append(tuple(visit))
    return found


def standings(rows, *, on):
    """[(row, done | open | missed, record id or None)] of planned visits (a list); one statement however many."""
    if not rows:
        return []
    contracts = {row.contract_id for row in rows}
    made = visits(contracts, min(row.first for row in rows), max(row.last for row in rows))
    return [(row, *rules.standing(row, made.get(row.household_id, ()), on)) for row in rows]


def open_rows(rows, *, on):
    """Of planned visits (a queryset) those that are still to be made; two statements."""
    running = list(rows.filter(state=FollowUp.State.PLANNED, last__gte=on))
    return [row for row, state, _record in standings(running, on=on) if state == rules.OPEN]


# --- the page -----------------------------------------------------------------------------------------------------------
@dataclass
class Sum:
    """How many visits are planned, done, open, late by the plan, and missed: of a worker, a tier or a period."""

    name: str
    key: object = None
    planned: int = 0
    done: int = 0
    open: int = 0
    late: int = 0
    missed: int = 0
    note: str = ""
    is_gone: bool = False


@dataclass
class Summary:
    """The whole plan in numbers."""

    total: Sum
    workers: list = field(default_factory=list)
    tiers: list = field(default_factory=list)
    months: list = field(default_factory=list)
    households: int = 0
    orphaned: int = 0


def summary(contract, *, on):
    """The plan in numbers by worker, tier and month (Summary); a fixed number of statements."""
    rows = list(
        planned(contract).only(
            "tenant", "contract", "household", "indicator", "kinds", "first", "last", "turn", "worker", "due_on"
        )
    )
    found, here = standings(rows, on=on), {row.pk: row for row in workers(contract, on=on)}
    names = dict(
        Membership.objects.filter(pk__in={row.worker_id for row in rows}).values_list("pk", "account__name")
    ) | {pk: row.account.name for pk, row in here.items()}
    told = {row.code: row for row in contract.indicators.all()}
    total = Sum("合计")
    by_worker = {pk: Sum(name, pk, is_gone=pk not in here) for pk, name in names.items()}
    by_tier, by_month = {}, {}
    for row, state, _record in found:
        tier, month = told.get(row.indicator), row.due_on.replace(day=1)
        sums = (
            total,
            by_worker[row.worker_id],
            by_tier.setdefault(
                row.indicator,
                Sum(tier.title if tier else row.indicator, row.indicator, note=tier.clause if tier else ""),
            ),
            by_month.setdefault(month, Sum(f"{month.year}年{month.month}月", month)),
        )
        for counted in sums:
            counted.planned += 1
            setattr(counted, state, getattr(counted, state) + 1)
            counted.late += state == rules.OPEN and row.due_on < on
    return Summary(
        total=total,
        workers=sorted(by_worker.values(), key=lambda row: (not row.is_gone, -row.planned, row.name)),
        tiers=sorted(by_tier.values(), key=lambda row: -row.planned),
        months=[by_month[month] for month in sorted(by_month)],
        households=len({row.household_id for row in rows}),
        orphaned=sum(row.open for row in by_worker.values() if row.is_gone),
    )  # fmt: skip


def filtered(rows, *, worker="", street="", indicator="", month=None):
    """Planned visits of one worker, subdistrict, tier or month."""
    wanted = {"worker": worker, "street": street, "indicator": indicator}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return rows.filter(due_on__year=month.year, due_on__month=month.month) if month else rows


# --- handing over -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Holding:
    """A household's open visits and who makes them, in the order of places."""

    household: object
    street: object
    worker: object
    rows: tuple

    @property
    def weight(self):
        return len(self.rows)


def holdings(contract, *, on):
    """[Holding] of every household with open visits, street by street and community by community."""
    rows = planned(contract).select_related("household", "area", "street").order_by("due_on", "id")
    by_household = {}
    for row in open_rows(rows, on=on):
        by_household.setdefault((row.household_id, row.worker_id), []).append(row)
    order = lambda row: (row.street.sort, str(row.street_id), row.area.sort, str(row.area_id), row.household.number)  # noqa: E731
    return [
        Holding(own[0].household, own[0].street_id, own[0].worker_id, tuple(own))
        for own in sorted(by_household.values(), key=lambda own: order(own[0]))
    ]


def loads(found, members):
    """{worker: open visits} of everybody who visits, and of whoever still has some."""
    counted = Counter({member.pk: 0 for member in members})
    for holding in found:
        counted[holding.worker] += holding.weight
    return dict(counted)


def orphaned(contract, *, on):
    """How many open visits of a contract have nobody in post to make them."""
    here = [member.pk for member in workers(contract, on=on)]
    return len(open_rows(planned(contract).exclude(worker__in=here), on=on))


def planned_contracts():
    """The contracts at work that have a plan."""
    rows = FollowUp.objects.filter(state=FollowUp.State.PLANNED).order_by().values("contract")
    return list(Contract.objects.filter(pk__in=rows, state=Contract.State.ACTIVE))
