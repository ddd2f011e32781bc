from django.contrib import messages
from django.shortcuts import redirect

from caseload import forms, queries
from caseload.actions import registers as actions
from caseload.views.acting import answer, attempt, forbid_unless_own
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def leave_register(request, pk):
    """Take a household off a register; what stands there under a label of its own has a page in the contract's books."""
    entry = queries.get_register_entry(request.member, pk, on=clock.today())
    forbid_unless_own(request, entry.contract)
    form = forms.LeaveForm(request.POST or None)

    def leave():
        actions.leave_register(entry, to_day=form.cleaned_data["to_day"], by=request.member, at=clock.now())

    if form.is_valid() and attempt(form, leave):
        messages.success(request, f"{entry.label or entry.household}：已移出名册")
        if entry.household_id:
            return redirect("caseload:household", tenant=request.tenant.slug, pk=entry.household_id)
        return redirect("services:register", tenant=request.tenant.slug, pk=entry.contract_id, code=entry.kind)
    return answer(request, "caseload/register_act.html", form, contract=entry.contract, title="移出名册", entry=entry)
