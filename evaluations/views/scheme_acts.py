from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from contracts.queries import get_contract
from evaluations.actions import schemes as actions
from evaluations.forms import schemes as forms
from evaluations.queries import schemes as queries
from evaluations.views.schemes import version_page
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


def _version(request, pk):
    return queries.get_version(request.member, pk, on=clock.today())


def _to(request, name, version):
    return redirect(f"evaluations:{name}", tenant=request.tenant.slug, pk=version.pk)


@page(Permission.SCHEME_MANAGE, methods=("GET", "POST"))
def start_scheme(request, pk, evaluation):
    """Begin a scheme for an evaluation: after the library, or after another contract's."""
    on = clock.today()
    contract = get_contract(request.member, pk, on=on)
    said = queries.said_of(contract, evaluation)
    if said is None:
        raise Http404
    form = forms.StartForm(request.POST or None, sources=queries.sources(request.member, contract, said, on=on))
    if request.method == "POST" and form.is_valid():
        definition, note = queries.source_definition(form.cleaned_data["source"])
        try:
            made = actions.draft_scheme(
                contract, evaluation, queries.suited(contract, definition), note=note, by=request.member, at=clock.now()
            )
            return _to(request, "edit_scheme", made)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "contract": contract, "said": said}
    return render(request, "evaluations/schemes/start.html", context, status=400 if form.errors else 200)


@page(Permission.SCHEME_MANAGE, methods=("POST",))
def redraft_scheme(request, pk):
    """A draft of the next version out of an adopted one."""
    version, scheme = _version(request, pk), _version(request, pk).scheme
    try:
        made = actions.draft_scheme(
            scheme.contract,
            scheme.evaluation,
            version.definition,
            note=f"按第 {version.no} 版",
            by=request.member,
            at=clock.now(),
        )
    except Refused as refusal:
        context = version_page(version, request.member, refusal=refusal)
        return render(request, "evaluations/schemes/version.html", context, status=400)
    return _to(request, "edit_scheme", made)


@page(Permission.SCHEME_MANAGE, methods=("GET", "POST"))
def edit_scheme(request, pk):
    """Change a draft: rows, marks, words. Everything typed is kept, right or wrong, and all faults stand beside it."""
    version = _version(request, pk)
    if version.state != "draft":
        return _to(request, "scheme_version", version)
    refusal, seen = None, actions.mark_of(version)
    if request.method == "POST":
        act = request.POST.get("act", "save")
        definition = forms.acted(forms.read(request.POST, version.definition), act)
        note = request.POST.get("note", "").strip()[:400]
        try:
            actions.save_draft(
                version, definition, note=note, seen=request.POST.get("seen", ""), by=request.member, at=clock.now()
            )
            if act == "save":
                messages.success(request, "已存草稿")
            place = act.partition(":")[2]
            answer = _to(request, "edit_scheme", version)
            answer["Location"] += f"#row-{place}" if place else ""
            return answer
        except Refused as problem:
            refusal, version.definition, version.note = problem, definition, note
    # After a conflict the page carries the mark of what is kept now: saving again is a choice, not an accident.
    context = _editing(version) | {"seen": seen, "refusal": refusal}
    return render(request, "evaluations/schemes/edit.html", context, status=400 if refusal else 200)


def _editing(version):
    contract = version.scheme.contract
    indicators = [(code, f"{code} {title}") for code, title in contract.indicators.values_list("code", "title")]
    return {
        "version": version,
        "contract": contract,
        "inputs": forms.Inputs(version.definition, queries.faults_of(version), indicators),
        "indicators": indicators,
    }


@page(Permission.SCHEME_MANAGE, methods=("POST",))
def adopt_scheme(request, pk):
    version = _version(request, pk)
    try:
        actions.adopt(version, by=request.member, at=clock.now())
    except Refused as refusal:
        context = version_page(version, request.member, refusal=refusal)
        return render(request, "evaluations/schemes/version.html", context, status=400)
    messages.success(request, f"已采用第 {version.no} 版，以后的评估按它评分")
    return _to(request, "scheme_version", version)


@page(Permission.SCHEME_MANAGE, methods=("POST",))
def drop_scheme(request, pk):
    version = _version(request, pk)
    try:
        actions.drop_draft(version, by=request.member, at=clock.now())
    except Refused as refusal:
        context = version_page(version, request.member, refusal=refusal)
        return render(request, "evaluations/schemes/version.html", context, status=400)
    messages.success(request, "已删去草稿")
    return redirect("evaluations:schemes", tenant=request.tenant.slug, pk=version.scheme.contract_id)
