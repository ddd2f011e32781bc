from django.contrib import messages
from django.forms import Form
from django.http import Http404
from django.shortcuts import redirect, render

from caseload import forms, queries
from caseload.actions import groups as actions
from caseload.rules import group_forms
from caseload.rules import groups as rules
from caseload.views.acting import answer, attempt, forbid_unless_own, keep_upload
from documents.serving import serve
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.web import page


@page(Permission.RECORD_VIEW)
def groups(request):
    on = clock.today()
    rows = list(
        queries.visible_groups(request.member, on)
        .select_related("area", "street", "leader__account", "contract")
        .order_by("state", "-first_session_on", "title")
    )
    shown = [(group, [(label, kind in group.papers) for kind, label in rules.PAPERS.items()]) for group in rows]
    may_manage = (
        allows(request.member, Permission.GROUP_MANAGE)
        and queries.own_contracts(request.member, on=on).filter(state="active").exists()
    )
    return render(request, "caseload/groups.html", {"rows": shown, "may_manage": may_manage})


@page(Permission.RECORD_VIEW)
def group(request, pk):
    found = queries.get_group(request.member, pk, on=clock.today())
    own = queries.may_write(request.member, found.contract) and allows(request.member, Permission.GROUP_MANAGE)
    papers = [(rules.PAPERS.get(paper.kind, paper.kind), paper) for paper in queries.group_papers(found)]
    context = {
        "group": found, "papers": papers, "present": [(label, kind in found.papers) for kind, label in rules.PAPERS.items()],
        "may_manage": own, "may_open": own and rules.allowed("open", found.state), "may_close": own and rules.allowed("close", found.state),
        "may_add": own and found.state != "withdrawn", "members": _members(request, found), "forms": _forms(found) if own else [], "knows": queries.knows_members(request.member, found), "may_join": own and found.state in ("planned", "open"),
    }  # fmt: skip
    if own:
        context["namesakes"] = queries.namesakes(
            [row for row, _, _ in context["members"]], request.member, on=clock.today()
        )
    return render(request, "caseload/group.html", context)


def _forms(group):
    """[(kind, title)] of the forms that may be written now."""
    return [(kind, form.title) for kind, form in group_forms.FORMS.items() if group_forms.may_file(kind, group.state)]


def _members(request, group):
    """[(member, name, phone)] as the reader may see them; a number is never whole on a page that is only read."""
    knows = queries.knows_members(request.member, group)
    return [(row, row.name.reveal() if knows else str(row.name), str(row.phone)) for row in queries.members_of(group)]


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def new_group(request):
    contract = queries.own_contracts(request.member, on=clock.today()).filter(state="active").first()
    if contract is None:
        return render(request, "caseload/no_contract.html")
    form = forms.GroupForm(request.POST or None, contract=contract)
    made = []
    if form.is_valid() and attempt(
        form,
        lambda: made.append(
            actions.plan_group(contract=contract, by=request.member, at=clock.now(), **form.cleaned_data)
        ),
    ):
        messages.success(request, f"已登记小组：{made[0].title}")
        return redirect("caseload:group", tenant=request.tenant.slug, pk=made[0].pk)
    return answer(request, "caseload/group_act.html", form, group=None, title="登记小组", contract=contract)


def _act(request, pk, form, do, title):
    found = queries.get_group(request.member, pk, on=clock.today())
    forbid_unless_own(request, found.contract)
    if form.is_valid() and attempt(form, lambda: do(found)):
        messages.success(request, f"{found.title}：已{title}")
        return redirect("caseload:group", tenant=request.tenant.slug, pk=pk)
    return answer(request, "caseload/group_act.html", form, group=found, title=title, contract=found.contract)


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def open_group(request, pk):
    form = forms.OpenGroupForm(request.POST or None)
    return _act(
        request,
        pk,
        form,
        lambda found: actions.open_group(found, by=request.member, at=clock.now(), **form.cleaned_data),
        "登记首次活动",
    )


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def close_group(request, pk):
    form = forms.CloseGroupForm(request.POST or None)
    return _act(
        request,
        pk,
        form,
        lambda found: actions.close_group(found, by=request.member, at=clock.now(), **form.cleaned_data),
        "登记结束",
    )


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def withdraw_group(request, pk):
    form = Form(request.POST if request.method == "POST" else None)
    return _act(
        request, pk, form, lambda found: actions.withdraw_group(found, by=request.member, at=clock.now()), "取消小组"
    )


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def add_group_paper(request, pk):
    form = forms.PaperForm(request.POST or None, request.FILES or None, kinds=rules.PAPERS.items(), with_text=False)

    def do(found):
        at = clock.now()
        stored = keep_upload(form.cleaned_data["file"], by=request.member, at=at)
        actions.add_group_paper(found, kind=form.cleaned_data["kind"], file=stored, by=request.member, at=at)

    return _act(request, pk, form, do, "补材料")


@page(Permission.RECORD_VIEW)
def group_file(request, pk):
    """The file behind a group's paper."""
    paper = queries.get_group_paper(request.member, pk, on=clock.today())
    if paper.file is None:
        raise Http404
    return serve(paper.file)
