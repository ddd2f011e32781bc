"""Medicines that residents take, and dangerous things that were taken from them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from uuid6 import uuid7

from documents.actions import files
from documents.serving import serve
from services.actions import care_items, care_medicines
from services.forms.care_things import ItemForm, MedicationForm, SettleItemForm, StopMedicationForm
from services.queries import care as care_queries
from services.queries import care_people as queries
from services.rules import care as rules
from services.views.shell import shell
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page

PAPERS = {"image", "paper"}


def _own_contract(request, pk, now):
    contract = care_queries.get_care_contract(request.member, pk, on=clock.day_of(now))
    if not care_queries.may_care(request.member, contract):
        raise PermissionDenied
    return contract


def _form(request, contract, form, title, verb, back):
    context = {"contract": contract, "form": form, "title": title, "verb": verb, "back": back, **shell(request.member)}
    return render(request, "services/care/form.html", context, status=422 if form.errors else 200)


def _attempt(request, form, act):
    """What the act gives back, or None: nothing was sent, or it was refused and the form says why."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        with transaction.atomic():
            return act(form.cleaned_data)
    except Refused as refusal:
        form.add_refusal(refusal)
        return None


# --- medicines ------------------------------------------------------------------------------------------------------
@page(Permission.STAY_VIEW)
def medications(request, pk):
    """Who takes what, and at which times of the day."""
    member, on = request.member, clock.today()
    contract = care_queries.get_care_contract(member, pk, on=on)
    context = {
        "contract": contract, "rows": queries.medications(member, contract, on), "may_care": care_queries.may_care(member, contract),
    }  # fmt: skip
    return render(request, "services/care/medications.html", context | shell(member))


@page(Permission.RECORD_WRITE, methods=("GET", "POST"))
def new_medication(request, pk):
    """Enter a medicine as it was prescribed."""
    now = clock.now()
    contract = _own_contract(request, pk, now)
    residents = queries.chosen(request.member, contract, clock.day_of(now))
    form = MedicationForm(request.POST or None, residents=residents, initial={"from_day": clock.day_of(now)})

    def act(known):
        entry = _entry(contract, residents, known.pop("resident"))
        return care_medicines.start_medication(entry, by=request.member, at=now, **known)

    made = _attempt(request, form, act)
    if made is not None:
        messages.success(request, f"已登记 {made.entry.label} 的用药，每日 {'、'.join(made.times)}")
        return redirect("services:medications", tenant=request.tenant.slug, pk=pk)
    return _form(request, contract, form, "登记用药", "登记", "services:medications")


def _entry(contract, residents, chosen):
    entry = next(stay.entry for stay, _name in residents if str(stay.entry_id) == chosen)
    entry.contract = contract
    return entry


@page(Permission.RECORD_WRITE, methods=("GET", "POST"))
def stop_medication(request, pk):
    """End a medicine, with the reason."""
    now = clock.now()
    row = queries.get_medication(request.member, pk, on=clock.day_of(now))
    contract = _own_contract(request, row.entry.contract_id, now)
    form = StopMedicationForm(request.POST or None, initial={"to_day": clock.day_of(now)})
    done = _attempt(
        request, form, lambda known: care_medicines.stop_medication(row, by=request.member, at=now, **known)
    )
    if done is not None:
        messages.success(request, f"已停药：{row.entry.label}")
        return redirect("services:medications", tenant=request.tenant.slug, pk=contract.pk)
    return _form(request, contract, form, f"停药　{row.entry.label}", "停药", "services:medications")


# --- things that were taken -----------------------------------------------------------------------------------------
@page(Permission.STAY_VIEW)
def seized_items(request, pk):
    """What was taken from whom, who keeps it, and what became of it."""
    member = request.member
    contract = care_queries.get_care_contract(member, pk, on=clock.today())
    context = {
        "contract": contract, "rows": queries.items(member, contract), "may_care": care_queries.may_care(member, contract),
        "may_settle": care_items.may_settle(member, contract),
    }  # fmt: skip
    return render(request, "services/care/items.html", context | shell(member))


@page(Permission.RECORD_WRITE, methods=("GET", "POST"))
def new_seized_item(request, pk):
    """Register a dangerous thing that was just taken from a resident."""
    member, now = request.member, clock.now()
    contract = _own_contract(request, pk, now)
    residents = queries.chosen(member, contract, clock.day_of(now))
    kind = care_queries.active_kinds().get(rules.ITEM)
    keepers = queries.keepers(contract)
    things = next((row["choices"] for row in kind.fields if row["name"] == "item"), []) if kind else []
    form = ItemForm(
        request.POST or None, request.FILES or None, residents=residents, things=things, keepers=keepers,
        initial={"id": uuid7(), "keeper": str(member.pk)},
    )  # fmt: skip

    def act(known):
        entry, upload = _entry(contract, residents, known.pop("resident")), known.pop("file")
        chosen = known.pop("keeper")
        keeper = next(row for row in keepers if str(row.pk) == chosen)
        file = files.store(upload, allow=PAPERS, by=member, at=now) if upload else None
        return care_items.seize_item(entry, keeper=keeper, file=file, by=member, at=now, **known)

    made = _attempt(request, form, act)
    if made is not None:
        messages.success(request, f"已登记收缴：{made.item}，由 {made.keeper.account.name} 保管")
        return redirect("services:seized_items", tenant=request.tenant.slug, pk=pk)
    return _form(request, contract, form, "登记收缴物品", "登记", "services:seized_items")


@page(Permission.STAY_VIEW, methods=("GET", "POST"))
def settle_seized_item(request, pk):
    """Give a kept thing back or destroy it, with the sheet that was signed."""
    member, now = request.member, clock.now()
    item = queries.get_item(member, pk, on=clock.day_of(now))
    contract = item.entry.contract
    if not care_items.may_settle(member, contract):
        raise PermissionDenied
    form = SettleItemForm(request.POST or None, request.FILES or None)

    def act(known):
        signature = files.store(known["file"], allow=PAPERS, by=member, at=now)
        settle = {"return": care_items.return_item, "destroy": care_items.destroy_item}[known["verb"]]
        return settle(item, signature=signature, by=member, at=now)

    done = _attempt(request, form, act)
    if done is not None:
        messages.success(request, f"{done.item}：{done.get_state_display()}")
        return redirect("services:seized_items", tenant=request.tenant.slug, pk=contract.pk)
    return _form(request, contract, form, f"处理收缴物品　{item.item}", "登记", "services:seized_items")


@page(Permission.STAY_VIEW)
def seized_item_signature(request, pk):
    """The sheet that was signed when a thing was given back or destroyed."""
    item = queries.get_item(request.member, pk, on=clock.today())
    if item.signature is None or not queries.handles(request.member, item.entry.contract):
        raise PermissionDenied
    return serve(item.signature)
