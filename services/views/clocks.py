"""Clocks (计时) of a contract: started with one tap, shown against their limit while they run, stopped, made void."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render

from caseload.queries import visible_cases, visible_households
from contracts.queries import get_contract
from documents.actions import files
from documents.serving import serve
from services import forms
from services.actions import clocks as actions
from services.queries import clocks as queries
from services.queries.asked import Questions
from services.queries.records import writable_contracts
from services.rules import clocks as rules
from services.rules.elapsed import limit_of
from services.views.shell import shell
from tenancy import clock
from tenancy.permissions import Permission, allows
from tenancy.problems import Refused
from tenancy.web import page

PAPERS = {"image", "paper"}


@page(Permission.RECORD_VIEW)
def clocks(request, pk):
    """The contract's clocks: what can be started, what runs, what has stopped."""
    contract = get_contract(request.member, pk, on=clock.today())
    return _list_page(request, contract)


def _list_page(request, contract, status=200, refusal=None):
    member, now = request.member, clock.now()
    on, questions = clock.day_of(now), Questions(contract)
    kinds = questions.kinds("clock")
    chosen = request.GET.get("kind", "")
    context = {
        "contract": contract,
        "now": now,
        "running": queries.shown(queries.running(member, on=on, contract=contract), questions, now=now),
        "finished": queries.shown(
            queries.finished(member, contract, on=on, kind=chosen if chosen in dict(kinds) else ""), questions, now=now
        ),
        "kinds": [_startable(questions, code) for code, _word in kinds],
        "chosen": chosen,
        "may_write": _may_write(member, contract),
        "refusal": refusal,
    }
    return render(request, "services/clocks.html", context | shell(member), status=status)


def _startable(questions, code):
    """A kind with its limit; those that ask something first are started by a form, not by one tap."""
    wanted = questions.of("clock", code)
    return {"code": code, "label": wanted.label, "limit": limit_of(wanted.limits), "asks": bool(wanted.fields)}


def _may_write(member, contract):
    return (
        contract.provider_id == member.organisation_id
        and contract.state == "active"
        and allows(member, Permission.RECORD_WRITE)
    )


def _writable(request, pk):
    contract = get_contract(request.member, pk, on=clock.today())
    if not writable_contracts(request.member, on=clock.today()).filter(pk=pk).exists():
        raise PermissionDenied
    return contract


@page(Permission.RECORD_WRITE, methods=("POST",))
def start_clock(request, pk):
    """Start a clock of a kind now, with one tap."""
    contract, now = _writable(request, pk), clock.now()
    try:
        actions.start_clock(contract, kind=request.POST.get("kind", ""), started_at=now, by=request.member, at=now)
    except Refused as refusal:
        return _list_page(request, contract, status=422, refusal=refusal)
    messages.success(request, "已开始计时")
    return redirect("services:clocks", tenant=request.tenant.slug, pk=pk)


@page(Permission.RECORD_WRITE, methods=("GET", "POST"))
def new_clock(request, pk):
    """Enter a clock with its subject and facts, also one that has stopped already."""
    contract, now, member = _writable(request, pk), clock.now(), request.member
    questions, kind = Questions(contract), request.GET.get("kind", "")
    if kind not in dict(questions.kinds("clock")):
        return redirect("services:clocks", tenant=request.tenant.slug, pk=pk)
    wanted = questions.of("clock", kind)
    form = forms.ClockForm(
        request.POST or None, request.FILES or None, contract=contract, wanted=wanted, initial={"started_at": now}
    )
    if request.method == "POST" and form.is_valid() and _entered(form, contract, wanted, member, now):
        messages.success(request, f"已登记：{wanted.label}")
        return redirect("services:clocks", tenant=request.tenant.slug, pk=pk)
    limit = limit_of(wanted.limits)
    context = {"contract": contract, "form": form, "label": wanted.label, "limit": limit, **shell(member)}
    return render(request, "services/new_clock.html", context, status=422 if form.errors else 200)


def _entered(form, contract, wanted, member, now):
    """Whether the clock was entered; what was refused is told on the form."""
    known = form.cleaned_data
    subject = _subject(form, contract, member, now) if known["subject"] else {}
    if form.errors:
        return False
    try:
        with transaction.atomic():  # all of it or nothing
            made = actions.start_clock(
                contract, kind=wanted.kind, started_at=known["started_at"], area=known.get("area"), facts=form.facts,
                note=known["note"], by=member, at=now, **subject,
            )  # fmt: skip
            for code, upload in form.papers():
                file = files.store(upload, allow=PAPERS, by=member, at=now)
                actions.add_clock_paper(made, file=file, kind=code, by=member, at=now)
            if known["stopped_at"]:
                actions.stop_clock(made, stopped_at=known["stopped_at"], by=member, at=now)
    except Refused as refusal:
        form.add_error(None, [refusal.message, *map(str, refusal.problems)])
        return False
    return True


def _subject(form, contract, member, now):
    """{"household": …} or {"case": …} by its number; an unknown number is told at its field."""
    number, on = form.cleaned_data["subject"].strip(), clock.day_of(now)
    household = visible_households(member, on).filter(contract=contract, number=number).first()
    if household is not None:
        return {"household": household}
    case = (
        visible_cases(member, on).filter(contract=contract, number=number).select_related("person__household").first()
    )
    if case is not None:
        return {"case": case}
    form.add_error("subject", "没有这个户编号或个案号")
    return {}


@page(Permission.RECORD_VIEW)
def clock_page(request, pk):
    """One clock: how it stands, its papers and history; for the agency stop and papers, for quality control the void."""
    return _clock_page(request, queries.get_clock(request.member, pk, on=clock.today()))


