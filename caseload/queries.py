"""Reads of the caseload, and who may see which household, case and group: the access functions other apps build on."""

import json
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q
from django.db.models.functions import Length
from django.http import Http404

from caseload.models import (
    Case,
    CaseMove,
    CasePaper,
    Category,
    Group,
    GroupPaper,
    Household,
    HouseholdCategory,
    HouseholdPaper,
    LedgerImport,
    Person,
    RegisterEntry,
)
from caseload.rules import cases as case_rules
from caseload.rules import ledger
from caseload.rules.people import normal_id_number, normal_name
from contracts.models import ContractArea, Deadline, Label
from contracts.queries import in_sight, own_area, streets_of, visible_contracts
from tenancy import keys, workdays
from tenancy.models import Area
from tenancy.permissions import ROLES, Permission, allows


def _visible(rows, member, *, on):
    """Rows with `contract` and `street` that the member may see: its contracts, and only its own street for a subdistrict."""
    if ROLES[member.role].side == "evaluator":
        return rows.none()
    return in_sight(rows, member, on=on)


def _get(rows, pk):
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def own_contracts(member, *, on):
    """The contracts under which the member's own agency works: the ones whose ledger and cases it may write."""
    return visible_contracts(member, on=on).filter(provider_id=member.organisation_id)


def may_write(member, contract):
    """Whether the member's agency performs the contract: a grant or an office lets people read, never write."""
    return contract.provider_id == member.organisation_id


def may_reveal(member, contract):
    """Whether the member may see personal values under the contract: a grant opens another agency's work, not its people."""
    is_guest = ROLES[member.role].side == "provider" and not may_write(member, contract)
    return allows(member, Permission.PERSON_REVEAL) and not is_guest


# --- households -------------------------------------------------------------------------------------------------------
def visible_households(member, on):
    """The households that the member may see on the day."""
    return _visible(Household.objects.all(), member, on=on)


def get_household(member, pk, *, on):
    """A household that the member may see, with contract and area, or 404."""
    return _get(visible_households(member, on).select_related("contract", "contract__provider", "area", "street"), pk)


def get_person(member, pk, *, on):
    """A person of a household that the member may see, or 404."""
    people = Person.objects.select_related("household", "household__contract")
    return _get(people.filter(household__in=visible_households(member, on).order_by().values("pk")), pk)


def get_household_paper(member, pk, *, on):
    """A paper of a household that the member may see, or 404."""
    return _get(
        HouseholdPaper.objects.select_related("file", "household__contract").filter(
            household__in=visible_households(member, on).order_by().values("pk")
        ),
        pk,
    )


def household_list(households):
    """Households with what a list shows of them: head, area, present categories, numbers of people and open cases."""
    heads = Person.objects.filter(is_head=True)
    categories = HouseholdCategory.objects.filter(to_day=None).select_related("category")
    return (
        households.select_related("area", "street")
        .annotate(
            people_count=Count("people", distinct=True),
            open_cases=Count("cases", filter=~Q(cases__state__in=list(case_rules.ENDED)), distinct=True),
        )
        .prefetch_related(
            Prefetch("people", heads, to_attr="heads"), Prefetch("categories", categories, to_attr="present_categories")
        )
    )


def find_by_id_number(id_number):
    """The person of the open tenant with this identity number, found through the blind index, or None."""
    number = normal_id_number(id_number)
    return (
        Person.objects.filter(id_number_index=keys.blind_index(number)).select_related("household").first()
        if number
        else None
    )


def named(households, name):
    """Those of the households in which a person has this name; a surname alone finds everybody of that surname."""
    index = keys.blind_index(normal_name(name))
    people = Person.objects.filter(Q(name_index=index) | Q(surname_index=index))
    return households.filter(pk__in=people.values("household_id"))


def with_id_number(households, id_number):
    """Those of the households (at most one) in which a person has this identity number."""
    index = keys.blind_index(normal_id_number(id_number))
    return households.filter(pk__in=Person.objects.filter(id_number_index=index).values("household_id"))


