"""Papers between the parties: what the contract asks for, what was delivered, what was accepted."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render

from contracts.queries import get_contract
from documents.actions import files
from documents.serving import serve
from services import forms
from services.actions import deliverables as actions
from services.queries import deliverables as queries
from services.queries import nil_returns, periodic
from services.queries.asked import Questions
from services.views.shell import shell
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused
from tenancy.web import page

ALLOWED = {"image", "paper", "sheet"}
NIL = {nil_returns.KIND: "零报告"}


@page(Permission.REPORT_VIEW)
def deliverables(request, pk):
    """The contract's list of papers, required, delivered and accepted, and every paper that was handed over."""
    contract = get_contract(request.member, pk, on=clock.today())
    return _list_page(request, contract)


def _list_page(request, contract, status=200, **more):
    member, on = request.member, clock.today()
    questions = Questions(contract)
    words = _kinds(contract, questions)
    owed = queries.owed_papers(contract)
    context = {
        "contract": contract,
        "owed": owed,
        "complete": sum(1 for row in owed if row.state == "met"),
        "rows": [
            {"paper": row, "label": (words | NIL).get(row.kind, "其他材料"), "period": periodic.title_of(row)}
            for row in queries.deliverables_of(member, contract, on)
        ],
        "may_deliver": queries.may_deliver(member, contract),
        "may_decide": contract.purchaser_id == member.organisation_id and allows(member, Permission.REPORT_REVIEW),
        "periodic": periodic.lines(contract, questions, on=on),
        "nil_kinds": questions.nil_kinds(),
        "refusal": None,
        **more,
    }
    return render(request, "services/deliverables.html", context, status=status)


def _kinds(contract, questions):
    """{kind: word} of the papers that may be handed in: those that the contract lists or counts, then the tenant's others."""
    words = {**dict(questions.kinds("document")), **queries.document_labels(contract)}
    return {kind: word for kind, word in words.items() if kind != nil_returns.KIND}


@page(Permission.REPORT_WRITE, methods=("GET", "POST"))
def deliver(request, pk):
    """Hand a paper to the purchaser: first its kind, then what the contract asks of it."""
    contract, now = get_contract(request.member, pk, on=clock.today()), clock.now()
    if not queries.may_deliver(request.member, contract):
        raise PermissionDenied
    questions = Questions(contract)
    kinds = _kinds(contract, questions)
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    context = {"contract": contract, "kinds": kinds.items(), **shell(request.member)}
    if kind not in kinds:
        return render(request, "services/choose_document.html", context)
    wanted, on = questions.of("document", kind), clock.day_of(now)
    form = forms.DeliverForm(
        request.POST or None,
        request.FILES or None,
        contract=contract,
        wanted=wanted,
        periods=periodic.choices(wanted.periods, on=on),
        initial={"on": on, "title": kinds[kind], "period": request.GET.get("period"), "area": request.GET.get("area")},
    )
    if request.method == "POST" and form.is_valid() and _delivered(form, contract, kind, request.member, now):
        messages.success(request, f"已提交《{form.cleaned_data['title']}》，等甲方接收")
        return redirect("services:deliverables", tenant=request.tenant.slug, pk=pk)
    context |= {"form": form, "kind": kind, "label": kinds[kind]}
    return render(request, "services/deliver.html", context, status=422 if form.errors else 200)


def _delivered(form, contract, kind, member, now):
    """Whether the paper was handed in; what was refused is told on the form."""
    known = form.cleaned_data
    try:
        with transaction.atomic():  # the file and the paper, or neither
            file = files.store(known["file"], allow=ALLOWED, by=member, at=now) if known["file"] else None
            actions.deliver(
                contract, kind=kind, title=known["title"], on=known["on"], file=file, area=known.get("area"),
                papers=known.get("papers", ()), facts=form.facts, by=member, at=now, **form.covered(),
            )  # fmt: skip
    except Refused as refusal:
        form.add_error("file" if known["file"] and "文件" in str(refusal) else None, str(refusal))
        return False
    return True


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
    back = "services:nil_returns" if row.kind == nil_returns.KIND else "services:deliverables"
    return redirect(back, tenant=request.tenant.slug, pk=row.contract_id)
