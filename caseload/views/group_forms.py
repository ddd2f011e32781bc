"""The forms of a group on screen: written, kept as a draft, filed, printed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from caseload import queries
from caseload.actions import group_papers as actions
from caseload.casefile import binding
from caseload.casefile.group_sheets import group_sheet
from caseload.forms import CaseForm
from caseload.rules import group_forms as rules
from caseload.views.acting import attempt, forbid_unless_own
from documents.serving import show_pdf
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page


@page(Permission.GROUP_MANAGE, methods=("GET", "POST"))
def group_form(request, pk):
    """One form: ?kind=plan or summary; the draft is laid out again."""
    group = queries.get_group(request.member, pk, on=clock.today())
    forbid_unless_own(request, group.contract)
    kind = request.GET.get("kind", rules.PLAN.kind)
    if kind not in rules.FORMS:
        raise Http404
    draft = queries.group_draft(group, kind)
    initial = {**queries.answers_of(draft), "on": draft.filled_on} if draft else {}
    form = CaseForm(request.POST or None, kinds=[rules.FORMS[kind]], initial=initial)
    if request.method == "POST" and _sent(request, group, kind, form):
        return redirect("caseload:group", tenant=request.tenant.slug, pk=pk)
    context = {"group": group, "form": form, "title": rules.FORMS[kind].title, "draft": draft}
    return render(request, "caseload/group_form.html", context, status=422 if form.errors else 200)


def _sent(request, group, kind, form):
    """Keep the draft or file the form; True when it was done."""
    at = clock.now()
    form.is_valid()
    on = form.cleaned_data.get("on") or clock.day_of(at)
    known = {"answers": form.answers()[kind], "on": on, "by": request.member, "at": at}
    if "draft" in request.POST:
        form.errors.clear()  # a draft need not be whole
        done, told = attempt(form, lambda: actions.keep_group_draft(group, kind, **known)), "草稿已存"
    else:
        done = form.is_valid() and attempt(form, lambda: actions.file_group_form(group, kind, **known))
        told = f"已提交{rules.FORMS[kind].title}"
    if done:
        messages.success(request, f"{group.title}：{told}")
    return done


@page(Permission.RECORD_VIEW, methods=("POST",))
def print_group_paper(request, pk):
    """One form of a group's file as PDF, for those of the agency who serve or check; opening it is remembered."""
    paper, at = queries.get_group_paper(request.member, pk, on=clock.today()), clock.now()
    group = paper.group
    if paper.kind not in rules.FORMS or paper.file_id or not queries.knows_members(request.member, group):
        raise Http404
    actions.note_group_printed(group, paper.kind, by=request.member, at=at)
    context = {"group": group, "by": request.member, "at": at, "tenant": request.tenant, "demo": request.tenant.is_demo}
    content = binding.bind("caseload/group_sheet_print.html", context, [group_sheet(group, paper)])
    return show_pdf(content, paper.kind)
