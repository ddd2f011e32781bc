"""Samples: drawn by the purchaser, seen by the evaluator under numbers, each opening kept in the trail."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from caseload.actions import samples as actions
from caseload.forms.samples import SampleForm
from caseload.queries import samples as reads
from caseload.rules import cases as case_rules
from caseload.rules import disclosure
from caseload.rules import samples as rules
from caseload.views.acting import attempt
from caseload.views.showing import paper_data
from contracts.queries import visible_contracts
from documents.serving import serve
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


# --- the purchaser ----------------------------------------------------------------------------------------------------
@page(Permission.ACCEPTANCE_ORGANISE, methods=("GET", "POST"))
def sample_grants(request):
    """What was drawn for whom until when, and the form that draws the next sample."""
    on = clock.today()
    contracts = visible_contracts(request.member, on=on).exclude(state="draft")
    form = SampleForm(request.POST or None, contracts=contracts, organisations=reads.evaluators())
    if form.is_valid():
        made = []
        if attempt(
            form, lambda: made.append(actions.draw_sample(by=request.member, at=clock.now(), **form.cleaned_data))
        ):
            messages.success(
                request, f"已抽取 {made[0].samples.count()} 例，{made[0].organisation.short_name}可按样本号查看"
            )
            return redirect("caseload:sample_grants", tenant=request.tenant.slug)
    rows = [(row, _standing(row, on)) for row in reads.visible_grants(request.member, on=on)]
    context = {"rows": rows, "form": form, "has_contracts": contracts.exists()}
    return render(request, "caseload/sample_grants.html", context, status=422 if form.errors else 200)


def _standing(grant, on):
    if grant.ended_at:
        return "off", "已收回"
    if on > grant.to_day:
        return "off", "已到期"
    return ("wait", "未开始") if on < grant.from_day else ("go", "开放中")


@page(Permission.ACCEPTANCE_ORGANISE, methods=("POST",))
def end_sample(request, pk):
    grant = reads.get_grant(request.member, pk, on=clock.today())
    try:
        actions.end_sample(grant, by=request.member, at=clock.now())
        messages.success(request, "已收回，评估机构不能再查看")
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("caseload:sample_grants", tenant=request.tenant.slug)


# --- the evaluator ----------------------------------------------------------------------------------------------------
@page(Permission.SAMPLE_VIEW)
def samples(request):
    """The cases drawn for the member, by number; what stands in one is opened by an act that is kept."""
    grants = {}
    for row in reads.samples_of(request.member, on=clock.today()):
        state = case_rules.STATE_KINDS[row.case.state], case_rules.STATE_LABELS[row.case.state]
        grants.setdefault(row.grant, []).append((row, state, len(row.case.papers)))
    return render(request, "caseload/samples.html", {"grants": list(grants.items())})


@page(Permission.SAMPLE_VIEW, methods=("POST",))
@never_cache
def open_sample(request, pk):
    """One case of a sample: the trail first, then its story without names, numbers, addresses or faces."""
    on, at = clock.today(), clock.now()
    sample = reads.get_sample(request.member, pk, on=on)
    case = sample.case
    actions.open_sample(sample, by=request.member, at=at)
    known = reads.known_of(case)
    person = case.person
    context = {
        "sample": sample, "grant": sample.grant, "case": case, "words": reads.case_words(case, known), "papers": reads.papers_told(case, paper_data, known),
        "photos": list(reads.case_photos(case, on=on)), "state": (case_rules.STATE_KINDS[case.state], case_rules.STATE_LABELS[case.state]),
        "age": rules.age_band(person.birth_date, on=on), "minor": disclosure.is_minor(person.birth_date, person.relation, on=on), "at": at,
    }  # fmt: skip
    return render(request, "caseload/sample.html", context)


@page(Permission.SAMPLE_VIEW)
def sample_photo(request, pk, paper):
    """A photo whose person agreed to its use in an evaluation, small."""
    return serve(reads.get_sample_photo(request.member, pk, paper, on=clock.today()).file, small=True)
