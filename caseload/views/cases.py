from django.shortcuts import render

from caseload import queries
from caseload.filters import CASE_TABS, CaseFilter
from caseload.rules import cases as rules
from caseload.views.showing import case_page, case_rows, paper_data
from documents.serving import serve
from tenancy import clock
from tenancy.models import Membership
from tenancy.permissions import Permission, allows
from tenancy.web import page

PAGE = 50


@page(Permission.CASE_VIEW)
def cases(request):
    on, member = clock.today(), request.member
    visible = queries.visible_cases(member, on)
    chosen = CaseFilter(request.GET, visible, places=queries.served_streets(member, on=on), workers=_workers(visible))
    found = chosen.qs if chosen.is_valid() else visible.none()
    counts = queries.count_by_state(found)
    tab = request.GET.get("tab") if request.GET.get("tab") in CASE_TABS else "going"
    listed = queries.case_list(found.filter(state__in=CASE_TABS[tab][1]))
    rows, before, after = queries.page_of(
        listed, key="number", after=request.GET.get("after", ""), before=request.GET.get("before", ""), limit=PAGE
    )
    context = {
        "rows": case_rows(member, rows, on=on), "filter": chosen.form, "tab": tab, "before": before, "after": after,
        "tabs": [(code, label, sum(counts.get(state, 0) for state in states)) for code, (label, states) in CASE_TABS.items()],
        "filtered": any(request.GET.get(name) for name in chosen.filters), "total": visible.count(),
        "may_start": allows(member, Permission.CASE_WORK),
    }  # fmt: skip
    return render(request, "caseload/cases.html", context)


def _workers(visible):
    rows = Membership.objects.filter(pk__in=visible.order_by().values("worker_id")).select_related("account")
    return [(str(row.pk), row.account.name) for row in rows]


@page(Permission.CASE_VIEW)
def case(request, pk):
    on = clock.today()
    found = queries.get_case(request.member, pk, on=on)
    return render(request, "caseload/case.html", case_page(request.member, found, on=on))


@page(Permission.CASE_VIEW)
def case_paper(request, pk):
    """One paper of a file in words, for those who handle the case."""
    paper = queries.get_case_paper(request.member, pk, on=clock.today())
    return render(
        request,
        "caseload/case_paper.html",
        {
            "paper": paper,
            "case": paper.case,
            "label": rules.PAPERS.get(paper.kind, paper.kind),
            "lines": paper_data(paper),
        },
    )


@page(Permission.CASE_VIEW)
def case_file(request, pk):
    """The uploaded file behind a paper."""
    return serve(queries.get_case_paper(request.member, pk, on=clock.today()).file)


@page(Permission.CASE_VIEW)
def case_thumbnail(request, pk):
    return serve(queries.get_case_paper(request.member, pk, on=clock.today()).file, small=True)
