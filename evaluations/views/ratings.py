from django.contrib import messages
from django.shortcuts import redirect, render

from evaluations.actions import ratings as actions
from evaluations.forms.ratings import RatingForm
from evaluations.queries import ratings as queries
from evaluations.rules import ratings as rules
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.EVALUATION_VIEW)
def ratings(request):
    """Every rating that the member may see, with the averages over contracts; an agency finds what it can rate now."""
    on = clock.today()
    rows = queries.visible_ratings(request.member, on=on).select_related("contract__provider", "contract__purchaser")
    rates = allows(request.member, Permission.PURCHASER_RATE)
    shown = list(rows.order_by("-to_day", "contract__code"))
    return render(
        request,
        "evaluations/ratings/ratings.html",
        {
            "rows": shown,
            "averages": queries.averages(rows),
            "contracts": len({row.contract_id for row in shown if row.state == rules.SUBMITTED}),
            "due": queries.due(request.member, on=on) if rates else [],
        },
    )


@page(Permission.EVALUATION_VIEW)
def contract_ratings(request, pk):
    """The ratings of one contract, period by period, each beside what the system knows of the purchaser's promptness."""
    contract = queries.get_contract(request.member, pk, on=clock.today())
    context = {
        "contract": contract,
        "lines": queries.lines(request.member, contract, at=clock.now()),
        "shows_money": allows(request.member, Permission.MONEY_VIEW),
    }
    return render(request, "evaluations/ratings/contract_ratings.html", context)


def _form_page(request, contract, line, form, status=200):
    context = {
        "contract": contract,
        "line": line,
        "form": form,
        "shows_money": allows(request.member, Permission.MONEY_VIEW),
    }
    return render(request, "evaluations/ratings/rate.html", context, status=status)


def _write(request, pk, period, act, told):
    """Take the form with one act of the rating; a refusal stands above the form, what was entered stays."""
    contract = queries.get_contract(request.member, pk, on=clock.today())
    line = queries.get_line(request.member, contract, period, at=clock.now())
    form = RatingForm(request.POST)
    if form.is_valid():
        try:
            act(contract, period, **form.entered(), by=request.member, at=clock.now())
            messages.success(request, told)
            return redirect("evaluations:contract_ratings", tenant=request.tenant.slug, pk=contract.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _form_page(request, contract, line, form, status=400)


@page(Permission.PURCHASER_RATE)
def rate(request, pk, period):
    """The form of a period: a draft goes on, a submitted rating can be corrected for seven days."""
    contract = queries.get_contract(request.member, pk, on=clock.today())
    line = queries.get_line(request.member, contract, period, at=clock.now())
    if not line.may_rate:  # it stands: seven days are over
        return redirect("evaluations:contract_ratings", tenant=request.tenant.slug, pk=contract.pk)
    names = (*rules.QUESTIONS, "comment")
    initial = {name: getattr(line.rating, name) for name in names} if line.rating else {}
    return _form_page(request, contract, line, RatingForm(initial=initial))


@page(Permission.PURCHASER_RATE, methods=("POST",))
def save_rating(request, pk, period):
    return _write(request, pk, period, actions.save_rating, "已存草稿，甲方看不到")


@page(Permission.PURCHASER_RATE, methods=("POST",))
def submit_rating(request, pk, period):
    return _write(request, pk, period, actions.submit_rating, "已提交评价，7 天内可以更正")


@page(Permission.PURCHASER_RATE, methods=("POST",))
def correct_rating(request, pk, period):
    return _write(request, pk, period, actions.correct_rating, "已更正评价")
