"""How a contract begins: after a library file, from an uploaded file, or from scratch."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from config.setup import actions, forms, queries
from contracts.contract_file.reading import read
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page

DAYS = ("signed_on", "starts_on", "ends_on", "delivery_deadline")


@page(Permission.CONTRACT_MANAGE)
def start(request):
    return render(request, "config/setup/start.html", {"patterns": queries.library()})


def _begun(request, form, act):
    """Begin a contract with what the form holds and go on with it; faults of the file are told below the form."""
    try:
        contract = act()
    except Refused as refused:
        form.add_error(None, refused.message)
        return None, refused.problems
    messages.success(request, f"已登记 {contract.code}，为草稿")
    return redirect(reverse("setup:contract", kwargs={"tenant": request.tenant.slug, "pk": contract.pk})), []


def _form_page(request, form, *, title, verb, faults=(), **more):
    context = {"form": form, "title": title, "verb": verb, "faults": faults, **more}
    return render(request, "config/setup/begin.html", context, status=422 if form.errors else 200)


def _entered(form):
    """(head of the contract, provider) of a form that begins one."""
    return {name: form.cleaned_data[name] for name in ("code", "title", "short_title", *DAYS)}, form.cleaned_data[
        "provider"
    ]


@page(Permission.CONTRACT_MANAGE, methods=("GET", "POST"))
def blank(request):
    form, faults = forms.StartForm(request.POST or None), ()
    if request.method == "POST" and form.is_valid():
        head, provider = _entered(form)
        by, at = request.member, clock.now()
        done, faults = _begun(
            request, form, lambda: actions.start_blank(contract=head, provider=provider, by=by, at=at)
        )
        if done:
            return done
    return _form_page(request, form, title="从头登记", verb="登记为草稿", faults=faults)


@page(Permission.CONTRACT_MANAGE, methods=("GET", "POST"))
def upload(request):
    form, faults = forms.UploadForm(request.POST or None, request.FILES or None), ()
    if request.method == "POST" and form.is_valid():
        text, provider = form.cleaned_data["file"], form.cleaned_data["provider"]
        by, at = request.member, clock.now()
        done, faults = _begun(request, form, lambda: actions.start_from_text(text, provider=provider, by=by, at=at))
        if done:
            return done
    return _form_page(request, form, title="上传合同文件", verb="检查并登记", faults=faults, is_upload=True)


@page(Permission.CONTRACT_MANAGE, methods=("GET", "POST"))
def pattern(request):
    lot = request.GET.get("lot", "")
    text = queries.pattern_text(lot)
    if text is None:
        raise Http404
    said, faults = read(text).section("contract", {}), ()
    initial = {field: said.get(field) for field in ("code", "title", "short_title", *DAYS)}
    form = forms.PatternForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        head, provider = _entered(form)
        streets = form.cleaned_data["streets"].select_related("parent")
        by, at = request.member, clock.now()
        done, faults = _begun(
            request,
            form,
            lambda: actions.start_from_library(text, contract=head, provider=provider, streets=streets, by=by, at=at),
        )
        if done:
            return done
    title = f"按范本登记：{said.get('short_title', lot)}"
    return _form_page(request, form, title=title, verb="登记为草稿", faults=faults)
