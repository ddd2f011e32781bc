"""One home a role: what waits for me, what others hold, what comes next."""

from django.shortcuts import redirect, render

from config.home import portfolio, waiting
from tenancy import clock, workdays
from tenancy.permissions import ROLES, Permission, allows
from tenancy.web import page

# Roles whose first question has a page of its own.
STRAIGHT = {"subdistrict": "caseload:approvals", "field": "services:today", "expert": "evaluations:sheets"}


@page(Permission.HOME)
def desk(request):
    home = ROLES[request.member.role].home
    if home in STRAIGHT:
        return redirect(STRAIGHT[home], tenant=request.tenant.slug)
    if home == "admin":
        return redirect(
            "tenancy:people" if allows(request.member, Permission.PEOPLE_MANAGE) else "tenancy:audit",
            tenant=request.tenant.slug,
        )
    on, calendar = clock.today(), workdays.calendar()
    rows = portfolio.standings(request.member, on=on, calendar=calendar)
    active = [row for row in rows if row.contract.state == "active"]
    sees_money = allows(request.member, Permission.MONEY_VIEW)
    paid, agreed = portfolio.money(active)
    return render(
        request,
        "config/home/desk.html",
        {
            "today": on,
            "mine": waiting.for_me(request.member, on=on, calendar=calendar),
            "others": waiting.for_others(request.member, on=on, calendar=calendar),
            "rows": rows,
            "active": len(active),
            "behind": sum(row.status in portfolio.BAD for row in active),
            "paid": paid if sees_money else None,
            "agreed": agreed,
            "unpaid": list(portfolio.unpaid_milestones(request.member, on=on)) if sees_money else [],
            "ahead": portfolio.ahead(request.member, on=on, rows=active),
            "changes": portfolio.recent_changes() if ROLES[request.member.role].side in ("purchaser", "audit") else [],
        },
    )
