"""Which kind a case or a group is, where contracts count several."""

from django.db import transaction

from caseload.models import Case, Group
from caseload.queries import may_write
from tenancy import audit
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused


@transaction.atomic
def set_case_kind(case, *, kind, by, at):
    """Say which kind of case it is (a code that the contract counts); returns the Case."""
    return _set(Case, case, "case.kind_set", Permission.CASE_WORK, kind=kind, by=by, at=at)


@transaction.atomic
def set_group_kind(group, *, kind, by, at):
    """Say which kind of group it is (a code that the contract counts); returns the Group."""
    return _set(Group, group, "group.kind_set", Permission.GROUP_MANAGE, kind=kind, by=by, at=at)


def _set(model, row, action, permission, *, kind, by, at):
    row = model.objects.select_for_update(of=("self",)).select_related("contract").get(pk=row.pk)
    if not may_write(by, row.contract) or not allows(by, permission):
        raise Refused("只有承接本合同的机构可以登记")
    if not kind:
        raise Refused("选择类型")
    before, row.kind = row.kind, kind
    row.save(update_fields=["kind"])
    audit.record(action, by=by, at=at, target=row, kind=kind, before=before)
    return row
