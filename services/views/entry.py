"""The phone: choosing what was done and for whom, and the form in which a service is logged."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from uuid6 import uuid7

from documents.actions import files
from services import forms
from services.actions import records as actions
from services.queries import attendance, subjects
from services.queries import records as queries
from services.queries.asked import Questions
from services.rules import records as rules
from services.rules import shots
from tenancy import clock
from tenancy.permissions import ROLES, Permission
from tenancy.problems import Refused
from tenancy.web import page


# --- choosing -----------------------------------------------------------------------------------------------------
@dataclass
class Entry:
    """What is being logged: under which contract, of which kind, for whom; an existing record when it is written on."""

    contract: object
    kind: object
    subject: object = None
    record: object = None

    @property
    def version(self):
        """The version that this form writes: a returned record becomes the next one."""
        if self.record is None:
            return 1
        return self.record.version + (self.record.state == rules.RETURNED)

    def subject_value(self):
        return {} if self.kind.subject == "none" else {column_of(self.kind): self.subject}


def column_of(kind):
    """The record's column for the kind's subject."""
    return rules.SUBJECT_COLUMNS.get(kind.subject, kind.subject)


@page(Permission.RECORD_WRITE, methods=("GET", "POST"))
def new_record(request):
    """Log a service: the kind, then for whom, then one form. Each answer stands in the address, also the record's own id."""
    asked, on = request.GET, clock.today()
    contracts = list(queries.writable_contracts(request.member, on=on))
    contract = next(
        (row for row in contracts if str(row.pk) == asked.get("contract")),
        contracts[0] if len(contracts) == 1 else None,
    )
    if contract is None:
        return render(request, "services/choose_contract.html", {"contracts": contracts})
    kinds = queries.active_kinds()
    kind = next((row for row in kinds if row.code == asked.get("kind")), None)
    if kind is None:
        return _choose_kind(request, contract, kinds)
    entry = Entry(contract, kind)
    if kind.subject != "none":
        if not asked.get(kind.subject):
            return _choose_subject(request, entry, on)
        entry.subject = _chosen(request, entry, on)
    if not asked.get("id"):
        return redirect(
            f"{request.path}?{urlencode({**_kept(asked), 'contract': contract.pk, 'kind': kind.code, 'id': uuid7()})}"
        )
    return _written(request, entry, asked["id"], on)


def _choose_kind(request, contract, kinds):
    """The kinds that this contract counts stand first: a bureau's contracts share their kinds."""
    counted = {code for code, _word in Questions(contract).counted("record")}
    groups = [
        ("做了什么", [kind for kind in kinds if kind.code in counted]),
        ("其他服务", [kind for kind in kinds if kind.code not in counted]),
    ]
    context = {"contract": contract, "groups": [(title, rows) for title, rows in groups if rows]}
    return render(request, "services/choose_kind.html", context)


def _kept(asked):
    return {name: asked[name] for name in ("household", "person", "case", "group", "entry") if asked.get(name)}


def _choose_subject(request, entry, on):
    q = request.GET.get("q", "")
    lines = subjects.subjects(request.member, entry.contract, entry.kind, on=on, q=q)
    context = {
        "contract": entry.contract,
        "kind": entry.kind,
        "lines": lines,
        "q": q,
        "word": subjects.subject_word(entry.kind),
    }
    return render(request, "services/choose_subject.html", context)


def _chosen(request, entry, on):
    try:
        return subjects.get_subject(request.member, entry.contract, entry.kind, request.GET[entry.kind.subject], on=on)
    except (ValueError, ValidationError) as error:
        raise Http404 from error


def _written(request, entry, number, on):
    """The form under an id of its own; a record that exists already is written on at its own address."""
    try:
        record = queries.existing_record(request.member, number)
    except (ValueError, ValidationError) as error:
        raise Http404 from error
    if record is not None and request.method == "GET":
        return redirect("services:edit_record", tenant=request.tenant.slug, pk=record.pk)
    return _form_page(request, entry, number, on)


@page(Permission.RECORD_WRITE, methods=("GET", "POST"))
def edit_record(request, pk):
    """Write on in one's own draft, or put a returned record right."""
    on = clock.today()
    record = queries.get_own_record(request.member, pk, on=on)
    if request.method == "GET" and record.state not in (rules.DRAFT, rules.RETURNED):
        return redirect("services:record", tenant=request.tenant.slug, pk=pk)
    kind = queries.kinds().get(record.kind)
    if kind is None:
        raise Http404
    subject = None if kind.subject == "none" else getattr(record, column_of(kind))
    return _form_page(request, Entry(record.contract, kind, subject, record), pk, on)


