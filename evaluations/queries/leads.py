"""Reads of changes of the project lead: the contract's notice, who may succeed, and who sees which."""

from contracts.models import StaffPost
from contracts.queries import in_post
from evaluations.models import LeadChange
from evaluations.queries.between import deals, events, get_dealing, is_provider
from evaluations.rules import leads as rules
from tenancy import workdays
from tenancy.models import Membership
from tenancy.permissions import Permission, allows

VERBS = {"propose": "提出更换", "consent": "甲方同意", "refuse": "甲方不同意", "withdraw": "撤回"}
STEP = "lead.change"


def notice(contract):
    """The contract's row on how long ahead a change is told, or None."""
    return contract.deadlines.filter(step=STEP, is_before=True).first()


def notice_by(contract, change_on):
    """The last day on which a change on the day can still be told."""
    row = notice(contract)
    return rules.notice_day(
        change_on,
        within=row.within if row is not None else 0,
        unit=row.unit if row is not None else "calendar_days",
        calendar=workdays.calendar(),
    )


def limit_told(row):
    """提前 5 日 / 提前 5 个工作日"""
    return f"提前 {row.within} {row.get_unit_display()}" if row is not None and row.within else "在更换以前"


def current_lead(contract, *, on):
    """The agency's project lead in post on the day, or None."""
    rows = in_post(contract, on=on).filter(side=StaffPost.Side.PROVIDER, post=rules.PROJECT_LEAD)
    return rows.order_by("-from_day").first()


def successors(contract):
    """The agency's own members who may take the post over."""
    rows = Membership.objects.filter(is_active=True, organisation_id=contract.provider_id)
    return rows.select_related("account", "organisation").order_by("account__name")


def get_lead_change(member, pk, *, on):
    """A change that the member may see, or 404."""
    rows = LeadChange.objects.select_related(
        "successor__account", "proposed_by__account", "decided_by__account", "post"
    )
    return get_dealing(rows, member, pk, on=on)


def listed(contract):
    return LeadChange.objects.filter(contract=contract).select_related("successor__account")


def moves_of(change):
    return events(change.moves.select_related("by__account"), VERBS)


def may_propose(member, contract):
    """Whether the member proposes for the agency."""
    return is_provider(member, contract) and allows(member, Permission.ISSUE_REPLY) and contract.state == "active"


def section(member, contract, on):
    """What the contract's page of evaluations shows of changes of the lead, or None for those who have no part in them."""
    if not (deals(member, contract) and allows(member, Permission.EVALUATION_VIEW)):
        return None
    return {
        "contract": contract,
        "lead": current_lead(contract, on=on),
        "rows": list(listed(contract)[:3]),
        "may_propose": may_propose(member, contract),
    }
