from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from documents.serving import serve
from evaluations.forms import sheets as forms
from evaluations.queries import sheet_pages
from evaluations.queries import sheets as queries
from evaluations.queries.acceptance import waiting_signatures
from evaluations.rules import sheets as rules
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.web import page

# Scorers are of every side, also those who see no evaluation but their own sheet: the access functions ask for the sheet,
# and with it for the permission to score, or to evaluate oneself.
SCORER = Permission.CONTRACT_VIEW


@page(SCORER)
def sheets(request):
    """The evaluator's first page: the rounds in which one scores, until when, what waits; acceptances that wait for a signature."""
    on = clock.today()
    rows = queries.listed(request.member, on=on)
    signs = allows(request.member, Permission.ACCEPTANCE_SIGN)
    return render(
        request,
        "evaluations/sheets/sheets.html",
        {
            "rows": rows,
            "waiting": {sheet.pk for sheet in queries.waiting(request.member, on=on)},
            "acceptances": list(waiting_signatures(request.member, on=on)) if signs else [],
            "today": on,
        },
    )


@page(SCORER)
def sheet(request, pk):
    """One's own sheet; before the declaration only what the round is about."""
    found = queries.get_sheet(request.member, pk, on=clock.today())
    return show(request, found)


def show(request, sheet, *, status=200, again=None, **forms_):
    """The page of a sheet, with the forms that were wrong in the place of empty ones, and the item that was not saved."""
    if sheet.state == rules.ASSIGNED:
        context = about(sheet) | {"declare_form": forms.DeclareForm()} | forms_
        return render(request, "evaluations/sheets/declare.html", context, status=status)
    if sheet.round.facts is None:
        return render(request, "evaluations/sheets/not_yet.html", about(sheet), status=status)
    context = sheet_context(request, sheet) | forms_
    if again is not None:
        for line in context["shown"].lines:
            if line.item.code == again["code"]:
                line.posted, line.problem, line.other = again["posted"], again["problem"], again["other"]
    return render(request, "evaluations/sheets/sheet.html", context | {"again": again}, status=status)


def about(sheet):
    """What a round is about: nothing of its facts."""
    return {
        "sheet": sheet,
        "round": sheet.round,
        "contract": sheet.round.contract,
        "party": queries.scheme_of(sheet.round).party(sheet.party),
        "is_self": sheet.party == rules.SELF,
    }


def sheet_context(request, sheet):
    shown = sheet_pages.page(sheet, on=clock.today())
    return about(sheet) | {
        "shown": shown,
        "samples_url": samples_url(request, sheet),
        "sign_form": forms.SignForm(initial={"opinion": sheet.opinion}),
        "recuse_form": forms.DeclareForm(),
        "is_signed": sheet.state == rules.SIGNED,
    }


def samples_url(request, sheet):
    """Where the round's samples lie, for those who may open them."""
    if sheet.party == rules.SELF or not allows(request.member, Permission.SAMPLE_VIEW):
        return ""
    try:
        return reverse("evaluations:samples", kwargs={"tenant": request.tenant.slug, "pk": sheet.round_id})
    except NoReverseMatch:
        return ""


@page(SCORER)
def differences(request, pk):
    """Where the scorers of one's party are too far apart, what follows from it, and what has been agreed."""
    found = queries.get_sheet(request.member, pk, on=clock.today())
    return show_differences(request, found)


def show_differences(request, sheet, *, form=None, problem="", status=200):
    if sheet.state == rules.ASSIGNED or sheet.round.facts is None:
        return show(request, sheet)
    context = sheet_context(request, sheet)
    shown = context["shown"]
    lines = [line for line in shown.lines if line.apart or line.agreement]
    extra = {"lines": lines, "form": form, "problem": problem, "own": sheet.pk}
    return render(request, "evaluations/sheets/differences.html", context | extra, status=status)


@page(SCORER)
def photo(request, pk):
    return serve(queries.get_photo(request.member, pk, on=clock.today()).file)


@page(SCORER)
def photo_small(request, pk):
    return serve(queries.get_photo(request.member, pk, on=clock.today()).file, small=True)
