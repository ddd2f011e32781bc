from django.http import Http404
from django.shortcuts import render
from django.utils.dateparse import parse_date

from contracts.queries import get_contract
from payments import queries
from payments.queries import chain, standing
from payments.queries import inbox as inboxes
from payments.queries import punctuality as limits
from payments.views import pages
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.MONEY_VIEW)
def milestones(request):
    """Every milestone that the member may see: what it is worth, whose hand it is in, by when it is due."""
    rows = standing.listed(request.member, on=clock.today())
    return render(request, "payments/milestones.html", pages.totals(rows))


@page(Permission.MONEY_VIEW)
def inbox(request):
    """What waits for me, the nearest limit first."""
    return render(request, "payments/inbox.html", {"waiting": inboxes.waiting_for(request.member, on=clock.today())})


@page(Permission.MONEY_VIEW)
def milestone(request, pk):
    """The explained check, the sum, the approvals, the clock and the invoice of one milestone."""
    found = queries.get_milestone(request.member, pk, on=clock.today())
    context = pages.milestone_page(found, member=request.member, at=clock.now())
    return render(request, "payments/milestone.html", context | {"only_open": request.GET.get("show") == "open"})


@page(Permission.MONEY_VIEW)
def ledger(request, pk):
    """The contract's money account: every line with its balance."""
    contract = get_contract(request.member, pk, on=clock.today(), money=True)
    return render(request, "payments/ledger.html", pages.ledger_page(contract, on=clock.today()))


@page(Permission.MONEY_VIEW)
def contract_chain(request, pk):
    """For the contract page: the chain with today's place in it, and whose hand the next payment is in."""
    contract = get_contract(request.member, pk, on=clock.today(), money=True)
    links, following, check = chain.contract_chain(contract, on=clock.today())
    return render(
        request, "payments/_contract_chain.html", pages.chain_fragment(links, following, check, request.member)
    )


@page(Permission.MONEY_VIEW)
def contract_paid(request, pk):
    """For the list of contracts: how much of the contract's amount has been paid."""
    contract = get_contract(request.member, pk, on=clock.today(), money=True)
    return render(request, "payments/_contract_paid.html", {"contract": contract, "paid": standing.paid_of(contract)})


@page(Permission.MONEY_VIEW)
def punctuality(request, pk):
    """Beside the agency's rating of the purchaser: which payments were in time from one day to another (?from=…&to=…)."""
    contract = get_contract(request.member, pk, on=clock.today(), money=True)
    try:
        first, last = (parse_date(request.GET.get(name, "")) for name in ("from", "to"))
    except ValueError:
        first = last = None
    if first is None or last is None:
        raise Http404
    rows = limits.punctuality(contract, first=first, last=last, on=clock.today())
    return render(request, "payments/_punctuality.html", {"rows": rows})
