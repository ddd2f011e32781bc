"""The case forms: a draft that is kept, a form that is filed whole, a printed file that is remembered.

file_stage is the one door through which a case goes from stage to stage: what is missing is asked here and nowhere else.
"""

import json

from django.db import transaction

from caseload import queries
from caseload.actions.case_moves import drop_drafts, lay_paper, lock, move, open_case, past_day
from caseload.actions.cases import goal_of
from caseload.actions.follow_ups import record_follow_up
from caseload.actions.outcomes import note_outcomes
from caseload.actions.referrals import submit_referral
from caseload.models import CasePaper
from caseload.rules import cases as rules
from caseload.rules import forms
from tenancy import audit
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused


@transaction.atomic
def keep_draft(case, *, answers, on, by, at, goals=()):
    """Keep what is written so far of some forms: {kind: {question: answer}}; nothing need be complete.

    There is one draft of a form at a time, whoever of those who handle the case wrote last; `goals` stay with the first
    form's draft until it is filed. Returns the drafts.
    """
    if not allows(by, Permission.CASE_WORK):
        raise Refused("只有办理这份个案的人可以存草稿和打印")
    _refuse_unless_handling(by, case)
    _refuse_unwritable(lock(case), answers)
    first = next(iter(answers))
    return [
        draft(case, kind, data, on, goals=list(goals) if kind == first else [], by=by, at=at)
        for kind, data in answers.items()
    ]


def draft(case, kind, data, on, *, goals=(), by, at):
    """Write the draft of one form over the one before; the caller has decided who may."""
    kept = forms.answers(kind, data) | ({"goals": list(goals)} if goals else {})
    text = json.dumps(kept, ensure_ascii=False)
    known = {"data": text, "filled_on": on, "filled_by": by, "created_at": at}
    made, _ = CasePaper.objects.update_or_create(case=case, kind=kind, is_draft=True, defaults=known)
    audit.record("case.draft_kept", by=by, at=at, target=case, kind=kind)
    return made


def _refuse_unless_handling(member, case):
    if not queries.handles(member, case):
        raise Refused("只有办理这份个案的人可以存草稿和打印")


def _refuse_unwritable(locked, kinds):
    unknown = [kind for kind in kinds if kind not in forms.FORMS]
    if unknown:
        raise Refused(f"个案没有这种表：{'、'.join(unknown)}")
    after_end = {"follow_up"} if locked.state == rules.CLOSED else {"referral"}
    if locked.state in rules.ENDED and set(kinds) != after_end:
        word = "跟进/回访记录" if locked.state == rules.CLOSED else "转介记录表"
        raise Refused(f"个案{rules.STATE_LABELS[locked.state]}，只能填{word}")


def missing(case, verb, answers, *, on):
    """Everything that stands between the forms and their filing, at once: of the case first, then of each form."""
    gaps = queries.stage_gaps(case, verb, on=on) if verb else []
    for kind, data in answers.items():
        lacks = forms.gaps(kind, data)
        if lacks:
            gaps.append(f"{forms.FORMS[kind].title}未填：{'、'.join(lacks)}")
        gaps += forms.faults(kind, data)
    return gaps


# --- the stages ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def file_stage(case, verb, *, answers, on, by, at, goals=(), file=None):
    """File the forms of a stage ({kind: {question: answer}}) and do its act; returns the case.

    `file` is the signed agreement, `goals` are dicts of title, before, now, target. Raises Refused with everything that is
    missing at once; drafts of the forms go.
    """
    answers = {kind: forms.answers(kind, answers.get(kind, {})) for kind in forms.STAGES[verb]}
    locked = open_case(case, verb, by=by)
    gaps = missing(locked, verb, answers, on=day_of(at))
    if gaps:
        raise Refused("还不能提交", gaps)
    values = _VALUES[verb](locked, answers, past_day(on, at=at), [goal_of(goal) for goal in goals])
    moved = move(case, verb, by=by, at=at, papers=tuple(answers), handed_on=day_of(at), **values)
    for kind, data in answers.items():
        data = forms.with_goals(kind, data, moved.goals)
        lay_paper(moved, kind, on, data, file if kind == "agreement" else None, by=by, at=at)
    drop_drafts(moved, list(answers), by=by)
    return note_outcomes(moved)


