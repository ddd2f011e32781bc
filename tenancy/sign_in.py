"""How an account proves itself. A second factor joins here later: sign-in is complete only when `finish` was called."""

import re

from django.contrib.auth import login as django_login
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError

from tenancy import clock


class AccountBackend(ModelBackend):
    """Accounts by login and password; Django's own permissions are not used."""

    def has_perm(self, user_obj, perm, obj=None):
        return False

    def get_all_permissions(self, user_obj, obj=None):
        return set()


class LengthValidator:
    """A minimum length, said in Chinese (Django's own text is not translated in this release)."""

    def __init__(self, min_length=10):
        self.min_length = min_length

    def validate(self, password, user=None):
        if len(password) < self.min_length:
            raise ValidationError(f"密码长度太短，至少 {self.min_length} 位", code="password_too_short")

    def get_help_text(self):
        return f"密码至少 {self.min_length} 位"


class ThreeKindsValidator:
    """At least three of: lower case, upper case, digits, other signs (GB/T 22239-2019 8.1.4.1 a)."""

    KINDS = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z\d]")

    def validate(self, password, user=None):
        if sum(bool(re.search(kind, password)) for kind in self.KINDS) < 3:
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self):
        return "密码须含小写字母、大写字母、数字、符号中的三种"


def second_factor_due(account):
    """Whether the account must still show a second factor. None is offered yet."""
    return False


def finish(request, account, membership=None):
    """Open the session: a new key, the limits' start, and the membership acted with."""
    django_login(request, account, backend="tenancy.sign_in.AccountBackend")
    now = clock.now().isoformat()
    request.session["started_at"] = request.session["seen_at"] = now
    if membership is not None:
        request.session["membership"] = str(membership.pk)