# --- the form -----------------------------------------------------------------------------------------------------
def _form_page(request, entry, number, on):
    now = clock.now()
    teams = subjects.entries_for(entry.contract, entry.kind, on=on)
    build = {"kind": entry.kind, "contract": entry.contract, "teams": teams, "subject": entry.subject}
    if entry.kind.registers:
        build["team_word"] = subjects.register_words(entry.kind.registers)
    if request.method == "GET":
        known = forms.initial_of(entry.record) if entry.record else forms.initial_at(now, entry.kind)
        form = forms.RecordForm(initial={**known, "id": number, "version": entry.version}, **build)
        return _shown(request, entry, form, number)
    form = forms.RecordForm(request.POST, **build)
    if form.is_valid() and str(form.cleaned_data["id"]) == str(number):
        try:
            return _kept_record(request, entry, form, now)
        except Refused as refusal:
            form.add_refusal(refusal)
    return _shown(request, entry, form, number, status=422)


def _shown(request, entry, form, number, status=200):
    kind, subject = entry.kind, entry.subject
    name, under = (
        subjects.subject_name(request.member, entry.contract, kind.subject, subject)
        if subject
        else ("", entry.contract.short_title)
    )
    record = queries.existing_record(request.member, number)
    papers = papers_asked(kind, queries.evidence_of(record) if record else [], form.evidence_faults)
    rest = [paper for paper in papers if not paper["first"]]
    context = {
        "entry": entry, "form": form, "number": number, "name": name, "under": under, "record": record, "papers": papers,
        "signed": attendance.told(record) if record else "", "has_more": bool(rest), "more_there": any(paper["there"] for paper in rest), "modes": mode_hints(kind),
    }  # fmt: skip
    return render(request, "services/record_form.html", context, status=status)


def papers_asked(kind, evidence=(), faults=None):
    """The inputs for papers: photos and what is required first, the rest folded away."""
    faults = faults or {}
    rows = [{"kind": row["kind"], "label": row["label"], "min": int(row.get("min", 0))} for row in kind.evidence]
    if not any(row["kind"] == "photo" for row in rows):
        rows.append({"kind": "photo", "label": "照片", "min": 0})
    for row in rows:
        row["there"] = [item for item in evidence if item.kind == row["kind"]]
        row["fault"] = faults.get(row["kind"], "")
        row["first"] = row["kind"] == "photo" or row["min"] > 0
    return rows


def mode_hints(kind):
    """[(mode, what it counts as)] of a kind that tells direct from indirect service."""
    if "direct" not in kind.shows:
        return []
    return [(mode[0], "计为直接服务" if rules.is_direct(kind, mode[0]) else "计为间接服务") for mode in kind.modes]


def _kept_record(request, entry, form, now):
    """Keep what was sent; hand it to quality control when that was asked for. What is kept stays kept when that is refused."""
    act, member = request.POST.get("act", "draft"), request.member
    record, is_open = actions.receive_record(
        id=form.cleaned_data["id"], version=form.cleaned_data["version"], contract=entry.contract, kind=entry.kind.code,
        values={**form.values(), **entry.subject_value()}, by=member, at=now,
    )  # fmt: skip
    if is_open:
        _attach(request, record, form.cleaned_data["consent"], now)
        if act == "submit":
            record = actions.submit_record(record, by=member, at=now)
    if act == "photo":
        return HttpResponse(status=204)
    if act == "sign_in":
        return redirect("services:attendance", tenant=request.tenant.slug, pk=record.pk)
    return redirect(_after(request, record))


def _attach(request, record, consent, now):
    kinds, moments, told = (request.POST.getlist(f"photos_{name}") for name in ("kind", "taken_at", "shot"))
    for number, upload in enumerate(request.FILES.getlist("photos")):
        kind = kinds[number] if number < len(kinds) else "photo"
        allow = {"image"} if kind == "photo" else {"image", "paper"}
        file = files.store(
            upload, allow=allow, by=request.member, at=now, taken_at=shots.told_moment(moments[number] if number < len(moments) else ""),
            camera=shots.told_shot(told[number] if number < len(told) else ""),
        )  # fmt: skip
        actions.add_evidence(record, file=file, kind=kind, consent=consent, by=request.member, at=now)


def _after(request, record):
    if ROLES[request.member.role].home == "field":
        return f"{reverse('services:today', kwargs={'tenant': request.tenant.slug})}?done={record.pk}"
    return reverse("services:record", kwargs={"tenant": request.tenant.slug, "pk": record.pk})


@page(Permission.RECORD_WRITE, methods=("POST",))
def remove_evidence(request, pk, evidence):
    """Take a paper off one's own draft."""
    row = queries.get_evidence(request.member, pk, evidence, on=clock.today())
    try:
        actions.remove_evidence(row, by=request.member, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("services:edit_record", tenant=request.tenant.slug, pk=pk)
