"""Papers between the parties: what the contract asks for, what was delivered, what was accepted."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from contracts.queries import get_contract
from documents.actions import files
from documents.serving import serve
from services import forms
from services.actions import deliverables as actions
from services.queries import deliverables as queries
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused
from tenancy.web import page

ALLOWED = {"image", "paper", "sheet"}


@page(Permission.REPORT_VIEW)
def deliverables(request, pk):
    """The contract's list of papers, required, delivered and accepted, and every paper that was handed over."""
    contract = get_contract(request.member, pk, on=clock.today())
    return _list_page(request, contract)


def _list_page(request, contract, status=200, form=None, **more):
    member, on = request.member, clock.today()
    words = queries.document_labels(contract)
    owed = queries.owed_papers(contract)
    context = {
        "contract": contract,
        "owed": owed,
        "complete": sum(1 for row in owed if row.state == "met"),
        "rows": [
            {"paper": row, "label": words.get(row.kind, "其他材料")}
            for row in queries.deliverables_of(member, contract, on)
        ],
        "may_deliver": queries.may_deliver(member, contract),
        "may_decide": contract.purchaser_id == member.organisation_id and allows(member, Permission.REPORT_REVIEW),
        "form": form or forms.DeliverForm(kinds=list(words.items()), initial={"on": on}),
        "delivering": form is not None,
        "refusal": None,
        **more,
    }
    return render(request, "services/deliverables.html", context, status=status)


@page(Permission.REPORT_WRITE, methods=("POST",))
def deliver(request, pk):
    """Hand a paper to the purchaser."""
    contract, now = get_contract(request.member, pk, on=clock.today()), clock.now()
    if not queries.may_deliver(request.member, contract):
        raise PermissionDenied
    form = forms.DeliverForm(request.POST, request.FILES, kinds=list(queries.document_labels(contract).items()))
    if form.is_valid():
        known = form.cleaned_data
        try:
            file = files.store(known["file"], allow=ALLOWED, by=request.member, at=now) if known["file"] else None
            actions.deliver(
                contract, kind=known["kind"], title=known["title"], on=known["on"], file=file, by=request.member, at=now
            )
        except Refused as refusal:
            form.add_error("file" if known["file"] and "文件" in str(refusal) else None, str(refusal))
        else:
            messages.success(request, f"已提交《{known['title']}》，等甲方接收")
            return redirect("services:deliverables", tenant=request.tenant.slug, pk=pk)
    return _list_page(request, contract, status=422, form=form)


@page(Permission.REPORT_VIEW)
def deliverable_file(request, pk):
    """The paper's file."""
    row = queries.get_deliverable(request.member, pk, on=clock.today())
    if row.file is None:
        raise Http404
    return serve(row.file)


@page(Permission.REPORT_REVIEW, methods=("POST",))
def accept_deliverable(request, pk):
    """Take a paper."""
    row = queries.get_deliverable(request.member, pk, on=clock.today())
    return _decided(
        request,
        row,
        lambda: actions.accept_deliverable(row, by=request.member, at=clock.now()),
        f"已接收《{row.title}》",
    )


@page(Permission.REPORT_REVIEW, methods=("POST",))
def return_deliverable(request, pk):
    """Send a paper back with what must be put right."""
    row = queries.get_deliverable(request.member, pk, on=clock.today())
    reason = request.POST.get("reason", "")
    return _decided(
        request,
        row,
        lambda: actions.return_deliverable(row, reason=reason, by=request.member, at=clock.now()),
        f"已退回《{row.title}》",
    )


def _decided(request, row, decide, told):
    try:
        decide()
    except Refused as refusal:
        return _list_page(request, row.contract, status=409, refusal=refusal)
    messages.success(request, told)
    return redirect("services:deliverables", tenant=request.tenant.slug, pk=row.contract_id)
