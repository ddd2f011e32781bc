"""The page behind a survey's code: for people who have no account. It asks nobody's name and keeps nobody's address."""

import secrets

from django.core.signing import BadSignature
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evaluations.actions import answering as actions
from evaluations.forms.surveys import AnswerForm
from evaluations.queries import surveys as queries
from evaluations.rules import surveys as rules
from tenancy import clock, scope
from tenancy.problems import Refused
from tenancy.queries import tenant_exists

# The phone's own mark, made by us and signed: it says nothing about the phone, only that it is the same one.
COOKIE, SALT, KEPT = "fuyue-dc", "survey", 180 * 24 * 3600


@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token):
    """Answer once, by slip or by open link. What is sent twice is one answer."""
    tenant_id, _, secret = token.partition("-")
    if not tenant_id.isdigit() or len(tenant_id) > 9 or not tenant_exists(int(tenant_id)):
        return _shut(request, rules.UNKNOWN)
    with scope.tenant(int(tenant_id)):
        survey, slip = queries.find_door(secret)
        if survey is None:
            return _shut(request, rules.UNKNOWN)
        nonce = _nonce(request)
        once = actions.slip_mark(slip) if slip else actions.phone_mark(survey, nonce) if nonce else ""
        if once and queries.has_answered(survey, once):
            return _thanks(request, survey, slip)
        shut = rules.why_shut(survey.state, survey.from_day, survey.to_day, clock.today())
        if shut:
            return _shut(request, shut, survey)
        return _marked(_asked(request, survey, slip, nonce), request, nonce)


def _asked(request, survey, slip, nonce):
    streets = [] if slip else queries.streets(survey)
    form = AnswerForm(request.POST or None, questionnaire=queries.read_questionnaire(survey), streets=streets)
    if request.method == "POST" and form.is_valid():
        if slip is None and not nonce:
            form.add_error(None, "这部手机刚才没有留下记号，再点一次“提交”")
        else:
            try:
                actions.answer(
                    survey, slip=slip, nonce=nonce, given=form.given(), street=form.chosen_street(), at=clock.now()
                )
            except Refused as refusal:
                form.add_error(None, [refusal.message, *map(str, refusal.problems)])
            else:
                return redirect(request.path)
    context = {"survey": survey, "form": form, "slip": slip}
    return render(request, "evaluations/surveys/answer.html", context, status=422 if form.errors else 200)


def _nonce(request):
    """The phone's mark, or "" when it has none or somebody has meddled with it."""
    try:
        return request.get_signed_cookie(COOKIE, default="", salt=SALT)
    except BadSignature:
        return ""


def _marked(response, request, nonce):
    """Give the phone its mark, once."""
    if not nonce:
        response.set_signed_cookie(
            COOKIE, secrets.token_hex(16), salt=SALT, max_age=KEPT, httponly=True, samesite="Lax", secure=request.is_secure(), path="/dc/"
        )  # fmt: skip
    return response


def _thanks(request, survey, slip):
    return render(request, "evaluations/surveys/thanks.html", {"survey": survey, "slip": slip})


def _shut(request, told, survey=None):
    status = 404 if survey is None else 200
    return render(request, "evaluations/surveys/shut.html", {"told": told, "survey": survey}, status=status)
