"""The page behind a sign-in code: for people who came, who have no account. It tells nobody's name and asks for little."""

from django.http import HttpRequest
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from services import forms
from services.actions import attendance as actions
from services.models import SignInCode
from services.queries import attendance as queries
from services.rules import attendance as rules
from tenancy import clock, scope
from tenancy.problems import Refused
from tenancy.queries import tenant_exists


@require_http_methods(["GET", "POST"])
def scanned(request: HttpRequest, token):
    """Sign in, or say how it was, while the code is open."""
    tenant_id, _, secret = token.partition("-")
    if not tenant_id.isdigit() or len(tenant_id) > 9 or not tenant_exists(int(tenant_id)):
        return _closed(request, rules.UNKNOWN)
    with scope.tenant(int(tenant_id)):
        code = queries.find_code(secret)
        if code is None:
            return _closed(request, rules.UNKNOWN)
        if not queries.is_open(code, clock.now()):
            return _closed(request, rules.CLOSED if code.use == SignInCode.Use.SIGN_IN else "评价已关闭")
        feedback = code.use == SignInCode.Use.FEEDBACK
        return _feedback(request, code) if feedback else _sign_in(request, code)


def _closed(request, told):
    return render(request, "services/attendance/closed.html", {"told": told}, status=404)


def _sign_in(request, code):
    form = forms.ScannedForm(request.POST or None, contract=code.record.contract)
    if request.method == "POST" and form.is_valid():
        try:
            _, is_new = actions.sign_in(code, at=clock.now(), **form.values())
        except Refused as refusal:
            form.add_error(None, [refusal.message, *map(str, refusal.problems)])
        else:
            return _shown(request, code, "done", is_new=is_new)
    return _shown(request, code, "door", form=form)


def _feedback(request, code):
    form, given = forms.FeedbackForm(request.POST or None), f"feedback-{code.pk}"
    if request.session.get(given):
        return _shown(request, code, "done", is_new=False)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_feedback(code, at=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, [refusal.message, *map(str, refusal.problems)])
        else:
            request.session[given] = True  # one phone answers once; who it was is kept nowhere
            return _shown(request, code, "done", is_new=True)
    return _shown(request, code, "door", form=form)


def _shown(request, code, name, **more):
    record, form = code.record, more.get("form")
    context = {"code": code, "record": record, "is_feedback": code.use == SignInCode.Use.FEEDBACK, **more}
    status = 422 if form is not None and form.errors else 200
    return render(request, f"services/attendance/{name}.html", context, status=status)
