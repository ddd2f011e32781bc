"""Reads of inquiries (质疑、问题通知): their limits by the contract, and who sees which."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from contracts.models import Deadline
from evaluations.models import Inquiry, InquiryPaper
from evaluations.queries.between import deals, get_dealing, is_provider, is_purchaser
from evaluations.rules import inquiries as rules
from services.queries.asked import Questions
from services.rules.elapsed import limit_of
from tenancy import clock, workdays
from tenancy.permissions import Permission, allows

VERBS = {
    "ask": "发出",
    "ask_again": "再次质疑",
    "answer": "答复",
    "arrive": "到达现场",
    "close": "办结",
    "withdraw": "撤回",
}
REPLY_CLOCK, ARRIVAL_CLOCK = "station_notice_reply", "station_notice_arrival"
SHOWN = 5


@dataclass(frozen=True)
class Limits:
    """What the contract sets: days for a written answer with the clause, hours to respond and to be at the place."""

    within: int
    unit: str
    deadline: Deadline | None
    reply: object = None
    arrival: object = None

    @property
    def may_notice(self):
        """Whether the contract knows calls to a place: it sets hours for a response."""
        return self.reply is not None

    @property
    def told(self):
        """5 个工作日"""
        return f"{self.within} {'个工作日' if self.unit == 'working_days' else '日'}"


def limits(contract):
    """The contract's limits: its deadline for queries, else five working days; hours from its indicators on clocks."""
    deadline = contract.deadlines.filter(step="query.reply", is_before=False, within__isnull=False).first()
    questions = Questions(contract)
    counted = dict(questions.counted("clock"))
    reply, arrival = (
        limit_of(questions.of("clock", kind).limits) if kind in counted else None
        for kind in (REPLY_CLOCK, ARRIVAL_CLOCK)
    )
    within, unit = (deadline.within, deadline.unit) if deadline is not None else (rules.ANSWER_DAYS, "working_days")
    return Limits(within, unit, deadline, reply, arrival)


def get_inquiry(member, pk, *, on):
    """An inquiry that the member may see, or 404."""
    rows = Inquiry.objects.select_related("asked_by__account", "answered_by__account", "arrived_by__account")
    return get_dealing(rows, member, pk, on=on)


def get_paper(member, pk, *, on):
    """A document of an inquiry that the member may see, with its file, or 404."""
    paper = InquiryPaper.objects.select_related("file").filter(pk=pk).first()
    get_inquiry(member, paper.inquiry_id if paper else pk, on=on)
    return paper


@dataclass(frozen=True)
class Standing:
    """How an inquiry stands: working days gone and allowed, and how late its answer and arrival are at the moment, in words."""

    elapsed: int
    limit: int
    reply_late: str
    arrival_late: str

    @property
    def is_late(self):
        return bool(self.reply_late or self.arrival_late)


def standing(inquiry, calendar, *, now):
    """The one clock that both sides see; what is answered stays as late as it was."""
    replied = inquiry.answered_at if inquiry.state in (rules.ANSWERED, rules.CLOSED) else now
    gone = inquiry.state == rules.WITHDRAWN
    elapsed = limit = 0
    if inquiry.due_on is not None:
        asked = rules.day_of(inquiry.asked_at)
        elapsed, limit = calendar.between(asked, rules.day_of(replied)), calendar.between(asked, inquiry.due_on)
    return Standing(
        elapsed,
        limit,
        "" if gone else rules.lateness(replied, due_on=inquiry.due_on, by=inquiry.reply_by, calendar=calendar),
        "" if gone else rules.lateness(inquiry.arrived_at or now, by=inquiry.arrive_by),
    )


def find(member, contract, pk, *, on):
    """The contract's inquiry with this id, for a member who may see it, or None."""
    try:
        found = get_inquiry(member, UUID(pk), on=on)
    except (ValueError, Http404):
        return None
    return found if found.contract_id == contract.pk else None


def lateness_of(inquiry, *, now):
    """How late the answer and the arrival are, in words: 答复迟 2 个工作日，到场迟 3 小时; "" when neither is."""
    stands = standing(inquiry, workdays.calendar(), now=now)
    told = [
        f"答复{stands.reply_late}" if stands.reply_late else "",
        f"到场{stands.arrival_late}" if stands.arrival_late else "",
    ]
    return "，".join(filter(None, told))


def listed(contract, *, now):
    """[(inquiry, its standing)] of the contract, newest first."""
    calendar = workdays.calendar()
    return [(row, standing(row, calendar, now=now)) for row in Inquiry.objects.filter(contract=contract)]


def papers_of(inquiry):
    return list(inquiry.papers.select_related("file", "added_by__account", "added_by__organisation"))


def moves_of(inquiry):
    """What was asked and answered, in order, with the words."""
    return [(move, VERBS[move.verb]) for move in inquiry.moves.select_related("by__account", "by__organisation")]


def may_answer(inquiry, member):
    """Whether the member answers for the agency."""
    return is_provider(member, inquiry.contract) and allows(member, Permission.ISSUE_REPLY)


def may_ask(member):
    """Whether the member asks, closes and withdraws for the purchaser."""
    return is_purchaser(member) and allows(member, Permission.CHECK_MANAGE)


def section(member, contract, on):
    """What the contract's page of evaluations shows of inquiries, or None for those who have no part in them."""
    if not (deals(member, contract) and allows(member, Permission.EVALUATION_VIEW)):
        return None
    rows = listed(contract, now=clock.now())
    return {
        "contract": contract,
        "rows": rows[:SHOWN],
        "has_more": len(rows) > SHOWN,
        "may_ask": may_ask(member) and contract.state == "active",
    }
