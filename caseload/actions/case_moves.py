"""The one way in which a case changes: lock, decide who may and when, swap, lay the papers, remember.

Two people at the same instant: each act locks the case, compares its state with the one that was seen, and swaps it.
Clause: MTG04 附件2 五（三）个案帮扶工作流程.
"""

import json

from django.db import IntegrityError, transaction

from caseload import queries
from caseload.models import Case, CaseMove, CasePaper
from caseload.rules import cases as rules
from tenancy import audit
from tenancy.clock import day_of
from tenancy.permissions import Permission, allows
from tenancy.problems import Conflict, Refused, broken_rule


def open_case(case, verb, *, by, reason=""):
    """Lock the case and decide whether the act is possible; returns the row as it is now, not as the page saw it."""
    refuse_stranger(case, verb, by=by)
    if not rules.allowed(verb, case.state):
        raise Refused(rules.refusal(verb, case.state))
    if verb in rules.NEEDS_REASON and not reason.strip():
        raise Refused("写明原因")
    locked = lock(case)
    if locked.state != case.state:
        word = rules.STATE_LABELS[locked.state]
        raise Conflict(f"这份个案刚被别人处理过，现在是“{word}”。刷新后再看一次")
    return locked


def refuse_stranger(case, verb, *, by):
    """The street's own office decides, the agency's supervisor reviews, the agency's people do the work."""
    if verb in rules.DECISIONS:
        if not allows(by, Permission.CASE_APPROVE) or by.organisation.area_id != case.street_id:
            raise Refused(f"只有{case.street}的主管部门可以审批这份个案")
        return
    wanted = Permission.CASE_REVIEW if verb in rules.REVIEWS else Permission.CASE_WORK
    if not allows(by, wanted) or not queries.may_write(by, case.contract):
        who = "督导" if verb in rules.REVIEWS else "办理个案的人"
        raise Refused(f"只有承办机构{who}可以{rules.VERBS[verb]}")


def lock(case):
    """The case as it is now, locked until the act is over."""
    return Case.objects.select_for_update(of=("self",)).get(pk=case.pk)


def move(case, verb, *, by, at, reason="", papers=(), approvals=(), detail=None, **values):
    """Do an act to the case and leave its CaseMove and its event in the audit trail. Returns the case as it is now.

    `papers` and `approvals` come to those that the locked row has; `detail` goes into the event.
    """
    locked, seen = open_case(case, verb, by=by, reason=reason), case.state
    values["state"] = rules.goal_state(verb, seen)
    for field, more in (("papers", papers), ("approvals", approvals)):
        if more:
            values[field] = sorted({*getattr(locked, field), *more})
    for field, value in values.items():
        setattr(locked, field, value)
    try:
        with transaction.atomic():
            moved = Case.objects.filter(pk=case.pk, state=seen).update(**_stored(locked, values))
    except IntegrityError as error:
        raise Refused("没有办成", [broken_rule(error, Case, "与个案现在的情况不符")]) from error
    if not moved:
        raise Conflict()
    remember(locked, verb, seen, by=by, at=at, reason=reason)
    audit.record(f"case.{verb}", by=by, at=at, target=locked, from_state=seen, to_state=locked.state, **(detail or {}))
    case.refresh_from_db()
    return case


def _stored(case, values):
    """The values as columns hold them: a sealed text is sealed for its row."""
    return {field: Case._meta.get_field(field).pre_save(case, False) for field in values}


def remember(case, verb, from_state, *, by, at, reason=""):
    """Leave the act in the case's history."""
    CaseMove.objects.create(
        case=case, verb=verb, from_state=from_state, to_state=case.state, by=by, at=at, reason=reason.strip()[:500]
    )


def past_day(value, *, at):
    """The day, unless it is still to come."""
    if value > day_of(at):
        raise Refused("日期不得晚于今天")
    return value


def lay_paper(case, kind, filled_on, data, file, *, by, at):
    """Lay a paper into the file under the case's lock; a plan or record that comes again is its next version."""
    text = json.dumps(data, ensure_ascii=False) if data else ""
    version = CasePaper.objects.filter(case=case, kind=kind, is_draft=False).count() + 1
    return CasePaper.objects.create(
        case=case, kind=kind, file=file, data=text, filled_on=filled_on, filled_by=by, created_at=at, version=version
    )


def drop_drafts(case, kinds, *, by):
    """The drafts of filed forms go; one that a colleague can't see stays."""
    if queries.handles(by, case):
        CasePaper.objects.filter(case=case, kind__in=kinds, is_draft=True).delete()
