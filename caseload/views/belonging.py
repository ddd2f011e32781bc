"""Which categories a household or a member belongs to, from when to when."""

from django.contrib import messages
from django.shortcuts import redirect

from caseload import forms, queries
from caseload.actions import belonging as actions
from caseload.forms.people import EndForm
from caseload.views.acting import answer, attempt, forbid_unless_own
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
def set_category(request, pk):
    household = queries.get_household(request.member, pk, on=clock.today())
    form = forms.CategoryForm(request.POST or None, household=household)

    def do():
        actions.set_category(household, by=request.member, at=clock.now(), **form.cleaned_data)

    return _act(request, household, form, do, title="登记类别", hint="证件到期的写截止日期；续期另登记一段，旧的留着。")


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
def end_category(request, pk):
    row = queries.get_belonging(request.member, pk, on=clock.today())
    form = EndForm(request.POST or None)

    def do():
        actions.end_category(row, to_day=form.cleaned_data["to_day"], by=request.member, at=clock.now())

    hint = f"{row.category.label}，{row.from_day:%Y-%m-%d} 起。"
    return _act(request, row.household, form, do, title="截止类别", hint=hint)


def _act(request, household, form, do, *, title, hint):
    forbid_unless_own(request, household.contract)
    if form.is_valid() and attempt(form, do):
        messages.success(request, f"{household.number}：已{title}")
        return redirect("caseload:household", tenant=request.tenant.slug, pk=household.pk)
    return answer(request, "caseload/household_act.html", form, household=household, title=title, hint=hint)
