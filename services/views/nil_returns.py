"""Nil returns (零报告): a month in which nothing of a kind happened is said so, and taken by the purchaser."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from contracts.queries import get_contract
from services.actions import deliverables as actions
from services.queries import deliverables as papers
from services.queries import nil_returns as queries
from services.queries.asked import Questions
from services.views.shell import shell
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.REPORT_VIEW)
def nil_returns(request, pk):
    """The grid of months and kinds of incidents."""
    return _grid_page(request, get_contract(request.member, pk, on=clock.today()))


def _grid_page(request, contract, status=200, refusal=None):
    member, on = request.member, clock.today()
    kinds = Questions(contract).nil_kinds()
    lines = queries.grid(contract, kinds, on=on)
    context = {
        "contract": contract,
        "lines": lines,
        "missing": sum(line.missing for line in lines),
        "waiting": sum(line.waiting for line in lines),
        "may_file": papers.may_deliver(member, contract),
        "may_decide": contract.purchaser_id == member.organisation_id and allows(member, Permission.REPORT_REVIEW),
        "refusal": refusal,
    }
    return render(request, "services/nil_returns.html", context | shell(member), status=status)


@page(Permission.REPORT_WRITE, methods=("POST",))
def file_nil_return(request, pk):
    """Hand in one month's nil return, with one tap."""
    contract = get_contract(request.member, pk, on=clock.today())
    if not papers.may_deliver(request.member, contract):
        raise PermissionDenied
    try:
        month = date.fromisoformat(request.POST.get("month", ""))
    except ValueError:
        return _grid_page(request, contract, status=422, refusal=Refused("选一个月份"))
    try:
        paper = actions.file_nil_return(
            contract, kind=request.POST.get("kind", ""), month=month, by=request.member, at=clock.now()
        )
    except Refused as refusal:
        return _grid_page(request, contract, status=409, refusal=refusal)
    messages.success(request, f"已报送《{paper.title}》，等甲方接收")
    return redirect("services:nil_returns", tenant=request.tenant.slug, pk=pk)
