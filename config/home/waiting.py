"""What waits for a member, and what waits for others: one list over all apps, the shortest time left first.

Each source answers for one permission in a fixed number of statements, whatever the number of contracts.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Count, Exists, Max, Min, OuterRef
from django.urls import reverse

from config.home import waiting_evaluations
from contracts.models import Amendment, Contract, StaffPost
from contracts.queries import visible_contracts
from evaluations.models import Acceptance
from payments.models import PaymentRequest
from payments.rules.flow import BY_STATE, OPEN, RETURNED
from services.models import Confirmation, Deliverable, Incident, Indicator, MonthlyReport, ServiceRecord
from tenancy import clock
from tenancy.models import Membership
from tenancy.permissions import ROLES, Permission, allows

# Working days that a person may take; the payment's own steps have theirs in payments.rules.flow.
REVIEW_DAYS, VERIFY_DAYS, ACCEPT_DAYS, INCIDENT_DAYS = 5, 3, 5, 2
LATE = 10_000


@dataclass(frozen=True)
class Waiting:
    """One thing to do: for which contract, since when, by when in working days, and the verb that does it."""

    title: str
    note: str
    contract: object
    since: date
    limit: int
    elapsed: int
    due: date | None
    url: str
    verb: str
    holder: str = ""

    @property
    def left(self):
        """Working days left; large when there is no limit."""
        return self.limit - self.elapsed if self.limit else LATE


@dataclass(frozen=True)
class Reader:
    """Who looks, when, and how working days run."""

    member: object
    on: date
    calendar: object

    @cached_property
    def names(self):
        """{role: names} of the bureau's people who take the steps of a payment, in one statement."""
        found = {}
        rows = Membership.objects.filter(role__in=[step.role for step in BY_STATE.values()], is_active=True)
        for role, name in rows.order_by("created_at").values_list("role", "account__name"):
            found.setdefault(role, []).append(name)
        return {role: "、".join(names) for role, names in found.items()}

    def contracts(self, *, money=False):
        return visible_contracts(self.member, on=self.on, money=money).order_by().values("pk")

    def waiting(self, title, note, contract, since, limit, route, verb, holder="", **keys):
        """A Waiting whose days are counted from the day it came into these hands."""
        since = min(since, self.on)
        url = reverse(route, kwargs={"tenant": self.member.tenant.slug, **keys})
        due = self.calendar.add(since, limit) if limit else None
        return Waiting(
            title, note, contract, since, limit or 0, self.calendar.between(since, self.on), due, url, verb, holder
        )


def _payment_requests(reader, states):
    rows = PaymentRequest.objects.filter(state__in=states, milestone__contract__in=reader.contracts(money=True))
    return rows.select_related("milestone__contract", "submitted_by__account")


def _payment_steps(reader, steps, names=None):
    for row in _payment_requests(reader, [step.waits for step in steps]):
        step = BY_STATE[row.state]
        note = f"{row.submitted_by.account.name}提交，{row.amount:,.2f} 元"
        yield reader.waiting(
            f"{row.milestone.title}{step.title.removeprefix(step.title[:-2])}",
            note,
            row.milestone.contract,
            row.handed_on,
            step.limit or 10,
            "payments:milestone",
            step.word,
            f"{step.title[:-2]} {(names or {}).get(step.role, '')}".strip(),
            pk=row.milestone_id,
        )


def payments(reader):
    """Requests whose present step the member's role takes."""
    return _payment_steps(reader, [step for step in BY_STATE.values() if allows(reader.member, step.permission)])


def returned_requests(reader):
    """Requests that came back to the agency and were not made anew."""
    rows = PaymentRequest.objects.filter(
        state=RETURNED, milestone__state="open", milestone__contract__in=reader.contracts(money=True)
    )
    for row in (
        rows.exclude(milestone__requests__state__in=OPEN)
        .select_related("milestone__contract")
        .order_by("milestone_id", "-round")
        .distinct("milestone_id")
    ):
        yield reader.waiting(
            f"{row.milestone.title}退回补正",
            row.return_reason.splitlines()[0][:60],
            row.milestone.contract,
            row.handed_on,
            7,
            "payments:milestone",
            "补正",
            pk=row.milestone_id,
        )


