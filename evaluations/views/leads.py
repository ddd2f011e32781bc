from django.http import Http404
from django.shortcuts import render

from documents.render import pdf
from documents.serving import show_pdf
from evaluations.actions import leads as actions
from evaluations.forms import leads as forms
from evaluations.forms.dealings import ReasonForm, carried_out
from evaluations.queries import leads as queries
from evaluations.queries.between import get_own_contract, is_provider, is_purchaser
from evaluations.rules import leads as rules
from evaluations.views.dealings import done
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.web import page


@page(Permission.EVALUATION_VIEW)
def lead_changes(request, pk):
    """Who leads the project for the agency, and each change that was asked for."""
    on = clock.today()
    contract = get_own_contract(request.member, pk, on=on)
    context = queries.section(request.member, contract, on) | {"rows": queries.listed(contract)}
    return render(request, "evaluations/leads/list.html", context)


@page(Permission.ISSUE_REPLY, methods=("GET", "POST"))
def new_lead_change(request, pk):
    """The agency names a successor and a day, early enough."""
    now, made = clock.now(), []
    on = clock.day_of(now)
    contract = get_own_contract(request.member, pk, on=on)
    if not is_provider(request.member, contract):
        raise Http404
    form = forms.ProposeForm(request.POST or None, contract=contract)
    act = lambda data: made.append(actions.propose_change(contract, **data, by=request.member, at=now))  # noqa: E731
    if request.method == "POST" and carried_out(form, act):
        return done(request, "lead_change", made[0], "已提出，等甲方书面同意")
    row = queries.notice(contract)
    context = {
        "contract": contract,
        "form": form,
        "lead": queries.current_lead(contract, on=on),
        "notice": row,
        "limit": queries.limit_told(row),
    }
    return render(request, "evaluations/leads/new.html", context, status=400 if form.errors else 200)


@page(Permission.EVALUATION_VIEW)
def lead_change(request, pk):
    """One change: who, from when, told when, what the contract says, what the purchaser decided."""
    return _page(request, _change(request, pk))


def _change(request, pk):
    return queries.get_lead_change(request.member, pk, on=clock.today())


def _page(request, change, **forms_back):
    member, on = request.member, clock.today()
    is_open = change.state == rules.PROPOSED
    decides = is_open and is_purchaser(member) and allows(member, Permission.CHECK_MANAGE)
    own = is_open and is_provider(member, change.contract) and allows(member, Permission.ISSUE_REPLY)
    context = {
        "change": change,
        "contract": change.contract,
        "events": queries.moves_of(change),
        "limit": queries.limit_told(queries.notice(change.contract)),
        "is_past": is_open and on > change.change_on,
        "consent_form": forms.ConsentForm(auto_id="consent_%s") if decides and on <= change.change_on else None,
        "refuse_form": forms.RefuseForm(auto_id="refuse_%s") if decides else None,
        "withdraw_form": ReasonForm(auto_id="withdraw_%s") if own else None,
    }
    status = 400 if forms_back else 200
    return render(request, "evaluations/leads/lead_change.html", context | forms_back, status=status)


@page(Permission.CHECK_MANAGE, methods=("POST",))
def consent_lead_change(request, pk):
    found, form = _change(request, pk), forms.ConsentForm(request.POST, auto_id="consent_%s")
    if carried_out(form, lambda data: actions.consent(found, **data, by=request.member, at=clock.now())):
        return done(
            request, "lead_change", found, f"已同意，{found.change_on:%m-%d} 起由{found.successor.account.name}负责"
        )
    return _page(request, found, consent_form=form)


@page(Permission.CHECK_MANAGE, methods=("POST",))
def refuse_lead_change(request, pk):
    found, form = _change(request, pk), forms.RefuseForm(request.POST, auto_id="refuse_%s")
    if carried_out(form, lambda data: actions.refuse(found, **data, by=request.member, at=clock.now())):
        return done(request, "lead_change", found, "已答复不同意，项目负责人不变")
    return _page(request, found, refuse_form=form)


@page(Permission.ISSUE_REPLY, methods=("POST",))
def withdraw_lead_change(request, pk):
    found, form = _change(request, pk), ReasonForm(request.POST, auto_id="withdraw_%s")
    if carried_out(form, lambda data: actions.withdraw(found, **data, by=request.member, at=clock.now())):
        return done(request, "lead_change", found, "已撤回")
    return _page(request, found, withdraw_form=form)


@page(Permission.EVALUATION_VIEW)
def lead_change_paper(request, pk):
    """The purchaser's written answer, to be printed, signed and sealed."""
    change = _change(request, pk)
    if change.state not in (rules.CONSENTED, rules.REFUSED):
        raise Http404
    context = {"change": change, "contract": change.contract, "tenant": request.tenant, "demo": request.tenant.is_demo}
    return show_pdf(pdf.render("evaluations/leads/consent_print.html", context), f"lead-change-{change.no}")
