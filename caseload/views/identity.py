from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from caseload import queries
from caseload.actions import identity as actions
from caseload.forms.merging import IdentifyForm, UnknownForm
from caseload.views.acting import answer, attempt, forbid_unless_own, keep_upload
from contracts.queries import get_contract
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
def new_unknown(request):
    """Somebody of whom nobody knows who it is, with what can be seen."""
    on = clock.today()
    contracts = queries.own_contracts(request.member, on=on).filter(state="active")
    wanted = request.GET.get("contract")
    contract = get_contract(request.member, wanted, on=on) if wanted else contracts.first()
    if contract is None:
        return render(request, "caseload/no_contract.html")
    forbid_unless_own(request, contract)
    form, made = UnknownForm(request.POST or None, contract=contract), []
    if form.is_valid() and attempt(
        form,
        lambda: made.append(
            actions.add_unknown(contract=contract, by=request.member, at=clock.now(), **form.cleaned_data)
        ),
    ):
        messages.success(request, f"已登记 {made[0].household.number}，查明身份后补登")
        return redirect("caseload:household", tenant=request.tenant.slug, pk=made[0].household_id)
    return answer(request, "caseload/new_unknown.html", form, contract=contract, contracts=list(contracts))


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
@never_cache
def identify(request, pk):
    """Who an unknown person turned out to be; when the number is somebody's on the ledger, the two are to be merged."""
    person = queries.get_person(request.member, pk, on=clock.today())
    forbid_unless_own(request, person.household.contract)
    form, merge_url = IdentifyForm(request.POST or None, request.FILES or None), ""
    if form.is_valid():
        known = dict(form.cleaned_data)

        def act():
            nonlocal merge_url
            stored = keep_upload(known.pop("file"), by=request.member, at=clock.now())
            try:
                actions.identify(person, file=stored, by=request.member, at=clock.now(), **known)
            except actions.AlreadyOnLedger as found:
                merge_url = _merge_url(request, found.person, person)
                raise

        if attempt(form, act):
            messages.success(request, f"{person.household.number}：已登记查明的身份，原登记封存备查")
            return redirect("caseload:household", tenant=request.tenant.slug, pk=person.household_id)
    context = {"person": person, "household": person.household, "merge_url": merge_url}
    return answer(request, "caseload/identify.html", form, **context)


def _merge_url(request, known, unknown):
    """Where the two entries are merged; nowhere when the other stands under another contract."""
    if known.household.contract_id != unknown.household.contract_id:
        return ""
    alone = not unknown.household.people.exclude(pk=unknown.pk).exists()
    if alone and unknown.household_id != known.household_id:
        pair = {"pk": known.household_id, "other": unknown.household_id}
        return reverse("caseload:merge_households", kwargs={"tenant": request.tenant.slug, **pair})
    pair = {"pk": known.pk, "other": unknown.pk}
    return reverse("caseload:merge_people", kwargs={"tenant": request.tenant.slug, **pair})
