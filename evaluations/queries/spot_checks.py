"""Reads of spot checks (平时考核): the pools that are drawn from, and who sees which check."""

from django.db.models import Count, Q

from caseload.models import Case
from evaluations.models import SpotCheck
from evaluations.queries.between import deals, events, get_dealing
from evaluations.rules import spot_checks as rules
from services.indicators.measure import measure_contract
from services.models import ServiceRecord
from services.queries.records import kinds
from tenancy.permissions import ROLES, Permission, allows

VERBS = {"open": "开始抽查", "close": "办结"}
SHOWN = 5
# A case is looked at once there is work in it.
CASE_STATES = ("open", "closure_submitted", "closed")


def _shown_to(rows, member):
    """The agency sees what a check came to, not what is being looked at."""
    return rows.filter(state=rules.CLOSED) if ROLES[member.role].side == "provider" else rows


def get_spot_check(member, pk, *, on):
    """A check that the member may see, or 404; the agency sees it once it is closed."""
    rows = SpotCheck.objects.select_related("order", "opened_by__account", "closed_by__account")
    return get_dealing(_shown_to(rows, member), member, pk, on=on)


def pool(contract, source, *, from_day=None, to_day=None):
    """The rows that a draw is made from: verified records of the days, or cases with work in them."""
    if source == SpotCheck.Source.CASES:
        rows = Case.objects.filter(contract=contract, state__in=CASE_STATES)
        day = "opened_on"
    else:
        rows = ServiceRecord.objects.filter(contract=contract, state=ServiceRecord.State.VERIFIED)
        day = "day"
    if from_day is not None:
        rows = rows.filter(**{f"{day}__gte": from_day})
    return rows if to_day is None else rows.filter(**{f"{day}__lte": to_day})


def titles(rows, source):
    """{id as text: (title, what the system holds)} of drawn rows: kinds, numbers and places, never a name."""
    if source == SpotCheck.Source.CASES:
        return {str(row.pk): (f"个案 {row.number}", row.get_state_display()) for row in rows}
    words = {code: kind.label for code, kind in kinds().items()}
    told = {}
    for row in rows.select_related("area", "household"):
        place = str(row.area) if row.area else ""
        title = "　".join(filter(None, (f"{row.day:%Y-%m-%d}", words.get(row.kind, row.kind), place)))
        said = [f"户 {row.household.number}" if row.household else "", f"{row.minutes} 分钟" if row.minutes else ""]
        said += [f"{row.participants} 人" if row.participants else ""]
        told[str(row.pk)] = title, "，".join(filter(None, said))
    return told


def indicators(contract):
    """[(code, title)] of the contract's indicators, in its order."""
    return list(contract.indicators.values_list("code", "title"))


def measured(contract, code, *, on):
    """(title, what it comes to on the day) of one of the contract's indicators; ("", "") for a code that it doesn't have."""
    row = measure_contract(contract, on=on).by_code.get(code)
    if row is None:
        return "", ""
    unit = row.unit if row.is_percent else f" {row.unit}" if row.unit else ""
    value, target = "—" if row.value is None else f"{row.value.normalize():f}{unit}", row.target_text
    told = f"截至 {on:%Y-%m-%d}：{value}，目标 {f'{target}{unit}' if target else '—'}"
    return f"{code}　{row.indicator.title}"[:120], told[:200]


def listed(member, contract):
    """The contract's checks that the member may see, newest first, each with its numbers of lines, of those that differ and of those not looked at."""
    counted = {
        "number": Count("lines"),
        "differing": Count("lines", filter=Q(lines__result=rules.DIFFERS)),
        "unseen": Count("lines", filter=Q(lines__result="")),
    }
    rows = _shown_to(SpotCheck.objects.filter(contract=contract), member)
    return rows.select_related("order").annotate(**counted).order_by("-no")


def lines_of(check):
    return list(check.lines.select_related("record", "case"))


def moves_of(check):
    return events(check.moves.select_related("by__account"), VERBS)


def section(member, contract, on):
    """What the contract's page of evaluations shows of spot checks, or None for those who have no part in them."""
    if not (deals(member, contract) and allows(member, Permission.EVALUATION_VIEW)):
        return None
    rows = list(listed(member, contract)[: SHOWN + 1])
    return {
        "contract": contract,
        "rows": rows[:SHOWN],
        "has_more": len(rows) > SHOWN,
        "may_check": allows(member, Permission.CHECK_MANAGE) and contract.state == "active",
    }
