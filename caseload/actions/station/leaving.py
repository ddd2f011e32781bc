"""Leaving: asked for, made ready, done."""

from django.db import transaction

from caseload.actions import registers
from caseload.actions.station import moving
from caseload.models import StayPaper, Tracing
from caseload.queries import station as queries
from caseload.rules import station as rules
from tenancy.clock import day_of
from tenancy.problems import Refused


@transaction.atomic
def begin_leaving(stay, *, way, asked_at, by, at, receiver=""):
    """Note that the person is going to leave, how, and since when: the papers are due from then on. Returns the stay."""
    moving.refuse_unless_working(by, stay.contract)
    now = moving.locked(stay, "begin_leaving")
    if now.leaving_at is not None:
        raise Refused("已登记提出离站")
    moving.past(asked_at, at=at, after=now.admitted_at, word="提出离站的时间")
    receiver = receiver.strip()[:80]
    if way == "transferred" and not receiver:
        raise Refused("写明接收机构")
    return moving.move(now, "begin_leaving", by=by, at=at, way=way, leaving_at=asked_at, receiver=receiver)


@transaction.atomic
def cancel_leaving(stay, *, reason, by, at):
    """The person stays after all; returns the stay."""
    moving.refuse_unless_working(by, stay.contract)
    now = moving.locked(stay, "cancel_leaving", reason)
    if now.leaving_at is None:
        raise Refused("没有登记提出离站")
    return moving.move(now, "cancel_leaving", by=by, at=at, reason=reason, way="", leaving_at=None, receiver="")


@transaction.atomic
def discharge(stay, *, form, left_at, by, at, ticket=None):
    """Close the stay (在站服务及离站登记表); returns (stay, {kind: paper}). `ticket` is the stored copy of a ticket.

    Raises Refused with everything that is missing at once: the plan, the statement, the hand-over, the questions.
    """
    moving.refuse_unless_working(by, stay.contract)
    now = moving.locked(stay, "discharge")
    if now.way == "settled":
        raise Refused("落户安置的，用“落户安置”办理")
    moving.past(left_at, at=at, after=now.leaving_at or now.admitted_at, word="离站时间")
    data = rules.kept("discharge_form", form)
    gaps = rules.leaving_gaps(
        now, kinds_of(now), form_gaps=rules.gaps("discharge_form", data),
        has_ticket=data.get("ticket") == "已落实", ticket_copy=ticket is not None,
    )  # fmt: skip
    if gaps:
        raise Refused("还不能离站", gaps)
    return _gone(now, "discharge", data, left_at=left_at, ticket=ticket, by=by, at=at)


@transaction.atomic
def settle(stay, *, form, left_at, by, at):
    """Settle an unidentified person (落户安置) after the contract's limit; returns (stay, {kind: paper}). The search goes on."""
    moving.refuse_unless_working(by, stay.contract)
    now = moving.locked(stay, "settle")
    moving.past(left_at, at=at, after=now.admitted_at, word="安置时间")
    data = rules.kept("discharge_form", form)
    due = queries.settlement_day(now)
    channels = set(Tracing.objects.filter(stay=now).values_list("channel", flat=True))
    gaps = rules.settling_gaps(now, kinds_of(now), due=due, on=day_of(at), channels=channels)
    missing = rules.gaps("discharge_form", data)
    gaps += [f"在站服务及离站登记表未填：{'、'.join(missing)}"] if missing else []
    if gaps:
        raise Refused("还不能落户安置", gaps)
    return _gone(
        now, "settle", data, left_at=left_at, way="settled", leaving_at=now.leaving_at or left_at, by=by, at=at
    )


def _gone(stay, verb, data, *, left_at, by, at, ticket=None, **values):
    day = day_of(left_at)
    papers = {"discharge_form": moving.lay(stay, "discharge_form", data=data, on=day, by=by, at=at)}
    if ticket is not None:
        papers["ticket_copy"] = moving.lay(stay, "ticket_copy", file=ticket, on=day, by=by, at=at)
    registers.leave(stay.entry, to_day=day)
    return moving.move(stay, verb, by=by, at=at, left_at=left_at, papers=("process_record",), **values), papers


@transaction.atomic
def send_home(stay, *, form, on, by, at):
    """A settled person whose identity was found goes home (安置后确认身份的，送返接回); returns (stay, the paper)."""
    moving.refuse_unless_working(by, stay.contract)
    now = moving.locked(stay, "send_home")
    if not now.is_identified:
        raise Refused("身份未查明，不能返乡")
    if on > day_of(at):
        raise Refused("日期不得晚于今天")
    data = moving.whole("handover_form", form)
    paper = moving.lay(now, "handover_form", data=data, on=on, by=by, at=at)
    return moving.move(now, "send_home", by=by, at=at), paper


def kinds_of(stay):
    """The kinds of the papers in the file."""
    return set(StayPaper.objects.filter(stay=stay).values_list("kind", flat=True))
