"""Which kind a case or a group is, chosen among those that the contract counts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render

from caseload.actions import kinds as actions
from caseload.queries import get_case, get_group, may_write
from services import forms
from services.actions.measuring import measure_again
from services.queries.asked import Questions
from services.views.shell import shell
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def case_kind(request, pk):
    """Choose the kind of a case."""
    case = get_case(request.member, pk, on=clock.today())
    return _kind_page(request, case, "case", case.number, actions.set_case_kind, "caseload:case")


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def group_kind(request, pk):
    """Choose the kind of a group."""
    group = get_group(request.member, pk, on=clock.today())
    return _kind_page(request, group, "group", group.title, actions.set_group_kind, "caseload:group")


def _kind_page(request, row, source, name, act, back):
    if not may_write(request.member, row.contract):
        raise PermissionDenied
    questions = Questions(row.contract)
    kinds = dict(questions.counted(source)) | {row.kind: questions.words.kind(source, row.kind)}
    if request.headers.get("HX-Request"):  # the subject's own page asks whether there is anything to choose
        return render(request, "services/_kind_link.html", {"is_choice": len(kinds) > 1, "word": kinds[row.kind]})
    form = forms.KindForm(request.POST or None, kinds=kinds.items(), initial={"kind": row.kind})
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            act(row, kind=form.cleaned_data["kind"], by=request.member, at=clock.now())
            measure_again(row.contract_id)
        messages.success(request, f"{name}：{kinds[form.cleaned_data['kind']]}")
        return redirect(back, tenant=request.tenant.slug, pk=row.pk)
    context = {
        "form": form,
        "name": name,
        "contract": row.contract,
        "back": back,
        "pk": row.pk,
        **shell(request.member),
    }
    return render(request, "services/subject_kind.html", context, status=422 if form.errors else 200)
