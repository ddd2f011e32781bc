"""Reads of groups."""

from caseload.models import (
    Group,
    GroupPaper,
)
from caseload.queries.access import one_of, visible_to


def visible_groups(member, on):
    """The groups that the member may see on the day."""
    return visible_to(Group.objects.all(), member, on=on)


def get_group(member, pk, *, on):
    """A group that the member may see, or 404."""
    return one_of(visible_groups(member, on).select_related("contract", "area", "street", "leader__account"), pk)


def get_group_paper(member, pk, *, on):
    """A paper of a group that the member may see, or 404."""
    return one_of(
        GroupPaper.objects.select_related("file").filter(group__in=visible_groups(member, on).order_by().values("pk")),
        pk,
    )
