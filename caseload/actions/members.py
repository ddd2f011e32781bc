"""Who belongs to a group: joining, leaving, and being recognised as somebody on the ledger."""

from django.db import IntegrityError, transaction

from caseload.models import Group, GroupMember
from caseload.rules.people import normal_name, normal_phone
from tenancy import audit, keys
from tenancy.clock import day_of
from tenancy.problems import Refused, broken_rule

CLOSED = frozenset({"closed", "withdrawn"})


@transaction.atomic
def add_member(group, *, name, joined_on, by, at, phone="", person=None):
    """Somebody joins a group; returns the GroupMember.

    `person` is the same human being on the ledger, when known. Refused for a group that has ended, a day to come, and
    whoever is a member already.
    """
    group = Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
    name, phone = normal_name(name), normal_phone(phone)
    problems = []
    if group.state in CLOSED:
        problems.append("小组已结束，不能再加组员")
    if not name:
        problems.append("写上姓名")
    if joined_on > day_of(at):
        problems.append("加入日期不得晚于今天")
    if person is not None and person.household.contract_id != group.contract_id:
        problems.append("这名服务对象不在本合同的台账上")
    if problems:
        raise Refused("没有加入", problems)
    row = GroupMember(
        group=group, person=person, name=name, name_index=keys.blind_index(name), phone=phone,
        phone_index=keys.blind_index(phone) if phone else "", joined_on=joined_on, added_by=by, created_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("没有加入", [broken_rule(error, GroupMember, "已是本小组组员")]) from error
    _recount(group)
    audit.record("group.member_added", by=by, at=at, target=group, member=str(row.pk), linked=person is not None)
    return row


@transaction.atomic
def leave_group(member, *, on, by, at):
    """Somebody leaves a group after a day; what they attended stays. Refused when they have left already."""
    if on < member.joined_on or on > day_of(at):
        raise Refused("退出日期须在加入之后、不晚于今天")
    if not GroupMember.objects.filter(pk=member.pk, left_on=None).update(left_on=on):
        raise Refused("已经退出")
    _recount(member.group)
    audit.record("group.member_left", by=by, at=at, target=member.group, member=str(member.pk), on=str(on))


@transaction.atomic
def recognise_member(member, person, *, by, at):
    """A member is this person of the ledger. Refused for people of another contract, and when somebody else is linked."""
    if person.household.contract_id != member.group.contract_id:
        raise Refused("这名服务对象不在本合同的台账上")
    try:
        with transaction.atomic():
            linked = GroupMember.objects.filter(pk=member.pk, person=None).update(person=person)
    except IntegrityError as error:
        raise Refused(broken_rule(error, GroupMember, "已是本小组组员")) from error
    if not linked:
        raise Refused("这名组员已对应台账")
    audit.record("group.member_linked", by=by, at=at, target=member.group, member=str(member.pk), person=str(person.pk))


def _recount(group):
    """The group's number of members follows its list, once there is one."""
    number = GroupMember.objects.filter(group=group, left_on=None).count()
    Group.objects.filter(pk=group.pk).update(members=number)
    group.members = number
