"""Files handed over at a contract's end: the list, the hand-over, the receipt."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from caseload.actions import transfer as actions
from caseload.forms.transfer import DecideForm, HandOverForm
from caseload.queries import transfer as reads
from caseload.rules import transfer as rules
from caseload.views.acting import answer, attempt, forbid_unless_own
from contracts.queries import get_contract
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


def _standing(row):
    return rules.STATE_KINDS[row.state], rules.STATE_LABELS[row.state]


@page(Permission.FILES_TRANSFER)
def transfers(request):
    """What was handed over by whom to whom, and the ended contracts whose files still wait."""
    on, member = clock.today(), request.member
    rows = [(row, _standing(row)) for row in reads.visible_transfers(member, on=on)]
    return render(request, "caseload/transfers.html", {"rows": rows, "waiting": reads.to_hand(member, on=on)})


@page(Permission.FILES_TRANSFER, methods=("GET", "POST"))
def hand_over(request, pk):
    """The list of a contract's files, and its hand-over."""
    contract = get_contract(request.member, pk, on=clock.today())
    forbid_unless_own(request, contract)
    form, made = HandOverForm(request.POST or None, receivers=reads.receivers(contract)), []
    if form.is_valid() and attempt(
        form, lambda: made.append(actions.hand_over(contract, by=request.member, at=clock.now(), **form.cleaned_data))
    ):
        messages.success(request, f"已移交 {made[0].households} 户，等{made[0].receiver.short_name}接收")
        return redirect("caseload:transfer", tenant=request.tenant.slug, pk=made[0].pk)
    rows = list(reads.to_hand_over(contract)[:500])
    return answer(request, "caseload/hand_over.html", form, contract=contract, rows=rows)


@page(Permission.FILES_TRANSFER, methods=("GET", "POST"))
def transfer(request, pk):
    """One transfer with its list; the receiving side confirms it or sends it back."""
    on, member = clock.today(), request.member
    found = reads.get_transfer(member, pk, on=on)
    may_decide = found.state == rules.HANDED and found.receiver_id == member.organisation_id
    if request.method == "POST" and found.receiver_id != member.organisation_id:
        raise PermissionDenied
    form = DecideForm(request.POST or None)
    if form.is_valid() and attempt(form, lambda: _decide(found, form, by=member, at=clock.now())):
        messages.success(request, "已接收" if form.cleaned_data["verdict"] == "receive" else "已退回")
        return redirect("caseload:transfer", tenant=request.tenant.slug, pk=pk)
    context = {"row": found, "standing": _standing(found), "lines": reads.lines_of(found), "may_decide": may_decide}
    return answer(request, "caseload/transfer.html", form, **context)


def _decide(found, form, *, by, at):
    if form.cleaned_data["verdict"] == "receive":
        actions.receive_files(found, by=by, at=at)
    else:
        actions.return_files(found, reason=form.cleaned_data["reason"], by=by, at=at)
