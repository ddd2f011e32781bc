"""Every write on groups (小组): planned, opened with their first session, closed; their sessions are service records."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from caseload.models import Group, GroupPaper
from caseload.rules import groups as rules
from contracts.actions import refuse_terminated
from contracts.queries import streets_of
from tenancy import audit
from tenancy.clock import day_of
from tenancy.problems import Conflict, Refused


@transaction.atomic
def plan_group(*, contract, title, area, leader, members, by, at, **known):
    """Plan a group of `members` people in a community; returns the Group. `known`: kind, purpose, facts."""
    refuse_terminated(contract)
    if not streets_of(contract).filter(pk=area.street_id).exists():
        raise Refused("没有登记", [f"{area.name}不在本合同服务的街道（乡镇）内"])
    if members < 1:
        raise Refused("没有登记", ["组员至少 1 人"])
    group = Group(
        contract=contract, kind=known.get("kind", "professional"), title=title.strip(), purpose=known.get("purpose", ""), area=area, street_id=area.street_id,
        leader=leader, members=members, facts=known.get("facts", {}), created_at=at,
    )  # fmt: skip
    try:
        group.validate_constraints()
        with transaction.atomic():
            group.save(force_insert=True)
    except ValidationError as error:
        raise Refused("；".join(error.messages)) from error
    except IntegrityError as error:
        raise Refused("本合同下已有同名小组") from error
    audit.record("group.planned", by=by, at=at, target=group, members=members)
    return group


def _move(group, verb, *, by, at, **values):
    if not rules.allowed(verb, group.state):
        raise Refused(rules.refusal(verb, group.state))
    values["state"] = rules.MOVES[verb][1]
    if not Group.objects.filter(pk=group.pk, state=group.state).update(**values):
        raise Conflict("这个小组刚被别人处理过。刷新后再看一次")
    action = f"group.{verb}"
    audit.record(action, by=by, at=at, target=group, from_state=group.state, to_state=values["state"])
    group.refresh_from_db()
    return group


@transaction.atomic
def open_group(group, *, first_session_on, by, at, members=None):
    """The group met for the first time; `members` corrects the planned number."""
    if first_session_on > day_of(at):
        raise Refused("首次活动日期不得晚于今天")
    return _move(group, "open", by=by, at=at, first_session_on=first_session_on, members=members or group.members)


@transaction.atomic
def close_group(group, *, closed_on, by, at):
    """The group has ended. Missing papers don't stop it, but it then doesn't count: the indicator says so."""
    if closed_on > day_of(at):
        raise Refused("结束日期不得晚于今天")
    if group.first_session_on and closed_on < group.first_session_on:
        raise Refused("结束日期不得早于首次活动")
    return _move(group, "close", by=by, at=at, closed_on=closed_on)


@transaction.atomic
def withdraw_group(group, *, by, at):
    """Take back a group that never met."""
    return _move(group, "withdraw", by=by, at=at)


@transaction.atomic
def add_group_paper(group, *, kind, file, by, at):
    """Put a paper (plan, session_record, photo, summary, satisfaction …) into the group's file; returns the GroupPaper."""
    locked = Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
    if locked.state == "withdrawn":
        raise Refused("小组已取消，不能再补材料")
    paper = GroupPaper.objects.create(group=locked, kind=kind, file=file, added_by=by, created_at=at)
    locked.papers = sorted({*locked.papers, kind})
    locked.save(update_fields=["papers"])
    group.papers = locked.papers
    audit.record("group.paper_added", by=by, at=at, target=locked, kind=kind)
    return paper
