"""One personal value at a time: opened with a purpose, for a child asked for and approved first."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from caseload import forms, queries
from caseload.actions import disclosure as actions
from caseload.forms.disclosure import ApproveForm, AskForm
from caseload.queries import disclosure as reads
from caseload.rules import disclosure as rules
from caseload.rules import ledger
from caseload.views.acting import answer, attempt, forbid_unless_known
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


# --- opening ----------------------------------------------------------------------------------------------------------
@page(Permission.PERSON_REVEAL, methods=("POST",))
@never_cache
def reveal_person(request, pk):
    """One field of one person, for this answer only; the audit is written before the text is opened."""
    person = queries.get_person(request.member, pk, on=clock.today())
    forbid_unless_known(request, person.household.contract)
    return _reveal(request, person, actions.reveal_person_field)


@page(Permission.PERSON_REVEAL, methods=("POST",))
@never_cache
def reveal_household(request, pk):
    """One of a household's own values, for this answer only."""
    found = queries.get_household(request.member, pk, on=clock.today())
    forbid_unless_known(request, found.contract)
    return _reveal(request, found, actions.reveal_household_field)


def _reveal(request, row, act):
    form = forms.RevealForm(request.POST)
    if not form.is_valid():
        return render(request, "caseload/_revealed.html", {"fault": "选用途再查看"}, status=422)
    field, at = form.cleaned_data["field"], clock.now()
    try:
        text = act(row, field, form.told(), by=request.member, at=at)
    except Refused as refused:
        return render(request, "caseload/_revealed.html", {"fault": str(refused)}, status=422)
    lines = (
        [(ledger.WORDS[code], value) for code, value in queries.details_of(row).items()] if field == "details" else []
    )
    mark = {"purpose": form.cleaned_data["purpose"], "at": at}
    return render(request, "caseload/_revealed.html", {"fault": "", "text": text, "lines": lines, **mark})


# --- asking -----------------------------------------------------------------------------------------------------------
def _ask(request, row, household):
    forbid_unless_known(request, household.contract)
    fields = actions.fields_of(row)
    asked = request.GET.get("field")
    form = AskForm(
        request.POST or None, fields=fields, initial={"field": asked if asked in fields else next(iter(fields))}
    )
    if form.is_valid() and attempt(
        form, lambda: actions.ask_disclosure(row, by=request.member, at=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, "已提交，等主管批准")
        return redirect("caseload:disclosures", tenant=request.tenant.slug)
    who = rules.minors_name(household.number)
    return answer(request, "caseload/ask_disclosure.html", form, household=household, who=who)


@page(Permission.PERSON_REVEAL, methods=("GET", "POST"))
def ask_person(request, pk):
    """Ask to open one field of a child."""
    person = reads.subject_of(request.member, person=pk, on=clock.today())
    return _ask(request, person, person.household)


@page(Permission.PERSON_REVEAL, methods=("GET", "POST"))
def ask_household(request, pk):
    """Ask to open one of the own values of a household of children."""
    household = reads.subject_of(request.member, household=pk, on=clock.today())
    return _ask(request, household, household)


def _rows(requests, at):
    """[(request, the word of its field, (kind of badge, word))]."""
    words = actions.PERSON_FIELDS | actions.HOUSEHOLD_FIELDS
    return [(row, words[row.field], rules.standing(row.state, row.valid_until, at=at)) for row in requests]


@page(Permission.PERSON_REVEAL)
def disclosures(request):
    """The member's own requests and what became of them."""
    at = clock.now()
    return render(
        request, "caseload/disclosures.html", {"rows": _rows(reads.requests_of(request.member), at), "at": at}
    )


@page(Permission.PERSON_REVEAL, methods=("POST",))
def withdraw_disclosure(request, pk):
    found = reads.get_own_disclosure(request.member, pk)
    try:
        actions.withdraw_disclosure(found, by=request.member, at=clock.now())
        messages.success(request, "已撤回")
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("caseload:disclosures", tenant=request.tenant.slug)


# --- deciding ---------------------------------------------------------------------------------------------------------
@page(Permission.MINOR_APPROVE)
def disclosure_inbox(request):
    """What waits for a supervisor: who wants to see what of which child, for what."""
    at = clock.now()
    waiting, done = reads.awaiting_disclosure(request.member), reads.decided_disclosures(request.member)
    return render(request, "caseload/disclosure_inbox.html", {"rows": _rows(waiting, at), "done": _rows(done, at)})


def _request_page(request, row, *, status=200, **forms_of):
    told = _rows([row], clock.now())[0]
    known = {"form": ApproveForm(), "refuse_form": forms.ReasonForm()} | forms_of
    context = {"row": row, "word": told[1], "standing": told[2], **known}
    return render(request, "caseload/disclosure.html", context, status=status)


@page(Permission.MINOR_APPROVE)
def disclosure(request, pk):
    """One request, to be decided or as it was decided."""
    return _request_page(request, reads.get_disclosure_to_decide(request.member, pk))


def _decide(request, pk, name, form, act, done):
    found = reads.get_disclosure_to_decide(request.member, pk)
    if form.is_valid() and attempt(form, lambda: act(found)):
        messages.success(request, f"{found.household.number}：{done}")
        return redirect("caseload:disclosure_inbox", tenant=request.tenant.slug)
    status = 409 if getattr(form, "was_late", False) or found.state != rules.ASKED else 422
    return _request_page(request, found, status=status, wrong=form, **{name: form})


@page(Permission.MINOR_APPROVE, methods=("POST",))
def approve_disclosure(request, pk):
    form, at = ApproveForm(request.POST), clock.now()

    def act(found):
        actions.approve_disclosure(found, by=request.member, at=at, **form.cleaned_data)

    return _decide(request, pk, "form", form, act, "已批准查看一次")


@page(Permission.MINOR_APPROVE, methods=("POST",))
def refuse_disclosure(request, pk):
    form, at = forms.ReasonForm(request.POST), clock.now()

    def act(found):
        actions.refuse_disclosure(found, decision=form.cleaned_data["reason"], by=request.member, at=at)

    return _decide(request, pk, "refuse_form", form, act, "不予批准")
