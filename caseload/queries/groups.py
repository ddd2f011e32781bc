"""Reads of groups and of those who belong to them."""

from django.db.models import Q

from caseload.models import Group, GroupMember, GroupPaper, Person
from caseload.queries.access import may_reveal, may_write, one_of, visible_to
from caseload.queries.households import visible_households
from tenancy.permissions import Permission, allows


def visible_groups(member, on):
    """The groups that the member may see on the day."""
    return visible_to(Group.objects.all(), member, on=on)


def get_group(member, pk, *, on):
    """A group that the member may see, or 404."""
    return one_of(visible_groups(member, on).select_related("contract", "area", "street", "leader__account"), pk)


def get_group_paper(member, pk, *, on):
    """A paper of a group that the member may see, or 404; drafts are not in the file."""
    rows = GroupPaper.objects.select_related("file", "group__contract__provider", "group__area", "group__street")
    return one_of(rows.filter(is_draft=False, group__in=visible_groups(member, on).order_by().values("pk")), pk)


def group_papers(group):
    """The papers in the group's file, oldest first."""
    return group.group_papers.filter(is_draft=False).select_related("file", "added_by__account")


def group_draft(group, kind):
    """The draft of a form of the group, or None."""
    rows = GroupPaper.objects.select_related("added_by__account")
    return rows.filter(group=group, kind=kind, is_draft=True).first()


# --- members ----------------------------------------------------------------------------------------------------------
def get_group_member(member, pk, *, on):
    """Somebody who belongs to a group that the member may see, or 404."""
    rows = GroupMember.objects.select_related("group", "group__contract", "group__contract__provider")
    return one_of(rows.filter(group__in=visible_groups(member, on).order_by().values("pk")), pk)


def members_of(group, *, on=None):
    """The group's members, on a day or ever, in the order in which they joined."""
    rows = GroupMember.objects.filter(group=group).select_related("person__household")
    return rows if on is None else rows.filter(Q(left_on=None) | Q(left_on__gte=on), joined_on__lte=on)


def namesakes(rows, member, *, on):
    """{row id: [Person]}: people on the ledger who bear the name of a row that is linked to nobody."""
    open_rows = [row for row in rows if row.person_id is None]
    indexes = {row.name_index for row in open_rows}
    if not indexes:
        return {}
    households = visible_households(member, on).order_by().values("pk")
    found = {}
    for person in Person.objects.filter(name_index__in=indexes, household__in=households).select_related("household"):
        found.setdefault(person.name_index, []).append(person)
    return {row.pk: found[row.name_index] for row in open_rows if row.name_index in found}


def knows_members(member, group):
    """Whether the member reads the names of a group's people in full: who leads it, and those who answer for the agency's work."""
    if not may_write(member, group.contract) or not may_reveal(member, group.contract):
        return False
    answers = allows(member, Permission.RECORD_VERIFY) or allows(member, Permission.REPORT_WRITE)
    return group.leader_id == member.pk or answers
