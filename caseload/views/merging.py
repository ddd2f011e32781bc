from dataclasses import dataclass
from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from caseload import queries
from caseload.actions import merging as actions
from caseload.forms import RevealForm
from caseload.forms.merging import MergeForm, WhyForm
from caseload.models import Household
from caseload.queries import disclosure
from caseload.queries import merging as reads
from caseload.rules import merging as rules
from caseload.views.acting import answer, attempt, forbid_unless_own
from tenancy import clock, scope
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused
from tenancy.web import page


def led_on(view):
    """An old address of a household leads to the one into which it was merged."""

    @wraps(view)
    def followed(request, tenant, pk):
        try:
            return view(request, tenant=tenant, pk=pk)
        except Http404:
            if getattr(request, "member", None) is None or request.method not in ("GET", "HEAD"):
                raise
            with scope.acting(request.member, read_only=True):
                standing = reads.stands_as(request.member, pk, on=clock.today())
            if standing is None:
                raise
            return redirect("caseload:household", tenant=tenant, pk=standing.pk)

    return followed


@page(Permission.LEDGER_EDIT)
def duplicates(request):
    """What looks like one, what was merged, and two household numbers to be compared."""
    on = clock.today()
    contracts = list(queries.own_contracts(request.member, on=on).order_by("code"))
    if not contracts:
        return render(request, "caseload/no_contract.html")
    wanted = request.GET.get("contract")
    contract = next((one for one in contracts if str(one.pk) == wanted), contracts[0])
    first, second = (request.GET.get(name, "").strip() for name in ("first", "second"))
    found, fault = _by_number(request.member, first, second, on=on) if first and second else ([], "")
    if found:
        return redirect("caseload:merge_households", tenant=request.tenant.slug, pk=found[0].pk, other=found[1].pk)
    context = {
        "contract": contract, "contracts": contracts, "pairs": [_shown(pair) for pair in reads.alike(request.member, contract, on=on)], "most": reads.MOST,
        "merges": reads.visible_merges(request.member, on=on).filter(contract=contract)[:20], "first": first, "second": second, "fault": fault,
    }  # fmt: skip
    return render(request, "caseload/duplicates.html", context)


def _by_number(member, first, second, *, on):
    rows = {row.number: row for row in queries.visible_households(member, on).filter(number__in=[first, second])}
    missing = [number or "空" for number in (first, second) if number not in rows]
    if missing:
        return [], f"没有这个户编号：{'、'.join(missing)}"
    return ([], "两个户编号相同") if first == second else ([rows[first], rows[second]], "")


def _shown(pair):
    """A pair with what the list tells of each side; values are masked."""
    sides = [_side(row) for row in (pair.first, pair.second)]
    return {"pair": pair, "sides": sides, "is_people": not isinstance(pair.first, Household)}


def _side(row):
    if isinstance(row, Household):
        return {"title": row.number, "household": row, "place": row.area, "more": ["住址已登记"]}
    told = [row.get_sex_display(), f"{row.birth_date.year}年生" if row.birth_date else "", row.relation]
    told.append("有身份证号" if row.id_number_index else "无身份证号")
    return {"title": row.name, "household": row.household, "place": row.household.area, "more": filter(None, told)}


@dataclass(frozen=True)
class FieldRow:
    """One field of both entries, masked; `suggests` is the side that a form offers first."""

    field: str
    label: str
    kept: str
    merged: str
    is_same: bool
    suggests: str
    may_open: tuple


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
@never_cache
def merge_people(request, pk, other):
    kept, merged = reads.pair_of_people(request.member, pk, other, on=clock.today())
    return _merge(request, kept, merged, rules.PERSON_FIELDS, actions.merge_people, "合并两人")


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
@never_cache
def merge_households(request, pk, other):
    kept, merged = reads.pair_of_households(request.member, pk, other, on=clock.today())
    return _merge(request, kept, merged, rules.HOUSEHOLD_FIELDS, actions.merge_households, "合并两户")


