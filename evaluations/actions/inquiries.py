"""Every write on inquiries: the purchaser asks or calls to a place, the agency answers and arrives, the purchaser closes or asks again."""

from django.db import transaction
from django.db.models import Max

from contracts.models import Contract
from documents.actions import files
from evaluations.models import Inquiry, InquiryMove, InquiryPaper
from evaluations.queries import inquiries as queries
from evaluations.rules import inquiries as rules
from services.actions import clocks
from tenancy import audit, clock, workdays
from tenancy.problems import Conflict, Refused


@transaction.atomic
def ask(contract, *, kind, title, words, place, by, at):
    """Ask in writing (kind question), or call to a place (notice); the limits are the contract's. Returns the Inquiry.

    A call starts the clocks that the contract's indicators count: until the response, and until somebody is there.
    """
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    limits = queries.limits(contract)
    problems = rules.ask_problems(
        is_active=contract.state == Contract.State.ACTIVE,
        kind=kind,
        may_notice=limits.may_notice,
        title=title,
        words=words,
        place=place,
    )
    if problems:
        raise Refused("没有发出", problems)
    inquiry = Inquiry(
        contract=contract, no=(contract.inquiries.aggregate(last=Max("no"))["last"] or 0) + 1, kind=kind, title=title.strip(), words=words.strip(),
        place=place.strip() if kind == rules.NOTICE else "", asked_by=by, asked_at=at, **_due(kind, limits, at),
    )  # fmt: skip
    if kind == rules.QUESTION and limits.deadline is not None:
        inquiry.clause, inquiry.clause_text = limits.deadline.clause, limits.deadline.clause_text
        inquiry.source = limits.deadline.source
    if kind == rules.NOTICE:
        inquiry.arrive_by = rules.moment_after(at, limits.arrival)
        inquiry.reply_clock = _started(contract, queries.REPLY_CLOCK, inquiry, by=by, at=at)
        if limits.arrival is not None:
            inquiry.arrival_clock = _started(contract, queries.ARRIVAL_CLOCK, inquiry, by=by, at=at)
    inquiry.save()
    _remember(inquiry, "ask", by=by, at=at, words=inquiry.words)
    audit.record("inquiry.ask", by=by, at=at, target=inquiry, kind=kind, no=inquiry.no)
    return inquiry


def _due(kind, limits, at):
    if kind == rules.NOTICE and limits.may_notice:
        return {"reply_by": rules.moment_after(at, limits.reply), "due_on": None}
    day = rules.last_day(workdays.calendar(), clock.day_of(at), limits.within, limits.unit)
    return {"due_on": day, "reply_by": None}


def _started(contract, kind, inquiry, *, by, at):
    return clocks.begin(
        contract, kind=kind, started_at=at, by=by, at=at, note=f"问题通知 {inquiry.no}：{inquiry.title}"
    )


@transaction.atomic
def answer(inquiry, *, words, by, at, uploads=()):
    """Answer for the agency, with documents; a late answer says so. Stops the clock of a call. Returns the Inquiry."""
    inquiry = _locked(inquiry)
    if not queries.may_answer(inquiry, by):
        raise Refused("答复由乙方办理")
    if not words.strip():
        raise Refused("写明答复内容")
    late = rules.lateness(at, due_on=inquiry.due_on, by=inquiry.reply_by, calendar=workdays.calendar())
    for upload in uploads:
        _add_paper(inquiry, upload, "", by=by, at=at)
    inquiry = _move(
        inquiry, "answer", by=by, at=at, words=words.strip(), late=late, changes={"answer": words.strip(), "answered_by": by, "answered_at": at}
    )  # fmt: skip
    if inquiry.reply_clock is not None and inquiry.reply_clock.stopped_at is None:
        clocks.end(inquiry.reply_clock, stopped_at=at, by=by, at=at)
    return inquiry


