"""People likely to wander off again: who still needs this week's call, one tap to log it, who they are for a purpose."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from uuid6 import uuid7

from caseload.forms import RevealForm
from caseload.queries import labels
from services.actions import care_people as actions
from services.forms.care_things import CallForm, KeyPersonForm
from services.queries import care as care_queries
from services.queries import care_people as queries
from services.rules import care as rules
from services.rules import care_people as people_rules
from services.views.shell import shell
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.STAY_VIEW)
def key_people(request, pk):
    """Everybody who is called every week, those who still wait first."""
    member, on = request.member, clock.today()
    contract = care_queries.get_care_contract(member, pk, on=on)
    rows = queries.week_list(member, contract, on)
    monday, sunday = care_queries.week_of(on)
    context = {
        "contract": contract, "rows": [(row, uuid7()) for row in rows], "waiting": sum(1 for row in rows if not row.is_done), "monday": monday,
        "sunday": sunday, "may_call": care_queries.may_care(member, contract), "may_reveal": queries.handles(member, contract),
        "reveal": RevealForm(), "untold": sum(1 for row in rows if row.is_again and not row.is_told),
    }  # fmt: skip
    return render(request, "services/care/key_people.html", context | shell(member))


@page(Permission.RECORD_WRITE, methods=("GET", "POST"))
def new_key_person(request, pk):
    """Put somebody on the lists of those who are called every week."""
    member, now = request.member, clock.now()
    contract = care_queries.get_care_contract(member, pk, on=clock.day_of(now))
    if not care_queries.may_care(member, contract):
        raise PermissionDenied
    words = labels("register")
    registers = [(code, words.get(code, code)) for code in rules.WANDERERS if code in words]
    initial = {"from_day": clock.day_of(now), "kind": registers[0][0] if registers else ""}
    form = KeyPersonForm(request.POST or None, registers=registers, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_key_person(contract, by=member, at=now, **form.cleaned_data)
        except Refused as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, f"已列入：{made.entry.label}，每周通话一次")
            return _to_list(request, pk)
    context = {
        "contract": contract,
        "form": form,
        "title": "列入重点人员",
        "verb": "列入",
        "back": "services:key_people",
    }
    return render(request, "services/care/form.html", context | shell(member), status=422 if form.errors else 200)


@page(Permission.RECORD_WRITE, methods=("GET", "POST"))
def call_key_person(request, pk):
    """Log this week's call: in one tap when all is well, with words when it is not."""
    member, now = request.member, clock.now()
    person = queries.get_key_person(member, pk, on=clock.day_of(now))
    contract = person.entry.contract
    if not care_queries.may_care(member, contract):
        raise PermissionDenied
    initial = {"id": uuid7(), "result": people_rules.NOTABLE}
    form = CallForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.log_call(person, by=member, at=now, **form.cleaned_data)
        except Refused as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, f"已登记与 {person.entry.label} 通话")
            return _to_list(request, contract.pk)
    name = person.name.reveal() if queries.handles(member, contract) else str(person.name)
    context = {
        "contract": contract,
        "form": form,
        "title": f"通话　{name}",
        "verb": "登记通话",
        "back": "services:key_people",
    }
    return render(request, "services/care/form.html", context | shell(member), status=422 if form.errors else 200)


@page(Permission.PERSON_REVEAL, methods=("POST",))
def reveal_key_person(request, pk):
    """One personal value for a stated purpose, shown in its place."""
    now = clock.now()
    person = queries.get_key_person(request.member, pk, on=clock.day_of(now))
    form = RevealForm(request.POST)
    if not form.is_valid():
        return render(request, "caseload/_revealed.html", {"fault": "选用途再查看"}, status=422)
    try:
        text = actions.reveal_key_person(
            person, form.cleaned_data["field"], purpose=form.told(), by=request.member, at=now
        )
    except Refused as refusal:
        return render(request, "caseload/_revealed.html", {"fault": str(refusal)}, status=422)
    context = {"fault": "", "text": text, "lines": [], "at": now, "purpose": form.told()}
    return render(request, "caseload/_revealed.html", context)


def _to_list(request, pk):
    return redirect("services:key_people", tenant=request.tenant.slug, pk=pk)
