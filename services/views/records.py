"""Service records at the desk: the list, one record, and quality control's inbox."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from caseload.queries import get_case, may_reveal
from caseload.rules.station import paper_label
from contracts.queries import visible_contracts
from documents.serving import serve
from services import forms
from services.actions import records as actions
from services.queries import attendance, care, duplicates, subjects
from services.queries import records as queries
from services.rules import records as rules
from tenancy import clock
from tenancy.permissions import ROLES, Permission, allows
from tenancy.problems import Refused
from tenancy.queries import streets
from tenancy.web import page


@page(Permission.RECORD_VIEW)
def records(request):
    """The records that the member may see, newest first, narrowed by the filters in the address."""
    member, on, kinds = request.member, clock.today(), queries.kinds()
    areas = [member.organisation.area] if member.organisation.area else streets()
    form = forms.RecordFilter(
        request.GET, kinds=kinds.values(), streets=areas, workers=queries.workers_of(member, on=on)
    )
    chosen = form.chosen()
    if "month" in chosen:
        chosen["month"] = queries.first_of_month(chosen["month"])
    found = queries.filtered(queries.visible_records(member, on), **chosen)
    counts = queries.state_counts(queries.filtered(queries.visible_records(member, on), **{**chosen, "state": ""}))
    rows, next_page = queries.page_of_records(found, after=request.GET.get("after", ""))
    context = {
        "form": form,
        "rows": [queries.line_of(row, member, kinds) for row in rows],
        "next_page": next_page,
        "is_first": not request.GET.get("after"),
        "is_filtered": bool(chosen),
        "state": chosen.get("state", ""),
        "counts": counts,
        "states": [(code, word, counts[code]) for code, word in rules.STATE_LABELS.items()],
        "may_write": allows(member, Permission.RECORD_WRITE),
        "waiting": queries.count_awaiting(member, on=on),
        "many_contracts": visible_contracts(member, on=on).count() > 1,
    }
    return render(request, _list_template(member), context)


def _list_template(member):
    """Field workers hold the list in the hand."""
    return "services/records_phone.html" if ROLES[member.role].home == "field" else "services/records.html"


@page(Permission.RECORD_VIEW)
def record(request, pk):
    """One record: what was done, its papers, its history; for quality control the two decisions."""
    shown = queries.get_record(request.member, pk, on=clock.today())
    return _record_page(request, shown)


def _filed(shown, member):
    """[(form, its name, whether the member may open it)] of the resident's own file that prove the record."""
    opens = allows(member, Permission.STAY_VIEW)
    return [(row, paper_label(row.paper.kind), opens) for row in shown.forms.select_related("paper")]


def _record_page(request, shown, status=200, **more):
    member, kinds = request.member, queries.kinds()
    kind, evidence = kinds.get(shown.kind), queries.evidence_of(shown)
    may_decide = queries.may_verify(member, shown)
    own = shown.created_by_id == member.pk
    doubts = (
        queries.doubts_about(shown, kind, evidence) if may_decide and kind and shown.state == rules.SUBMITTED else []
    )
    context = {
        "record": shown,
        "line": queries.line_of(shown, member, kinds),
        "facts": queries.told_facts(shown, kind),
        "evidence": queries.told_evidence(evidence, kind, with_place=queries.may_read_narrative(member, shown)),
        "moves": [
            {
                "at": row.at,
                "text": rules.VERB_LABELS.get(row.verb, row.verb),
                "by": row.by.account.name if row.by else "系统",
                "note": row.reason,
            }
            for row in queries.moves_of(shown)
        ],
        "doubts": doubts,
        "narrative": shown.narrative.reveal() if queries.may_read_narrative(member, shown) else None,
        "may_verify": may_decide and rules.allowed("verify", shown.state),
        "may_return": may_decide and rules.allowed("return", shown.state),
        "may_edit": own and shown.state in (rules.DRAFT, rules.RETURNED),
        "may_withdraw": own and rules.allowed("withdraw", shown.state),
        "may_reveal": may_reveal(member, shown.contract) and not queries.is_about_minor(shown),
        "team_word": subjects.register_words(kind.registers) if kind and kind.registers else "小组（队）",
        "attendance_told": attendance.told(shown),
        "filed": _filed(shown, member),
        "evidence_told": f"{len(evidence)} 份" if evidence else "",
        "return_form": forms.ReturnForm(initial={"reason": "；".join(doubts)}),
        "returning": False,
        "refusal": None,
        "purpose_form": forms.PurposeForm(),
        **more,
    }
    return render(request, "services/record.html", context, status=status)


@page(Permission.RECORD_VIEW)
def evidence(request, pk, evidence):
    """A paper of a record, whole."""
    return serve(queries.get_evidence(request.member, pk, evidence, on=clock.today()).file)