@transaction.atomic
def arrive(inquiry, *, arrived_at, by, at):
    """Record when the agency's people were at the place, by either side, once; stops the clock. Returns the Inquiry."""
    inquiry = _locked(inquiry)
    if not (queries.may_answer(inquiry, by) or queries.may_ask(by)):
        raise Refused("到场由合同双方登记")
    problem = rules.arrival_problem(
        kind=inquiry.kind,
        state=inquiry.state,
        has_arrived=inquiry.arrived_at is not None,
        arrived_at=arrived_at,
        asked_at=inquiry.reply_clock.started_at if inquiry.reply_clock else inquiry.asked_at,
        at=at,
    )
    if problem:
        raise Refused(problem)
    if not Inquiry.objects.filter(pk=inquiry.pk, arrived_at=None).update(arrived_at=arrived_at, arrived_by=by):
        raise Conflict
    inquiry.refresh_from_db()
    late = rules.lateness(arrived_at, by=inquiry.arrive_by)
    _remember(inquiry, "arrive", by=by, at=at, words=inquiry.place, late=late)
    if inquiry.arrival_clock is not None and inquiry.arrival_clock.stopped_at is None:
        clocks.end(inquiry.arrival_clock, stopped_at=arrived_at, by=by, at=at)
    audit.record("inquiry.arrive", by=by, at=at, target=inquiry, late=late)
    return inquiry


@transaction.atomic
def ask_again(inquiry, *, words, by, at):
    """Ask again about an answer that does not satisfy; the same limit runs anew. Returns the Inquiry."""
    inquiry = _for_purchaser(inquiry, by)
    if not words.strip():
        raise Refused("写明哪里没有答复清楚")
    limits = queries.limits(inquiry.contract)
    changes = _due(inquiry.kind, limits, at) | {"asked_at": at, "times": inquiry.times + 1, "asked_by": by}
    return _move(inquiry, "ask_again", by=by, at=at, words=words.strip(), changes=changes)


@transaction.atomic
def close_inquiry(inquiry, *, words, by, at):
    """Close an inquiry that is answered; for a call somebody must have been there where the contract asks for it."""
    inquiry = _for_purchaser(inquiry, by)
    if inquiry.arrive_by is not None and inquiry.arrived_at is None:
        raise Refused("还没有登记到场时间")
    return _move(inquiry, "close", by=by, at=at, words=words.strip(), changes={})


@transaction.atomic
def withdraw(inquiry, *, reason, by, at):
    """Take back an inquiry that was sent by mistake, before it is answered; its clocks no longer count."""
    inquiry = _for_purchaser(inquiry, by)
    if not reason.strip():
        raise Refused("写明撤回原因")
    inquiry = _move(inquiry, "withdraw", by=by, at=at, words=reason.strip(), changes={})
    for row in (inquiry.reply_clock, inquiry.arrival_clock):
        if row is not None and row.state == row.State.VALID:
            clocks.drop(row, reason=f"通知已撤回：{reason}", by=by, at=at)
    inquiry.refresh_from_db()
    return inquiry


@transaction.atomic
def add_paper(inquiry, *, upload, title, by, at):
    """Add a document, by either side, until the inquiry is closed. Returns the InquiryPaper."""
    inquiry = _locked(inquiry)
    if inquiry.state not in (rules.OPEN, rules.ANSWERED) or not (
        queries.may_answer(inquiry, by) or queries.may_ask(by)
    ):
        raise Refused("办结以前，合同双方可以补材料")
    return _add_paper(inquiry, upload, title, by=by, at=at)


def _add_paper(inquiry, upload, title, *, by, at):
    stored = files.store(upload, allow={"paper", "image"}, by=by, at=at)
    paper = InquiryPaper.objects.create(
        inquiry=inquiry, file=stored, title=title.strip()[:80] or stored.name[:80], added_by=by, added_at=at
    )
    audit.record("inquiry.paper_added", by=by, at=at, target=inquiry, title=paper.title, sha256=stored.sha256)
    return paper


def _for_purchaser(inquiry, by):
    if not queries.may_ask(by):
        raise Refused("由甲方经办人办理")
    return _locked(inquiry)


def _locked(inquiry):
    rows = Inquiry.objects.select_for_update(of=("self",)).select_related("contract", "reply_clock", "arrival_clock")
    return rows.get(pk=inquiry.pk)


def _move(inquiry, verb, *, by, at, changes, words="", late=""):
    """The one door through which an inquiry changes its state: compare, set, leave a history row."""
    sources, goal = rules.MOVES[verb]
    old = inquiry.state
    if old not in sources or not Inquiry.objects.filter(pk=inquiry.pk, state=old).update(state=goal, **changes):
        raise Conflict
    inquiry.refresh_from_db()
    _remember(inquiry, verb, by=by, at=at, words=words, late=late)
    audit.record(f"inquiry.{verb}", by=by, at=at, target=inquiry, late=late)
    return inquiry


def _remember(inquiry, verb, *, by, at, words="", late=""):
    InquiryMove.objects.create(inquiry=inquiry, verb=verb, by=by, at=at, words=words, late=late)