def _intake(case, answers, on, goals):
    return {"community_opinion": answers["intake"]["community_opinion"]}


def _assessment(case, answers, on, goals):
    return {"assessed_on": on}


def _plan(case, answers, on, goals):
    """Plan and agreement belong to one act: a plan without the client's agreement starts nothing (指南 计划（3）)."""
    return {"planned_on": on, "begun_on": case.begun_on or on, "goals": goals or case.goals, "replan_from": None}


def _evaluation(case, answers, on, goals):
    return {"evaluated_on": on, "goals": goals or case.goals}


def _closure(case, answers, on, goals):
    form = answers["closure"]
    if form["reason"] not in rules.CLOSURE_REASONS:
        raise Refused("还不能提交", ["未选结案原因"])
    return {"closure_reason": form["reason"], "closure_summary": form["summary"]}


# act: what it writes into the case
_VALUES = {
    "submit_intake": _intake,
    "complete_assessment": _assessment,
    "sign_plan": _plan,
    "complete_evaluation": _evaluation,
    "submit_closure": _closure,
}


# --- forms that are filled as the work goes -------------------------------------------------------------------------------
@transaction.atomic
def file_form(case, kind, *, answers, on, by, at):
    """File a form that is filled as the work goes (ANYTIME); of a plan this is the next version. Returns the CasePaper."""
    if kind not in forms.ANYTIME:
        raise Refused(f"{forms.FORMS[kind].title}随所在阶段提交" if kind in forms.FORMS else f"个案没有这种表：{kind}")
    data = forms.answers(kind, answers)
    locked = lock(case)
    _refuse_unwritable(locked, [kind])
    gaps = missing(locked, "", {kind: data}, on=day_of(at))
    if kind == "plan":
        gaps = _revision_gaps(locked, data) + gaps
    if gaps:
        raise Refused("还不能提交", gaps)
    past_day(on, at=at)
    paper = _FILED[kind](locked, kind, data, on, by=by, at=at)
    drop_drafts(locked, [kind], by=by)
    case.refresh_from_db()
    note_outcomes(case)
    return paper


def _laid(verb):
    """A form that only lies down in the file."""

    def file(locked, kind, data, on, *, by, at):
        moved = move(locked, verb, by=by, at=at, papers=(kind,))
        return lay_paper(moved, kind, on, forms.with_goals(kind, data, moved.goals), None, by=by, at=at)

    return file


def _referral(locked, kind, data, on, *, by, at):
    return submit_referral(locked, answers=data, on=on, by=by, at=at).paper


def _follow_up(locked, kind, data, on, *, by, at):
    return record_follow_up(locked, answers=data, on=on, by=by, at=at).paper


_FILED = {
    "process": _laid("file_process"),
    "satisfaction": _laid("file_satisfaction"),
    "plan": _laid("revise_plan"),
    "referral": _referral,
    "follow_up": _follow_up,
}


def _revision_gaps(case, data):
    """A plan is revised only while it stands, and says why (指南 介入（3））."""
    gaps = [] if case.planned_on else ["先签订计划和协议，再修订计划"]
    return gaps if data.get("revision") else [*gaps, "未写修订原因"]


@transaction.atomic
def note_printed(case, kinds, *, by, at):
    """Remember who opened which forms of the file as a paper; kinds are named, never their words. Raises Refused for strangers."""
    _refuse_unless_handling(by, case)
    audit.record("case.file_printed", by=by, at=at, target=case, fields_seen=sorted(set(kinds)), day=str(day_of(at)))
