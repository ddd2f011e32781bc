"""A household's page: what its file holds and lacks, whose it is, what was changed, and what the reader can do there."""

from dataclasses import dataclass

from django.urls import reverse

from caseload import forms, queries
from caseload.models import Carer, HouseholdCategory, HouseholdPaper
from caseload.queries import consents
from caseload.rules import completeness, ledger
from caseload.rules import household_forms as form_rules
from caseload.views.showing import case_states, people_rows
from tenancy import audit
from tenancy.permissions import Permission, allows

HISTORY = 8
# The registers that the ledger itself keeps, where the contract has no words of its own for them.
OWN_REGISTERS = {ledger.FILE_REGISTER: "家庭档案", ledger.ASSISTANCE_REGISTER: "社会救助对象"}
BAR = 180


@dataclass(frozen=True)
class Period:
    """A category's period with its badge, and its bar on the scale that all of the household's periods share."""

    row: HouseholdCategory
    kind: str
    word: str
    left: int
    width: int

    @property
    def certificate(self):
        """The last four signs of the certificate: many are an identity number in disguise."""
        number = self.row.certificate
        return f"尾号 {number[-4:]}" if len(number) > 4 else number


def periods(household, *, on):
    """([Period], where today stands on the bar): what is in force first, then what is over."""
    rows = list(HouseholdCategory.objects.filter(household=household).select_related("category", "person__household"))
    if not rows:
        return [], 0
    first = min([row.from_day for row in rows] + [on])
    last = max([row.to_day or on for row in rows] + [row.from_day for row in rows] + [on])
    days = max((last - first).days, 1)
    place = lambda day: round((day - first).days * BAR / days)  # noqa: E731 - one scale for bars and today's mark
    shown = []
    for row in rows:
        kind, word = ledger.validity(row.from_day, row.to_day, on=on)
        left = place(row.from_day)
        shown.append(Period(row, kind, word, left, max(place(row.to_day or last) - left, 3)))
    return sorted(shown, key=lambda one: (one.kind == "off", one.row.from_day)), place(on)


@dataclass(frozen=True)
class FormLine:
    """One of the household's own forms: its papers, its draft, and what the reader may do with it."""

    kind: str
    title: str
    papers: list
    draft: HouseholdPaper | None

    @property
    def verb(self):
        if self.draft:
            return "续填"
        return "登记变更" if self.kind == ledger.CHANGE_FORM else "更新" if self.papers else "填写"


def form_lines(household):
    """([FormLine], [(label, paper)] of everything else in the file)."""
    papers, drafts = list(queries.papers_of(household)), queries.household_drafts(household)
    own = [
        FormLine(kind, form.title, [paper for paper in reversed(papers) if paper.kind == kind], drafts.get(kind))
        for kind, form in form_rules.FORMS.items()
    ]
    others = [
        (ledger.HOUSEHOLD_PAPERS.get(paper.kind, paper.kind), paper)
        for paper in papers
        if paper.kind not in form_rules.FORMS
    ]
    return own, others


def gap_lines(household, made, *, slug):
    """[(words, address of the page that fills it)] of what the file lacks."""
    return [(item.told, _mender(household, item, slug=slug)) for item in completeness.missing(made)]


def _mender(household, item, *, slug):
    """Where a missing item is filled in; the survey asks for all of a family's words at once."""
    if item.where == completeness.PAPER:
        return _address("household_form", household.pk, slug) + f"?kind={item.code}"
    if item.where == completeness.CATEGORY:
        return _address("set_category", household.pk, slug)
    if item.where == completeness.LEDGER:
        return _address("edit_ledger", household.pk, slug)
    if item.member is None:
        return _address("household_form", household.pk, slug) + f"?kind={ledger.NEEDS_SURVEY}"
    return _address("add_carer" if item.where == completeness.CARER else "edit_person", item.member.pk, slug)


def _address(name, pk, slug):
    return reverse(f"caseload:{name}", kwargs={"tenant": slug, "pk": pk})


def _people(household, member, *, on, at):
    rows, opens = people_rows(household, member=member, on=on, at=at)
    carers, filled = {}, {}
    for carer in queries.carers_of(household):
        carers.setdefault(carer.person_id, []).append((carer, ledger.is_present(carer.from_day, carer.to_day, on=on)))
    for row in rows:
        told = ledger.opened(row.person.details.reveal())
        filled[row.person.pk] = [label for code, label in ledger.PERSONAL.items() if told.get(code)]
    return [(row, filled[row.person.pk], carers.get(row.person.pk, [])) for row in rows], opens


def _entries(household):
    labels = OWN_REGISTERS | queries.labels("register")
    rows = household.register_entries.select_related("person__household").order_by("kind", "from_day")
    return [(labels.get(entry.kind, entry.kind), entry) for entry in rows]


def household_page(member, household, *, on, at):
    """Everything that a household's page shows; a fixed number of statements, however much its file holds."""
    made, filed = queries.items_of(household, on=on), queries.file_entry(household)
    people, opens = _people(household, member, on=on, at=at)
    held, today = periods(household, on=on)
    own_forms, others = form_lines(household)
    own = queries.may_write(member, household.contract)
    cases = queries.visible_cases(member, on).filter(household=household).select_related("worker__account") if allows(member, Permission.CASE_VIEW) else []  # fmt: skip
    told = ledger.opened(household.details.reveal())
    return {
        "household": household, "people": people, "opens": opens, "consented": [row.get_kind_display() for row in consents.standing(household, on=on)], "periods": held, "today": today, "bar": BAR,
        "gaps": gap_lines(household, made, slug=household.tenant.slug), "asked": len(made), "have": sum(item.is_filled for item in made),
        "filled": [ledger.FIELDS[code] for code in ledger.FIELDS if told.get(code)], "forms": own_forms, "papers": others, "entries": _entries(household),
        "cases": case_states(cases), "changes": list(queries.changes_of(household)[:20]), "items": form_rules.ITEMS, "history": _history(household) if own else [],
        "filed_on": filed.from_day if filed else None, "system_no": filed.facts.get("system_no", "") if filed else "",
        "may_edit": own and allows(member, Permission.LEDGER_EDIT), "may_reveal": queries.may_reveal(member, household.contract),
        "may_case": own and allows(member, Permission.CASE_WORK), "reveal": forms.RevealForm(), "roles": dict(Carer.Role.choices),
    }  # fmt: skip


def _history(household):
    return list(audit.history(household).order_by("-at", "-pk")[:HISTORY])


def place_of(household):
    """Street and community in one."""
    return f"{household.street.name}{household.area.name}"
