"""Acts beside and after the stages: crisis, the supervisor's review, referrals, taking a closed case up again."""

from django.contrib import messages
from django.shortcuts import redirect

from caseload import forms, queries
from caseload.actions import cases as actions
from caseload.actions import referrals, reopening, reviews
from caseload.rules import cases as rules
from caseload.views.acting import answer, attempt, forbid_unless_own
from caseload.views.showing import shown_name
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


def _act(request, case, form, do, verb, *, hint=""):
    """The shared form page: `do(**cleaned data)` acts, then the case is shown again."""
    forbid_unless_own(request, case.contract)
    done = []
    if form.is_valid() and attempt(
        form, lambda: done.append(do(by=request.member, at=clock.now(), **form.cleaned_data))
    ):
        messages.success(request, f"{case.number}：已{rules.VERBS[verb]}")
        shown = done[0] if verb == "reopen" else case
        return redirect("caseload:case", tenant=request.tenant.slug, pk=shown.pk)
    context = {
        "case": case,
        "name": shown_name(request.member, case),
        "title": rules.VERBS[verb],
        "goals": None,
        "hint": hint,
    }
    return answer(request, "caseload/case_act.html", form, **context)


def _case(request, pk):
    return queries.get_case(request.member, pk, on=clock.today())


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def raise_crisis(request, pk):
    case = _case(request, pk)
    form = forms.CrisisForm(request.POST or None)
    hint = "登记后标明危机个案，按合同的危机时限接触服务对象。"
    return _act(request, case, form, lambda **known: actions.raise_crisis(case, **known), "raise_crisis", hint=hint)


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def note_crisis_contact(request, pk):
    case = _case(request, pk)
    form = forms.CrisisContactForm(request.POST or None)
    return _act(request, case, form, lambda **known: actions.note_crisis_contact(case, **known), "note_crisis_contact")


@page(Permission.CASE_REVIEW, methods=("GET", "POST"))
def review_case(request, pk):
    case = _case(request, pk)
    form = forms.ReviewForm(request.POST or None)
    hint = f"{case.worker.account.name}负责，{rules.sessions_told(case, queries.closing_of(case.contract))}"
    return _act(request, case, form, lambda **known: reviews.review_case(case, **known), "review", hint=hint)


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def withdraw_referral(request, pk):
    case = _case(request, pk)
    form = forms.BlankForm(request.POST if request.method == "POST" else None)
    return _act(request, case, form, lambda **known: referrals.withdraw_referral(case, **known), "withdraw_referral")


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def note_referral_answer(request, pk):
    """What the receiver of a referral said."""
    referral = queries.get_referral(request.member, pk, on=clock.today())
    form = forms.ReferralAnswerForm(request.POST or None, initial={"received": "1"})

    def do(*, received, **known):
        return referrals.note_referral_answer(referral, received=bool(received), **known)

    return _act(request, referral.case, form, do, "note_referral_answer", hint=f"转介至 {referral.to}")


@page(Permission.CASE_WORK, methods=("GET", "POST"))
def reopen_case(request, pk):
    case = _case(request, pk)
    form = forms.ReopenForm(request.POST or None, contract=case.contract, initial={"worker": case.worker_id})
    hint = "登记为新个案，原个案不变。原接案记录表作为草稿带入，社区意见和街道（乡镇）审批须重新办理。"
    return _act(request, case, form, lambda **known: reopening.reopen_case(case, **known), "reopen", hint=hint)
