from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse

from evaluations.actions import agreements
from evaluations.actions import sheets as actions
from evaluations.forms import sheets as forms
from evaluations.queries import sheet_pages
from evaluations.queries import sheets as queries
from evaluations.rules import sheets as rules
from evaluations.rules.words import plain_number
from evaluations.views import sheets as pages
from tenancy import clock
from tenancy.problems import Refused
from tenancy.templatetags.fuyue.formats import hm
from tenancy.web import page


def _sheet(request, pk):
    return queries.get_sheet(request.member, pk, on=clock.today())


def _back(request, sheet, told="", *, to="sheet", at=""):
    if told:
        messages.success(request, told)
    address = reverse(f"evaluations:{to}", kwargs={"tenant": request.tenant.slug, "pk": sheet.pk})
    return redirect(address + (f"#item-{at}" if at else ""))


@page(pages.SCORER, methods=("POST",))
def declare(request, pk):
    found = _sheet(request, pk)
    try:
        actions.declare(found, by=request.member, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _back(request, found)
    return _back(request, found, "已声明无利害关系")


@page(pages.SCORER, methods=("POST",))
def recuse(request, pk):
    found, form = _sheet(request, pk), forms.DeclareForm(request.POST)
    if form.is_valid():
        try:
            actions.recuse(found, interest=form.cleaned_data["interest"], by=request.member, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已回避，组织方会另行安排")
            return redirect("evaluations:sheets", tenant=request.tenant.slug)
    name = "declare_form" if found.state == rules.ASSIGNED else "recuse_form"
    return pages.show(request, found, status=400, **{name: form})


@page(pages.SCORER, methods=("POST",))
def save_item(request, pk):
    """Save one item: JSON for a page that saves by itself, the whole page again for a plain form."""
    found, code = _sheet(request, pk), request.POST.get("item", "")
    known = sheet_pages.entered(found, code)
    if known is None:
        return _told(request, found, code, "这张评分表没有这一项", status=400)
    form = forms.ItemForm(request.POST, item=known[0], way=known[1])
    if not form.is_valid():
        return _told(request, found, code, "评语最多 4000 字", status=400)
    try:
        row = actions.save_item(
            found, code, entry=form.entry, note=form.cleaned_data["note"],
            revision=form.cleaned_data["revision"] or 0, by=request.member, at=clock.now(),
        )  # fmt: skip
    except actions.Stale as stale:
        return _told(request, found, code, str(stale), status=409, other=stale.row)
    except Refused as refusal:
        return _told(request, found, code, str(refusal), status=400)
    if not _wants_json(request):
        return _back(request, found, at=code)
    return JsonResponse({"revision": row.revision, "at": hm(row.changed_at)} | _fragments(request, found, code))


def _wants_json(request):
    return "application/json" in request.headers.get("Accept", "")


def _fragments(request, sheet, code):
    """What changes on the page after an item was saved: what the others have of it, and the side."""
    context = pages.sheet_context(request, sheet)
    line = next(line for line in context["shown"].lines if line.item.code == code)
    told = {"line": line}
    return {
        "scored": f"已评 {context['shown'].scored} / {len(context['shown'].lines)} 项",
        "is_apart": line.is_open_difference,
    } | {
        name: render_to_string(f"evaluations/sheets/_{name}.html", context | told, request)
        for name in ("others", "own", "difference", "worth", "side", "sign_button")
    }


def _told(request, sheet, code, problem, *, status, other=None):
    """Why an item was not saved; with what stands in its place, when it was saved elsewhere."""
    words = _words(other) if other is not None else ""
    if _wants_json(request):
        answer = {"problem": problem}
        if other is not None:
            answer |= {"revision": other.revision, "fields": sheet_pages.fields(other), "told": words}
        return JsonResponse(answer, status=status)
    again = {"code": code, "problem": problem, "posted": request.POST, "other": words}
    return pages.show(request, sheet, status=status, again=again)


def _words(row):
    """The other text in one line: 10:21 存的是 8 分：缺 8 月记录"""
    points = "没有评分" if row.points is None else f"{plain_number(row.points)} 分"
    return f"{hm(row.changed_at)} 存的是：{points}" + (f"，{row.note}" if row.note else "")


@page(pages.SCORER, methods=("POST",))
def add_photo(request, pk):
    found, form = _sheet(request, pk), forms.PhotoForm(request.POST, request.FILES)
    code = request.POST.get("item", "")
    if not form.is_valid():
        return _told(request, found, code, "选一张照片，说明最多 80 字", status=400)
    try:
        actions.add_photo(
            found, code, upload=form.cleaned_data["upload"],
            caption=form.cleaned_data["caption"], by=request.member, at=clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        return _told(request, found, code, str(refusal), status=400)
    return _back(request, found, "已加照片", at=code)


@page(pages.SCORER, methods=("POST",))
def remove_photo(request, pk):
    picture = queries.get_own_photo(request.member, pk, on=clock.today())
    try:
        actions.remove_photo(picture, by=request.member, at=clock.now())
    except Refused as refusal:
        again = {"code": picture.item, "problem": str(refusal), "posted": None, "other": ""}
        return pages.show(request, picture.scorer, status=400, again=again)
    return _back(request, picture.scorer, "已去掉照片", at=picture.item)


@page(pages.SCORER, methods=("POST",))
def propose(request, pk):
    found, form = _sheet(request, pk), forms.ProposeForm(request.POST)
    if form.is_valid():
        try:
            agreements.propose(
                found, form.cleaned_data["item"], points=form.cleaned_data["points"], reason=form.cleaned_data["reason"],
                by=request.member, at=clock.now(),
            )  # fmt: skip
            return _back(request, found, "已提出合议得分，等其他评估人同意", to="differences")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return pages.show_differences(request, found, form=form, status=400)


def _speak(request, pk, act, told):
    found, form = _sheet(request, pk), forms.VoiceForm(request.POST)
    if not form.is_valid():
        return pages.show_differences(request, found, problem="没有指明是哪个合议得分", status=400)
    try:
        agreement = queries.get_agreement(found, form.cleaned_data["agreement"])
        act(agreement, found, by=request.member, at=clock.now())
    except Http404:
        return pages.show_differences(request, found, problem="这个合议得分已撤回", status=409)
    except Refused as refusal:
        return pages.show_differences(request, found, problem=str(refusal), status=409)
    return _back(request, found, told, to="differences")


@page(pages.SCORER, methods=("POST",))
def agree(request, pk):
    return _speak(request, pk, agreements.agree, "已同意合议得分")


@page(pages.SCORER, methods=("POST",))
def withdraw(request, pk):
    return _speak(request, pk, agreements.withdraw, "已撤回合议得分")


@page(pages.SCORER, methods=("POST",))
def sign(request, pk):
    found, form = _sheet(request, pk), forms.SignForm(request.POST)
    if form.is_valid():
        try:
            actions.sign(found, **form.cleaned_data, by=request.member, at=clock.now())
            return _back(request, found, "已签名提交")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return pages.show(request, found, status=400, sign_form=form)
