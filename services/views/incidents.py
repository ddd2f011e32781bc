"""Incidents of a contract: reported by either side, found true or not by the purchaser, closed with what was done."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render

from caseload.queries import visible_households
from contracts.queries import get_contract
from documents.actions import files
from documents.serving import serve
from services import forms
from services.actions import incidents as actions
from services.queries import incidents as queries
from services.queries.asked import Questions
from services.rules import incidents as rules
from services.views.shell import shell
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page

PAPERS = {"image", "paper"}


@page(Permission.RECORD_VIEW)
def incidents(request, pk):
    """The contract's register of incidents, narrowed by kind and state."""
    member, on = request.member, clock.today()
    contract = get_contract(member, pk, on=on)
    questions = Questions(contract)
    kinds = questions.kinds("incident")
    form = forms.IncidentFilter(request.GET, kinds=kinds, states=queries.FILTERS.items())
    chosen, words = form.chosen(), dict(kinds)
    rows = queries.incidents_of(member, contract, on=on, **chosen)
    counts = queries.counts_of(member, contract, on=on)
    context = {
        "contract": contract,
        "form": form,
        "rows": [{"incident": row, "label": words.get(row.kind, row.kind)} for row in rows],
        "states": [(code, word, counts[f"n_{code}"]) for code, word in queries.FILTERS.items()],
        "chosen": chosen,
        "may_report": actions.may_report(contract, member),
        "nil_kinds": questions.nil_kinds(),
    }
    return render(request, "services/incidents.html", context | shell(member))


@page(Permission.RECORD_VIEW, methods=("GET", "POST"))
def new_incident(request, pk):
    """Report what happened: first its kind, then one form."""
    member, now = request.member, clock.now()
    contract = get_contract(member, pk, on=clock.day_of(now))
    if not actions.may_report(contract, member):
        raise PermissionDenied
    questions = Questions(contract)
    kinds = dict(questions.kinds("incident"))
    kind = request.GET.get("kind", "")
    context = {"contract": contract, "kinds": kinds.items(), **shell(member)}
    if kind not in kinds:
        return render(request, "services/choose_incident.html", context)
    form = forms.IncidentForm(
        request.POST or None,
        request.FILES or None,
        contract=contract,
        wanted=questions.of("incident", kind),
        initial={"happened_at": now},
    )
    if request.method == "POST" and form.is_valid():
        made = _reported(form, contract, kind, member, now)
        if made:
            messages.success(request, f"已报告：{made.title}，等甲方核实")
            return redirect("services:incident", tenant=request.tenant.slug, pk=made.pk)
    context |= {"form": form, "label": kinds[kind]}
    return render(request, "services/new_incident.html", context, status=422 if form.errors else 200)


def _reported(form, contract, kind, member, now):
    """The incident with its papers, or None when it was refused: the form then says why."""
    known = form.cleaned_data
    person = _person(form, contract, member, now) if known["household"] else None
    if form.errors:
        return None
    try:
        with transaction.atomic():  # all of it or nothing
            made = actions.report_incident(
                contract, kind=kind, title=known["title"], happened_at=known["happened_at"], area=known.get("area"),
                person=person, facts=form.facts, narrative=known["narrative"], by=member, at=now,
            )  # fmt: skip
            for code, upload in form.papers():
                file = files.store(upload, allow=PAPERS, by=member, at=now)
                actions.add_incident_paper(made, file=file, kind=code, by=member, at=now)
    except Refused as refusal:
        form.add_error(None, [refusal.message, *map(str, refusal.problems)])
        return None
    return made


def _person(form, contract, member, now):
    rows = visible_households(member, clock.day_of(now)).filter(
        contract=contract, number=form.cleaned_data["household"]
    )
    household = rows.first()
    if household is None:
        form.add_error("household", "台账里没有这个户编号")
        return None
    return household.people.order_by("-is_head", "created_at").first()


@page(Permission.RECORD_VIEW)
def incident(request, pk):
    """One incident: what happened, its papers and history; for the purchaser the decisions."""
    return _incident_page(request, queries.get_incident(request.member, pk, on=clock.today()))


