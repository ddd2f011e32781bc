from django.shortcuts import render

from evaluations.actions import spot_checks as actions
from evaluations.forms import spot_checks as forms
from evaluations.forms.dealings import carried_out
from evaluations.queries import spot_checks as queries
from evaluations.queries.between import get_own_contract, is_purchaser
from evaluations.rules import spot_checks as rules
from evaluations.views.dealings import done
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.web import page


@page(Permission.EVALUATION_VIEW)
def spot_checks(request, pk):
    """The contract's checks that the member may see."""
    on = clock.today()
    contract = get_own_contract(request.member, pk, on=on)
    context = {
        "contract": contract,
        "rows": queries.listed(request.member, contract),
        "may_check": allows(request.member, Permission.CHECK_MANAGE) and contract.state == "active",
    }
    return render(request, "evaluations/spot_checks/list.html", context)


@page(Permission.CHECK_MANAGE, methods=("GET", "POST"))
def new_spot_check(request, pk):
    """Draw a sample and begin a check."""
    now, made = clock.now(), []
    contract = get_own_contract(request.member, pk, on=clock.day_of(now))
    form = forms.OpenForm(request.POST or None, initial={"held_on": clock.day_of(now)})
    act = lambda data: made.append(actions.open_check(contract, **data, by=request.member, at=now))  # noqa: E731
    if request.method == "POST" and carried_out(form, act):
        return done(request, "spot_check", made[0], f"已抽取 {made[0].lines.count()} 项，逐项登记结果")
    context = {"contract": contract, "form": form}
    return render(request, "evaluations/spot_checks/new.html", context, status=400 if form.errors else 200)


@page(Permission.EVALUATION_VIEW)
def spot_check(request, pk):
    """One check with its lines; the purchaser's people note and close it."""
    return _page(request, _check(request, pk))


def _check(request, pk):
    return queries.get_spot_check(request.member, pk, on=clock.today())


def _page(request, check, **forms_back):
    lines = queries.lines_of(check)
    works = (
        check.state == rules.OPEN and allows(request.member, Permission.CHECK_MANAGE) and is_purchaser(request.member)
    )
    context = {
        "check": check,
        "contract": check.contract,
        "lines": lines,
        "differing": sum(line.result == rules.DIFFERS for line in lines),
        "unseen": sum(not line.result for line in lines),
        "events": queries.moves_of(check),
        "opens_records": allows(request.member, Permission.RECORD_VIEW),
        "opens_cases": allows(request.member, Permission.CASE_VIEW),
        "lines_form": forms.LinesForm(lines=lines) if works and lines else None,
        "line_form": forms.LineForm(auto_id="new_%s", indicators=queries.indicators(check.contract)) if works else None,
        "close_form": forms.CloseForm(auto_id="close_%s") if works else None,
    }
    status = 400 if forms_back else 200
    return render(request, "evaluations/spot_checks/spot_check.html", context | forms_back, status=status)


@page(Permission.CHECK_MANAGE, methods=("POST",))
def note_spot_check(request, pk):
    check = _check(request, pk)
    form = forms.LinesForm(request.POST, lines=queries.lines_of(check))
    if carried_out(form, lambda _: actions.note_lines(check, noted=form.noted(), by=request.member, at=clock.now())):
        return done(request, "spot_check", check, "已保存")
    return _page(request, check, lines_form=form)


@page(Permission.CHECK_MANAGE, methods=("POST",))
def add_check_line(request, pk):
    check = _check(request, pk)
    form = forms.LineForm(request.POST, auto_id="new_%s", indicators=queries.indicators(check.contract))
    if carried_out(form, lambda data: actions.add_line(check, **data, by=request.member, at=clock.now())):
        return done(request, "spot_check", check, "已添加")
    return _page(request, check, line_form=form)


@page(Permission.CHECK_MANAGE, methods=("POST",))
def close_spot_check(request, pk):
    check, form = _check(request, pk), forms.CloseForm(request.POST, auto_id="close_%s")
    if carried_out(form, lambda data: actions.close_check(check, **data, by=request.member, at=clock.now())):
        return done(request, "spot_check", check, "已办结")
    return _page(request, check, close_form=form)