def reports_to_review(reader):
    """Monthly reports that the agency has handed in."""
    for row in MonthlyReport.objects.filter(state="submitted", contract__in=reader.contracts()).select_related(
        "contract"
    ):
        note = f"第 {row.round} 次提交" if row.round > 1 else "首次提交"
        yield reader.waiting(
            f"{row.month.month} 月月报审阅",
            note,
            row.contract,
            clock.day_of(row.submitted_at),
            REVIEW_DAYS,
            "services:report",
            "审阅",
            pk=row.pk,
        )


def reports_to_write(reader):
    """Monthly reports in the agency's hands: to be written, or sent back."""
    for row in MonthlyReport.objects.filter(
        state__in=["draft", "returned"], contract__in=reader.contracts()
    ).select_related("contract"):
        note = f"退回：{row.return_reason[:50]}" if row.state == "returned" else "数字已备好，补写说明后提交"
        since = clock.day_of(row.decided_at or row.created_at)
        limit = max(reader.calendar.between(since, row.due_on), 1) if row.due_on and row.due_on > since else 0
        yield reader.waiting(
            f"{row.month.month} 月月报", note, row.contract, since, limit, "services:report", "编写", pk=row.pk
        )


def deliverables(reader):
    """Papers that wait for the purchaser, one line a contract."""
    rows = (
        Deliverable.objects.filter(state="delivered", contract__in=reader.contracts())
        .values("contract")
        .annotate(count=Count("pk"), since=Min("delivered_on"))
    )
    yield from _by_contract(reader, rows, "{} 份成果待接收", "services:deliverables", "接收", ACCEPT_DAYS)


def incidents(reader):
    """Incidents that the purchaser has not found true or untrue, one line a contract; nobody decides on their own report."""
    rows = Incident.objects.filter(state="reported", contract__in=reader.contracts()).exclude(reported_by=reader.member)
    rows = rows.order_by().values("contract").annotate(count=Count("pk"), since=Min("created_at"))
    yield from _by_contract(reader, rows, "{} 起事件待核实", "services:incidents", "核实", INCIDENT_DAYS)


def staff(reader):
    """People whom the provider has entered and the purchaser has not checked, one line a contract."""
    rows = StaffPost.objects.filter(is_verified=False, to_day=None, contract__in=reader.contracts()).order_by()
    rows = rows.values("contract").annotate(count=Count("pk"), since=Min("from_day"))
    yield from _by_contract(reader, rows, "{} 名人员待核对", "contracts:people", "核对", 0)


def records(reader):
    """Service records that wait for quality control, one line a contract."""
    rows = ServiceRecord.objects.filter(state="submitted", contract__in=reader.contracts()).exclude(
        created_by=reader.member
    )
    rows = rows.order_by().values("contract").annotate(count=Count("pk"), since=Min("submitted_at"))
    yield from _by_contract(reader, rows, "{} 条服务记录待核验", "services:verification", "核验", VERIFY_DAYS)


def _by_contract(reader, rows, title, route, verb, limit):
    rows = list(rows)
    found = {row.pk: row for row in visible_contracts(reader.member, on=reader.on)} if rows else {}
    for row in rows:
        since = (
            row["since"]
            if isinstance(row["since"], date) and not hasattr(row["since"], "hour")
            else clock.day_of(row["since"])
        )
        keys = {} if route == "services:verification" else {"pk": row["contract"]}
        yield reader.waiting(
            title.format(row["count"]), "最早的一件算起", found[row["contract"]], since, limit, route, verb, **keys
        )


