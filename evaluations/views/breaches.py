from django.core.exceptions import PermissionDenied
from django.shortcuts import render

from contracts.queries import sees_money
from documents.serving import serve
from evaluations.actions import breaches as actions
from evaluations.forms import breaches as forms
from evaluations.forms.dealings import PaperForm, carried_out
from evaluations.queries import breaches as queries
from evaluations.queries import inquiries
from evaluations.queries.between import get_own_contract
from evaluations.rules import breaches as rules
from evaluations.views.dealings import done
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.web import page


@page(Permission.EVALUATION_VIEW)
def breaches(request, pk):
    """The contract's register of breaches with its running totals."""
    on = clock.today()
    contract = get_own_contract(request.member, pk, on=on)
    context = queries.section(request.member, contract, on) | {"rows": queries.listed(contract)}
    return render(request, "evaluations/breaches/list.html", context)


@page(Permission.CHECK_MANAGE, methods=("GET", "POST"))
def new_breach(request, pk):
    """Register a breach; ?inquiry= says out of which late answer."""
    now, made = clock.now(), []
    on = clock.day_of(now)
    contract = get_own_contract(request.member, pk, on=on)
    inquiry = _inquiry(request, contract, on)
    form = forms.RegisterForm(
        request.POST or None, request.FILES or None, contract=contract, initial=_initial(inquiry, on)
    )

    def act(data):
        file = data.pop("upload")
        uploads = [file] if file else []
        made.append(
            actions.register_breach(contract, **data, inquiry=inquiry, uploads=uploads, by=request.member, at=now)
        )

    if request.method == "POST" and carried_out(form, act):
        return done(request, "breach", made[0], f"已登记，乙方可陈述至 {made[0].state_until:%m-%d}")
    context = {"contract": contract, "form": form, "inquiry": inquiry, "rules": queries.registrable(contract)}
    context["sees_money"] = sees_money(request.member, contract, on=on)
    return render(request, "evaluations/breaches/new.html", context, status=400 if form.errors else 200)


def _inquiry(request, contract, on):
    """The inquiry that is named in the address, or None when it is not one of this contract."""
    return inquiries.find(request.member, contract, request.GET.get("inquiry", ""), on=on)


def _initial(inquiry, on):
    if inquiry is None:
        return {"happened_on": on}
    late = inquiries.lateness_of(inquiry, now=clock.now())
    return {"happened_on": on, "facts": f"第 {inquiry.no} 号{inquiry.get_kind_display()}“{inquiry.title}”{late}。"}


@page(Permission.EVALUATION_VIEW)
def breach(request, pk):
    """One breach: facts, evidence, statement, decision, and what it costs for those who see money."""
    return _page(request, _breach(request, pk))


def _breach(request, pk):
    return queries.get_breach(request.member, pk, on=clock.today())


def _page(request, breach, **forms_back):
    member, on = request.member, clock.today()
    shows_money = sees_money(member, breach.contract, on=on)
    decides = breach.state in rules.OPEN and allows(member, Permission.CONSEQUENCE_DECIDE)
    wait = rules.decision_problem(
        state=breach.state, state_until=breach.state_until, today=on, is_own=breach.registered_by_id == member.pk, reason="—"
    )  # fmt: skip
    context = {
        "breach": breach,
        "contract": breach.contract,
        "papers": queries.papers_of(breach),
        "events": queries.moves_of(breach),
        "totals": queries.totals(breach.contract, on=on),
        "sees_money": shows_money,
        "worth": queries.worth(breach, on=on) if shows_money and breach.state in rules.OPEN else None,
        "state_form": forms.StateForm() if queries.may_state(breach, member) else None,
        "wait": wait if decides else "",
        "confirm_form": forms.DecideForm(auto_id="confirm_%s") if decides and not wait else None,
        "drop_form": forms.DecideForm(auto_id="drop_%s") if decides and not wait else None,
        "paper_form": PaperForm(auto_id="paper_%s") if queries.may_add_paper(breach, member) else None,
    }
    status = 400 if forms_back else 200
    return render(request, "evaluations/breaches/breach.html", context | forms_back, status=status)


@page(Permission.ISSUE_REPLY, methods=("POST",))
def state_breach(request, pk):
    """The agency's statement, once; waive=1 gives it up."""
    found = _breach(request, pk)
    if request.POST.get("waive"):
        form = forms.StateForm({"statement": "—"})
        act = lambda _: actions.state_case(found, statement="", by=request.member, at=clock.now())  # noqa: E731
    else:
        form = forms.StateForm(request.POST)
        act = lambda data: actions.state_case(found, **data, by=request.member, at=clock.now())  # noqa: E731
    if carried_out(form, act):
        return done(request, "breach", found, "已放弃陈述" if request.POST.get("waive") else "已提交陈述，等甲方认定")
    return _page(request, found, state_form=form)


@page(Permission.CONSEQUENCE_DECIDE, methods=("POST",))
def confirm_breach(request, pk):
    found, form = _breach(request, pk), forms.DecideForm(request.POST, auto_id="confirm_%s")
    if carried_out(form, lambda data: actions.confirm_breach(found, **data, by=request.member, at=clock.now())):
        return done(request, "breach", found, f"已认定违约 {found.no}")
    return _page(request, found, confirm_form=form)


@page(Permission.CONSEQUENCE_DECIDE, methods=("POST",))
def drop_breach(request, pk):
    found, form = _breach(request, pk), forms.DecideForm(request.POST, auto_id="drop_%s")
    if carried_out(form, lambda data: actions.drop_breach(found, **data, by=request.member, at=clock.now())):
        return done(request, "breach", found, f"违约 {found.no} 不予认定")
    return _page(request, found, drop_form=form)


@page(Permission.EVALUATION_VIEW, methods=("POST",))
def add_breach_paper(request, pk):
    found = _breach(request, pk)
    form = PaperForm(request.POST, request.FILES, auto_id="paper_%s")
    if not queries.may_add_paper(found, request.member):
        raise PermissionDenied
    if carried_out(form, lambda data: actions.add_paper(found, **data, by=request.member, at=clock.now())):
        return done(request, "breach", found, "已添加材料")
    return _page(request, found, paper_form=form)


@page(Permission.EVALUATION_VIEW)
def breach_paper(request, pk):
    """A document of a breach."""
    return serve(queries.get_paper(request.member, pk, on=clock.today()).file)
