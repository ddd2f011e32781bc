from importlib import import_module

from django.shortcuts import render
from django.template.loader import render_to_string

from contracts.queries import get_contract
from contracts.views.pages import shown
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page

# The parts of the page in their order; each has queries.<part>.section() and evaluations/<part>/_section.html.
PARTS = (
    "rounds",
    "acceptance",
    "schemes",
    "consequences",
    "rectification",
    "spot_checks",
    "breaches",
    "inquiries",
    "leads",
    "surveys",
    "ratings",
)


@page(Permission.EVALUATION_VIEW)
def contract(request, pk):
    """Everything that is checked and evaluated of a contract, part by part; a part that has nothing to say stays away."""
    on = clock.today()
    found = get_contract(request.member, pk, on=on)
    context = shown(request.member, found, "检查与评估", on=on)
    parts = []
    for part in PARTS:
        told = import_module(f"evaluations.queries.{part}").section(request.member, found, on)
        if told is not None:
            known = {"contract": found, "member": request.member, "on": on, "section": told} | told
            parts.append(render_to_string(f"evaluations/{part}/_section.html", known, request))
    return render(request, "evaluations/contract.html", context | {"parts": parts})
