"""Where milestones stand: whose hand they are in, since when, by when. Lists, pages, inboxes and the contract's chain read it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Sum

from evaluations.models import Acceptance
from payments.models import Invoice, Milestone, Payment, PaymentRequest, RequestMove
from payments.queries.access import visible_milestones
from payments.queries.facts import holders_of
from payments.rules import clock as clocks
from payments.rules import flow
from tenancy import clock, workdays


@dataclass(frozen=True)
class Hand:
    """Whose hand a request is in: the step, the names, and the working day of its limit; limit 0 is none."""

    title: str
    role: str
    names: str
    since: date
    elapsed: int = 0
    limit: int = 0
    due_on: date | None = None
    verb: str = ""


@dataclass
class Standing:
    """One milestone as it stands on a day."""

    milestone: Milestone
    clock: clocks.Clock
    people: dict
    request: PaymentRequest | None = None
    payment: Payment | None = None
    invoice: Invoice | None = None
    hand: Hand | None = None
    requests: list = field(default_factory=list)

    @property
    def step(self):
        """The step that the request waits for, or None."""
        return flow.BY_STATE.get(self.request.state) if self.request else None

    @property
    def is_open(self):
        """Whether a request is under way in the bureau."""
        return self.request is not None and self.request.state in flow.OPEN

    @property
    def state(self):
        """One word for lists: paid, returned, a request's state, payable, not_payable, or unchecked."""
        if self.payment:
            return "paid"
        if self.request and self.request.state in (*flow.OPEN, flow.RETURNED):
            return self.request.state
        last = getattr(self.milestone, "last_check", None)
        return {None: "unchecked", "met": "payable"}.get(last and last.result, "not_payable")


def standings(milestones, *, on, calendar=None):
    """The Standing of each milestone, in a number of statements that doesn't grow with them.

    `milestones` is a queryset or list with term, contract and last_check selected.
    """
    milestones, calendar = list(milestones), calendar or workdays.calendar()
    contracts = list({milestone.contract_id: milestone.contract for milestone in milestones}.values())
    people = holders_of(contracts, on=on)
    requests = _grouped(
        PaymentRequest.objects.filter(milestone__in=milestones)
        .select_related("submitted_by__account", "submitted_by__organisation", "snapshot")
        .order_by("round"),
        "milestone_id",
    )
    payments = {
        row.milestone_id: row for row in Payment.objects.filter(milestone__in=milestones).select_related("by__account")
    }
    invoices = {
        row.milestone_id: row
        for row in Invoice.objects.filter(milestone__in=milestones, voided_at=None).select_related(
            "file", "registered_by__account"
        )
    }
    passed = dict(
        Acceptance.objects.filter(contract__in=contracts, result="passed", concluded_on__lte=on).values_list(
            "contract_id", "concluded_on"
        )
    )
    rows = []
    for milestone in milestones:
        own = requests[milestone.pk]
        payment = payments.get(milestone.pk)
        running = _clock(milestone, own, payment, passed.get(milestone.contract_id), on, calendar)
        row = Standing(
            milestone,
            running,
            people[milestone.contract_id],
            own[-1] if own else None,
            payment,
            invoices.get(milestone.pk),
            requests=own,
        )
        row.hand = _hand(row, on, calendar)
        rows.append(row)
    return rows


def standing_of(milestone, *, on, calendar=None):
    """The Standing of one milestone."""
    return standings([milestone], on=on, calendar=calendar)[0]


def listed(member, *, on):
    """The standings of all milestones that the member may see, by contract and number."""
    rows = (
        visible_milestones(member, on=on)
        .exclude(contract__state="draft")
        .select_related("term", "contract__provider", "contract__purchaser", "last_check")
    )
    return standings(rows.order_by("contract__code", "no"), on=on)


def _grouped(rows, name):
    groups = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


def _clock(milestone, requests, payment, accepted_on, on, calendar):
    term, contract = milestone.term, milestone.contract
    start = {
        "contract_signed": contract.signed_on,
        "acceptance_passed": accepted_on,
        "term_over": contract.ends_on,
    }.get(term.due_from)
    return clocks.read(
        event=term.due_from,
        start=start,
        within=term.due_within,
        unit=term.due_unit,
        pauses=_pauses(requests),
        paid_on=payment.paid_on if payment else None,
        on=on,
        calendar=calendar,
    )


def _pauses(requests):
    """(returned on, requested again on or None) of a milestone's rounds, in order."""
    pauses = []
    for place, request in enumerate(requests):
        if request.state == flow.RETURNED:
            following = requests[place + 1] if place + 1 < len(requests) else None
            pauses.append((request.handed_on, clock.day_of(following.submitted_at) if following else None))
    return pauses


