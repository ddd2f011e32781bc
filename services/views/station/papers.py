"""A resident's page, the papers of its file on screen and as PDF, and one personal value at a time."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render

from caseload.actions import station as plain
from caseload.queries import station as stays
from caseload.rules import station as rules
from documents.render import pdf
from documents.serving import serve, show_pdf
from services.actions import station as actions
from services.forms import station as forms
from services.queries import station as queries
from services.views.shell import shell
from services.views.station import sheets
from services.views.station.acts import answer, opened
from services.views.station.showing import event, kept, may_decide, may_work, stay_page
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.problems import Refused
from tenancy.web import page


@page(Permission.STAY_VIEW)
def stay(request, pk):
    now = clock.now()
    found = stays.get_stay(request.member, pk, on=clock.day_of(now))
    context = stay_page(request.member, found, now=now) | {"reveal": forms.RevealForm()}
    return render(request, "services/station/stay.html", context | shell(request.member))


@page(Permission.STAY_VIEW, methods=("GET", "POST"))
def stay_form(request, pk):
    """A form of its own: ?kind=feedback, own_leave, handover_form; termination and settlement_decision by the station."""
    kind, now = request.GET.get("kind", "feedback"), clock.now()
    if kind not in (*rules.forms.OWN_FORMS, "handover_form"):
        raise Http404
    found = opened(request, pk, may_decide if kind in rules.STATION_FORMS else may_work)
    form = forms.DatedForm(request.POST or None, request.FILES or None, kind=kind, initial={"on": clock.day_of(now)})

    def do(known):
        file = kept(known["file"], by=request.member, at=now)
        return actions.file_form(found, kind, form=form.answers(), on=known["on"], file=file, by=request.member, at=now)

    return answer(request, found, form, do, title=rules.FORMS[kind].title)


@page(Permission.STAY_WORK, methods=("GET", "POST"))
def add_stay_paper(request, pk):
    """A scan: the identity card, the signed form, a medical paper."""
    found, now = opened(request, pk), clock.now()
    form = forms.ScanForm(request.POST or None, request.FILES or None, initial={"on": clock.day_of(now)})

    def do(known):
        file = kept(known["scan"], by=request.member, at=now)
        return plain.add_paper(found, kind=known["paper"], file=file, on=known["on"], by=request.member, at=now)

    return answer(request, found, form, do, title="补材料", verb="保存")


@page(Permission.STAY_VIEW)
def stay_paper(request, pk):
    """One paper of a file in words, for those who handle the stay."""
    paper = stays.get_stay_paper(request.member, pk, on=clock.today())
    answers = stays.stay_answers(paper)
    context = {
        "paper": paper, "stay": paper.stay, "label": rules.paper_label(paper.kind), "sections": sheets.told(paper.kind, answers),
        "name": queries.name_of(paper.stay, request.member),
    }  # fmt: skip
    return render(request, "services/station/paper.html", context | shell(request.member))


@page(Permission.STAY_VIEW)
def stay_file(request, pk):
    """The uploaded file behind a paper."""
    paper = stays.get_stay_paper(request.member, pk, on=clock.today())
    if paper.file is None:
        raise Http404
    return serve(paper.file)


@page(Permission.STAY_VIEW, methods=("POST",))
def print_stay_paper(request, pk):
    """One form as the paper that would stand in the file."""
    paper = stays.get_stay_paper(request.member, pk, on=clock.today())
    found = stays.get_stay(request.member, paper.stay_id, on=clock.today())
    return _printed(request, found, [paper])


@page(Permission.STAY_VIEW, methods=("POST",))
def print_stay(request, pk):
    """The whole five-part file, bound: cover, contents, every paper, what was done by whom."""
    found = stays.get_stay(request.member, pk, on=clock.today())
    if not stays.handles_stay(request.member, found):
        raise Http404
    return _printed(request, found, list(stays.stay_papers(found)), is_bound=True)


def _printed(request, found, papers, *, is_bound=False):
    at = clock.now()
    plain.note_printed(found, [paper.kind for paper in papers], by=request.member, at=at)
    history = [event(move) for move in stays.stay_history(found)]
    made, images = sheets.sheets(found, papers)
    made = [sheets.basic_sheet(found), *made] if is_bound else made
    context = {
        "stay": found, "name": queries.name_of(found, request.member), "sheets": made, "history": history if is_bound else [], "is_bound": is_bound,
        "at": at, "by": request.member, "tenant": request.tenant, "demo": request.tenant.is_demo, "state": rules.STATE_LABELS[found.state],
    }  # fmt: skip
    content = pdf.render("services/station/file_print.html", context, images=images)
    return show_pdf(content, found.number)


@page(Permission.PERSON_REVEAL, methods=("POST",))
def reveal_stay(request, pk):
    """One personal value, with the purpose that is kept before it is shown."""
    found = stays.get_stay(request.member, pk, on=clock.today())
    if not stays.handles_stay(request.member, found):
        raise PermissionDenied
    form = forms.RevealForm(request.POST)
    if not form.is_valid():
        return render(request, "services/station/_revealed.html", {"fault": "选择用途"}, status=422)
    try:
        text = plain.reveal(found, form.cleaned_data["field"], purpose=form.told(), by=request.member, at=clock.now())
    except Refused as refused:
        return render(request, "services/station/_revealed.html", {"fault": refused.message}, status=422)
    return render(request, "services/station/_revealed.html", {"text": text})
