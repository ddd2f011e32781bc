"""The forms of a household's file on screen: laid out with what is known, kept as a draft, filed whole, printed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from caseload import queries
from caseload.actions import household_papers as actions
from caseload.casefile import binding
from caseload.casefile.household_sheets import household_sheet
from caseload.forms.household_papers import ChangeLines, HouseholdPaperQuestions, PlanLines, SurveyLine
from caseload.queries.openings import may_lay_out
from caseload.rules import household_forms as rules
from caseload.rules import ledger
from caseload.rules.disclosure import is_minor
from caseload.views.acting import attempt, forbid_unless_known, forbid_unless_own, keep_upload
from caseload.views.household_showing import place_of
from documents.serving import show_pdf
from tenancy import clock
from tenancy.permissions import Permission
from tenancy.web import page

HINTS = {
    ledger.NEEDS_SURVEY: "写到台账的内容随提交一并登记，不用再填一遍。",
    ledger.ASSISTANCE_PLAN: "整户和每名成员都要写到；没有单独需求的，也写一条。",
    ledger.CHANGE_FORM: "提交后台账随即改为现登记，原登记封存在变更登记里。",
}
STAGES = {ledger.NEEDS_SURVEY: "成员", ledger.ASSISTANCE_PLAN: "措施", ledger.CHANGE_FORM: "变更"}


@page(Permission.LEDGER_EDIT, methods=("GET", "POST"))
@never_cache
def household_form(request, pk):
    """One form: ?kind=needs_survey, assistance_plan or change_form. What the ledger knows is laid out by POST and remembered."""
    household = queries.get_household(request.member, pk, on=clock.today())
    forbid_unless_own(request, household.contract)
    kind = request.GET.get("kind", ledger.NEEDS_SURVEY)
    if kind not in rules.FORMS:
        raise Http404
    sheet = _Sheet(request, household, kind)
    if request.method == "POST" and not sheet.is_opening and _sent(request, sheet):
        return redirect("caseload:household", tenant=request.tenant.slug, pk=pk)
    errors = sheet.form.errors
    return render(request, "caseload/household_form.html", sheet.context(), status=422 if errors else 200)


def _sent(request, sheet):
    """Keep the draft or file the form; True when it was done."""
    form, by, at = sheet.form, request.member, clock.now()
    form.is_valid()
    on = form.cleaned_data.get("on") or clock.day_of(at)
    known = {"kind": sheet.kind, "answers": form.asked_for(), "lines": sheet.sent(), "on": on}
    if "draft" in request.POST:
        form.errors.clear()  # a draft need not be whole
        told = "草稿已存"
        done = attempt(form, lambda: actions.keep_household_draft(sheet.household, by=by, at=at, **known))
    elif form.is_valid():
        told = f"已提交{rules.FORMS[sheet.kind].title}"
        file = keep_upload(form.cleaned_data.get("file"), by=by, at=at)
        done = attempt(form, lambda: actions.file_household_form(sheet.household, file=file, by=by, at=at, **known))
    else:
        for gap in actions.paper_gaps(sheet.household, file=form.cleaned_data.get("file"), **known):
            if not gap.startswith("未填"):  # those stand beside their questions
                form.add_error(None, gap)
        return False
    if done:
        messages.success(request, f"{sheet.household.number}：{told}")
    return done


class _Sheet:
    """One form of one household as the member sees it: questions, lines, and what is printed above them."""

    def __init__(self, request, household, kind):
        self.household, self.kind, self.on = household, kind, clock.today()
        self.is_opening = request.method == "POST" and "open" in request.POST
        self.people = list(household.people.all())
        self.last = queries.papers_of(household).filter(kind=kind).last() if kind == ledger.ASSISTANCE_PLAN else None
        self.draft = queries.household_drafts(household).get(kind)
        sent = request.POST if request.method == "POST" and not self.is_opening else None
        self.opens, self.opens_own = may_lay_out(request.member, household, self.people, on=self.on)
        self.shows_draft = self.draft is not None and (
            (self.is_opening and all((self.opens_own, *self.opens.values()))) or self.draft.filled_by_id == request.member.pk
        )  # fmt: skip
        if self.is_opening:
            actions.note_opened(household, kind, by=request.member, at=clock.now())
        drafted = queries.answers_of(self.draft) if self.shows_draft else {}
        held = ledger.opened(household.details.reveal()) if kind == ledger.NEEDS_SURVEY else {}
        initial = (self._known(held) if self.is_opening else {}) | drafted
        if self.shows_draft:
            initial["on"] = self.draft.filled_on
        self.form = HouseholdPaperQuestions(
            sent, request.FILES or None, kind=kind, held=held, again=self.last is not None, initial=initial
        )
        self.lines = _LINES[kind](self, sent, drafted.get("lines"))

    def _known(self, held):
        """What the ledger or the plan before says, where a purpose is enough to open it."""
        if not self.opens_own:
            return {}
        if self.last is not None:
            return {name: text for name, text in queries.answers_of(self.last).items() if name not in ("revision", "lines")}  # fmt: skip
        return {code: held[code] for code in ledger.OF_HOUSEHOLD if code in held}

    def names(self):
        return [(str(person.pk), queries.called(person, on=self.on)) for person in self.people]

    def sent(self):
        return [line.sent() for line in self.lines]

    def context(self):
        form = rules.FORMS[self.kind]
        facts = [("社区（村）", place_of(self.household)), ("类别", "、".join(_categories(self.household, self.on)))]
        held = bool(self.household.details) or any(person.details for person in self.people) or self.last or self.draft
        return {
            "household": self.household, "kind": self.kind, "title": form.title, "hint": HINTS[self.kind], "form": self.form, "facts": facts,
            "lines": self.lines, "lines_title": STAGES[self.kind], "management": getattr(self.lines, "management_form", ""),
            "draft": self.draft, "shows_draft": self.shows_draft, "may_open": bool(held) and not self.form.is_bound and not self.is_opening,
        }  # fmt: skip


def _categories(household, on):
    rows = household.categories.filter(queries.present_on(on)).select_related("category")
    return list(dict.fromkeys(row.category.label for row in rows))


def _survey_lines(sheet, sent, drafted):
    """One line a member; what stands is laid out where it may be, and only told to be there elsewhere."""
    before, lines = {line["who"]: line for line in drafted or ()}, []
    for person in sheet.people:
        held = ledger.opened(person.details.reveal())
        known = held if sheet.is_opening and sheet.opens[person.pk] else {}
        fields = rules.member_fields(is_minor=is_minor(person.birth_date, person.relation, on=sheet.on))
        initial = known | before.get(str(person.pk), {})
        lines.append(
            SurveyLine(
                sent,
                prefix=f"m-{person.pk}",
                member=person,
                called=queries.called(person, on=sheet.on),
                fields=fields,
                held=held,
                initial=initial,
            )
        )
    return lines


def _plan_lines(sheet, sent, drafted):
    """The draft's lines, those of the plan before, or one to begin with for the household and each member."""
    initial = drafted
    if initial is None and sheet.last is not None and sheet.is_opening and all((sheet.opens_own, *sheet.opens.values())):  # fmt: skip
        initial = queries.answers_of(sheet.last).get("lines")
    initial = initial or [{"who": ""}, *({"who": pk} for pk, _ in sheet.names())]
    return PlanLines(sent, prefix="l", initial=initial, form_kwargs={"members": sheet.names()})


