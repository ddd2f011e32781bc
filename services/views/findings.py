"""What quality control finds of a case or a group, shown on its page and written on one of its own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from caseload.queries import get_case, get_group
from services.actions import findings as actions
from services.forms.asking import AskingForm, initial_facts
from services.queries.asked import Questions, told_value
from services.views.shell import shell
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.CASE_VIEW)
def case_findings(request, pk):
    """The findings on a case, for the case's page; nothing when the contract asks for none."""
    return _shown(request, get_case(request.member, pk, on=clock.today()), "services:judge_case")


@page(Permission.CASE_VIEW)
def group_findings(request, pk):
    """The findings on a group, for the group's page."""
    return _shown(request, get_group(request.member, pk, on=clock.today()), "services:judge_group")


@page(Permission.RECORD_VERIFY, methods=("GET", "POST"))
def judge_case(request, pk):
    """Judge the file of a case."""
    case = get_case(request.member, pk, on=clock.today())
    return _judged(request, case, case.number, "caseload:case")


@page(Permission.RECORD_VERIFY, methods=("GET", "POST"))
def judge_group(request, pk):
    """Judge the file of a group."""
    group = get_group(request.member, pk, on=clock.today())
    return _judged(request, group, group.title, "caseload:group")


def _wanted(subject):
    return Questions(subject.contract).of(subject._meta.model_name, subject.kind)


def _shown(request, subject, route):
    fields = _wanted(subject).fields
    lines = [(field["label"], told_value(field, subject.facts.get(field["name"]))) for field in fields]
    context = {
        "subject": subject,
        "lines": lines,
        "route": route,
        "may_judge": actions.may_judge(subject, request.member),
    }
    return render(request, "services/_findings.html", context)


def _judged(request, subject, name, route):
    wanted = _wanted(subject)
    if not wanted.fields:
        raise Http404
    if not actions.may_judge(subject, request.member):
        raise PermissionDenied
    form = AskingForm(request.POST or None, wanted=wanted, initial=initial_facts(subject.facts))
    if request.method == "POST" and form.is_valid():
        facts = {field["name"]: form.facts.get(field["name"]) for field in wanted.fields}
        try:
            actions.judge_file(subject, facts=facts, by=request.member, at=clock.now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{name}：已核定")
            return redirect(route, tenant=request.tenant.slug, pk=subject.pk)
    context = {"form": form, "subject": subject, "name": name, "route": route}
    return render(request, "services/judge.html", context | shell(request.member), status=422 if form.errors else 200)
