"""The satisfaction questionnaire of a case, filled in by the person or taken down by the worker."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from caseload.forms import CaseForm
from caseload.queries import get_case, may_write
from caseload.rules.forms import FORMS
from services.actions import answers as actions
from services.queries.records import person_name
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page

KIND = "satisfaction"
HINT = "照纸质问卷登记的，原件交甲方，扫描件可在“补材料”里上传。"


@page(Permission.RECORD_WRITE, methods=("GET", "POST"))
def record_answer(request, pk):
    """The form 服务对象满意度调查表: one paper of the case's file, and one answer that indicators count."""
    case = get_case(request.member, pk, on=clock.today())
    if not may_write(request.member, case.contract):
        raise PermissionDenied
    form = CaseForm(request.POST or None, kinds=[KIND], initial={"service": case.contract.short_title})
    if form.is_valid():
        try:
            actions.file_satisfaction(
                case, answers=form.answers()[KIND], on=form.cleaned_data["on"], by=request.member, at=clock.now()
            )
        except Refused as refusal:
            form.add_error(None, [refusal.message, *map(str, refusal.problems)])
        else:
            messages.success(request, f"{case.number}：已提交{FORMS[KIND].title}")
            return redirect("caseload:case", tenant=request.tenant.slug, pk=pk)
    name = person_name(case.person, request.member, case.contract, case)
    context = {"case": case, "form": form, "name": name, "title": FORMS[KIND].title, "hint": HINT, "goals": None, "facts": [], "may_draft": False}  # fmt: skip
    return render(request, "caseload/case_form.html", context, status=422 if form.errors else 200)
