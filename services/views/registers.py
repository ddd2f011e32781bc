"""Registers of a contract: who and what stands on them, with what is counted of each."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from caseload.queries import visible_households
from contracts.queries import get_contract
from services import forms
from services.actions import registers as actions
from services.forms.asking import initial_facts
from services.queries import registers as queries
from services.queries.asked import Questions
from services.views.shell import shell
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.LEDGER_VIEW)
def registers(request, pk):
    """The contract's registers, with how many stand on each today."""
    member, on = request.member, clock.today()
    contract = get_contract(member, pk, on=on)
    rows = queries.registers_of(member, contract, Questions(contract), on=on)
    context = {"contract": contract, "rows": rows, "may_keep": queries.may_keep(member, contract)}
    return render(request, "services/registers.html", context | shell(member))


def _known(request, pk, code):
    """(contract, questions, what is asked of the register), or 404 for a register that the tenant doesn't have."""
    contract = get_contract(request.member, pk, on=clock.today())
    questions = Questions(contract)
    if code not in dict(questions.kinds("register")):
        raise Http404
    return contract, questions.of("register", code)


@page(Permission.LEDGER_VIEW)
def register(request, pk, code):
    """One register: its entries by name, a page at a time."""
    member, asked = request.member, request.GET
    contract, wanted = _known(request, pk, code)
    entries, next_page = queries.page_of_entries(
        member,
        contract,
        code,
        on=clock.today(),
        q=asked.get("q", ""),
        left="left" in asked,
        after=asked.get("after", ""),
    )
    context = {
        "contract": contract,
        "wanted": wanted,
        "code": code,
        "lines": queries.lines(entries, wanted, member),
        "next_page": next_page,
        "q": asked.get("q", ""),
        "left": "left" in asked,
        "may_keep": queries.may_keep(member, contract),
        "has_facts": bool(wanted.fields or wanted.papers),
    }
    return render(request, "services/register.html", context | shell(member))


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def new_register_entry(request, pk, code):
    """Put something on a register under its name or number."""
    contract, wanted = _known(request, pk, code)
    if not queries.may_keep(request.member, contract):
        raise PermissionDenied
    form = forms.EntryForm(request.POST or None, contract=contract, wanted=wanted, initial={"from_day": clock.today()})

    def act():
        known = form.cleaned_data
        actions.enter_register(
            contract, kind=code, from_day=known["from_day"], facts=form.facts, papers=known.get("papers", ()),
            by=request.member, at=clock.now(), **_who(request.member, contract, known),
        )  # fmt: skip

    if request.method == "POST" and _attempt(form, act):
        named = form.cleaned_data["label"] or form.cleaned_data["household"]
        messages.success(request, f"已列入{wanted.label}：{named}")
        return _to_register(request, contract.pk, code)
    return _form_page(request, form, contract, wanted, code, title=f"列入{wanted.label}", verb="列入")


def _who(member, contract, known):
    """The household of that number, which brings its place along, or what is named."""
    if not known["household"]:
        return {"label": known["label"], "area": known.get("area")}
    number = known["household"].strip()
    household = visible_households(member, clock.today()).filter(contract=contract, number=number).first()
    if household is None:
        raise Refused(f"台账里没有户编号 {number}")
    return {"household": household}


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def edit_register_entry(request, pk):
    """Change what is counted of an entry."""
    entry, contract, wanted = _own_entry(request, pk)
    form = forms.EntryFactsForm(
        request.POST or None, wanted=wanted, initial={**initial_facts(entry.facts), "papers": entry.papers}
    )

    def act():
        papers = form.cleaned_data.get("papers")
        actions.set_facts(entry, facts=form.facts, papers=papers, by=request.member, at=clock.now())

    if request.method == "POST" and _attempt(form, act):
        messages.success(request, f"{queries.entry_name(entry, request.member)}：已登记")
        return _to_register(request, contract.pk, entry.kind)
    title = f"{queries.entry_name(entry, request.member)}：计入指标的情况"
    return _form_page(request, form, contract, wanted, entry.kind, title=title, verb="保存")


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def leave_register_entry(request, pk):
    """Take an entry off its register after its last day."""
    entry, contract, wanted = _own_entry(request, pk)
    form = forms.LeaveForm(request.POST or None, initial={"to_day": clock.today()})

    def act():
        actions.leave_register(entry, to_day=form.cleaned_data["to_day"], by=request.member, at=clock.now())

    name = queries.entry_name(entry, request.member)
    if request.method == "POST" and _attempt(form, act):
        messages.success(request, f"{name}：已移出{wanted.label}")
        return _to_register(request, contract.pk, entry.kind)
    return _form_page(request, form, contract, wanted, entry.kind, title=f"{name}：移出{wanted.label}", verb="移出")


def _own_entry(request, pk):
    entry = queries.get_entry(request.member, pk, on=clock.today())
    if not queries.may_keep(request.member, entry.contract):
        raise PermissionDenied
    contract = get_contract(request.member, entry.contract_id, on=clock.today())
    return entry, contract, Questions(contract).of("register", entry.kind)


def _attempt(form, act):
    """Do an act with a valid form; True when it was done. What is refused is told on the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refused as refusal:
        form.add_error(None, [refusal.message, *map(str, refusal.problems)])
        return False
    return True


def _to_register(request, pk, code):
    return redirect("services:register", tenant=request.tenant.slug, pk=pk, code=code)


def _form_page(request, form, contract, wanted, code, **words):
    context = {"form": form, "contract": contract, "wanted": wanted, "code": code, **words, **shell(request.member)}
    return render(request, "services/register_form.html", context, status=422 if form.errors else 200)
