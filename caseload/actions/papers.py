"""The case forms: a draft that is kept, a form that is filed whole, a printed file that is remembered."""

import json

from django.db import transaction

from caseload import queries
from caseload.actions import cases
from caseload.models import Case, CasePaper
from caseload.rules import cases as rules
from caseload.rules import forms
from tenancy import audit
from tenancy.clock import day_of
from tenancy.problems import Refused


@transaction.atomic
def keep_draft(case, *, answers, on, by, at, goals=()):
    """Keep what is written so far of some forms: {kind: {question: answer}}; nothing need be complete.

    There is one draft of a form at a time, whoever of those who handle the case wrote last; `goals` stay with the first
    form's draft until it is filed. Returns the drafts.
    """
    _refuse_unless_handling(by, case)
    _locked(case, answers)
    first = next(iter(answers))
    return [
        _draft(case, kind, data, on, goals=list(goals) if kind == first else [], by=by, at=at)
        for kind, data in answers.items()
    ]


def _draft(case, kind, data, on, *, goals, by, at):
    kept = forms.answers(kind, data) | ({"goals": goals} if goals else {})
    text = json.dumps(kept, ensure_ascii=False)
    known = {"data": text, "filled_on": on, "filled_by": by, "created_at": at}
    draft, _ = CasePaper.objects.update_or_create(case=case, kind=kind, is_draft=True, defaults=known)
    audit.record("case.draft_kept", by=by, at=at, target=case, kind=kind)
    return draft


def _drop_drafts(case, kinds, *, by):
    """The drafts of filed forms go; one that a colleague can't see stays."""
    if queries.handles(by, case):
        CasePaper.objects.filter(case=case, kind__in=kinds, is_draft=True).delete()


def _refuse_unless_handling(member, case):
    if not queries.handles(member, case):
        raise Refused("只有办理这份个案的人可以存草稿和打印")


def _locked(case, kinds):
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    unknown = [kind for kind in kinds if kind not in forms.FORMS]
    if unknown:
        raise Refused(f"个案没有这种表：{'、'.join(unknown)}")
    if locked.state in rules.ENDED and set(kinds) != {"follow_up"}:
        raise Refused(f"个案{rules.STATE_LABELS[locked.state]}，只能填跟进/回访记录")
    return locked


def missing(case, verb, answers):
    """Everything that stands between the forms and their filing, at once: of the case first, then of each form."""
    gaps = stage_gaps(case, verb) if verb else []
    for kind, data in answers.items():
        lacks = forms.gaps(kind, data)
        if lacks:
            gaps.append(f"{forms.FORMS[kind].title}未填：{'、'.join(lacks)}")
    return gaps


def stage_gaps(case, verb):
    """What the case lacks for the act, apart from the forms that the act itself files."""
    there = [*case.papers, *forms.STAGES[verb]]
    if verb == "submit_intake":
        return [] if case.first_contact_on else ["未登记初步接触日期"]
    if verb == "submit_closure":
        facts = Case(
            assessed_on=case.assessed_on, planned_on=case.planned_on, evaluated_on=case.evaluated_on, papers=there
        )
        return rules.closure_gaps(facts, required=queries.closure_papers(case.contract))  # fmt: skip
    return rules.step_gaps(case, verb)


@transaction.atomic
def file_stage(case, verb, *, answers, on, by, at, goals=(), file=None):
    """File the forms of a stage ({kind: {question: answer}}) and do its act; returns the case.

    `file` is the signed agreement. Raises Refused with everything that is missing at once; drafts of the forms go.
    """
    answers = {kind: forms.answers(kind, answers.get(kind, {})) for kind in forms.STAGES[verb]}
    if not rules.allowed(verb, case.state):
        raise Refused(rules.refusal(verb, case.state))
    gaps = missing(case, verb, answers)
    if gaps:
        raise Refused("还不能提交", gaps)
    moved = _ACTS[verb](case, answers, on=on, goals=goals, file=file, by=by, at=at)
    _drop_drafts(case, list(answers), by=by)
    return moved


def _intake(case, answers, *, on, goals, file, by, at):
    form = answers["intake"]
    return cases.submit_intake(case, form=form, community_opinion=form["community_opinion"], by=by, at=at)


def _assessment(case, answers, *, on, goals, file, by, at):
    return cases.complete_assessment(case, on=on, form=answers["assessment"], by=by, at=at)


def _plan(case, answers, *, on, goals, file, by, at):
    agreement = {**answers["agreement"], "file": file}
    return cases.sign_plan(case, on=on, plan=answers["plan"], agreement=agreement, goals=goals, by=by, at=at)


def _evaluation(case, answers, *, on, goals, file, by, at):
    return cases.complete_evaluation(case, on=on, form=answers["evaluation"], goals=goals, by=by, at=at)


def _closure(case, answers, *, on, goals, file, by, at):
    form = answers["closure"]
    return cases.submit_closure(case, reason=form["reason"], summary=form["summary"], form=form, by=by, at=at)


_ACTS = {
    "submit_intake": _intake,
    "complete_assessment": _assessment,
    "sign_plan": _plan,
    "complete_evaluation": _evaluation,
    "submit_closure": _closure,
}


@transaction.atomic
def file_form(case, kind, *, answers, on, by, at):
    """File a form that is filled as the work goes (ANYTIME); of a plan this is the next version. Returns the CasePaper."""
    if kind not in forms.ANYTIME:
        raise Refused(f"{forms.FORMS[kind].title}随所在阶段提交" if kind in forms.FORMS else f"个案没有这种表：{kind}")
    data = forms.answers(kind, answers)
    _locked(case, [kind])
    gaps = missing(case, "", {kind: data})
    if kind == "plan":
        gaps = _revision_gaps(case, data) + gaps
    if gaps:
        raise Refused("还不能提交", gaps)
    paper = cases.add_case_paper(case, kind=kind, filled_on=on, data=data, by=by, at=at)
    _drop_drafts(case, [kind], by=by)
    return paper


def _revision_gaps(case, data):
    """A plan is revised only while it stands, and says why (指南 介入（3））."""
    gaps = [] if case.planned_on else ["先签订计划和协议，再修订计划"]
    return gaps if data.get("revision") else [*gaps, "未写修订原因"]


@transaction.atomic
def note_printed(case, kinds, *, by, at):
    """Remember who opened which forms of the file as a paper; kinds are named, never their words. Raises Refused for strangers."""
    _refuse_unless_handling(by, case)
    audit.record("case.file_printed", by=by, at=at, target=case, fields_seen=sorted(set(kinds)), day=str(day_of(at)))
