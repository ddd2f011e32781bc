"""What a family agreed to: seen, recorded, taken back."""

from django.contrib import messages
from django.shortcuts import redirect, render

from caseload import queries
from caseload.actions import consents as actions
from caseload.forms.consents import ConsentForm
from caseload.queries import consents as reads
from caseload.views.acting import answer, attempt, forbid_unless_known, forbid_unless_own, keep_upload
from documents.serving import serve
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.LEDGER_VIEW)
def consents(request, pk):
    """Every consent of a household, standing or withdrawn."""
    household = queries.get_household(request.member, pk, on=clock.today())
    may_edit = queries.may_write(request.member, household.contract) and allows(request.member, Permission.LEDGER_EDIT)
    context = {"household": household, "rows": reads.consents_of(household), "may_edit": may_edit, "may_reveal": queries.may_reveal(request.member, household.contract)}  # fmt: skip
    return render(request, "caseload/consents.html", context)


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
def add_consent(request, pk):
    """Record a consent with its signed paper."""
    household = queries.get_household(request.member, pk, on=clock.today())
    forbid_unless_own(request, household.contract)
    form, at = ConsentForm(request.POST or None, request.FILES or None, household=household), clock.now()

    def act():
        known = {**form.cleaned_data, "file": keep_upload(form.cleaned_data["file"], by=request.member, at=at)}
        actions.record_consent(household, by=request.member, at=at, **known)

    if form.is_valid() and attempt(form, act):
        messages.success(request, f"{household.number}：已登记同意")
        return redirect("caseload:consents", tenant=request.tenant.slug, pk=pk)
    hint = "不满 14 周岁的，由监护人同意。撤回后不再使用，已作出的使用不受影响。"
    return answer(request, "caseload/household_act.html", form, household=household, title="登记同意", hint=hint)


@page(Permission.LEDGER_EDIT, methods=("POST",))
def withdraw_consent(request, pk):
    """The consent holds no more from today on."""
    found = reads.get_consent(request.member, pk, on=clock.today())
    forbid_unless_own(request, found.household.contract)
    try:
        actions.withdraw_consent(found, on=clock.today(), by=request.member, at=clock.now())
        messages.success(request, "已登记撤回")
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("caseload:consents", tenant=request.tenant.slug, pk=found.household_id)


@page(Permission.LEDGER_VIEW)
def consent_file(request, pk):
    """The signed paper behind a consent: for those who may see personal values."""
    found = reads.get_consent(request.member, pk, on=clock.today())
    forbid_unless_known(request, found.household.contract)
    return serve(found.file) if found.file else redirect("caseload:consents", tenant=request.tenant.slug, pk=found.household_id)  # fmt: skip