def _clock_page(request, row, status=200, **more):
    member, now, questions = request.member, clock.now(), Questions(row.contract)
    wanted = questions.of("clock", row.kind)
    words = dict(wanted.papers)
    shown = queries.shown([row], questions, now=now)[0]
    writes = _may_write(member, row.contract) and row.state == rules.VALID
    verifies = row.contract.provider_id == member.organisation_id and allows(member, Permission.RECORD_VERIFY)
    context = {
        "line": shown,
        "clock": row,
        "facts": wanted.told(row.facts),
        "papers": [{"row": paper, "label": words.get(paper.kind, paper.kind)} for paper in queries.papers_of(row)],
        "missing": [word for code, word in wanted.papers if code not in row.papers],
        "moves": [_told(move) for move in queries.moves_of(row)],
        "may_stop": writes and row.stopped_at is None,
        "may_add": writes and row.stopped_at is not None and bool(wanted.papers),
        "paper_kinds": wanted.papers,
        "may_void": verifies and row.state == rules.VALID and row.recorded_by_id != member.pk,
        "stop_form": forms.StopForm(
            wanted=_papers_only(wanted), is_judged="on_time" in wanted.own, initial={"stopped_at": now}
        ),
        "void_form": forms.VoidForm(),
        "opened": "",
        "refusal": None,
        **more,
    }
    return render(request, "services/clock.html", context | shell(member), status=status)


def _papers_only(wanted):
    """What is asked when a clock stops: its papers; its facts are those of its start."""
    return replace(wanted, fields=[])


def _told(move):
    word = {"start": "开始", "stop": "完成", "void": "作废"}.get(move.verb, move.verb)
    return {"at": move.at, "text": word, "by": move.by.account.name if move.by else "系统", "note": move.reason}


@page(Permission.RECORD_WRITE, methods=("POST",))
def stop_clock(request, pk):
    """Stop a running clock: with one tap now, or at the moment that is entered."""
    row, now = queries.get_clock(request.member, pk, on=clock.today()), clock.now()
    if not _may_write(request.member, row.contract):
        raise PermissionDenied
    if "stopped_at" not in request.POST:
        return _done(request, row, lambda: actions.stop_clock(row, stopped_at=now, by=request.member, at=now), "已完成")
    wanted = Questions(row.contract).of("clock", row.kind)
    form = forms.StopForm(request.POST, request.FILES, wanted=_papers_only(wanted), is_judged="on_time" in wanted.own)
    if not form.is_valid():
        return _clock_page(request, row, status=422, stop_form=form, opened="stop")
    return _done(
        request, row, lambda: _stopped(form, row, request.member, now), "已完成", stop_form=form, opened="stop"
    )


def _stopped(form, row, member, now):
    judged = {"on_time": form.cleaned_data["on_time"] == "1"} if form.cleaned_data.get("on_time") else {}
    with transaction.atomic():  # all of it or nothing
        actions.stop_clock(row, stopped_at=form.cleaned_data["stopped_at"], by=member, at=now, **judged)
        for code, upload in form.papers():
            file = files.store(upload, allow=PAPERS, by=member, at=now)
            actions.add_clock_paper(row, file=file, kind=code, by=member, at=now)


@page(Permission.RECORD_VERIFY, methods=("POST",))
def void_clock(request, pk):
    """Take a wrong clock out of every number."""
    row, form = queries.get_clock(request.member, pk, on=clock.today()), forms.VoidForm(request.POST)
    if not form.is_valid():
        return _clock_page(request, row, status=422, void_form=form, opened="void")
    reason = form.cleaned_data["reason"]
    act = lambda: actions.void_clock(row, reason=reason, by=request.member, at=clock.now())  # noqa: E731
    return _done(request, row, act, "已作废", void_form=form, opened="void")


@page(Permission.RECORD_WRITE, methods=("POST",))
def add_clock_paper(request, pk):
    """Attach a form that was missing."""
    row, now = queries.get_clock(request.member, pk, on=clock.today()), clock.now()
    if not _may_write(request.member, row.contract):
        raise PermissionDenied
    upload, kind = request.FILES.get("file"), request.POST.get("kind", "")

    def act():
        if upload is None:
            raise Refused("选一个文件")
        if kind not in dict(Questions(row.contract).of("clock", row.kind).papers):
            raise Refused("选择是哪种材料")
        file = files.store(upload, allow=PAPERS, by=request.member, at=now)
        actions.add_clock_paper(row, file=file, kind=kind, by=request.member, at=now)

    return _done(request, row, act, "材料已附上")


def _done(request, row, act, told, **more):
    """Do an act on a clock; what is refused is shown on its page."""
    try:
        act()
    except Refused as refusal:
        again = queries.get_clock(request.member, row.pk, on=clock.today())
        return _clock_page(request, again, status=409, refusal=refusal, **more)
    messages.success(request, told)
    if request.POST.get("back") == "list":
        return redirect("services:clocks", tenant=request.tenant.slug, pk=row.contract_id)
    return redirect("services:clock", tenant=request.tenant.slug, pk=row.pk)


@page(Permission.RECORD_VIEW)
def clock_paper(request, pk, paper):
    """A paper of a clock, for the parties of its contract."""
    row = queries.get_clock(request.member, pk, on=clock.today())
    if request.member.organisation_id not in (row.contract.provider_id, row.contract.purchaser_id):
        raise PermissionDenied
    return serve(queries.get_clock_paper(request.member, pk, paper, on=clock.today()).file)
