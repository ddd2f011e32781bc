"""What the pages share: an act's refusal is told on its form, and a form page answers 422 while something is wrong."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render

from caseload import queries
from documents.actions import files
from tenancy.problems import Conflict, Refused


def attempt(form, act):
    """Do an act; True when it was done. What it refuses is told on the form, what was typed stays."""
    try:
        act()
    except Refused as refused:
        form.was_late = isinstance(refused, Conflict)
        form.add_error(None, [refused.message, *map(str, refused.problems)])
        return False
    return True


def answer(request, template, form, **context):
    """A page with a form: 200 at first, 409 when somebody else was faster, 422 while something is wrong."""
    status = 200 if not form.errors else 409 if getattr(form, "was_late", False) else 422
    return render(request, template, {"form": form, **context}, status=status)


def forbid_unless_own(request, contract):
    """403 for people who may read the contract's caseload without performing it."""
    if not queries.may_write(request.member, contract):
        raise PermissionDenied


def forbid_unless_known(request, contract):
    """403 for people who may not see personal values under the contract, though their role may elsewhere."""
    if not queries.may_reveal(request.member, contract):
        raise PermissionDenied


def keep_upload(upload, *, by, at):
    """Store a paper that came with a form; None when there was none."""
    return files.store(upload, allow={"image", "paper"}, by=by, at=at) if upload else None
