"""The satisfaction questionnaire of a case, taken down by the worker."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from caseload.queries import get_case, may_write
from services import forms
from services.actions import answers as actions
from services.queries.records import person_name
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.RECORD_WRITE, methods=("GET", "POST"))
def record_answer(request, pk):
    """Take down one questionnaire about a case."""
    on = clock.today()
    case = get_case(request.member, pk, on=on)
    if not may_write(request.member, case.contract):
        raise PermissionDenied
    form = forms.AnswerForm(request.POST or None, initial={"day": on})
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_answer(case.contract, case=case, by=request.member, at=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已登记 {case.number} 的满意度问卷")
            return redirect("caseload:case", tenant=request.tenant.slug, pk=pk)
    status = 422 if form.errors else 200
    return render(
        request,
        "services/record_answer.html",
        {"case": case, "form": form, "name": person_name(case.person, request.member, case.contract, case)},
        status=status,
    )
