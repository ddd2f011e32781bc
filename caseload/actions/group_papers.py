"""The forms of a group: a draft that is kept, a form that is filed whole, a printed one remembered."""

import json

from django.db import transaction

from caseload import queries
from caseload.models import Group, GroupPaper
from caseload.rules import forms, group_forms
from tenancy import audit
from tenancy.clock import day_of
from tenancy.problems import Refused


@transaction.atomic
def keep_group_draft(group, kind, *, answers, on, by, at):
    """Keep what is written so far of a form ({question: answer}); nothing need be complete. Returns the draft."""
    group = _locked(group, kind, by)
    kept = forms.answers(group_forms.FORMS[kind], answers)
    if not kept:
        raise Refused("还没有写内容")
    known = {"data": json.dumps(kept, ensure_ascii=False), "filled_on": on, "added_by": by, "created_at": at}
    draft, _ = GroupPaper.objects.update_or_create(group=group, kind=kind, is_draft=True, defaults=known)
    audit.record("group.draft_kept", by=by, at=at, target=group, kind=kind)
    return draft


@transaction.atomic
def file_group_form(group, kind, *, answers, on, by, at):
    """File a form of a group: it stands in the file beside earlier ones; returns the GroupPaper.

    Raises Refused with everything that is missing at once; the draft goes.
    """
    group = _locked(group, kind, by)
    form = group_forms.FORMS[kind]
    kept = forms.answers(form, answers)
    problems = [] if on <= day_of(at) else ["日期不得晚于今天"]
    lacks = forms.gaps(form, kept)
    if lacks:
        problems.append(f"未填：{'、'.join(lacks)}")
    if problems:
        raise Refused("还不能提交", problems)
    text = json.dumps(kept, ensure_ascii=False)
    paper = GroupPaper.objects.create(group=group, kind=kind, data=text, filled_on=on, added_by=by, created_at=at)
    GroupPaper.objects.filter(group=group, kind=kind, is_draft=True).delete()
    Group.objects.filter(pk=group.pk).update(papers=sorted({*group.papers, kind}))
    audit.record("group.form_filed", by=by, at=at, target=group, kind=kind, day=str(on))
    return paper


@transaction.atomic
def note_group_printed(group, kind, *, by, at):
    """Remember who opened which paper of a group's file."""
    audit.record("group.paper_printed", by=by, at=at, target=group, kind=kind)


def _locked(group, kind, by):
    if not queries.may_write(by, group.contract):
        raise Refused("只有承接本合同的机构可以填写")
    locked = Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
    if not group_forms.may_file(kind, locked.state):
        raise Refused(group_forms.EARLY if locked.state == "planned" else "小组已取消，不能再填")
    return locked
