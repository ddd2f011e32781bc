"""A case changes hands: its worker leaves, or is relieved. Everything in its file stays; its history says who, when and why."""

from django.db import transaction

from caseload.actions.case_moves import move
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused


@transaction.atomic
def hand_over_case(case, *, to, reason, by, at):
    """Give a case in hand to another worker of the agency that performs the contract; returns the case.

    Raises Refused without a reason, to whoever handles no cases there, and to the worker who has it already.
    """
    if to.pk == case.worker_id:
        raise Refused(f"这份个案已由{to.account.name}负责")
    if not to.is_active or to.organisation_id != case.contract.provider_id or not allows(to, Permission.CASE_WORK):
        raise Refused("只能移交给承办机构中办理个案的人")
    return move(case, "hand_over", by=by, at=at, reason=reason, worker=to, detail={"to": to.account.name})
