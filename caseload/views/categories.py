"""The tenant's categories of served households, as its administrator sets them up."""

from django.contrib import messages
from django.shortcuts import redirect, render

from caseload.actions import categories as actions
from caseload.forms.categories import CategorySetupForm
from caseload.queries import category_list as queries
from caseload.rules import ledger
from caseload.views.acting import answer, attempt
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.SETUP_MANAGE)
def categories(request):
    """All categories in the order in which they are offered, with how many households are in each."""
    rows = queries.listed_categories(on=clock.today())
    shown = [(row, [ledger.FIELDS.get(code, code) for code in row.required_fields]) for row in rows]
    words = {row.code: row.label for row in rows}
    active = sum(row.is_active for row in rows)
    context = {"rows": shown, "words": words, "active": active, "retired": len(rows) - active}
    return render(request, "caseload/categories.html", context)


@page(Permission.SETUP_MANAGE, methods=("GET", "POST"))
def new_category(request):
    return _edit(request, None)


@page(Permission.SETUP_MANAGE, methods=("GET", "POST"))
def category(request, pk):
    return _edit(request, queries.get_category(pk))


def _edit(request, shown):
    rows = queries.listed_categories(on=clock.today())
    others = [(row.code, row.label) for row in rows if shown is None or row.pk != shown.pk]
    initial = {name: getattr(shown, name) for name in actions.VALUES} if shown else {}
    form = CategorySetupForm(request.POST or None, others=others, is_new=shown is None, initial=initial)

    def keep():
        if shown is None:
            actions.add_category(by=request.member, at=clock.now(), **form.cleaned_data)
        else:
            actions.change_category(shown, by=request.member, at=clock.now(), **form.cleaned_data)

    if form.is_valid() and attempt(form, keep):
        messages.success(request, f"已保存类别 {form.cleaned_data['label']}")
        return redirect("caseload:categories", tenant=request.tenant.slug)
    use = next((row for row in rows if shown and row.pk == shown.pk), None)
    groups = list(dict.fromkeys(row.group for row in rows))
    return answer(request, "caseload/category.html", form, category=shown, use=use, groups=groups)


@page(Permission.SETUP_MANAGE, methods=("POST",))
def move_category(request, pk):
    """Put a category one place up or down in the list."""
    found = queries.get_category(pk)
    actions.move_category(found, up=request.POST.get("to") == "up", by=request.member, at=clock.now())
    return redirect("caseload:categories", tenant=request.tenant.slug)


@page(Permission.SETUP_MANAGE, methods=("POST",))
def retire_category(request, pk):
    """Offer a category no more, or again."""
    found, is_active = queries.get_category(pk), request.POST.get("active") == "1"
    try:
        actions.retire_category(found, is_active=is_active, by=request.member, at=clock.now())
        messages.success(request, f"{found.label}{'可以登记' if is_active else '已停用'}")
    except Refused as refused:
        messages.warning(request, f"{found.label}{refused}")
    return redirect("caseload:categories", tenant=request.tenant.slug)