@page(Permission.RECORD_VIEW)
def evidence_small(request, pk, evidence):
    """The small picture of a record's photo."""
    return serve(queries.get_evidence(request.member, pk, evidence, on=clock.today()).file, small=True)


# --- deciding -----------------------------------------------------------------------------------------------------
@page(Permission.RECORD_VERIFY)
def verification(request):
    """What waits for quality control, the longest waiting first."""
    member, kinds = request.member, queries.kinds()
    waiting = queries.awaiting_verification(member, on=clock.today())
    signs = duplicates.signs_of([row.record for row in waiting])
    rows = [
        {
            **queries.line_of(row.record, member, kinds),
            "age": row.age,
            "told": f"第 {row.age} 个工作日",
            "photos": row.record.photos,
            "signs": signs.get(row.record.pk, ()),
        }
        for row in waiting
    ]
    return render(
        request,
        "services/verification.html",
        {
            "rows": rows,
            "oldest": rows[0]["age"] if rows else 0,
            "all": queries.count_awaiting(member, on=clock.today()),
            "shifts": care.waiting_shifts(member, on=clock.today()),
        },
    )


@page(Permission.RECORD_VERIFY, methods=("POST",))
def verify_record(request, pk):
    """Confirm a record, and go on to the next one that waits."""
    shown = queries.get_record(request.member, pk, on=clock.today())
    try:
        actions.verify_record(shown, by=request.member, at=clock.now())
    except Refused as refusal:
        return _record_page(
            request, queries.get_record(request.member, pk, on=clock.today()), status=409, refusal=refusal
        )
    messages.success(request, f"已核验 {shown.created_by.account.name} 的{_word(shown)}")
    return _next(request)


@page(Permission.RECORD_VERIFY, methods=("POST",))
def return_record(request, pk):
    """Send a record back with its reason, and go on to the next one that waits."""
    shown = queries.get_record(request.member, pk, on=clock.today())
    form = forms.ReturnForm(request.POST)
    if not form.is_valid():
        return _record_page(request, shown, status=422, return_form=form, returning=True)
    try:
        actions.return_record(shown, reason=form.cleaned_data["reason"], by=request.member, at=clock.now())
    except Refused as refusal:
        return _record_page(
            request, queries.get_record(request.member, pk, on=clock.today()), status=409, refusal=refusal
        )
    messages.success(request, f"已退回 {shown.created_by.account.name} 的{_word(shown)}")
    return _next(request)


def _word(shown):
    return shown.title or "记录"


def _next(request):
    following = queries.next_awaiting(request.member, on=clock.today())
    if following is None:
        return redirect("services:verification", tenant=request.tenant.slug)
    return redirect("services:record", tenant=request.tenant.slug, pk=following.pk)


@page(Permission.RECORD_WRITE, methods=("POST",))
def withdraw_record(request, pk):
    """Take one's own record back before it is decided."""
    shown = queries.get_own_record(request.member, pk, on=clock.today())
    try:
        actions.withdraw_record(shown, by=request.member, at=clock.now())
    except Refused as refusal:
        return _record_page(
            request, queries.get_record(request.member, pk, on=clock.today()), status=409, refusal=refusal
        )
    return redirect("services:edit_record", tenant=request.tenant.slug, pk=pk)


@page(Permission.PERSON_REVEAL, methods=("POST",))
def reveal_narrative(request, pk):
    """Show the text of a record for a stated purpose."""
    shown = queries.get_record(request.member, pk, on=clock.today())
    if not may_reveal(request.member, shown.contract) or queries.is_about_minor(shown):
        raise PermissionDenied
    form = forms.PurposeForm(request.POST)
    if not form.is_valid():
        return _record_page(request, shown, status=422, purpose_form=form)
    text = actions.reveal_narrative(shown, purpose=form.cleaned_data["purpose"], by=request.member, at=clock.now())
    return _record_page(request, shown, narrative=text)


# --- one case -----------------------------------------------------------------------------------------------------
@page(Permission.CASE_VIEW)
def case_sessions(request, pk):
    """The interventions of a case, for the case's page."""
    on, kinds = clock.today(), queries.kinds()
    case = get_case(request.member, pk, on=on)
    kind = next((row for row in kinds.values() if row.subject == "case"), None)
    sessions = queries.case_sessions(request.member, case, on=on, kind=kind.code if kind else "")
    rows = [
        {**queries.line_of(row, request.member, kinds), "number": row.number, "papers": queries.paper_chips(row, kind)}
        for row in sessions.records
    ]
    told = f"{sessions.done} 次，其中直接 {sessions.direct} 次，已核 {sessions.verified} 次" if rows else ""
    may_write = (
        allows(request.member, Permission.RECORD_WRITE)
        and case.contract.provider_id == request.member.organisation_id
        and case.state in ("draft", "open")
    )
    return render(
        request,
        "services/_case_sessions.html",
        {"case": case, "sessions": sessions, "rows": rows, "kind": kind, "may_write": may_write, "told": told},
    )
