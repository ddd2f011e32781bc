"""Kinds of activities and the tenant's words, as its administrator sets them up."""

from types import SimpleNamespace

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from contracts.models import Label
from services.actions import kinds as actions
from services.actions import words
from services.forms import kinds as editing
from services.forms.records import RecordForm, initial_at
from services.queries import kinds as queries
from services.views.entry import mode_hints, papers_asked
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page

SOME_TEAM = SimpleNamespace(pk="", label="合同名册里的各项")


# --- kinds ------------------------------------------------------------------------------------------------------------
@page(Permission.SETUP_MANAGE)
def kinds(request):
    """All kinds of activities in the order in which they are offered, with how much each is used."""
    rows = queries.listed_kinds()
    active = sum(row.kind.is_active for row in rows)
    return render(request, "services/kinds.html", {"rows": rows, "active": active, "retired": len(rows) - active})


@page(Permission.SETUP_MANAGE, methods=("GET", "POST"))
def new_kind(request):
    """Set up a kind; each press of the form's buttons sends it, only 保存 keeps it."""
    if request.method == "GET":
        return _editor(request, editing.drafted(editing.blank()))
    return _sent(request, None)


@page(Permission.SETUP_MANAGE, methods=("GET", "POST"))
def kind(request, pk):
    """Change a kind, as far as its records allow."""
    shown = queries.get_kind(pk)
    if request.method == "GET":
        return _editor(request, editing.drafted(shown), shown)
    return _sent(request, shown)


def _sent(request, shown):
    draft, act, faults = editing.typed(request.POST), request.POST.get("act", ""), None
    editing.name_papers(draft, dict(queries.paper_words()))
    if act != "save":
        return _editor(request, draft, shown, focus=editing.changed(draft, act))
    values = editing.values(draft)
    try:
        return _saved(request, shown, draft["head"]["code"], values)
    except Refused as refusal:
        faults = refusal.problems or [editing.rules.Fault("", refusal.message)]
    return _editor(request, draft, shown, faults=faults)


def _saved(request, shown, code, values):
    by, at = request.member, clock.now()
    if shown is None:
        kept = actions.add_kind(code=code, by=by, at=at, **values)
    else:
        kept = actions.change_kind(shown, seen=request.POST.get("seen", ""), by=by, at=at, **values)
    messages.success(request, f"已保存活动类型 {kept.label}")
    return redirect("services:kinds", tenant=request.tenant.slug)


def _editor(request, draft, shown=None, *, faults=None, focus=""):
    papers = editing.with_own(queries.paper_words(), draft, "evidence", "kind")
    use = queries.use_of(shown) if shown else None
    editor = editing.KindEditor(
        draft, papers=papers, registers=queries.register_words(), use=use, faults=faults, focus=focus
    )
    context = {
        "kind": shown,
        "editor": editor,
        "seen": request.POST.get("seen") or (actions.digest(shown) if shown else ""),
        "use": use,
        **_preview(editing.shown_kind(draft)),
    }
    return render(request, "services/kind.html", context, status=422 if faults else 200)


def _preview(kind):
    """The form on the phone as the kind would have it: the real one, with nothing to send."""
    form = RecordForm(
        kind=kind, contract=None, teams=[SOME_TEAM], initial=initial_at(clock.now(), kind), auto_id="preview_%s"
    )
    papers = papers_asked(kind)
    rest = [paper for paper in papers if not paper["first"]]
    return {"form": form, "papers": papers, "has_more": bool(rest), "more_there": True, "modes": mode_hints(kind), "shown": kind}  # fmt: skip


@page(Permission.SETUP_MANAGE, methods=("POST",))
def move_kind(request, pk):
    """Put a kind one place up or down in the list."""
    actions.move_kind(queries.get_kind(pk), up=request.POST.get("to") == "up", by=request.member, at=clock.now())
    return redirect("services:kinds", tenant=request.tenant.slug)


# --- words ------------------------------------------------------------------------------------------------------------
@page(Permission.SETUP_MANAGE, methods=("GET", "POST"))
def tenant_words(request):
    """The tenant's words of one family, and one more; a word may be renamed, its code stays."""
    family = _family(request.GET.get("family"))
    form = editing.WordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            word = words.add_word(family=family, **form.cleaned_data, by=request.member, at=clock.now())
        except Refused as refusal:
            for problem in refusal.problems:
                form.add_error(problem.field, str(problem))
        else:
            messages.success(request, f"已添加 {word.label}")
            return redirect(f"{request.path}?family={family}")
    return _words(request, family, form=form)


def _family(code):
    return code if code in Label.Family.values else Label.Family.values[0]


def _words(request, family, *, form, wrong=None):
    rows = queries.words_of(family)
    for row in rows:
        row.fault, row.shown = (wrong[1], wrong[2]) if wrong and wrong[0] == row.pk else ("", row.label)
    counts = queries.word_counts()
    families = [(code, word, code == family, counts.get(code, 0)) for code, word in Label.Family.choices]
    context = {"rows": rows, "families": families, "family": family, "form": form}
    return render(request, "services/words.html", context, status=422 if form.errors or wrong else 200)


@page(Permission.SETUP_MANAGE, methods=("POST",))
def rename_word(request, pk):
    """Call a code by another word."""
    word, label = queries.get_word(pk), request.POST.get("label", "")
    try:
        word = words.rename_word(word, label=label, by=request.member, at=clock.now())
    except Refused as refusal:
        return _words(request, word.family, form=editing.WordForm(), wrong=(word.pk, str(refusal.problems[0]), label))
    messages.success(request, f"{word.code} 已改称 {word.label}")
    return redirect(f"{reverse('services:words', kwargs={'tenant': request.tenant.slug})}?family={word.family}")
