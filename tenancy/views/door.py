"""The door: pages outside any tenant."""

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from tenancy import actions, clock, queries, scope
from tenancy import sign_in as proof
from tenancy.forms import ChangePasswordForm, JoinForm, NewPasswordForm, SignInForm
from tenancy.models import Account
from tenancy.problems import Refused

ENDED = {
    "idle": f"超过 {settings.SESSION_IDLE_MINUTES} 分钟没有操作，已退出。请重新登录",
    "old": f"登录已满 {settings.SESSION_ABSOLUTE_HOURS} 小时，请重新登录",
}


def home(request):
    """The one address that people keep: it leads to their desk."""
    if not request.user.is_authenticated:
        return redirect("sign_in")
    return _to_desk(request, queries.memberships_of(request.user))


def _to_desk(request, memberships, chosen=None):
    if chosen is None and len(memberships) != 1:
        return redirect("choose_membership")
    member = chosen or memberships[0]
    request.session["membership"] = str(member.pk)
    return redirect(_safe_next(request) or f"/{member.tenant.slug}/")


def _safe_next(request):
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) and target != "/" else ""


@require_http_methods(["GET", "POST"])
def sign_in(request):
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = authenticate(request, **form.cleaned_data)
        if account is not None:
            proof.finish(request, account)
            return _to_desk(request, queries.memberships_of(account))
        _note_failure(form.cleaned_data["username"])
        form.add_error("password", _failure_text(request, form.cleaned_data))
    context = {"form": form, "next": _safe_next(request), "ended": ENDED.get(request.GET.get("ended", ""), "")}
    return render(request, "tenancy/sign_in.html", context, status=400 if form.errors else 200)


def _note_failure(login):
    account = Account.objects.filter(login__iexact=login).first()
    if account is not None:
        actions.note_failed_sign_in(account, at=clock.now())


def _failure_text(request, credentials):
    left = settings.AXES_FAILURE_LIMIT - AxesProxyHandler.get_failures(request, {"username": credentials["username"]})
    return f"账号或密码不对。再错 {left} 次将锁定 15 分钟" if left > 0 else "账号或密码不对"


def locked_out(request, original_response=None, credentials=None):
    """What the lockout shows: the same page, without saying whether the account exists."""
    form = SignInForm(request.POST or None)
    form.is_valid()
    form.add_error(None, "连续输错 5 次，已锁定 15 分钟。忘记密码请找本单位系统管理员")
    return render(request, "tenancy/sign_in.html", {"form": form, "next": "", "ended": ""}, status=429)


@require_POST
def sign_out(request):
    logout(request)
    return redirect("sign_in")


@login_required
@require_http_methods(["GET", "POST"])
def choose_membership(request):
    memberships = queries.memberships_of(request.user)
    if request.method == "POST":
        chosen = next((row for row in memberships if str(row.pk) == request.POST.get("membership")), None)
        if chosen is None:
            raise Http404
        return _to_desk(request, memberships, chosen)
    return render(
        request,
        "tenancy/choose_membership.html",
        {"rows": memberships, "current": request.session.get("membership", "")},
    )


@login_required
@require_http_methods(["GET", "POST"])
def change_password(request):
    form = ChangePasswordForm(request.POST or None)
    if form.is_valid():
        memberships = queries.memberships_of(request.user)
        if not memberships:  # the change is kept in a bureau's trail, and this account acts in none any more
            raise Http404
        try:
            with scope.tenant(memberships[0].tenant_id):
                actions.change_password(
                    request.user,
                    old=form.cleaned_data["old"],
                    new=form.cleaned_data["password"],
                    by=memberships[0],
                    at=clock.now(),
                )
        except Refused as refusal:
            form.add_error("old" if not refusal.problems else "password", refusal.problems or refusal.message)
        else:
            update_session_auth_hash(request, request.user)
            return redirect("home")
    return render(request, "tenancy/change_password.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def invitation(request, token):
    """Accept an invitation, or set a new password by a reset link."""
    try:
        row = actions.find_invitation(token, at=clock.now())
    except Refused as refusal:
        return render(request, "tenancy/invitation_bad.html", {"message": refusal.message}, status=404)
    joining = not row.is_reset and Account.objects.filter(login__iexact=row.login).exists()
    form = (JoinForm if joining else NewPasswordForm)(request.POST or None)
    if form.is_valid():
        try:
            membership = actions.accept_invitation(token, password=form.cleaned_data["password"], at=clock.now())
        except Refused as refusal:
            form.add_error("password", refusal.problems or refusal.message)
        else:
            proof.finish(request, membership.account, membership)
            return redirect(f"/{row.tenant.slug}/")
    return render(
        request,
        "tenancy/invitation.html",
        {"row": row, "form": form, "joining": joining},
        status=400 if form.errors else 200,
    )