def _change_lines(sheet, sent, drafted):
    initial = [line | {"item": f"{line['who']}:{line.get('item', '')}"} for line in drafted or ()]
    return ChangeLines(sent, prefix="l", initial=initial, form_kwargs={"members": sheet.names()})


_LINES = {
    ledger.NEEDS_SURVEY: _survey_lines,
    ledger.ASSISTANCE_PLAN: _plan_lines,
    ledger.CHANGE_FORM: _change_lines,
}


@page(Permission.PERSON_REVEAL, methods=("POST",))
def print_household_paper(request, pk):
    """One paper of a household's file as PDF; opening it is remembered. A child's words stay covered but to those who may open them."""
    paper, at = queries.get_household_paper(request.member, pk, on=clock.today()), clock.now()
    household = queries.get_household(request.member, paper.household_id, on=clock.today())
    forbid_unless_known(request, household.contract)
    people = list(household.people.all())
    opens, opens_own = may_lay_out(request.member, household, people, on=clock.day_of(at))
    if paper.filled_by_id == request.member.pk:  # these are the reader's own words
        opens, opens_own = dict.fromkeys(opens, True), True
    actions.note_household_printed(household, [paper.kind], by=request.member, at=at)
    made = household_sheet(household, paper, opens=opens, opens_own=opens_own)
    context = {"household": household, "by": request.member, "at": at, "tenant": request.tenant, "demo": request.tenant.is_demo}  # fmt: skip
    content = binding.bind("caseload/household_sheet_print.html", context, [made])
    return show_pdf(content, household.number)
