"""Questionnaires of a contract: what was answered so far, and one more taken down from paper."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from contracts.queries import get_contract
from services import forms
from services.actions import answers as actions
from services.queries import answers as queries
from services.queries.asked import Questions
from services.queries.records import writable_contracts
from services.views.shell import shell
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.RECORD_VIEW)
def questionnaires(request, pk):
    """The contract's questionnaires by kind, and the latest ones."""
    member, on = request.member, clock.today()
    contract = get_contract(member, pk, on=on)
    kinds = Questions(contract).counted("answer")
    context = {
        "contract": contract,
        "kinds": queries.totals(member, contract, kinds, on=on),
        "rows": queries.latest(member, contract, dict(kinds), on=on),
        "may_write": contract.provider_id == member.organisation_id and allows(member, Permission.RECORD_WRITE),
    }
    return render(request, "services/questionnaires.html", context | shell(member))


@page(Permission.RECORD_WRITE, methods=("GET", "POST"))
def new_questionnaire(request, pk):
    """Take down one questionnaire of a kind that the contract counts."""
    member, now = request.member, clock.now()
    on = clock.day_of(now)
    contract = get_contract(member, pk, on=on)
    if not writable_contracts(member, on=on).filter(pk=pk).exists():
        raise PermissionDenied
    questions, kind = Questions(contract), request.GET.get("kind", "")
    kinds = dict(questions.counted("answer"))
    if kind not in kinds:
        return redirect("services:questionnaires", tenant=request.tenant.slug, pk=pk)
    form = forms.QuestionnaireForm(
        request.POST or None, contract=contract, wanted=questions.of("answer", kind), initial={"day": on}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_answer(contract, kind=kind, by=member, at=now, **form.values())
        except Refused as refusal:
            form.add_error(None, [refusal.message, *map(str, refusal.problems)])
        else:
            messages.success(request, f"已登记一份{kinds[kind]}")
            return redirect(request.get_full_path())
    context = {"contract": contract, "form": form, "label": kinds[kind], **shell(member)}
    return render(request, "services/new_questionnaire.html", context, status=422 if form.errors else 200)
