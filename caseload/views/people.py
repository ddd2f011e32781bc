"""One member of a household: what is kept of it, and who looks after it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from caseload import forms, queries
from caseload.actions import people as actions
from caseload.forms import people as editing
from caseload.rules.household_forms import item_label
from caseload.views.acting import answer, attempt, forbid_unless_known, forbid_unless_own
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


def _act(request, person, form, do, *, title, hint=""):
    """One act on a member: decide, do, back to the household."""
    household = person.household
    if form.is_valid() and attempt(form, do):
        messages.success(request, f"{household.number}：已{title}")
        return redirect("caseload:household", tenant=request.tenant.slug, pk=household.pk)
    context = {"household": household, "called": queries.called(person, on=clock.today()), "title": title, "hint": hint}
    return answer(request, "caseload/person_act.html", form, **context)


def _own(request, person):
    forbid_unless_own(request, person.household.contract)
    return person


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
def edit_person(request, pk):
    """Personal fields are written without showing what stands there; what is written over goes to the change register."""
    person = _own(request, queries.get_person(request.member, pk, on=clock.today()))
    form = editing.PersonDetailsForm(request.POST or None, person=person)

    def do():
        known, by = form.cleaned_data, {"by": request.member, "at": clock.now()}
        actions.set_person_details(person, details=form.details(), relation=known["relation"], phone=known["phone"] or None, **by)  # fmt: skip

    hint = "已登记的内容不在这里显示；写了就替换，旧内容留在变更登记里。"
    return _act(request, person, form, do, title="填写个人情况", hint=hint)


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
def add_carer(request, pk):
    person = _own(request, queries.get_person(request.member, pk, on=clock.today()))
    form = editing.CarerForm(request.POST or None, person=person)

    def do():
        actions.add_carer(person, by=request.member, at=clock.now(), **form.cleaned_data)

    return _act(request, person, form, do, title="登记照料人、监护人")


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
def end_carer(request, pk):
    carer = queries.get_carer(request.member, pk, on=clock.today())
    _own(request, carer.person)
    form = editing.EndForm(request.POST or None)

    def do():
        actions.end_carer(carer, to_day=form.cleaned_data["to_day"], by=request.member, at=clock.now())

    return _act(request, carer.person, form, do, title="截止照料、监护")


@page(Permission.PERSON_REVEAL, methods=("POST",))
@never_cache
def reveal_carer(request, pk):
    """Name or telephone of who looks after a member, for this answer only."""
    carer = queries.get_carer(request.member, pk, on=clock.today())
    return _reveal(request, carer, actions.reveal_carer_field)


@page(Permission.PERSON_REVEAL, methods=("POST",))
@never_cache
def reveal_change(request, pk):
    """What stood before a change, and what stands since, for this answer only."""
    change = queries.get_change(request.member, pk, on=clock.today())
    return _reveal(request, change, actions.reveal_change)


def _reveal(request, row, act):
    forbid_unless_known(request, row.household.contract)
    form = forms.RevealForm(request.POST)
    if not form.is_valid():
        return render(request, "caseload/_revealed.html", {"fault": "选用途再查看"}, status=422)
    at = clock.now()
    try:
        shown = act(row, form.cleaned_data["field"], form.told(), by=request.member, at=at)
    except Refused as refused:
        return render(request, "caseload/_revealed.html", {"fault": str(refused)}, status=422)
    lines = (
        [(item_label(row.item), f"{shown[0] or '未填'} → {shown[1]}"), *shown[2]] if isinstance(shown, tuple) else []
    )
    context = {"fault": "", "text": shown, "lines": lines, "purpose": form.cleaned_data["purpose"], "at": at}
    return render(request, "caseload/_revealed.html", context)