def _hand(row, on, calendar):
    request, step = row.request, row.step
    if row.payment or request is None or request.state == flow.WITHDRAWN:
        return None
    if request.state == flow.RETURNED:
        limit = max(0, calendar.between(request.handed_on, request.correct_by))
        return Hand(
            "乙方补正",
            "项目主管",
            row.people.get("agency_manager", "乙方"),
            request.handed_on,
            max(0, calendar.between(request.handed_on, on)),
            limit,
            request.correct_by,
            "补正",
        )
    names = row.people.get(step.role, "")
    if step.limit is None:
        return Hand(
            step.title,
            "财务",
            names,
            request.handed_on,
            row.clock.elapsed,
            row.clock.within or 0,
            row.clock.due_on,
            step.word,
        )
    elapsed = max(0, calendar.between(request.handed_on, on))
    return Hand(
        step.title,
        _ROLES[step.role],
        names,
        request.handed_on,
        elapsed,
        step.limit,
        calendar.add(request.handed_on, step.limit),
        step.word,
    )


_ROLES = {"contract_manager": "经办人", "section_chief": "科室负责人", "bureau_leader": "分管领导"}


# --- the way of one request -------------------------------------------------------------------------------------------
def approval_steps(row, *, member, on, calendar):
    """The approval timeline of a milestone: dicts for components/approvals.html, the agency's request first."""
    request = row.request if row.request and row.request.state != flow.WITHDRAWN else None
    if request is None:
        first = {
            "title": "提交申请",
            "word": "申请",
            "name": row.people.get("agency_manager", "乙方"),
            "state": "" if row.payment else "now",
            "note": "由乙方提交",
            "elapsed": 0,
            "limit": 0,
            "due": None,
        }
        return [first, *(_ahead(step, row) for step in flow.STEPS)]
    since = clock.day_of(request.submitted_at)
    steps = [
        _past(
            "提交申请", "申请", request.submitted_by, request.submitted_at, request.submitted_by.organisation.short_name
        )
    ]
    decided = {
        approval.step: approval for approval in request.approvals.filter(run=request.run).select_related("by__account")
    }
    for step in flow.STEPS:
        approval = decided.get(step.verb)
        if approval is None:
            steps.append(_now(step, row, member) if row.is_open and step.waits == request.state else _ahead(step, row))
            continue
        took = calendar.between(since, clock.day_of(approval.at))
        since = clock.day_of(approval.at)
        state = "returned" if approval.decision == "returned" else "done"
        word = (
            f"退回，补正期限 {request.correct_by:%m-%d}"
            if state == "returned"
            else f"用时 {took} 个工作日"
            if took
            else "当日办结"
        )
        steps.append(_past(step.title, step.word, approval.by, approval.at, word, state))
    return steps


def _past(title, word, by, at, note, state="done"):
    return {
        "title": title,
        "word": word,
        "name": str(by),
        "state": state,
        "note": f"{note}　{at.astimezone(clock.SHANGHAI):%m-%d %H:%M}",
        "elapsed": 0,
        "limit": 0,
        "due": None,
    }


def _now(step, row, member):
    name = f"{row.hand.names}（你）" if member.role == step.role and str(member) in row.hand.names else row.hand.names
    return {
        "title": step.title,
        "word": step.word,
        "name": name,
        "state": "now",
        "note": "",
        "elapsed": row.hand.elapsed,
        "limit": row.hand.limit,
        "due": row.hand.due_on,
    }


def _ahead(step, row):
    within = (
        f"{step.limit} 个工作日"
        if step.limit
        else f"{row.clock.event}后 {row.clock.within} {'个工作日' if row.clock.unit == clocks.WORKING_DAYS else '日'}内"
        if row.clock.within
        else ""
    )
    return {
        "title": step.title,
        "word": step.word,
        "name": row.people.get(step.role, ""),
        "state": "",
        "note": within,
        "elapsed": 0,
        "limit": 0,
        "due": None,
    }


MOVED = {
    "submit": "提交申请",
    "check": "核验，送审核",
    "review": "审核，送批准",
    "approve": "批准，送财务",
    "pay": "付款",
    "return": "退回补正",
    "void": "退回核验，此前的审批作废",
    "withdraw": "撤回申请",
}


def history(row):
    """Everything that happened to a milestone's requests, newest first: {at, text, by, note, digest}."""
    rounds = len(row.requests)
    moves = (
        RequestMove.objects.filter(request__milestone=row.milestone)
        .select_related("request", "by__account", "snapshot")
        .order_by("-at", "-id")
    )
    return [
        {
            "at": moved.at,
            "text": MOVED[moved.verb] if rounds == 1 else f"第 {moved.request.round} 次申请：{MOVED[moved.verb]}",
            "by": str(moved.by) if moved.by else "系统",
            "note": moved.reason,
            "digest": moved.snapshot.digest if moved.snapshot else "",
        }
        for moved in moves
    ]


def paid_of(contract):
    """What has been paid of a contract so far, in yuan."""
    return contract.payments.aggregate(total=Sum("amount"))["total"] or 0