def page_of(rows, *, key, after="", before="", limit=50):
    """A page of rows ordered by a unique text column: (rows, the key to go back before or "", the key to go on after or "")."""
    if before and not after:
        found = list(rows.filter(**{f"{key}__lt": before}).order_by(f"-{key}")[: limit + 1])
        more, found = len(found) > limit, found[:limit][::-1]
        return found, getattr(found[0], key) if more and found else "", getattr(found[-1], key) if found else ""
    rows = rows.order_by(key)
    found = list((rows.filter(**{f"{key}__gt": after}) if after else rows)[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    return found, getattr(found[0], key) if after and found else "", getattr(found[-1], key) if more else ""


def categories():
    """The tenant's categories in order."""
    return Category.objects.all()


def details_of(household):
    """{field: text} of a household's ledger. Whoever shows it has checked the permission and kept the audit."""
    text = household.details.reveal()
    return json.loads(text) if text else {}


def missing_fields(household):
    """The labels of what the household's present categories ask for and the ledger doesn't hold."""
    wanted = [
        row.category.required_fields
        for row in HouseholdCategory.objects.filter(household=household, to_day=None).select_related("category")
    ]
    return ledger.missing_fields(wanted, details_of(household), people=household.people.count())


def file_entry(household):
    """The household's present entry on the register of files (家庭档案), or None."""
    return RegisterEntry.objects.filter(household=household, kind="household_file", to_day=None).first()


def labels(family):
    """{code: word} of one family of the contracts' own labels."""
    return dict(Label.objects.filter(family=family).values_list("code", "label"))


def next_number(model, contract, mark):
    """The next free number of a contract's households ("H") or cases ("GA"): QH01-H-0001. Call it under the contract's lock."""
    prefix = f"{contract.code}-{mark}-"
    last = (
        model.objects.filter(number__startswith=prefix, number__regex=rf"^{prefix}[0-9]+$")
        .order_by(Length("number").desc(), "-number")
        .values_list("number", flat=True)
        .first()
    )
    return int(last.removeprefix(prefix)) + 1 if last else 1


def register_entries(contract, kinds, *, on):
    """The entries of some registers that are present on the day, in order of their labels."""
    rows = RegisterEntry.objects.filter(contract=contract, kind__in=kinds, from_day__lte=on).filter(
        Q(to_day=None) | Q(to_day__gte=on)
    )
    return rows.select_related("area__street", "street", "household", "person", "contract").order_by(
        "kind", "label", "id"
    )


def get_register_entry(member, pk, *, on):
    """An entry of a register under a contract that the member may see, or 404."""
    contracts = visible_contracts(member, on=on).order_by().values("pk")
    return _get(RegisterEntry.objects.select_related("contract", "household").filter(contract__in=contracts), pk)


def served_streets(member, *, on):
    """The streets of the member's world: its own, or all that its contracts serve."""
    area = own_area(member)
    if area:
        return [area.pk]
    contracts = visible_contracts(member, on=on).order_by().values("pk")
    return list(ContractArea.objects.filter(contract__in=contracts).values_list("area_id", flat=True).distinct())


# --- imports ----------------------------------------------------------------------------------------------------------
def get_import(member, pk, *, on):
    """An import of the member's own agency, or 404."""
    return _get(
        LedgerImport.objects.select_related("contract", "file", "by", "by__account").filter(
            contract__in=own_contracts(member, on=on).order_by().values("pk")
        ),
        pk,
    )


def imports_of(member, *, on):
    """The agency's imports, newest first."""
    return LedgerImport.objects.select_related("contract", "file", "by__account").filter(
        contract__in=own_contracts(member, on=on).order_by().values("pk")
    )


def remembered_columns():
    """{header: column} that people of the tenant have named on their lists, the last word for each header."""
    named = LedgerImport.objects.exclude(columns={}).order_by("-created_at").values_list("columns", flat=True)[:50]
    return {word: name for columns in reversed(named) for word, name in columns.items()}


def places(contract):
    """[(street name, community name, community, street)] of the contract's subdistricts, for reading lists."""
    rows = Area.objects.filter(level=Area.Level.COMMUNITY, street__in=streets_of(contract)).select_related("street")
    return [(row.street.name, row.name, row.pk, row.street_id) for row in rows]


# --- cases ------------------------------------------------------------------------------------------------------------
def visible_cases(member, on):
    """The cases that the member may see on the day."""
    return _visible(Case.objects.all(), member, on=on)


def get_case(member, pk, *, on):
    """A case that the member may see, with everything its page names, or 404."""
    rows = visible_cases(member, on).select_related(
        "contract",
        "contract__provider",
        "household",
        "person",
        "area",
        "street",
        "worker",
        "worker__account",
        "worker__organisation",
    )
    return _get(rows, pk)


def case_list(cases):
    """Cases with what a list shows of them."""
    return cases.select_related("person", "area", "street", "worker__account", "worker__organisation", "contract")


def handles(member, case):
    """Whether the member handles the case, and so sees its name and words in full.

    Its worker, those who answer for the agency's work (manager, supervisor, quality control), and the officer of its street.
    """
    if allows(member, Permission.CASE_APPROVE):
        return member.organisation.area_id == case.street_id
    if not may_write(member, case.contract) or not allows(member, Permission.PERSON_REVEAL):
        return False
    return (
        case.worker_id == member.pk
        or allows(member, Permission.RECORD_VERIFY)
        or allows(member, Permission.REPORT_WRITE)
    )


def case_limits(contracts):
    """{contract id: {step: Limit}} of the clocked steps of cases, in one statement."""
    found = {}
    rows = Deadline.objects.filter(contract__in=contracts, step__startswith="case.", within__isnull=False)
    for contract_id, step, within, unit, title in rows.values_list("contract_id", "step", "within", "unit", "title"):
        found.setdefault(contract_id, {})[step] = case_rules.Limit(within, unit, title)
    return found


def case_deadlines(case, *, on):
    """The clocked steps of one case on the day (caseload.rules.cases.deadlines)."""
    limits = case_limits([case.contract_id]).get(case.contract_id, {})
    return case_rules.deadlines(case, limits, workdays.calendar(), on=on)


@dataclass(frozen=True)
class Listed:
    """A case in a list, with its deadlines on the day."""

    case: Case
    dues: list
    next: case_rules.Due | None


def with_deadlines(cases, *, on, calendar=None):
    """Cases (a list) with their deadlines: two statements for the limits and the calendar, however many cases."""
    limits = case_limits({case.contract_id for case in cases})
    calendar = calendar or workdays.calendar()
    listed = []
    for case in cases:
        dues = case_rules.deadlines(case, limits.get(case.contract_id, {}), calendar, on=on)
        listed.append(Listed(case, dues, case_rules.next_due(dues)))
    return listed


def case_history(case):
    """The case's moves with their people, oldest first."""
    return CaseMove.objects.filter(case=case).select_related("by__account", "by__organisation")


def case_papers(case):
    """The papers in the case's file, oldest first; drafts are not in it."""
    return CasePaper.objects.filter(case=case, is_draft=False).select_related("file", "filled_by__account")


def get_case_paper(member, pk, *, on):
    """A paper of a case that the member handles, or 404: what stands in a file is not for everybody who sees the list."""
    paper = (
        CasePaper.objects.select_related("case", "case__contract", "case__person", "file", "filled_by__account")
        .filter(pk=pk, is_draft=False, case__in=visible_cases(member, on).order_by().values("pk"))
        .first()
    )
    if paper is None or not handles(member, paper.case):
        raise Http404
    return paper


def case_drafts(case):
    """{kind: the draft of that form}."""
    return {paper.kind: paper for paper in CasePaper.objects.filter(case=case, is_draft=True)}


def answers_of(paper):
    """{question: answer} of a form. Whoever shows it handles the case."""
    text = paper.data.reveal()
    return json.loads(text) if text else {}


def count_by_state(cases):
    """{state: number} of some cases."""
    return dict(cases.order_by().values_list("state").annotate(count=Count("pk")))


def closure_papers(contract):
    """The papers that closing a case needs under the contract: its own list, or the guide's nine."""
    return tuple(contract.parameters.get("case_closure_papers") or case_rules.CLOSURE_PAPERS)


@dataclass(frozen=True)
class Waiting:
    """A case that waits for the subdistrict, with its age in working days and the limit if the contract sets one."""

    case: Case
    handed_on: date
    age: int
    limit: int | None
    overdue: int

    @property
    def is_closure(self):
        return self.case.state == case_rules.CLOSURE_SUBMITTED


def awaiting_decision(member, *, on):
    """What waits for the member's subdistrict, the longest waiting first; empty for everybody else."""
    if not allows(member, Permission.CASE_APPROVE):
        return []
    rows = case_list(visible_cases(member, on).filter(state__in=list(case_rules.AWAITING))).order_by(
        "handed_on", "number"
    )
    cases = list(rows)
    limits, calendar = case_limits({case.contract_id for case in cases}), workdays.calendar()
    return [_waiting(case, limits.get(case.contract_id, {}).get("case.decision"), calendar, on) for case in cases]


def _waiting(case, limit, calendar, on):
    due = case_rules.last_day(case.handed_on, limit, calendar) if limit else None
    return Waiting(
        case=case, handed_on=case.handed_on, age=max(0, calendar.between(case.handed_on, on)),
        limit=limit.within if limit else None, overdue=max(0, calendar.between(due, on)) if due else 0,
    )  # fmt: skip


def decided_by(member, *, limit=50):
    """The last decisions of the member's office on cases, newest first."""
    verbs = ["approve_intake", "return_intake", "refuse_intake", "approve_closure", "return_closure", "refuse_closure"]
    rows = CaseMove.objects.filter(by__organisation_id=member.organisation_id, verb__in=verbs)
    return rows.select_related("case", "case__person", "case__area", "by__account").order_by("-at", "-id")[:limit]


# --- groups -----------------------------------------------------------------------------------------------------------
def visible_groups(member, on):
    """The groups that the member may see on the day."""
    return _visible(Group.objects.all(), member, on=on)


def get_group(member, pk, *, on):
    """A group that the member may see, or 404."""
    return _get(visible_groups(member, on).select_related("contract", "area", "street", "leader__account"), pk)


def get_group_paper(member, pk, *, on):
    """A paper of a group that the member may see, or 404."""
    return _get(
        GroupPaper.objects.select_related("file").filter(group__in=visible_groups(member, on).order_by().values("pk")),
        pk,
    )
