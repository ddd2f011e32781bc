"""What a contract keeps books on beside its records, and what waits in each of them."""

from django.shortcuts import render

from contracts.queries import get_contract
from services.queries import rooms as queries
from services.views.shell import shell
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.RECORD_VIEW)
def rooms(request, pk):
    """The books of a contract: incidents, nil returns, clocks, registers, staff, papers."""
    member, now = request.member, clock.now()
    contract = get_contract(member, pk, on=clock.day_of(now))
    books = queries.books(member, contract, now=now)
    context = {"contract": contract, "books": books, "waiting": sum(book.waiting for book in books)}
    return render(request, "services/rooms.html", context | shell(member))