def _merge(request, kept, merged, fields, act, title):
    homes = [row if isinstance(row, Household) else row.household for row in (kept, merged)]
    for home in homes:
        forbid_unless_own(request, home.contract)
    form = MergeForm(request.POST or None, fields=fields)
    if form.is_valid() and attempt(
        form,
        lambda: act(kept, merged, take=form.take(), reason=form.cleaned_data["reason"], by=request.member, at=clock.now()),
    ):  # fmt: skip
        messages.success(request, f"已{title}。有误的可在“查重与合并”里撤销")
        return redirect("caseload:household", tenant=request.tenant.slug, pk=homes[0].pk)
    rows = _field_rows(request, kept, merged, fields, form)
    context = {
        "kept": kept, "merged": merged, "homes": homes, "rows": rows, "title": title, "is_people": homes[0] is not kept, "reveal": RevealForm(),
        "counts": [reads.weight(row) for row in (kept, merged)], "apart": WhyForm(),
    }  # fmt: skip
    return answer(request, "caseload/merge.html", form, **context)


def _field_rows(request, kept, merged, fields, form):
    ours, theirs = actions.values_of(kept), actions.values_of(merged)
    suggested = form.take() if form.is_bound else rules.to_take(ours, theirs)
    opens = [_opens(request.member, row) for row in (kept, merged)]
    return [
        FieldRow(
            field, label, _masked(kept, field), _masked(merged, field), ours[field] == theirs[field],
            "merged" if field in suggested else "kept", tuple(one.get(field, "no") for one in opens),
        )
        for field, label in fields.items()
    ]  # fmt: skip


def _opens(member, row):
    """{field: how the member may open it} of the values that can be looked at one at a time."""
    if not allows(member, Permission.PERSON_REVEAL):
        return {}
    home, on, at = row if isinstance(row, Household) else row.household, clock.today(), clock.now()
    found, own = disclosure.openings(member, home, list(home.people.all()), on=on)
    opening, known = (own, ("address", "note")) if home is row else (found[row.pk], ("name", "id_number", "phone"))
    return {field: opening.of(field, at=at) for field in known if getattr(row, field)}


def _masked(row, field):
    if field == "sex":
        return row.get_sex_display()
    if field == "birth_date":
        return f"{row.birth_date.year} 年" if row.birth_date else ""
    return str(getattr(row, field) or "")


@page(Permission.LEDGER_EDIT, methods=("POST",))
def people_apart(request, pk, other):
    return _apart(request, reads.pair_of_people(request.member, pk, other, on=clock.today()))


@page(Permission.LEDGER_EDIT, methods=("POST",))
def households_apart(request, pk, other):
    return _apart(request, reads.pair_of_households(request.member, pk, other, on=clock.today()))


def _apart(request, pair):
    first, second = pair
    contract = (first if isinstance(first, Household) else first.household).contract
    forbid_unless_own(request, contract)
    try:
        actions.say_apart(first, second, reason=request.POST.get("reason", ""), by=request.member, at=clock.now())
        messages.success(request, "已记下：不是同一户" if isinstance(first, Household) else "已记下：不是同一人")
    except Refused as refused:
        messages.error(request, str(refused))
    answered = redirect("caseload:duplicates", tenant=request.tenant.slug)
    answered["Location"] += f"?contract={contract.pk}"
    return answered


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
def merge(request, pk):
    """One merge: what became of what, and how to undo it."""
    found = reads.get_merge(request.member, pk, on=clock.today())
    own = queries.may_write(request.member, found.contract)
    form = WhyForm(request.POST or None)
    if request.method == "POST":
        forbid_unless_own(request, found.contract)
    if form.is_valid() and attempt(
        form,
        lambda: actions.unmerge(found, reason=form.cleaned_data["reason"], by=request.member, at=clock.now()),
    ):
        messages.success(request, "已撤销合并，两条登记各自恢复")
        return redirect("caseload:merge", tenant=request.tenant.slug, pk=pk)
    fields = rules.PERSON_FIELDS | rules.HOUSEHOLD_FIELDS
    context = {"merge": found, "own": own, "moved": reads.moved(found), "taken": [fields[name] for name in found.taken]}
    return answer(request, "caseload/merged.html", form, **context)