def _incident_page(request, shown, status=200, **more):
    member = request.member
    is_party, decides = actions.may_report(shown.contract, member), actions.may_decide(shown, member)
    questions = Questions(shown.contract)
    wanted = questions.of("incident", shown.kind)
    words = dict(wanted.papers) | {"photo": questions.words.of("paper", "photo")}
    context = {
        "incident": shown,
        "label": wanted.label,
        "facts": wanted.told(shown.facts),
        "papers": [{"row": row, "label": words.get(row.kind, row.kind)} for row in queries.papers_of(shown)],
        "missing": [word for code, word in wanted.papers if code not in shown.papers],
        "moves": [_told(move) for move in queries.moves_of(shown)],
        "narrative": shown.narrative.reveal() if is_party else None,
        "outcome": shown.outcome.reveal() if is_party else None,
        "may_decide": decides and shown.state == rules.REPORTED and shown.reported_by_id != member.pk,
        "own_report": decides and shown.state == rules.REPORTED and shown.reported_by_id == member.pk,
        "may_close": decides and shown.state == rules.CONFIRMED and shown.closed_on is None,
        "may_add": is_party,
        "paper_kinds": [*wanted.papers, *([] if "photo" in dict(wanted.papers) else [("photo", "照片")])],
        "dismiss_form": forms.DismissForm(),
        "close_form": forms.CloseForm(initial={"closed_on": clock.today()}),
        "opened": "",
        "refusal": None,
        **more,
    }
    return render(request, "services/incident.html", context | shell(member), status=status)


def _told(move):
    word = {"report": "报告", **rules.VERB_LABELS}.get(move.verb, move.verb)
    return {"at": move.at, "text": word, "by": move.by.account.name if move.by else "系统", "note": move.reason}


def _decided(request, pk, act, told, form=None, opened=""):
    """Do one decision; what is refused is shown on the incident's page, with the form as it was typed."""
    shown = queries.get_incident(request.member, pk, on=clock.today())
    more = {f"{opened}_form": form, "opened": opened} if form is not None else {}
    if form is not None and not form.is_valid():
        return _incident_page(request, shown, status=422, **more)
    try:
        act(shown)
    except Refused as refusal:
        again = queries.get_incident(request.member, pk, on=clock.today())
        return _incident_page(request, again, status=409, refusal=refusal, **more)
    messages.success(request, f"{told}：{shown.title}")
    return redirect("services:incident", tenant=request.tenant.slug, pk=pk)


@page(Permission.REPORT_REVIEW, methods=("POST",))
def confirm_incident(request, pk):
    """It happened."""
    return _decided(
        request, pk, lambda shown: actions.confirm_incident(shown, by=request.member, at=clock.now()), "已认定属实"
    )


@page(Permission.REPORT_REVIEW, methods=("POST",))
def dismiss_incident(request, pk):
    """It did not happen, and why."""
    form = forms.DismissForm(request.POST)

    def act(shown):
        actions.dismiss_incident(shown, reason=form.cleaned_data["reason"], by=request.member, at=clock.now())

    return _decided(request, pk, act, "已认定不属实", form, "dismiss")


@page(Permission.REPORT_REVIEW, methods=("POST",))
def close_incident(request, pk):
    """It was dealt with: on which day, and how."""
    form = forms.CloseForm(request.POST)
    return _decided(
        request,
        pk,
        lambda shown: actions.close_incident(shown, by=request.member, at=clock.now(), **form.cleaned_data),
        "已办结",
        form,
        "close",
    )


@page(Permission.RECORD_VIEW, methods=("POST",))
def add_incident_paper(request, pk):
    """Attach a paper, by either side."""
    shown = queries.get_incident(request.member, pk, on=clock.today())
    if not actions.may_report(shown.contract, request.member):
        raise PermissionDenied
    upload, kind, now = request.FILES.get("file"), request.POST.get("kind", ""), clock.now()
    try:
        if upload is None:
            raise Refused("选一个文件")
        if kind != "photo" and kind not in dict(Questions(shown.contract).of("incident", shown.kind).papers):
            raise Refused("选择是哪种材料")
        file = files.store(upload, allow=PAPERS, by=request.member, at=now)
        actions.add_incident_paper(shown, file=file, kind=kind, by=request.member, at=now)
    except Refused as refusal:
        return _incident_page(request, shown, status=422, refusal=refusal)
    messages.success(request, "材料已附上")
    return redirect("services:incident", tenant=request.tenant.slug, pk=pk)


@page(Permission.RECORD_VIEW)
def incident_paper(request, pk, paper):
    """A paper of an incident, for the parties of its contract."""
    shown = queries.get_incident(request.member, pk, on=clock.today())
    if not actions.may_report(shown.contract, request.member):
        raise PermissionDenied
    return serve(queries.get_incident_paper(request.member, pk, paper, on=clock.today()).file)
