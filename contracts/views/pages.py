from decimal import Decimal

from django.shortcuts import render
from django.urls import reverse

from contracts import queries
from contracts.models import StaffPost
from contracts.rules import amount_in_words, debarment_told, evaluation_told, report_due
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.web import page


@page(Permission.CONTRACT_VIEW)
def contracts(request):
    rows = queries.listed(request.member, on=clock.today())
    shows_money = any(row.shows_money for row in rows)
    total = sum(row.contract.amount or 0 for row in rows if row.shows_money)
    may_manage = allows(request.member, Permission.CONTRACT_MANAGE)
    context = {"rows": rows, "shows_money": shows_money, "total": total, "may_manage": may_manage}
    return render(request, "contracts/contracts.html", context)


# (label, route, permission, whether the route is about the contract itself). Lists of other apps are narrowed to it.
TABS = (
    ("概况", "contracts:overview", Permission.CONTRACT_VIEW, True),
    ("指标", "contracts:contract", Permission.CONTRACT_VIEW, True),
    ("服务记录", "services:records", Permission.RECORD_VIEW, False),
    ("个案", "caseload:cases", Permission.CASE_VIEW, False),
    ("台账与登记", "services:rooms", Permission.RECORD_VIEW, True),
    ("报告", "services:reports", Permission.REPORT_VIEW, False),
    ("检查与评估", "evaluations:contract", Permission.EVALUATION_VIEW, True),
    ("支付", "payments:ledger", Permission.MONEY_VIEW, True),
    ("人员", "contracts:people", Permission.CONTRACT_VIEW, True),
    ("文件", "services:deliverables", Permission.RECORD_VIEW, True),
)


def _tabs(member, contract, chosen, *, shows_money):
    """[(label, address, whether it is open)] of what the member may see of the contract."""
    tabs = []
    for label, route, permission, is_own in TABS:
        if allows(member, permission) and (shows_money or permission != Permission.MONEY_VIEW):
            address = reverse(route, kwargs={"tenant": member.tenant.slug} | ({"pk": contract.pk} if is_own else {}))
            tabs.append((label, address if is_own else f"{address}?contract={contract.pk}", label == chosen))
    return tabs


def shown(member, contract, tab, *, on):
    """What the head of a contract's pages shows, whichever tab is open."""
    streets, communities, villages = queries.area_counts(contract)
    shows_money = queries.sees_money(member, contract, on=on)
    return {
        "contract": contract,
        "tabs": _tabs(member, contract, tab, shows_money=shows_money),
        "on": on,
        "shows_money": shows_money,
        "leads": queries.project_leads(contract, on=on),
        "streets": streets,
        "communities": communities,
        "villages": villages,
        "days_left": queries.days_to_deadline(contract, on=on),
        "may_manage": allows(member, Permission.CONTRACT_MANAGE),
        "may_staff": queries.may_staff(member, contract),
    }


@page(Permission.CONTRACT_VIEW)
def contract(request, pk):
    on = clock.today()
    row = queries.get_contract(request.member, pk, on=on)
    context = shown(request.member, row, "指标", on=on)
    context["damages"] = queries.damages(row) if context["shows_money"] else None
    return render(request, "contracts/contract.html", context)


@page(Permission.CONTRACT_VIEW)
def overview(request, pk):
    on = clock.today()
    row = queries.get_contract(request.member, pk, on=on)
    context = shown(request.member, row, "概况", on=on)
    context |= _agreed(row) | _judged(row, shows_money=context["shows_money"])
    return render(request, "contracts/overview.html", context)


def _term_told(said):
    starts = f"，从{said['starts']}起" if said.get("starts") else ""
    return said | {"told": f"{said['months']} 个月{starts}"} if said else {}


def _judged(contract, *, shows_money):
    """How the contract's work is evaluated, and what follows from it."""
    said = queries.agreed_evaluations(contract)
    return {
        "evaluations": [evaluation_told(row, shows_money=shows_money) for row in said],
        "debarment": [debarment_told(row) for row in contract.terms.get("debarment", [])],
    }


def _agreed(contract):
    """Everything that the file says, as the overview shows it; the template leaves out sums for those who see none."""
    terms = contract.terms
    return {
        "words": amount_in_words(contract.amount) if contract.amount is not None else "",
        "parties": terms.get("parties", {}),
        "legal_basis": terms.get("legal_basis", ""),
        "term": _term_told(terms.get("term", {})),
        "budget": terms.get("budget", {}),
        "cost_shares": [row | {"share": Decimal(row["share"])} for row in terms.get("cost_shares", [])],
        "areas": queries.areas_with_communities(contract),
        "area_clause": terms.get("areas", {}).get("clause", ""),
        "price_lines": contract.pricelines.all(),
        "phases": contract.phases.all(),
        "payment_terms": contract.paymentterms.all(),
        "deadlines": contract.deadlines.all(),
        "penalties": contract.penaltyrules.all(),
        "documents": contract.requireddocuments.all(),
        "readings": contract.openreadings.select_related("decided_by__account"),
        "acceptance": {"clause": "", "clause_text": ""} | terms["acceptance"] if "acceptance" in terms else None,
        "reports": [report | {"told": report_due(report)} for report in terms.get("reports", [])],
    } | {name: terms.get(name, []) for name in ("obligations", "termination", "other_terms")}


@page(Permission.CONTRACT_VIEW)
def people(request, pk):
    on = clock.today()
    row = queries.get_contract(request.member, pk, on=on)
    present = list(queries.in_post(row, on=on))
    context = shown(request.member, row, "人员", on=on)
    told = queries.told_facts(present, shows_birth=context["may_staff"], on=on)
    for post in present:
        post.told = told[post.pk]
    context |= {
        "sides": [(label, [post for post in present if post.side == side]) for side, label in StaffPost.Side.choices],
        "left": row.staffposts.filter(to_day__lt=on).select_related("membership__account"),
        "posts": queries.labels("post"),
        "staffing": row.terms.get("staffing", []),
        "grants": row.readgrants.select_related("organisation")
        if allows(request.member, Permission.CONTRACT_MANAGE)
        else [],
    }
    return render(request, "contracts/people.html", context)
