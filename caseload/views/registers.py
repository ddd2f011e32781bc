from django.contrib import messages
from django.shortcuts import redirect, render

from caseload import forms, queries
from caseload.actions import registers as actions
from caseload.rules import ledger as rules
from caseload.views.acting import answer, attempt, forbid_unless_own
from contracts.queries import get_contract
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.web import page


@page(Permission.LEDGER_VIEW)
def registers(request, pk):
    """Teams and volunteers under a contract."""
    on = clock.today()
    contract = get_contract(request.member, pk, on=on)
    labels = queries.labels("register")
    groups = {code: [] for code in rules.TEAM_REGISTERS}
    for entry in queries.register_entries(contract, rules.TEAM_REGISTERS, on=on):
        groups[entry.kind].append(entry)
    facts = rules.FACT_WORDS | queries.labels("fact")
    shown = [
        (
            labels.get(code, code),
            [(entry, [(facts.get(name, name), value) for name, value in entry.facts.items()]) for entry in entries],
        )
        for code, entries in groups.items()
    ]
    may_edit = queries.may_write(request.member, contract) and allows(request.member, Permission.GROUP_MANAGE)
    return render(request, "caseload/registers.html", {"contract": contract, "groups": shown, "may_edit": may_edit})


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def new_entry(request, pk):
    contract = get_contract(request.member, pk, on=clock.today())
    forbid_unless_own(request, contract)
    labels = queries.labels("register")
    form = forms.EntryForm(
        request.POST or None,
        contract=contract,
        registers=[(code, labels.get(code, code)) for code in rules.TEAM_REGISTERS],
    )
    if form.is_valid():
        known = form.cleaned_data
        who = {"label": known["label"], "area": known["street"], "facts": form.facts()}
        if attempt(
            form,
            lambda: actions.put_on_register(
                contract=contract,
                kind=known["kind"],
                from_day=known["from_day"],
                by=request.member,
                at=clock.now(),
                **who,
            ),
        ):
            messages.success(request, f"已列入：{known['label']}")
            return redirect("caseload:registers", tenant=request.tenant.slug, pk=pk)
    return answer(request, "caseload/register_act.html", form, contract=contract, title="列入名册", back=pk)


def _act(request, pk, form, do, title):
    entry = queries.get_register_entry(request.member, pk, on=clock.today())
    forbid_unless_own(request, entry.contract)
    if form.is_valid() and attempt(form, lambda: do(entry)):
        messages.success(request, f"{entry.label or entry.household}：已{title}")
        if entry.household_id:
            return redirect("caseload:household", tenant=request.tenant.slug, pk=entry.household_id)
        return redirect("caseload:registers", tenant=request.tenant.slug, pk=entry.contract_id)
    return answer(
        request,
        "caseload/register_act.html",
        form,
        contract=entry.contract,
        title=title,
        entry=entry,
        back=entry.contract_id,
    )


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def leave_register(request, pk):
    form = forms.LeaveForm(request.POST or None)
    return _act(
        request,
        pk,
        form,
        lambda entry: actions.leave_register(
            entry, to_day=form.cleaned_data["to_day"], by=request.member, at=clock.now()
        ),
        "移出名册",
    )


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def volunteer_facts(request, pk):
    entry = queries.get_register_entry(request.member, pk, on=clock.today())
    form = forms.VolunteerFactsForm(request.POST or None, initial=entry.facts)
    return _act(
        request,
        pk,
        form,
        lambda entry: actions.set_register_facts(entry, facts=form.cleaned_data, by=request.member, at=clock.now()),
        "登记培训和考试",
    )
