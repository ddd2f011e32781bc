"""Referring a client to somebody else: asked for, approved by the subdistrict, answered by who receives (指南 结案（3）（4）).

Each act is a move of the case, so that its history tells the referral too; the referral keeps its own state beside it.
"""

from django.db import IntegrityError, transaction

from caseload import queries
from caseload.actions.case_moves import lay_paper, move, past_day
from caseload.models import CaseReferral
from caseload.rules import cases as rules
from caseload.rules import forms
from tenancy.problems import Conflict, Refused, broken_rule


@transaction.atomic
def submit_referral(case, *, answers, on, by, at):
    """Ask for a referral with the whole form (个案转介记录表); returns the CaseReferral.

    A case that was opened waits for the subdistrict; somebody who was not taken in is referred at once (指南 接案（5）).
    """
    data = forms.answers("referral", answers)
    lacks = forms.gaps("referral", data)
    gaps = [f"个案转介记录表未填：{'、'.join(lacks)}"] if lacks else rules.referral_gaps(data)
    if gaps:
        raise Refused("还不能申请转介", gaps)
    waits = rules.referral_needs_approval(case)
    moved = move(case, "submit_referral", by=by, at=at, papers=("referral",))
    paper = lay_paper(moved, "referral", past_day(on, at=at), data, None, by=by, at=at)
    state = CaseReferral.State.SUBMITTED if waits else CaseReferral.State.SENT
    referral = CaseReferral(
        case=moved, paper=paper, state=state, to=data["to"], needs_approval=waits, handed_on=on, by=by, created_at=at
    )  # fmt: skip
    try:
        with transaction.atomic():
            referral.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(broken_rule(error, CaseReferral, "这份个案已有转介待批")) from error
    return referral


@transaction.atomic
def approve_referral(case, *, by, at, reason=""):
    """The subdistrict agrees that the client is referred. Only an officer of the case's own street may (指南 结案（3）)."""
    return _decide(case, "approve_referral", by=by, at=at, reason=reason)


@transaction.atomic
def return_referral(case, *, reason, by, at):
    """Send the request back to the worker with what must be added; it is asked for anew."""
    return _decide(case, "return_referral", by=by, at=at, reason=reason)


@transaction.atomic
def refuse_referral(case, *, reason, by, at):
    """The client is not referred; the case goes on."""
    return _decide(case, "refuse_referral", by=by, at=at, reason=reason)


def _decide(case, verb, *, by, at, reason):
    return _move(case, _waiting(case), verb, by=by, at=at, reason=reason, decided_by=by, decided_at=at)


@transaction.atomic
def withdraw_referral(case, *, by, at):
    """Take one's own request back before it is decided."""
    return _move(case, _waiting(case), "withdraw_referral", by=by, at=at)


@transaction.atomic
def note_referral_answer(referral, *, received, outcome, on, by, at):
    """Keep what the receiver said: taken over or not, when and by whom. Returns the CaseReferral."""
    if not outcome.strip():
        raise Refused("写明接收情况：接收日期、经办人和结果")
    if past_day(on, at=at) < referral.handed_on:
        raise Refused(f"转介于 {referral.handed_on} 提交，答复不得更早")
    state = CaseReferral.State.RECEIVED if received else CaseReferral.State.DECLINED
    return _move(
        referral.case, referral, "note_referral_answer", by=by, at=at, to_state=state, answered_on=on, outcome=outcome.strip()[:1000]
    )  # fmt: skip


def _waiting(case):
    """The referral of the case that waits for the subdistrict, or Refused."""
    found = queries.waiting_referral(case)
    if found is None:
        raise Refused("这份个案没有待批的转介")
    return found


def _move(case, referral, verb, *, by, at, reason="", to_state=None, **values):
    """Move the case and swap the referral's state: lock, decide, compare, write. Returns the referral as it is now."""
    before, goals = rules.REFERRAL_MOVES[verb]
    if referral.state != before:
        raise Refused(f"转介现在是“{rules.REFERRAL_LABELS[referral.state]}”，不能{rules.VERBS[verb]}")
    move(case, verb, by=by, at=at, reason=reason)
    for field, value in {**values, "state": to_state or goals[0]}.items():
        setattr(referral, field, value)
    written = {
        field: CaseReferral._meta.get_field(field).pre_save(referral, False) for field in {**values, "state": ""}
    }
    if not CaseReferral.objects.filter(pk=referral.pk, state=before).update(**written):
        raise Conflict("这份转介刚被别人处理过。刷新后再看一次")
    referral.refresh_from_db()
    return referral
