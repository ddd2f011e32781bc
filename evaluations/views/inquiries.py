from django.core.exceptions import PermissionDenied
from django.shortcuts import render

from documents.serving import serve
from evaluations.actions import inquiries as actions
from evaluations.forms import inquiries as forms
from evaluations.forms.dealings import PaperForm, ReasonForm, carried_out
from evaluations.queries import inquiries as queries
from evaluations.queries.between import get_own_contract
from evaluations.rules import inquiries as rules
from evaluations.views.dealings import done
from tenancy import clock, workdays
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.EVALUATION_VIEW)
def inquiries(request, pk):
    """The contract's inquiries, each with its clock."""
    now = clock.now()
    contract = get_own_contract(request.member, pk, on=clock.day_of(now))
    context = {
        "contract": contract,
        "rows": queries.listed(contract, now=now),
        "may_ask": queries.may_ask(request.member) and contract.state == "active",
    }
    return render(request, "evaluations/inquiries/list.html", context)


@page(Permission.CHECK_MANAGE, methods=("GET", "POST"))
def new_inquiry(request, pk):
    """Ask in writing, or call to a place where the contract sets hours for it."""
    now, made = clock.now(), []
    contract = get_own_contract(request.member, pk, on=clock.day_of(now))
    limits = queries.limits(contract)
    form = forms.AskForm(request.POST or None, may_notice=limits.may_notice)
    act = lambda data: made.append(actions.ask(contract, **data, by=request.member, at=now))  # noqa: E731
    if request.method == "POST" and carried_out(form, act):
        return done(request, "inquiry", made[0], f"已发给{contract.provider.short_name}")
    context = {"contract": contract, "form": form, "limits": limits}
    return render(request, "evaluations/inquiries/new.html", context, status=400 if form.errors else 200)


@page(Permission.EVALUATION_VIEW)
def inquiry(request, pk):
    """One inquiry: what was asked, the one clock, the answer, who is to act."""
    return _page(request, _inquiry(request, pk))


def _inquiry(request, pk):
    return queries.get_inquiry(request.member, pk, on=clock.today())


def _page(request, inquiry, **forms_back):
    member, now = request.member, clock.now()
    asks, answers = queries.may_ask(member), queries.may_answer(inquiry, member)
    state = inquiry.state
    alive = state in (rules.OPEN, rules.ANSWERED)
    wants_arrival = inquiry.kind == rules.NOTICE and inquiry.arrived_at is None and state != rules.WITHDRAWN
    moment = now.astimezone(clock.SHANGHAI)
    context = {
        "inquiry": inquiry,
        "contract": inquiry.contract,
        "standing": queries.standing(inquiry, workdays.calendar(), now=now),
        "moves": queries.moves_of(inquiry),
        "papers": queries.papers_of(inquiry),
        "breaches": list(inquiry.breaches.all()),
        "may_register": asks and inquiry.contract.state == "active",
        "answer_form": forms.AnswerForm() if answers and state == rules.OPEN else None,
        "arrive_form": forms.ArriveForm(initial={"arrived_at": moment})
        if wants_arrival and (asks or answers)
        else None,
        "again_form": forms.WordsForm(auto_id="again_%s") if asks and state == rules.ANSWERED else None,
        "close_form": forms.CloseForm(auto_id="close_%s") if asks and state == rules.ANSWERED else None,
        "withdraw_form": ReasonForm(auto_id="withdraw_%s") if asks and state == rules.OPEN else None,
        "paper_form": PaperForm(auto_id="paper_%s") if alive and (asks or answers) else None,
    }
    status = 400 if forms_back else 200
    return render(request, "evaluations/inquiries/inquiry.html", context | forms_back, status=status)


@page(Permission.ISSUE_REPLY, methods=("POST",))
def answer_inquiry(request, pk):
    found, form = _inquiry(request, pk), forms.AnswerForm(request.POST, request.FILES)

    def act(data):
        uploads = [data["upload"]] if data["upload"] else []
        actions.answer(found, words=data["words"], uploads=uploads, by=request.member, at=clock.now())

    if carried_out(form, act):
        return done(request, "inquiry", found, "已答复")
    return _page(request, found, answer_form=form)


@page(Permission.EVALUATION_VIEW, methods=("POST",))
def arrive_inquiry(request, pk):
    found, form = _inquiry(request, pk), forms.ArriveForm(request.POST)
    if not (queries.may_answer(found, request.member) or queries.may_ask(request.member)):
        raise PermissionDenied
    if carried_out(form, lambda data: actions.arrive(found, **data, by=request.member, at=clock.now())):
        return done(request, "inquiry", found, "已登记到场")
    return _page(request, found, arrive_form=form)


@page(Permission.CHECK_MANAGE, methods=("POST",))
def ask_inquiry_again(request, pk):
    found, form = _inquiry(request, pk), forms.WordsForm(request.POST, auto_id="again_%s")
    if carried_out(form, lambda data: actions.ask_again(found, **data, by=request.member, at=clock.now())):
        return done(request, "inquiry", found, "已再次质疑，期限重新起算")
    return _page(request, found, again_form=form)


@page(Permission.CHECK_MANAGE, methods=("POST",))
def close_inquiry(request, pk):
    found, form = _inquiry(request, pk), forms.CloseForm(request.POST, auto_id="close_%s")
    if carried_out(form, lambda data: actions.close_inquiry(found, **data, by=request.member, at=clock.now())):
        return done(request, "inquiry", found, "已办结")
    return _page(request, found, close_form=form)


@page(Permission.CHECK_MANAGE, methods=("POST",))
def withdraw_inquiry(request, pk):
    found, form = _inquiry(request, pk), ReasonForm(request.POST, auto_id="withdraw_%s")
    if carried_out(form, lambda data: actions.withdraw(found, **data, by=request.member, at=clock.now())):
        return done(request, "inquiry", found, "已撤回")
    return _page(request, found, withdraw_form=form)


@page(Permission.EVALUATION_VIEW, methods=("POST",))
def add_inquiry_paper(request, pk):
    found, form = _inquiry(request, pk), PaperForm(request.POST, request.FILES, auto_id="paper_%s")
    if not (queries.may_answer(found, request.member) or queries.may_ask(request.member)):
        raise PermissionDenied
    if carried_out(form, lambda data: actions.add_paper(found, **data, by=request.member, at=clock.now())):
        return done(request, "inquiry", found, "已添加材料")
    return _page(request, found, paper_form=form)


@page(Permission.EVALUATION_VIEW)
def inquiry_paper(request, pk):
    """A document of an inquiry."""
    return serve(queries.get_paper(request.member, pk, on=clock.today()).file)
