from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from config.amending.forms import AmendmentForm, ChangeForm, RefusalForm
from config.amending.queries import pairs, what_if
from contracts.models import Contract
from contracts.queries import get_contract
from services.actions import amendments as actions
from services.queries import readings as queries
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page

MOVED = {"propose": "提出", "confirm": "确认", "refuse": "不同意", "withdraw": "撤回", "put_in_force": "生效"}


def _own(request, pk):
    """The contract, and the side for which the member speaks; 404 for one who speaks for neither."""
    contract = get_contract(request.member, pk, on=clock.today())
    side = queries.side(request.member, contract)
    if not side:
        raise Http404
    return contract, side


def _own_amendment(request, pk):
    row = queries.get_amendment(request.member, pk, on=clock.today())
    side = queries.side(request.member, row.contract)
    if not side:
        raise Http404
    return row, side


def _to(request, name, pk):
    return redirect(reverse(f"amending:{name}", kwargs={"tenant": request.tenant.slug, "pk": pk}))


@page(Permission.READING_CONFIRM)
def amendments(request, pk):
    contract, side = _own(request, pk)
    rows = list(queries.amendments(contract))
    context = {
        "contract": contract,
        "rows": rows,
        "may_propose": contract.state == Contract.State.ACTIVE
        and not any(row.state in ("proposed", "agreed") for row in rows),
        "indicators": contract.indicators.all(),
        "side": side,
    }
    return render(request, "config/amending/amendments.html", context)


class Proposal:
    """The bound forms of an amendment: its paper, and one form for each chosen indicator."""

    def __init__(self, request, contract):
        self.contract, data = contract, request.POST or None
        self.codes = request.GET.getlist("code")
        self.rows = [row for row in contract.indicators.all() if row.code in self.codes]
        self.form = AmendmentForm(data)
        self.changes = [ChangeForm(data, row=row) for row in self.rows]

    def take_present_versions(self):
        """The next press is made knowing the present readings, which the page shows."""
        for change in self.changes:
            change.data = change.data.copy()
            change.data[change.add_prefix("version")] = change.row.version

    def can_be_tried(self):
        """Whether every change can be read and the day is known; the paper's other fields may still be empty."""
        self.form.is_valid()
        readable = [change.is_valid() for change in self.changes]
        return all(readable) and "effective_on" in getattr(self.form, "cleaned_data", {})

    def is_valid(self):
        readable = [self.form.is_valid(), *(change.is_valid() for change in self.changes)]
        return all(readable)

    def made(self):
        """The changes as an amendment keeps them."""
        known = set(self.contract.indicators.values_list("code", flat=True))
        term = (self.contract.starts_on, self.contract.ends_on)
        since = self.form.cleaned_data["effective_on"]
        return [change.change(since=since, term=term, known=known) for change in self.changes]

    def tried(self, member, *, on):
        """The what-if of what stands in the forms now."""
        since = self.form.cleaned_data["effective_on"]
        return what_if(member, self.contract, self.made(), on=on, effective_on=since)


@page(Permission.READING_CONFIRM, methods=("GET", "POST"))
def propose(request, pk):
    contract, _side = _own(request, pk)
    proposal = Proposal(request, contract)
    if not proposal.rows:
        messages.error(request, "先选要变更的指标")
        return _to(request, "amendments", contract.pk)
    if request.method == "POST" and proposal.is_valid():
        try:
            terms = proposal.form.cleaned_data
            row = actions.propose_amendment(
                contract, terms=terms, changes=proposal.made(), by=request.member, at=clock.now()
            )
            messages.success(request, f"已提出“{row.title}”，等对方确认")
            return _to(request, "amendment", row.pk)
        except Refused as refused:
            proposal.form.add_error(None, [refused.message, *map(str, refused.problems)])
            proposal.take_present_versions()
    context = {"contract": contract, "form": proposal.form, "changes": proposal.changes, "codes": proposal.codes}
    return render(request, "config/amending/propose.html", context, status=422 if request.method == "POST" else 200)


@page(Permission.READING_CONFIRM, methods=("POST",))
def try_changes(request, pk):
    """What the changes in the form would do; writes nothing."""
    contract, _side = _own(request, pk)
    proposal = Proposal(request, contract)
    found = proposal.tried(request.member, on=clock.today()) if proposal.can_be_tried() else None
    context = {"found": found, "contract": contract, "changes": proposal.changes, "form": proposal.form}
    return render(request, "config/amending/_what_if.html", context)


@page(Permission.READING_CONFIRM)
def amendment(request, pk):
    row, side = _own_amendment(request, pk)
    return render(request, "config/amending/amendment.html", _shown(request, row, side))


def _shown(request, row, side, form=None):
    is_open = row.state in ("proposed", "agreed")
    found = None
    if is_open:
        found = what_if(request.member, row.contract, row.changes, on=clock.today(), effective_on=row.effective_on)
    return {
        "amendment": row,
        "contract": row.contract,
        "found": found,
        "pairs": pairs(row, found),
        "moves": [(move, MOVED[move.verb]) for move in row.moves.select_related("by__account")],
        "may_decide": row.state == "proposed" and side != row.side,
        "may_withdraw": row.state == "proposed" and side == row.side,
        "form": form or RefusalForm(),
    }


@page(Permission.READING_CONFIRM, methods=("POST",))
def confirm(request, pk):
    row, _side = _own_amendment(request, pk)
    now = clock.now()
    try:
        row = actions.confirm_amendment(row, on=clock.day_of(now), by=request.member, at=now)
        told = "已生效" if row.state == "in_force" else f"{row.effective_on:%Y-%m-%d} 起生效"
        messages.success(request, f"已确认“{row.title}”，{told}")
    except Refused as refused:
        messages.error(request, str(refused))
    return _to(request, "amendment", row.pk)


@page(Permission.READING_CONFIRM, methods=("POST",))
def refuse(request, pk):
    row, side = _own_amendment(request, pk)
    form = RefusalForm(request.POST)
    if form.is_valid():
        try:
            actions.refuse_amendment(row, by=request.member, at=clock.now(), **form.cleaned_data)
            messages.success(request, f"已退回“{row.title}”")
        except Refused as refused:
            messages.error(request, str(refused))
        return _to(request, "amendment", row.pk)
    return render(request, "config/amending/amendment.html", _shown(request, row, side, form), status=422)


@page(Permission.READING_CONFIRM, methods=("POST",))
def withdraw(request, pk):
    row, _side = _own_amendment(request, pk)
    try:
        actions.withdraw_amendment(row, by=request.member, at=clock.now())
        messages.success(request, f"已撤回“{row.title}”")
    except Refused as refused:
        messages.error(request, str(refused))
    return _to(request, "amendment", row.pk)
