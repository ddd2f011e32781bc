"""The sample of a round: drawn by the organiser, read under numbers by those who score, and the pack that holds it all."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from documents import leases
from documents.serving import serve
from evaluations.actions import packs as pack_actions
from evaluations.actions import samples as actions
from evaluations.forms.samples import DrawForm, MarkForm
from evaluations.queries import packs
from evaluations.queries import samples as queries
from evaluations.reporting.stories import line_of, story_of
from evaluations.rules import sampling
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


def _back(request, pk):
    return redirect("evaluations:samples", tenant=request.tenant.slug, pk=pk)


@page(Permission.EVALUATION_SCORE)
def samples(request, pk):
    """The sample of a round: for its organiser the draw, for whoever scores in it the files that wait to be read; the pack."""
    found, seat, organises = queries.get_round(request.member, pk, on=clock.today())
    return _page(request, found, seat, organises)


def _page(request, round, seat, organises, form=None, status=200):
    draw = queries.current_draw(round)
    redrawn = sampling.redraw_fault(round.state, is_drawn=draw is not None)
    context = {
        "round": round, "contract": round.contract, "seat": seat, "organises": organises, "draw": draw, "rows": _rows(draw, seat), **_pack(round),
        "draws": queries.draws_of(round) if organises else [], "readers": queries.openings(round) if organises and draw else [], "up": _up(request, round, seat), "is_same": draw is not None and organises and queries.is_reproducible(draw), "closed": redrawn,
        "form": form or (DrawForm(is_redraw=draw is not None) if organises and not redrawn else None),
    }  # fmt: skip
    context["opened"] = sum(row["reading"] is not None for row in context["rows"])
    return render(request, "evaluations/samples/list.html", context, status=status)


def _up(request, round, seat):
    """Where the reader came from: the own sheet, or the round."""
    route, pk = ("evaluations:sheet", seat.pk) if seat else ("evaluations:round", round.pk)
    return reverse(route, kwargs={"tenant": request.tenant.slug, "pk": pk})


def _rows(draw, seat):
    if draw is None:
        return []
    named, called, readings = queries.other_names(draw), queries.titles(), queries.readings_of(seat) if seat else {}
    rows = []
    for row in queries.files_of(draw):
        title, under = line_of(row, named=named, called=called)
        rows.append({"sample": row, "title": title, "under": under, "reading": readings.get(row.pk)})
    return rows


@page(Permission.ACCEPTANCE_ORGANISE, methods=("POST",))
def draw_sample(request, pk):
    found = queries.get_organised(request.member, pk, on=clock.today())
    form = DrawForm(request.POST, is_redraw=queries.current_draw(found) is not None)
    if form.is_valid():
        try:
            made = actions.draw_sample(found, by=request.member, at=clock.now(), **form.cleaned_data)
            messages.success(request, f"已抽取 {made.files.count()} 份，评分人可按样本号查看")
            return _back(request, pk)
        except Refused as refused:
            for told in refused.problems or [str(refused)]:
                form.add_error(None, told)
    _found, seat, organises = queries.get_round(request.member, pk, on=clock.today())
    return _page(request, found, seat, organises, form=form, status=422)


@page(Permission.EVALUATION_SCORE, methods=("POST",))
@never_cache
def open_sample(request, pk):
    """One file of a sample: the trail first, then its story without names, numbers, addresses or faces."""
    on, at = clock.today(), clock.now()
    sample, seat = queries.get_sample(request.member, pk, on=on)
    reading = actions.open_sample(sample, seat, by=request.member, at=at)
    return _story(request, sample, seat, reading, MarkForm(initial={"note": reading.note}), at=at)


def _story(request, sample, seat, reading, form, *, at, status=200):
    on, draw, unopened = clock.day_of(at), sample.draw, queries.unopened(seat)
    context = {
        "sample": sample, "round": draw.round, "up": _up(request, draw.round, seat), "reading": reading, "form": form, "at": at, "seat": seat, "unopened": unopened,
        "story": story_of(sample, on=on, named=queries.other_names(draw), called=queries.titles()), "photos": list(queries.photos_of(sample, on=on)),
        "next": queries.files_of(draw).exclude(readings__scorer=seat).first() if unopened else None,
    }  # fmt: skip
    return render(request, "evaluations/samples/sample.html", context, status=status)


@page(Permission.EVALUATION_SCORE, methods=("POST",))
def mark_sample(request, pk):
    """有问题 with what it is, or nothing wrong: kept beside the number for whoever marked it."""
    sample, seat = queries.get_sample(request.member, pk, on=clock.today())
    form = MarkForm(request.POST)
    if form.is_valid():
        note = form.cleaned_data["note"]
        try:
            actions.mark_sample(
                sample, seat, has_problem=bool(note.strip()), note=note, by=request.member, at=clock.now()
            )
            messages.success(request, f"{sample} 已标记为{'有问题' if note.strip() else '没有问题'}")
        except Refused as refused:
            messages.warning(request, str(refused))
    else:
        messages.warning(request, "问题写得过长，最多 400 字")
    return _back(request, sample.draw.round_id)


@page(Permission.EVALUATION_SCORE)
def sample_photo(request, pk, paper):
    """A photo whose person agreed to its use in an evaluation, small."""
    return serve(queries.get_photo(request.member, pk, paper, on=clock.today()).file, small=True)


# --- the pack -----------------------------------------------------------------------------------------------------
def _pack(round):
    job = packs.job_of(round)
    told = leases.told(job, now=clock.now()) if job else ""
    return {"job": job, "pack": packs.file_of(job), "told": told, "may_pack": round.facts_id is not None}


@page(Permission.EVALUATION_SCORE)
def pack(request, pk):
    """How far the pack is: the card's own part, which asks for itself until it is there."""
    found, _seat, _organises = queries.get_round(request.member, pk, on=clock.today())
    return render(request, "evaluations/samples/_pack.html", {"round": found, **_pack(found)})


@page(Permission.EVALUATION_SCORE, methods=("POST",))
def ask_pack(request, pk):
    found, _seat, _organises = queries.get_round(request.member, pk, on=clock.today())
    try:
        pack_actions.ask_pack(found, by=request.member, at=clock.now())
    except Refused as refused:
        messages.warning(request, str(refused))
    return _back(request, pk)


@page(Permission.EVALUATION_SCORE, methods=("POST",))
@never_cache
def download_pack(request, pk):
    """The archive; who took it is in the trail before it leaves."""
    found, seat, _organises = queries.get_round(request.member, pk, on=clock.today())
    try:
        stored = pack_actions.note_download(found, seat, by=request.member, at=clock.now())
    except Refused as refused:
        messages.warning(request, str(refused))
        return _back(request, pk)
    return serve(stored)