def acceptances(reader):
    """Rounds of acceptance for the purchaser to arrange or to conclude."""
    for row in (
        Acceptance.objects.exclude(state="concluded").filter(contract__in=reader.contracts()).select_related("contract")
    ):
        requested = row.state == "requested"
        note = "乙方已申请，待定专家和日期" if requested else f"定于 {row.held_on:%m-%d} 评审"
        yield reader.waiting(
            f"第 {row.round} 轮验收",
            note,
            row.contract,
            clock.day_of(row.requested_at),
            ACCEPT_DAYS if requested else 0,
            "evaluations:acceptance",
            "组织" if requested else "办理",
            pk=row.pk,
        )


def _own_contracts(reader):
    """The contracts of which the member's organisation is a party, and the side for which it speaks."""
    if ROLES[reader.member.role].side == "provider":
        return {"contract__provider_id": reader.member.organisation_id}, "provider"
    return {}, "purchaser"


def readings(reader):
    """Readings of draft contracts that the member's side has not confirmed: one line a contract."""
    own, side = _own_contracts(reader)
    confirmed = Confirmation.objects.filter(
        version__indicator=OuterRef("pk"), version__number=OuterRef("version"), side=side, verdict="confirmed"
    )
    rows = Indicator.objects.filter(~Exists(confirmed), contract__state="draft", force="hard", **own).order_by()
    counted = rows.values("contract").annotate(number=Count("pk"), since=Max("versions__made_at"))
    contracts = Contract.objects.in_bulk([row["contract"] for row in counted])
    for row in counted:
        since = clock.day_of(row["since"]) if row["since"] else reader.on
        told = f"{row['number']} 项口径待{'甲方' if side == 'purchaser' else '乙方'}确认"
        contract = contracts[row["contract"]]
        yield reader.waiting("口径确认", told, contract, since, 0, "setup:contract", "确认", pk=contract.pk)


def amendments(reader):
    """Amendments that the other side has proposed."""
    own, side = _own_contracts(reader)
    rows = (
        Amendment.objects.filter(state="proposed", **own)
        .exclude(side=side)
        .select_related("contract", "proposed_by__account")
    )
    for row in rows:
        told = f"{row.get_side_display()} {row.proposed_by.account.name}提出，{row.effective_on:%m-%d} 起生效"
        since = clock.day_of(row.proposed_at)
        yield reader.waiting(
            f"合同变更：{row.title}", told, row.contract, since, 0, "amending:amendment", "确认", pk=row.pk
        )


SOURCES = (
    (Permission.READING_CONFIRM, readings),
    (Permission.READING_CONFIRM, amendments),
    (Permission.PAYMENT_CHECK, payments),
    (Permission.PAYMENT_REVIEW, payments),
    (Permission.PAYMENT_APPROVE, payments),
    (Permission.PAYMENT_PAY, payments),
    (Permission.PAYMENT_REQUEST, returned_requests),
    (Permission.REPORT_REVIEW, reports_to_review),
    (Permission.REPORT_WRITE, reports_to_write),
    (Permission.CONTRACT_MANAGE, deliverables),
    (Permission.CONTRACT_MANAGE, incidents),
    (Permission.CONTRACT_MANAGE, staff),
    (Permission.RECORD_VERIFY, records),
    (Permission.ACCEPTANCE_ORGANISE, acceptances),
    *waiting_evaluations.SOURCES,
)


def for_me(member, *, on, calendar):
    """What waits for the member, the least time left first."""
    reader = Reader(member, on, calendar)
    # A source that several permissions lead to is asked once.
    sources = dict.fromkeys(source for permission, source in SOURCES if allows(member, permission))
    found = [item for source in sources for item in source(reader)]
    return sorted(found, key=lambda item: (item.left, item.since))


def for_others(member, *, on, calendar):
    """Payment requests that the member may see and somebody else holds."""
    if not allows(member, Permission.MONEY_VIEW):
        return []
    steps = [step for step in BY_STATE.values() if not allows(member, step.permission)]
    reader = Reader(member, on, calendar)
    return sorted(_payment_steps(reader, steps, reader.names), key=lambda item: (item.left, item.since))
